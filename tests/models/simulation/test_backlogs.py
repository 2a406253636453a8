"""What piles up in channels around faults: how high, how long until it is worked off, and in which words."""

from typing import Any

import pytest

from models.architecture import Architecture
from models.simulation import simulate
from tests.models.simulation.building import (
    client,
    exponential,
    journey,
    model,
    poisson,
    regular,
    service,
    with_scenario,
)
from tests.models.simulation.test_poison import readers, told


def consumer(load: Any, work_ms: Any = 10) -> Architecture:
    return model(
        [client(), {"id": "jobs", "kind": "queue"}, service("worker", work_ms, 1)],
        [
            {"id": "put", "source": "users", "target": "jobs", "style": "async", "network_ms": 0},
            {"id": "take", "source": "jobs", "target": "worker", "style": "async", "network_ms": 0},
        ],
        [journey(load, [{"link": "put", "steps": [{"link": "take"}]}])],
    )


def outage(begin: float, end: float) -> dict[str, Any]:
    return {"fault": "crash", "target": "worker", "from_ms": begin, "until_ms": end}


@pytest.mark.parametrize(("rate", "minutes"), [(80, 4), (60, 1.5), (50, 1)])
def test_a_backlog_is_worked_off_at_what_capacity_is_left(rate: float, minutes: float) -> None:
    """60 s of arrivals at 100 - rate a second: 4,800 in 240 s, 3,600 in 90 s, 3,000 in 60 s."""
    architecture = consumer(regular(rate))
    result = simulate(with_scenario(architecture, duration_ms=500_000, faults=[outage(10_000, 70_000)]))
    row = result.channels["jobs"]
    assert row["max_depth"] == rate * 60
    assert row["recovery_ms"] == pytest.approx(minutes * 60_000, rel=0.01)
    peak = f"{rate * 60:,}"
    assert f"The backlog of jobs peaked at {peak} messages and was worked off" in str(result.verdict)
    assert "after the crash of worker ended" in str(result.verdict)


def test_a_random_backlog_is_back_to_what_was_usual() -> None:
    """4,800 arrivals at 100 - 80 a second: 240 s on average, with a deviation of about 25 s."""
    architecture = consumer(poisson(80), exponential(10))
    scenario = with_scenario(architecture, duration_ms=800_000, faults=[outage(100_000, 160_000)])
    found = [simulate(scenario, seed=seed).channels["jobs"]["recovery_ms"] for seed in range(1, 9)]
    assert sum(found) / len(found) == pytest.approx(240_000, rel=0.1)


def test_a_backlog_that_is_still_being_worked_off_is_told_as_such() -> None:
    result = simulate(with_scenario(consumer(regular(80)), duration_ms=200_000, faults=[outage(10_000, 70_000)]))
    assert result.channels["jobs"]["recovery_ms"] is None
    assert "peaked at 4,800 messages and is being worked off at the end: 2,201 wait." in str(result.verdict)


def test_without_a_backlog_there_is_nothing_to_tell() -> None:
    architecture = consumer(regular(80))
    quiet = simulate(with_scenario(architecture, duration_ms=50_000, faults=[outage(10_000, 10_050)]))
    assert quiet.channels["jobs"]["recovery_ms"] == 0
    none = simulate(with_scenario(architecture, duration_ms=50_000))
    assert none.channels["jobs"]["recovery_ms"] is None
    for result in (quiet, none):
        assert "backlog" not in str(result.verdict)


def test_a_backlog_that_grows_after_the_fault_is_no_recovery() -> None:
    result = simulate(with_scenario(consumer(regular(120)), duration_ms=200_000, faults=[outage(10_000, 20_000)]))
    assert result.channels["jobs"]["recovery_ms"] is None
    assert "jobs fills up" in str(result.verdict)
    assert "worked off" not in str(result.verdict)


def test_what_waits_is_told_for_one_run_however_many_there_are() -> None:
    told = [
        str(simulate(with_scenario(consumer(regular(120)), duration_ms=60_000, replications=n)).verdict) for n in (1, 3)
    ]
    assert told[0] == told[1]
    assert "jobs fills up: 1,2" in told[0]


def test_poison_without_a_limit_is_told_with_who_is_down_and_what_grows() -> None:
    verdict = str(told(readers(seconds=20)).verdict)
    assert "Poison kills every instance of reader: all 4 are down 400 ms after it arrives" in verdict
    assert "the backlog of jobs then grows by 20 messages a second" in verdict


def test_poison_that_is_put_aside_in_the_end_is_told_with_the_backlog_it_left() -> None:
    result = told(readers(limit=5, seconds=60))
    verdict = str(result.verdict)
    assert "all 4 are down 400 ms after it arrives." in verdict
    assert "then grows" not in verdict
    assert result.channels["jobs"]["recovery_ms"] == pytest.approx(30_300, abs=500)
    assert "messages and was worked off 30" in verdict


def test_poison_that_spares_some_instances_is_told_with_how_often_it_kills() -> None:
    verdict = str(told(readers(limit=2)).verdict)
    assert "Poison kills instances of reader 2 times, but never all 4 are down at once." in verdict
    assert "Poison" not in str(told(readers("users", seconds=5)).verdict)
