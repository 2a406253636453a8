"""Collects Python's garbage on the window's thread only.

The interpreter collects on whichever thread allocates at the time. When that is a thread in the background, Qt objects
caught in reference cycles are destroyed there, under the feet of the window's thread, which crashes the program.
"""

import gc

from PySide6.QtCore import QObject, QTimer

INTERVAL_MS = 250


class GarbageCollector(QObject):
    """Takes the place of automatic collection until `close`; lives on the thread that makes it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collects the youngest generation that is due, and those below it."""
        due = [generation for generation, count in enumerate(gc.get_count()) if count > self._thresholds[generation]]
        if due:
            gc.collect(max(due))

    def close(self) -> None:
        """Collects what is left and gives collection back to the interpreter."""
        self._timer.stop()
        gc.collect()
        gc.enable()
