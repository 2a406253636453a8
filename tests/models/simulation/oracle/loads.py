"""When journeys begin."""

import itertools
from collections.abc import Iterator, Sequence

from models.architecture import Load
from tests.models.simulation.oracle.chance import Chance

Surge = tuple[float, float, float]
"""(from ms, until ms, factor)."""


def moments_of(load: Load, factor: float, surges: Sequence[Surge], end: float, chance: Chance) -> Iterator[float]:
    """The moments, in ms, of an open, profiled or scheduled load before `end`, in order."""
    if load.schedule is not None:
        n = 0
        while n * load.schedule.every_ms < end:
            at = n * load.schedule.every_ms
            yield from [at] * round(load.schedule.batch * more_at(at, factor, surges))
            n += 1
        return
    if load.open is not None:
        points: list[tuple[float, float]] = [(0.0, load.open.rate_per_s)]
    else:
        points = list(load.profile or ())
    edges = {0.0, end, *(at for at, _ in points), *(edge for a, b, _ in surges for edge in (a, b))}
    spans = sorted(edge for edge in edges if 0 <= edge <= end)

    def rate(at: float, begin: float) -> float:
        """Per ms, within the span that begins at `begin`."""
        return _told(points, at, begin) * more_at(begin, factor, surges) / 1000

    if load.open is not None and load.open.arrivals == "regular":
        yield from _regular([(a, b, rate(a, a)) for a, b in itertools.pairwise(spans)])
        return
    for begin, stop in itertools.pairwise(spans):
        highest = max(rate(begin, begin), rate(stop, begin))
        at = begin
        while highest > 0:
            at += chance.exponential(1 / highest)
            if at >= stop:
                break
            if chance.happens(rate(at, begin) / highest):
                yield at


def more_at(at: float, factor: float, surges: Sequence[Surge]) -> float:
    """How many times the load is what it usually is."""
    for start, stop, times in surges:
        if start <= at < stop:
            factor *= times
    return factor


def _told(points: list[tuple[float, float]], at: float, begin: float) -> float:
    """Linear between points; the span that begins at `begin` holds no point within it."""
    before = [point for point in points if point[0] <= begin]
    beyond = [point for point in points if point[0] > begin]
    if not before:
        return beyond[0][1]
    if not beyond:
        return before[-1][1]
    (t0, r0), (t1, r1) = before[-1], beyond[0]
    return r0 + (r1 - r0) * (at - t0) / (t1 - t0)


def _regular(spans: list[tuple[float, float, float]]) -> Iterator[float]:
    """One at the beginning, then one each time the integral of the rate has grown by one."""
    if all(len(spans) == 1 or other[2] == spans[0][2] for other in spans):
        rate = spans[0][2] if spans else 0.0
        n = 0
        while rate > 0 and n / rate < spans[-1][1]:
            yield n / rate
            n += 1
        return
    due = 0.0
    for begin, stop, rate in spans:
        if rate <= 0:
            continue
        at = begin
        while at + due / rate < stop:
            at += due / rate
            yield at
            due = 1.0
        due -= (stop - at) * rate
