"""Which fields of a part name other parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from itertools import compress
from operator import attrgetter, itemgetter
from typing import NamedTuple, TypeVar

from models.architecture.base import Frozen

SINGLE = ("dead_letter", "deployed_with", "server", "broker", "reply_queue", "notified_by", "parent")
"""`server` and `broker` may also be plain names, which nothing else bears."""
SEVERAL = ("published_with", "groups")
KEYED = ("placement",)
_values = attrgetter("__dict__")
_Part = TypeVar("_Part", bound=Frozen)


class Naming(NamedTuple):
    """Fields of a type that name one part, several, and one in each key; whether it has a delivery; all of these."""

    single: tuple[str, ...]
    several: tuple[str, ...]
    keyed: tuple[str, ...]
    delivers: bool
    fields: tuple[str, ...]


@cache
def naming_of(model: type[Frozen]) -> Naming:
    """What of `model` names other parts, the ends of links aside."""
    known = model.model_fields
    single, several, keyed = (tuple(name for name in names if name in known) for names in (SINGLE, SEVERAL, KEYED))
    more = tuple(name for name in ("delivery", "profile") if name in known)
    return Naming(single, several, keyed, "delivery" in known, (*single, *several, *keyed, *more))


def names_others(part: Frozen) -> bool:
    """Whether a part may name others, the ends of a link aside; most say nothing of the kind, which is quick to see."""
    said = _reader(type(part))
    return said is not None and any(said(part.__dict__))


def naming_others(parts: Iterable[_Part]) -> list[_Part]:
    """Those of `parts` that may name others: the same of thousands at once, for a fraction of the time."""
    by_type: dict[type[_Part], list[_Part]] = {}
    for part in parts:
        by_type.setdefault(type(part), []).append(part)
    found: list[_Part] = []
    for model, alike in by_type.items():
        if (said := _reader(model)) is not None:
            found += compress(alike, map(any, map(said, map(_values, alike))))
    return found


@cache
def _reader(model: type[Frozen]) -> Callable[[dict[str, object]], tuple[object, ...]] | None:
    """Reads all fields that name others at once; the first one twice, as of a single one no tuple would be made."""
    fields = naming_of(model).fields
    return itemgetter(*fields, fields[0]) if fields else None
