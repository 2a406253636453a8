"""The panel below the canvas: findings, simulation, scenarios and journeys behind tabs."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QToolButton, QVBoxLayout, QWidget

from app.actions import Shelf
from app.resources import icon
from app.theme import Theme

HEIGHT = 280
"""Pixels the panel takes until someone drags its edge."""


class Bottom(QWidget):
    """Tabs by name; `shown` tells which one came to the front."""

    shown = Signal(str)

    def __init__(self, shelf: Shelf, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self.tabs.setElideMode(Qt.TextElideMode.ElideNone)
        self.tabs.setAccessibleName(self.tr("Panels"))
        self.stack = QStackedWidget()
        self._names: list[str] = []
        self._hide = QToolButton()
        self._hide.setToolTip(self.tr("Hide the panel"))
        self._hide.setAccessibleName(self.tr("Hide the panel"))
        self._hide.clicked.connect(shelf["panel-bottom"].trigger)
        head = QHBoxLayout()
        head.setContentsMargins(12, 0, 8, 0)
        head.addWidget(self.tabs, 1)
        head.addWidget(self._hide)
        line = QWidget()
        line.setProperty("role", "rule")
        line.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line.setFixedHeight(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(line)
        column.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._changed)
        self.wear(theme)

    def sizeHint(self) -> QSize:
        return QSize(900, HEIGHT)

    def wear(self, theme: Theme) -> None:
        self._hide.setIcon(icon("chevron-down", theme.colours["secondary"]))

    def add(self, name: str, title: str, page: QWidget | None = None) -> None:
        """A tab; without a page it is empty until `fill`ed."""
        self._names.append(name)
        self.stack.addWidget(page or QWidget())
        self.tabs.addTab(title)

    def fill(self, name: str, page: QWidget) -> None:
        """Gives a tab its page."""
        place = self._names.index(name)
        before = self.stack.widget(place)
        self.stack.insertWidget(place, page)
        if before is not None:
            self.stack.removeWidget(before)
            before.deleteLater()
        self.stack.setCurrentIndex(self.tabs.currentIndex())

    def show_tab(self, name: str) -> QWidget:
        """Brings a tab to the front and returns its page."""
        self.tabs.setCurrentIndex(self._names.index(name))
        return self.stack.currentWidget()

    @property
    def current(self) -> str:
        return self._names[self.tabs.currentIndex()]

    def retitle(self, name: str, title: str) -> None:
        self.tabs.setTabText(self._names.index(name), title)

    def _changed(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        if index < len(self._names):
            self.shown.emit(self._names[index])
