"""Processor sharing: the mean response of M/G/1-PS is work / (1 - load), whatever the distribution."""

from typing import Any

import pytest

from models.simulation import simulate
from tests.models.simulation.building import (
    check_conservation,
    estimates,
    exponential,
    latency,
    of_element,
    poisson,
    station,
    with_scenario,
)


@pytest.mark.parametrize(
    "work_ms",
    [100, exponential(100), {"hyperexponential": {"mean": 100, "cv": 2}}],
    ids=["constant", "exponential", "hyperexponential"],
)
def test_the_mean_response_does_not_depend_on_the_distribution(work_ms: Any) -> None:
    measured = estimates(
        station(poisson(8), work_ms, 1, discipline="ps"),
        {"mean": latency("mean"), "utilisation": of_element("utilisation")},
        duration_ms=4_000_000,
        warm_up_ms=40_000,
    )
    assert measured["mean"].agrees_with(500)
    assert measured["utilisation"].agrees_with(0.8)


def test_two_workers_serve_two_at_full_speed_and_more_at_their_share() -> None:
    batch = {"schedule": {"every_ms": 10_000, "batch": 4}}
    architecture = with_scenario(station(batch, 100, 2, discipline="ps"), duration_ms=9000)
    row = simulate(architecture)
    check_conservation(row)
    assert row.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(200)
    assert row.journeys["visit"]["breakdown_ms"]["work"] == pytest.approx(100)
    assert row.journeys["visit"]["breakdown_ms"]["wait"] == pytest.approx(100)
    assert row.elements["server"]["max_queue"] == 2
    assert row.elements["server"]["mean_busy"] == pytest.approx(2 * 200 / 9000)


def test_a_limit_counts_those_beyond_the_workers() -> None:
    batch = {"schedule": {"every_ms": 10_000, "batch": 6}}
    limited = station(batch, 100, 2, discipline="ps", queue_limit=1)
    row = simulate(with_scenario(limited, duration_ms=9000)).journeys["visit"]
    assert (row["succeeded"], row["errors"]["rejected"]) == (3, 3)
    assert row["latency_ms"]["mean"] == pytest.approx(150)


def test_a_crash_ends_shared_work() -> None:
    faults = [{"fault": "crash", "target": "server", "from_ms": 150, "until_ms": 1000}]
    batch = {"schedule": {"every_ms": 10_000, "batch": 4}}
    result = simulate(with_scenario(station(batch, 100, 2, discipline="ps"), duration_ms=9000, faults=faults))
    check_conservation(result)
    assert result.journeys["visit"]["errors"]["crashed"] == 4
    assert result.elements["server"]["wasted_ms"] == pytest.approx(4 * 75)
