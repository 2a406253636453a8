"""The bar at the top: the model and whether it is saved, undo, what is shown, link styles, scenario, run, report."""

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QSize, Signal
from PySide6.QtGui import QAction, QResizeEvent, QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.actions import Shelf
from app.background.tags import VIEWS
from app.document import Document
from app.panels.elided import ElidedLabel
from app.panels.inputs import QuietComboBox
from app.panels.marks import style_icon
from app.resources import icon
from app.theme import Theme
from models.architecture import STYLES
from models.architecture.links import LinkStyle

HEIGHT = 48
LEAST_TITLE = 72
"""Pixels of the model's name that are always seen."""
translate = QCoreApplication.translate


class Room(NamedTuple):
    """What the bar shows at one width: whether link styles are named or only drawn, how wide the fields are.

    The overlay's is as wide as its longest entry with `WHOLE`, and hidden with 0.
    """

    named: bool
    overlay: int
    scenario: int


WHOLE = -1
ROOMS = (
    Room(True, WHOLE, 176),
    Room(True, WHOLE, 132),
    Room(True, 132, 132),
    Room(False, WHOLE, 176),
    Room(False, WHOLE, 132),
    Room(False, 132, 132),
)
SMALLEST = Room(False, 0, 132)


class Toolbar(QFrame):
    """Follows the document.

    `scenario_chosen` carries a scenario's id, or "" for the default one; `style_chosen` the style that new links get.
    """

    scenario_chosen = Signal(str)
    style_chosen = Signal(str)

    def __init__(self, document: Document, shelf: Shelf, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._shelf, self._theme = document, shelf, theme
        self.setProperty("role", "toolbar")
        self.setFixedHeight(HEIGHT)
        self.menu_button = QToolButton()
        self.menu_button.setIconSize(QSize(20, 20))
        self.menu_button.setToolTip(self.tr("Main menu (F10)"))
        self.menu_button.setAccessibleName(self.tr("Main menu"))
        self.menu_button.clicked.connect(self.open_menu)
        self.title = ElidedLabel()
        self.title.setProperty("role", "title")
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title.setMinimumWidth(LEAST_TITLE)
        self.saved = QLabel()
        self.saved.setProperty("role", "secondary")
        self._buttons: dict[str, QToolButton] = {}
        self.overlay = QuietComboBox()
        self.overlay.setProperty("role", "tool")
        self.overlay.setAccessibleName(self.tr("What the drawing shows"))
        self.overlay.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.overlay.addItem(self.tr("Overlay · findings"), "findings")
        for name, view in VIEWS.items():
            title = translate("overlays", view.title)
            self.overlay.addItem(self.tr("Overlay · {what}").format(what=title[:1].lower() + title[1:]), name)
        self.overlay.addItem(self.tr("Overlay · busy in the run"), "busy")
        self.overlay.addItem(self.tr("Overlay · none"), "none")
        self.offer_busy(False)
        self.styles: dict[LinkStyle, QPushButton] = {style: self._style_button(style) for style in STYLES}
        self.scenario = QuietComboBox()
        self.scenario.setProperty("role", "tool")
        self.scenario.setAccessibleName(self.tr("Scenario"))
        self.scenario.setToolTip(self.tr("The scenario that Run simulates"))
        self.scenario.setFixedWidth(176)
        self.scenario.activated.connect(lambda index: self.scenario_chosen.emit(self.scenario.itemData(index)))
        self.run = self._push("run", self.tr("Run"))
        self.stop = self._push("stop", self.tr("Stop"))
        self.report = self._push("report", self.tr("Report…"))
        self._needs: list[int] = []
        line = self._line = QHBoxLayout(self)
        line.setContentsMargins(12, 0, 16, 0)
        line.setSpacing(4)
        line.addWidget(self.menu_button)
        line.addSpacing(4)
        line.addWidget(self.title, 2)
        line.addWidget(self.saved)
        line.addSpacing(12)
        line.addWidget(self._tool("undo"))
        line.addWidget(self._tool("redo"))
        line.addSpacing(12)
        line.addWidget(self.overlay)
        line.addStretch(1)
        for button in self.styles.values():
            line.addWidget(button)
        line.addStretch(1)
        line.addWidget(self.scenario)
        line.addSpacing(4)
        line.addWidget(self.run)
        line.addWidget(self.stop)
        line.addWidget(self.report)
        line.addWidget(self._tool("commands"))
        document.changed.connect(lambda _changes: self.refresh())
        document.modified_changed.connect(lambda _modified: self.refresh())
        document.path_changed.connect(self.refresh)
        self.wear(theme)
        self.saved.setFixedWidth(self.saved.fontMetrics().horizontalAdvance(self.tr("not saved")) + 8)
        for button in (self.run, self.stop):
            button.setFixedWidth(84)
        self.refresh()
        self.show_running(False)

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        self.menu_button.setIcon(icon("menu", theme.colours["secondary"]))
        for style, button in self.styles.items():
            button.setIcon(style_icon(style, theme))
        self.run.setIcon(icon("run", theme.colours["text"], theme.colours["border"]))
        self.stop.setIcon(icon("stop", theme.colours["text"], theme.colours["border"]))

    def refresh(self) -> None:
        """Shows title, saved state and scenarios as they are."""
        title = self._document.title
        self.title.setText(title)
        self.title.setToolTip(str(self._document.path or self.tr("Not saved yet")))
        if self._document.is_modified:
            self.saved.setText(self.tr("not saved"))
        else:
            self.saved.setText(self.tr("saved") if self._document.path is not None else "")
        scenarios = self._document.architecture.scenarios
        wanted = [(self._document.architecture.label(s.id), s.id) for s in scenarios] or [
            (self.tr("120 s, no faults"), "")
        ]
        held = [(self.scenario.itemText(i), self.scenario.itemData(i)) for i in range(self.scenario.count())]
        if held != wanted:
            chosen = self.scenario.currentData()
            self.scenario.clear()
            for label, scenario_id in wanted:
                self.scenario.addItem(label, scenario_id)
            self.scenario.setCurrentIndex(max(0, self.scenario.findData(chosen)))

    def show_scenario(self, scenario_id: str) -> None:
        self.scenario.setCurrentIndex(max(0, self.scenario.findData(scenario_id)))

    def show_style(self, style: LinkStyle) -> None:
        """Marks the style that new links get."""
        for known, button in self.styles.items():
            button.setChecked(known == style)

    def offer_busy(self, offered: bool) -> None:
        """Whether there is a run whose load can be drawn."""
        rows = self.overlay.model()
        assert isinstance(rows, QStandardItemModel)
        rows.item(self.overlay.findData("busy")).setEnabled(offered)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Shows what there is room for, so that no part lies over another and the model's name can be read."""
        if not self._needs:
            for widget in self.findChildren(QWidget):
                widget.ensurePolished()
            self._needs = [self._need_of(room) for room in ROOMS]
        fitting = (room for room, need in zip(ROOMS, self._needs, strict=True) if need <= self.width())
        self._show(next(fitting, SMALLEST))

    def _need_of(self, room: Room) -> int:
        """Pixels of width with which all of this is seen whole."""
        self._show(room)
        self._line.invalidate()
        return self._line.minimumSize().width()

    def _show(self, room: Room) -> None:
        self.overlay.setVisible(room.overlay != 0)
        self.overlay.setFixedWidth(room.overlay if room.overlay > 0 else self.overlay.sizeHint().width())
        self.scenario.setFixedWidth(room.scenario)
        for style, button in self.styles.items():
            button.setText(translate("styles", STYLES[style].label) if room.named else "")

    def show_running(self, running: bool) -> None:
        self.run.setVisible(not running)
        self.stop.setVisible(running)

    def open_menu(self) -> None:
        """Opens the main menu below its button."""
        menu = self._shelf.main_menu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        self._shelf.refresh()
        menu.popup(self.menu_button.mapToGlobal(self.menu_button.rect().bottomLeft()))
        menu.setActiveAction(menu.actions()[0])

    def _style_button(self, style: LinkStyle) -> QPushButton:
        button = QPushButton(translate("styles", STYLES[style].label))
        button.setAccessibleName(button.text())
        button.setCheckable(True)
        button.setIconSize(QSize(20, 16))
        key = STYLES[style].key
        button.setToolTip(
            self.tr("New links are {style}; the key {key} also changes selected ones").format(
                style=translate("styles", STYLES[style].noun), key=key
            )
        )
        button.clicked.connect(lambda _checked=False: self.style_chosen.emit(style))
        return button

    def _push(self, action_id: str, title: str) -> QPushButton:
        action = self._shelf[action_id]
        button = QPushButton(title)
        button.setIconSize(QSize(16, 16))
        button.setToolTip(_hint(action))
        button.clicked.connect(lambda _checked=False: action.trigger())
        return button

    def _tool(self, action_id: str) -> QToolButton:
        action = self._shelf[action_id]
        button = QToolButton()
        button.setDefaultAction(action)
        button.setIconSize(QSize(20, 20))
        button.setAccessibleName(action.text())
        action.changed.connect(lambda: button.setToolTip(_hint(action)))
        self._buttons[action_id] = button
        return button


def _hint(action: QAction) -> str:
    keys = action.shortcut().toString()
    return f"{action.text()} ({keys})" if keys else action.text()
