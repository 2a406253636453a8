"""What load a journey offers over time, as its scenario says; drawn beside what came out of it. No Qt."""

from collections.abc import Sequence

from models.architecture import ASSUMPTIONS, Architecture, Journey, Load, Scenario
from models.architecture.scenarios import LoadSurge


def offered(
    architecture: Architecture, journey: Journey, scenario: Scenario | None, times_ms: Sequence[float]
) -> list[float] | None:
    """Requests per second at each time; None where the load answers to the system (closed) or comes in batches."""
    load = journey.load or Load.model_validate(ASSUMPTIONS["journey"]["load"])
    if load.open is None and load.profile is None:
        return None
    factor = 1.0 if scenario is None or scenario.load_factor is None else scenario.load_factor
    surges = [fault for fault in (scenario.faults if scenario else ()) if isinstance(fault, LoadSurge)]
    found = []
    for time in times_ms:
        rate = load.open.rate_per_s if load.open is not None else _on_curve(load.profile or (), time)
        for surge in surges:
            if surge.target in _origins(architecture, journey) and _acts(surge, time):
                rate *= 1.0 if surge.factor is None else surge.factor
        found.append(rate * factor)
    return found


def _on_curve(points: Sequence[tuple[float, float]], time: float) -> float:
    """The rate at `time` on a line through (time, rate) points, constant before the first and after the last."""
    before = points[0]
    for point in points:
        if time <= point[0]:
            span = point[0] - before[0]
            share = (time - before[0]) / span if span > 0 else 1.0
            return before[1] + share * (point[1] - before[1])
        before = point
    return before[1]


def _origins(architecture: Architecture, journey: Journey) -> set[str]:
    element = architecture.element_by_id.get(journey.entry)
    return {journey.entry, *(element.groups if element is not None else ())}


def _acts(surge: LoadSurge, time: float) -> bool:
    return (surge.from_ms or 0) <= time and (surge.until_ms is None or time < surge.until_ms)
