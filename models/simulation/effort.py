"""How much there will be to simulate, estimated beforehand, so that what would never end is refused."""

from typing import Any

from models.architecture.values import mean_of
from models.simulation.compiler import Compiled

SHORTEST_ROUND_MS = 10.0
"""A user of a closed load who does not think is taken to be back after this long."""


def expected_beginnings(compiled: Compiled) -> dict[str, float]:
    """By id of a journey, or of the link of a reader that polls: how often it begins in one run, on average."""
    arrays, duration = compiled.program.arrays, compiled.duration_ms
    found: dict[str, float] = {}
    for row, journey in zip(arrays["JO"], compiled.journeys, strict=False):
        load = journey.load
        if load is not None and load.closed is not None:
            think = load.closed.think_ms
            pause = float(think) if isinstance(think, int | float) else 0.0 if think is None else mean_of(think)
            found[journey.id] = int(row.users) * duration / max(pause, SHORTEST_ROUND_MS)
        elif load is not None and load.schedule is not None:
            found[journey.id] = int(row.batch) * duration / load.schedule.every_ms
        else:
            lines = arrays["SG"][int(row.segment) : int(row.segment) + int(row.segments)]
            found[journey.id] = sum(_arrivals(line, duration) for line in lines)
    for row, name in zip(arrays["PO"], compiled.program.names.readers, strict=False):
        if row.interval > 0:
            found[name] = duration / float(row.interval)
    return found


def _arrivals(line: Any, until: float) -> float:
    """How many arrivals a piece of a load brings before a time: the area under a straight line."""
    begin, end = float(line.t0), min(float(line.t1), until)
    if end <= begin:
        return 0.0
    low = float(line.rate)
    high = low + float(line.slope) * (end - begin)
    return (max(low, 0.0) + max(high, 0.0)) / 2 * (end - begin)
