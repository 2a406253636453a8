"""Simulation: an architecture under a scenario, as flat arrays in a compiled kernel, to a result in words and numbers.

This package is a composition root: importing it imports neither numpy nor llvmlite; its functions do, when called.
May import `models.architecture` only. The parts: `compiler` (model to program), `kernel` (what the program runs on),
`machine` (from the kernel's Python to machine code),
`session` (replications, threads, slices), `statistics`, `result`, `recovery` and `verdict`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from models.simulation.errors import Cancelled, SimulationError

if TYPE_CHECKING:
    from models.architecture import Architecture, Scenario
    from models.simulation.replicated import Replicated
    from models.simulation.result import Result
    from models.simulation.session import Run, Snapshot

__all__ = [
    "Cancelled",
    "Replicated",
    "Result",
    "Run",
    "SimulationError",
    "Snapshot",
    "replicate",
    "simulate",
    "start",
    "warm_up",
]


def simulate(
    architecture: Architecture,
    scenario: Scenario | str | None = None,
    *,
    seed: int | None = None,
    replications: int | None = None,
    duration_ms: float | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Result:
    """Simulate an architecture under a scenario: one itself, an id, or None for the first, else 120 s without faults.

    `seed`, `replications` and `duration_ms` override the scenario's. `progress` gets shares from 0 to 1.

    Raises:
        SimulationError: the model cannot be simulated; one sentence.
        Cancelled: `cancelled` returned True.
    """
    from models.simulation.session import compiled_of, run_all

    warm_up()
    began = time.perf_counter()
    compiled = compiled_of(architecture, scenario, seed=seed, replications=replications, duration_ms=duration_ms)
    return run_all(compiled, began=began, threads=threads, progress=progress, cancelled=cancelled)


def replicate(
    architecture: Architecture,
    scenario: Scenario | str | None = None,
    *,
    seed: int | None = None,
    replications: int | None = None,
    first: int = 0,
    duration_ms: float | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Replicated:
    """As `simulate`, but every replication can be measured on its own; they are numbered from `first`.

    The same seed and number give the same random streams to what bears the same id in another version of a model.
    """
    from models.simulation.replicated import Replicated
    from models.simulation.session import compiled_of, run_numbered

    warm_up()
    compiled = compiled_of(architecture, scenario, seed=seed, replications=replications, duration_ms=duration_ms)
    numbers = range(first, first + compiled.replications)
    done = run_numbered(compiled, numbers, threads=threads, progress=progress, cancelled=cancelled)
    return Replicated(compiled, tuple(done))


def start(
    architecture: Architecture,
    scenario: Scenario | str | None = None,
    *,
    seed: int | None = None,
    replications: int | None = None,
    duration_ms: float | None = None,
) -> Run:
    """As `simulate`, but to be advanced in slices and watched. Raises SimulationError."""
    from models.simulation.session import Run, compiled_of

    return Run(compiled_of(architecture, scenario, seed=seed, replications=replications, duration_ms=duration_ms))


def warm_up() -> None:
    """Load the compiled kernel, or compile it if this is the first time; may be called from any thread."""
    from models.simulation.warming import warm

    warm()


def __getattr__(name: str) -> Any:
    if name == "Result":
        from models.simulation.result import Result

        return Result
    if name == "Replicated":
        from models.simulation.replicated import Replicated

        return Replicated
    if name in ("Run", "Snapshot"):
        from models.simulation import session

        return getattr(session, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
