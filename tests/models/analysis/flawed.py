"""Small random systems full of flaws: what is said of their parts is drawn from what rules are about.

Models whose every field is drawn evenly hardly ever raise a rule that needs three things said at once; these do.
The same seed gives the same system.
"""

from __future__ import annotations

from random import Random
from typing import Any

from models.architecture import Architecture, allowed_styles
from tests.models.analysis.case_files import written_out

Said = dict[str, list[Any]]
"""Attribute -> the values to choose from."""

_RETRIES = [
    "none",
    "none",
    {"max_attempts": 2, "backoff": "exponential", "base_ms": 50, "jitter": "full"},
    {"max_attempts": 3, "backoff": "fixed", "base_ms": 100, "jitter": "none"},
    {"max_attempts": 4, "backoff": "none"},
    {"max_attempts": "unlimited"},
    {"backoff": "fixed"},
    {"implicit": True},
]
_BREAKERS = ["none", "none", {"minimum_calls": 100, "window_calls": 20}, {"minimum_calls": 900, "slow_call_ms": 2}, {}]
_DELIVERIES = [
    {"max_deliveries": "unlimited"},
    {"max_deliveries": 3, "dead_letter": "none"},
    {"max_deliveries": 3, "visibility_timeout_ms": 10},
    {"guarantee": "at_most_once"},
    {"concurrency": 4},
]
_WORK = [1, 20, 90, 6000, {"exponential": {"mean": 20}}, {"lognormal": {"p50": 10, "p99": 90}}]
_CONTRACTS = [
    {"name": "orders", "version": "1"},
    {"name": "orders", "version": "1", "offers": ["2"], "compatibility": "breaking"},
    {"version": "none"},
]
_OWNERS = ["Sales", "Logistics"]

ELEMENTS: dict[str, Said] = {
    "client": {},
    "service": {
        "instances": [1, 1, 3],
        "workers": [1, 4, "unlimited"],
        "threading": ["blocking", "blocking", "nonblocking"],
        "work_ms": _WORK,
        "availability": [0.98, 0.98, 0.999],
        "stateless": [True, False],
        "restarts": [True, False],
        "role": ["gateway", "adapter", "service"],
        "owner": _OWNERS,
        "cleared_for_personal_data": [True, False],
    },
    "external": {"work_ms": _WORK, "workers": [1, 8], "availability": [0.99], "cleared_for_personal_data": [False]},
    "datastore": {
        "store": ["relational", "relational", "document", "cache", "data_lake"],
        "connections": [1, 10, "unlimited"],
        "work_ms": _WORK,
        "replicas": [1, 3],
        "schema_contract": ["none", "orders schema"],
        "server": ["pg-1"],
    },
    "queue": {
        "technology": ["RabbitMQ", "Kafka", "HTTP"],
        "broker": ["mq"],
        "replicas": [1, 1, 1, 3],
        "max_message_bytes": [1000],
        "max_length": ["unlimited", 10],
        "message_ttl_ms": ["none", 1000],
        "replay": [True, False],
    },
    "topic": {"technology": ["Kafka", "SOAP"], "broker": ["mq"], "replicas": [1], "max_message_bytes": [1000]},
}

_LINK: Said = {
    "payload_bytes": [100, 100, 100, 800, 20_000_000],
    "network_ms": [0, 2],
    "calls_per_request": [1, 2, 8],
    "result_needed": [True, False, False],
    "contract": _CONTRACTS,
    "errors": ["untyped", "typed"],
    "technology": ["HTTP", "Kafka", "gRPC"],
}
_WRITES: Said = {"operation": ["read", "write", "write"], "idempotent": [True, False, False]}
LINKS: dict[str, Said] = {
    "sync": {
        **_LINK,
        **_WRITES,
        "timeout_ms": [5, 100, 1000, "none"],
        "retry": _RETRIES,
        "circuit_breaker": _BREAKERS,
        "bulkhead": ["none", "none", "none", "none", "none", 4],
        "fallback": ["none", "none", "default"],
        "hedge_after_ms": [50],
        "propagates_deadline": [False, True],
        "discovery": ["static", "dynamic"],
    },
    "async": {
        **_LINK,
        **_WRITES,
        "reply": ["none", "queue", "callback"],
        "correlation_id": [True, False],
        "pending_state": ["memory", "stored"],
        "awaited": [True, False],
        "timeout_ms": [100, 1000, "none"],
        "delivery": _DELIVERIES,
    },
    "event": {
        **_LINK,
        **_WRITES,
        "payload": ["id_only", "id_only", "full_state"],
        "outbox": [True, False, False],
        "published": ["before_commit", "after_commit"],
        "order_required": [True],
        "personal_data": [True],
        "guard": ["a hop count"],
        "delivery": _DELIVERIES,
    },
    "shared_data": {
        **_LINK,
        "access": ["read", "write", "read_write"],
        "dataset": ["orders"],
        "timeout_ms": [100, "none"],
        "retry": _RETRIES,
        "transaction_ms": [200],
        "spans_calls": [True, False],
        "poll_interval_ms": [10, 1000],
        "freshness_ms": [5, 2000],
        "changes_per_s": [0, 0.1],
    },
}
TARGETS: Said = {"availability": [0.97, 0.97, 0.97, 0.9999], "mean_ms": [10, 100], "p99_ms": [50, 500]}


