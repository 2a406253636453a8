"""What is made of raw counts: quantiles, intervals, warm-up, series, recovery, and what has not settled."""

import math
import random
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from models.simulation import Result, simulate
from models.simulation.kernel import observe
from models.simulation.kernel.layout import BUCKETS
from models.simulation.recovery import course
from models.simulation.statistics import batch_interval, interval, quantile, t_quantile, warm_up_end
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


def run(architecture: Any, duration_ms: float = 10_000, seed: int = 1, **settings: Any) -> Result:
    return simulate(with_scenario(architecture, duration_ms=duration_ms, **settings), seed=seed)


bucket: Any = getattr(observe.bucket, "py_func", observe.bucket)


@pytest.mark.parametrize("scale_ms", [0.05, 1.0, 37.0, 1e4, 1e7])
@pytest.mark.parametrize("shape", ["exponential", "lognormal", "uniform", "bimodal"])
def test_quantiles_of_the_histogram_are_within_one_percent_of_those_of_the_values(scale_ms: float, shape: str) -> None:
    luck = np.random.default_rng(7)
    values = (
        scale_ms
        * {
            "exponential": luck.exponential(1, 20_000),
            "lognormal": luck.lognormal(0, 1.5, 20_000),
            "uniform": luck.uniform(0.9, 1.1, 20_000),
            "bimodal": np.where(luck.random(20_000) < 0.7, luck.normal(1, 0.05, 20_000), luck.normal(9, 0.5, 20_000)),
        }[shape]
    )
    counts = np.zeros(BUCKETS, dtype=np.int64)
    for value in values:
        counts[int(bucket(float(value)))] += 1
    values.sort()
    for share in (0.05, 0.5, 0.95, 0.99, 0.999):
        exact = float(values[math.ceil(share * len(values)) - 1])
        assert quantile(counts, share, float(values[-1])) == pytest.approx(exact, rel=0.01), share


def test_quantiles_of_a_run_are_within_one_percent_of_the_exact_ones() -> None:
    """Nobody waits and the work is given by its percentiles."""
    sizes = [10 * 1.05**k for k in range(100)]
    work = {"empirical": {"quantiles": [[(k + 1) / 100, size] for k, size in enumerate(sizes)]}}
    row = run(station(regular(5000), work, "unlimited"), duration_ms=100_000).journeys["visit"]["latency_ms"]
    for name, share in (("p50", 50), ("p95", 95), ("p99", 99)):
        assert row[name] == pytest.approx(sizes[share - 1], rel=0.01)


def test_student_s_quantiles_are_those_of_the_tables() -> None:
    for freedom, expected in ((1, 12.706), (2, 4.303), (4, 2.776), (9, 2.262), (14, 2.145), (29, 2.045), (1000, 1.962)):
        assert t_quantile(freedom) == pytest.approx(expected, abs=0.002)


def test_an_interval_over_replications_is_student_s() -> None:
    low, high = interval([1.0, 2.0, 3.0, 4.0]) or (0, 0)
    assert (low + high) / 2 == pytest.approx(2.5)
    assert high - low == pytest.approx(2 * 3.182 * math.sqrt(5 / 3 / 4), rel=1e-3)
    assert interval([1.0]) is None


@pytest.mark.parametrize(
    ("replications", "duration_ms", "warm_up_ms"), [(1, 600_000, "auto"), (1, 600_000, 20_000), (5, 120_000, 10_000)]
)
def test_a_95_percent_interval_covers_the_mean_of_m_m_1_in_about_95_of_100_runs(
    replications: int, duration_ms: float, warm_up_ms: Any
) -> None:
    architecture = with_scenario(
        station(poisson(5), exponential(100)),
        duration_ms=duration_ms,
        warm_up_ms=warm_up_ms,
        replications=replications,
    )
    found = [simulate(architecture, seed=seed).journeys["visit"]["latency_ms"]["mean_ci95"] for seed in range(1, 201)]
    covered = sum(low <= 200 <= high for low, high in found) / len(found)
    assert 0.88 <= covered <= 0.99
    assert sum(high - low for low, high in found) / len(found) < 0.3 * 200


