"""Truth: models whose answer is known in closed form, within three standard errors at fixed seeds.

Formulas: Kleinrock, "Queueing Systems" I (1975), unless said otherwise. Times in ms, rates per second.
"""

import math
from typing import Any

import pytest

from tests.models.simulation.building import (
    client,
    closed,
    estimates,
    exponential,
    failed_share,
    goodput,
    journey,
    latency,
    model,
    of_element,
    poisson,
    service,
    station,
    sync,
)

LONG: dict[str, Any] = {"duration_ms": 10_000_000, "warm_up_ms": 100_000}


def test_one_exponential_server_answers_as_m_m_1_does() -> None:
    found = estimates(
        station(poisson(8), exponential(100)),
        {
            **{name: latency(name) for name in ("mean", "p50", "p95", "p99")},
            "busy": of_element("utilisation"),
            "queue": of_element("mean_queue"),
        },
        **LONG,
    )
    assert found["mean"].agrees_with(1000 / (10 - 8))
    assert found["p50"].agrees_with(500 * math.log(2))
    assert found["p95"].agrees_with(500 * math.log(20))
    assert found["p99"].agrees_with(500 * math.log(100))
    assert found["busy"].agrees_with(0.8)
    assert found["queue"].agrees_with(0.8**2 / 0.2)


def _erlang_c(servers: int, offered: float) -> float:
    last = offered**servers / math.factorial(servers) * servers / (servers - offered)
    return last / (sum(offered**n / math.factorial(n) for n in range(servers)) + last)


@pytest.mark.parametrize(("instances", "workers"), [(1, 10), (10, 1), (2, 5)])
def test_a_shared_queue_makes_one_station_of_all_workers(instances: int, workers: int) -> None:
    architecture = station(poisson(80), exponential(100), workers, instances=instances, load_balancing="shared_queue")
    found = estimates(
        architecture,
        {"mean": latency("mean"), "p99": latency("p99"), "wait": of_element("mean_wait_ms")},
        duration_ms=1_500_000,
        warm_up_ms=50_000,
    )
    waits = _erlang_c(10, 8)
    assert waits == pytest.approx(0.409180, abs=1e-6)
    assert found["mean"].agrees_with(100 + waits * 1000 / 20)
    assert found["wait"].agrees_with(waits * 1000 / 20, tightness=0.05)
    assert found["p99"].agrees_with(494.611)


def test_constant_work_halves_the_wait_as_in_m_d_1() -> None:
    found = estimates(station(poisson(8), 100), {"mean": latency("mean")}, **LONG)
    assert found["mean"].agrees_with(300)


@pytest.mark.parametrize(
    "work",
    [
        {"lognormal": {"mean": 100, "cv": 2}},
        {"hyperexponential": {"mean": 100, "cv": 2}},
    ],
)
def test_spread_of_work_lengthens_the_wait_as_pollaczek_and_khinchine_say(work: Any) -> None:
    found = estimates(station(poisson(5), work), {"wait": of_element("mean_wait_ms")}, **LONG)
    assert found["wait"].agrees_with(0.5 / 0.5 * (1 + 4) / 2 * 100)


def test_erlang_work_waits_less_than_exponential() -> None:
    found = estimates(
        station(poisson(8), {"erlang": {"mean": 100, "k": 4}}), {"wait": of_element("mean_wait_ms")}, **LONG
    )
    assert found["wait"].agrees_with(0.8 / 0.2 * (1 + 0.25) / 2 * 100)


def test_a_full_queue_rejects_as_in_m_m_1_k() -> None:
    architecture = station(poisson(12), exponential(100), queue_limit=9)
    found = estimates(architecture, {"failed": failed_share, "mean": latency("mean")}, duration_ms=2_000_000)
    assert found["failed"].agrees_with(0.192586)
    assert found["mean"].agrees_with(692.614)


@pytest.mark.parametrize("work", [exponential(100), 100, {"lognormal": {"mean": 100, "cv": 2}}])
def test_the_erlang_loss_does_not_depend_on_the_distribution_of_work(work: Any) -> None:
    architecture = station(poisson(80), work, workers=10, queue_limit=0)
    found = estimates(architecture, {"failed": failed_share}, range(1, 37), duration_ms=4_000_000)
    assert found["failed"].agrees_with(0.121661)


@pytest.mark.parametrize(("users", "per_second", "response"), [(10, 7.854177, 273.208), (20, 9.981310, 1003.745)])
def test_closed_users_behave_as_the_repairman_model(users: int, per_second: float, response: float) -> None:
    architecture = station(closed(users, exponential(1000)), exponential(100))
    found = estimates(
        architecture, {"goodput": goodput, "mean": latency("mean")}, duration_ms=3_000_000, warm_up_ms=50_000
    )
    assert found["goodput"].agrees_with(per_second)
    assert found["mean"].agrees_with(response)


@pytest.mark.parametrize(("workers", "per_second"), [(1, 9.995318), (2, 15.001340), (3, 16.078615), (20, 16.317779)])
def test_a_worker_is_held_while_its_call_is_under_way(workers: int, per_second: float) -> None:
    architecture = model(
        [client(), service("front", exponential(50), workers), service("back", exponential(50), 1)],
        [sync("users", "front"), sync("front", "back")],
        [journey(closed(20, exponential(1000)), [{"link": "users-front", "steps": [{"link": "front-back"}]}])],
    )
    found = estimates(architecture, {"goodput": goodput}, duration_ms=2_000_000, warm_up_ms=50_000)
    assert found["goodput"].agrees_with(per_second)


