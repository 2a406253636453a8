"""How far the numbers can be trusted, to read."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from models import resources

translate = QCoreApplication.translate


class Trust(QDialog):
    """Shows the page `resources/help/trust.md`, which the README has too."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = translate("Trust", "How far the numbers can be trusted")
        self.setWindowTitle(title)
        head = QLabel(title)
        head.setProperty("role", "title")
        self.page = QTextBrowser()
        self.page.setOpenLinks(False)
        self.page.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.page.setAccessibleName(title)
        self.page.setMarkdown(resources.path("help", "trust.md").read_text("utf-8"))
        _set_apart(self.page.document())
        close = QPushButton(translate("Trust", "Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(head)
        column.addWidget(self.page, 1)
        column.addLayout(buttons)
        self.resize(720, 640)


def _set_apart(document: QTextDocument) -> None:
    """Room between one paragraph and the next."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        room = block.blockFormat()
        room.setBottomMargin(10)
        cursor.setBlockFormat(room)
        block = block.next()


def show_trust(parent: QWidget) -> Trust:
    dialog = Trust(parent)
    dialog.open()
    return dialog
