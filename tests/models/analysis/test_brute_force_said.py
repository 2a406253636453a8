"""Rules about what is said of links and stores against the plainest reading of the catalogue, on random systems."""

from __future__ import annotations

import math
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from models.analysis import Finding, analyse, catalogue
from tests.models.analysis.case_files import written_out
from tests.models.analysis.drawn import Said, some

Part = dict[str, Any]
numbers = st.integers(0, 10**9)
PAIRS = [(low, high) for low in range(4) for high in range(4) if low != high]


def findings(model: Part, rule: str) -> dict[str, Finding]:
    """Subject -> finding of one rule."""
    return {one.id.partition(":")[2]: one for one in analyse(written_out(model)).each if one.rule == rule}


def services(links: Part) -> Part:
    return {"elements": {f"s{i}": "service" for i in range(4)}, "links": links}


CONTRACT: Said = {
    "name": ["orders", "orders", "stock"],
    "version": ["1", "1", "2", "none"],
    "offers": [["2"], ["2", "3"], ["1", "2"]],
    "compatibility": ["breaking", "compatible"],
}


@given(numbers)
@settings(max_examples=200)
def test_a_lockstep_is_a_breaking_contract_that_leaves_out_a_version_in_use(number: int) -> None:
    dice = Random(number)
    links: Part = {}
    for i in range(dice.randint(1, 6)):
        low, high = dice.choice(PAIRS)
        links[f"l{i}"] = {"is": f"{dice.choice(['sync', 'event'])} s{low} s{high}", "contract": some(dice, CONTRACT)}
    agreed: dict[tuple[str, str], list[tuple[str, Part]]] = {}
    for link in links.values():
        style, source, target = link["is"].split()
        provider, consumer = (target, source) if style == "sync" else (source, target)
        agreed.setdefault((provider, link["contract"].get("name", "")), []).append((consumer, link["contract"]))
    expected = set()
    for (provider, _), uses in agreed.items():
        offered = {version for _, contract in uses for version in contract.get("offers", [])}
        breaking = any(contract.get("compatibility") == "breaking" for _, contract in uses)
        behind = {consumer for consumer, contract in uses if contract.get("version", "none") not in ("none", *offered)}
        if breaking and offered and behind:
            expected.add((provider, frozenset(behind)))
    found = findings(services(links), "E06")
    assert {(one.elements[0], frozenset(one.elements[1:])) for one in found.values()} == expected


TABLE: dict[tuple[str, ...], tuple[str, ...]] = {
    ("HTTP", "REST", "gRPC", "GraphQL", "SOAP", "Thrift"): ("sync", "callback"),
    ("Webhook", "SSE", "WebSocket", "gRPC stream"): ("sync", "event"),
    ("Kafka", "RabbitMQ", "AMQP", "SQS", "SNS", "NATS", "Pulsar", "Kinesis", "ActiveMQ", "MQTT", "JMS"): (
        "async",
        "event",
    ),
    ("File", "FTP", "S3", "NFS", "JDBC"): ("shared_data",),
    ("Carrier pigeon",): ("sync", "async", "event", "shared_data"),
}
CARRIED = {name.lower(): styles for names, styles in TABLE.items() for name in names}


@given(numbers)
@settings(max_examples=200)
def test_a_technology_that_cannot_carry_the_style_is_what_the_table_says(number: int) -> None:
    dice = Random(number)
    elements: Part = {f"s{i}": "service" for i in range(4)} | {"d": {"is": "datastore", "store": "relational"}}
    links: Part = {}
    expected = set()
    for i in range(dice.randint(1, 6)):
        low, high = dice.choice(PAIRS)
        style = dice.choice(["sync", "async", "event", "shared_data"])
        technology = dice.choice(list(CARRIED))
        spelled = dice.choice([technology, technology.upper(), technology.title()])
        links[f"l{i}"] = {
            "is": f"{style} s{low} {'d' if style == 'shared_data' else f's{high}'}",
            "technology": spelled,
        }
        reply = dice.choice([None, "none", "queue", "callback"]) if style == "async" else None
        if reply:
            links[f"l{i}"]["reply"] = reply
        carried = CARRIED[technology]
        by_callback = style == "async" and reply in (None, "callback") and "callback" in carried
        if style not in carried and not by_callback:
            expected.add(f"l{i}")
    assert set(findings({"elements": elements, "links": links}, "G05")) == expected


CALL: Said = {
    "retry": ["none", {"max_attempts": 1}, {"max_attempts": 2}, {"max_attempts": "unlimited"}, {"backoff": "fixed"}],
    "operation": ["read", "write", "write"],
    "idempotent": [True, False, False],
}
PROFILE: Said = {"retry": [{"max_attempts": 3}], "operation": ["write"], "idempotent": [False]}


