"""Sweeps over models whose curve and limit are known from theory."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from models.architecture import Architecture
from models.evidence.execution import EvidenceError
from models.evidence.measures import METRICS_OF, Measure, read
from models.evidence.sweep import Sweep, sweep
from models.evidence.sweep_words import knee_of
from models.simulation import SimulationError, simulate
from tests.models.simulation.building import (
    client,
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


def single(rate: float = 20, duration_ms: float = 200_000, **more: Any) -> Architecture:
    """M/M/1 of 50/s, whose 99th percentile is ln(100) / (50 - rate) s."""
    target: dict[str, Any] = more.pop("target", {"p99_ms": 400})
    prepared = model(
        [client(), service(work_ms=exponential(20))],
        [sync("users", "server")],
        [journey(poisson(rate), [{"link": "users-server"}], target=target)],
    )
    return with_scenario(prepared, duration_ms=duration_ms, warm_up_ms=10_000, **more)


def value(found: Sweep, at: float, i: int = 0) -> float:
    (point,) = [point for point in found.points if point.at == at]
    told = point.values[i].value
    assert told is not None
    return told


def test_the_highest_load_that_meets_the_target_is_found() -> None:
    """p99 = 400 ms at 50 - ln(100) / .4 = 38.487/s, 1.924 times the load."""
    found = sweep(single(), "load_factor=0.5:3:6", "p99_ms", replications=4)
    assert found.limit is not None
    assert found.limit.kind == "up_to"
    assert found.limit.holds_at is not None and found.limit.fails_at is not None
    assert found.limit.holds_at < found.limit.fails_at
    exact = (50 - math.log(100) / 0.4) / 20
    assert found.limit.holds_at == pytest.approx(exact, rel=0.05)
    assert found.limit.fails_at - found.limit.holds_at <= 0.5 / 16 + 1e-9
    assert f"Holds up to {found.limit.holds_at:.4g}×" in str(found.verdict)
    assert "99th percentile of the response time of visit" in str(found.verdict)
    assert [point.at for point in found.points if not point.refined] == [0.5, 1, 1.5, 2, 2.5, 3]


def test_the_curve_is_that_of_theory_and_bends() -> None:
    found = sweep(single(), "visit.load.open.rate_per_s=5:45:9", "mean_ms", replications=4)
    for point in found.points:
        if point.at <= 40:
            assert point.values[0].value == pytest.approx(1000 / (50 - point.at), rel=0.1)
    (knee,) = found.knees
    assert knee is not None
    assert knee.kind == "bend"
    assert 30 <= knee.at <= 42
    assert "bends at" in str(found.verdict)


def test_points_share_their_random_numbers() -> None:
    """Work is the same at both points, so twice the time takes exactly twice as long where nobody waits."""
    quiet = with_scenario(station(regular(1), exponential(1)), duration_ms=60_000)
    found = sweep(quiet, "server.work_ms.exponential.mean=1:2:2", "work_ms", replications=2)
    assert value(found, 2) == pytest.approx(2 * value(found, 1), rel=1e-9)


def test_a_metric_of_a_part_is_that_of_a_run() -> None:
    prepared = single()
    for name in ("server.utilisation", "users-server.mean_ms", "visit.goodput_per_s", "journey.visit.p95_ms"):
        found = sweep(prepared, "load_factor=1:2:2", name, replications=3)
        result = simulate(prepared, replications=3)
        assert value(found, 1) == read(result, found.measures[0]), name
    found = sweep(prepared, "load_factor=1:2:2", "offered", replications=3)
    assert value(found, 1) == pytest.approx(simulate(prepared, replications=3).journeys["visit"]["offered"] / 3)
    assert value(found, 2) == pytest.approx(40 * 190, rel=0.05)


def test_only_whole_numbers_of_workers_are_tried_each_once() -> None:
    prepared = single(rate=90, target={"p95_ms": 120}, duration_ms=100_000)
    found = sweep(prepared, "server.workers=1:6:11", "p95_ms", replications=3)
    assert [point.at for point in found.points] == [1, 2, 3, 4, 5, 6]
    assert found.limit is not None
    assert (found.limit.kind, found.limit.fails_at, found.limit.holds_at) == ("from", 2, 3)
    assert "Holds from 3 on" in str(found.verdict)


def test_an_overload_holds_nothing_even_where_its_target_is_met_meanwhile() -> None:
    prepared = single(rate=60, target={"availability": 0.5}, duration_ms=60_000)
    found = sweep(prepared, "load_factor=0.5:1.5:3", "availability", replications=2)
    assert not found.points[-1].settled
    assert not found.points[-1].holds
    assert found.limit is not None and found.limit.kind == "up_to"
    assert found.limit.holds_at is not None and found.limit.holds_at < 0.9


def test_no_targets_no_limit_and_all_or_nothing_are_said() -> None:
    without = with_scenario(station(poisson(10), exponential(20)), duration_ms=20_000)
    found = sweep(without, "load_factor=0.5:1:2", "p99_ms", replications=2)
    assert found.limit is None
    assert "no limit to find" in str(found.verdict)
    assert found.as_json()["holds"] is None
    assert "whole range" in str(sweep(single(), "load_factor=0.1:0.5:2", "p99_ms", replications=2).verdict)
    assert "nowhere" in str(sweep(single(), "load_factor=2.2:2.3:2", "p99_ms", replications=2).verdict)


def test_an_expectation_that_follows_the_load_is_set_aside_and_that_is_told() -> None:
    prepared = single(expect=[{"journey": "visit", "metric": "goodput_per_s", "at_least": 19}])
    found = sweep(prepared, "load_factor=0.5:1:2", "p99_ms", replications=2)
    assert found.limit is not None and found.limit.kind == "everywhere"
    assert "set aside" in str(found.notes[0])
    other = sweep(prepared, "server.workers=1:2:2", "p99_ms", replications=2)
    assert not other.notes
    assert len(other.targets) == 2


def test_the_bytes_are_the_same_whoever_does_the_work() -> None:
    prepared = single(duration_ms=20_000)

    def told(**more: Any) -> str:
        found = sweep(prepared, "load_factor=0.5:2.5:5", "p99_ms", replications=3, **more)
        return json.dumps(found.as_json(), allow_nan=False)

    with ThreadPoolExecutor(2) as pool:
        assert told(threads=1) == told(threads=4) == told(executor=pool)


def test_a_point_that_cannot_be_simulated_fails_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from models.simulation import program

    monkeypatch.setattr(program, "MAX_FRAMES", 4096)
    found = sweep(single(), "load_factor=1:10:2", "p99_ms", replications=2)
    assert found.points[0].holds
    assert "in flight" in str(found.points[-1].error)
    with pytest.raises(SimulationError, match="in flight"):
        sweep(single(), "load_factor=9:10:2", "p99_ms", replications=2)


@pytest.mark.parametrize(
    ("vary", "metric", "words"),
    [
        ("load_factor", "p99_ms", "is no range"),
        ("load_factor=1:2", "p99_ms", "is no range"),
        ("load_factor=1:2:3:4", "p99_ms", "is no range"),
        ("load_factor=a:2:3", "p99_ms", "is no range"),
        ("load_factor=nan:2:3", "p99_ms", "is no range"),
        ("load_factor=0:inf:3", "p99_ms", "is no range"),
        ("load_factor=2:1:3", "p99_ms", "smaller"),
        ("load_factor=1:2:1", "p99_ms", "2 to 1,000"),
        ("load_factor=1:2:100000", "p99_ms", "2 to 1,000"),
        ("load_factor=-1:2:3", "p99_ms", "at least 0"),
        ("load_facto=1:2:3", "p99_ms", 'did you mean "load_factor"'),
        ("servr.workers=1:2:3", "p99_ms", 'did you mean "server"'),
        ("server.worker=1:2:3", "p99_ms", 'did you mean "workers"'),
        ("server.workers=-3:2:3", "p99_ms", "server.workers"),
        ("server.availability=0.9:1.2:3", "p99_ms", "server.availability"),
        ("server.name=1:2:3", "p99_ms", "server.name"),
        ("load_factor=1:2:3", "p98_ms", 'did you mean "p9'),
        ("load_factor=1:2:3", "server.utilization", 'did you mean "utilisation"'),
        ("load_factor=1:2:3", "sever.utilisation", 'did you mean "server"'),
        ("load_factor=1:2:3", "visit.", "no metric"),
    ],
)
def test_wrong_input_is_told(vary: str, metric: str, words: str) -> None:
    with pytest.raises(EvidenceError, match=words):
        sweep(single(duration_ms=20_000), vary, metric, replications=1)


def test_a_journey_can_be_named_as_one() -> None:
    found = sweep(single(duration_ms=20_000), "journey.visit.load.open.rate_per_s=10:20:2", "goodput_per_s")
    assert value(found, 20) == pytest.approx(2 * value(found, 10), rel=0.1)


def test_every_metric_on_offer_is_there() -> None:
    told: dict[str, Any] = {
        "name": "Mail",
        "elements": [client(), service("shop", 2), {"id": "mails", "kind": "queue"}, service("mailer", 5)],
        "links": [
            sync("users", "shop"),
            {"id": "out", "source": "shop", "target": "mails", "style": "async"},
            {"id": "in", "source": "mails", "target": "mailer", "style": "async"},
        ],
        "journeys": [
            journey(
                poisson(30), [{"link": "users-shop", "steps": [{"link": "out", "steps": [{"link": "in"}]}]}], id="mail"
            )
        ],
    }
    result = simulate(Architecture.model_validate(told), duration_ms=2000)
    parts = {"journeys": "mail", "elements": "mailer", "links": "out", "channels": "mails"}
    for space, part in parts.items():
        names = METRICS_OF[space]  # type: ignore[index]
        for name in names:
            read(result, Measure(space, part, name))  # type: ignore[arg-type]
        row = getattr(result, space)[part]
        if space != "journeys":
            assert set(row) == {name.partition(".")[0] for name in names}


def test_knees_peaks_and_straight_lines_are_told_apart() -> None:
    xs = [1.0, 2.0, 3.0, 4.0, 5.0]
    assert knee_of(xs, [1, 2, 3, 4, 5]) is None
    assert knee_of(xs, [10, 10.1, 10.2, 10, 10.3]) is None
    assert knee_of(xs[:3], [1, 1, 9]) is None
    bend = knee_of(xs, [1, 1, 1, 1.2, 9])
    assert bend is not None and (bend.kind, bend.at) == ("bend", 4)
    peak = knee_of(xs, [10, 20, 30, 5, 1])
    assert peak is not None and (peak.kind, peak.at, peak.value) == ("peak", 3, 30)
    dip = knee_of(xs, [9, 1, 2, 8, 9])
    assert dip is not None and (dip.kind, dip.at) == ("dip", 2)
    assert knee_of(xs, [None, 1, None, 2, None]) is None


def test_a_consumer_that_falls_behind_does_not_hold_although_every_request_is_answered() -> None:
    """Publishing is answered at once at any load; the consumer takes 50 a second."""
    architecture = model(
        [client(), {"id": "jobs", "kind": "queue"}, service("worker", 20, 1)],
        [
            {"id": "put", "source": "users", "target": "jobs", "style": "async", "network_ms": 0},
            {"id": "take", "source": "jobs", "target": "worker", "style": "async", "network_ms": 0},
        ],
        [journey(regular(20), [{"link": "put", "steps": [{"link": "take"}]}], target={"p99_ms": 400})],
    )
    found = sweep(with_scenario(architecture, duration_ms=120_000), "load_factor=1:4:4", "availability", replications=2)
    assert found.limit is not None
    assert found.limit.holds_at == pytest.approx(2.5, abs=0.07)
    assert found.limit.fails_at == pytest.approx(2.5, abs=0.07)


def test_a_reader_that_falls_behind_does_not_hold_and_is_named() -> None:
    """A reader takes at most 25 changes a second; the writer makes 10 times the load factor."""
    architecture = model(
        [
            client(),
            service("writer", 0, "unlimited"),
            service("reader", 0, "unlimited"),
            {"id": "store", "kind": "datastore", "work_ms": 0},
        ],
        [
            sync("users", "writer"),
            {"id": "put", "source": "writer", "target": "store", "style": "shared_data", "access": "write"},
            {
                "id": "poll",
                "source": "reader",
                "target": "store",
                "style": "shared_data",
                "access": "read",
                "poll_interval_ms": 1000,
                "batch_limit": 25,
            },
        ],
        [journey(regular(10), [{"link": "users-writer", "steps": [{"link": "put"}]}], target={"p99_ms": 400})],
    )
    found = sweep(with_scenario(architecture, duration_ms=60_000), "load_factor=1:4:4", "availability", replications=2)
    assert found.limit is not None
    assert found.limit.holds_at == pytest.approx(2.5, abs=0.13)
    assert found.limit.fails_at == pytest.approx(2.6, abs=0.13)
    assert "reader falls behind the changes in store" in str(found.verdict)
    assert "at most 25 every 1 s" in str(found.verdict)
    assert [point.stable for point in found.points if point.at in (1, 4)] == [True, False]
