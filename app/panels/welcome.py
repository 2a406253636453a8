"""The page an empty window starts with: begin a model, open a sample or a recent file, import a system."""

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.panels.elided import ElidedLabel
from app.panels.flow import Flow
from app.panels.wording import translate
from app.resources import icon
from app.settings import Settings
from app.theme import Theme
from models import resources
from models.architecture.text import QT_TRANSLATE_NOOP

SAMPLES: tuple[tuple[str, str, str], ...] = (
    (
        "music-shop",
        QT_TRANSLATE_NOOP("samples", "Music shop"),
        QT_TRANSLATE_NOOP("samples", "A whole shop with all four styles and three journeys"),
    ),
    (
        "retry-storm",
        QT_TRANSLATE_NOOP("samples", "Retry storm"),
        QT_TRANSLATE_NOOP("samples", "A short crash that retries never let heal"),
    ),
    (
        "long-chain",
        QT_TRANSLATE_NOOP("samples", "Long chain"),
        QT_TRANSLATE_NOOP("samples", "Many calls in a row, each of them a way to fail"),
    ),
    (
        "shared-database",
        QT_TRANSLATE_NOOP("samples", "Shared database"),
        QT_TRANSLATE_NOOP("samples", "Services coupled by the tables they share"),
    ),
    (
        "poison-message",
        QT_TRANSLATE_NOOP("samples", "Poison message"),
        QT_TRANSLATE_NOOP("samples", "One message that stops every consumer"),
    ),
    (
        "thin-events",
        QT_TRANSLATE_NOOP("samples", "Thin events"),
        QT_TRANSLATE_NOOP("samples", "Events that hold an id, and consumers that ask back"),
    ),
)
"""(file, name, what it shows)."""


class Card(QPushButton):
    """A title and a sentence, to be clicked as one."""

    def __init__(self, title: str, sentence: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.setFixedHeight(68)
        self.setMinimumWidth(200)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        name = QLabel(title)
        name.setProperty("role", "strong")
        told = QLabel(sentence)
        told.setProperty("role", "secondary")
        told.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(4)
        for text in (name, told):
            text.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(text)
        column.addStretch(1)


class Welcome(QScrollArea):
    """`asked` carries what to do: "new", "open", "import-folder"; the others a sample's file or a path."""

    asked = Signal(str)
    sample_asked = Signal(str)
    recent_asked = Signal(object)

    def __init__(self, settings: Settings, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setProperty("role", "canvas")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        page = QWidget()
        page.setProperty("role", "canvas")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        middle = QWidget()
        middle.setMaximumWidth(720)
        column = QVBoxLayout(middle)
        column.setContentsMargins(24, 32, 24, 32)
        column.setSpacing(8)
        title = QLabel("Loadpath")
        title.setProperty("role", "hero")
        told = QLabel(self.tr("Draw how services talk. See what is wrong, what load does to it, and what to change."))
        told.setProperty("role", "field")
        told.setWordWrap(True)
        row = QWidget()
        buttons = Flow(row, spacing=8)
        self.buttons: dict[str, QPushButton] = {}
        for name, text in (
            ("new", self.tr("Draw a new model")),
            ("open", self.tr("Open…")),
            ("import-folder", self.tr("Import an existing system…")),
        ):
            button = QPushButton(text)
            button.clicked.connect(lambda _checked=False, name=name: self.asked.emit(name))
            button.setIconSize(QSize(16, 16))
            buttons.addWidget(button)
            self.buttons[name] = button
        self.buttons["new"].setProperty("role", "primary")
        column.addWidget(title)
        column.addWidget(told)
        column.addSpacing(8)
        column.addWidget(row)
        column.addSpacing(16)
        column.addWidget(self._section(self.tr("Samples")))
        grid = QGridLayout()
        grid.setSpacing(8)
        self.samples: dict[str, Card] = {}
        known = set(resources.names("samples"))
        for place, (name, label, sentence) in enumerate(SAMPLES):
            file = f"{name}.loadpath.json"
            if file not in known:
                continue
            card = Card(translate("samples", label), translate("samples", sentence))
            card.clicked.connect(lambda _checked=False, file=file: self.sample_asked.emit(file))
            grid.addWidget(card, place // 2, place % 2)
            self.samples[name] = card
        column.addLayout(grid)
        column.addSpacing(16)
        self._recent_title = self._section(self.tr("Recent files"))
        self._recent = QVBoxLayout()
        self._recent.setSpacing(0)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        column.addStretch(1)
        line = QHBoxLayout(page)
        line.setContentsMargins(0, 0, 0, 0)
        line.addStretch(1)
        line.addWidget(middle, 20)
        line.addStretch(1)
        self.setWidget(page)
        settings.recent_changed.connect(self.refresh)
        self.wear(theme)
        self.refresh()

    def wear(self, theme: Theme) -> None:
        for name, button in self.buttons.items():
            colour = theme.colours["on_accent" if name == "new" else "secondary"]
            button.setIcon(icon(name.split("-")[0], colour))

    def refresh(self) -> None:
        """Lists the recent files that are still there."""
        while (item := self._recent.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        paths = [path for path in self._settings.recent_files if _is_file(path)][:6]
        self._recent_title.setVisible(bool(paths))
        for path in paths:
            row = self._row(f"{path.name.removesuffix('.loadpath.json')}   ·   {path.parent}")
            row.setToolTip(str(path))
            row.clicked.connect(lambda _checked=False, path=path: self.recent_asked.emit(path))
            self._recent.addWidget(row)

    def _row(self, text: str) -> QPushButton:
        """A button of one line that is cut where the page ends, so that a long path does not make the page wider."""
        row = QPushButton()
        row.setProperty("role", "row")
        row.setAccessibleName(text)
        told = ElidedLabel(text)
        told.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QHBoxLayout(row)
        inside.setContentsMargins(8, 0, 8, 0)
        inside.addWidget(told)
        return row

    def showEvent(self, event: QShowEvent) -> None:
        self.refresh()
        super().showEvent(event)

    def _section(self, title: str) -> QLabel:
        made = QLabel(title.upper())
        made.setProperty("role", "section")
        return made


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False
