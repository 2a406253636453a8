"""Where one part names another: the one list that removal and pasting go through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from models.architecture.base import Frozen, replace
from models.architecture.links import Delivery
from models.architecture.naming import names_others, naming_of

P = TypeVar("P", bound=Frozen)


def referring(part: P, new: Callable[[str], str | None]) -> P:
    """`part` with each id it refers to replaced by `new(id)`; None lets the reference go, and what was said of it."""
    if not names_others(part):
        return part
    single, multiple, by_key, delivers, _fields = naming_of(type(part))
    changes: dict[str, Any] = {}
    for name in single:
        if (before := getattr(part, name)) is not None and (after := new(before)) != before:
            changes[name] = after
    for name in multiple:
        if several := getattr(part, name):
            kept = tuple(after for before in several if (after := new(before)) is not None)
            if kept != several:
                changes[name] = kept
    for name in by_key:
        if keyed := getattr(part, name):
            mapped = {after: value for before, value in keyed.items() if (after := new(before)) is not None}
            if mapped != keyed:
                changes[name] = mapped
    delivery = part.delivery if delivers else None  # type: ignore[attr-defined]  # it has one then
    if isinstance(delivery, Delivery) and delivery.dead_letter not in (None, "none"):
        dead_letter = new(str(delivery.dead_letter))
        if dead_letter != delivery.dead_letter:
            after_delivery = replace(delivery, dead_letter=dead_letter)
            changes["delivery"] = after_delivery if after_delivery.said() else None
    if not changes:
        return part
    silent = {name for name, value in changes.items() if not value}
    if silent and (provenance := getattr(part, "provenance", None)):
        changes["provenance"] = {name: source for name, source in provenance.items() if name not in silent}
    return replace(part, **changes)
