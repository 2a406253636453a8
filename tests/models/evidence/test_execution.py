"""Pieces of work: what they do when the executor, or the other end of it, is not what it should be."""

import threading
from concurrent.futures import Executor, Future
from dataclasses import replace
from typing import Any

import pytest

from models.evidence.execution import EvidenceError, Job, gather, scenario_text, version
from models.evidence.observation import observe
from models.formats import native
from models.simulation import Cancelled
from tests.models.simulation.building import exponential, poisson, station, with_scenario


def job(first: int = 0, count: int = 1) -> Job:
    architecture = with_scenario(station(poisson(20), exponential(20)), duration_ms=4000)
    text = scenario_text(architecture.scenarios[0])
    return Job(native.dumps(architecture), text, 1, first, count, (0.0, 1000.0, 2000.0), version())


class Given(Executor):
    """Does the work at once, backwards, or loses it."""

    def __init__(self, lost: BaseException | None = None) -> None:
        self.lost = lost

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        if self.lost is not None:
            future.set_exception(self.lost)
        else:
            future.set_result(fn(*args, **kwargs))
        return future


def test_results_come_in_the_order_of_the_jobs_however_they_are_cut() -> None:
    whole = gather(observe, [job(0, 3)], threads=1)[0]["replications"]
    single = [outcome["replications"][0] for outcome in gather(observe, [job(n) for n in range(3)], executor=Given())]
    assert single == whole
    assert whole[0] != whole[1]


def test_periods_add_up_to_the_run() -> None:
    (found,) = gather(observe, [job()])[0]["replications"]
    offered = [found["journeys"]["visit"][period]["offered"] for period in ("before", "during", "after")]
    assert all(n > 0 for n in offered)
    one = replace(job(), epochs=(0.0,))
    assert found["arrivals"]["server"] == sum(offered)
    with pytest.raises(IndexError):
        observe(one, None)


def test_lost_work_is_one_sentence() -> None:
    with pytest.raises(EvidenceError, match="OSError: the line is dead"):
        gather(observe, [job()], executor=Given(OSError("the line is dead\nsecond line")))


def test_work_of_another_version_is_refused() -> None:
    with pytest.raises(EvidenceError, match=r"0\.0\.1"):
        observe(replace(job(), version="0.0.1"), None)
    with pytest.raises(EvidenceError, match="another Loadpath"):
        gather(observe, [replace(job(), version="0.0.1")], threads=1)


def test_a_stopped_run_ends_in_the_middle() -> None:
    stop = threading.Event()
    stop.set()
    long = with_scenario(station(poisson(200), exponential(2)), duration_ms=10_000_000)
    piece = replace(job(), model=native.dumps(long), scenario=scenario_text(long.scenarios[0]))
    with pytest.raises(Cancelled):
        observe(piece, stop)
