"""Replications measured one by one: the same ones that a result puts together."""

import pytest

from models.simulation import replicate, simulate
from tests.models.simulation.building import exponential, poisson, station

BUSY = station(poisson(50), exponential(10), workers=1)


def test_replications_one_by_one_are_those_of_the_result() -> None:
    whole = simulate(BUSY, replications=4, duration_ms=20_000, seed=3)
    apart = replicate(BUSY, replications=4, duration_ms=20_000, seed=3)
    samples = apart.samples()
    assert apart.warm_up_ms == whole.warm_up_ms
    assert apart.events == whole.events
    for count in ("offered", "succeeded", "failed", "in_flight"):
        assert sum(sample.journeys["visit"][count] for sample in samples) == whole.journeys["visit"][count]
    means = [sample.journeys["visit"]["latency_ms"]["mean"] for sample in samples]
    assert len(set(means)) == 4
    assert sum(means) / 4 == pytest.approx(whole.journeys["visit"]["latency_ms"]["mean"])
    assert apart.result().journeys == whole.journeys


def test_a_replication_is_the_same_wherever_the_count_begins() -> None:
    whole = replicate(BUSY, replications=3, duration_ms=5_000, seed=3).samples(0.0)
    last = replicate(BUSY, replications=1, first=2, duration_ms=5_000, seed=3).samples(0.0)
    assert last[0].journeys == whole[2].journeys
    assert last[0].elements == whole[2].elements
    assert whole[1].journeys != whole[2].journeys


def test_samples_can_be_counted_from_a_later_time() -> None:
    apart = replicate(BUSY, replications=2, duration_ms=20_000, seed=3)
    early, late = apart.samples(0.0)[0], apart.samples(9_000.0)[0]
    assert late.journeys["visit"]["offered"] < 0.6 * early.journeys["visit"]["offered"]
    assert apart.samples(1e9)[0].journeys["visit"]["offered"] > 0
