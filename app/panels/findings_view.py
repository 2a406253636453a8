"""Paints the rows of the findings: mark, code and name, way, grade."""

from collections.abc import Iterator
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
)

from app.panels.findings_model import CODE, FINDING, SEVERITY, FindingsModel
from app.panels.marks import paint_severity
from app.theme import Theme

ROW = 32
NAMES, GRADES = 280, 88
"""Widths of the first column and of the last one."""
MOST_KEPT = 50
"""Rows in view that are remembered when the list is filled anew; one of them will still be there."""


class Place(NamedTuple):
    """Where someone was in the list: the scroll bar's value, ids from the topmost row down, and what was expanded."""

    scrolled: int
    rows: tuple[str, ...]
    expanded: frozenset[str]


class FindingDelegate(QStyledItemDelegate):
    """Quiet rows of 32 pixels; what was accepted is pale."""

    def __init__(self, theme: Theme, view: QTreeView) -> None:
        super().__init__(view)
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(super().sizeHint(option, index).width(), ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        theme = self.theme
        rect = QRectF(option.rect)
        state = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.colour("selection"))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, theme.colour("text", 0.04))
        finding = index.data(FINDING)
        pale = finding is not None and finding.waived is not None
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        if index.column() == 0 and finding is not None:
            mark = QRectF(rect.left() + 6, rect.center().y() - 6, 12, 12)
            paint_severity(painter, index.data(SEVERITY), mark, theme, 0.4 if pale else 1.0)
            painter.setFont(theme.font("field"))
            painter.setPen(theme.colour("secondary"))
            painter.drawText(rect.adjusted(28, 0, 0, 0), middle, index.data(CODE))
            font = theme.font("body", strong=bool(state & QStyle.StateFlag.State_Selected))
            painter.setFont(font)
            painter.setPen(theme.colour("secondary" if pale else "text"))
            room = rect.adjusted(64, 0, -8, 0)
            elided = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
            painter.drawText(room, middle, elided)
            return
        font = theme.font("body", strong=True) if finding is None else theme.font("field")
        painter.setFont(font)
        painter.setPen(theme.colour("text" if finding is None else "secondary"))
        room = rect.adjusted(8, 0, -8, 0)
        painter.drawText(
            room, middle, QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, int(room.width()))
        )


class FindingsView(QTreeView):
    """The tree of findings."""

    def __init__(self, model: FindingsModel, theme: Theme) -> None:
        super().__init__()
        self.findings_model = model
        self.setModel(model)
        model.renewed.connect(self.viewport().update)
        self._delegate = FindingDelegate(theme, self)
        self.setItemDelegate(self._delegate)
        self.setUniformRowHeights(True)
        self.setIndentation(16)
        self.setRootIsDecorated(False)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Findings"))
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Fixed)
        self._first = NAMES
        header.resizeSection(0, self._first)
        header.resizeSection(2, GRADES)
        header.setFixedHeight(24)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leaves to where a finding is at least as much as to what it is called, unless someone set the width."""
        super().resizeEvent(event)
        if self.header().sectionSize(0) == self._first:
            self._first = min(NAMES, (self.viewport().width() - GRADES) // 2)
            self.header().resizeSection(0, self._first)

    def place(self) -> Place:
        """What is in view and expanded."""
        bar, top = self.verticalScrollBar(), self.indexAt(QPoint(0, 0))
        rows: list[str] = []
        while bar.value() > bar.minimum() and top.isValid() and len(rows) < MOST_KEPT:
            if (finding := top.data(FINDING)) is not None:
                rows.append(finding.id)
            top = self.indexBelow(top)
        return Place(bar.value(), tuple(rows), frozenset(self._expanded()))

    def go_back(self, place: Place) -> None:
        """Shows again what was in view: the first row that was there and still is comes to the top."""
        model = self.findings_model
        for finding_id in place.expanded:
            if (index := model.index_of(finding_id)).isValid():
                self.setExpanded(index, True)
        self.executeDelayedItemsLayout()
        top = next((index for row in place.rows if (index := model.index_of(row)).isValid()), None)
        if top is not None:
            self.scrollTo(top, QAbstractItemView.ScrollHint.PositionAtTop)
        else:
            self.verticalScrollBar().setValue(place.scrolled)

    def _expanded(self) -> Iterator[str]:
        for finding_id in self.findings_model.with_members():
            if self.isExpanded(self.findings_model.index_of(finding_id)):
                yield finding_id

    def wear(self, theme: Theme) -> None:
        self._delegate.theme = theme
        self.viewport().update()
