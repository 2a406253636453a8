"""Crash, omission, timing, wrong and arbitrary answers, partition, surge: on elements, links and groups."""

from typing import Any

import pytest

from models.simulation import simulate
from tests.models.simulation.building import (
    Json,
    check_conservation,
    client,
    journey,
    model,
    poisson,
    regular,
    service,
    station,
    sync,
    with_scenario,
)

LINK = "users-server"


def run(architecture: Any, *faults: Json, duration_ms: float = 10_000, **settings: Any) -> Any:
    prepared = with_scenario(architecture, duration_ms=duration_ms, faults=list(faults), **settings)
    result = simulate(prepared)
    check_conservation(result)
    return result


def test_a_crash_loses_what_is_in_work_and_refuses_at_once() -> None:
    fault = {"fault": "crash", "target": "server", "from_ms": 1006.5, "until_ms": 3006.5}
    row = run(station(regular(100), 50, "unlimited"), fault).journeys["visit"]
    assert row["errors"]["crashed"] == row["failed"] == 200 + 5


def test_a_silent_crash_leaves_callers_to_their_timeouts() -> None:
    fault = {"fault": "crash", "target": "server", "from_ms": 1006.5, "until_ms": 3006.5, "silent": True}
    row = run(station(regular(100), 5, "unlimited", link={"timeout_ms": 100}), fault).journeys["visit"]
    assert row["errors"]["timeout"] == row["failed"] == 200


def test_one_crashed_instance_stays_in_rotation_until_a_health_check_takes_it_out() -> None:
    fault = {"fault": "crash", "target": "server", "instances": 1, "from_ms": 1006.5, "until_ms": 5006.5}
    architecture = station(regular(100), 5, "unlimited", instances=2)
    assert run(architecture, fault).journeys["visit"]["failed"] == 200
    checked = station(regular(100), 5, "unlimited", instances=2, health_check_ms=1000)
    assert run(checked, fault).journeys["visit"]["failed"] == 50


def test_a_restart_takes_its_startup_time_on_top() -> None:
    fault = {"fault": "crash", "target": "server", "from_ms": 1006.5, "until_ms": 2006.5, "restart": True}
    architecture = station(regular(100), 5, "unlimited", startup_ms=500)
    assert run(architecture, fault).journeys["visit"]["failed"] == 150


def test_overlapping_crashes_last_as_long_as_their_union() -> None:
    faults = [
        {"fault": "crash", "target": "server", "from_ms": begin, "until_ms": end}
        for begin, end in ((1006.5, 3006.5), (2006.5, 4006.5), (2506.5, 2606.5))
    ]
    assert run(station(regular(100), 5, "unlimited"), *faults).journeys["visit"]["failed"] == 300


def test_a_crashed_caller_fails_its_requests_and_wastes_its_callees_work() -> None:
    architecture = model(
        [client(), service("front", 0, "unlimited"), service("back", 400, "unlimited")],
        [sync("users", "front"), sync("front", "back")],
        [journey(regular(100), [{"link": "users-front", "steps": [{"link": "front-back"}]}])],
    )
    fault = {"fault": "crash", "target": "front", "from_ms": 2006.5, "until_ms": 2006.6}
    result = run(architecture, fault)
    assert result.journeys["visit"]["errors"]["crashed"] == 40
    assert result.elements["back"]["wasted_ms"] == pytest.approx(40 * 400)


def test_parallel_branches_die_with_their_parent() -> None:
    architecture = model(
        [client(), service("front", 0, 50), service("a", 300, "unlimited"), service("b", 400, "unlimited")],
        [sync("users", "front"), sync("front", "a"), sync("front", "b")],
        [
            journey(
                regular(100),
                [{"link": "users-front", "steps": [{"link": "front-a"}, {"link": "front-b", "parallel": True}]}],
            )
        ],
    )
    fault = {"fault": "crash", "target": "front", "from_ms": 2006.5, "until_ms": 2006.6}
    result = run(architecture, fault)
    assert result.journeys["visit"]["errors"]["crashed"] == 40
    assert result.elements["front"]["mean_busy"] == pytest.approx(40, rel=0.05)


def test_a_lost_request_never_happened_and_a_lost_answer_did() -> None:
    architecture = station(regular(100), 5, "unlimited", link={"timeout_ms": 50})
    lost = run(architecture, {"fault": "omission", "target": "server", "probability": 1.0, "direction": "request"})
    assert lost.journeys["visit"]["succeeded"] == lost.elements["server"]["completed"] == 0
    unanswered = run(architecture, {"fault": "omission", "target": LINK, "probability": 1.0, "direction": "reply"})
    assert unanswered.journeys["visit"]["succeeded"] == 0
    assert unanswered.elements["server"]["completed"] == pytest.approx(1000, abs=2)


def test_a_lost_answer_without_a_timeout_is_waited_for_without_end() -> None:
    result = run(station(regular(100), 5, "unlimited"), {"fault": "omission", "target": LINK})
    assert result.journeys["visit"]["in_flight"] == result.journeys["visit"]["offered"]
    assert result.assumptions["faults[0].probability"] == 1.0


