"""M07: messages that come faster than they can be handled."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.consumers import arrivals, at_once, consuming, handling, instances_of, mean_work_ms
from models.analysis.facts import Facts, figure
from models.analysis.rule import Finding, Fix, Flaw, Rule, in_words
from models.analysis.widening import filled
from models.architecture import Architecture, Fault, Link
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link in facts.once(consuming) if facts.every_journey else ():
        handles, rate = handling(facts, link), arrivals(facts, link)
        if handles is None or rate is None or handles.keeps_up(rate):
            continue
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
                instances=figure(handles.instances),
                slots=figure(handles.slots),
                work=figure(handles.work_ms),
                capacity=figure(handles.per_s),
            ),
            fixes=partial(_fixes, facts, link, rate * handles.work_ms / 1000.0, handles.slots),
        )


def waits(facts: Facts) -> Iterator[tuple[str, str]]:
    for link in facts.once(consuming) if facts.every_journey else ():
        if arrivals(facts, link) is None:
            continue
        if mean_work_ms(facts, link.target) is None:
            yield link.target, "work_ms"
        if instances_of(facts, link.target) is None:
            yield link.target, "instances"
        if at_once(facts, link) is None:
            yield link.id, "delivery.concurrency"


def _fixes(facts: Facts, link: Link, busy: float, slots: float) -> tuple[Fix, ...]:
    return filled(facts, link.target, busy, slots, "M07")


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "Messages from {source} come faster than {target} can handle them: the backlog grows without end."
)
_SUM = QT_TRANSLATE_NOOP("rules", "{rate}/s >= {instances} instances x {slots} at once / {work} ms = {capacity}/s")

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
