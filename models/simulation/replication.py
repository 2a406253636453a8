"""One replication as it runs: slices of events, growing arrays, counters copied at each epoch."""

from typing import Any

import numpy as np

from models.simulation.compiler import Compiled
from models.simulation.errors import SimulationError
from models.simulation.kernel.layout import C_REDELIVERED, FINISHED, GROW, OPEN, SNAPSHOT, STUCK
from models.simulation.kernel.reference import prepared
from models.simulation.kernel.run import run
from models.simulation.program import MAX_FRAMES, grown, new_state

EPOCH_SHARES = (0.0, 1 / 32, 1 / 16, 1 / 8, 3 / 16, 1 / 4, 3 / 8, 1 / 2)
"""Where an automatic warm-up may end, as shares of the duration."""
MOST_WINDOWS = 240
FIRST_SLICE = 200_000


def epochs_of(compiled: Compiled) -> tuple[float, ...]:
    """The times from which counts can be cut off, the first 0."""
    if compiled.warm_up_ms is None:
        return tuple(share * compiled.duration_ms for share in EPOCH_SHARES) if compiled.steady else (0.0,)
    return (0.0, compiled.warm_up_ms) if 0 < compiled.warm_up_ms < compiled.duration_ms else (0.0,)


def window_of(duration_ms: float) -> tuple[float, int]:
    """(length, number) of the windows of the time series: 1, 2 or 5 times a power of ten, 96 to 240 of them."""
    least = duration_ms / MOST_WINDOWS
    power = 10.0 ** np.floor(np.log10(least))
    length = float(next(step * power for step in (1, 2, 5, 10) if step * power >= least * (1 - 1e-12)))
    return length, max(1, int(np.ceil(duration_ms / length - 1e-9)))


class Replication:
    """Runs one replication. Not safe to share between threads while it advances; different ones are independent.

    `epochs` (the first 0, none beyond the end) are those of `epochs_of` unless given.
    """

    def __init__(self, compiled: Compiled, number: int, epochs: tuple[float, ...] | None = None) -> None:
        self.compiled = compiled
        self.number = number
        self.window_ms, self.windows = window_of(compiled.duration_ms)
        self.state = new_state(
            compiled.program,
            seed=compiled.seed,
            replication=number,
            duration_ms=compiled.duration_ms,
            epochs=epochs_of(compiled) if epochs is None else epochs,
            window_ms=self.window_ms,
            windows=self.windows,
        )
        self._prepared_of: Any = None
        self._prepared: Any = None
        self._events = self.state.G.events
        self.snapshots: list[dict[str, Any]] = [self._counters()]
        self.done = False

    @property
    def now_ms(self) -> float:
        """The simulated time reached."""
        return self.compiled.duration_ms if self.done else float(self.state.G[0].now)

    @property
    def events(self) -> int:
        """How many events have been handled."""
        return int(self._events[0])

    def advance(self, max_events: int) -> bool:
        """Handle up to `max_events` events; True when the end of simulated time is reached.

        Raises:
            SimulationError: time stands still, or too much is in flight at once.
        """
        left = max_events
        with np.errstate(over="ignore"):
            while left > 0 and not self.done:
                before = self.events
                if self._prepared_of is not self.state:
                    self._prepared_of, self._prepared = self.state, prepared(self.state)
                outcome = run(self._prepared, np.int64(left))
                left -= self.events - before
                if outcome == FINISHED:
                    self.done = True
                elif outcome == GROW:
                    self._grow()
                elif outcome == SNAPSHOT:
                    self.snapshots.append(self._counters())
                    self.state.ST.max_queue[:] = self.state.ST.queued
                    self.state.CH.max_depth[:] = self.state.CH.depth
                elif outcome == STUCK:
                    raise SimulationError(self._standstill())
        return self.done

    def _standstill(self) -> str:
        """What goes round in circles at one moment, and what to say to end that."""
        state, names = self.state, self.compiled.program.names
        label = self.compiled.architecture.label
        begun = state.JT.offered.reshape(len(names.journeys), -1).sum(axis=1)
        attempts = state.LK.attempts + state.LK.rejected + state.LK.breaker_rejected
        returned = state.CE[:, :, int(C_REDELIVERED)].sum(axis=1)
        most = max((int(counts.max()) for counts in (begun, attempts, returned) if len(counts)), default=0)
        beginning = f"Simulated time stands still at {self.now_ms:g} ms: "
        if len(returned) and 2 * returned.max() >= most > 0:
            name = label(names.channels[int(returned.argmax())])
            return f"{beginning}{name} delivers the same message again and again; bound its deliveries or say a pause."
        if len(begun) and 2 * begun.max() >= most:
            name = label(names.journeys[int(begun.argmax())])
            return f"{beginning}users of {name} begin again at once; say a think time, or a work time of what they use."
        row = int(attempts.argmax())
        name = f"the call over {label(names.links[row])}" if row < len(names.links) else "a client"
        return f"{beginning}{name} is repeated at once without end; say a backoff, a number of attempts or a work time."

    def _grow(self) -> None:
        try:
            self.state = grown(self.state)
        except MemoryError:
            raise SimulationError(
                f"More than {MAX_FRAMES:,} requests and messages are in flight at {self.now_ms:g} ms: the system is "
                "overloaded. Limit queues, lower the load or shorten the run."
            ) from None

    def _counters(self) -> dict[str, Any]:
        copies = {name: getattr(self.state, name).copy() for name in ("ST", "LK", "CH", "JT", "AU")}
        links, row = copies["LK"], self.state.G[0]
        ahead = np.maximum(np.minimum(links.b_until, row.end) - row.now, 0.0)
        links.breaker_open_ms[:] -= np.where(links.b_state == OPEN, ahead, 0.0)
        return copies
