"""M06: an order that competing consumers do not keep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.consumers import CHANNELS, at_once, instances_of
from models.analysis.facts import Facts, figure, naming
from models.analysis.repairs import by_fix
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, EventLink, Link
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link in _ordered(facts):
        competing = [
            (out, count)
            for out in _consumers(facts, link)
            if (count := _competing(facts, out)) is not None and count > 1
        ]
        if not competing:
            continue
        first, count = competing[0]
        names = dict.fromkeys(facts.label(out.target) for out, _ in competing)
        path = [link.source, link.id, link.target]
        if first.id != link.id:
            path += [first.id, first.target]
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say("rules", _MESSAGE, names=naming(list(names))),
            elements=tuple(dict.fromkeys((link.source, link.target, *(out.target for out, _ in competing))))[
                :MOST_NAMED
            ],
            links=tuple(dict.fromkeys((link.id, *(out.id for out, _ in competing)))),
            path=tuple(path),
            arithmetic=_count(facts, first, count),
            fixes=partial(_fixes, link.id, facts.label(link.source)),
        )


def _ordered(facts: Facts) -> Iterator[EventLink]:
    """Links whose events must stay in order and have no key, said where they are published, else where consumed."""
    for link_id, ordered in facts.stating("order_required").items():
        link = facts.architecture.link_by_id[link_id]
        if ordered is not True or not isinstance(link, EventLink) or _has_key(facts, link):
            continue
        if facts.kind[link.source] == "topic":
            into = [one for one in facts.architecture.links_to[link.source] if one.style == "event"]
            if any(facts.said(one, "order_required") is True or _has_key(facts, one) for one in into):
                continue
        yield link


def _has_key(facts: Facts, link: Link) -> bool:
    return facts.said(link, "order_key") not in (None, "none")


def _consumers(facts: Facts, link: EventLink) -> list[Link]:
    if facts.kind[link.target] not in CHANNELS:
        return [link]
    onward = (out for out in facts.architecture.links_from[link.target] if out.style == "event")
    return sorted((out for out in onward if not _has_key(facts, out)), key=lambda out: out.id)


def _competing(facts: Facts, link: Link) -> float | None:
    """Events of one service in work at once, as said: instances times stated concurrency; None when nobody said.

    A partition is taken by one consumer, which works on one event of it at a time.
    """
    partitions = float(facts.elements_stating("partitions").get(link.source, math.inf))
    if partitions == 1:
        return 1.0
    instances, each = instances_of(facts, link.target), at_once(facts, link)
    if instances is None:
        return None if each is None or each <= 1 else min(each, partitions)
    return min(float(instances) if each is None else instances * each, partitions)


def _count(facts: Facts, link: Link, count: float) -> Text:
    name = facts.label(link.target)
    return say("rules", _COUNT, name=name, count=figure(count)) if count < math.inf else say("rules", _ANY, name=name)


def waits(facts: Facts) -> Iterator[tuple[str, str]]:
    for link in _ordered(facts):
        for out in _consumers(facts, link):
            if _competing(facts, out) is None:
                yield out.target, "instances"


def _fixes(link_id: str, publisher: str) -> tuple[Fix, ...]:
    key = f"{publisher} id"
    return (Fix(say("rules", _FIX, key=key), "review", partial(_keyed, link_id, key)),)


def _keyed(link_id: str, key: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"order_key": key}, provenance=by_fix("M06"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "Order matters, there is no key, and several events are worked on at once in {names}."
)
_COUNT = QT_TRANSLATE_NOOP("rules", "{name} works on up to {count} events at once")
_ANY = QT_TRANSLATE_NOOP("rules", "{name} works on any number of events at once")
_FIX = QT_TRANSLATE_NOOP("rules", 'Partition the events by a key, such as "{key}"')

RULE = Rule(
    code="M06",
    name="broken-order",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Broken order")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "Events must be handled in the order they were published, they have no key, and their consumer, its "
            "instances and workers together, works on more than one at once. One partition alone keeps their order.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Competing consumers overtake each other: the second instance is done with the change while the first is "
            "still busy with the creation. The order on the broker is of no use then.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Account publishes bookings that must stay in order, and three instances of Ledger take them."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Choose a key for what must stay in order, the account for instance. Events of one key go to one partition "
            "and one consumer; others run beside them.",
        ),
    ),
    source="S9",
    check=check,
    rests_on=("style", "order_required", "order_key"),
    waits=waits,
)
