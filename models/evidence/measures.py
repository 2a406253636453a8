"""The numbers of a simulation by the names a person types: "p99_ms", "place-order.p99_ms", "orders-db.utilisation"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

from models.architecture import Architecture, Journey
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.evidence.execution import EvidenceError
from models.simulation.result import METRICS, metric
from models.simulation.wording import metric_name

Space = Literal["journeys", "elements", "links", "channels"]
ELEMENT_METRICS = (
    *("arrivals", "completed", "rejected", "utilisation", "mean_busy", "mean_queue", "max_queue", "mean_wait_ms"),
    *("mean_sojourn_ms", "wasted_ms"),
)
LINK_METRICS = (
    *("calls", "attempts", "timeouts", "rejected", "breaker_rejected", "breaker_open_ms", "backoff_ms", "mean_ms"),
    *("freshness_ms.mean", "freshness_ms.p95"),
)
CHANNEL_METRICS = (
    *("published", "delivered", "acknowledged", "redelivered", "dead_lettered", "dropped", "duplicates", "waiting"),
    *("max_depth", "mean_depth", "mean_age_ms", "recovery_ms"),
)
METRICS_OF: dict[Space, tuple[str, ...]] = {
    "journeys": METRICS,
    "elements": ELEMENT_METRICS,
    "links": LINK_METRICS,
    "channels": CHANNEL_METRICS,
}
TOTALS: dict[Space, tuple[str, ...]] = {
    "journeys": METRICS[METRICS.index("offered") :],
    "elements": ("arrivals", "completed", "rejected", "wasted_ms"),
    "links": ("calls", "attempts", "timeouts", "rejected", "breaker_rejected", "backoff_ms"),
    "channels": CHANNEL_METRICS[: CHANNEL_METRICS.index("max_depth")],
}
"""Those that are totals over replications; the others are averages or maxima."""
_UNKNOWN = QT_TRANSLATE_NOOP("evidence", '"{metric}" is no metric{hint}; take one of {known}')
_UNKNOWN_OF = QT_TRANSLATE_NOOP("evidence", '"{metric}" is no metric of {part}{hint}; take one of {known}')
_UNKNOWN_PART = QT_TRANSLATE_NOOP(
    "evidence", '"{metric}" begins with no journey, element, link or channel{hint}; write it like "order.utilisation"'
)
_OF = QT_TRANSLATE_NOOP("evidence", "{metric} of {part}")
_NAMES = {
    "utilisation": QT_TRANSLATE_NOOP("evidence", "utilisation"),
    "mean_busy": QT_TRANSLATE_NOOP("evidence", "mean number of busy workers"),
    "mean_queue": QT_TRANSLATE_NOOP("evidence", "mean queue"),
    "max_queue": QT_TRANSLATE_NOOP("evidence", "longest queue"),
    "mean_wait_ms": QT_TRANSLATE_NOOP("evidence", "mean wait"),
    "mean_sojourn_ms": QT_TRANSLATE_NOOP("evidence", "mean stay"),
    "wasted_ms": QT_TRANSLATE_NOOP("evidence", "wasted work"),
    "mean_ms": QT_TRANSLATE_NOOP("evidence", "mean time of a call"),
    "mean_depth": QT_TRANSLATE_NOOP("evidence", "mean depth"),
    "max_depth": QT_TRANSLATE_NOOP("evidence", "greatest depth"),
    "recovery_ms": QT_TRANSLATE_NOOP("evidence", "time until the backlog is worked off"),
    "mean_age_ms": QT_TRANSLATE_NOOP("evidence", "mean age of a message"),
}


class Numbers(Protocol):
    """What a result and one measured replication share."""

    @property
    def journeys(self) -> dict[str, dict[str, Any]]: ...
    @property
    def elements(self) -> dict[str, dict[str, Any]]: ...
    @property
    def links(self) -> dict[str, dict[str, Any]]: ...
    @property
    def channels(self) -> dict[str, dict[str, Any]]: ...


@dataclass(frozen=True, slots=True)
class Measure:
    """One number of a result: of which part, in which of its four tables."""

    space: Space
    part: str
    metric: str

    def name(self, architecture: Architecture) -> Text:
        """In words: "99th percentile of the response time of Place order"."""
        if self.space == "journeys":
            name: object = metric_name(self.metric)
        else:
            name = say("evidence", _NAMES[self.metric]) if self.metric in _NAMES else self.metric.replace("_", " ")
        return say("evidence", _OF, metric=name, part=architecture.label(self.part))

    @property
    def counted(self) -> bool:
        """Whether it is a total over replications, told per run."""
        return self.metric in TOTALS[self.space]


def measures(architecture: Architecture, journeys: tuple[Journey, ...], wanted: str) -> tuple[Measure, ...]:
    """What a metric's name means: one of `METRICS` of every journey, or "ID.METRIC" of one part.

    Raises:
        EvidenceError: there is no such part or metric; names the nearest.
    """
    text = wanted.strip()
    if "." not in text or text in METRICS:
        if text not in METRICS:
            hint = nearest(text, METRICS)
            raise EvidenceError(say("evidence", _UNKNOWN, metric=text[:200], hint=hint, known=", ".join(METRICS)))
        return tuple(Measure("journeys", journey.id, text) for journey in journeys)
    known: dict[Space, set[str]] = {
        "journeys": {journey.id for journey in journeys},
        "channels": {element.id for element in architecture.elements if element.kind in ("queue", "topic")},
        "elements": {element.id for element in architecture.elements if element.kind not in ("group", "note")},
        "links": {link.id for link in architecture.links},
    }
    only = text.partition(".")[0] == "journey" and "journey" not in set().union(*known.values())
    if only:
        text = text.removeprefix("journey.")
    found = [
        Measure(space, text[:cut], text[cut + 1 :])
        for cut in (i for i, character in enumerate(text) if character == ".")
        for space, ids in known.items()
        if text[:cut] in ids and (not only or space == "journeys")
    ]
    fitting = [measure for measure in found if measure.metric in METRICS_OF[measure.space]]
    if fitting:
        return (fitting[0],)
    if found:
        names = METRICS_OF[found[-1].space]
        hint = nearest(found[-1].metric, names)
        part = architecture.label(found[-1].part)
        raise EvidenceError(
            say("evidence", _UNKNOWN_OF, metric=found[-1].metric[:200], part=part, hint=hint, known=", ".join(names))
        )
    hint = nearest(text.partition(".")[0], (part for ids in known.values() for part in sorted(ids)))
    raise EvidenceError(say("evidence", _UNKNOWN_PART, metric=wanted[:200], hint=hint))


def read(numbers: Numbers, measure: Measure) -> float | None:
    """The number itself; None when it is undefined, or nothing reaches that part."""
    row = getattr(numbers, measure.space).get(measure.part)
    if row is None:
        return None
    if measure.space == "journeys":
        return metric(row, measure.metric)
    name, _, inner = measure.metric.partition(".")
    value = row[name][inner] if inner else row[name]
    return None if value is None else float(value)
