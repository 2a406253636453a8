"""Running simulations: all replications in threads, or one after the other in slices that can be watched."""

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from models.architecture import Architecture, Scenario
from models.simulation.compiler import Compiled, compile_program
from models.simulation.effort import expected_beginnings
from models.simulation.errors import Cancelled, SimulationError
from models.simulation.replication import Replication
from models.simulation.result import METRICS, Result, result_of
from models.simulation.series import series

SLICE = 200_000
MOST_REPLICATIONS = 10_000
MOST_BEGINNINGS = 500_000_000
"""How often one journey or one reader that polls may begin in all runs together: some minutes of computing."""


@dataclass(frozen=True)
class Snapshot:
    """A run as it stands. `series` has the shape of a result's; `elements` {id: {"utilisation", "queue"}} is this
    moment's, averaged over the replication being run."""

    now_ms: float
    replication: int
    series: dict[str, Any]
    elements: dict[str, dict[str, float | None]]


class Run:
    """A run in slices. Advance, look and finish from one thread; `cancel` from any."""

    def __init__(self, compiled: Compiled) -> None:
        self._began = time.perf_counter()
        self._compiled = compiled
        self._replications = [Replication(compiled, 0)]
        self._cancelled = threading.Event()

    @property
    def progress(self) -> float:
        """The share of simulated time done, 0 to 1."""
        done = sum(replication.now_ms for replication in self._replications)
        return float(done / (self._compiled.duration_ms * self._compiled.replications))

    def advance(self, max_events: int = 100_000) -> bool:
        """Handle up to `max_events` events; True when all replications are done.

        Raises:
            Cancelled: `cancel` was called.
            SimulationError: time stands still, or too much is in flight.
        """
        if self._cancelled.is_set():
            raise Cancelled
        current = self._replications[-1]
        if current.advance(max_events):
            if len(self._replications) == self._compiled.replications:
                return True
            self._replications.append(Replication(self._compiled, len(self._replications)))
        return False

    def snapshot(self) -> Snapshot:
        """What has happened so far, over the windows that are closed."""
        current = self._replications[-1]
        stations = current.state.ST
        there = {int(row.station): int(row.force) for row in current.state.AU}
        elements: dict[str, dict[str, float | None]] = {}
        for s, name in enumerate(self._compiled.program.names.stations):
            row = stations[s]
            workers = max(0, int(row.workers)) * there.get(s, int(row.instances))
            busy = float(row.busy)
            elements[name] = {"utilisation": min(busy / workers, 1.0) if workers else None, "queue": float(row.queued)}
        return Snapshot(
            current.now_ms,
            current.number,
            series([current], int(current.state.G[0].window)),
            elements,
        )

    def result(self) -> Result:
        """The result. Raises SimulationError when the run is not done."""
        if len(self._replications) < self._compiled.replications or not self._replications[-1].done:
            raise SimulationError("The run is not done: advance it to its end before asking for its result.")
        return result_of(self._compiled, self._replications, time.perf_counter() - self._began)

    def cancel(self) -> None:
        """Stop: the next `advance` raises Cancelled."""
        self._cancelled.set()


def compiled_of(
    architecture: Architecture,
    scenario: Scenario | str | None,
    *,
    seed: int | None,
    replications: int | None,
    duration_ms: float | None,
) -> Compiled:
    """The program to run. Raises SimulationError for an unknown scenario or a wrong number."""
    if isinstance(scenario, str):
        if scenario not in architecture.scenario_by_id:
            known = ", ".join(architecture.scenario_by_id) or "none"
            raise SimulationError(f'There is no scenario "{scenario}": the model has {known}.')
        scenario = architecture.scenario_by_id[scenario]
    elif scenario is None and architecture.scenarios:
        scenario = architecture.scenarios[0]
    if replications is not None and not 1 <= replications <= MOST_REPLICATIONS:
        raise SimulationError(f"{replications} replications cannot be run: take 1 to {MOST_REPLICATIONS:,}.")
    if duration_ms is not None and not 0 < duration_ms < float("inf"):
        raise SimulationError(f"A run cannot last {duration_ms:g} ms: take a number above 0.")
    for expectation in scenario.expect if scenario else ():
        if expectation.metric not in METRICS:
            raise SimulationError(
                f'scenario "{scenario.name or scenario.id if scenario else ""}" expects "{expectation.metric}", '
                f"which is no metric: take one of {', '.join(METRICS)}."
            )
    compiled = compile_program(architecture, scenario, seed=seed, replications=replications, duration_ms=duration_ms)
    known_journeys = [journey.id for journey in compiled.journeys]
    for expectation in scenario.expect if scenario else ():
        if expectation.journey not in known_journeys:
            raise SimulationError(
                f'scenario "{scenario.name or scenario.id if scenario else ""}" expects something of '
                f'"{expectation.journey}", which is no journey: the model has {", ".join(known_journeys) or "none"}.'
            )
    if compiled.replications > MOST_REPLICATIONS:
        raise SimulationError(f"{compiled.replications:,} replications are too many: take up to {MOST_REPLICATIONS:,}.")
    for name, begins in expected_beginnings(compiled).items():
        if begins * compiled.replications > MOST_BEGINNINGS:
            raise SimulationError(
                f"{architecture.label(name)} would begin about {begins * compiled.replications:.2g} times in "
                f"{compiled.duration_ms / 1000:.3g} s: shorten the run or lower its load; more than "
                f"{MOST_BEGINNINGS:,} times are never simulated."
            )
    return compiled


def run_all(
    compiled: Compiled,
    *,
    began: float,
    threads: int | None,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> Result:
    """Run every replication, `threads` at a time (default: one per processor), and put them together in order.

    `progress` and `cancelled` are called from the calling thread, some times a second.

    Raises:
        Cancelled: `cancelled` said so.
        SimulationError: time stands still, or too much is in flight.
    """
    done = run_numbered(compiled, range(compiled.replications), threads=threads, progress=progress, cancelled=cancelled)
    return result_of(compiled, done, time.perf_counter() - began)


def run_numbered(
    compiled: Compiled,
    numbers: Sequence[int],
    *,
    threads: int | None,
    progress: Callable[[float], None] | None,
    cancelled: Callable[[], bool] | None,
) -> list[Replication]:
    """The replications of these numbers, finished and in this order; a number chooses the random streams."""
    at = [0.0] * len(numbers)
    stop = threading.Event()

    def one(i: int) -> Replication:
        replication = Replication(compiled, numbers[i])
        while not stop.is_set() and not replication.advance(SLICE):
            at[i] = replication.now_ms / compiled.duration_ms
        at[i] = 1.0
        return replication

    def look() -> None:
        if cancelled is not None and cancelled():
            stop.set()
            raise Cancelled
        if progress is not None:
            progress(sum(at) / len(at))

    if len(numbers) == 1:
        replication = Replication(compiled, numbers[0])
        look()
        while not replication.advance(SLICE):
            at[0] = replication.now_ms / compiled.duration_ms
            look()
        at[0] = 1.0
        done = [replication]
    else:
        with ThreadPoolExecutor(max_workers=max(1, threads or processors())) as pool:
            waiting: list[Future[Replication]] = [pool.submit(one, i) for i in range(len(numbers))]
            try:
                done = []
                for future in waiting:
                    while True:
                        look()
                        try:
                            done.append(future.result(timeout=0.05))
                            break
                        except TimeoutError:
                            continue
            except BaseException:
                stop.set()
                for future in waiting:
                    future.cancel()
                raise
    look()
    return done


def processors() -> int:
    """How many processors this process may use."""
    import os

    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