def test_batches_that_follow_each_other_widen_the_interval() -> None:
    luck = random.Random(3)
    independent, linked, value = [], [], 0.0
    for _ in range(600):
        shock = luck.gauss(0, 1)
        value = 0.97 * value + shock * math.sqrt(1 - 0.97**2)
        independent.append(100 + 10 * shock)
        linked.append(100 + 10 * value)
    widths = []
    for means in (independent, linked):
        batches = np.array([[5 * mean, 5, 10.0 * (i + 1)] for i, mean in enumerate(means)])
        low, high = batch_interval(batches, 0) or (0.0, 0.0)
        assert low < 100 < high
        widths.append(high - low)
    assert widths[1] > 4 * widths[0]


def test_too_few_batches_give_no_interval() -> None:
    assert batch_interval(np.array([[1.0, 5, 10.0 * i] for i in range(7)]), 0) is None


def test_mser_cuts_a_start_up_transient_and_leaves_a_steady_run_alone() -> None:
    luck = random.Random(4)
    steady = [100 + luck.gauss(0, 5) for _ in range(400)]
    rising = [value * (1 - math.exp(-i / 20)) for i, value in enumerate(steady)]

    def cut(means: list[float]) -> float:
        return warm_up_end(np.array([[5 * mean, 5, 10.0 * (i + 1)] for i, mean in enumerate(means)]))

    assert cut(steady) < 400
    assert 300 < cut(rising) < 1500
    assert cut(steady[:19]) == 0


def test_an_automatic_warm_up_removes_the_bias_of_a_long_start() -> None:
    """500 users begin together by thinking for about a minute: first none is there, then many at once. A long run tells
    the true mean."""
    think = {"uniform": {"low": 30_000, "high": 90_000}}
    architecture = station(closed(500, think), exponential(1000), 10)
    reference = run(architecture, 3_000_000, warm_up_ms=1_000_000).journeys["visit"]["latency_ms"]["mean"]
    means = {}
    for warm_up in (0, "auto"):
        found = [
            run(architecture, 400_000, seed, warm_up_ms=warm_up).journeys["visit"]["latency_ms"]["mean"]
            for seed in range(1, 11)
        ]
        means[warm_up] = sum(found) / len(found)
    assert abs(means["auto"] - reference) <= abs(means[0] - reference)


def test_goodput_is_what_is_answered_in_the_time_even_where_a_backlog_came_before() -> None:
    """12 a second meet 10: 10 are answered, whenever they were asked for."""
    row = run(station(regular(12), 100), duration_ms=200_000, warm_up_ms=100_000).journeys["visit"]
    assert row["goodput_per_s"] == pytest.approx(10, rel=0.002)
    assert row["offered"] == 1200
    assert row["succeeded"] < 1000


def test_the_series_tells_when_a_breaker_was_open() -> None:
    breaker = {"failure_rate": 0.5, "window_calls": 10, "minimum_calls": 10, "open_ms": 1000, "half_open_calls": 5}
    architecture = station(regular(100), 0, "unlimited", link={"circuit_breaker": breaker})
    faults = [{"fault": "crash", "target": "server", "from_ms": 1000, "until_ms": 2500}]
    result = run(architecture, faults=faults)
    opened = result.series["links"]["users-server"]["breaker_open"]
    times = result.series["t_ms"]
    length = times[1] - times[0]
    assert sum(opened) * length == pytest.approx(result.links["users-server"]["breaker_open_ms"]) == 2000
    assert all(share == 0 for at, share in zip(times, opened, strict=True) if at + length <= 1000 or at >= 3150)
    assert all(share == 1 for at, share in zip(times, opened, strict=True) if 1100 <= at < 2000)
    later = run(architecture, faults=faults, warm_up_ms=2000).links["users-server"]["breaker_open_ms"]
    assert later == pytest.approx(sum(s for at, s in zip(times, opened, strict=True) if at >= 2000) * length)


