"""Doing many independent pieces of simulation work wherever there is room: threads here, or any executor given.

A piece of work is a `Job`, plain data that any process with the same Loadpath can do; what comes back is plain data
too, and is put together in the order of the jobs. So the outcome is the same, byte for byte, whoever did what and when.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import models
from models.architecture import Architecture, Scenario
from models.architecture.plain import plain
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats import native
from models.simulation import Cancelled, SimulationError
from models.simulation.compiler import Compiled
from models.simulation.kernel.compiled import sources_hash
from models.simulation.replication import Replication
from models.simulation.session import MOST_REPLICATIONS, compiled_of, processors

if TYPE_CHECKING:
    from models.evidence.measures import Measure

SLICE = 500_000
LOOK_S = 0.1
LEAST_REPLICATIONS = 5
"""How many replications evidence takes when nobody says how many."""
_OTHER_VERSION = QT_TRANSLATE_NOOP(
    "evidence",
    "A worker runs another Loadpath ({theirs}, here {ours}): install the same one everywhere, then try again",
)
_NOT_DONE = QT_TRANSLATE_NOOP("evidence", "The work could not be done elsewhere ({reason}): try again, or do it here")


_UNKNOWN_SCENARIO = QT_TRANSLATE_NOOP("evidence", 'There is no scenario "{id}": the model has {known}')
_NOT_A_NUMBER_OF_RUNS = QT_TRANSLATE_NOOP("evidence", "{n} replications cannot be run: take 1 to {most}")


class EvidenceError(Exception):
    """What was asked for cannot be shown; `text` is one sentence, without a full stop."""

    def __init__(self, text: Text) -> None:
        super().__init__(text)
        self.text = text


@dataclass(frozen=True, slots=True)
class Job:
    """Some replications of a model (its file's bytes) under a scenario (JSON), and which Loadpath is to run them.

    `epochs` are times in ms from which counts are kept apart; `wanted` says what to measure, as the work needs it.
    """

    model: bytes
    scenario: str
    seed: int
    first: int
    count: int
    epochs: tuple[float, ...] | None = None
    version: str = ""
    wanted: tuple[Measure, ...] = ()


Work = Callable[[Job, threading.Event | None], dict[str, Any]]
"""A function of a module, so that other processes find it by its name."""


@lru_cache(maxsize=1)
def version() -> str:
    """This Loadpath: its release, and its simulator to the letter."""
    return f"{models.__version__}-{sources_hash()}"


def scenario_text(scenario: Scenario) -> str:
    """A scenario as a job carries it."""
    return json.dumps(plain(scenario), ensure_ascii=False, sort_keys=True)


def scenario_named(architecture: Architecture, wanted: Scenario | str | None) -> Scenario | None:
    """A scenario itself, the one with that id, or for None the first.

    Raises:
        EvidenceError: there is no such scenario.
    """
    if wanted is None:
        return architecture.scenarios[0] if architecture.scenarios else None
    if not isinstance(wanted, str):
        return wanted
    if wanted not in architecture.scenario_by_id:
        known = ", ".join(architecture.scenario_by_id) or "none"
        raise EvidenceError(say("evidence", _UNKNOWN_SCENARIO, id=wanted, known=known))
    return architecture.scenario_by_id[wanted]


def replications_of(scenario: Scenario | None, wanted: int | None) -> int:
    """How many replications to run: as wanted, else the scenario's, at least five.

    Raises:
        EvidenceError: none, or too many.
    """
    told = scenario.replications if scenario is not None else None
    runs = max(told or 1, LEAST_REPLICATIONS) if wanted is None else wanted
    if not 1 <= runs <= MOST_REPLICATIONS:
        raise EvidenceError(say("evidence", _NOT_A_NUMBER_OF_RUNS, n=runs, most=f"{MOST_REPLICATIONS:,}"))
    return runs


@lru_cache(maxsize=4)
def _model(data: bytes) -> Architecture:
    return native.loads(data, "model").architecture


def compiled(job: Job) -> Compiled:
    """The program of a job.

    Raises:
        SimulationError: the model cannot be simulated under this scenario.
        EvidenceError: the job comes from another version of Loadpath.
    """
    if job.version != version():
        raise EvidenceError(say("evidence", _OTHER_VERSION, theirs=version(), ours=job.version))
    scenario = Scenario.model_validate(json.loads(job.scenario))
    return compiled_of(_model(job.model), scenario, seed=job.seed, replications=None, duration_ms=None)


def replicate(program: Compiled, job: Job, number: int, stop: threading.Event | None) -> Replication:
    """One replication, run to its end. Raises Cancelled when `stop` is set, and SimulationError."""
    replication = Replication(program, number, job.epochs)
    while not replication.advance(SLICE):
        if stop is not None and stop.is_set():
            raise Cancelled
    return replication


def gather(
    work: Work,
    jobs: Sequence[Job],
    *,
    executor: Executor | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> list[dict[str, Any]]:
    """What `work` makes of each job, in order; by default in threads of this process, one per processor.

    Raises:
        Cancelled: `cancelled` said so.
        EvidenceError: the executor given lost the work.
    """
    if executor is not None:
        return _gathered(work, jobs, executor, None, progress, cancelled)
    with ThreadPoolExecutor(max_workers=max(1, threads or processors())) as pool:
        return _gathered(work, jobs, pool, threading.Event(), progress, cancelled)


def _gathered(
    work: Work,
    jobs: Sequence[Job],
    executor: Executor,
    stop: threading.Event | None,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> list[dict[str, Any]]:
    found: list[dict[str, Any] | None] = [None] * len(jobs)
    total = sum(job.count for job in jobs)
    done = 0
    waiting: dict[Future[dict[str, Any]], int] = {}
    try:
        waiting = {executor.submit(work, job, stop): i for i, job in enumerate(jobs)}
        left = set(waiting)
        while left:
            if cancelled is not None and cancelled():
                raise Cancelled
            ended, left = wait(left, timeout=LOOK_S, return_when=FIRST_COMPLETED)
            for future in ended:
                i = waiting[future]
                found[i] = future.result()
                done += jobs[i].count
            if progress is not None:
                progress(done / total if total else 1.0)
    except (Cancelled, SimulationError, EvidenceError):
        raise
    except (Exception, CancelledError) as error:
        if stop is not None:
            raise
        reason = f"{type(error).__name__}: {(str(error).splitlines() or ['lost'])[0][:200]}"
        raise EvidenceError(say("evidence", _NOT_DONE, reason=reason)) from error
    finally:
        if stop is not None:
            stop.set()
        for future in waiting:
            future.cancel()
    return [outcome for outcome in found if outcome is not None]
