"""Getting the compiled kernel into memory."""

import threading

import numpy as np

from models.simulation.kernel.reference import prepared
from models.simulation.kernel.run import run
from models.simulation.program import Assembly, Names, new_state

_LOCK = threading.Lock()
_WARM = False


def warm() -> None:
    """Run the kernel once on an empty program, which loads or compiles it."""
    global _WARM
    if _WARM:
        return
    with _LOCK:
        if not _WARM:
            program = Assembly().build(Names(), reserve=64)
            state = new_state(program, seed=1, replication=0, duration_ms=1.0, epochs=(0.0,), window_ms=1.0, windows=1)
            with np.errstate(over="ignore"):
                run(prepared(state), np.int64(10))
            _WARM = True
