"""A dialog to read: a title, text or rows, and a button that closes it."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

Row = tuple[str, str]


class Reading(QDialog):
    """Shows (left, right) rows below a title; an empty right side makes the row a heading or a paragraph."""

    def __init__(self, parent: QWidget, title: str, rows: Sequence[Row], size: tuple[int, int] = (520, 480)) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        head = QLabel(title)
        head.setProperty("role", "title")
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 12, 0)
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for number, (left, right) in enumerate(rows):
            told = QLabel(left)
            told.setTextFormat(Qt.TextFormat.PlainText)
            told.setWordWrap(True)
            told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if right:
                other = QLabel(right)
                other.setProperty("role", "field")
                grid.addWidget(told, number, 0)
                grid.addWidget(other, number, 1, Qt.AlignmentFlag.AlignRight)
            else:
                grid.addWidget(told, number, 0, 1, 2)
        page = QWidget()
        inside = QVBoxLayout(page)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addLayout(grid)
        inside.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(page)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(16)
        column.addWidget(head)
        column.addWidget(area, 1)
        column.addLayout(buttons)
        self.resize(*size)
