"""The published retry-storm experiment: who comes back after one of two instances was gone from 5 s to 10 s."""

import math
import statistics
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


def goodput_from(result: Result, seconds: float) -> list[float]:
    times, values = result.series["t_ms"], result.series["journeys"]["visit"]["goodput_per_s"]
    return [value or 0.0 for at, value in zip(times, values, strict=True) if at >= 1000 * seconds]


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
    """From 20 s on every seed answers what is asked; the mean goodput is the rate within three standard errors."""
    back = [storm(seed, **settings) for seed in SEEDS]
    means = [statistics.fmean(goodput_from(result, 20)) for result in back]
    assert min(means) > 0.95 * returns_to
    assert abs(statistics.fmean(means) - returns_to) <= 3 * statistics.stdev(means) / math.sqrt(len(means))
    for result in back:
        recovery = result.journeys["visit"]["recovery_ms"]
        assert recovery is not None and recovery <= 10_000
        assert "does not recover" not in str(result.verdict)
        assert result.settled


def test_immediate_retries_never_let_it_come_back() -> None:
    results = [storm(seed, retry=RETRIES) for seed in SEEDS]
    lost = [result for result in results if max(goodput_from(result, 20)) < 7 and goodput_from(result, 60)[-1] == 0]
    assert len(lost) >= 9
    for result in lost:
        assert statistics.fmean(goodput_from(result, 20)) < 0.7
        assert not result.settled
        assert result.journeys["visit"]["recovery_ms"] is None
        words = str(result.verdict)
        assert "does not recover after the crash of server ends: retries keep server overloaded." in words
        assert "It did not come back within 2.83 min after the trigger ended: a metastable failure" in words


def test_a_backlog_that_only_lasts_is_no_metastable_failure() -> None:
    """Nothing is repeated: the queue is merely long, and 2 a second of it are made up for."""
    architecture = station(poisson(8), exponential(100), link={"timeout_ms": 5000, "retry": "none"})
    slow = {"fault": "timing", "target": "server", "factor": 10.0, "from_ms": 30_000, "until_ms": 80_000}
    result = simulate(with_scenario(architecture, duration_ms=130_000, faults=[slow]))
    words = str(result.verdict)
    assert "It did not come back within 50 s after the trigger ended." in words
    assert "metastable" not in words
    assert "server is still behind" in words
    assert not result.settled
