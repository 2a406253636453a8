"""Whether a run has settled: nothing grows, nothing is stranded, every journey is back, every mean is known well."""

import math
from typing import Any

from models.architecture import Retry, in_force
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.simulation.compiler import Compiled
from models.simulation.recovery import course
from models.simulation.wording import percent

FULL = 0.995
"""From this utilisation on an element counts as saturated."""
WIDE = 0.05

_NOT_SETTLED = QT_TRANSLATE_NOOP(
    "verdict", "The run has not settled: read the numbers as a snapshot, or run it longer."
)
_GROWING = QT_TRANSLATE_NOOP(
    "verdict",
    "The run has not settled: {element} gets as much work as it can do or more, so the numbers depend on how long the "
    "run is.",
)
_TOO_SHORT = QT_TRANSLATE_NOOP(
    "verdict",
    "The run has not settled, it is short for firm numbers: the mean of {journey} is known to {share} either way; "
    "run it longer.",
)
_TOO_FEW = QT_TRANSLATE_NOOP(
    "verdict",
    "The run has not settled, it is short for firm numbers: {journey} has too few answers for an interval; "
    "run it longer.",
)


def is_settled(compiled: Compiled, journeys: dict[str, Any], elements: dict[str, Any], lines: dict[str, Any]) -> bool:
    """Whether the numbers would stay what they are if the run went on: nothing grows, every journey is back after the
    faults, and, under a steady load, the intervals of the means are within 5%."""
    return is_stable(compiled, journeys, elements, lines) and _widest(compiled, journeys) is None


def is_stable(compiled: Compiled, journeys: dict[str, Any], elements: dict[str, Any], lines: dict[str, Any]) -> bool:
    """Whether nothing grows, nobody waits for ever and every journey is back after the faults."""
    if saturated(compiled, elements, lines) or any(rises(line["depth"]) for line in lines["channels"].values()):
        return False
    if any(strands(compiled, journey_id, journey) for journey_id, journey in journeys.items()):
        return False
    courses = [course(compiled, lines, journey_id) for journey_id in journeys]
    return all(found is None or found.recovered_ms is not None for found in courses)


def _widest(compiled: Compiled, journeys: dict[str, Any]) -> tuple[str, float | None] | None:
    """The journey whose mean is known least well, and half its interval's width relative to it (None when there were
    too few answers for an interval); None when all are known well enough, or none is asked for."""
    if not compiled.steady:
        return None
    found: tuple[str, float | None] | None = None
    for journey_id, journey in journeys.items():
        ci, mean = journey["latency_ms"]["mean_ci95"], journey["latency_ms"]["mean"]
        if journey["offered"] and ci is None and (mean is None or mean > 0):
            return journey_id, None
        if ci is not None and mean and (ci[1] - ci[0]) / 2 > WIDE * mean:
            width = (ci[1] - ci[0]) / 2 / mean
            if found is None or width > (found[1] or 0):
                found = (journey_id, width)
    return found


def saturated(compiled: Compiled, elements: dict[str, Any], lines: dict[str, Any]) -> list[str]:
    """The elements that get at least as much work as they can do: their queue grows, or they never rest although
    arrivals do not wait for answers (as those of closed users do)."""
    free = any(journey.load is None or journey.load.closed is None for journey in compiled.journeys)
    return [
        name
        for name, element in elements.items()
        if grows(elements, lines, name) or (free and (element["utilisation"] or 0) >= 1 - 1e-9)
    ]


def grows(elements: dict[str, Any], lines: dict[str, Any], name: str) -> bool:
    """Whether an element is busy all the time and its queue gets longer."""
    line = lines["elements"][name]
    busy = [value for value in line["utilisation"][-len(line["utilisation"]) // 4 :] if value is not None]
    full = bool(busy) and sum(busy) / len(busy) >= 0.98
    return full and (rises(line["queue"]) or ((elements[name]["utilisation"] or 0) >= FULL and _is_long(line["queue"])))


def _is_long(values: list[float | None]) -> bool:
    return (values[-1] or 0) >= 100


def rises(values: list[float | None]) -> bool:
    """Whether the last quarter is well above the second one."""
    known = [value or 0.0 for value in values]
    quarter = len(known) // 4
    if quarter < 2:
        return False
    early, late = sum(known[quarter : 2 * quarter]) / quarter, sum(known[-quarter:]) / quarter
    return late > 1.5 * early + 10 and known[-1] > early + 10


def falls(values: list[float | None], parts: int = 8) -> bool:
    """Whether the last of so many parts is below the one before it."""
    known = [value or 0.0 for value in values]
    n = len(known) // parts
    return n > 0 and sum(known[-n:]) < 0.97 * sum(known[-2 * n : -n])


def unsettled(compiled: Compiled, journeys: dict[str, Any], elements: dict[str, Any], lines: dict[str, Any]) -> Text:
    """Why the numbers would not stay what they are if the run went on."""
    full = [name for name in saturated(compiled, elements, lines) if not falls(lines["elements"][name]["queue"])]
    if full:
        busiest = max(full, key=lambda name: lines["elements"][name]["queue"][-1] or 0)
        return say("verdict", _GROWING, element=compiled.architecture.label(busiest))
    widest = _widest(compiled, journeys)
    if widest is None or not is_stable(compiled, journeys, elements, lines):
        return say("verdict", _NOT_SETTLED)
    name = compiled.architecture.label(widest[0])
    if widest[1] is None:
        return say("verdict", _TOO_FEW, journey=name)
    return say("verdict", _TOO_SHORT, journey=name, share=percent(widest[1]))


def longest_wait(compiled: Compiled, journey_id: str) -> float:
    """How long a request can wait in ms by the timeouts of its client or of the calls it begins with; inf if it can
    wait for ever."""
    journey = next(journey for journey in compiled.journeys if journey.id == journey_id)
    if isinstance(journey.client_timeout_ms, int | float):
        return float(journey.client_timeout_ms)
    architecture = compiled.architecture
    longest = 0.0
    calls = [link for link in architecture.links_from.get(journey.entry, ()) if link.style in ("sync", "shared_data")]
    for link in calls:
        timeout = in_force(architecture, link, "timeout_ms").value
        attempts: Any = 1
        if isinstance(in_force(architecture, link, "retry").value, Retry):
            attempts = in_force(architecture, link, "retry.max_attempts").value
        if not isinstance(timeout, int | float) or not isinstance(attempts, int | float):
            return math.inf
        longest += 2 * timeout * attempts
    return longest if calls else math.inf


def strands(compiled: Compiled, journey_id: str, journey: dict[str, Any]) -> bool:
    """Whether more requests are in flight at the end than answers of that mean time explain (Little's law), and
    than timeouts can hold."""
    span = compiled.duration_ms / 2 if compiled.warm_up_ms is None else compiled.duration_ms - compiled.warm_up_ms
    bound = longest_wait(compiled, journey_id)
    wait = max(2 * (journey["latency_ms"]["mean"] or 0.0), 0.0 if bound == math.inf else bound)
    explained = journey["offered"] * wait / span
    return bool(journey["in_flight"] > WIDE * journey["offered"] and journey["in_flight"] > explained + 10)
