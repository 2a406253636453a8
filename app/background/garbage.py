"""Collects Python's garbage on the window's thread only, and the bulk of it when nobody is waiting for the window.

The interpreter collects on whichever thread allocates at the time. When that is a thread in the background, Qt objects
caught in reference cycles are destroyed there, under the feet of the window's thread, which crashes the program.

Looking through all that an analysis leaves behind takes longer than a frame. Such masses are set aside, and looked at
while another program has the keyboard. When that does not come about, much of it is looked at when the person at the
window rests, and too much at once; what was freed meanwhile without being looked at, which is nearly all, does not
count.
"""

import gc
from math import prod

from PySide6.QtCore import QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor, QGuiApplication

INTERVAL_MS = 250
MANY = 2_000
"""So many new objects at once are not looked at between two actions of a person, as that takes milliseconds."""
MUCH_ASIDE = 1_000_000
"""Objects set aside that are worth a rest; some hundred edits of a large model."""
MOST_ASIDE = 5_000_000
OLDEST = 2
"""The generation of objects that outlived many looks: all there are, too many for a look between two actions."""
REST_LOOKS = 40
"""After so many looks in a row (ten seconds) at which nothing went on, the person at the window rests."""


def count_young(generation: int) -> int:
    """How many objects a look at a generation looks at.

    The interpreter only counts how many more came than went: none, where an analysis takes the place of another.

    No other thread may come to its turn while they are listed: a tuple that it is making of an iterator cannot grow
    as long as someone else holds it (SystemError). In one call of what is written in C none does.
    """
    return sum(map(len, map(gc.get_objects, range(min(generation, OLDEST - 1) + 1))))


class GarbageCollector(QObject):
    """Takes the place of automatic collection until `close`; lives on the thread that makes it."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        self._aside = 0
        self._kept = gc.get_freeze_count()
        self._resting = 0
        self._cursor = QPoint()
        self._timer = QTimer(self, interval=INTERVAL_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    def look(self) -> None:
        """Collects the youngest generation that is due, and those below it; sets masses aside until there is time."""
        counts, cursor = gc.get_count(), QCursor.pos()
        self._resting = self._resting + 1 if cursor == self._cursor and counts[0] <= self._thresholds[0] else 0
        self._cursor = cursor
        due = [generation for generation, count in enumerate(counts) if count > self._thresholds[generation]]
        young = counts[0] if counts[0] > MANY else count_young(max(due)) if due else 0
        if young > MANY:
            gc.freeze()
            self._aside += young
        elif OLDEST in due:
            gc.collect(OLDEST - 1)
            gc.freeze()
            self._aside += prod(self._thresholds)
        elif due:
            gc.collect(max(due))
        patience = self._patience()
        if self._aside > patience > 0:
            self._aside = max(0, gc.get_freeze_count() - self._kept)
        if self._aside > patience:
            self._collect_all()
            gc.freeze()
            self._kept = gc.get_freeze_count()

    def _patience(self) -> int:
        """How many objects may lie aside for now."""
        if QGuiApplication.applicationState() != Qt.ApplicationState.ApplicationActive:
            return 0
        return MUCH_ASIDE if self._resting >= REST_LOOKS else MOST_ASIDE

    def close(self) -> None:
        """Collects what is left and gives collection back to the interpreter."""
        self._timer.stop()
        self._collect_all()
        gc.enable()

    def _collect_all(self) -> None:
        """Looks through all there is, but for what others have set aside while this one has not."""
        if self._aside:
            gc.unfreeze()
        self._aside = 0
        gc.collect()
