"""Where one part names another: the one list that removal and pasting go through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from models.architecture.base import Frozen, replace
from models.architecture.links import Delivery

P = TypeVar("P", bound=Frozen)

SINGLE = ("dead_letter", "deployed_with", "server", "broker", "reply_queue", "notified_by", "parent")
"""`server` and `broker` may also be plain names, which nothing else bears."""
SEVERAL = ("published_with", "groups")
KEYED = ("placement",)


def referring(part: P, new: Callable[[str], str | None]) -> P:
    """`part` with each id it refers to replaced by `new(id)`; None lets the reference go, and what was said of it."""
    fields = type(part).model_fields
    changes: dict[str, Any] = {}
    for name in SINGLE:
        if name in fields and (before := getattr(part, name)) is not None and (after := new(before)) != before:
            changes[name] = after
    for name in SEVERAL:
        if name in fields and (several := getattr(part, name)):
            kept = tuple(after for before in several if (after := new(before)) is not None)
            if kept != several:
                changes[name] = kept
    for name in KEYED:
        if name in fields and (keyed := getattr(part, name)):
            mapped = {after: value for before, value in keyed.items() if (after := new(before)) is not None}
            if mapped != keyed:
                changes[name] = mapped
    delivery = getattr(part, "delivery", None)
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
