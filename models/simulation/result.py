"""The result of a simulation: what was counted, per journey, element, link and channel, and what it means."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.architecture import Expectation
from models.architecture.text import Text
from models.simulation.backlog import drained_ms
from models.simulation.compiler import Compiled
from models.simulation.freshness import UNKNOWN, behind, freshness
from models.simulation.kernel.layout import C_PUBLISHED, CAUSES, COUNTED
from models.simulation.poisoning import killed
from models.simulation.recovery import recovery_ms
from models.simulation.replication import EPOCH_SHARES, Replication, epochs_of
from models.simulation.series import series, workers_in_force
from models.simulation.settling import is_settled, is_stable
from models.simulation.statistics import batch_interval, interval, quantile, warm_up_end
from models.simulation.verdict import verdict

METRICS_OF_LATENCY = ("mean_ms", "p50_ms", "p95_ms", "p99_ms", "max_ms")
METRICS = (
    *METRICS_OF_LATENCY,
    *(f"completion_{name}" for name in METRICS_OF_LATENCY),
    *(
        "wait_ms",
        "work_ms",
        "network_ms",
        "backoff_ms",
        "recovery_ms",
        "goodput_per_s",
        "availability",
        "completion_availability",
    ),
    *("offered", "succeeded", "degraded", "failed", "in_flight", "incomplete", "silent_wrong", "completed"),
    *(cause for cause in CAUSES if cause),
)
"""What an expectation may be about."""


@dataclass(frozen=True)
class Result:
    """Attributes bear the names of `simulate --json`; counts are totals over the replications, rates averages."""

    model: str | None
    scenario: str | None
    seed: int
    replications: int
    duration_ms: float
    warm_up_ms: float
    events: int
    wall_s: float
    settled: bool
    stable: bool
    """Whether nothing grows without end, nobody falls behind and every journey is back after the faults."""
    late: tuple[Text, ...]
    """A sentence for each reader that falls behind."""
    verdict: Text
    assumptions: dict[str, Any]
    ignored: tuple[Text, ...]
    journeys: dict[str, dict[str, Any]]
    elements: dict[str, dict[str, Any]]
    links: dict[str, dict[str, Any]]
    channels: dict[str, dict[str, Any]]
    series: dict[str, Any]
    expectations: tuple[tuple[Expectation, float | None, bool], ...]

    def as_json(self) -> dict[str, Any]:
        """What `simulate --json` writes: undefined values are None, never NaN."""
        return {
            "model": self.model,
            "scenario": self.scenario,
            "seed": self.seed,
            "replications": self.replications,
            "duration_ms": self.duration_ms,
            "warm_up_ms": self.warm_up_ms,
            "events": self.events,
            "wall_s": self.wall_s,
            "settled": self.settled,
            "verdict": str(self.verdict),
            "assumptions": self.assumptions,
            "ignored": [str(sentence) for sentence in self.ignored],
            "journeys": self.journeys,
            "elements": self.elements,
            "links": self.links,
            "channels": self.channels,
            "series": self.series,
        }


def metric(journey: dict[str, Any], name: str) -> float | None:
    """A journey's number by the name an expectation uses, one of `METRICS`."""
    if name in METRICS_OF_LATENCY:
        value = journey["latency_ms"][name.removesuffix("_ms")]
    elif name.startswith("completion_") and name.endswith("_ms"):
        value = journey["completion_ms"][name.removeprefix("completion_").removesuffix("_ms")]
    elif name.endswith("_ms") and name.removesuffix("_ms") in journey["breakdown_ms"]:
        value = journey["breakdown_ms"][name.removesuffix("_ms")]
    elif name == "completion_availability":
        ended = journey["succeeded"] + journey["degraded"] + journey["failed"]
        value = journey["completed"] / ended if ended else None
    elif name in journey["errors"]:
        value = journey["errors"][name]
    else:
        value = journey[name]
    return None if value is None else float(value)


@dataclass(frozen=True)
class Measured:
    """What some replications counted since an epoch began, in the shapes of `simulate --json`."""

    journeys: dict[str, dict[str, Any]]
    elements: dict[str, dict[str, Any]]
    links: dict[str, dict[str, Any]]
    channels: dict[str, dict[str, Any]]
    lines: dict[str, Any]


