"""M06: an order that competing consumers do not keep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.fixes.repairs import by_fix
from models.analysis.labels import naming
from models.analysis.messages.ordering import competing, keyless, ordered, takers_in_order
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Link
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link in facts.once(ordered):
        if not keyless(facts, link):
            continue
        several = [
            (out, count)
            for out in takers_in_order(facts, link)
            if (count := competing(facts, out)) is not None and count > 1
        ]
        if not several:
            continue
        first, count = several[0]
        names = dict.fromkeys(facts.label(out.target) for out, _ in several)
        path = [link.source, link.id, link.target]
        if first.id != link.id:
            path += [first.id, first.target]
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say("rules", _MESSAGE, names=naming(list(names))),
            elements=tuple(dict.fromkeys((link.source, link.target, *(out.target for out, _ in several))))[:MOST_NAMED],
            links=tuple(dict.fromkeys((link.id, *(out.id for out, _ in several)))),
            path=tuple(path),
            arithmetic=_count(facts, first, count),
            fixes=partial(_fixes, link.id, facts.label(link.source)),
        )


def _count(facts: Facts, link: Link, count: float) -> Text:
    name = facts.label(link.target)
    return say("rules", _COUNT, name=name, count=figure(count)) if count < math.inf else say("rules", _ANY, name=name)


def waits(facts: Facts) -> Iterator[Lack]:
    for link in facts.once(ordered):
        counts = [(out, competing(facts, out)) for out in takers_in_order(facts, link)]
        for out, count in counts:
            if count is None:
                yield "instances", (out.target,)
        if not keyless(facts, link) and any(count is None or count > 1 for _, count in counts):
            yield "order_key", (link.id,)


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
            "Events must be handled in the order they were published, are said to have no key, and their consumer, its "
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
