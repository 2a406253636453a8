"""Simulation runs on a thread of their own, in slices, so that they can be watched and stopped; results are kept."""

import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from app.background.importing import import_alone
from models import simulation
from models.architecture import Architecture, Scenario

_LOG = logging.getLogger(__name__)
SLICE_S = 0.03
FIRST_SLICE = 20_000
SHOW_EVERY_S = 0.12
MOST_KEPT = 20
KERNEL = "models.simulation.kernel"


@dataclass(frozen=True)
class KeptRun:
    """A finished run: its result, what it was of, and when it was made (its number in this session)."""

    number: int
    architecture: Architecture
    scenario_id: str | None
    title: str
    result: Any


class Runner(QObject):
    """At most one run at a time. `failed` carries what is wrong with the model, empty when the simulator is at fault.

    `snapshot` carries a `models.simulation.Snapshot` some times a second, `finished` the `KeptRun`, `failed` one
    sentence, `stopped` nothing. `kernel` tells "cold", "warming", "ready" or "failed".
    """

    started = Signal(str)
    progressed = Signal(float)
    snapshot = Signal(object)
    finished = Signal(object)
    failed = Signal(str)
    stopped = Signal()
    kernel_changed = Signal(str)
    _from_thread = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: list[KeptRun] = []
        self.kernel = "cold"
        self._thread: threading.Thread | None = None
        self._warming: threading.Thread | None = None
        self._stop = threading.Event()
        self._count = 0
        self._from_thread.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        return self._thread is not None

    def warm_up(self) -> None:
        """Loads or compiles the kernel in the background."""
        if self._warming is None:
            self._become("warming")
            self._warming = threading.Thread(target=self._warm, name="kernel", daemon=True)
            self._warming.start()

    def start(self, architecture: Architecture, scenario: Scenario | None, title: str) -> bool:
        """Begins a run; False while another one is on."""
        if self._thread is not None:
            return False
        self._stop.clear()
        self._count += 1
        number = self._count
        self._thread = threading.Thread(
            target=self._work, args=(number, architecture, scenario, title), name="simulation", daemon=True
        )
        self.started.emit(title)
        self._thread.start()
        return True

    def stop(self) -> None:
        self._stop.set()

    def forget(self) -> None:
        """Another model is open: what runs is stopped, and runs of the one before are let go."""
        self._stop.set()
        self.runs = []

    def close(self) -> None:
        """Stops what runs and waits for it."""
        self._stop.set()
        for thread in (self._thread, self._warming):
            if thread is not None:
                thread.join(timeout=30)
        self._thread = None
        self._from_thread.disconnect(self._take)

    def _warm(self) -> None:
        try:
            import_alone(KERNEL)
            simulation.warm_up()
        except Exception:
            _LOG.exception("the kernel could not be made ready")
            self._from_thread.emit("kernel", "failed")
        else:
            self._from_thread.emit("kernel", "ready")

    def _work(self, number: int, architecture: Architecture, scenario: Scenario | None, title: str) -> None:
        try:
            import_alone(KERNEL)
            simulation.warm_up()
            run = simulation.start(architecture, scenario)
            events, shown = FIRST_SLICE, 0.0
            while True:
                if self._stop.is_set():
                    run.cancel()
                    self._from_thread.emit("stopped", None)
                    return
                before = time.perf_counter()
                done = run.advance(events)
                spent = time.perf_counter() - before
                if spent > 0:
                    events = int(min(max(events * SLICE_S / spent, 1_000), 5_000_000))
                if done:
                    break
                if before - shown > SHOW_EVERY_S:
                    shown = before
                    self._from_thread.emit("progress", run.progress)
                    self._from_thread.emit("snapshot", run.snapshot())
            result = run.result()
        except Exception as error:
            _LOG.info("a run failed", exc_info=error)
            told = str(error) if isinstance(error, simulation.SimulationError) else ""
            self._from_thread.emit("failed", told)
        else:
            scenario_id = scenario.id if scenario is not None else None
            self._from_thread.emit("finished", KeptRun(number, architecture, scenario_id, title, result))

    def _take(self, what: str, value: Any) -> None:
        if what == "progress":
            self.progressed.emit(value)
        elif what == "snapshot":
            self.snapshot.emit(value)
        elif what == "kernel":
            self._become(value)
        else:
            if self._thread is not None:
                self._thread.join()
            self._thread = None
            if what == "finished":
                self.runs = [*self.runs, value][-MOST_KEPT:]
                self._become("ready")
                self.finished.emit(value)
            elif what == "failed":
                self.failed.emit(value)
            else:
                self.stopped.emit()

    def _become(self, state: str) -> None:
        if state != self.kernel:
            self.kernel = state
            self.kernel_changed.emit(state)