def measured(compiled: Compiled, replications: Sequence[Replication], epoch: int) -> Measured:
    """Counts are totals over the replications, rates and means averages of theirs."""
    warm_up_ms = epochs_of(compiled)[epoch]
    lines = series(replications)
    journeys = {
        journey.id: _journey(compiled, replications, j, epoch, warm_up_ms, lines)
        for j, journey in enumerate(compiled.journeys)
    }
    return Measured(
        journeys,
        _elements(compiled, replications, epoch, warm_up_ms),
        _links(compiled, replications, epoch),
        _channels(compiled, replications, epoch, warm_up_ms, lines),
        lines,
    )


def result_of(compiled: Compiled, replications: Sequence[Replication], wall_s: float) -> Result:
    """The result of finished replications."""
    epoch, warm_up_ms = warm_up_of(compiled, replications)
    found = measured(compiled, replications, epoch)
    journeys, elements, links, channels, lines = (
        found.journeys,
        found.elements,
        found.links,
        found.channels,
        found.lines,
    )
    expectations = _expectations(compiled, journeys)
    late = behind(compiled, replications)
    stable = not late and is_stable(compiled, journeys, elements, lines)
    settled = stable and is_settled(compiled, journeys, elements, lines)
    more = [*killed(compiled, replications, lines), *late]
    return Result(
        model=compiled.architecture.name,
        scenario=compiled.scenario.id if compiled.scenario else None,
        seed=compiled.seed,
        replications=len(replications),
        duration_ms=compiled.duration_ms,
        warm_up_ms=warm_up_ms,
        events=sum(replication.events for replication in replications),
        wall_s=wall_s,
        settled=settled,
        stable=stable,
        late=tuple(late),
        verdict=verdict(compiled, journeys, elements, links, channels, lines, more, settled, expectations),
        assumptions=compiled.assumptions,
        ignored=compiled.ignored,
        journeys=journeys,
        elements=elements,
        links=links,
        channels=channels,
        series=lines,
        expectations=expectations,
    )


