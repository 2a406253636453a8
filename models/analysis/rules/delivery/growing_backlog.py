"""M07: messages that come faster than they can be handled."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure, listed
from models.analysis.fixes.widening import FILL, filled
from models.analysis.labels import naming
from models.analysis.messages.consumers import at_once, consuming, instances_of
from models.analysis.messages.handling import Handling, arrivals, handling, mean_handled_ms, takers
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Fault, Link
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link in facts.once(consuming) if facts.every_journey else ():
        competing = facts.once(takers).get(link.source, [link])
        if link is not competing[0]:
            continue
        rate, every = arrivals(facts, link), [handling(facts, taker) for taker in competing]
        handles = [one for one in every if one is not None]
        if rate is None or len(handles) < len(every):
            continue
        capacity = sum(one.per_s for one in handles)
        if rate < capacity * (1 - 1e-9):
            continue
        names = list(dict.fromkeys(facts.label(taker.target) for taker in competing))
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say(
                "rules", _MESSAGE if len(names) == 1 else _MANY, source=facts.label(link.source), names=naming(names)
            ),
            elements=tuple(dict.fromkeys((link.source, *(taker.target for taker in competing))))[:MOST_NAMED],
            links=tuple(taker.id for taker in competing),
            path=(link.source, link.id, link.target),
            arithmetic=say(
                "rules",
                _SUM,
                rate=figure(rate),
                each=_handled_together(handles),
                capacity=figure(capacity),
            ),
            fixes=partial(_fixes, facts, competing, handles, rate),
        )


def _handled_together(handles: list[Handling]) -> Text:
    if len(handles) > MOST_NAMED:
        return say("rules", _CONSUMERS, count=len(handles))
    return listed([_handled(one) for one in handles], " + ")


def _handled(handles: Handling) -> Text:
    template = _ALONE if handles.instances == 1 else _EACH
    return say(
        "rules",
        template,
        instances=figure(handles.instances),
        slots=figure(handles.slots),
        work=figure(handles.work_ms),
    )


def waits(facts: Facts) -> Iterator[Lack]:
    for link in facts.once(consuming) if facts.every_journey else ():
        if arrivals(facts, link) is None:
            continue
        if mean_handled_ms(facts, link) is None:
            yield "work_ms", (link.target,)
        if instances_of(facts, link.target) is None:
            yield "instances", (link.target,)
        if at_once(facts, link) is None:
            yield "delivery.concurrency", (link.id,)


def _fixes(facts: Facts, competing: list[Link], handles: list[Handling], rate: float) -> tuple[Fix, ...]:
    """More instances of one of those who compete, the first that can have more; the others 70% busy too."""
    for link, one in zip(competing, handles, strict=True):
        others = sum(other.per_s for other in handles) - one.per_s
        busy = (rate - FILL * others) * one.work_ms / 1000.0
        if fixes := filled(facts, link.target, busy, one.slots, "M07"):
            return fixes
    return ()


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "Messages from {source} come faster than {names} can handle them: the backlog grows without end."
)
_MANY = QT_TRANSLATE_NOOP(
    "rules",
    "Messages from {source} come faster than {names} together can handle them: the backlog grows without end.",
)
_SUM = QT_TRANSLATE_NOOP("rules", "{rate}/s >= {each} = {capacity}/s")
_EACH = QT_TRANSLATE_NOOP("rules", "{instances} instances x {slots} at once / {work} ms")
_CONSUMERS = QT_TRANSLATE_NOOP("rules", "what {count} consumers can handle")
_ALONE = QT_TRANSLATE_NOOP("rules", "1 instance x {slots} at once / {work} ms")

RULE = Rule(
    code="M07",
    name="growing-backlog",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Growing backlog")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "At the journeys' lasting rates, not their peaks, messages come as fast as their consumers can handle them "
            "at their mean work, or faster.",
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
