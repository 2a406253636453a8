"""The notice: one sentence that floats over the drawing, with at most two things to do about it. Never a dialog."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.panels.editors import mark
from app.resources import icon
from app.theme import Theme

STAYS_MS = 8_000
WIDEST = 720
MARGIN = 12
Choice = tuple[str, Callable[[], None]]


@dataclass(frozen=True)
class Question:
    """Something that waits until it is answered, whatever is told in the meantime."""

    sentence: str
    choices: tuple[Choice, ...]


class NoticeBar(QFrame):
    """Hidden until something is told; lies over the top of its parent and moves nothing.

    Errors stay until the next change, news goes after a while, questions come back until they are answered.
    """

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
        self._questions: list[Question] = []
        self._asking = False
        if parent is not None:
            parent.installEventFilter(self)
        self.wear(theme)
        self.hide()

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        self._close.setIcon(icon("close", theme.colours["secondary"]))
        self._draw_icon()

    def tell(self, sentence: str, severity: str = "info", *choices: Choice) -> None:
        """Shows `sentence`; `choices` are (verb, what it does), and picking one closes the bar."""
        self._asking = False
        self._show(sentence, severity, choices)

    def ask(self, sentence: str, *choices: Choice) -> None:
        """Shows a question, after what is told now, and again until it is answered or closed."""
        question = Question(sentence, choices)
        self._questions = [*(known for known in self._questions if known.sentence != sentence), question]
        if self.isHidden() or self._asking:
            self._ask_next()

    def _ask_next(self) -> None:
        self._asking = bool(self._questions)
        if self._questions:
            self._show(self._questions[0].sentence, "warning", self._questions[0].choices)
        else:
            self.hide()

    def _show(self, sentence: str, severity: str, choices: tuple[Choice, ...]) -> None:
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
        self._place()
        self.raise_()
        if severity == "info" and not choices:
            self._timer.start()
        else:
            self._timer.stop()

    def dismiss(self) -> None:
        """Closes what is shown; a question that waits comes next."""
        self._timer.stop()
        if self._asking:
            self._questions = self._questions[1:]
        self._ask_next()

    def clear_news(self, *, answered_too: bool = True) -> None:
        """Takes away what was told, but no question; what offers something to do stays unless `answered_too`."""
        if not self.isHidden() and not self._asking and (answered_too or not self._choices):
            self.dismiss()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.parent() and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        """Below the top edge of the parent, in its middle, as high as its words need."""
        room = self.parentWidget()
        if room is None or self.isHidden():
            return
        width = min(WIDEST, room.width() - 2 * MARGIN)
        self.ensurePolished()
        layout = self.layout()
        assert layout is not None
        layout.activate()
        height = layout.heightForWidth(width) if layout.hasHeightForWidth() else self.sizeHint().height()
        self.setGeometry((room.width() - width) // 2, MARGIN, width, height)

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