def warm_up_of(compiled: Compiled, replications: Sequence[Replication]) -> tuple[int, float]:
    """(epoch from which counts hold, its time)."""
    epochs = epochs_of(compiled)
    if compiled.warm_up_ms is not None:
        return len(epochs) - 1, compiled.warm_up_ms
    if len(epochs) == 1:
        return 0, 0.0
    needed = 0.0
    for j in range(len(compiled.journeys)):
        ends = sorted(warm_up_end(_batches(replication, j)) for replication in replications)
        needed = max(needed, ends[len(ends) // 2])
    epoch = next((k for k, at in enumerate(epochs) if at >= needed), len(EPOCH_SHARES) - 1)
    return epoch, epochs[epoch]


def _batches(replication: Replication, j: int) -> Any:
    return replication.state.BA[j]


def _tally(replication: Replication, j: int, epoch: int) -> Any:
    n = len(replication.state.EP)
    return replication.state.JT[j * n + epoch : (j + 1) * n]


def _answers_since(replication: Replication, j: int, epoch: int) -> int:
    """How many answers came since an epoch began, whenever they were asked for."""
    whole, before = _tally(replication, j, 0), replication.snapshots[epoch]["JT"]
    first = j * len(replication.state.EP)
    earlier = before[first : first + len(whole)]
    return int((whole.succeeded + whole.degraded - earlier.succeeded - earlier.degraded).sum())


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def _over(top: float, bottom: float) -> float | None:
    return float(top) / float(bottom) if bottom else None


def _journey(
    compiled: Compiled,
    replications: Sequence[Replication],
    j: int,
    epoch: int,
    warm_up_ms: float,
    lines: dict[str, Any],
) -> dict[str, Any]:
    tallies = [_tally(replication, j, epoch) for replication in replications]
    seconds = (compiled.duration_ms - warm_up_ms) / 1000

    def total(name: str) -> int:
        return int(sum(int(tally[name].sum()) for tally in tallies))

    offered, succeeded, degraded, failed = (total(name) for name in ("offered", "succeeded", "degraded", "failed"))
    answered = succeeded + degraded
    errors = sum(replication.state.ER[j, epoch:].sum(axis=0) for replication in replications)
    goodput = [_over(_answers_since(replication, j, epoch), seconds) for replication in replications]
    means = [_over(tally.sum_ms.sum(), tally.succeeded.sum() + tally.degraded.sum()) for tally in tallies]
    latency = _spread(replications, "HL", j, epoch, _mean(means), max(float(tally.max_ms.max()) for tally in tallies))
    known = [value for value in means if value is not None]
    if len(replications) > 1:
        ci = interval(known)
    else:
        ci = batch_interval(_batches(replications[0], j), warm_up_ms)
    latency["mean_ci95"] = list(ci) if ci is not None else None
    latency = {name: latency[name] for name in ("mean", "mean_ci95", "p50", "p95", "p99", "max")}
    if bool(replications[0].state.JO[j].asynchronous):
        ends = [_over(tally.sum_completion.sum(), tally.completed.sum()) for tally in tallies]
        largest = max(float(tally.max_completion.max()) for tally in tallies)
        completed = total("completed")
        completion = _spread(replications, "HC", j, epoch, _mean(ends), largest)
    else:
        completed = answered
        completion = {name: latency[name] for name in ("mean", "p50", "p95", "p99", "max")}
    return {
        "offered": offered,
        "succeeded": succeeded,
        "degraded": degraded,
        "failed": failed,
        "in_flight": offered - succeeded - degraded - failed,
        "incomplete": total("incomplete"),
        "completed": completed,
        "errors": {cause: int(errors[i]) for i, cause in enumerate(CAUSES) if cause},
        "goodput_per_s": _mean(goodput),
        "availability": _over(answered, answered + failed),
        "latency_ms": latency,
        "completion_ms": completion,
        "breakdown_ms": {
            part: _mean(
                [_over(tally[f"b_{row}"].sum(), tally.succeeded.sum() + tally.degraded.sum()) for tally in tallies]
            )
            for part, row in (("wait", "wait"), ("work", "work"), ("network", "net"), ("backoff", "back"))
        },
        "silent_wrong": total("silent_wrong"),
        "recovery_ms": recovery_ms(compiled, lines, compiled.journeys[j].id),
    }


def _spread(
    replications: Sequence[Replication], table: str, j: int, epoch: int, mean: float | None, largest: float
) -> dict[str, Any]:
    histogram = sum(getattr(replication.state, table)[j, epoch:].sum(axis=0) for replication in replications)
    empty = not np.any(histogram)
    return {
        "mean": mean,
        **{f"p{share}": quantile(histogram, share / 100, largest) for share in (50, 95, 99)},
        "max": None if empty else largest,
    }


def _since(replication: Replication, table: str, field: str, epoch: int) -> Any:
    """A counter since an epoch began, per row."""
    return getattr(replication.state, table)[field] - replication.snapshots[epoch][table][field]


def _highest(replication: Replication, table: str, field: str, epoch: int) -> Any:
    """The maximum of a maximum since an epoch began, per row."""
    later = [snapshot[table][field] for snapshot in replication.snapshots[epoch + 1 :]]
    return np.maximum.reduce([getattr(replication.state, table)[field], *later])


def _elements(
    compiled: Compiled, replications: Sequence[Replication], epoch: int, warm_up_ms: float
) -> dict[str, dict[str, Any]]:
    length = compiled.duration_ms - warm_up_ms
    workers = workers_in_force(replications, epoch, length)
    counts = {
        field: [_since(replication, "ST", field, epoch) for replication in replications]
        for field in (
            "arrivals",
            "completed",
            "rejected",
            "waits",
            "sum_wait",
            "sum_sojourn",
            "wasted",
            "area_busy",
            "area_queue",
        )
    }
    highest = np.maximum.reduce([_highest(replication, "ST", "max_queue", epoch) for replication in replications])
    found = {}
    for s, name in enumerate(compiled.program.names.stations):
        busy = _mean([_over(area[s], length) for area in counts["area_busy"]])
        found[name] = {
            "arrivals": int(sum(count[s] for count in counts["arrivals"])),
            "completed": int(sum(count[s] for count in counts["completed"])),
            "rejected": int(sum(count[s] for count in counts["rejected"])),
            "utilisation": min(busy / workers[s], 1.0) if busy is not None and workers[s] else None,
            "mean_busy": busy,
            "mean_queue": _mean([_over(area[s], length) for area in counts["area_queue"]]),
            "max_queue": int(highest[s]),
            "mean_wait_ms": _mean(
                [_over(wait[s], n[s]) for wait, n in zip(counts["sum_wait"], counts["waits"], strict=True)]
            ),
            "mean_sojourn_ms": _mean(
                [_over(stay[s], n[s]) for stay, n in zip(counts["sum_sojourn"], counts["completed"], strict=True)]
            ),
            "wasted_ms": float(sum(count[s] for count in counts["wasted"])),
        }
    return found


def _links(compiled: Compiled, replications: Sequence[Replication], epoch: int) -> dict[str, dict[str, Any]]:
    fields = ("calls", "attempts", "timeouts", "rejected", "breaker_rejected", "answered", "sum_ms", "backoff_ms")
    counts = {
        field: [_since(replication, "LK", field, epoch) for replication in replications]
        for field in (*fields, "breaker_open_ms")
    }
    ages = freshness(replications, epoch)
    return {
        name: {
            **{
                field: int(sum(count[i] for count in counts[field]))
                for field in ("calls", "attempts", "timeouts", "rejected", "breaker_rejected")
            },
            "breaker_open_ms": _mean([float(count[i]) for count in counts["breaker_open_ms"]]),
            "backoff_ms": float(sum(count[i] for count in counts["backoff_ms"])),
            "mean_ms": _mean(
                [_over(took[i], n[i]) for took, n in zip(counts["sum_ms"], counts["answered"], strict=True)]
            ),
            "freshness_ms": ages.get(name, UNKNOWN),
        }
        for i, name in enumerate(compiled.program.names.links)
    }


def _channels(
    compiled: Compiled, replications: Sequence[Replication], epoch: int, warm_up_ms: float, lines: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    """Counts of the messages that entered their channel after the warm-up; those of a topic once each as published,
    per subscription else."""
    names = compiled.program.names.channels
    length = compiled.duration_ms - warm_up_ms
    found: dict[str, dict[str, Any]] = {}
    for name in dict.fromkeys(filter(None, names)):
        rows = [c for c, shown in enumerate(names) if shown == name]
        sums = {
            field: [_since(replication, "CH", field, epoch)[rows].sum() for replication in replications]
            for field in ("area", "sum_age", "ages")
        }
        copies = [replication.state.CE[rows, epoch:].sum(axis=1) for replication in replications]
        counts = dict(zip(COUNTED, np.sum(copies, axis=(0, 1)).tolist(), strict=True))
        waiting = counts["published"] - sum(counts[field] for field in ("acknowledged", "dropped", "dead_lettered"))
        published = sum(int(copy[:, int(C_PUBLISHED)].max()) for copy in copies)
        deepest = max(int(_highest(replication, "CH", "max_depth", epoch)[rows].sum()) for replication in replications)
        found[name] = {
            **counts,
            "published": published,
            "waiting": waiting,
            "max_depth": deepest,
            "mean_depth": _mean([_over(area, length) for area in sums["area"]]),
            "mean_age_ms": _mean([_over(age, n) for age, n in zip(sums["sum_age"], sums["ages"], strict=True)]),
            "recovery_ms": drained_ms(compiled, lines, name),
        }
    return found


def _expectations(
    compiled: Compiled, journeys: dict[str, dict[str, Any]]
) -> tuple[tuple[Expectation, float | None, bool], ...]:
    found = []
    for expectation in compiled.scenario.expect if compiled.scenario else ():
        measured = metric(journeys[expectation.journey], expectation.metric)
        met = (
            measured is not None
            and (expectation.at_most is None or measured <= expectation.at_most)
            and (expectation.at_least is None or measured >= expectation.at_least)
        )
        found.append((expectation, measured, met))
    return tuple(found)
