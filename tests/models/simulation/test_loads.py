"""Loads: open, closed, profiles, schedules, the scenario's factor and settings, and their edges."""

from typing import Any

import pytest

from models.simulation import simulate
from tests.models.simulation.building import check_conservation, closed, poisson, regular, station, with_scenario


def run(architecture: Any, duration_ms: float = 10_000, **settings: Any) -> Any:
    result = simulate(with_scenario(architecture, duration_ms=duration_ms, **settings))
    check_conservation(result)
    return result


def test_regular_arrivals_come_one_interval_apart() -> None:
    assert run(station(regular(10), 1)).journeys["visit"]["offered"] == 100


def test_poisson_arrivals_vary_as_they_should() -> None:
    counts = [
        simulate(with_scenario(station(poisson(100), 0), duration_ms=10_000), seed=seed).journeys["visit"]["offered"]
        for seed in range(40)
    ]
    mean = sum(counts) / 40
    variance = sum((count - mean) ** 2 for count in counts) / 39
    assert mean == pytest.approx(1000, abs=15)
    assert 400 < variance < 2000


@pytest.mark.parametrize("profile", [[[0, 0], [10_000, 200]], [[0, 200], [10_000, 0]]])
def test_a_rising_or_falling_rate_brings_its_area(profile: Any) -> None:
    row = run(station({"profile": profile}, 0)).journeys["visit"]
    assert row["offered"] == pytest.approx(1000, abs=100)


def test_a_profile_jumps_where_two_points_share_a_time_and_stays_after_the_last() -> None:
    result = run(station({"profile": [[0, 10], [5000, 10], [5000, 100], [6000, 100]]}, 0))
    goodput = result.series["journeys"]["visit"]["goodput_per_s"]
    half = len(goodput) // 2
    assert sum(goodput[:half]) / half == pytest.approx(10, abs=5)
    assert sum(goodput[half:]) / half == pytest.approx(100, abs=15)


def test_a_profile_may_pause() -> None:
    row = run(station({"profile": [[0, 0], [5000, 0], [5000, 50]]}, 0)).journeys["visit"]
    assert row["offered"] == pytest.approx(250, abs=60)


def test_batches_come_at_once_and_again_and_again() -> None:
    row = run(station({"schedule": {"every_ms": 4000, "batch": 50}}, 10)).journeys["visit"]
    assert row["offered"] == 150
    assert row["latency_ms"]["max"] == pytest.approx(500)


def test_closed_users_without_think_time_keep_a_server_busy() -> None:
    result = run(station(closed(3, 0), 10))
    assert result.elements["server"]["utilisation"] == pytest.approx(1, abs=0.002)
    assert result.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(30, rel=0.02)


def test_a_rate_of_zero_offers_nothing_and_says_so() -> None:
    result = run(station(regular(0), 10))
    row = result.journeys["visit"]
    assert row["offered"] == 0
    assert row["latency_ms"] == {"mean": None, "mean_ci95": None, "p50": None, "p95": None, "p99": None, "max": None}
    assert row["availability"] is None
    assert "No request arrived" in str(result.verdict)


@pytest.mark.parametrize(("load", "offered"), [(regular(10), 250), (closed(4, 100), None)])
def test_the_load_factor_multiplies_rates_and_users(load: Any, offered: int | None) -> None:
    row = run(station(load, 1), load_factor=2.5).journeys["visit"]
    assert row["offered"] == pytest.approx(offered or 10 * 10_000 / 101, rel=0.02)


def test_settings_of_a_scenario_hold_in_it_only() -> None:
    architecture = station(regular(10), 10)
    changed = run(architecture, set={"server.work_ms": 20, "visit.load.open.rate_per_s": 5})
    assert changed.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(20)
    assert changed.journeys["visit"]["offered"] == 50


def test_times_may_be_zero_and_fractional() -> None:
    row = run(station(regular(1000), 0.125, 1, link={"network_ms": 0.0625})).journeys["visit"]
    assert row["latency_ms"]["mean"] == pytest.approx(0.25)
    nothing = run(station(regular(1000), 0, 1)).journeys["visit"]
    assert nothing["latency_ms"]["max"] == 0 == nothing["latency_ms"]["p99"]


@pytest.mark.parametrize("duration_ms", [0.5, 1, 37.3, 1e6])
def test_any_duration_has_at_most_600_windows(duration_ms: float) -> None:
    result = run(station(regular(100), 1), duration_ms=duration_ms)
    assert 1 <= len(result.series["t_ms"]) <= 600
    lengths = {len(line) for line in result.series["journeys"]["visit"].values()}
    assert lengths == {len(result.series["t_ms"])}


@pytest.mark.parametrize(
    ("work", "mean"),
    [
        ({"constant": 20}, 20),
        ({"uniform": {"low": 10, "high": 30}}, 20),
        ({"erlang": {"mean": 20, "k": 3}}, 20),
        ({"hyperexponential": {"mean": 20, "cv": 2}}, 20),
        ({"lognormal": {"mean": 20, "cv": 0.5}}, 20),
        ({"lognormal": {"p50": 20, "p99": 60}}, 22.359),
        ({"empirical": {"quantiles": [[0.5, 10], [1.0, 30]]}}, 15),
    ],
)
def test_every_distribution_has_its_mean(work: Any, mean: float) -> None:
    result = run(station(regular(1000), work, "unlimited"), duration_ms=200_000)
    assert result.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(mean, rel=0.015)


def test_quantiles_are_within_one_percent_of_the_distribution() -> None:
    row = run(station(regular(1000), {"lognormal": {"p50": 20, "p99": 60}}, "unlimited"), duration_ms=600_000)
    latency = row.journeys["visit"]["latency_ms"]
    assert latency["p50"] == pytest.approx(20, rel=0.01)
    assert latency["p99"] == pytest.approx(60, rel=0.015)