def test_timing_slows_work_by_a_factor_and_an_amount_or_makes_it_early() -> None:
    architecture = station(regular(10), 20, "unlimited", link={"network_ms": 5})
    for fault, expected in (
        ({"target": "server", "factor": 3.0, "add_ms": 7.0}, 20 * 3 + 7 + 10),
        ({"target": "server", "factor": 0.5}, 10 + 10),
        ({"target": LINK, "factor": 2.0}, 20 + 20),
        ({"target": LINK, "add_ms": 4.0}, 20 + 14),
        ({"target": "server", "add_ms": -50.0}, 10),
    ):
        row = run(architecture, {"fault": "timing", **fault}).journeys["visit"]
        assert row["latency_ms"]["mean"] == pytest.approx(expected), fault


def test_timing_faults_add_to_a_link_without_network() -> None:
    row = run(station(regular(10), 20, 1), {"fault": "timing", "target": LINK, "add_ms": 3.0}).journeys["visit"]
    assert row["latency_ms"]["mean"] == pytest.approx(23)


def test_overlapping_timing_faults_multiply() -> None:
    faults = [
        {"fault": "timing", "target": "server", "factor": 2.0},
        {"fault": "timing", "target": "server", "factor": 3.0, "from_ms": 4000, "until_ms": 6000},
    ]
    row = run(station(regular(10), 10, "unlimited"), *faults).journeys["visit"]
    assert row["latency_ms"]["max"] == pytest.approx(60)
    assert row["latency_ms"]["p50"] == pytest.approx(20, rel=0.01)


def test_a_wrong_answer_that_is_noticed_is_an_error_and_one_that_is_not_is_silent() -> None:
    architecture = station(regular(100), 5, "unlimited")
    noticed = run(architecture, {"fault": "response", "target": "server", "probability": 0.3, "detected": True})
    assert noticed.journeys["visit"]["errors"]["wrong_response"] == pytest.approx(300, abs=60)
    silent = run(architecture, {"fault": "response", "target": LINK, "probability": 0.3, "detected": False})
    assert silent.journeys["visit"]["failed"] == 0
    assert silent.journeys["visit"]["silent_wrong"] == pytest.approx(300, abs=60)
    assert "wrong answers that nobody notices" in str(silent.verdict)


def test_a_wrong_answer_taints_everyone_up_the_chain() -> None:
    architecture = model(
        [client(), service("front", 0, "unlimited"), service("back", 1, "unlimited")],
        [sync("users", "front"), sync("front", "back")],
        [journey(regular(100), [{"link": "users-front", "steps": [{"link": "front-back"}]}])],
    )
    fault = {"fault": "response", "target": "back", "probability": 1.0, "detected": False}
    row = run(architecture, fault).journeys["visit"]
    assert row["silent_wrong"] == row["succeeded"] > 900


def test_arbitrary_failures_show_many_faces() -> None:
    architecture = station(poisson(1000), 1, "unlimited", link={"timeout_ms": 50})
    row = run(architecture, {"fault": "arbitrary", "target": "server", "probability": 1.0}).journeys["visit"]
    for cause in ("crashed", "timeout", "wrong_response"):
        assert row["errors"][cause] > 500, cause
    assert row["silent_wrong"] > 500


def test_a_partition_cuts_a_group_off_from_the_rest_but_not_within() -> None:
    architecture = model(
        [
            client(),
            service("front", 1, "unlimited"),
            service("back", 1, "unlimited", groups=["zone"]),
            service("store", 1, "unlimited", groups=["zone"]),
            {"id": "zone", "kind": "group", "group_type": "zone"},
        ],
        [
            sync("users", "front"),
            sync("front", "back", timeout_ms=20),
            sync("back", "store", timeout_ms=5),
        ],
        [
            journey(
                regular(100),
                [{"link": "users-front", "steps": [{"link": "front-back", "steps": [{"link": "back-store"}]}]}],
            )
        ],
    )
    fault = {"fault": "partition", "target": "zone", "from_ms": 2006.5, "until_ms": 4006.5}
    result = run(architecture, fault)
    assert result.journeys["visit"]["errors"]["timeout"] == 200
    assert result.links["back-store"]["timeouts"] == 0


def test_a_crash_of_a_group_takes_down_its_members_and_what_is_placed_there() -> None:
    architecture = model(
        [
            client(),
            service("server", 1, "unlimited", instances=4),
            {"id": "host", "kind": "group", "group_type": "host", "placement": {"server": 2}},
        ],
        [sync("users", "server")],
        [journey(regular(100), [{"link": LINK}])],
    )
    fault = {"fault": "crash", "target": "host", "from_ms": 2006.5, "until_ms": 4006.5}
    assert run(architecture, fault).journeys["visit"]["failed"] == 100


def test_a_surge_multiplies_the_load_of_those_who_enter_there() -> None:
    fault = {"fault": "load", "target": "users", "factor": 3.0, "from_ms": 2000, "until_ms": 4000}
    assert run(station(regular(100), 1, 1), fault).journeys["visit"]["offered"] == pytest.approx(1400, abs=2)


def test_a_fault_may_begin_or_end_beyond_the_run() -> None:
    architecture = station(regular(100), 5, "unlimited")
    late = run(architecture, {"fault": "crash", "target": "server", "from_ms": 20_000})
    assert late.journeys["visit"]["failed"] == 0
    long = run(architecture, {"fault": "crash", "target": "server", "from_ms": 5006.5, "until_ms": 1e9})
    assert long.journeys["visit"]["failed"] == 499


def test_what_is_not_simulated_is_told() -> None:
    architecture = station(regular(10), 5, 1, {"exchange": "stream"})
    result = run(architecture, {"fault": "poison", "target": "server", "count": 1})
    told = " ".join(str(sentence) for sentence in result.ignored)
    for word in ("exchange", "poison"):
        assert word in told
