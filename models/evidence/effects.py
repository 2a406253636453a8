"""What a fault did, against the same replications without it: paired differences, and whether things come back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from models.simulation.statistics import interval

FEWEST_IN_GROUP = 50.0
ENOUGH = 0.9
WORTH_DRAINING = 10.0
DRAINED = 0.9
JOURNEY_EFFECTS = (
    "lost_share",
    "degraded_share",
    "incomplete_share",
    "silent_wrong_share",
    "lost_after_share",
    "mean_ms",
    "p95_ms",
    "lost",
    "degraded",
    "incomplete",
    "silent_wrong",
)
"""Shares are of the requests that began while the fault lasted (`lost_after_share`: of those that began after it),
times are of their answers; numbers are of all requests of a run. Lost is what got no answer by the end of the run."""
CHANNEL_EFFECTS = ("lost", "duplicated", "dead_lettered", "waiting")
"""Numbers of messages of a run."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean difference over paired replications with its 95% interval (None with one), and the mean without the fault.
    `change` is None when nothing could be compared, such as times where nobody was answered."""

    change: float | None
    ci95: tuple[float, float] | None
    without: float | None

    @property
    def shown(self) -> bool:
        """Whether the interval excludes 0."""
        if self.change is None or self.change == 0:
            return False
        return self.ci95 is None or self.ci95[0] > 0 or self.ci95[1] < 0


@dataclass(frozen=True, slots=True)
class Recovery:
    """How journeys' goodput came back after the fault's end, over replications.

    `back` of `judged` came back to what the same run without the fault answers, after `mean_ms` (95% interval `ci95`)
    on average; `draining` had not by the end, but were working off what had piled up; `judged` leaves out replications
    with too few requests to tell.
    """

    back: int
    draining: int
    judged: int
    mean_ms: float | None
    ci95: tuple[float, float] | None

    @property
    def metastable(self) -> bool:
        """Whether, in at least half of the replications, it stayed away although the fault was gone, and nothing
        pointed to its return."""
        return self.judged > 0 and 2 * self.away >= self.judged

    @property
    def away(self) -> int:
        """In how many replications it neither came back nor was about to."""
        return self.judged - self.back - self.draining


Measure = Callable[[dict[str, Any], dict[str, Any]], float | None]
"""A number of a replication, which may need to know the same replication without the fault (its second argument)."""


def effect(
    measure: Measure,
    without: Sequence[dict[str, Any]],
    with_: Sequence[dict[str, Any]],
) -> Effect:
    """The effect on one measure of a replication."""
    pairs = [(measure(one, one), measure(other, one)) for one, other in zip(without, with_, strict=True)]
    known = [(one, other) for one, other in pairs if one is not None and other is not None]
    base = [one for one, _ in pairs if one is not None]
    mean = sum(base) / len(base) if base else None
    if not known:
        return Effect(None, None, mean)
    changes = [other - one for one, other in known]
    return Effect(sum(changes) / len(changes), interval(changes), mean)


def journey_measure(journey: str, name: str, closed: bool = False) -> Measure:
    """The measure of a replication that one of `JOURNEY_EFFECTS` names.

    What nobody began because the client was down is lost like what was not answered; unless the load is `closed`, where
    whoever waits longer begins less.
    """

    def measure(replication: dict[str, Any], without: dict[str, Any]) -> float | None:
        row = {
            period: _meant(replication["journeys"][journey][period], without["journeys"][journey][period], closed)
            for period in ("before", "during", "after")
        }
        during = row["during"]
        if name.endswith("_ms"):
            return None if during[name] is None else float(during[name])
        if name == "lost_after_share":
            return _share(_lost(row["after"]), row["after"]["offered"])
        if name == "lost_share":
            return _share(_lost(during), during["offered"])
        if name.endswith("_share"):
            return _share(during[name.removesuffix("_share")], during["offered"])
        periods = (row["before"], during, row["after"])
        return float(sum(_lost(period) if name == "lost" else period[name] for period in periods))

    return measure


def channel_measure(channel: str, name: str) -> Measure:
    """The measure of a replication that one of `CHANNEL_EFFECTS` names."""
    return lambda replication, _without: float(replication["channels"][channel][name])


def recovery(
    journey: str, until_ms: float, without: Sequence[dict[str, Any]], with_: Sequence[dict[str, Any]]
) -> Recovery:
    """When a journey's goodput was back for good, counted from the end of the fault."""
    times = [
        _back_after(one["journeys"][journey]["good"], other["journeys"][journey]["good"], one["window_ms"], until_ms)
        for one, other in zip(without, with_, strict=True)
    ]
    draining = [
        time == math.inf and _drains(other["queued"], other["window_ms"], until_ms)
        for time, other in zip(times, with_, strict=True)
    ]
    judged = [time for time in times if time is not None]
    back = [time for time in judged if time < math.inf]
    mean = sum(back) / len(back) if back else None
    return Recovery(len(back), sum(draining), len(judged), mean, interval(back))


def _back_after(without: list[float], with_: list[float], window_ms: float, until_ms: float) -> float | None:
    """ms from `until_ms` to the end of the last low group of windows; inf when the last one is low, None when there is
    not a single full group.

    Windows are taken together until the run without the fault answers about 50 requests in them; a group is low when it
    is below 0.9 of that by more than three standard deviations of a Poisson count.
    """
    first = math.ceil(until_ms / window_ms - 1e-9)
    groups: list[tuple[float, bool]] = []
    expected = got = 0.0
    for i in range(first, len(without)):
        expected += without[i]
        got += with_[i]
        if expected >= FEWEST_IN_GROUP:
            groups.append(((i + 1) * window_ms, got < ENOUGH * expected - 3 * math.sqrt(ENOUGH * expected)))
            expected = got = 0.0
    if not groups:
        return None
    if groups[-1][1]:
        return math.inf
    return max([end - until_ms for end, low in groups if low], default=0.0)


def _drains(queued: list[float], window_ms: float, until_ms: float) -> bool:
    """Whether what waits is less by a tenth in the last quarter of the time after the fault than in the third."""
    after = queued[math.ceil(until_ms / window_ms - 1e-9) :]
    quarter = len(after) // 4
    if quarter == 0:
        return False
    third, last = sum(after[-2 * quarter : -quarter]) / quarter, sum(after[-quarter:]) / quarter
    return third >= WORTH_DRAINING and last < DRAINED * third


def _meant(period: dict[str, Any], without: dict[str, Any], closed: bool) -> dict[str, Any]:
    return period if closed else period | {"offered": max(period["offered"], without["offered"])}


def _lost(period: dict[str, Any]) -> int:
    return int(period["offered"] - period["answered"])


def _share(n: int, of: int) -> float | None:
    return n / of if of else None
