"""A quiet table of measured numbers: names left, figures right, in digits of one width."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.panels.elided import ElidedLabel


class ResultTable(QWidget):
    """Heads and rows of text; the first column is names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnStretch(0, 1)
        self.rows: list[tuple[str, ...]] = []

    def show_rows(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Shows these rows instead of those before."""
        while self._grid.count():
            item = self._grid.takeAt(0)
            if item is not None and (old := item.widget()) is not None:
                old.deleteLater()
        self.rows = [tuple(row) for row in rows]
        for column, head in enumerate(heads):
            self._put(head, 0, column, "secondary")
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                self._put(text, number, column, "body")

    def _put(self, text: str, row: int, column: int, role: str) -> None:
        label = QLabel(text) if column else ElidedLabel(text)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("role", role)
        label.setFixedHeight(24)
        if column:
            font = label.font()
            font.setFeature(QFont.Tag("tnum"), 1)
            label.setFont(font)
        else:
            label.setToolTip(text)
            label.setMinimumWidth(72)
        side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
        self._grid.addWidget(label, row, column, side | Qt.AlignmentFlag.AlignVCenter)
