"""What is in force for a part: what it says itself, what its profile says, and what is assumed when nobody said.

`ASSUMPTIONS` is the one table of assumed values; the simulator, the rules, the inspector and every report use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from models.architecture.base import Frozen
from models.architecture.elements import Element
from models.architecture.links import Link
from models.architecture.model import Architecture
from models.architecture.values import Exponential, MeanOnly

_TEN = Exponential(exponential=MeanOnly(mean=10.0))
_TWO = Exponential(exponential=MeanOnly(mean=2.0))
_RETRY = {
    "retry.max_attempts": 3,
    "retry.backoff": "none",
    "retry.base_ms": 100.0,
    "retry.jitter": "none",
}
_CALL = {"timeout_ms": "none", "retry": "none", **_RETRY, "connection_pool": "none"}
_BREAKER = {
    "circuit_breaker.failure_rate": 0.5,
    "circuit_breaker.window_calls": 100,
    "circuit_breaker.minimum_calls": 100,
    "circuit_breaker.open_ms": 60_000.0,
    "circuit_breaker.half_open_calls": 10,
}
_DELIVERY = {
    "delivery.guarantee": "at_least_once",
    "delivery.max_deliveries": "unlimited",
    "delivery.visibility_timeout_ms": 30_000.0,
}
_WIRE = {"network_ms": 0.5, "calls_per_request": 1, "probability": 1.0, "parallel_with_previous": False}

ASSUMPTIONS: dict[str, dict[str, Any]] = {
    "service": {
        "instances": 1,
        "workers": 16,
        "queue_limit": "unlimited",
        "threading": "blocking",
        "discipline": "fifo",
        "load_balancing": "round_robin",
        "work_ms": _TEN,
        "startup_ms": 5_000.0,
        "health_check_ms": "none",
        "autoscale.target_utilisation": 0.7,
        "autoscale.delay_ms": 15_000.0,
    },
    "external": {"workers": 16, "work_ms": _TEN},
    "datastore": {"connections": "unlimited", "work_ms": _TWO, "replicas": 1},
    "queue": {"max_length": "unlimited", "message_ttl_ms": "none", "replicas": 1},
    "topic": {"partitions": 1, "replicas": 1},
    "client": {},
    "group": {},
    "note": {},
    "sync": {
        **_WIRE,
        **_CALL,
        "circuit_breaker": "none",
        **_BREAKER,
        "bulkhead": "none",
        "fallback": "none",
        "propagates_deadline": False,
    },
    "async": {**_WIRE, **_DELIVERY, "timeout_ms": "none", "reply": "none", "pending_state": "memory", "awaited": False},
    "event": {**_WIRE, **_DELIVERY, "payload": "full_state"},
    "shared_data": {**_WIRE, **_CALL, "access": "read_write", "poll_interval_ms": 1_000.0},
    "journey": {"load": {"open": {"rate_per_s": 10.0, "arrivals": "poisson"}}, "client_timeout_ms": "none"},
    "scenario": {"duration_ms": 120_000.0, "warm_up_ms": "auto", "seed": 1, "replications": 1, "load_factor": 1.0},
}
"""Kind or style -> attribute (dots lead into parts) -> the value taken when nobody said one."""


@dataclass(frozen=True, slots=True)
class Valued:
    """A value in force, and whether someone said it (itself or through a profile) or it is assumed."""

    value: Any
    stated: bool
    from_profile: bool = False


def said(architecture: Architecture, part: Element | Link, attribute: str) -> Any | None:
    """What the part, else its profile, says of `attribute` ("timeout_ms", "retry.max_attempts"); None = not said.

    A part that says "none" for a whole ("retry": "none") leaves everything under it not said. A profile is for links of
    any style: what it says of an attribute that the link's style does not have is not said of that link.
    """
    return _look_up(architecture, part, attribute)[0]


def in_force(architecture: Architecture, part: Element | Link, attribute: str) -> Valued:
    """What is said of `attribute`, else the assumed value, else None."""
    value, from_profile = _look_up(architecture, part, attribute)
    if value is not None:
        return Valued(value, stated=True, from_profile=from_profile)
    return Valued(assumed(part, attribute), stated=False)


def assumed(part: Element | Link, attribute: str) -> Any | None:
    """The table's value for this kind or style, or None where the table has none."""
    values = part.__dict__
    return ASSUMPTIONS[values.get("style") or values["kind"]].get(attribute)


def _look_up(architecture: Architecture, part: Element | Link, attribute: str) -> tuple[Any | None, bool]:
    names = attribute.split(".")
    value = _walk(part, names)
    profile_id = part.__dict__.get("profile")
    if value is None and profile_id is not None and names[0] in part.__dict__:
        value = _walk(architecture.profile_by_id[profile_id], names)
        if value == ():
            value = None
        return (None, False) if value is _NOTHING else (value, value is not None)
    return (None, False) if value is _NOTHING else (value, False)


_NOTHING = object()


def _walk(part: Frozen, names: list[str]) -> Any | None:
    """The value, None when not said, or _NOTHING when a whole above it was said to be none."""
    value: Any = part
    for name in names:
        if not isinstance(value, Frozen):
            return _NOTHING
        value = value.__dict__.get(name)
        if value is None or value == ():
            return None
    return value
