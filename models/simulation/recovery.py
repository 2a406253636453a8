"""Whether and when a journey comes back after a fault, read from its goodput over time."""

import math
from dataclasses import dataclass
from typing import Any

from models.simulation.compiler import Compiled

FEWEST_IN_GROUP = 50.0
ENOUGH = 0.9


@dataclass(frozen=True)
class Course:
    """How a journey fared around the faults of its scenario."""

    baseline_per_s: float
    trigger_begin_ms: float
    trigger_end_ms: float
    recovered_ms: float | None
    """From the end of the last fault until goodput is back for good; None when it was not by the end."""
    lost_from_ms: float | None
    """Since when it has been below its baseline without interruption until the end."""
    lost_share: float
    """The share of the baseline that is missing from then on."""
    lost_meanwhile: float
    """The share of the requests that failed, of those that ended while the faults lasted; 1 when none was answered."""
    lost_before: float
    """The share of the requests that failed before the first fault began."""


def course(compiled: Compiled, lines: dict[str, Any], journey_id: str) -> Course | None:
    """The course of a journey, or None without a fault, without a fault that ends, or without a time before it.

    Windows are taken together until a baseline's share of them is about 50 requests; a group is low when it is below
    0.9 of that by more than three standard deviations of a Poisson count.
    """
    ending = [end for _, end, _ in compiled.triggers if end < compiled.duration_ms]
    if not compiled.triggers or len(ending) < len(compiled.triggers):
        return None
    t_ms = lines["t_ms"]
    good = lines["journeys"][journey_id]["goodput_per_s"]
    begin, end = min(start for start, _, _ in compiled.triggers), max(ending)
    edges = [*t_ms[1:], compiled.duration_ms]
    counts = [rate * (stop - start) / 1000 for rate, start, stop in zip(good, t_ms, edges, strict=True)]
    before = sum(count for count, stop in zip(counts, edges, strict=True) if stop <= begin)
    seconds = max((stop for stop in edges if stop <= begin), default=0.0) / 1000
    if before < 10 or seconds == 0:
        return None
    baseline = before / seconds
    low_since: float | None = None
    back_at = end
    group, opened = 0.0, begin
    for count, start, stop in zip(counts, t_ms, edges, strict=True):
        if stop <= begin:
            continue
        if group == 0 and count == 0 and stop - opened == stop - start:
            opened = start
        group += count
        expected = baseline * (stop - opened) / 1000
        if expected < FEWEST_IN_GROUP and stop < compiled.duration_ms:
            continue
        if group < ENOUGH * expected - 3 * math.sqrt(ENOUGH * expected):
            low_since = opened if low_since is None else low_since
            back_at = max(back_at, stop)
        else:
            low_since = None
        group, opened = 0.0, stop
    shares = _lost(lines, journey_id, edges, begin, end), _lost(lines, journey_id, edges, 0.0, begin)
    if low_since is None:
        return Course(baseline, begin, end, back_at - end, None, 0.0, *shares)
    rest = sum(count for count, start in zip(counts, t_ms, strict=True) if start >= low_since)
    span = (compiled.duration_ms - low_since) / 1000
    return Course(baseline, begin, end, None, low_since, max(0.0, 1 - rest / span / baseline), *shares)


def _lost(lines: dict[str, Any], journey_id: str, edges: list[float], begin: float, end: float) -> float:
    line = lines["journeys"][journey_id]
    inside = [i for i, at in enumerate(lines["t_ms"]) if at >= begin and edges[i] <= end]
    inside = inside or [i for i, at in enumerate(lines["t_ms"]) if at < end and edges[i] > begin]
    good = sum(line["goodput_per_s"][i] for i in inside)
    bad = sum(line["failed_per_s"][i] for i in inside)
    return float(bad / (good + bad)) if good + bad else 1.0


def recovery_ms(compiled: Compiled, lines: dict[str, Any], journey_id: str) -> float | None:
    """From the end of the last fault until goodput is back for good; None without faults, or if it never is."""
    found = course(compiled, lines, journey_id)
    return None if found is None else found.recovered_ms
