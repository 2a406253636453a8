"""Actions of the edit menu: undo, the clipboard, selection, the command palette."""

from app.actions import editing
from app.actions.action import Action
from app.actions.desk import Desk
from models.architecture.text import QT_TRANSLATE_NOOP


def _undo_title(desk: Desk) -> str:
    what = desk.document.undo_title
    return editing.translate("actions", "Undo {what}").format(what=what) if what else ""


def _redo_title(desk: Desk) -> str:
    what = desk.document.redo_title
    return editing.translate("actions", "Redo {what}").format(what=what) if what else ""


EDIT = (
    Action(
        "undo",
        QT_TRANSLATE_NOOP("actions", "Undo"),
        "edit",
        lambda d: d.document.undo(),
        ("Ctrl+Z",),
        "undo",
        enabled_when=lambda d: d.document.can_undo,
        retitled=_undo_title,
    ),
    Action(
        "redo",
        QT_TRANSLATE_NOOP("actions", "Redo"),
        "edit",
        lambda d: d.document.redo(),
        ("Ctrl+Shift+Z", "Ctrl+Y"),
        "redo",
        enabled_when=lambda d: d.document.can_redo,
        retitled=_redo_title,
    ),
    Action(
        "cut",
        QT_TRANSLATE_NOOP("actions", "Cut"),
        "edit",
        editing.cut,
        ("Ctrl+X",),
        "cut",
        1,
        editing.elements_selected,
    ),
    Action(
        "copy",
        QT_TRANSLATE_NOOP("actions", "Copy"),
        "edit",
        lambda d: d.clipboard.copy(d.document),
        ("Ctrl+C",),
        "copy",
        1,
        editing.elements_selected,
    ),
    Action(
        "paste",
        QT_TRANSLATE_NOOP("actions", "Paste"),
        "edit",
        lambda d: d.clipboard.paste(d.document),
        ("Ctrl+V",),
        "paste",
        1,
    ),
    Action(
        "duplicate",
        QT_TRANSLATE_NOOP("actions", "Duplicate"),
        "edit",
        editing.duplicate,
        ("Ctrl+D",),
        "duplicate",
        1,
        editing.elements_selected,
    ),
    Action(
        "delete",
        QT_TRANSLATE_NOOP("actions", "Delete"),
        "edit",
        editing.delete,
        ("Del",),
        "delete",
        1,
        editing.selected,
    ),
    Action(
        "rename",
        QT_TRANSLATE_NOOP("actions", "Rename"),
        "edit",
        editing.rename,
        ("F2",),
        "edit",
        2,
        editing.one_selected,
    ),
    Action("select-all", QT_TRANSLATE_NOOP("actions", "Select all"), "edit", editing.select_all, ("Ctrl+A",), part=3),
    Action(
        "deselect",
        QT_TRANSLATE_NOOP("actions", "Select nothing"),
        "edit",
        lambda d: d.document.selection.clear(),
        ("Ctrl+Shift+A",),
        part=3,
        enabled_when=editing.selected,
    ),
    Action(
        "commands",
        QT_TRANSLATE_NOOP("actions", "Find a command…"),
        "edit",
        lambda d: d.show_commands(),
        ("Ctrl+K",),
        "command",
        4,
    ),
)
