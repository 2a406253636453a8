"""One thing a person can do, and the menus it may stand in."""

from collections.abc import Callable
from dataclasses import dataclass

from app.actions.desk import Desk
from models.architecture.text import QT_TRANSLATE_NOOP

MENUS: dict[str, str] = {
    "file": QT_TRANSLATE_NOOP("menus", "File"),
    "edit": QT_TRANSLATE_NOOP("menus", "Edit"),
    "draw": QT_TRANSLATE_NOOP("menus", "Draw"),
    "view": QT_TRANSLATE_NOOP("menus", "View"),
    "findings": QT_TRANSLATE_NOOP("menus", "Findings"),
    "simulation": QT_TRANSLATE_NOOP("menus", "Simulation"),
    "help": QT_TRANSLATE_NOOP("menus", "Help"),
}


def always(_desk: Desk) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """`title` is of the context "actions". `keys` are Qt key sequences, the first one is shown.

    `part` numbers the parts of a menu that lines separate. `checked_when` makes the action one that is on or off.
    `retitled` gives the title of the moment ("Undo Rename Order").
    """

    id: str
    title: str
    menu: str
    run: Callable[[Desk], object]
    keys: tuple[str, ...] = ()
    icon: str | None = None
    part: int = 0
    enabled_when: Callable[[Desk], bool] = always
    checked_when: Callable[[Desk], bool] | None = None
    retitled: Callable[[Desk], str] | None = None
