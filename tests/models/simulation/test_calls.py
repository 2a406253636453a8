"""Calls: networks, timeouts, retries, budgets, breakers, bulkheads, pools, fallbacks, deadlines, hedges."""

import math
from typing import Any

import pytest

from models.simulation import simulate
from tests.models.simulation.building import (
    Json,
    client,
    estimates,
    exponential,
    failed_share,
    journey,
    latency,
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
    return simulate(with_scenario(architecture, duration_ms=duration_ms, **settings))


def failing(**more: Any) -> list[Json]:
    """A fault by which every answer of the server is a noticed wrong one."""
    return [{"fault": "response", "target": "server", "probability": 1.0, "detected": True, **more}]


def test_the_canonical_topology_of_isotope_takes_50_ms() -> None:
    """Isotope's canonical.yaml: d calls a and c at once, then b; c calls a, then b: 10 + max(10, 30) + 10 ms."""
    architecture = model(
        [client(), *(service(name, 10, "unlimited") for name in "abcd")],
        [sync("users", "d"), sync("d", "a"), sync("d", "c"), sync("d", "b"), sync("c", "a"), sync("c", "b")],
        [
            journey(
                regular(10),
                [
                    {
                        "link": "users-d",
                        "steps": [
                            {"link": "d-a"},
                            {"link": "d-c", "parallel": True, "steps": [{"link": "c-a"}, {"link": "c-b"}]},
                            {"link": "d-b"},
                        ],
                    }
                ],
            )
        ],
    )
    row = run(architecture).journeys["visit"]
    assert row["latency_ms"]["mean"] == pytest.approx(50)
    assert row["latency_ms"]["max"] == pytest.approx(50)
    assert row["breakdown_ms"] == pytest.approx({"wait": 0, "work": 50, "network": 0, "backoff": 0})
    assert row["failed"] == 0


def test_the_network_costs_its_delay_each_way_and_serialising_at_each_end() -> None:
    architecture = station(
        regular(10),
        5,
        "unlimited",
        link={"network_ms": 3, "serialise_ms": 0.25, "ms_per_kib": 2, "payload_bytes": 2048},
    )
    row = run(architecture).journeys["visit"]
    assert row["latency_ms"]["mean"] == pytest.approx(5 + 2 * 3 + 4 * 0.25 + 2 * 2)
    assert row["breakdown_ms"]["network"] == pytest.approx(11)


def test_an_answer_comes_back_over_the_link_its_request_came_by() -> None:
    architecture = model(
        [client(), service("a", 1, "unlimited"), service("b", 1, "unlimited")],
        [sync("users", "a", network_ms=100), sync("a", "b", network_ms=10)],
        [journey(regular(10), [{"link": "users-a", "steps": [{"link": "a-b"}]}])],
    )
    row = run(architecture).journeys["visit"]
    assert row["latency_ms"]["mean"] == pytest.approx(222)
    assert row["breakdown_ms"]["network"] == pytest.approx(220)


def test_services_deployed_together_call_each_other_for_free() -> None:
    architecture = model(
        [client(), service("a", 1, "unlimited"), service("b", 1, "unlimited", deployed_with="a")],
        [sync("users", "a"), sync("a", "b", network_ms=7)],
        [journey(regular(10), [{"link": "users-a", "steps": [{"link": "a-b"}]}])],
    )
    assert run(architecture).journeys["visit"]["latency_ms"]["mean"] == pytest.approx(2)


def test_steps_say_how_often_and_calls_of_one_step_follow_each_other() -> None:
    architecture = model(
        [client(), service("server", 10, "unlimited")],
        [sync("users", "server", calls_per_request=5)],
        [journey(regular(10), [{"link": LINK, "calls": 3}, {"work_ms": 4}])],
    )
    result = run(architecture)
    assert result.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(34)
    assert result.links[LINK]["calls"] == pytest.approx(3 * result.journeys["visit"]["offered"], abs=3)


def test_calls_per_request_of_a_link_holds_where_the_step_does_not_say() -> None:
    architecture = model(
        [client(), service("server", 10, "unlimited")],
        [sync("users", "server", calls_per_request=1.5)],
        [journey(poisson(100), [{"link": LINK}])],
    )
    found = estimates(architecture, {"mean": latency("mean")}, duration_ms=200_000)
    assert found["mean"].agrees_with(15)


def test_choices_and_probabilities_are_taken_as_often_as_they_say() -> None:
    choice = {"choice": [{"weight": 3, "steps": [{"link": LINK}]}, {"weight": 1, "steps": [{"work_ms": 50}]}]}
    architecture = model(
        [client(), service("server", 10, "unlimited")],
        [sync("users", "server")],
        [journey(poisson(100), [choice, {"link": LINK, "probability": 0.2, "work_ms": 100}])],
    )
    found = estimates(architecture, {"mean": latency("mean")}, duration_ms=200_000)
    assert found["mean"].agrees_with(0.75 * 10 + 0.25 * 50 + 0.2 * 100)


def test_the_steps_of_another_journey_stand_where_they_are_used() -> None:
    architecture = model(
        [client(), service("server", 10, "unlimited")],
        [sync("users", "server")],
        [
            journey(regular(10), [{"use": "part"}, {"use": "part"}]),
            journey(regular(1), [{"link": LINK}], id="part"),
        ],
    )
    assert run(architecture).journeys["visit"]["latency_ms"]["mean"] == pytest.approx(20)


def test_an_entry_that_is_a_service_works_itself() -> None:
    architecture = model(
        [service("job", 7, 1), service("server", 10, "unlimited")],
        [sync("job", "server")],
        [journey(regular(10), [{"link": "job-server"}], entry="job")],
    )
    result = run(architecture)
    assert result.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(17)
    assert result.elements["job"]["arrivals"] == result.journeys["visit"]["offered"]


def test_without_journeys_one_is_derived_and_a_circle_is_cut_and_told() -> None:
    architecture = model(
        [client(), service("a", 10, "unlimited"), service("b", 10, "unlimited")],
        [sync("users", "a"), sync("a", "b"), sync("b", "a")],
        [],
    )
    result = run(architecture)
    (row,) = result.journeys.values()
    assert row["latency_ms"]["mean"] == pytest.approx(30)
    assert any("comes back" in str(sentence) for sentence in result.ignored)
    assert result.assumptions["users.load"] == {"open": {"rate_per_s": 10.0, "arrivals": "poisson"}}


def test_a_timeout_is_given_up_exactly_when_it_is_over() -> None:
    architecture = station(regular(10), 300, "unlimited", link={"timeout_ms": 200})
    result = run(architecture)
    row = result.journeys["visit"]
    assert row["succeeded"] == 0
    assert row["errors"]["timeout"] == row["failed"] == row["offered"] - row["in_flight"]
    assert result.links[LINK]["mean_ms"] is None
    assert result.elements["server"]["wasted_ms"] == pytest.approx(300 * result.elements["server"]["completed"])


def test_an_answer_at_the_very_moment_of_the_timeout_is_not_counted_twice() -> None:
    row = run(station(regular(10), 200, "unlimited", link={"timeout_ms": 200})).journeys["visit"]
    assert row["succeeded"] + row["failed"] + row["in_flight"] == row["offered"]


def test_four_attempts_at_even_odds_are_1_875_on_average() -> None:
    architecture = station(
        poisson(200),
        1,
        "unlimited",
        availability=0.5,
        link={"retry": {"max_attempts": 4, "backoff": "none", "jitter": "none"}},
    )
    found = estimates(
        architecture,
        {
            "failed": failed_share,
            "attempts": lambda result: result.links[LINK]["attempts"] / result.links[LINK]["calls"],
        },
        duration_ms=200_000,
    )
    assert found["attempts"].agrees_with(1.875)
    assert found["failed"].agrees_with(0.5**4)


def test_a_retry_budget_bounds_the_load_of_retries() -> None:
    retry = {"max_attempts": 4, "backoff": "none", "jitter": "none", "budget_ratio": 0.1}
    architecture = station(poisson(200), 1, "unlimited", availability=0, link={"retry": retry})
    result = run(architecture, duration_ms=500_000)
    link = result.links[LINK]
    assert link["attempts"] - link["calls"] == int(0.1 * link["calls"] + 1e-6)


def test_full_jitter_waits_half_of_what_the_backoff_allows() -> None:
    retry = {"max_attempts": 6, "backoff": "exponential", "base_ms": 100, "jitter": "full"}
    architecture = station(poisson(50), 0, "unlimited", availability=0, link={"retry": retry})
    found = estimates(
        architecture,
        {"backoff": lambda result: result.links[LINK]["backoff_ms"] / result.links[LINK]["calls"]},
        duration_ms=1_000_000,
    )
    assert found["backoff"].agrees_with(1550)


def test_backoff_without_jitter_is_exact_and_capped() -> None:
    retry = {"max_attempts": 5, "backoff": "exponential", "base_ms": 100, "cap_ms": 300, "jitter": "none"}
    architecture = station(regular(1), 0, "unlimited", availability=0, link={"retry": retry})
    link = run(architecture, duration_ms=9_950).links[LINK]
    assert link["backoff_ms"] / link["calls"] == pytest.approx(100 + 200 + 300 + 300)


def test_a_fixed_backoff_is_the_same_each_time() -> None:
    retry = {"max_attempts": 4, "backoff": "fixed", "base_ms": 50, "jitter": "none"}
    architecture = station(regular(1), 0, "unlimited", availability=0, link={"retry": retry})
    link = run(architecture).links[LINK]
    assert link["backoff_ms"] / link["calls"] == pytest.approx(150)


def test_a_typed_permanent_error_is_not_retried() -> None:
    retry = {"max_attempts": 4, "backoff": "none", "jitter": "none"}
    for errors, attempts in (("typed", 1), ("untyped", 4)):
        architecture = station(regular(10), 1, "unlimited", link={"retry": retry, "errors": errors})
        result = run(architecture, faults=failing(permanent_share=1.0))
        link = result.links[LINK]
        assert link["attempts"] == pytest.approx(attempts * link["calls"], abs=4)
        assert set(result.journeys["visit"]["errors"]) >= {"wrong_response"}
        assert result.journeys["visit"]["errors"]["wrong_response"] == result.journeys["visit"]["failed"]


def test_a_breaker_lets_ten_of_610_calls_through_to_a_dead_callee() -> None:
    breaker = {"failure_rate": 0.5, "window_calls": 100, "minimum_calls": 100, "open_ms": 60_000, "half_open_calls": 10}
    architecture = station(regular(10), 0, "unlimited", availability=0, link={"circuit_breaker": breaker})
    result = simulate(with_scenario(architecture, duration_ms=70_990 + 100 * 61_000, warm_up_ms=70_950))
    link = result.links[LINK]
    assert link["calls"] == 100 * 610
    assert link["attempts"] == 100 * 10
    assert link["attempts"] + link["breaker_rejected"] == link["calls"]
    assert result.journeys["visit"]["errors"]["breaker_open"] == link["breaker_rejected"]


def test_a_breaker_closes_again_when_the_callee_is_back() -> None:
    breaker = {"failure_rate": 0.5, "window_calls": 10, "minimum_calls": 10, "open_ms": 1000, "half_open_calls": 5}
    architecture = station(regular(100), 0, "unlimited", link={"circuit_breaker": breaker})
    faults = [{"fault": "crash", "target": "server", "from_ms": 1000, "until_ms": 2500}]
    result = run(architecture, faults=faults)
    goodput = result.series["journeys"]["visit"]["goodput_per_s"]
    assert goodput[-1] == pytest.approx(100)
    assert result.journeys["visit"]["errors"]["breaker_open"] > 100
    assert result.links[LINK]["breaker_open_ms"] == pytest.approx(2000)


def test_a_slow_callee_opens_the_breaker_too() -> None:
    breaker = {"failure_rate": 0.5, "window_calls": 10, "minimum_calls": 10, "open_ms": 1e6, "slow_call_ms": 50}
    architecture = station(regular(100), 60, "unlimited", link={"circuit_breaker": breaker})
    assert run(architecture).links[LINK]["breaker_rejected"] > 900


def test_a_bulkhead_rejects_and_a_pool_waits() -> None:
    rejecting = run(station(regular(100), 50, "unlimited", link={"bulkhead": 2}))
    assert rejecting.links[LINK]["rejected"] == rejecting.journeys["visit"]["errors"]["rejected"] > 500
    waiting = run(station(regular(30), 50, "unlimited", link={"connection_pool": 2}))
    assert waiting.journeys["visit"]["failed"] == 0
    assert waiting.elements["server"]["mean_busy"] == pytest.approx(1.5, rel=0.02)


def test_waiting_for_a_connection_counts_within_the_timeout() -> None:
    architecture = station(regular(100), 100, "unlimited", link={"connection_pool": 1, "timeout_ms": 150})
    row = run(architecture).journeys["visit"]
    assert row["errors"]["pool_exhausted"] > 800
    assert row["errors"]["timeout"] < 100


def test_a_pool_of_n_behaves_as_m_m_n() -> None:
    architecture = station(poisson(8), exponential(100), "unlimited", link={"connection_pool": 1})
    found = estimates(architecture, {"mean": latency("mean")}, duration_ms=10_000_000, warm_up_ms=100_000)
    assert found["mean"].agrees_with(500)


def test_a_fallback_lets_the_journey_go_on_degraded() -> None:
    architecture = station(regular(10), 1, "unlimited", availability=0, link={"fallback": "default"})
    row = run(architecture).journeys["visit"]
    assert row["degraded"] == row["offered"] - row["in_flight"]
    assert row["failed"] == row["succeeded"] == 0
    assert row["availability"] == 1


def test_compensation_runs_when_all_attempts_have_failed() -> None:
    architecture = model(
        [client(), service("a", 1, "unlimited"), service("b", 1, "unlimited", availability=0), service("c", 5, 1)],
        [sync("users", "a"), sync("a", "b"), sync("a", "c")],
        [
            journey(
                regular(10),
                [{"link": "users-a", "steps": [{"link": "a-b", "on_failure": [{"link": "a-c"}]}, {"link": "a-c"}]}],
            )
        ],
    )
    result = run(architecture)
    row = result.journeys["visit"]
    assert row["failed"] == row["offered"] - row["in_flight"]
    assert result.links["a-c"]["calls"] == pytest.approx(row["offered"], abs=1)
    assert result.links["users-a"]["mean_ms"] is None
    assert result.elements["c"]["mean_busy"] == pytest.approx(10 * 0.005, rel=0.02)


def test_a_propagated_deadline_drops_work_that_nobody_waits_for() -> None:
    wasted, succeeded = {}, {}
    for propagates in (False, True):
        link = {"timeout_ms": 300, "propagates_deadline": propagates}
        result = run(station(poisson(20), exponential(100), 1, link=link), duration_ms=100_000)
        wasted[propagates] = result.elements["server"]["wasted_ms"]
        succeeded[propagates] = result.journeys["visit"]["succeeded"]
    assert wasted[True] < 0.9 * wasted[False]
    assert succeeded[True] > 10 * succeeded[False]


def test_a_hedge_takes_the_first_of_two_answers() -> None:
    """min(X, 200 + Y) with X, Y exponential of mean 100: mean 100 (1 - e^-2 / 2)."""
    architecture = station(poisson(50), exponential(100), "unlimited", link={"hedge_after_ms": 200})
    found = estimates(
        architecture,
        {
            "mean": latency("mean"),
            "p99": latency("p99"),
            "more": lambda result: result.links[LINK]["attempts"] / result.links[LINK]["calls"] - 1,
        },
        duration_ms=500_000,
    )
    assert found["mean"].agrees_with(93.233)
    assert found["p99"].agrees_with(330.259)
    assert found["more"].agrees_with(math.exp(-2))


def test_a_client_gives_up_and_tries_the_whole_journey_again() -> None:
    architecture = model(
        [client(), service("server", 300, "unlimited")],
        [sync("users", "server")],
        [
            journey(
                regular(1),
                [{"link": LINK}],
                client_timeout_ms=200,
                client_retry={"max_attempts": 3, "backoff": "fixed", "base_ms": 50, "jitter": "none"},
            )
        ],
    )
    result = run(architecture, duration_ms=20_000)
    row = result.journeys["visit"]
    assert row["errors"]["client_timeout"] == row["failed"] == row["offered"] - row["in_flight"] > 0
    assert result.links[LINK]["calls"] == pytest.approx(3 * row["offered"], abs=3)


def test_parallel_steps_wait_for_the_slowest_and_the_next_step_for_all() -> None:
    names = ["a", "b", "c"]
    architecture = model(
        [client(), *(service(name, work, "unlimited") for name, work in zip(names, (10, 30, 5), strict=True))],
        [sync("users", name) for name in names],
        [journey(regular(10), [{"link": "users-a"}, {"link": "users-b", "parallel": True}, {"link": "users-c"}])],
    )
    assert run(architecture).journeys["visit"]["latency_ms"]["mean"] == pytest.approx(35)


def test_one_failing_branch_fails_the_group_after_the_others_have_ended() -> None:
    architecture = model(
        [client(), service("a", 10, "unlimited"), service("b", 1, "unlimited", availability=0)],
        [sync("users", "a"), sync("users", "b")],
        [journey(regular(10), [{"link": "users-a"}, {"link": "users-b", "parallel": True}])],
    )
    result = run(architecture)
    row = result.journeys["visit"]
    assert row["errors"]["crashed"] == row["failed"] == row["offered"] - row["in_flight"]
    assert result.elements["a"]["completed"] == pytest.approx(row["offered"], abs=1)


def test_lifo_serves_the_latest_first() -> None:
    architecture = station(
        {"schedule": {"every_ms": 1e9, "batch": 4}}, 10, 1, discipline="lifo", link={"timeout_ms": 25}
    )
    row = run(architecture).journeys["visit"]
    assert row["succeeded"] == 2
    fifo = station({"schedule": {"every_ms": 1e9, "batch": 4}}, 10, 1, link={"timeout_ms": 25})
    assert run(fifo).journeys["visit"]["succeeded"] == 2


@pytest.mark.parametrize("balancing", ["round_robin", "random", "least_busy", "shared_queue"])
def test_every_kind_of_balancing_uses_all_instances(balancing: str) -> None:
    architecture = station(poisson(150), exponential(10), 1, instances=4, load_balancing=balancing)
    result = run(architecture, duration_ms=100_000)
    assert result.elements["server"]["utilisation"] == pytest.approx(0.375, rel=0.05)
    assert result.journeys["visit"]["latency_ms"]["mean"] < 25


def test_a_smarter_balance_waits_less() -> None:
    means = [
        run(
            station(poisson(300), exponential(10), 1, instances=4, load_balancing=balancing), duration_ms=200_000
        ).journeys["visit"]["latency_ms"]["mean"]
        for balancing in ("random", "round_robin", "least_busy")
    ]
    assert means == sorted(means, reverse=True)
