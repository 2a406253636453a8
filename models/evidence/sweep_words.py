"""A curve in words: up to where the targets hold, and where it bends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.architecture import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.evidence.blast_words import together
from models.evidence.measures import Measure
from models.evidence.varying import LOAD_FACTOR, offered_per_s
from models.simulation.wording import metric_name, percent, quantities, time

if TYPE_CHECKING:
    from models.evidence.sweep import Point

BEND = 0.2
"""How far from the straight line between its ends, as a share of its height, a curve must be to have a knee."""
LEVEL = 0.1
"""A curve that varies by less than this share of its largest value is level."""
FEWEST = 4
MOST_DESCRIBED = 3
_UP_TO = QT_TRANSLATE_NOOP("evidence", "Holds up to {last}; fails at {first}: {why}.")
_FROM = QT_TRANSLATE_NOOP("evidence", "Holds from {first} on; fails at {last}: {why}.")
_BETWEEN = QT_TRANSLATE_NOOP("evidence", "Whether the targets hold goes back and forth: they first change at {first}.")
_ALL = QT_TRANSLATE_NOOP("evidence", "Holds over the whole range, from {first} to {last}: the limit lies beyond it.")
_NONE = QT_TRANSLATE_NOOP("evidence", "Holds nowhere in the range; at {first} it fails: {why}.")
_NO_TARGETS = QT_TRANSLATE_NOOP(
    "evidence", "No journey has a target and the scenario expects nothing, so there is no limit to find."
)
_OVER = QT_TRANSLATE_NOOP("evidence", "{metric} of {journey} is {measured}, at most {bound} wanted")
_UNDER = QT_TRANSLATE_NOOP("evidence", "{metric} of {journey} is {measured}, at least {bound} wanted")
_UNDEFINED = QT_TRANSLATE_NOOP("evidence", "{metric} of {journey} is undefined, since nobody was answered")
_GROWS = QT_TRANSLATE_NOOP("evidence", "the run does not settle, queues grow or a journey does not come back")
_BENDS = QT_TRANSLATE_NOOP(
    "evidence", "The {metric} bends at {at}: {begin} at {low}, {there} at the bend, {end} at {high}."
)
_PEAKS = QT_TRANSLATE_NOOP(
    "evidence", "The {metric} is highest at {at}: {begin} at {low}, {there} there, {end} at {high}."
)
_DIPS = QT_TRANSLATE_NOOP(
    "evidence", "The {metric} is lowest at {at}: {begin} at {low}, {there} there, {end} at {high}."
)
_STRAIGHT = QT_TRANSLATE_NOOP("evidence", "The {metric} changes evenly, from {begin} at {low} to {end} at {high}.")
_LEVEL = QT_TRANSLATE_NOOP("evidence", "The {metric} hardly changes: {begin} at {low}, {end} at {high}.")
_ONCE = QT_TRANSLATE_NOOP("evidence", "The {metric} is {begin} at {low} and undefined elsewhere.")
_UNKNOWN = QT_TRANSLATE_NOOP("evidence", "The {metric} is undefined throughout.")
_LOAD = QT_TRANSLATE_NOOP("evidence", "{factor}× ({rate}/s)")
_FACTOR = QT_TRANSLATE_NOOP("evidence", "{factor}×")
_NOT_SETTLED = QT_TRANSLATE_NOOP(
    "evidence", "{n} of {all} points have not settled: read their numbers as snapshots, or run longer."
)


@dataclass(frozen=True, slots=True)
class Limit:
    """Where the targets stop or begin to hold. `kind`: up_to, from, everywhere, nowhere, or mixed."""

    kind: str
    holds_at: float | None
    fails_at: float | None
    why: Text | None

    def as_json(self) -> dict[str, Any]:
        why = None if self.why is None else str(self.why)
        return {"kind": self.kind, "holds_at": self.holds_at, "fails_at": self.fails_at, "why": why}


@dataclass(frozen=True, slots=True)
class Knee:
    """The point of a curve farthest from the line between its ends. `kind`: bend, peak or dip."""

    kind: str
    at: float
    value: float


def limit_of(architecture: Architecture, points: Sequence[Point]) -> Limit:
    """What the points say of the targets; between two kinds, the first change."""
    changes = [i for i in range(1, len(points)) if points[i].holds != points[i - 1].holds]
    if not changes:
        if points[0].holds:
            return Limit("everywhere", points[-1].at, None, None)
        return Limit("nowhere", None, points[0].at, why(architecture, points[0]))
    left, right = points[changes[0] - 1], points[changes[0]]
    kind = "mixed" if len(changes) > 1 and not left.holds else "up_to" if left.holds else "from"
    good, bad = (left, right) if left.holds else (right, left)
    return Limit(kind, good.at, bad.at, why(architecture, bad))


def why(architecture: Architecture, point: Point) -> Text:
    """Why a point does not hold; the worst missed target, by its ratio to the bound."""
    if point.error is not None:
        return say("evidence", "{reason}", reason=point.error.rstrip("."))
    if not point.unmet:
        return say("evidence", _GROWS) if point.late is None else say("evidence", "{reason}", reason=point.late[:-1])
    target, measured = max(point.unmet, key=lambda pair: _excess(*pair))
    name, journey = metric_name(target.metric), architecture.label(target.journey)
    if measured is None:
        return say("evidence", _UNDEFINED, metric=name, journey=journey)
    over = target.at_most is not None and measured > target.at_most
    bound = target.at_most if over else target.at_least
    found, wanted = quantities(target.metric, measured, 0.0 if bound is None else bound)
    return say("evidence", _OVER if over else _UNDER, metric=name, journey=journey, measured=found, bound=wanted)


def _excess(target: Any, measured: float | None) -> float:
    if measured is None:
        return float("inf")
    if target.at_most is not None and measured > target.at_most:
        return float(measured / target.at_most) if target.at_most > 0 else float("inf")
    return float(target.at_least / measured) if target.at_least is not None and measured > 0 else float("inf")


def knee_of(at: Sequence[float], values: Sequence[float | None]) -> Knee | None:
    """The knee of a curve by its distance from the chord (Satopää and others, 2011), or its peak or dip when it lies
    beyond both ends; None when it is level or straight, or known at fewer than four points."""
    known = [(x, y) for x, y in zip(at, values, strict=True) if y is not None]
    if len(known) < FEWEST:
        return None
    ys = [y for _, y in known]
    low, high = min(ys), max(ys)
    height = high - low
    if height <= LEVEL * max(abs(high), abs(low)):
        return None
    (x0, y0), (x1, y1) = known[0], known[-1]
    for kind, extreme, ends in (("peak", high, max(y0, y1)), ("dip", low, min(y0, y1))):
        if abs(extreme - ends) > BEND * height:
            x, y = next(point for point in known if point[1] == extreme)
            return Knee(kind, x, y)
    distance = {(x, y): abs((y - y0) - (y1 - y0) * (x - x0) / (x1 - x0)) / height for x, y in known}
    (x, y), farthest = max(distance.items(), key=lambda item: item[1])
    return Knee("bend", x, y) if farthest >= BEND else None


def sentences(
    architecture: Architecture,
    path: str,
    points: Sequence[Point],
    measures: Sequence[Measure],
    limit: Limit | None,
    knees: Sequence[Knee | None],
) -> Text:
    """The limit, then the course of the first few metrics, then what has not settled."""
    found = [say("evidence", _NO_TARGETS) if limit is None else _limit(architecture, path, points, limit)]
    moving = [i for i in range(len(measures)) if not _is_level(points, i)]
    found += [
        _course(architecture, path, points, measures[i], i, knees[i])
        for i in (moving or [0] if measures else [])[:MOST_DESCRIBED]
    ]
    unsettled = sum(not point.settled for point in points)
    if unsettled:
        found.append(say("evidence", _NOT_SETTLED, n=unsettled, all=len(points)))
    return together(found)


def place(architecture: Architecture, path: str, value: float) -> object:
    """A value of what is varied, with its unit."""
    number = f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.6g}"
    if path == LOAD_FACTOR:
        rate = offered_per_s(architecture, value)
        if rate is None:
            return say("evidence", _FACTOR, factor=number)
        return say("evidence", _LOAD, factor=number, rate=f"{rate:,.4g}")
    if path.endswith("_per_s"):
        return f"{number}/s"
    if path.endswith("_ms"):
        return time(value)
    return number


def amount(metric: str, value: float | None) -> str:
    """A metric's value with its unit."""
    if value is None:
        return "–"
    if metric.endswith("_ms") or metric in ("freshness_ms.mean", "freshness_ms.p95"):
        return time(value)
    if metric.endswith("availability"):
        return percent(value)
    if metric == "utilisation":
        return f"{value:.1%}"
    if metric.endswith("_per_s"):
        return f"{value:,.4g}/s"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _limit(architecture: Architecture, path: str, points: Sequence[Point], limit: Limit) -> Text:
    def told(value: float | None) -> object:
        return "–" if value is None else place(architecture, path, value)

    match limit.kind:
        case "everywhere":
            return say("evidence", _ALL, first=told(points[0].at), last=told(points[-1].at))
        case "nowhere":
            return say("evidence", _NONE, first=told(limit.fails_at), why=limit.why)
        case "up_to":
            return say("evidence", _UP_TO, last=told(limit.holds_at), first=told(limit.fails_at), why=limit.why)
        case "from":
            return say("evidence", _FROM, first=told(limit.holds_at), last=told(limit.fails_at), why=limit.why)
        case _:
            return say("evidence", _BETWEEN, first=told(limit.holds_at))


