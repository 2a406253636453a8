"""Offers kinds of elements where a new link was dropped on empty space."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.canvas.commands import kind_label
from app.resources import icon
from app.theme import Theme


class Chooser(QFrame):
    """A small strip of kinds; a click or Enter picks, arrows move, Escape and a click elsewhere close it."""

    def __init__(
        self, kinds: Sequence[str], theme: Theme, chosen: Callable[[str | None], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._chosen: Callable[[str | None], None] | None = chosen
        self.setObjectName("chooser")
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setStyleSheet(_look(theme))
        self.setAccessibleName(self.tr("New element at the end of the link"))
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 6, 8, 8)
        column.setSpacing(4)
        title = QLabel(self.tr("Add here"))
        title.setFont(theme.font("secondary"))
        column.addWidget(title)
        row = QHBoxLayout()
        row.setSpacing(4)
        column.addLayout(row)
        self.buttons: dict[str, QToolButton] = {}
        for kind in kinds:
            button = QToolButton()
            button.setText(kind_label(kind))
            button.setIcon(icon(kind, theme.colours["text"]))
            button.setIconSize(QSize(20, 20))
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setFont(theme.font("secondary"))
            button.setAccessibleName(kind_label(kind))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(lambda _checked=False, kind=kind: self.finish(kind))
            row.addWidget(button)
            self.buttons[kind] = button
        self.adjustSize()

    def stand_at(self, at: QPoint) -> None:
        """Opens with its top left near `at`, inside the parent."""
        parent = self.parentWidget()
        room = parent.rect() if parent is not None else self.rect()
        x = max(4, min(at.x() + 8, room.width() - self.width() - 4))
        y = max(4, min(at.y() + 8, room.height() - self.height() - 4))
        self.move(x, y)
        self.show()
        self.raise_()
        next(iter(self.buttons.values())).setFocus(Qt.FocusReason.PopupFocusReason)
        for button in self.buttons.values():
            button.installEventFilter(self)

    def finish(self, kind: str | None) -> None:
        if self._chosen is not None:
            chosen, self._chosen = self._chosen, None
            chosen(kind)
            self.hide()
            self.deleteLater()

    def eventFilter(self, watched: object, event: object) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress and self._key(event):
            return True
        if isinstance(event, QFocusEvent) and event.lostFocus():
            self._leave(event)
        return False

    def _key(self, event: QKeyEvent) -> bool:
        buttons = list(self.buttons.values())
        here = next((i for i, button in enumerate(buttons) if button.hasFocus()), 0)
        match event.key():
            case Qt.Key.Key_Escape:
                self.finish(None)
            case Qt.Key.Key_Right | Qt.Key.Key_Down:
                buttons[(here + 1) % len(buttons)].setFocus()
            case Qt.Key.Key_Left | Qt.Key.Key_Up:
                buttons[here - 1].setFocus()
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                buttons[here].click()
            case _:
                return False
        return True

    def _leave(self, event: QFocusEvent) -> None:
        now = self.window().focusWidget()
        if (
            event.reason() == Qt.FocusReason.MouseFocusReason
            and now is not self
            and not (now and self.isAncestorOf(now))
        ):
            self.finish(None)


def _look(theme: Theme) -> str:
    c = theme.colours
    return (
        f"#chooser {{ background: {c['panel']}; border: 1px solid {c['border']}; border-radius: 8px; }}"
        f"#chooser QLabel {{ color: {c['secondary']}; }}"
        f"#chooser QToolButton {{ color: {c['text']}; background: transparent; border: 1px solid transparent;"
        " border-radius: 5px; padding: 4px 8px; min-width: 48px; }"
        f"#chooser QToolButton:hover {{ background: {c['selection']}; }}"
        f"#chooser QToolButton:focus {{ background: {c['selection']}; border-color: {c['accent']}; }}"
    )
