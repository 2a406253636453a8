"""The palette: what can be put on the canvas, by drag, or by a click here and a click there."""

from PySide6.QtCore import QByteArray, QMimeData, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

from app.panels.wording import translate
from app.resources import icon, pixmap
from app.theme import Theme
from models.architecture import KINDS
from models.architecture.text import QT_TRANSLATE_NOOP

KIND_MIME = "application/x-loadpath-kind"
GATEWAY = QT_TRANSLATE_NOOP("kinds", "Gateway")
ROWS: tuple[tuple[str, str], ...] = (
    *((kind, KINDS[kind].label) for kind in ("client", "service")),
    ("gateway", GATEWAY),
    *((kind, KINDS[kind].label) for kind in ("datastore", "queue", "topic", "external", "group", "note")),
)
"""(what the canvas is told, label)."""


class PaletteRow(QPushButton):
    """One kind: a click arms the canvas with it, a drag carries it there."""

    armed = Signal(str)

    def __init__(self, kind: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(label, parent)
        self.kind = kind
        self.setProperty("role", "row")
        self.setCheckable(True)
        self.setIconSize(QSize(20, 20))
        self.setFixedHeight(32)
        self.setToolTip(self.tr("Drag it onto the drawing, or click here and then there"))
        self._pressed: QPoint | None = None
        self._theme: Theme | None = None
        self.clicked.connect(lambda: self.armed.emit(self.kind if self.isChecked() else ""))

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        self.setIcon(icon(self.kind, theme.colours["secondary"]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = event.position().toPoint()
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            far = (event.position().toPoint() - self._pressed).manhattanLength()
            if far >= QApplication.startDragDistance():
                self._pressed = None
                self.setDown(False)
                self._drag()
                return
        super().mouseMoveEvent(event)

    def _drag(self) -> None:
        data = QMimeData()
        data.setData(KIND_MIME, QByteArray(self.kind.encode()))
        drag = QDrag(self)
        drag.setMimeData(data)
        if self._theme is not None:
            drag.setPixmap(pixmap(self.kind, self._theme.colours["accent"], 32, self.devicePixelRatioF()))
            drag.setHotSpot(QPoint(16, 16))
        drag.exec(Qt.DropAction.CopyAction)


class Palette(QWidget):
    """The rows of kinds. `armed` carries the kind the next click on the canvas places, or "" for none."""

    armed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = QLabel(self.tr("Elements").upper())
        title.setProperty("role", "section")
        title.setContentsMargins(8, 0, 0, 8)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 16, 8, 8)
        column.setSpacing(0)
        column.addWidget(title)
        self.rows: dict[str, PaletteRow] = {}
        for kind, label in ROWS:
            row = PaletteRow(kind, translate("kinds", label))
            row.armed.connect(self._arm)
            column.addWidget(row)
            self.rows[kind] = row
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        for row in self.rows.values():
            row.wear(theme)

    def show_armed(self, kind: str | None) -> None:
        """Marks the row whose kind the canvas will place next."""
        for row in self.rows.values():
            row.setChecked(row.kind == kind)

    def _arm(self, kind: str) -> None:
        self.show_armed(kind or None)
        self.armed.emit(kind)