def _course(
    architecture: Architecture, path: str, points: Sequence[Point], measure: Measure, i: int, knee: Knee | None
) -> Text:
    name = measure.name(architecture)
    known = [(point.at, value) for point in points if (value := point.values[i].value) is not None]
    if not known:
        return say("evidence", _UNKNOWN, metric=name)
    (low, first), (high, last) = known[0], known[-1]
    if len(known) == 1:
        return say(
            "evidence",
            _ONCE,
            metric=name,
            begin=amount(measure.metric, first),
            low=place(architecture, path, low),
        )
    shared: dict[str, object] = {
        "metric": name,
        "begin": amount(measure.metric, first),
        "low": place(architecture, path, low),
        "end": amount(measure.metric, last),
        "high": place(architecture, path, high),
    }
    if knee is not None:
        template = {"bend": _BENDS, "peak": _PEAKS, "dip": _DIPS}[knee.kind]
        there = amount(measure.metric, knee.value)
        return say("evidence", template, at=place(architecture, path, knee.at), there=there, **shared)
    return say("evidence", _LEVEL if _is_level(points, i) else _STRAIGHT, **shared)


def _is_level(points: Sequence[Point], i: int) -> bool:
    values = [value for point in points if (value := point.values[i].value) is not None]
    return bool(values) and max(values) - min(values) <= LEVEL * max(abs(value) for value in values)
