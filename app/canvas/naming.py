"""Editing a name, or a note's text, where it stands."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QWidget

from app.theme import Theme

Done = Callable[[str | None], None]
"""Called once: with the text, or with None when editing was cancelled."""
LEAST_WIDTH = 112


class NameField(QLineEdit):
    """One line; Enter and a click elsewhere keep it, Escape does not."""

    def __init__(self, text: str, theme: Theme, size: float, done: Done, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._done: Done | None = done
        self.setFont(theme.font(size, strong=True))
        self.setStyleSheet(_look(theme, "QLineEdit"))
        self.setMaxLength(500)
        self.setAccessibleName(self.tr("Name"))
        self.selectAll()

    def stand_at(self, rect: QRectF, *, centred: bool = False) -> None:
        """Covers `rect`, in the viewport's coordinates, and nothing of what stands below it."""
        width = max(LEAST_WIDTH, round(rect.width()) + 12)
        height = max(22, round(rect.height()) + 5)
        left = rect.center().x() - width / 2 if centred else rect.left() - 6
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag.AlignLeft)
        self.setGeometry(round(left), int(rect.bottom()) - height, width, height)

    def finish(self, *, keep: bool) -> None:
        if self._done is not None:
            done, self._done = self._done, None
            text = self.text().strip()
            done(text if keep else None)
            self.hide()
            self.deleteLater()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and is_typing(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.finish(keep=False)
        elif event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish(keep=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.finish(keep=True)


class TextField(QPlainTextEdit):
    """Several lines; Ctrl+Enter and a click elsewhere keep them, Escape does not."""

    def __init__(self, text: str, theme: Theme, size: float, done: Done, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._done: Done | None = done
        self.setFont(theme.font(size))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet(_look(theme, "QPlainTextEdit"))
        self.setAccessibleName(self.tr("Note text"))
        self.setTabChangesFocus(True)
        self.selectAll()

    def stand_at(self, rect: QRectF, *, centred: bool = False) -> None:
        """Covers `rect`, in the viewport's coordinates; notes are never centred."""
        self.setGeometry(rect.toRect().adjusted(0, 0, 0, 0).united(QRectF(rect.topLeft(), rect.size()).toRect()))
        self.resize(max(self.width(), LEAST_WIDTH), max(self.height(), 48))

    def finish(self, *, keep: bool) -> None:
        if self._done is not None:
            done, self._done = self._done, None
            text = self.toPlainText().strip()[:20_000]
            done(text if keep else None)
            self.hide()
            self.deleteLater()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride and is_typing(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.finish(keep=False)
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.finish(keep=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            self.finish(keep=True)


def is_typing(event: QKeyEvent) -> bool:
    """Whether a key belongs to the field rather than to the window's shortcuts."""
    return not event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)


def _look(theme: Theme, widget: str) -> str:
    colours = theme.colours
    return (
        f"{widget} {{ background: {colours['node']}; color: {colours['text']}; border: 1px solid {colours['accent']};"
        f" border-radius: 4px; padding: 0 4px; selection-background-color: {colours['accent']};"
        f" selection-color: {colours['on_accent']}; }}"
    )
