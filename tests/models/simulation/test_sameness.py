"""The same model, scenario and seed give the same bytes: whatever the slices, the threads, compiled or not."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from models.architecture import Architecture
from models.simulation import Cancelled, SimulationError, simulate, start
from tests.models.simulation.building import (
    client,
    exponential,
    journey,
    model,
    poisson,
    service,
    station,
    sync,
    with_scenario,
)
from tests.models.simulation.field_cases import CASES
from tests.models.simulation.test_every_field import changed

ROOT = Path(__file__).resolve().parents[3]


def busy_model() -> Architecture:
    """A little of everything, so that every part of the kernel runs."""
    retry = {"max_attempts": 3, "backoff": "exponential", "base_ms": 5, "jitter": "full"}
    breaker = {"failure_rate": 0.5, "window_calls": 20, "minimum_calls": 10, "open_ms": 200, "half_open_calls": 3}
    scaling = {"instances": 2, "autoscale": {"min": 1, "max": 4, "target_utilisation": 0.1, "delay_ms": 150}}
    scaling["startup_ms"] = 40
    used = [{"link": "remember"}, {"link": "data", "steps": [{"link": "poll"}]}]
    architecture = model(
        [
            client(),
            service("front", {"uniform": {"low": 1, "high": 3}}, 4, threading="nonblocking", **scaling),
            service("back", {"lognormal": {"p50": 5, "p99": 40}}, 2, instances=3, load_balancing="least_busy"),
            service("worker", {"erlang": {"mean": 4, "k": 2}}, 2, availability=0.95, discipline="ps"),
            service(
                "reader", {"hyperexponential": {"mean": 3, "cv": 2}}, 1, load_balancing="shared_queue", instances=2
            ),
            {"id": "store", "kind": "datastore", "connections": 3, "replicas": 2},
            {"id": "memo", "kind": "datastore", "store": "cache", "hit_ratio": 0.4},
            {"id": "host", "kind": "group", "group_type": "host", "placement": {"back": 1}},
            {"id": "jobs", "kind": "queue"},
            {"id": "failed", "kind": "queue"},
            {"id": "news", "kind": "topic"},
        ],
        [
            sync("users", "front", network_ms=exponential(1), timeout_ms=400, retry=retry),
            sync("front", "back", timeout_ms=30, retry=retry, circuit_breaker=breaker, hedge_after_ms=20),
            {"id": "remember", "source": "back", "target": "memo", "style": "shared_data", "access": "read"},
            {
                "id": "poll",
                "source": "worker",
                "target": "store",
                "style": "shared_data",
                "access": "read",
                "poll_interval_ms": 70,
                "batch_limit": 3,
                "changes_per_s": 20,
                "notified_by": "to-jobs",
                "timeout_ms": 20,
            },
            {"id": "data", "source": "back", "target": "store", "style": "shared_data", "connection_pool": 2},
            {"id": "to-jobs", "source": "front", "target": "jobs", "style": "async"},
            {
                "id": "from-jobs",
                "source": "jobs",
                "target": "worker",
                "style": "async",
                "delivery": {"max_deliveries": 2, "dead_letter": "failed", "visibility_timeout_ms": 50},
            },
            {"id": "to-news", "source": "worker", "target": "news", "style": "event"},
            {"id": "from-news", "source": "news", "target": "reader", "style": "event"},
        ],
        [
            journey(
                poisson(60),
                [
                    {
                        "link": "users-front",
                        "steps": [
                            {
                                "link": "front-back",
                                "calls": 2,
                                "steps": used,
                            },
                            {"link": "front-back", "parallel": True, "probability": 0.5},
                            {
                                "link": "to-jobs",
                                "steps": [
                                    {
                                        "link": "from-jobs",
                                        "steps": [{"link": "to-news", "steps": [{"link": "from-news"}]}],
                                    }
                                ],
                            },
                        ],
                    }
                ],
                client_timeout_ms=500,
            )
        ],
    )
    faults = [
        {"fault": "crash", "target": "back", "instances": 2, "from_ms": 1000, "until_ms": 1500, "restart": True},
        {"fault": "timing", "target": "host", "factor": 2, "from_ms": 1800, "until_ms": 2700},
        {"fault": "crash", "target": "store", "instances": 1, "from_ms": 2600, "until_ms": 3000},
        {"fault": "timing", "target": "back", "factor": 4, "from_ms": 2000, "until_ms": 2500},
        {"fault": "arbitrary", "target": "front-back", "probability": 0.2, "from_ms": 3000, "until_ms": 3500},
        {"fault": "crash", "target": "worker", "from_ms": 3200, "until_ms": 3300},
        {"fault": "poison", "target": "jobs", "from_ms": 3400},
    ]
    return with_scenario(architecture, duration_ms=4000, faults=faults)


def bytes_of(result: Any) -> str:
    told = result.as_json()
    told.pop("wall_s")
    return json.dumps(told, allow_nan=False)


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    once, again = simulate(busy_model(), seed=3), simulate(busy_model(), seed=3)
    assert bytes_of(once) == bytes_of(again)
    assert bytes_of(once) != bytes_of(simulate(busy_model(), seed=4))
    assert once.events > 3000


@pytest.mark.parametrize("slice_size", [1, 7, 1000])
def test_the_size_of_slices_changes_nothing(slice_size: int) -> None:
    run = start(busy_model(), seed=3)
    while not run.advance(slice_size):
        pass
    assert bytes_of(run.result()) == bytes_of(simulate(busy_model(), seed=3))


def test_the_number_of_threads_changes_nothing() -> None:
    results = [simulate(busy_model(), replications=5, threads=threads) for threads in (1, 2, 5)]
    assert len({bytes_of(result) for result in results}) == 1


def each_feature() -> dict[str, Architecture]:
    """A small model for every field of the schema that bears on behaviour, with all that the field needs."""
    found = {}
    for field, told in CASES.items():
        for i, (path, value, *given) in enumerate(told if isinstance(told, list) else [told]):
            found[f"{field}-{i}"] = changed({**(given[0] if given else {}), path: value})
    return found


def digest(result: Any) -> str:
    return hashlib.sha256(bytes_of(result).encode()).hexdigest()


def test_every_feature_is_the_same_in_slices() -> None:
    for name, architecture in each_feature().items():
        run = start(architecture)
        while not run.advance(97):
            pass
        assert digest(run.result()) == digest(simulate(architecture)), name


def sampled() -> list[str]:
    """The digests of one model in twelve, which together with `busy_model` reach all parts of the kernel."""
    short = [architecture for architecture in each_feature().values() if architecture.scenarios[0].warm_up_ms == 0]
    return [digest(simulate(architecture, duration_ms=350)) for architecture in short[5::12]]


@pytest.mark.slow
def test_features_are_the_same_to_the_bit_uncompiled() -> None:
    code = "from tests.models.simulation.test_sameness import sampled\nprint(*sampled())"
    environment = os.environ | {"LOADPATH_UNCOMPILED": "1", "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == sampled()


def test_an_element_more_does_not_disturb_the_luck_of_others() -> None:
    plain = simulate(with_scenario(station(poisson(8), exponential(100)), duration_ms=50_000))
    more = model(
        [service("another", exponential(5), 3), client(), service("server", exponential(100), 1)],
        [sync("users", "server"), sync("users", "another")],
        [
            journey(poisson(3), [{"link": "users-another"}], id="aside"),
            journey(poisson(8), [{"link": "users-server"}]),
        ],
    )
    with_more = simulate(with_scenario(more, duration_ms=50_000))
    assert with_more.journeys["visit"] == plain.journeys["visit"]


def test_whether_the_entry_call_waits_in_a_frame_of_its_own_makes_no_difference() -> None:
    """Where a fault may come, however far away, each call has a frame that waits for it."""
    plain = {"timeout_ms": "none", "retry": "none"}
    elements = [
        client(),
        service("front", exponential(10), 2, queue_limit=6, threading="nonblocking"),
        service("back", exponential(20), 2, queue_limit=3),
        service("listener", exponential(5), 1),
        service("aside", exponential(5), 1),
        {"id": "news", "kind": "topic"},
    ]
    links = [
        sync("users", "front", **plain),
        sync("front", "back", timeout_ms=60, retry={"max_attempts": 2, "backoff": "none"}),
        {"id": "tell", "source": "front", "target": "news", "style": "event", "network_ms": 0},
        {"id": "hear", "source": "news", "target": "listener", "style": "event", "network_ms": 0},
        sync("users", "aside", **plain),
    ]
    steps = [{"link": "tell", "steps": [{"link": "hear"}]}, {"link": "front-back"}]
    journeys = [
        journey(poisson(60), [{"link": "users-front", "steps": steps}]),
        journey(poisson(60), [], id="job", entry="front"),
        journey({"closed": {"users": 3, "think_ms": exponential(50)}}, [{"link": "users-front"}], id="again"),
    ]
    told = model(elements, links, journeys)
    fault = {"fault": "crash", "target": "aside", "from_ms": 5_000, "until_ms": 6_000}
    alone, disturbed = (
        simulate(with_scenario(told, duration_ms=20_000, warm_up_ms=0, faults=faults)) for faults in ([], [fault])
    )
    assert min(each["failed"] for each in alone.journeys.values()) > 0
    for result in (alone, disturbed):
        for each in (*result.journeys.values(), *result.channels.values()):
            del each["recovery_ms"]
    assert alone.journeys == disturbed.journeys
    assert alone.elements == disturbed.elements
    assert alone.links == disturbed.links
    assert alone.channels == disturbed.channels


def test_replications_differ_and_give_an_interval() -> None:
    architecture = with_scenario(station(poisson(8), exponential(100)), duration_ms=100_000, replications=10)
    row = simulate(architecture).journeys["visit"]["latency_ms"]
    low, high = row["mean_ci95"]
    assert low < row["mean"] < high
    assert high - low > 1


def test_an_automatic_warm_up_cuts_off_the_empty_start() -> None:
    architecture = station({"closed": {"users": 400, "think_ms": exponential(60_000)}}, exponential(100), 10)
    cut = simulate(with_scenario(architecture, duration_ms=600_000, warm_up_ms="auto"))
    assert 0 <= cut.warm_up_ms <= 300_000
    told = simulate(with_scenario(architecture, duration_ms=600_000, warm_up_ms=100_000))
    assert told.warm_up_ms == 100_000
    assert (
        told.journeys["visit"]["offered"]
        < simulate(with_scenario(architecture, duration_ms=600_000)).journeys["visit"]["offered"]
    )


def test_a_run_with_faults_is_not_cut_automatically() -> None:
    architecture = station(poisson(8), exponential(100))
    faults = [{"fault": "timing", "target": "server", "factor": 2.0, "from_ms": 1000, "until_ms": 2000}]
    assert simulate(with_scenario(architecture, duration_ms=10_000, warm_up_ms="auto", faults=faults)).warm_up_ms == 0


def test_little_s_law_holds_at_every_station() -> None:
    result = simulate(with_scenario(station(poisson(8), exponential(100)), duration_ms=1_000_000))
    row = result.elements["server"]
    waiting = row["arrivals"] * row["mean_wait_ms"] / 1_000_000
    assert row["mean_queue"] == pytest.approx(waiting, rel=0.002)
    inside = row["arrivals"] * row["mean_sojourn_ms"] / 1_000_000
    assert row["mean_queue"] + row["mean_busy"] == pytest.approx(inside, rel=0.002)


def test_a_run_can_be_watched_and_stopped() -> None:
    run = start(with_scenario(station(poisson(8), exponential(100)), duration_ms=1_000_000))
    assert not run.advance(2000)
    assert 0 < run.progress < 1
    snapshot = run.snapshot()
    assert 0 < snapshot.now_ms < 1_000_000
    assert set(snapshot.series) == {"t_ms", "journeys", "elements", "channels", "links"}
    assert set(snapshot.elements["server"]) == {"utilisation", "queue"}
    with pytest.raises(SimulationError):
        run.result()
    run.cancel()
    with pytest.raises(Cancelled):
        run.advance()


@pytest.mark.parametrize("replications", [1, 4])
def test_a_simulation_can_be_cancelled_and_tells_how_far_it_is(replications: int) -> None:
    architecture = with_scenario(station(poisson(8), exponential(100)), duration_ms=30_000_000)
    told: list[float] = []
    with pytest.raises(Cancelled):
        simulate(architecture, replications=replications, cancelled=lambda: len(told) > 2, progress=told.append)
    assert all(0 <= share <= 1 for share in told)
    finished: list[float] = []
    simulate(architecture, duration_ms=1000, replications=replications, progress=finished.append)
    assert finished[-1] == 1


def test_importing_the_package_imports_neither_llvmlite_nor_numpy() -> None:
    code = "import sys, models.simulation; print(sorted({'llvmlite', 'numpy', 'PySide6'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert told.stdout.strip() == "[]"


class Watched:
    """An array that takes no negative index, which compiled code would follow out of the array."""

    def __init__(self, array: Any) -> None:
        self._array = array

    def _checked(self, index: Any) -> Any:
        parts = index if isinstance(index, tuple) else (index,)
        assert all(isinstance(part, slice) or part >= 0 for part in parts), index
        return index

    def __getitem__(self, index: Any) -> Any:
        return self._array[self._checked(index)]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._array[self._checked(index)] = value

    def __getattr__(self, name: str) -> Any:
        return getattr(self._array, name)

    def __len__(self) -> int:
        return len(self._array)


def run_watched(architecture: Architecture) -> None:
    """Run it once with every index checked, which takes an uncompiled kernel, and print the result."""
    from models.simulation.replication import Replication
    from models.simulation.result import result_of
    from models.simulation.session import compiled_of

    compiled = compiled_of(architecture, None, seed=3, replications=1, duration_ms=None)
    replication = Replication(compiled, 0)
    replication.state = type(replication.state)(*map(Watched, replication.state))
    while not replication.advance(100_000):
        pass
    replication.state = type(replication.state)(*(watched._array for watched in replication.state))
    print(bytes_of(result_of(compiled, [replication], 0.0)))


def test_uncompiled_the_results_are_the_same_to_the_bit_and_no_index_is_negative() -> None:
    environment = os.environ | {"LOADPATH_UNCOMPILED": "1", "PYTHONPATH": str(ROOT)}
    code = "from tests.models.simulation.test_sameness import busy_model, run_watched; run_watched(busy_model())"
    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=ROOT, check=False
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == bytes_of(simulate(busy_model(), seed=3, replications=1))
