"""Runs a function on another thread and brings its result back to the thread that asked."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

_LOG = logging.getLogger(__name__)


class Jobs(QObject):
    """A few threads. `done` and `failed` are called on this object's thread, unless it was closed meanwhile."""

    _arrived = Signal(object, object)
    idle = Signal()

    def __init__(self, threads: int = 2, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(threads, "loadpath")
        self._open = True
        self._running = 0
        self._arrived.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        return self._running > 0

    def start(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
    ) -> None:
        """Runs `work`; an exception goes to `failed`, or to the log when nobody takes it."""
        if not self._open:
            return
        self._running += 1
        self._pool.submit(self._run, work, done, failed)

    def close(self) -> None:
        """Waits for what runs and delivers nothing any more."""
        self._open = False
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, work: Callable[[], Any], done: Callable[[Any], None], failed: Any) -> None:
        try:
            answer, take = work(), done
        except Exception as error:
            answer, take = error, failed or _log
        if self._open:
            self._arrived.emit(take, answer)

    def _deliver(self, take: Callable[[Any], None], answer: Any) -> None:
        self._running -= 1
        if self._open:
            take(answer)
            if not self._running:
                self.idle.emit()


def _log(error: Exception) -> None:
    _LOG.error("background work failed", exc_info=error)
