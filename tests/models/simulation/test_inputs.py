"""What cannot be simulated is told in one sentence; what was not said is listed."""

from typing import Any

import pytest

from models.architecture import Scenario
from models.simulation import SimulationError, simulate
from tests.models.simulation.building import (
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


def one_sentence(error: pytest.ExceptionInfo[SimulationError]) -> str:
    told = str(error.value)
    assert told.endswith((".", "it")) or told
    assert "\n" not in told
    return told


def test_an_unknown_scenario_is_told_with_those_there_are() -> None:
    with pytest.raises(SimulationError) as error:
        simulate(with_scenario(station(regular(1), 1), duration_ms=10), "storm")
    assert "storm" in one_sentence(error)
    assert "run" in str(error.value)


def test_a_setting_that_leads_nowhere_is_told() -> None:
    with pytest.raises(SimulationError) as error:
        simulate(station(regular(1), 1), Scenario(id="run", set={"server.wrokers": 3}))
    assert "workers" in one_sentence(error)


def test_an_expectation_about_no_metric_is_told() -> None:
    expect = [{"journey": "visit", "metric": "p98_ms", "at_most": 3}]
    with pytest.raises(SimulationError) as error:
        simulate(with_scenario(station(regular(1), 1), duration_ms=10, expect=expect))
    assert "p98_ms" in one_sentence(error)
    assert "p99_ms" in str(error.value)


@pytest.mark.parametrize("settings", [{"replications": 0}, {"duration_ms": -1}, {"duration_ms": float("nan")}])
def test_numbers_that_make_no_run_are_told(settings: Any) -> None:
    with pytest.raises(SimulationError) as error:
        simulate(station(regular(1), 1), **settings)
    one_sentence(error)


def test_endless_immediate_retries_are_noticed() -> None:
    retry = {"max_attempts": "unlimited", "backoff": "none", "jitter": "none"}
    architecture = station(regular(1), 0, 1, availability=0, link={"retry": retry})
    with pytest.raises(SimulationError) as error:
        simulate(with_scenario(architecture, duration_ms=10_000))
    assert "stands still" in one_sentence(error)


def test_too_many_users_and_instances_are_told() -> None:
    with pytest.raises(SimulationError):
        simulate(station({"closed": {"users": 900_000_000, "think_ms": 5}}, 1))
    with pytest.raises(SimulationError):
        simulate(station(regular(1), 1, instances=900_000_000))


def test_a_journey_of_endless_calls_is_cut_and_told() -> None:
    architecture = model(
        [client(), service("server", 0, "unlimited")],
        [sync("users", "server")],
        [journey(regular(1), [{"link": "users-server", "calls": 900_000_000}])],
    )
    result = simulate(with_scenario(architecture, duration_ms=2000))
    assert any("10,000" in str(sentence) for sentence in result.ignored)
    assert result.journeys["visit"]["succeeded"] == 2


def test_a_journey_200_steps_deep_is_simulated() -> None:
    names = [f"s{i}" for i in range(150)]
    architecture = model(
        [client(), *(service(name, 1, 5) for name in names)],
        [sync(a, b) for a, b in zip(["users", *names], names, strict=False)],
        [],
    )
    result = simulate(architecture, duration_ms=2000)
    (row,) = result.journeys.values()
    assert row["latency_ms"]["mean"] == pytest.approx(150, rel=0.2)


def test_what_nobody_said_is_listed_with_what_was_assumed() -> None:
    architecture = model(
        [client(), {"id": "server", "kind": "service"}, {"id": "unused", "kind": "service"}],
        [{"id": "call", "source": "users", "target": "server", "style": "sync"}],
        [{"id": "visit", "entry": "users", "steps": [{"link": "call"}]}],
    )
    told = simulate(architecture, duration_ms=1000).assumptions
    assert told["server.workers"] == 16
    assert told["server.work_ms"] == {"exponential": {"mean": 10.0}}
    assert told["call.network_ms"] == 0.5
    assert told["call.timeout_ms"] == "none"
    assert told["visit.load"] == {"open": {"rate_per_s": 10.0, "arrivals": "poisson"}}
    assert not any(path.startswith("unused") for path in told)


def test_a_profile_says_what_its_links_do_not() -> None:
    architecture = model(
        [client(), service("server", 10, "unlimited")],
        [{"id": "users-server", "source": "users", "target": "server", "style": "sync", "profile": "mesh"}],
        [journey(regular(10), [{"link": "users-server"}])],
        profiles=[{"id": "mesh", "network_ms": 7, "timeout_ms": 100}],
    )
    result = simulate(architecture, duration_ms=1000)
    assert result.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(24)
    assert "users-server.network_ms" not in result.assumptions


def test_expectations_are_measured_and_told() -> None:
    expect = [
        {"journey": "visit", "metric": "p99_ms", "at_most": 50},
        {"journey": "visit", "metric": "availability", "at_least": 0.5},
    ]
    result = simulate(with_scenario(station(poisson(8), 100), duration_ms=100_000, expect=expect))
    (_, measured, met), (_, _, second) = result.expectations
    assert measured is not None
    assert measured > 100
    assert (met, second) == (False, True)
    assert "Not met: 99th percentile of the response time of visit is 764 ms, expected at most 50 ms." in str(
        result.verdict
    )


def test_an_overloaded_station_has_not_settled_and_is_named() -> None:
    result = simulate(with_scenario(station(poisson(20), 100), duration_ms=100_000))
    assert not result.settled
    assert "server is overloaded" in str(result.verdict)


def test_a_calm_system_is_settled_and_says_how_fast_it_answers() -> None:
    result = simulate(with_scenario(station(regular(5), 100), duration_ms=100_000))
    assert result.settled
    assert str(result.verdict) == (
        "visit answers 100% of its requests, 95% of them within 100 ms. The busiest element is server, at 50%."
    )


def test_the_result_has_every_key_of_the_contract() -> None:
    told = simulate(with_scenario(station(regular(5), 100), duration_ms=10_000)).as_json()
    assert list(told) == [
        *("model", "scenario", "seed", "replications", "duration_ms", "warm_up_ms", "events", "wall_s", "settled"),
        *("verdict", "assumptions", "ignored", "journeys", "elements", "links", "channels", "series"),
    ]
    assert set(told["journeys"]["visit"]) == {
        *(
            "offered",
            "succeeded",
            "degraded",
            "failed",
            "in_flight",
            "incomplete",
            "completed",
            "errors",
            "goodput_per_s",
        ),
        *("availability", "latency_ms", "completion_ms", "breakdown_ms", "silent_wrong", "recovery_ms"),
    }
    assert set(told["elements"]["server"]) == {
        *("arrivals", "completed", "rejected", "utilisation", "mean_busy", "mean_queue", "max_queue"),
        *("mean_wait_ms", "mean_sojourn_ms", "wasted_ms"),
    }
    assert set(told["links"]["users-server"]) == {
        *("calls", "attempts", "timeouts", "rejected", "breaker_rejected", "breaker_open_ms", "backoff_ms"),
        *("mean_ms", "freshness_ms"),
    }
