"""The bare widgets that editors and bars are made of: a line and a choice that show as much as there is room for."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetrics, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionComboBox,
    QStyleOptionFrame,
    QStyleOptionViewItem,
    QStylePainter,
    QWidget,
)

APART = " · "
"""Stands between "not said" and what is taken instead."""
MARGIN = 2
"""Pixels that Qt leaves beside the text of a line."""
PADDING = 24
"""Pixels of a line's width that text cannot take: the stylesheet's padding, Qt's own margin, the border."""


def short_of(text: str, metrics: QFontMetrics, room: int) -> str:
    """`text`, or without "not said" before its dot where only the rest, which is worth more, fits in `room` pixels."""
    return text if metrics.horizontalAdvance(text) <= room else text.partition(APART)[2] or text


class FieldLine(QLineEdit):
    """A line that says what is taken where nobody said anything, as much of it as there is room for.

    A longer text ends in "…" while nobody writes in it: "p99 900 ms" is never seen as "p99 90".
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unsaid = ""

    def show_unsaid(self, text: str) -> None:
        self._unsaid = text
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        inside.adjust(MARGIN, 0, -MARGIN, 0)
        shown = self.elided(inside.width())
        if self.hasFocus() or shown == self.text():
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option)
        painter.setPen(self.palette().text().color())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter, shown)

    def elided(self, room: int) -> str:
        """The text as it is shown in so many pixels."""
        return self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def _fit(self) -> None:
        room = self.width() - PADDING
        self.setPlaceholderText(short_of(self._unsaid, self.fontMetrics(), room) if room > 0 else self._unsaid)


class ChoiceDelegate(QStyledItemDelegate):
    """Shows what can be chosen upright, and only what stands for nothing said in italics, as fields do."""

    def __init__(self, combo: QComboBox) -> None:
        super().__init__(combo)
        self._combo = combo

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        font = option.font
        font.setItalic(index.row() == 0 and self._combo.property("unsaid") is not None)
        option.font = font


class QuietComboBox(QComboBox):
    """Leaves the wheel to the panel it stands in, so that scrolling changes no value; long texts end in "…".

    `turned_to` comes before anything can be chosen. The list is drawn as the stylesheet says, which Qt does only for
    a delegate of one's own; it is made when the list first opens.
    """

    turned_to = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return super().sizeHint() + QSize(8, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        style, field = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        room = self.style().subControlRect(style, option, field, self).width()
        told = short_of(self.currentText(), self.fontMetrics(), room)
        option.currentText = self.fontMetrics().elidedText(told, Qt.TextElideMode.ElideRight, room)
        painter.drawComplexControl(style, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.turned_to.emit()
        super().focusInEvent(event)

    def showPopup(self) -> None:
        self.turned_to.emit()
        if not isinstance(self.itemDelegate(), ChoiceDelegate):
            self.setItemDelegate(ChoiceDelegate(self))
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + PADDING)
        super().showPopup()
