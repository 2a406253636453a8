"""Paints the rows of the findings: mark, code and name, way, grade."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
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
        self.setModel(model)
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
        header.resizeSection(0, 280)
        header.resizeSection(2, 88)
        header.setFixedHeight(24)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def wear(self, theme: Theme) -> None:
        self._delegate.theme = theme
        self.viewport().update()
