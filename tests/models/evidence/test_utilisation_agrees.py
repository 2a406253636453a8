"""Utilisation worked out by Little's law is what a long quiet run of the simulator measures."""

from __future__ import annotations

from typing import Any

import pytest

from models.analysis.views import facts_of, utilisation
from models.simulation import simulate
from tests.models.analysis.case_files import written_out


def _service(work_ms: float, **more: Any) -> dict[str, Any]:
    return {"is": "service", "instances": 1, "workers": 50, "threading": "blocking", "work_ms": work_ms, **more}


def _store(work_ms: float, **more: Any) -> dict[str, Any]:
    return {"is": "datastore", "connections": 50, "work_ms": work_ms, **more}


def _link(what: str, **more: Any) -> dict[str, Any]:
    return {"is": what, "network_ms": 0, **more}


WRITE = {"e": _link("sync u a"), "w": _link("shared_data a db", access="write")}
SYSTEMS: dict[str, tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]] = {
    "a reader polls": (
        {"a": _service(10), "b": _service(20), "c": _service(30), "db": _store(5)},
        {
            **WRITE,
            "r": _link("shared_data b db", access="read", poll_interval_ms=200),
            "bc": _link("sync b c"),
        },
        [{"link": "w", "steps": [{"link": "r", "probability": 0.5, "steps": [{"link": "bc"}]}]}],
    ),
    "a reader is notified": (
        {"a": _service(10), "b": _service(20), "db": _store(5)},
        {**WRITE, "n": _link("event a b"), "r": _link("shared_data b db", access="read", notified_by="n")},
        [{"link": "w", "steps": [{"link": "r"}]}, {"link": "n"}],
    ),
    "a transaction is longer than the work": (
        {"a": _service(10), "db": _store(5)},
        {"e": _link("sync u a"), "w": _link("shared_data a db", transaction_ms=30)},
        [{"link": "w"}],
    ),
    "a transaction spans a call": (
        {"a": _service(10), "b": _service(40), "db": _store(5)},
        {
            "e": _link("sync u a"),
            "w": _link("shared_data a db", access="write", spans_calls=True),
            "ab": _link("sync a b"),
        },
        [{"link": "w"}, {"link": "ab"}],
    ),
    "a cache spares the store": (
        {"a": _service(5), "cache": _store(1, store="cache", hit_ratio=0.9), "db": _store(20)},
        {
            "e": _link("sync u a"),
            "look": _link("shared_data a cache", access="read"),
            "read": _link("shared_data a db", access="read"),
        },
        [{"link": "look"}, {"link": "read"}],
    ),
    "a store that nobody drew": (
        {"a": _service(10), "b": _service(40)},
        {"e": _link("sync u a"), "w": _link("shared_data a b", access="write")},
        [{"link": "w", "steps": [{"work_ms": 5}]}],
    ),
    "a reply is worked on": (
        {"a": _service(5), "b": _service(20), "c": _service(30)},
        {
            "e": _link("sync u a"),
            "ask": _link("async a b", reply="callback", correlation_id=True),
            "ac": _link("sync a c"),
        },
        [{"link": "ask", "on_reply": [{"link": "ac"}]}],
    ),
}


@pytest.mark.parametrize("named", SYSTEMS)
def test_busy_workers_are_those_that_a_run_measures(named: str) -> None:
    elements, links, steps = SYSTEMS[named]
    journey = {"id": "j", "entry": "u", "load": {"open": {"rate_per_s": 20}}, "steps": [{"link": "e", "steps": steps}]}
    architecture = written_out({"elements": {"u": "client", **elements}, "links": links, "journeys": [journey]})
    told = utilisation(facts_of(architecture))
    measured = simulate(architecture, None, seed=1, replications=1, duration_ms=1_200_000).as_json()["elements"]
    for element_id in elements:
        assert told[element_id].busy == pytest.approx(measured[element_id]["mean_busy"], rel=0.06), element_id