def test_links_without_a_breaker_have_no_series() -> None:
    assert run(station(regular(10), 1)).series["links"] == {}


def test_bands_over_replications_hold_their_mean_and_one_run_has_none() -> None:
    architecture = station(poisson(50), 1, "unlimited")
    line = run(architecture, replications=10).series["journeys"]["visit"]
    band = list(zip(line["goodput_low_per_s"], line["goodput_per_s"], line["goodput_high_per_s"], strict=True))
    assert all(low <= rate <= high for low, rate, high in band)
    assert 0.85 < sum(low <= 50 <= high for low, _, high in band) / len(band) <= 1
    assert set(run(architecture).series["journeys"]["visit"]["goodput_low_per_s"]) == {None}


def lines_of(goodput: list[float]) -> dict[str, Any]:
    rows = {"goodput_per_s": goodput, "failed_per_s": [100 - rate for rate in goodput]}
    return {"t_ms": [1000.0 * i for i in range(len(goodput))], "journeys": {"visit": rows}}


def recovered(goodput: list[float]) -> float | None:
    compiled: Any = SimpleNamespace(triggers=((10_000.0, 20_000.0, "server"),), duration_ms=1000.0 * len(goodput))
    found = course(compiled, lines_of(goodput), "visit")
    assert found is not None and found.baseline_per_s == pytest.approx(100)
    return found.recovered_ms


def test_recovery_is_the_first_return_to_the_baseline_that_lasts() -> None:
    calm, down = [100.0] * 10, [0.0] * 10
    assert recovered(calm + down + [100.0] * 20) == 0
    assert recovered(calm + down + [30.0] * 7 + [100.0] * 20) == 7000
    relapse = [100.0] * 4 + [20.0] * 3 + [100.0] * 20
    assert recovered(calm + down + relapse) == 7000
    assert recovered(calm + down + [100.0] * 10 + [0.0] * 10) is None
    assert recovered(calm + down + [96.0] * 20) == 0


def test_work_of_parallel_steps_that_nobody_waits_for_is_wasted_too() -> None:
    architecture = model(
        [client(), service("server", 0, "unlimited")],
        [sync("users", "server", timeout_ms=50, retry="none")],
        [journey(regular(1), [{"link": "users-server", "work_ms": 10, "steps": [{"work_ms": 90}]}])],
    )
    result = run(architecture)
    assert result.elements["server"]["wasted_ms"] == pytest.approx(100 * result.elements["server"]["completed"])


@pytest.mark.parametrize(
    ("architecture", "duration_ms", "words"),
    [
        (station(poisson(11), exponential(100)), 300_000, "server gets as much work as it can do or more"),
        (station(regular(10), 100), 60_000, "server gets as much work as it can do or more"),
        (station(poisson(9), exponential(100)), 20_000, "it is short for firm numbers: the mean of visit is known to"),
        (station(poisson(1), exponential(100)), 20_000, "too few answers for an interval"),
    ],
    ids=["more than it can", "as much as it can", "a wide interval", "no interval"],
)
def test_what_has_not_settled_is_said_in_words(architecture: Any, duration_ms: float, words: str) -> None:
    result = run(architecture, duration_ms)
    assert not result.settled
    assert "The run has not settled" in str(result.verdict)
    assert words in str(result.verdict)


@pytest.mark.parametrize("load", [poisson(5), closed(3, 0), regular(9)], ids=["open", "closed and full", "regular"])
def test_what_has_settled_says_nothing_of_it(load: Json) -> None:
    result = run(station(load, 100 if load != poisson(5) else exponential(100)), 16_000_000)
    assert result.settled
    assert "settled" not in str(result.verdict)