def flawed(seed: int) -> Architecture:
    """The system of that number: up to eleven elements, fourteen links and two journeys."""
    dice = Random(seed)
    talkative = dice.choice([0.2, 0.5, 0.9])
    kinds = ["client"] * dice.randint(1, 2) + ["service"] * dice.randint(2, 5)
    kinds += ["external"] * dice.randint(0, 1) + ["datastore"] * dice.randint(0, 2)
    kinds += ["queue"] * dice.randint(0, 2) + ["topic"] * dice.randint(0, 1)
    elements = {f"{kind}-{i}": {"is": kind, **_some(dice, ELEMENTS[kind], talkative)} for i, kind in enumerate(kinds)}
    _refer(dice, elements)
    links = _links(dice, elements, talkative)
    if dice.random() < 0.1:
        _relay(dice, elements, links)
    journeys = [_journey(dice, i, elements, links) for i in range(dice.randint(0, 2))]
    stage = dice.choice(["design", "design", "design", "operate"])
    return written_out({"elements": elements, "links": links, "journeys": journeys, "policy": {"stage": stage}})


def _some(dice: Random, said: Said, talkative: float) -> dict[str, Any]:
    return {name: dice.choice(values) for name, values in said.items() if dice.random() < talkative}


def _refer(dice: Random, elements: dict[str, dict[str, Any]]) -> None:
    """Queues that catch dead letters, services in one process."""
    queues = [one for one, told in elements.items() if told["is"] == "queue"]
    services = [one for one, told in elements.items() if told["is"] == "service"]
    if len(queues) > 1 and dice.random() < 0.5:
        elements[queues[0]]["dead_letter"] = queues[1]
    if dice.random() < 0.15:
        elements[services[0]]["deployed_with"] = services[1]


def _links(dice: Random, elements: dict[str, dict[str, Any]], talkative: float) -> dict[str, dict[str, Any]]:
    ways = [
        (style, source, target)
        for source, told in elements.items()
        for target, other in elements.items()
        if source != target or dice.random() < 0.1
        for style in allowed_styles(told["is"], other["is"])
    ]
    links: dict[str, dict[str, Any]] = {}
    for i in range(dice.randint(4, 14)):
        wanted = dice.choice(["sync", "sync", "async", "event", "shared_data"])
        style, source, target = dice.choice([way for way in ways if _is_usual(way, wanted, elements)] or ways)
        said = _some(dice, LINKS[style], talkative)
        if "order_required" in said and i % 3:
            said["order_key"] = "none"
        links[f"{source}-{target}-{i}"] = {"is": f"{style} {source} {target}", **said}
    events = [one for one, told in links.items() if told["is"].startswith("event")]
    for one in events:
        if len(events) > 1 and dice.random() < 0.2:
            links[one]["published_with"] = [next(other for other in events if other != one)]
    return links


def _relay(dice: Random, elements: dict[str, dict[str, Any]], links: dict[str, dict[str, Any]]) -> None:
    """One more service, with one call in and one out, by which nothing but the same data goes."""
    services = [one for one, told in elements.items() if told["is"] == "service"]
    elements["relay"] = {"is": "service"}
    links["into-relay"] = {"is": f"sync {dice.choice(services)} relay", "payload_bytes": 500}
    links["out-of-relay"] = {"is": f"sync relay {dice.choice(services)}", "payload_bytes": 500}


def _is_usual(way: tuple[str, str, str], style: str, elements: dict[str, dict[str, Any]]) -> bool:
    """Whether it is of the style; data lies in stores, where there are any."""
    stores = any(told["is"] == "datastore" for told in elements.values())
    return way[0] == style and (style != "shared_data" or not stores or elements[way[2]]["is"] == "datastore")


def _journey(dice: Random, i: int, elements: dict[str, dict[str, Any]], links: dict[str, dict[str, Any]]) -> Any:
    entries = [one for one, told in elements.items() if told["is"] == "client"]
    entry = dice.choice(entries)
    told: dict[str, Any] = {
        "id": f"journey-{i}",
        "entry": entry,
        "load": {"open": {"rate_per_s": dice.choice([0.1, 5, 400])}},
        "target": _some(dice, TARGETS, 0.6),
    }
    if dice.random() < 0.2:
        told |= {"client_timeout_ms": 300, "client_retry": dice.choice([retry for retry in _RETRIES if retry])}
    if dice.random() < 0.7:
        told["steps"] = _steps(dice, links, entry, 4)
    return told


def _steps(dice: Random, links: dict[str, dict[str, Any]], here: str, depth: int) -> list[dict[str, Any]]:
    """Some of the links from here, in order, each with what follows it."""
    found: list[dict[str, Any]] = []
    for link_id, told in links.items():
        _, source, target = told["is"].split()
        if source != here or dice.random() < 0.2:
            continue
        step: dict[str, Any] = {"link": link_id}
        if found and dice.random() < 0.6:
            step["needs_previous"] = False
        if found and dice.random() < 0.2:
            step["parallel"] = True
        if depth and not told["is"].startswith("shared_data"):
            step["steps"] = _steps(dice, links, target, depth - 1)
        found.append(step)
    return found
