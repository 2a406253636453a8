"""T05: one after the other what could be done at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure, listed
from models.analysis.figures import apart
from models.analysis.journeys.latency import step_ms
from models.analysis.journeys.parallel import at_once, runs, sequences
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, Fault, Journey
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

Row = tuple[str, ...]
"""Ids of the links of calls one after the other."""


def check(facts: Facts) -> Iterator[Flaw]:
    """Rows of one journey that begin with the same call are one finding, which tells of the longest in time."""
    for journey in facts.journeys:
        found: dict[str, dict[Row, list[float]]] = {}
        for together in sequences(facts, journey.steps):
            for run in runs(facts, together):
                row = tuple(step.link for step in run)
                times = [step_ms(facts, step) for step in run]
                if sum(times) > _limit(facts, journey, row) * (1 + 1e-9):
                    found.setdefault(row[0], {}).setdefault(row, times)
        for rows in found.values():
            yield _flaw(facts, journey, rows)


def _limit(facts: Facts, journey: Journey, links: Row) -> float:
    """100 ms, or half of what the journey is to take where that is less."""
    about = (journey.id, facts.architecture.link_by_id[links[0]].source, *links)
    limit = facts.threshold("T05", "milliseconds", *about)
    if journey.target is None:
        return limit
    goals = (journey.target.mean_ms, journey.target.p50_ms, journey.target.p95_ms, journey.target.p99_ms)
    goal = next((one for one in goals if one is not None), None)
    return limit if goal is None else min(limit, facts.threshold("T05", "share", *about) * goal)


def _flaw(facts: Facts, journey: Journey, rows: dict[Row, list[float]]) -> Flaw:
    links = max(rows, key=lambda row: sum(rows[row]))
    times, limit = rows[links], _limit(facts, journey, links)
    ends = [facts.architecture.link_by_id[link_id] for link_id in links]
    names = naming([facts.label(target) for target in dict.fromkeys(link.target for link in ends)])
    total, allowed = apart(sum(times), limit)
    parts: list[Text | str] = [say("rules", _TIME, time=figure(time)) for time in times[:MOST_NAMED]]
    if len(times) > MOST_NAMED:
        parts.append("...")
    return Flaw(
        subject=f"{facts.subject(journey)}/{links[0]}",
        severity="warning",
        message=say("rules", _MESSAGE, source=facts.label(ends[0].source), names=names),
        elements=tuple(dict.fromkeys((ends[0].source, *(link.target for link in ends))))[:MOST_NAMED],
        links=tuple(dict.fromkeys(link_id for row in (links, *rows) for link_id in row)),
        journey=journey.id,
        path=(ends[0].source, ends[0].id, ends[0].target),
        arithmetic=say(
            "rules",
            _SUM,
            times=listed(parts, " + "),
            total=total,
            limit=allowed,
            longest=figure(max(times)),
        ),
        fixes=partial(_fixes, journey.id, tuple(rows)),
    )


def _fixes(journey_id: str, rows: tuple[Row, ...]) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "review", partial(at_once, journey_id, rows)),)


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} makes calls one after the other, though none needs the answer of the one before it: {names}."
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
