"""What an overlay says of a part: a few words and how bad that is. And which overlays there are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from models.architecture.text import QT_TRANSLATE_NOOP

Level = Literal["plain", "good", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Tag:
    """`words` in lines, in italics if they lean on what nobody said; `share` 0..1 is drawn as a bar, if it is there."""

    words: str
    level: Level = "plain"
    assumed: bool = False
    share: float | None = None


Tags = Mapping[str, Tag]
"""Element or link id -> what is said of it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """`of_one` gives what is said instead while one element is selected, None where that makes no difference."""

    tags: Tags
    of_one: Callable[[str], Tags | None] | None = None


@dataclass(frozen=True, slots=True)
class Overlay:
    """`title` in lists and menus; `key` explains on the drawing what is seen."""

    title: str
    key: str


VIEWS: dict[str, Overlay] = {
    "together": Overlay(
        QT_TRANSLATE_NOOP("overlays", "Up together"),
        QT_TRANSLATE_NOOP(
            "overlays",
            "How many others must be up at the same moment for a service to answer; more than a few are marked as the "
            "findings are. Select a service to see which.",
        ),
    ),
    "calls": Overlay(
        QT_TRANSLATE_NOOP("overlays", "Calls multiplied"),
        QT_TRANSLATE_NOOP(
            "overlays",
            "How many calls of a link one request can become when what is behind fails: the attempts of all layers "
            "multiplied; of a message how often it can be delivered.",
        ),
    ),
    "budgets": Overlay(
        QT_TRANSLATE_NOOP("overlays", "Time budgets"),
        QT_TRANSLATE_NOOP(
            "overlays",
            "The timeout of a link, and below it what its callee waits for at worst. Marked where the caller gives up "
            "first, where nobody set a timeout, or where the callee waits for something without any limit.",
        ),
    ),
    "owners": Overlay(
        QT_TRANSLATE_NOOP("overlays", "Owners"),
        QT_TRANSLATE_NOOP(
            "overlays",
            "Who owns each part, and the links between what two owners have: a change there needs both to agree.",
        ),
    ),
    "load": Overlay(
        QT_TRANSLATE_NOOP("overlays", "Busy by the rates"),
        QT_TRANSLATE_NOOP(
            "overlays",
            "How much of the time workers or connections are busy at the journeys' rates, by means alone and without a "
            "run; in italics where that leans on what nobody said. Marked from 70% on, and as the findings are where a "
            "store has too few connections or workers cannot keep up.",
        ),
    ),
}
"""The overlays that show a view of the analyser, in their order."""
