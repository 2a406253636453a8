"""Sweep: one number of the model or the load, varied over a range, against one metric.

Every point is simulated with the same random numbers, so neighbours differ by the number alone. What meets the targets
(those of the journeys and what the scenario expects) at one point and not at the next is looked for between the two.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from models.architecture import Architecture, Expectation, Journey, Scenario, replace
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.evidence.execution import (
    Job,
    compiled,
    gather,
    replicate,
    replications_of,
    scenario_named,
    scenario_text,
    version,
)
from models.evidence.measures import TOTALS, Measure, measures, read
from models.evidence.sweep_words import Knee, Limit, knee_of, limit_of, sentences
from models.evidence.varying import LOAD_FACTOR, Range, at, parse
from models.formats import native
from models.simulation import SimulationError, warm_up
from models.simulation.replicated import Replicated
from models.simulation.session import compiled_of
from models.simulation.statistics import interval
from models.simulation.wording import metric_name

ROUNDS, AT_ONCE = 2, 3
"""Between the last point that meets the targets and the first that does not, three more are tried, twice."""
FINE_ENOUGH = 0.005
_SET_ASIDE = QT_TRANSLATE_NOOP(
    "evidence", "What is expected of the {metric} of {journey} is set aside: it follows the load, which varies here."
)


@dataclass(frozen=True, slots=True)
class Value:
    """A metric at a point: as `simulate` tells it, but counts per run, with the 95% interval over replications."""

    value: float | None
    ci95: tuple[float, float] | None


@dataclass(frozen=True)
class Point:
    """One value of what is varied. `refined` ones were put between two others to find the limit."""

    at: float
    values: tuple[Value, ...]
    settled: bool
    stable: bool
    expectations: tuple[tuple[Expectation, float | None, bool], ...]
    error: str | None = None
    refined: bool = False
    late: str | None = None
    """Which reader falls behind, in a sentence."""

    @property
    def unmet(self) -> tuple[tuple[Expectation, float | None], ...]:
        return tuple((expectation, measured) for expectation, measured, met in self.expectations if not met)

    @property
    def holds(self) -> bool:
        """Whether all targets are met and nothing grows without end."""
        return self.error is None and self.stable and not self.unmet


@dataclass(frozen=True)
class Sweep:
    """A curve: `points` in order, `measures` one for each of a point's values."""

    model: str | None
    scenario: str | None
    seed: int
    replications: int
    duration_ms: float
    range: Range
    metric: str
    measures: tuple[Measure, ...]
    points: tuple[Point, ...]
    targets: tuple[Expectation, ...]
    limit: Limit | None
    knees: tuple[Knee | None, ...]
    verdict: Text
    assumptions: dict[str, Any]
    ignored: tuple[Text, ...]
    notes: tuple[Text, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data: the same for the same input, whoever did the work."""
        return {
            "model": self.model,
            "scenario": self.scenario,
            "seed": self.seed,
            "replications": self.replications,
            "duration_ms": self.duration_ms,
            "vary": self.range.path,
            "low": self.range.low,
            "high": self.range.high,
            "metric": self.metric,
            "verdict": str(self.verdict),
            "targets": [_target_json(target) for target in self.targets],
            "holds": None if self.limit is None else self.limit.as_json(),
            "knees": {
                measure.part: None if knee is None else {"at": knee.at, "value": knee.value}
                for measure, knee in zip(self.measures, self.knees, strict=True)
            },
            "points": [self._point_json(point) for point in self.points],
            "assumptions": self.assumptions,
            "ignored": [str(sentence) for sentence in self.ignored],
            "notes": [str(sentence) for sentence in self.notes],
        }

    def _point_json(self, point: Point) -> dict[str, Any]:
        return {
            "at": point.at,
            "refined": point.refined,
            "settled": point.settled,
            "stable": point.stable,
            "late": point.late,
            "holds": point.holds if self.targets else None,
            "error": point.error,
            "unmet": [_target_json(target) | {"measured": measured} for target, measured in point.unmet],
            "values": {
                measure.part: {"value": value.value, "ci95": value.ci95 and list(value.ci95)}
                for measure, value in zip(self.measures, point.values, strict=True)
            },
        }


def sweep(
    architecture: Architecture,
    vary: str | Range,
    metric: str,
    scenario: Scenario | str | None = None,
    *,
    seed: int | None = None,
    replications: int | None = None,
    duration_ms: float | None = None,
    executor: Executor | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Sweep:
    """Vary a number ("PATH=LOW:HIGH:N") and measure a metric at every point; see `measures` and `varying` for names.

    The scenario's faults act at every point. `replications`: the scenario's, at least 5.

    Raises:
        EvidenceError: a name or range is wrong, there is no such scenario, or the executor lost the work.
        SimulationError: the model cannot be simulated at all.
        Cancelled: `cancelled` said so.
    """
    span = parse(vary) if isinstance(vary, str) else vary
    chosen = scenario_named(architecture, scenario)
    runs = replications_of(chosen, replications)
    plan = replace(chosen or Scenario(id="default"), replications=runs)
    if duration_ms is not None:
        plan = replace(plan, duration_ms=duration_ms)
    warm_up()
    program = compiled_of(architecture, plan, seed=seed, replications=None, duration_ms=None)
    wanted = measures(architecture, program.journeys, metric)
    targets, set_aside = _targets(program.journeys, plan, span.path)
    plan = replace(plan, expect=targets)
    steps: dict[float, Scenario] = {}
    for value in span.values():
        fitting, told = at(architecture, plan, span.path, value)
        steps.setdefault(fitting, told)
    model = native.dumps(architecture)

    def run(todo: dict[float, Scenario], share: Callable[[float], None] | None, refined: bool) -> list[Point]:
        jobs = [
            Job(model, scenario_text(told), program.seed, 0, runs, version=version(), wanted=tuple(wanted))
            for told in todo.values()
        ]
        found = gather(measure, jobs, executor=executor, threads=threads, progress=share, cancelled=cancelled)
        return [_point(value, outcome, wanted, targets, refined) for value, outcome in zip(todo, found, strict=True)]

    extra = ROUNDS * AT_ONCE if targets else 0
    total = len(steps) + extra

    def part(before: int, size: int) -> Callable[[float], None] | None:
        return None if progress is None else lambda share: progress((before + share * size) / total)

    points = run(steps, part(0, len(steps)), refined=False)
    if all(point.error is not None for point in points):
        raise SimulationError(str(points[0].error))
    for number in range(ROUNDS if targets else 0):
        between = _between(points)
        todo: dict[float, Scenario] = {}
        for value in between:
            fitting, told = at(architecture, plan, span.path, value)
            if all(fitting != point.at for point in points):
                todo.setdefault(fitting, told)
        if not todo:
            break
        points += run(todo, part(len(steps) + number * AT_ONCE, AT_ONCE), refined=True)
        points.sort(key=lambda point: point.at)
    if progress is not None:
        progress(1.0)
    limit = limit_of(program.architecture, points) if targets else None
    knees = tuple(knee_of([point.at for point in points], _line(points, i)) for i in range(len(wanted)))
    return Sweep(
        model=architecture.name,
        scenario=chosen.id if chosen else None,
        seed=program.seed,
        replications=runs,
        duration_ms=program.duration_ms,
        range=span,
        metric=metric,
        measures=wanted,
        points=tuple(points),
        targets=targets,
        limit=limit,
        knees=knees,
        verdict=sentences(program.architecture, span.path, points, wanted, limit, knees),
        assumptions=program.assumptions,
        ignored=program.ignored,
        notes=tuple(
            say("evidence", _SET_ASIDE, metric=metric_name(one.metric), journey=program.architecture.label(one.journey))
            for one in set_aside
        ),
    )


def measure(job: Job, stop: threading.Event | None) -> dict[str, Any]:
    """All replications of a point as plain data: {"values": [[pooled, [one per replication]]], "settled", "stable",
    "late": who falls behind in a sentence or None, "expectations": [[measured, met]]}, else {"error": sentence}."""
    try:
        program = compiled(job)
        done = Replicated(
            program, tuple(replicate(program, job, number, stop) for number in range(job.first, job.first + job.count))
        )
        result = done.result()
    except SimulationError as error:
        return {"error": str(error)}
    samples = done.samples()
    return {
        "values": [[read(result, one), [read(sample, one) for sample in samples]] for one in job.wanted],
        "settled": result.settled,
        "stable": result.stable,
        "late": str(result.late[0]) if result.late else None,
        "expectations": [[measured, met] for _, measured, met in result.expectations],
    }


def _point(
    value: float,
    outcome: dict[str, Any],
    wanted: Sequence[Measure],
    targets: Sequence[Expectation],
    refined: bool,
) -> Point:
    if "error" in outcome:
        return Point(value, (Value(None, None),) * len(wanted), False, False, (), outcome["error"], refined)
    values = tuple(_value(one, *pair) for one, pair in zip(wanted, outcome["values"], strict=True))
    met = tuple((target, *pair) for target, pair in zip(targets, outcome["expectations"], strict=True))
    return Point(value, values, outcome["settled"], outcome["stable"], met, None, refined, outcome["late"])


def _value(one: Measure, pooled: float | None, samples: Sequence[float | None]) -> Value:
    known = [sample for sample in samples if sample is not None]
    if one.counted and known:
        pooled = sum(known) / len(known)
    return Value(pooled, interval(known))


def _targets(
    journeys: Sequence[Journey], scenario: Scenario, path: str
) -> tuple[tuple[Expectation, ...], tuple[Expectation, ...]]:
    """What the scenario expects and the journeys' own targets, each once; and those set aside, which are about numbers
    that follow the load where it is the load that varies."""
    found = list(scenario.expect)
    for journey in journeys:
        if journey.target is not None:
            for name, bound in journey.target.said().items():
                one = (
                    Expectation(journey=journey.id, metric=name, at_least=bound)
                    if name == "availability"
                    else Expectation(journey=journey.id, metric=name, at_most=bound)
                )
                if one not in found and bound is not None:
                    found.append(one)
    follows = {"goodput_per_s", *TOTALS["journeys"]} if path == LOAD_FACTOR or ".load." in path else set()
    kept = tuple(one for one in found if one.metric not in follows)
    return kept, tuple(one for one in found if one.metric in follows)


def _between(points: Sequence[Point]) -> list[float]:
    """Values to try between the neighbours where the answer changes for the first time; none when they are close."""
    for left, right in itertools.pairwise(points):
        if left.holds != right.holds:
            gap = right.at - left.at
            if gap <= FINE_ENOUGH * max(abs(left.at), abs(right.at)):
                return []
            return [float(f"{left.at + gap * (i + 1) / (AT_ONCE + 1):.12g}") for i in range(AT_ONCE)]
    return []


def _line(points: Sequence[Point], i: int) -> list[float | None]:
    return [point.values[i].value for point in points]


def _target_json(target: Expectation) -> dict[str, Any]:
    return {
        "journey": target.journey,
        "metric": target.metric,
        "at_most": target.at_most,
        "at_least": target.at_least,
    }