def test_a_nonblocking_service_waits_without_holding_its_worker() -> None:
    architecture = model(
        [client(), service("front", exponential(50), 1, threading="nonblocking"), service("back", exponential(50), 1)],
        [sync("users", "front"), sync("front", "back")],
        [journey(poisson(10), [{"link": "users-front", "steps": [{"link": "front-back"}]}])],
    )
    found = estimates(architecture, {"mean": latency("mean")}, duration_ms=2_000_000, warm_up_ms=50_000)
    assert found["mean"].agrees_with(2 * 1000 / (20 - 10))


def test_a_timeout_that_cancels_nothing_leaves_the_callee_as_busy_as_before() -> None:
    architecture = station(poisson(8), exponential(100), link={"timeout_ms": 1000, "retry": "none"})
    found = estimates(
        architecture,
        {
            "failed": failed_share,
            "busy": of_element("utilisation"),
            "wasted": lambda result: result.elements["server"]["wasted_ms"] / result.elements["server"]["arrivals"],
        },
        **LONG,
    )
    assert found["failed"].agrees_with(math.exp(-2))
    assert found["busy"].agrees_with(0.8)
    assert 0.1 * 100 < found["wasted"].mean < 0.5 * 100


def test_independent_failures_multiply_along_a_chain() -> None:
    names = ["a", "b", "c", "d", "e"]
    steps: list[Any] = []
    for source, target in reversed(list(zip(["users", *names], names, strict=False))):
        steps = [{"link": f"{source}-{target}", "steps": steps}]
    architecture = model(
        [client(), *(service(name, 0, "unlimited", availability=0.999) for name in names)],
        [sync(source, target) for source, target in zip(["users", *names], names, strict=False)],
        [journey(poisson(1000), steps)],
    )
    found = estimates(architecture, {"failed": failed_share}, duration_ms=500_000)
    assert found["failed"].agrees_with(1 - 0.999**5)


def test_a_fan_out_takes_as_long_as_its_slowest_branch() -> None:
    names = [f"part{i}" for i in range(10)]
    architecture = model(
        [
            client(),
            service("front", 0, "unlimited"),
            *(service(name, exponential(1000), "unlimited") for name in names),
        ],
        [sync("users", "front"), *(sync("front", name) for name in names)],
        [
            journey(
                poisson(10),
                [
                    {
                        "link": "users-front",
                        "steps": [{"link": f"front-{name}", "parallel": i > 0} for i, name in enumerate(names)],
                    }
                ],
            )
        ],
    )
    found = estimates(architecture, {"mean": latency("mean")}, duration_ms=1_000_000)
    assert found["mean"].agrees_with(1000 * sum(1 / n for n in range(1, 11)))


def test_two_queues_in_parallel_answer_as_the_fork_join_of_flatto_and_hahn() -> None:
    """Flatto and Hahn, "Two parallel queues created by arrivals with two demands" (1984): (12 - rho) / 8 of M/M/1."""
    architecture = model(
        [
            client(),
            service("front", 0, "unlimited"),
            service("left", exponential(100), 1),
            service("right", exponential(100), 1),
        ],
        [sync("users", "front"), sync("front", "left"), sync("front", "right")],
        [
            journey(
                poisson(8),
                [{"link": "users-front", "steps": [{"link": "front-left"}, {"link": "front-right", "parallel": True}]}],
            )
        ],
    )
    found = estimates(architecture, {"mean": latency("mean")}, **LONG)
    assert found["mean"].agrees_with(700)


def test_queues_in_a_row_are_independent_as_jackson_says() -> None:
    architecture = model(
        [
            client(),
            service("one", exponential(100), 1, threading="nonblocking"),
            service("two", exponential(80), 1),
        ],
        [sync("users", "one"), sync("users", "two")],
        [journey(poisson(8), [{"link": "users-one"}, {"link": "users-two"}])],
    )
    found = estimates(architecture, {"mean": latency("mean")}, **LONG)
    assert found["mean"].agrees_with(1000 / (10 - 8) + 1000 / (12.5 - 8))


def test_a_nonblocking_service_works_on_parallel_steps_with_workers_of_its_own() -> None:
    """Whatever stands beside the call, one worker does exp(50) of work for each request: M/M/1 at 12/s, mean 125."""
    architecture = model(
        [client(), service("front", 0, 1, threading="nonblocking"), service("back", 1, "unlimited")],
        [sync("users", "front"), sync("front", "back")],
        [
            journey(
                poisson(12),
                [
                    {
                        "link": "users-front",
                        "steps": [{"work_ms": exponential(50)}, {"link": "front-back", "parallel": True}],
                    }
                ],
            )
        ],
    )
    found = estimates(
        architecture,
        {"mean": latency("mean"), "busy": of_element("utilisation", "front")},
        duration_ms=2_000_000,
        warm_up_ms=50_000,
    )
    assert found["mean"].agrees_with(125)
    assert found["busy"].agrees_with(0.6)


def test_who_comes_back_to_a_shared_queue_takes_any_free_worker() -> None:
    """Two visits of exp(50) to two workers behind one queue, at 28/s in all, and 500 ms away in between (Jackson)."""
    architecture = model(
        [
            client(),
            service("front", exponential(50), 1, instances=2, threading="nonblocking", load_balancing="shared_queue"),
            service("back", exponential(500), "unlimited"),
        ],
        [sync("users", "front"), sync("front", "back")],
        [
            journey(
                poisson(14), [{"link": "users-front", "steps": [{"link": "front-back"}, {"work_ms": exponential(50)}]}]
            )
        ],
    )
    found = estimates(architecture, {"mean": latency("mean")}, duration_ms=2_000_000, warm_up_ms=50_000)
    assert found["mean"].agrees_with(500 + 2 * (50 + _erlang_c(2, 1.4) * 50 / (2 - 1.4)))
