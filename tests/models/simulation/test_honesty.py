"""What a run must not claim, what it must refuse, and where it begins and ends."""

from typing import Any

import pytest

from models.simulation import SimulationError, simulate
from tests.models.simulation.building import (
    Json,
    check_conservation,
    client,
    closed,
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


def run(architecture: Any, duration_ms: float = 10_000, **settings: Any) -> Any:
    result = simulate(with_scenario(architecture, duration_ms=duration_ms, **settings))
    check_conservation(result)
    return result


def queued(load: Json, work_ms: float = 1, **more: Any) -> Any:
    return model(
        [client(), {"id": "box", "kind": "queue"}, service("server", work_ms, 1)],
        [
            {"id": "users-box", "source": "users", "target": "box", "style": "async", "network_ms": 0},
            {"id": "box-server", "source": "box", "target": "server", "style": "async", "network_ms": 0, **more},
        ],
        [journey(load, [{"link": "users-box"}])],
    )


def test_users_who_never_pause_are_refused_by_name() -> None:
    with pytest.raises(SimulationError, match="users of visit begin again at once; say a think time"):
        run(station(closed(1, 0), 0))


def test_retries_that_never_pause_are_refused_by_name() -> None:
    link = {"retry": {"max_attempts": "unlimited", "backoff": "none", "jitter": "none"}}
    with pytest.raises(SimulationError, match=r"the call over users . server is repeated at once"):
        run(station(regular(10), 0, "unlimited", availability=0, link=link))


def test_deliveries_that_never_pause_are_refused_by_name() -> None:
    architecture = queued(regular(10), work_ms=0, delivery={"max_deliveries": "unlimited", "visibility_timeout_ms": 0})
    fault = {"fault": "response", "target": "server", "probability": 1.0, "detected": True}
    with pytest.raises(SimulationError, match="box delivers the same message again and again"):
        run(architecture, faults=[fault])


@pytest.mark.parametrize("target", ["box", "users-box"])
def test_a_fault_that_is_not_simulated_is_not_survived(target: str) -> None:
    fault = {"fault": "response", "target": target, "from_ms": 2000, "until_ms": 4000}
    result = run(queued(regular(10)), faults=[fault])
    assert "is not simulated" in str(result.verdict)
    assert "comes through" not in str(result.verdict)
    assert result.journeys["visit"]["recovery_ms"] is None


@pytest.mark.parametrize("target", ["box", "users-box", "users"])
def test_a_crash_of_what_has_no_instances_is_told_as_what_it_costs(target: str) -> None:
    fault = {"fault": "crash", "target": target, "from_ms": 2000, "until_ms": 4000}
    result = run(queued(regular(100)), faults=[fault])
    assert "is not simulated" not in str(result.verdict)
    assert result.journeys["visit"]["recovery_ms"] == 0


def test_a_surge_that_reaches_nobody_is_not_survived() -> None:
    fault = {"fault": "load", "target": "server", "factor": 3.0, "from_ms": 2000, "until_ms": 4000}
    words = str(run(station(regular(100), 1), faults=[fault]).verdict)
    assert "The surge of server is not simulated" in words
    assert "comes through" not in words


def test_requests_that_hang_for_good_are_told_and_never_settled() -> None:
    fault = {"fault": "omission", "target": LINK, "probability": 0.5}
    result = run(station(poisson(100), 5, "unlimited"), faults=[fault])
    row = result.journeys["visit"]
    assert row["in_flight"] > 400
    assert not result.settled
    assert f"{row['in_flight']:,} of {row['offered']:,} requests of visit are still waiting at the end: " in str(
        result.verdict
    )
    assert "answers 100%" not in str(result.verdict)


def test_requests_in_flight_as_their_length_explains_are_none_of_a_worry() -> None:
    result = run(station(regular(100), 700, "unlimited"))
    assert result.journeys["visit"]["in_flight"] == pytest.approx(70, abs=1)
    assert "waiting at the end" not in str(result.verdict)
    assert result.settled


def test_a_warm_up_as_long_as_the_run_is_refused() -> None:
    with pytest.raises(SimulationError, match="must be shorter than the duration"):
        run(station(regular(10), 1), warm_up_ms=10_000)


def test_what_would_happen_at_the_end_is_no_part_of_the_run() -> None:
    batches = station({"schedule": {"every_ms": 1000, "batch": 5}}, 1, "unlimited")
    assert run(batches, duration_ms=60_000).journeys["visit"]["offered"] == 300
    steady = station(regular(10), 1)
    assert run(steady, duration_ms=20_000, warm_up_ms=10_000).journeys["visit"]["offered"] == 100
    assert run(station(regular(3), 1), duration_ms=10_000).journeys["visit"]["offered"] == 30


def test_an_expectation_of_no_journey_is_refused_with_the_journeys_there_are() -> None:
    bare = model([client(), service("server", 1)], [sync("users", "server")], [])
    expect = [{"journey": "visit", "metric": "availability", "at_least": 0.5}]
    try:
        prepared = with_scenario(bare, duration_ms=1000, expect=expect)
    except ValueError:
        pytest.skip("the schema refuses it already")
    with pytest.raises(SimulationError, match='"visit", which is no journey: the model has'):
        simulate(prepared)


def test_calls_within_one_process_are_free_through_the_whole_group() -> None:
    services = [service("h", 1, "unlimited"), service("a", 1, "unlimited", deployed_with="h")]
    services.append(service("b", 1, "unlimited", deployed_with="a"))
    architecture = model(
        [client(), *services],
        [sync("users", "b"), sync("b", "h", network_ms=50)],
        [journey(regular(10), [{"link": "users-b", "steps": [{"link": "b-h"}]}])],
    )
    assert run(architecture).journeys["visit"]["latency_ms"]["mean"] == pytest.approx(2)


@pytest.mark.parametrize("target", [LINK, "server"])
def test_an_arbitrary_failure_shows_each_call_one_face(target: str) -> None:
    architecture = station(regular(1000), 1, "unlimited", link={"timeout_ms": 5, "network_ms": 0})
    row = run(architecture, faults=[{"fault": "arbitrary", "target": target, "probability": 1.0}]).journeys["visit"]
    fifth = row["offered"] / 5
    assert row["errors"]["crashed"] == pytest.approx(fifth, rel=0.1)
    assert row["errors"]["timeout"] == pytest.approx(2 * fifth, rel=0.1)
    assert row["errors"]["wrong_response"] == pytest.approx(fifth, rel=0.1)
    assert row["silent_wrong"] == row["succeeded"] == pytest.approx(fifth, rel=0.1)


def test_an_arbitrary_failure_spares_the_calls_it_does_not_affect() -> None:
    architecture = station(regular(1000), 1, "unlimited", link={"timeout_ms": 5})
    row = run(architecture, faults=[{"fault": "arbitrary", "target": "server", "probability": 0.25}]).journeys["visit"]
    assert row["succeeded"] - row["silent_wrong"] == pytest.approx(7500, rel=0.03)


def test_a_restart_lasts_its_startup_beyond_the_fault_and_recovery_counts_from_there() -> None:
    architecture = station(regular(100), 5, "unlimited", startup_ms=2000)
    fault = {"fault": "crash", "target": "server", "from_ms": 3000, "restart": True}
    for until in ({}, {"until_ms": 3000.1}):
        row = run(architecture, faults=[fault | until]).journeys["visit"]
        assert row["failed"] == pytest.approx(200, abs=3)
        assert row["recovery_ms"] == 0


def test_a_fallback_does_not_stand_in_the_way_of_what_makes_up_for_a_failure() -> None:
    elements = [client(), service("a", 1, "unlimited"), service("b", 1, "unlimited", availability=0)]
    architecture = model(
        [*elements, service("c", 5, "unlimited"), service("d", 7, "unlimited")],
        [sync("users", "a"), sync("a", "b", fallback="cached"), sync("a", "c"), sync("a", "d")],
        [
            journey(
                regular(10),
                [{"link": "users-a", "steps": [{"link": "a-b", "on_failure": [{"link": "a-c"}]}, {"link": "a-d"}]}],
            )
        ],
    )
    result = run(architecture)
    row = result.journeys["visit"]
    assert row["degraded"] == row["offered"] - row["in_flight"] > 90
    assert row["latency_ms"]["mean"] == pytest.approx(1 + 5 + 7)
    assert result.links["a-c"]["calls"] == pytest.approx(result.links["a-d"]["calls"], abs=1)


def test_messages_published_after_the_warm_up_are_followed_to_their_end() -> None:
    result = run(queued(regular(100)), warm_up_ms=5000)
    box = result.channels["box"]
    assert box["published"] == 500 == box["acknowledged"] + box["waiting"]


def test_overlapping_crashes_of_some_instances_add_up() -> None:
    architecture = station(regular(100), 5, "unlimited", instances=4, load_balancing="round_robin")
    faults = [{"fault": "crash", "target": "server", "instances": n, "from_ms": 2001, "until_ms": 6001} for n in (1, 2)]
    assert run(architecture, faults=faults).journeys["visit"]["failed"] == pytest.approx(300, abs=3)


def test_work_dropped_for_its_deadline_is_not_completed() -> None:
    architecture = station(regular(100), 50, 1, link={"timeout_ms": 60, "propagates_deadline": True})
    result = run(architecture)
    assert result.elements["server"]["completed"] * 50 <= 10_000
    assert result.elements["server"]["arrivals"] == 1000


def test_the_mean_time_of_a_link_is_that_of_answers() -> None:
    architecture = station(regular(100), 5, "unlimited", link={"timeout_ms": 500})
    result = run(architecture, faults=[{"fault": "omission", "target": LINK, "probability": 0.5}])
    assert result.links[LINK]["mean_ms"] == pytest.approx(5)


def test_the_verdict_says_what_was_lost_while_the_fault_lasted() -> None:
    fault = {"fault": "crash", "target": "server", "from_ms": 2000, "until_ms": 4500}
    words = str(run(station(regular(100), 5, "unlimited"), faults=[fault]).verdict)
    assert (
        "visit loses 100% of its requests while server is down (2.5 s) and is back to normal as soon as it returns; "
        "25% in all." in words
    )


def test_a_loss_that_was_there_before_the_fault_is_not_laid_to_it() -> None:
    fault = {"fault": "timing", "target": "server", "factor": 2.0, "from_ms": 2000, "until_ms": 4500}
    calm = run(station(regular(100), 5, "unlimited", availability=0.995), faults=[fault])
    assert "visit comes through the slowdown of server" in str(calm.verdict)
    lossy = run(station(regular(100), 5, "unlimited", availability=0.9), faults=[fault])
    assert "during the slowdown" not in str(lossy.verdict)
    assert "of its requests: mostly elements that are down" in str(lossy.verdict)


@pytest.mark.parametrize(
    ("change", "words"),
    [({"factor": 2.0}, "slowdown of server"), ({}, "slowdown of server"), ({"factor": 0.5}, "speed-up of server")],
)
def test_a_timing_fault_is_called_by_what_it_does(change: Json, words: str) -> None:
    fault = {"fault": "timing", "target": "server", "from_ms": 2000, "until_ms": 4500, **change}
    assert words in str(run(station(regular(100), 5, "unlimited"), faults=[fault]).verdict)


def test_unmet_expectations_are_told_in_units() -> None:
    expect = [
        {"journey": "visit", "metric": "goodput_per_s", "at_least": 60},
        {"journey": "visit", "metric": "availability", "at_least": 0.99},
    ]
    words = str(run(station(regular(50), 5, "unlimited", availability=0.1), expect=expect).verdict)
    assert "goodput of visit is " in words
    assert "/s, expected at least 60/s." in words
    assert "%, expected at least 99%." in words
