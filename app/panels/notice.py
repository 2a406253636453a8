"""The notice bar: one sentence above the canvas, with at most two things to do about it. Never a dialog."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.panels.editors import mark
from app.resources import icon
from app.theme import Theme

STAYS_MS = 8_000


class NoticeBar(QFrame):
    """Hidden until something is told. Errors and questions stay, news goes after a while."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.PlainText)
        self.text.setAccessibleName(self.tr("Notice"))
        self._icon = QLabel()
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._close = QToolButton()
        self._close.setToolTip(self.tr("Close the notice"))
        self._close.setAccessibleName(self.tr("Close the notice"))
        self._close.setIconSize(QSize(16, 16))
        self._close.clicked.connect(self.dismiss)
        line = QHBoxLayout(self)
        line.setContentsMargins(16, 6, 8, 6)
        line.setSpacing(8)
        line.addWidget(self._icon)
        line.addWidget(self.text, 1)
        line.addLayout(self._buttons)
        line.addWidget(self._close)
        self._timer = QTimer(self, singleShot=True, interval=STAYS_MS)
        self._timer.timeout.connect(self.dismiss)
        self._severity = "info"
        self._choices: tuple[Callable[[], None], ...] = ()
        self.wear(theme)
        self.hide()

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        self._close.setIcon(icon("close", theme.colours["secondary"]))
        self._draw_icon()

    def tell(self, sentence: str, severity: str = "info", *choices: tuple[str, Callable[[], None]]) -> None:
        """Shows `sentence`; `choices` are (verb, what it does), and picking one closes the bar."""
        while (item := self._buttons.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        self._choices = tuple(do for _title, do in choices)
        for title, do in choices:
            button = QPushButton(title)
            button.clicked.connect(lambda _checked=False, do=do: self._choose(do))
            self._buttons.addWidget(button)
        self.text.setText(sentence)
        self._severity = severity
        mark(self, "severity", severity)
        self._draw_icon()
        self.show()
        if severity == "info" and not choices:
            self._timer.start()
        else:
            self._timer.stop()

    def dismiss(self) -> None:
        self._timer.stop()
        self.hide()

    def choose(self, place: int) -> None:
        """Does what the button at `place` does."""
        self._choose(self._choices[place])

    def _choose(self, do: Callable[[], None]) -> None:
        self.dismiss()
        do()

    def _draw_icon(self) -> None:
        name = f"severity-{self._severity}"
        drawn = icon(name, self._theme.colours[self._severity])
        self._icon.setPixmap(drawn.pixmap(QSize(16, 16), self.devicePixelRatioF()))
