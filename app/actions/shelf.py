"""The actions as Qt knows them: one QAction each, with shortcut, icon and state, and the menus that hold them."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from app.actions.action import MENUS, Action
from app.actions.catalogue import ACTIONS
from app.actions.desk import Desk
from app.resources import icon
from app.theme import Theme

translate = QCoreApplication.translate


class Shelf(QObject):
    """Makes and keeps the QActions of one window, which is also where their shortcuts work."""

    def __init__(self, desk: Desk, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._desk, self._window = desk, window
        self.actions: dict[str, QAction] = {}
        for action in ACTIONS:
            self.actions[action.id] = self._make(action)
        self.wear(theme)

    def __getitem__(self, action_id: str) -> QAction:
        return self.actions[action_id]

    def wear(self, theme: Theme) -> None:
        """Draws the icons in the theme's colours."""
        for action in ACTIONS:
            if action.icon is not None:
                drawn = icon(action.icon, theme.colours["secondary"], theme.colours["border"])
                self.actions[action.id].setIcon(drawn)

    def refresh(self) -> None:
        """Asks every action whether it can be done now, is on, and what it is called."""
        for action in ACTIONS:
            made = self.actions[action.id]
            made.setEnabled(action.enabled_when(self._desk))
            if action.checked_when is not None:
                made.setChecked(action.checked_when(self._desk))
            if action.retitled is not None:
                made.setText(action.retitled(self._desk) or translate("actions", action.title))

    def menu(self, name: str, parent: QWidget | None = None) -> QMenu:
        """The menu called `name` in the table of menus."""
        menu = QMenu(translate("menus", MENUS[name]), parent or self._window)
        self.fill(menu, lambda action: action.menu == name)
        menu.aboutToShow.connect(self.refresh)
        return menu

    def main_menu(self, parent: QWidget | None = None) -> QMenu:
        """All menus as one."""
        main = QMenu(parent or self._window)
        for name in MENUS:
            main.addMenu(self.menu(name, main))
        return main

    def fill(self, menu: QMenu, wanted: Callable[[Action], bool]) -> None:
        """Adds the actions that are wanted, with lines between the parts of their menu."""
        last: Action | None = None
        for action in ACTIONS:
            if not wanted(action):
                continue
            if last is not None and (last.menu, last.part) != (action.menu, action.part):
                menu.addSeparator()
            menu.addAction(self.actions[action.id])
            last = action

    def _make(self, action: Action) -> QAction:
        made = QAction(translate("actions", action.title), self._window)
        made.setObjectName(action.id)
        made.setShortcuts([QKeySequence(key) for key in action.keys])
        made.setCheckable(action.checked_when is not None)
        made.setMenuRole(QAction.MenuRole.NoRole)
        made.triggered.connect(lambda _checked=False: self._do(action))
        self._window.addAction(made)
        return made

    def _do(self, action: Action) -> None:
        if action.enabled_when(self._desk):
            action.run(self._desk)
        self.refresh()
