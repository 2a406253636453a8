"""Where the time of an answer went: waiting, work, network and backoff add up to it, along its longest path."""

from typing import Any

import pytest

from models.simulation import Result, simulate
from tests.models.simulation.building import (
    Json,
    client,
    closed,
    exponential,
    journey,
    model,
    poisson,
    regular,
    service,
    station,
    sync,
    with_scenario,
)


def once(work_ms: Any = 0, link: Json | None = None, batch: int = 1, **more: Any) -> Any:
    """One batch of requests to one station, at time 0."""
    return station({"schedule": {"every_ms": 1e9, "batch": batch}}, work_ms, link=link, **more)


def parts(architecture: Any, *faults: Json, duration_ms: float = 10_000) -> tuple[float, dict[str, float]]:
    row = simulate(with_scenario(architecture, duration_ms=duration_ms, faults=list(faults))).journeys["visit"]
    assert row["succeeded"] > 0
    return row["latency_ms"]["mean"], row["breakdown_ms"]


def split(wait: float = 0, work: float = 0, network: float = 0, backoff: float = 0) -> Any:
    return pytest.approx({"wait": wait, "work": work, "network": network, "backoff": backoff})


def test_queueing_is_waiting() -> None:
    mean, found = parts(once(10, batch=3))
    assert mean == pytest.approx(20)
    assert found == split(wait=10, work=10)


def test_a_parallel_group_counts_its_last_branch_alone() -> None:
    architecture = model(
        [client(), service("a", 30, "unlimited"), service("b", 10, "unlimited")],
        [sync("users", "a", network_ms=1), sync("users", "b", network_ms=20)],
        [journey(regular(10), [{"link": "users-a"}, {"link": "users-b", "parallel": True}, {"work_ms": 5}])],
    )
    mean, found = parts(architecture)
    assert mean == pytest.approx(55)
    assert found == split(work=15, network=40)


def test_an_attempt_that_times_out_was_waiting_and_then_comes_the_backoff() -> None:
    retry = {"max_attempts": 2, "backoff": "fixed", "base_ms": 50, "jitter": "none"}
    slow = {"fault": "timing", "target": "server", "factor": 10.0, "from_ms": 0, "until_ms": 60}
    mean, found = parts(once(40, {"timeout_ms": 70, "retry": retry}, workers=2), slow)
    assert mean == pytest.approx(70 + 50 + 40)
    assert found == split(wait=70, work=40, backoff=50)


def test_a_hedge_that_wins_waited_until_it_was_sent() -> None:
    slow = {"fault": "timing", "target": "server", "factor": 10.0, "from_ms": 0, "until_ms": 10}
    mean, found = parts(once(40, {"hedge_after_ms": 25, "network_ms": 2}, workers=2), slow)
    assert mean == pytest.approx(25 + 2 + 40 + 2)
    assert found == split(wait=25, work=40, network=4)


def test_waiting_for_a_connection_is_waiting() -> None:
    mean, found = parts(once(10, {"connection_pool": 1}, batch=2, workers=5))
    assert mean == pytest.approx(15)
    assert found == split(wait=5, work=10)


def test_sharing_a_worker_is_waiting_beyond_the_work() -> None:
    mean, found = parts(once(10, batch=4, workers=2, discipline="ps"))
    assert mean == pytest.approx(20)
    assert found == split(wait=10, work=10)


RETRY = {"max_attempts": 9, "backoff": "fixed", "base_ms": 50, "jitter": "none"}
LATER = RETRY | {"base_ms": 90}


@pytest.mark.parametrize(
    ("front", "link", "parallel", "expected"),
    [
        ({"work_ms": 100, "workers": 1}, {}, False, None),
        ({"work_ms": 100, "workers": 1, "discipline": "ps"}, {}, False, None),
        ({"workers": "unlimited"}, {}, False, {"wait": 60.0, "work": 100.0, "network": 0.0, "backoff": 50.0}),
        ({"workers": "unlimited"}, {}, True, {"wait": 60.0, "work": 100.0, "network": 0.0, "backoff": 50.0}),
        ({"workers": "unlimited"}, {"connection_pool": 1}, False, None),
        (
            {"workers": "unlimited"},
            {"retry": LATER},
            False,
            {"wait": 0, "work": 100.0, "network": 0.0, "backoff": 110.0},
        ),
    ],
    ids=["queued", "sharing", "calling", "in a parallel group", "in a pool", "in a backoff"],
)
def test_what_a_crash_interrupts_counts_up_to_the_crash(
    front: Json, link: Json, parallel: bool, expected: dict[str, float] | None
) -> None:
    """Three requests at once; the front dies at 60 ms, wherever they are, and their clients try again 50 ms later."""
    both: list[Json] = [{"link": "front-back"}, {"link": "front-back", "parallel": True}]
    steps = both[: 1 + parallel]
    architecture = model(
        [client(), service("front", **front), service("back", 100, "unlimited")],
        [sync("users", "front", retry=RETRY), sync("front", "back", **link)],
        [journey({"schedule": {"every_ms": 1e9, "batch": 3}}, [{"link": "users-front", "steps": steps}])],
    )
    faults: list[Json] = [{"fault": "crash", "target": "front", "from_ms": 60, "until_ms": 61}]
    if "retry" in link:
        faults.append({"fault": "crash", "target": "back", "from_ms": 0, "until_ms": 65})
    mean, found = parts(architecture, *faults)
    assert sum(found.values()) == pytest.approx(mean)
    assert found["backoff"] >= 50
    if expected is not None:
        assert found == pytest.approx(expected)


def test_random_models_lose_no_time_in_their_breakdown() -> None:
    """Hedges, retries, pools, breakers, shared workers and crashes together; the law is checked after the run."""
    retry = {"max_attempts": 4, "backoff": "exponential", "base_ms": 20, "jitter": "full"}
    architecture = model(
        [
            client(),
            service("front", exponential(5), 8, instances=2),
            service("middle", exponential(10), 3, discipline="ps", instances=2),
            service("back", exponential(10), 2, instances=2, availability=0.9),
        ],
        [
            sync("users", "front", network_ms=exponential(1), timeout_ms=500, retry=retry),
            sync("front", "middle", timeout_ms=120, retry=retry, connection_pool=9, hedge_after_ms=30),
            sync("middle", "back", timeout_ms=60, retry=retry, network_ms=0.5),
        ],
        [
            journey(
                load,
                [
                    {
                        "link": "users-front",
                        "steps": [
                            {"link": "front-middle", "steps": [{"link": "middle-back"}]},
                            {"link": "front-middle", "parallel": True},
                        ],
                    }
                ],
                id=id,
            )
            for id, load in (("visit", poisson(60)), ("crowd", closed(10, exponential(200))))
        ],
    )
    faults = [
        {"fault": "crash", "target": target, "instances": 1, "from_ms": at, "until_ms": at + 700}
        for target, at in (("front", 2000), ("middle", 2500), ("back", 5000), ("front", 6000), ("middle", 8000))
    ]
    faults.append({"fault": "arbitrary", "target": "middle", "probability": 0.1, "from_ms": 9000, "until_ms": 9500})
    result: Result = simulate(with_scenario(architecture, duration_ms=12_000, faults=faults))
    for row in result.journeys.values():
        assert sum(row["breakdown_ms"].values()) == pytest.approx(row["latency_ms"]["mean"], rel=1e-9)
        assert min(row["breakdown_ms"].values()) > 0
