"""T05: one after the other what could be done at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure, listed
from models.analysis.latency import is_parallel, sequences, step_ms
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, Fault, Journey, LinkStep, replace
from models.architecture.edits import put
from models.architecture.journeys import AnyStep
from models.architecture.steps import turns_mapped
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    seen: set[tuple[str, ...]] = set()
    for journey in facts.journeys:
        for together in sequences(facts, journey.steps):
            for run in runs(facts, together):
                links = tuple(step.link for step in run)
                times = [step_ms(facts, step) for step in run]
                limit = _limit(facts, journey)
                if sum(times) <= limit or (journey.id, *links) in seen:
                    continue
                seen.add((journey.id, *links))
                yield _flaw(facts, journey, links, times, limit)


def runs(facts: Facts, steps: tuple[AnyStep, ...]) -> Iterator[list[LinkStep]]:
    """Two or more synchronous calls one after the other, of which none is said to need what the one before it gave."""
    run: list[LinkStep] = []
    for step in steps:
        call = isinstance(step, LinkStep) and facts.architecture.link_by_id[step.link].style == "sync"
        if isinstance(step, LinkStep) and call:
            parallel = is_parallel(facts, facts.architecture.link_by_id[step.link], step)
            if run and step.needs_previous is False and not parallel:
                run.append(step)
                continue
        if len(run) > 1:
            yield run
        run = [step] if isinstance(step, LinkStep) and call else []
    if len(run) > 1:
        yield run


def _limit(facts: Facts, journey: Journey) -> float:
    """100 ms, or half of what the journey is to take where that is less."""
    limit = facts.threshold("T05", "milliseconds", journey.id)
    if journey.target is None:
        return limit
    goals = (journey.target.mean_ms, journey.target.p50_ms, journey.target.p95_ms, journey.target.p99_ms)
    goal = next((one for one in goals if one is not None), None)
    return limit if goal is None else min(limit, facts.threshold("T05", "share", journey.id) * goal)


def _flaw(facts: Facts, journey: Journey, links: tuple[str, ...], times: list[float], limit: float) -> Flaw:
    ends = [facts.architecture.link_by_id[link_id] for link_id in links]
    names = listed([facts.label(link.target) for link in ends][:MOST_NAMED])
    parts: list[Text | str] = [say("rules", _TIME, time=figure(time)) for time in times[:MOST_NAMED]]
    return Flaw(
        subject=f"{facts.subject(journey)}/{links[0]}",
        severity="warning",
        message=say("rules", _MESSAGE, source=facts.label(ends[0].source), names=names),
        elements=tuple(dict.fromkeys((ends[0].source, *(link.target for link in ends))))[:MOST_NAMED],
        links=links,
        journey=journey.id,
        path=(ends[0].source, ends[0].id, ends[0].target),
        arithmetic=say(
            "rules",
            _SUM,
            times=listed(parts, " + "),
            total=figure(sum(times)),
            limit=figure(limit),
            longest=figure(max(times)),
        ),
        fixes=partial(_fixes, journey.id, links),
    )


def _fixes(journey_id: str, links: tuple[str, ...]) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "review", partial(_at_once, journey_id, links)),)


def _at_once(journey_id: str, links: tuple[str, ...], architecture: Architecture) -> Architecture:
    journey = architecture.journey_by_id[journey_id]
    return put(architecture, replace(journey, steps=turns_mapped(journey.steps, partial(_parallel, links))))


def _parallel(links: tuple[str, ...], turn: tuple[AnyStep, ...]) -> tuple[AnyStep, ...]:
    """The turn, with these links used at once wherever it uses them one after the other."""
    found = list(turn)
    for start in range(len(found) - len(links) + 1):
        part = found[start : start + len(links)]
        if tuple(getattr(step, "link", None) for step in part) == links:
            for i in range(start + 1, start + len(links)):
                found[i] = replace(found[i], parallel=True)
    return tuple(found)


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} calls one after the other, though none needs the other's answer: {names}."
)
_TIME = QT_TRANSLATE_NOOP("rules", "{time} ms")
_SUM = QT_TRANSLATE_NOOP("rules", "{times} = {total} ms > {limit} ms; at once about {longest} ms")
_FIX = QT_TRANSLATE_NOOP("rules", "Call them in parallel")

RULE = Rule(
    code="T05",
    name="serial-calls",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Serial calls")),
    severity="warning",
    grade="heuristic",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "Two or more synchronous calls of one step follow each other though none needs the previous answer, and "
            "together they take more than 100 ms on average, or more than half of what the journey is to take.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Their times add up and the user waits for the sum. At once they would take as long as the "
            "slowest of them.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Trip asks for the flight, then for the hotel, then for the car, 60 ms each."
        ),
        fix=QT_TRANSLATE_NOOP("rules", "Start them together and go on when the last has answered."),
    ),
    source="S4.3",
    check=check,
    thresholds={"milliseconds": 100, "share": 0.5},
    rests_on=("style",),
    demonstrate=demonstrate,
)
