"""Simulated time and processes: generators that yield a number (sleep so many ms) or a mailbox (wait for a letter)."""

import heapq
from collections import deque
from collections.abc import Callable, Generator
from typing import Any, TypeVar

Answer = TypeVar("Answer")
Process = Generator["float | Mailbox", Any, Answer]


class Alarm:
    """Something that will be done at a time, unless it is cancelled."""

    def __init__(self, do: Callable[[], None]) -> None:
        self.do: Callable[[], None] | None = do

    def cancel(self) -> None:
        self.do = None


class Clock:
    """Does things in the order of their times; at one time, in the order in which they were planned."""

    def __init__(self) -> None:
        self.now = 0.0
        self._planned: list[tuple[float, int, Alarm]] = []
        self._n = 0
        self.living: set[Task] = set()
        """Those nobody else may know of: one that waits for ever must not be swept up, which would end its process."""

    def at(self, time: float, do: Callable[[], None]) -> Alarm:
        alarm = Alarm(do)
        self._n += 1
        heapq.heappush(self._planned, (time, self._n, alarm))
        return alarm

    def after(self, delay: float, do: Callable[[], None]) -> Alarm:
        return self.at(self.now + delay, do)

    def run(self, until: float) -> None:
        """What would happen at the very end no longer happens."""
        while self._planned and self._planned[0][0] < until:
            self.now, _, alarm = heapq.heappop(self._planned)
            if alarm.do is not None:
                alarm.do()
        self.now = until


class Mailbox:
    """Letters in order of arrival, read by at most one process at a time."""

    def __init__(self) -> None:
        self.letters: deque[Any] = deque()
        self.reader: Task | None = None

    def put(self, letter: Any) -> None:
        if self.reader is None:
            self.letters.append(letter)
        else:
            reader, self.reader = self.reader, None
            reader.resume(letter)


class Task:
    """A process that runs. It begins when `begin` is called, and ends by itself or is killed where it waits."""

    def __init__(self, clock: Clock, process: Process[Any]) -> None:
        self._clock = clock
        self._process = process
        self._alarm: Alarm | None = None
        self._mailbox: Mailbox | None = None
        self._killed = False
        clock.living.add(self)

    def begin(self) -> "Task":
        self.resume(None)
        return self

    def begin_unless_killed(self) -> None:
        if not self._killed:
            self.begin()

    def resume(self, value: Any) -> None:
        self._alarm = self._mailbox = None
        while True:
            try:
                wanted = self._process.send(value)
            except StopIteration:
                self._clock.living.discard(self)
                return
            value = None
            if isinstance(wanted, Mailbox):
                if not wanted.letters:
                    wanted.reader = self
                    self._mailbox = wanted
                    return
                value = wanted.letters.popleft()
            elif wanted > 0:
                self._alarm = self._clock.after(wanted, lambda: self.resume(None))
                return

    def kill(self) -> None:
        """Stop for good; the `finally` blocks of the process run."""
        self._killed = True
        if self._alarm is not None:
            self._alarm.cancel()
        if self._mailbox is not None:
            self._mailbox.reader = None
        self._process.close()
        self._clock.living.discard(self)
