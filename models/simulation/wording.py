"""Quantities and names in a verdict's words: shares, times, metrics, causes and faults."""

from collections.abc import Sequence

from models.architecture import Architecture, Fault
from models.architecture.scenarios import Timing
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

_SEVERAL_FAULTS = QT_TRANSLATE_NOOP("verdict", "last fault")
_FAULT_OF = QT_TRANSLATE_NOOP("verdict", "{fault} of {target}")
_SPEED_UP = QT_TRANSLATE_NOOP("verdict", "speed-up")
CAUSES = {
    "timeout": QT_TRANSLATE_NOOP("verdict", "timeouts"),
    "rejected": QT_TRANSLATE_NOOP("verdict", "rejection by a full queue"),
    "breaker_open": QT_TRANSLATE_NOOP("verdict", "open circuit breakers"),
    "pool_exhausted": QT_TRANSLATE_NOOP("verdict", "exhausted connection pools"),
    "crashed": QT_TRANSLATE_NOOP("verdict", "elements that are down"),
    "lost": QT_TRANSLATE_NOOP("verdict", "lost requests"),
    "wrong_response": QT_TRANSLATE_NOOP("verdict", "wrong answers"),
    "oversize": QT_TRANSLATE_NOOP("verdict", "messages that are too large"),
    "client_timeout": QT_TRANSLATE_NOOP("verdict", "clients that gave up waiting"),
}
_FAULTS = {
    "crash": QT_TRANSLATE_NOOP("verdict", "crash"),
    "omission": QT_TRANSLATE_NOOP("verdict", "loss of messages"),
    "timing": QT_TRANSLATE_NOOP("verdict", "slowdown"),
    "response": QT_TRANSLATE_NOOP("verdict", "wrong answers"),
    "arbitrary": QT_TRANSLATE_NOOP("verdict", "arbitrary failures"),
    "partition": QT_TRANSLATE_NOOP("verdict", "partition"),
    "load": QT_TRANSLATE_NOOP("verdict", "surge"),
    "poison": QT_TRANSLATE_NOOP("verdict", "poison message"),
}
_METRICS = {
    "mean_ms": QT_TRANSLATE_NOOP("verdict", "mean response time"),
    "p50_ms": QT_TRANSLATE_NOOP("verdict", "median response time"),
    "p95_ms": QT_TRANSLATE_NOOP("verdict", "95th percentile of the response time"),
    "p99_ms": QT_TRANSLATE_NOOP("verdict", "99th percentile of the response time"),
    "max_ms": QT_TRANSLATE_NOOP("verdict", "longest response time"),
    "completion_mean_ms": QT_TRANSLATE_NOOP("verdict", "mean completion time"),
    "completion_p50_ms": QT_TRANSLATE_NOOP("verdict", "median completion time"),
    "completion_p95_ms": QT_TRANSLATE_NOOP("verdict", "95th percentile of the completion time"),
    "completion_p99_ms": QT_TRANSLATE_NOOP("verdict", "99th percentile of the completion time"),
    "completion_max_ms": QT_TRANSLATE_NOOP("verdict", "longest completion time"),
    "wait_ms": QT_TRANSLATE_NOOP("verdict", "mean time in queues"),
    "work_ms": QT_TRANSLATE_NOOP("verdict", "mean time at work"),
    "network_ms": QT_TRANSLATE_NOOP("verdict", "mean time on the network"),
    "backoff_ms": QT_TRANSLATE_NOOP("verdict", "mean time between attempts"),
    "recovery_ms": QT_TRANSLATE_NOOP("verdict", "recovery time"),
    "goodput_per_s": QT_TRANSLATE_NOOP("verdict", "goodput"),
    "availability": QT_TRANSLATE_NOOP("verdict", "availability"),
    "completion_availability": QT_TRANSLATE_NOOP("verdict", "share of completed requests"),
    "offered": QT_TRANSLATE_NOOP("verdict", "number of requests"),
    "succeeded": QT_TRANSLATE_NOOP("verdict", "number of full answers"),
    "degraded": QT_TRANSLATE_NOOP("verdict", "number of fallback answers"),
    "failed": QT_TRANSLATE_NOOP("verdict", "number of failures"),
    "in_flight": QT_TRANSLATE_NOOP("verdict", "number of requests still waiting"),
    "incomplete": QT_TRANSLATE_NOOP("verdict", "number of requests left incomplete"),
    "silent_wrong": QT_TRANSLATE_NOOP("verdict", "number of unnoticed wrong answers"),
    "completed": QT_TRANSLATE_NOOP("verdict", "number of completed requests"),
}


def metric_name(metric: str) -> Text:
    """The words for a metric by the name an expectation uses."""
    return say("verdict", _METRICS.get(metric) or CAUSES[metric])


def quantities(metric: str, first: float, second: float) -> tuple[str, str]:
    """Two different values of a metric with its unit, with as many digits as tell them apart."""
    for digits in (3, 4, 6, 9):
        found = _quantity(metric, first, digits), _quantity(metric, second, digits)
        if found[0] != found[1]:
            return found
    return f"{first!r}", f"{second!r}"


def _quantity(metric: str, value: float, digits: int) -> str:
    if metric.endswith("availability"):
        return f"{value * 100:.{digits}g}%"
    if metric.endswith("_per_s"):
        return f"{value:.{digits}g}/s"
    return time(value, digits) if metric.endswith("_ms") else f"{value:,.10g}"


def fault_name(architecture: Architecture, fault: Fault) -> Text:
    """A fault and what it strikes: "crash of Checkout"."""
    sentence = _FAULTS.get(fault.fault, fault.fault)
    if isinstance(fault, Timing):
        slower = fault.factor is None if fault.add_ms is None else fault.add_ms > 0
        if not slower and (fault.factor is None or fault.factor <= 1):
            sentence = _SPEED_UP
    return _of(architecture, sentence, fault.target)


def faults_name(architecture: Architecture, faults: Sequence[Fault]) -> Text:
    """The one fault of a scenario, or what ends when the last of several does."""
    return fault_name(architecture, faults[0]) if len(faults) == 1 else say("verdict", _SEVERAL_FAULTS)


def kind_of_fault(architecture: Architecture, kind: str, target: str) -> Text:
    """As `fault_name`, by a fault's kind alone."""
    return _of(architecture, _FAULTS.get(kind, kind), target)


def _of(architecture: Architecture, sentence: str, target: str) -> Text:
    return say("verdict", _FAULT_OF, fault=say("verdict", sentence), target=architecture.label(target))


def percent(share: float) -> str:
    """A share in words that never round a loss away: 99.95%, 100%."""
    if share in (0, 1):
        return f"{share:.0%}"
    if 0.1 <= share <= 0.9:
        return f"{share:.0%}"
    if 0.01 <= share <= 0.99:
        return f"{share:.1%}"
    return f"{share:.2%}" if 0.0001 <= share <= 0.9999 else f"{share:.4%}"


def time(ms: float, digits: int = 3) -> str:
    """A time with three digits (or as many as told) and its unit."""
    if ms < 1000:
        return f"{ms:.{digits}g} ms"
    if ms < 120_000:
        return f"{ms / 1000:.{digits}g} s"
    return f"{ms / 60_000:.{digits}g} min"
