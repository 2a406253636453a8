"""The command palette: type what you want to do, Enter does it. Shows every action with its shortcut."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import Shelf, search

WIDTH, HEIGHT = 560, 420
ACTION = Qt.ItemDataRole.UserRole


class CommandRow(QStyledItemDelegate):
    """Icon, title, and the shortcut on the right."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, 32)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        action: QAction = index.data(ACTION)
        rect: QRect = option.rect
        palette = option.palette
        enabled = action.isEnabled()
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, palette.highlight())
        action.icon().paint(painter, QRect(rect.left() + 16, rect.center().y() - 8, 16, 16))
        role = palette.ColorRole.WindowText if enabled else palette.ColorRole.PlaceholderText
        painter.setPen(palette.color(palette.ColorGroup.Active, role))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(rect.adjusted(44, 0, -140, 0), middle | Qt.AlignmentFlag.AlignLeft, action.text())
        painter.setPen(palette.color(palette.ColorGroup.Active, palette.ColorRole.PlaceholderText))
        keys = action.shortcut().toString()
        painter.drawText(rect.adjusted(0, 0, -16, 0), middle | Qt.AlignmentFlag.AlignRight, keys)
        painter.restore()


class CommandPalette(QDialog):
    """Closes itself when something was chosen or the keyboard goes elsewhere."""

    def __init__(self, parent: QWidget, shelf: Shelf) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Commands"))
        self.setProperty("role", "popup")
        self._shelf = shelf
        shelf.refresh()
        self.line = QLineEdit()
        self.line.setProperty("role", "command")
        self.line.setPlaceholderText(self.tr("What do you want to do?"))
        self.line.setAccessibleName(self.tr("Find a command"))
        self.list = QListWidget()
        self.list.setItemDelegate(CommandRow(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 8)
        column.setSpacing(8)
        column.addWidget(self.line)
        column.addWidget(self.list, 1)
        self.resize(WIDTH, HEIGHT)
        self.line.textChanged.connect(self._show)
        self.line.installEventFilter(self)
        self.list.itemClicked.connect(lambda _item: self._do())
        self._show("")

    def open_centred(self) -> None:
        """Opens near the top of the window, ready to type."""
        window = self.parentWidget()
        assert window is not None
        corner = window.mapToGlobal(window.rect().topLeft())
        self.move(corner.x() + (window.width() - self.width()) // 2, corner.y() + 64)
        self.show()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            if event.key() in step and self.list.count():
                row = self.list.currentRow() + step[Qt.Key(event.key())]
                self.list.setCurrentRow(max(0, min(row, self.list.count() - 1)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._do()
                return True
        return super().eventFilter(watched, event)

    def _show(self, query: str) -> None:
        self.list.clear()
        titles = [(action, action.text()) for name, action in self._shelf.actions.items() if name != "commands"]
        for action in search(query, titles):
            item = QListWidgetItem(action.text())
            item.setData(ACTION, action)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _do(self) -> None:
        if not self.list.count():
            return
        action: QAction = self.list.currentItem().data(ACTION)
        if action.isEnabled():
            self.close()
            action.trigger()
