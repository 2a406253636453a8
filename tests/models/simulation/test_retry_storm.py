"""The published retry-storm experiment: who comes back after one of two instances was gone from 5 s to 10 s."""

from typing import Any

import pytest

from models.simulation import Result, simulate
from tests.models.simulation.building import check_conservation, exponential, poisson, station, with_scenario

RETRIES = {"max_attempts": 4, "backoff": "none", "jitter": "none"}
CRASH = {"fault": "crash", "target": "server", "instances": 1, "from_ms": 5000, "until_ms": 10_000}
SEEDS = range(1, 11)


def storm(seed: int, rate: float = 70, retry: Any = "none", queue_limit: Any = "unlimited", **more: Any) -> Result:
    architecture = station(
        poisson(rate),
        exponential(100),
        5,
        instances=2,
        queue_limit=queue_limit,
        link={"timeout_ms": 1000, "retry": retry, **more},
    )
    prepared = with_scenario(architecture, duration_ms=180_000, faults=[CRASH])
    result = simulate(prepared, seed=seed)
    check_conservation(result)
    return result


def goodput_at_the_end(result: Result) -> float:
    values = [value or 0.0 for value in result.series["journeys"]["visit"]["goodput_per_s"]]
    last = values[-len(values) // 4 :]
    return sum(last) / len(last)


@pytest.mark.parametrize(
    ("settings", "returns_to"),
    [
        ({}, 70),
        ({"retry": RETRIES | {"budget_ratio": 0.1}}, 70),
        ({"retry": RETRIES, "queue_limit": 20}, 70),
        ({"retry": RETRIES, "rate": 50}, 50),
    ],
    ids=["no retries", "a retry budget", "a queue limit", "less load"],
)
def test_goodput_returns(settings: Any, returns_to: float) -> None:
    back = [storm(seed, **settings) for seed in SEEDS]
    assert sum(goodput_at_the_end(result) > 0.9 * returns_to for result in back) >= 9
    assert all(result.journeys["visit"]["recovery_ms"] is not None for result in back[:3])


def test_immediate_retries_never_let_it_come_back() -> None:
    results = [storm(seed, retry=RETRIES) for seed in SEEDS]
    lost = [result for result in results if goodput_at_the_end(result) < 3]
    assert len(lost) >= 9
    for result in lost:
        assert not result.settled
        assert result.journeys["visit"]["recovery_ms"] is None
        assert "does not recover after the crash of server ends" in str(result.verdict)
        assert "retries keep server overloaded" in str(result.verdict)
