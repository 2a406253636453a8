"""T10: a journey that cannot be as fast as it is to be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.deferring import deferring
from models.analysis.facts import Facts, derived_note, figure, listed
from models.analysis.latency import WORKING, journey_ms, step_ms, work_ms
from models.analysis.promises import answering
from models.analysis.rule import MOST_NAMED, Flaw, Rule, in_words
from models.architecture import Journey, LinkStep
from models.architecture.derived import steps_are_derived
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

GOALS = ("mean_ms", "p95_ms", "p99_ms")


def check(facts: Facts) -> Iterator[Flaw]:
    for journey, goal in _aiming(facts):
        took = journey_ms(facts, journey)
        if took <= goal * (1 + 1e-9):
            continue
        yield Flaw(
            subject=facts.subject(journey),
            severity="error",
            message=say("rules", _MESSAGE, journey=facts.label(journey.id), took=figure(took), goal=figure(goal)),
            elements=tuple(dict.fromkeys((journey.entry, *_slowest(facts, journey))))[:MOST_NAMED],
            links=tuple(dict.fromkeys(step.link for step in journey.steps if isinstance(step, LinkStep))),
            journey=journey.id,
            path=(journey.entry,),
            arithmetic=_sum(facts, journey, took, goal),
            assumed=(derived_note(facts, journey.entry),) if steps_are_derived(journey) else (),
            fixes=partial(deferring, facts, journey, "T10", _keeps),
            about=(journey.id, journey.entry),
        )


def _aiming(facts: Facts) -> Iterator[tuple[Journey, float]]:
    """Journeys with a target for their latency: the mean, else the lowest of the high quantiles."""
    for journey in facts.every_journey:
        if journey.target is not None:
            goals = [goal for name in GOALS if (goal := getattr(journey.target, name)) is not None]
            if goals:
                yield journey, goals[0]


def _slowest(facts: Facts, journey: Journey) -> list[str]:
    members = [one for one in facts.once(answering)[journey.id] if facts.kind[one] in WORKING]
    return sorted(members, key=lambda one: (-work_ms(facts, one), one))


def _sum(facts: Facts, journey: Journey, took: float, goal: float) -> Text | None:
    """What each of the entry's steps takes, where there are several one after the other."""
    calls = [step for step in journey.steps if isinstance(step, LinkStep)]
    times = [step_ms(facts, step) for step in calls]
    if len(calls) != len(journey.steps) or len(calls) < 2 or abs(sum(times) - took) > 1e-6 * took:
        return say("rules", _OVER, took=figure(took), goal=figure(goal))
    parts: list[Text | str] = [say("rules", _TIME, time=figure(time)) for time in times[:MOST_NAMED]]
    if len(times) > MOST_NAMED:
        parts.append("...")
    return say("rules", _SUM, parts=listed(parts, " + "), took=figure(took), goal=figure(goal))


def waits(facts: Facts) -> Iterator[tuple[str, str]]:
    known = facts.elements_stating("work_ms")
    for journey, goal in _aiming(facts):
        if journey_ms(facts, journey) <= goal:
            for element_id in sorted(facts.once(answering)[journey.id]):
                if element_id not in known and facts.kind[element_id] in WORKING:
                    yield element_id, "work_ms"


def _keeps(facts: Facts, journey_id: str) -> bool:
    return all(journey_ms(facts, one) <= goal for one, goal in _aiming(facts) if one.id == journey_id)


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{journey} takes {took} ms on average without any queueing, and is to take {goal} ms."
)
_OVER = QT_TRANSLATE_NOOP("rules", "{took} ms > {goal} ms, by the stated means along the slowest path")
_TIME = QT_TRANSLATE_NOOP("rules", "{time} ms")
_SUM = QT_TRANSLATE_NOOP("rules", "{parts} = {took} ms > {goal} ms")

RULE = Rule(
    code="T10",
    name="latency-over-target",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Latency over target")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "The stated mean times along the slowest path of a journey add up to more than its target, "
            "before anything has "
            "to queue. What nobody said counts as nothing.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Times of calls one after the other add up, and no tuning of a single service changes "
            "that. The target cannot "
            "be met on an idle system, let alone a busy one.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Booking asks for the fare and for seats, 120 ms each, and is to answer within 200 ms."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Call in parallel what can be, defer what need not be in the answer, keep what seldom "
            "changes in a cache, or "
            "make the slowest part faster.",
        ),
    ),
    source="S4.3",
    check=check,
    rests_on=("style",),
    waits=waits,
)
