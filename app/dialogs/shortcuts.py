"""All keyboard shortcuts in one list, from the table of actions."""

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from app.actions import ACTIONS, Shelf
from app.dialogs.reading import Reading, Row

translate = QCoreApplication.translate


def rows(shelf: Shelf) -> list[Row]:
    """(title, keys) of every action that has keys, then what the canvas knows besides."""
    listed = []
    for action in ACTIONS:
        keys = [key.toString() for key in shelf[action.id].shortcuts()]
        if keys:
            listed.append((translate("actions", action.title), "   ".join(keys)))
    drawing = (
        (translate("shortcuts", "Drawing: go to the next element"), "Tab"),
        (translate("shortcuts", "Drawing: move what is selected"), "← → ↑ ↓"),
        (translate("shortcuts", "Drawing: link from the selected element"), "L"),
        (translate("shortcuts", "Drawing: stop what is under way"), "Esc"),
    )
    return [*listed, *drawing]


def show_shortcuts(parent: QWidget, shelf: Shelf) -> Reading:
    dialog = Reading(parent, translate("shortcuts", "Keyboard shortcuts"), rows(shelf), (560, 640))
    dialog.open()
    return dialog
