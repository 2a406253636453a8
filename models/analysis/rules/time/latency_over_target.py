"""T10: a journey that cannot be as fast as it is to be."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, derived_note, figure, listed
from models.analysis.figures import apart
from models.analysis.fixes.deferring import deferring
from models.analysis.journeys.latency import WORKING, journey_ms, work_ms
from models.analysis.journeys.parallel import all_at_once, at_once, runs, sequences
from models.analysis.journeys.promises import answering
from models.analysis.journeys.slowest import shares
from models.analysis.journeys.unwaited import times_without
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Journey, LinkStep
from models.architecture.derived import steps_are_derived
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

GOALS = ("mean_ms", "p95_ms", "p99_ms")


def check(facts: Facts) -> Iterator[Flaw]:
    for journey, goal in _aiming(facts):
        took = journey_ms(facts, journey)
        if took <= _most(goal):
            continue
        yield Flaw(
            subject=facts.subject(journey),
            severity="error",
            message=partial(_message, facts, journey, took, goal),
            elements=tuple(dict.fromkeys((journey.entry, *_slowest(facts, journey))))[:MOST_NAMED],
            links=tuple(dict.fromkeys(step.link for step in journey.steps if isinstance(step, LinkStep))),
            journey=journey.id,
            path=(journey.entry,),
            arithmetic=partial(_sum, facts, journey, took, goal),
            assumed=(derived_note(facts, journey.entry),) if steps_are_derived(journey) else (),
            fixes=partial(_fixes, facts, journey, goal),
            about=(journey.id, journey.entry),
        )


def _aiming(facts: Facts) -> Iterator[tuple[Journey, float]]:
    """Journeys with a target for their latency: the mean, else the lowest of the high quantiles."""
    for journey in facts.every_journey:
        if journey.target is not None:
            goals = [goal for name in GOALS if (goal := getattr(journey.target, name)) is not None]
            if goals:
                yield journey, goals[0]


def _most(goal: float) -> float:
    """What still counts as the goal: the same times in another order add up to a little more or less."""
    return goal * (1 + 1e-9)


def _slowest(facts: Facts, journey: Journey) -> list[str]:
    members = [one for one in facts.once(answering)[journey.id] if facts.kind[one] in WORKING]
    return sorted(members, key=lambda one: (-work_ms(facts, one), one))


def _message(facts: Facts, journey: Journey, took: float, goal: float) -> Text:
    told, wanted = apart(took, goal)
    return say("rules", _MESSAGE, journey=facts.label(journey.id), took=told, goal=wanted)


def _sum(facts: Facts, journey: Journey, took: float, goal: float) -> Text:
    """Where the time goes, the most of it first."""
    found = shares(facts, journey)
    most = sorted(found, key=lambda one: (-found[one], one))
    told, wanted = apart(took, goal)
    parts: list[Text | str] = [
        say("rules", _SHARE, element=facts.label(one), time=figure(found[one])) for one in most[:MOST_NAMED]
    ]
    if len(most) > MOST_NAMED:
        parts.append("...")
    if len(parts) == 1:
        return say("rules", _ONE, part=say("rules", _SHARE, element=facts.label(most[0]), time=told), goal=wanted)
    return say("rules", _SUM, parts=listed(parts, " + "), took=told, goal=wanted)


def waits(facts: Facts) -> Iterator[Lack]:
    known = facts.elements_stating("work_ms")
    for journey, goal in _aiming(facts):
        if journey_ms(facts, journey) <= goal:
            for element_id in sorted(facts.once(answering)[journey.id]):
                if element_id not in known and facts.kind[element_id] in WORKING:
                    yield "work_ms", (element_id,)


def _fixes(facts: Facts, journey: Journey, goal: float) -> tuple[Fix, ...]:
    times = times_without(facts, journey)
    deferred = deferring(facts, journey, "T10", lambda gone: times(gone) - _most(goal))
    return (*_in_parallel(facts, journey, goal), *deferred)


def _in_parallel(facts: Facts, journey: Journey, goal: float) -> Iterator[Fix]:
    """What the journey calls one after the other, though none needs the other, at once; where that is enough."""
    if steps_are_derived(journey):
        return
    every = [run for together in sequences(facts, journey.steps) for run in runs(facts, together)]
    rows = list(dict.fromkeys(tuple([step.link for step in run]) for run in every))
    if rows and journey_ms(facts, all_at_once(journey, rows)) <= _most(goal):
        names = naming([facts.label(link_id) for link_id in dict.fromkeys(one for row in rows for one in row)])
        yield Fix(say("rules", _PARALLEL, links=names), "review", partial(at_once, journey.id, rows))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{journey} takes {took} ms on average without any queueing, and is to take {goal} ms."
)
_SHARE = QT_TRANSLATE_NOOP("rules", "{element} {time} ms")
_SUM = QT_TRANSLATE_NOOP("rules", "{parts} = {took} ms > {goal} ms")
_ONE = QT_TRANSLATE_NOOP("rules", "{part} > {goal} ms")
_PARALLEL = QT_TRANSLATE_NOOP("rules", "Call in parallel: {links}")

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
            "before anything has to queue. What nobody said counts as nothing. A target for the median alone is left "
            "to the simulator: many means are above their medians.",
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
