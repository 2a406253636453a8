"""What versions of a model are compared by: figures of journeys, of links and of the system as a whole, and how each is
said. Knows plain numbers, runs nothing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.simulation.result import metric

if TYPE_CHECKING:
    from models.simulation.result import Measured

Unit = Literal["share", "rate", "time", "count", "busy"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure; `better` is 1 when more of it is better, -1 when less is, 0 when that depends."""

    name: str
    words: str
    unit: Unit
    better: int


def _by_name(*measures: Measure) -> dict[str, Measure]:
    return {measure.name: measure for measure in measures}


JOURNEY = _by_name(
    Measure("availability", QT_TRANSLATE_NOOP("evidence", "availability"), "share", 1),
    Measure("goodput_per_s", QT_TRANSLATE_NOOP("evidence", "goodput"), "rate", 1),
    Measure("mean_ms", QT_TRANSLATE_NOOP("evidence", "mean response time"), "time", -1),
    Measure("p50_ms", QT_TRANSLATE_NOOP("evidence", "p50"), "time", -1),
    Measure("p95_ms", QT_TRANSLATE_NOOP("evidence", "p95"), "time", -1),
    Measure("p99_ms", QT_TRANSLATE_NOOP("evidence", "p99"), "time", -1),
    Measure("completion_mean_ms", QT_TRANSLATE_NOOP("evidence", "mean time to completion"), "time", -1),
    Measure("completion_p95_ms", QT_TRANSLATE_NOOP("evidence", "p95 of the time to completion"), "time", -1),
    Measure("failed", QT_TRANSLATE_NOOP("evidence", "failed requests"), "count", -1),
    Measure("in_flight", QT_TRANSLATE_NOOP("evidence", "requests without an answer at the end"), "count", -1),
    Measure("degraded", QT_TRANSLATE_NOOP("evidence", "fallback answers"), "count", -1),
    Measure("completed", QT_TRANSLATE_NOOP("evidence", "completed requests"), "count", 1),
    Measure("incomplete", QT_TRANSLATE_NOOP("evidence", "requests left incomplete"), "count", -1),
    Measure("silent_wrong", QT_TRANSLATE_NOOP("evidence", "unnoticed wrong answers"), "count", -1),
    Measure("recovery_ms", QT_TRANSLATE_NOOP("evidence", "recovery time"), "time", -1),
)
SYSTEM = _by_name(
    Measure("calls", QT_TRANSLATE_NOOP("evidence", "calls sent"), "count", -1),
    Measure("wasted_ms", QT_TRANSLATE_NOOP("evidence", "wasted work"), "busy", -1),
    Measure("published", QT_TRANSLATE_NOOP("evidence", "messages published"), "count", 0),
    Measure("redelivered", QT_TRANSLATE_NOOP("evidence", "messages delivered again"), "count", -1),
    Measure("duplicates", QT_TRANSLATE_NOOP("evidence", "messages worked on twice"), "count", -1),
    Measure("lost", QT_TRANSLATE_NOOP("evidence", "messages lost"), "count", -1),
    Measure("dead_lettered", QT_TRANSLATE_NOOP("evidence", "messages in a dead-letter queue"), "count", 0),
    Measure("waiting", QT_TRANSLATE_NOOP("evidence", "messages waiting at the end"), "count", -1),
)
LINK = _by_name(Measure("freshness_ms", QT_TRANSLATE_NOOP("evidence", "age of the data read"), "time", -1))
MEASURES = JOURNEY | SYSTEM | LINK
_SUMMED = {"lost": "dropped"}


def figures(sample: Measured) -> Iterator[tuple[str | None, str, float | None]]:
    """(journey or link id, or None for the whole system; name of a measure; its value in one replication or None)."""
    for journey_id, journey in sample.journeys.items():
        same = {
            f"completion_{name}_ms": journey["completion_ms"][name] == journey["latency_ms"][name]
            for name in ("mean", "p95")
        }
        for name in JOURNEY:
            yield journey_id, name, None if same.get(name) else metric(journey, name)
    yield None, "calls", float(sum(link["attempts"] for link in sample.links.values()))
    yield None, "wasted_ms", float(sum(element["wasted_ms"] or 0.0 for element in sample.elements.values()))
    for name in list(SYSTEM)[2:]:
        counts = [channel[_SUMMED.get(name, name)] for channel in sample.channels.values()]
        yield None, name, float(sum(counts)) if counts else None
    for link_id, link in sample.links.items():
        if link["freshness_ms"]["mean"] is not None:
            yield link_id, "freshness_ms", float(link["freshness_ms"]["mean"])


def shown(name: str, value: float | None) -> str:
    """A value with its unit: "98.2%", "17 /s", "3.1 s", "420"."""
    if value is None:
        return "–"
    number, unit, decimals = _scaled(name, value, value)
    return f"{number:,.{decimals}f}{unit}"


def spread(name: str, value: float, low: float, high: float) -> tuple[Text, str, str]:
    """A difference's size with its unit and the ends of its interval in the same unit, to the digits that mean
    something: ("812 ms", "790", "834"). All without a sign: give them as sizes."""
    number, unit, decimals = _scaled(name, value, (high - low) / 2)
    factor = number / value if value else 1.0
    size = f"{number:,.{decimals}f}{unit}"
    told = say("evidence", "{size}", size=size)
    if MEASURES[name].unit == "share":
        points = f"{number:,.{decimals}f}"
        told = say("evidence", _POINT if points == "1" else _POINTS, size=points)
    return told, f"{low * factor:,.{decimals}f}", f"{high * factor:,.{decimals}f}"


def signed(name: str, value: float | None) -> str:
    """A difference with its sign and unit; that of two shares in percentage points, "−12 pp"."""
    if value is None:
        return "–"
    if value == 0:
        return "0"
    number, unit, decimals = _scaled(name, value, value)
    if MEASURES[name].unit == "share":
        unit = " pp"
    told = f"{abs(number):,.{decimals}f}{unit}"
    return f"{'+' if value > 0 else '−'}{told}"


def _scaled(name: str, value: float, precision: float) -> tuple[float, str, int]:
    """(the number in a unit fit to read, the unit, how many decimals are worth writing)."""
    factor, unit = 1.0, ""
    match MEASURES[name].unit:
        case "share":
            factor, unit = 100.0, "%"
        case "rate":
            unit = "/s"
        case "time" | "busy":
            size = abs(value)
            factor, unit = (1.0, " ms") if size < 1000 else (1e-3, " s") if size < 120_000 else (1 / 60_000, " min")
    number, fine = value * factor, abs(precision * factor)
    if not fine or not math.isfinite(fine):
        fine = abs(number) or 1.0
    decimals = max(0, min(4, 1 - math.floor(math.log10(fine))))
    if MEASURES[name].unit == "count" and fine >= 10:
        decimals = 0
    if float(f"{number:.{decimals}f}") == int(float(f"{number:.{decimals}f}")) and fine >= 1:
        decimals = 0
    return number, unit, decimals


_POINT = QT_TRANSLATE_NOOP("evidence", "{size} percentage point")
_POINTS = QT_TRANSLATE_NOOP("evidence", "{size} percentage points")