@given(numbers)
@settings(max_examples=200)
def test_an_unsafe_retry_is_a_write_said_not_to_bear_it_that_may_be_sent_again(number: int) -> None:
    dice = Random(number)
    profile = some(dice, PROFILE)
    links: Part = {}
    for i in range(dice.randint(1, 5)):
        low, high = dice.choice(PAIRS)
        links[f"l{i}"] = {"is": f"sync s{low} s{high}", **some(dice, CALL)}
        if dice.random() < 0.4:
            links[f"l{i}"]["profile"] = "mesh"
    expected = set()
    for link_id, link in links.items():
        said = link if "profile" not in link else profile | link
        retry = said.get("retry", "none")
        if retry != "none" and "profile" in link and "retry" in profile:
            retry = profile["retry"] | retry
        attempts = 1 if retry == "none" else retry.get("max_attempts", 1)
        again = attempts == "unlimited" or attempts > 1
        if again and said.get("operation") == "write" and said.get("idempotent") is False:
            expected.add(link_id)
    model = services(links) | {"profiles": [{"id": "mesh", **profile}]}
    assert set(findings(model, "R07")) == expected


BREAKER: Said = {"minimum_calls": [5, 100, 2000], "window_calls": [50, 500, 5000], "half_open_calls": [2, 900]}


def journeys_of(dice: Random, links: Part, entry: str) -> list[Part]:
    """Some journeys from a client, each a tree of steps along the links, most of them with a rate."""

    def steps(here: str, depth: int) -> list[Part]:
        ways = [one for one, told in links.items() if told["is"].split()[1] == here] if depth else []
        chosen = [dice.choice(ways) for _ in range(dice.randint(0, 2))] if ways else []
        return [
            {"link": one, "calls": dice.choice([1, 3]), "steps": steps(links[one]["is"].split()[2], depth - 1)}
            for one in chosen
        ]

    told = []
    for i in range(dice.randint(1, 2)):
        load = {"load": {"open": {"rate_per_s": dice.choice([2, 20, 90])}}} if dice.random() < 0.8 else {}
        told.append({"id": f"j{i}", "entry": entry, "steps": [{"link": "in", "steps": steps("s0", 3)}], **load})
    return told


def uses(journeys: list[Part]) -> tuple[dict[str, float], set[str]]:
    """Link -> uses per second by journeys with a rate, and the links of journeys without one."""
    rates: dict[str, float] = {}
    open_ended: set[str] = set()

    def walk(steps: list[Part], rate: float | None) -> None:
        for step in steps:
            calls = step.get("calls", 1)
            if rate is None:
                open_ended.add(step["link"])
            else:
                rates[step["link"]] = rates.get(step["link"], 0.0) + rate * calls
            walk(step.get("steps", []), None if rate is None else rate * calls)

    for journey in journeys:
        walk(journey["steps"], journey["load"]["open"]["rate_per_s"] if "load" in journey else None)
    return rates, open_ended


@given(numbers)
@settings(max_examples=200)
def test_a_breaker_is_inert_that_cannot_count_enough_calls_in_time(number: int) -> None:
    """To open, or to close again, at the rate of all journeys together."""
    dice = Random(number)
    links: Part = {"in": {"is": "sync u s0"}}
    for i in range(dice.randint(1, 5)):
        low, high = dice.choice([pair for pair in PAIRS if pair[0] < pair[1]])
        links[f"l{i}"] = {"is": f"sync s{low} s{high}", "circuit_breaker": some(dice, BREAKER)}
    journeys = journeys_of(dice, links, "u")
    rates, open_ended = uses(journeys)
    most_s = catalogue()["R13"].thresholds["seconds"]
    expected = set()
    for link_id, link in links.items():
        breaker = link.get("circuit_breaker", {})
        rate = 0.0 if link_id in open_ended else rates.get(link_id, 0.0)
        counted = [breaker[name] for name in ("minimum_calls", "half_open_calls") if name in breaker]
        too_few = breaker.get("minimum_calls", 0) > breaker.get("window_calls", math.inf)
        if too_few or (rate and any(calls / rate > most_s for calls in counted)):
            expected.add(link_id)
    elements = {"u": "client", **{f"s{i}": "service" for i in range(4)}}
    assert set(findings({"elements": elements, "links": links, "journeys": journeys}, "R13")) == expected


STORE: Said = {"connections": [1, 2, 5, "unlimited"], "work_ms": [2, 10, 30]}


@given(numbers)
@settings(max_examples=200)
def test_a_store_is_contended_when_all_uses_together_fill_four_fifths_of_its_connections(number: int) -> None:
    dice = Random(number)
    stores = {f"d{i}": some(dice, STORE) for i in range(2)}
    links: Part = {"in": {"is": "sync u s0"}}
    for i in range(dice.randint(2, 7)):
        low, high = dice.choice([pair for pair in PAIRS if pair[0] < pair[1]])
        way = dice.choice([f"sync s{low} s{high}", f"shared_data s{low} d{high % 2}", f"shared_data s0 d{high % 2}"])
        links[f"l{i}"] = {"is": way} | ({} if way.startswith("sync") else {"access": dice.choice(["read", "write"])})
    journeys = journeys_of(dice, links, "u")
    rates, _ = uses(journeys)
    expected = set()
    for store, said in stores.items():
        of_store = [rate for link_id, rate in rates.items() if links[link_id]["is"].endswith(store)]
        busy = sum(of_store) * said.get("work_ms", 0) / 1000
        if busy and isinstance(said.get("connections"), int) and busy >= 0.8 * said["connections"] - 1e-9:
            expected.add(store)
    elements: Part = {"u": "client", **{f"s{i}": "service" for i in range(4)}}
    elements |= {store: {"is": "datastore", "store": "relational", **said} for store, said in stores.items()}
    assert set(findings({"elements": elements, "links": links, "journeys": journeys}, "D05")) == expected
