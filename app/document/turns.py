"""What follows a change but need not be seen in the same instant: one piece of work per turn of the event loop.

Threads of one interpreter take turns as well. One in the background that does not `give_way` makes a piece of work of
the window's thread last twice as long or more.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

from PySide6.QtCore import QObject, QTimer

APART_MS = 1
"""Between two pieces, so that what was painted again and what a person does come in between."""
LONGEST_S = 0.05
"""No thread gives way for longer at a time, in seconds: what it works out is waited for as well."""


class Turns(QObject):
    """Work in the order in which it was asked for.

    A timer of its own for each piece would not do: all timers that are due go off in one turn, and what each of them
    can afford adds up to a window that is away for longer than a frame.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[Callable[[], object], None] = {}
        self._timer = QTimer(self, interval=APART_MS, singleShot=True)
        self._timer.timeout.connect(self._turn)
        self._depth = 0
        self._free = Event()
        self._free.set()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While the window's thread is in here, threads that `give_way` wait."""
        self._depth += 1
        self._free.clear()
        try:
            yield
        finally:
            self._depth -= 1
            if not self._depth:
                self._free.set()

    def give_way(self) -> None:
        """Lets the window's thread go first; for other threads to call every few milliseconds."""
        if not self._free.is_set():
            self._free.wait(LONGEST_S)

    @property
    def busy(self) -> bool:
        return bool(self._waiting)

    def soon(self, work: Callable[[], object], *, first: bool = False) -> None:
        """Does `work` in one of the next turns; once, however often it is asked for until then.

        `first` brings it before all that waits: a person is looking for it.
        """
        if first:
            self._waiting.pop(work, None)
            self._waiting = {work: None, **self._waiting}
        else:
            self._waiting.setdefault(work)
        if not self._timer.isActive():
            self._timer.start()

    def drop(self, work: Callable[[], object]) -> None:
        """Leaves `work` undone if it is still to be done."""
        self._waiting.pop(work, None)

    def finish(self) -> None:
        """Does all that waits at once, with what that asks for in turn."""
        while self._waiting:
            self._turn()

    def _turn(self) -> None:
        if self._waiting:
            work = next(iter(self._waiting))
            del self._waiting[work]
            if self._waiting:
                self._timer.start()
            with self.at_work():
                work()
