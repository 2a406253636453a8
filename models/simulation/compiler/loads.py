"""Loads as arrival rows: rates as pieces of straight lines, with the scenario's factor and load faults worked in."""

from collections.abc import Sequence

from models.architecture import ClosedLoad, Load, OpenLoad
from models.simulation.compiler.facts import Facts, distribution
from models.simulation.program import Assembly, Row

Surge = tuple[float, float, float]
"""(from ms, until ms, factor)."""
MOST_USERS = 1_000_000


def load_row(
    assembly: Assembly, facts: Facts, journey_id: str, load: Load, factor: float, surges: Sequence[Surge]
) -> Row:
    """The columns of a journey's row that say how it starts."""
    name = f"journey {journey_id}"
    row: Row = {
        "arrive_stream": assembly.stream(name, "arrive"),
        "think_stream": assembly.stream(name, "think"),
    }
    if load.closed is not None:
        return row | _closed(assembly, facts, journey_id, load.closed, factor)
    if load.schedule is not None:
        return row | {"kind": 3, "every": load.schedule.every_ms, "batch": round(load.schedule.batch * factor)}
    row["kind"] = 1
    if load.open is not None:
        points = [(0.0, load.open.rate_per_s)]
        row["regular"] = float(_arrivals(facts, journey_id, load.open) == "regular")
    else:
        points = [(float(at), float(rate)) for at, rate in load.profile or ()]
    row["segment"] = len(assembly.segments)
    assembly.segments.extend(_segments(points, factor, surges))
    row["segments"] = len(assembly.segments) - row["segment"]
    return row


def _arrivals(facts: Facts, journey_id: str, load: OpenLoad) -> str:
    if load.arrivals is None:
        facts.assumptions[f"{journey_id}.load.open.arrivals"] = "poisson"
    return load.arrivals or "poisson"


def _closed(assembly: Assembly, facts: Facts, journey_id: str, load: ClosedLoad, factor: float) -> Row:
    if load.think_ms is None:
        facts.assumptions[f"{journey_id}.load.closed.think_ms"] = 0
    think = distribution(assembly, load.think_ms if load.think_ms is not None else 0.0)
    users = round(load.users * factor)
    return {"kind": 2, "users": users, "wanted": users, "think": think}


def _segments(
    points: list[tuple[float, float]], factor: float, surges: Sequence[Surge]
) -> list[tuple[float, float, float, float]]:
    """(from, to, rate per ms at from, slope): together the whole of time; none when the rate is always 0."""
    edges = {0.0, *(at for at, _ in points)}
    for begin, end, _ in surges:
        edges |= {begin, end}
    times = sorted(at for at in edges if at < float("inf"))
    found = []
    for begin, end in zip(times, [*times[1:], float("inf")], strict=True):
        times_more = factor
        for start, stop, more in surges:
            if start <= begin < stop:
                times_more *= more
        low = _rate(points, begin, after=True) * times_more / 1000
        high = low if end == float("inf") else _rate(points, end, after=False) * times_more / 1000
        slope = 0.0 if end == float("inf") else (high - low) / (end - begin)
        found.append((begin, end, low, slope))
    if all(low == 0 and slope == 0 for _, _, low, slope in found):
        return []
    return found


def _rate(points: list[tuple[float, float]], at: float, after: bool) -> float:
    """The rate at a time; where two points share it, the later one's just `after` and the first one's before."""
    here = [rate for time, rate in points if time == at]
    if here:
        return here[-1] if after else here[0]
    before = [point for point in points if point[0] < at]
    beyond = [point for point in points if point[0] > at]
    if not before:
        return beyond[0][1]
    if not beyond:
        return before[-1][1]
    (t0, r0), (t1, r1) = before[-1], beyond[0]
    return r0 + (r1 - r0) * (at - t0) / (t1 - t0)
