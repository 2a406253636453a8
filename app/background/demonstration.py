"""Demonstrates a finding on a thread of its own, to be watched and stopped."""

import logging
import threading
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from app.background.importing import import_alone
from app.background.simulation import KERNEL
from models.architecture import Architecture

_LOG = logging.getLogger(__name__)
DEMONSTRATION = "models.evidence.demonstration"
SHOWN_STEP = 0.02


class Demonstrator(QObject):
    """At most one demonstration at a time; another one takes its place.

    `finished` carries (finding id, its `models.evidence.demonstration.Demonstration`), `failed` (finding id, `Text` or
    sentence, empty when the simulator is at fault), `progressed` (finding id, share done).
    """

    progressed = Signal(str, float)
    finished = Signal(str, object)
    failed = Signal(str, object)
    _from_thread = Signal(int, str, str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._threads: dict[int, threading.Thread] = {}
        self._from_thread.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> bool:
        return self._number in self._threads

    def start(self, architecture: Architecture, finding: Any) -> None:
        """Begins to demonstrate a finding of `architecture`."""
        self._number += 1
        thread = threading.Thread(
            target=self._work, args=(self._number, architecture, finding), name="demonstration", daemon=True
        )
        self._threads[self._number] = thread
        thread.start()

    def stop(self) -> None:
        """What runs ends soon and tells nothing any more."""
        self._number += 1

    def close(self) -> None:
        """Stops what runs and waits for it."""
        self.stop()
        for thread in self._threads.values():
            thread.join(timeout=30)
        self._threads.clear()
        self._from_thread.disconnect(self._take)

    def _work(self, number: int, architecture: Architecture, finding: Any) -> None:
        told = 0.0

        def progress(share: float) -> None:
            nonlocal told
            if share - told >= SHOWN_STEP:
                told = share
                self._from_thread.emit(number, "progress", finding.id, share)

        try:
            import_alone(KERNEL)
            module = import_alone(DEMONSTRATION)
            shown = module.demonstrate(
                architecture, finding, progress=progress, cancelled=lambda: number != self._number
            )
        except Exception as error:
            _LOG.info("a demonstration failed", exc_info=error)
            self._from_thread.emit(number, "failed", finding.id, getattr(error, "text", None) or "")
        else:
            self._from_thread.emit(number, "finished", finding.id, shown)

    def _take(self, number: int, what: str, finding_id: str, value: Any) -> None:
        if what != "progress" and (thread := self._threads.pop(number, None)) is not None:
            thread.join()
        if number != self._number:
            return
        if what == "progress":
            self.progressed.emit(finding_id, value)
        elif what == "finished":
            self.finished.emit(finding_id, value)
        else:
            self.failed.emit(finding_id, value)
