"""M07: messages that come faster than they can be handled."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.consumers import arrivals, at_once, consuming, instances_of, mean_work_ms
from models.analysis.facts import Facts, figure
from models.analysis.repairs import by_fix
from models.analysis.rule import Finding, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, Fault, Link, Service
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say

FILL = 0.7


def check(facts: Facts) -> Iterator[Flaw]:
    for link in facts.once(consuming):
        work, instances, slots = _known(facts, link)
        if work is None or work <= 0 or instances is None or slots is None or math.isinf(slots):
            continue
        rate = arrivals(facts, link)
        if rate is None or rate < instances * slots * 1000.0 / work * (1 - 1e-9):
            continue
        capacity = instances * slots * 1000.0 / work
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=say(
                "rules",
                _SUM,
                rate=figure(rate),
                instances=figure(instances),
                slots=figure(slots),
                work=figure(work),
                capacity=figure(capacity),
            ),
            fixes=partial(_fixes, facts, link, math.ceil(rate * work / 1000.0 / FILL / slots - 1e-9)),
        )


def _known(facts: Facts, link: Link) -> tuple[float | None, int | None, float | None]:
    """(mean work in ms, instances, messages at once per instance), as said."""
    return mean_work_ms(facts, link.target), instances_of(facts, link.target), at_once(facts, link)


def waits(facts: Facts) -> Iterator[tuple[str, str]]:
    for link in facts.once(consuming):
        if arrivals(facts, link) is None:
            continue
        work, instances, slots = _known(facts, link)
        if work is None:
            yield link.target, "work_ms"
        if instances is None:
            yield link.target, "instances"
        if slots is None:
            yield link.id, "delivery.concurrency"


def _fixes(facts: Facts, link: Link, wanted: int) -> tuple[Fix, ...]:
    if not isinstance(facts.architecture.element_by_id[link.target], Service):
        return ()
    return (Fix(say("rules", _FIX, count=wanted), "review", partial(_widen, link.target, wanted)),)


def _widen(service_id: str, wanted: int, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [service_id], {"instances": wanted}, provenance=by_fix("M07"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "Messages from {source} come faster than {target} can handle them: the backlog grows without end."
)
_SUM = QT_TRANSLATE_NOOP("rules", "{rate}/s >= {instances} instances x {slots} at once / {work} ms = {capacity}/s")
_FIX = QT_TRANSLATE_NOOP("rules", "Run {count} instances (70% busy)")

RULE = Rule(
    code="M07",
    name="growing-backlog",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Growing backlog")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "At the journeys' rates as many messages come to a consumer as its instances can handle at "
            "their mean work, "
            "or more.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A queue evens out bursts, not a lasting overload. It grows until memory or patience ends, and everything "
            "in it is late by its whole length.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "60 parcels come per second, and Shipping handles 50 with its 5 instances of one worker."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Run as many instances as rate times work asks for, with room to spare (70% busy), make "
            "the work shorter, or "
            "let less in.",
        ),
    ),
    source="S7.1",
    check=check,
    rests_on=("style",),
    waits=waits,
    demonstrate=demonstrate,
    measures=("waiting", "completion_p95_ms"),
)
