"""What happened: outcomes of calls, and counters with the names that a result bears."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from tests.models.simulation.oracle.chance import Chance
from tests.models.simulation.oracle.clock import Clock


class Gauge:
    """A number that changes in time, its integral over time and its maximum."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.value = 0
        self.highest = 0
        self._area = 0.0
        self._since = 0.0

    def set(self, value: int) -> None:
        self._area += self.value * (self._clock.now - self._since)
        self._since = self._clock.now
        self.value = value
        self.highest = max(self.highest, value)

    def area(self) -> float:
        self.set(self.value)
        return self._area


@dataclass
class Spent:
    """Where a request's time went, in ms."""

    wait: float = 0.0
    work: float = 0.0
    network: float = 0.0
    backoff: float = 0.0

    def add(self, other: "Spent") -> None:
        self.wait += other.wait
        self.work += other.work
        self.network += other.network
        self.backoff += other.backoff


@dataclass
class Outcome:
    """How a call ended: `cause` is None when it went well."""

    cause: str | None = None
    permanent: bool = False
    wrong: bool = False
    degraded: bool = False
    spent: Spent = field(default_factory=Spent)


class FailedError(Exception):
    """What a request does next cannot be done: the request fails."""

    def __init__(self, cause: str, permanent: bool = False) -> None:
        super().__init__(cause)
        self.cause = cause
        self.permanent = permanent


@dataclass
class JourneyTally:
    offered: int = 0
    succeeded: int = 0
    degraded: int = 0
    failed: int = 0
    incomplete: int = 0
    completed: int = 0
    silent_wrong: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    latencies: list[float] = field(default_factory=list)
    completions: list[float] = field(default_factory=list)
    spent: Spent = field(default_factory=Spent)


@dataclass
class LinkTally:
    calls: int = 0
    attempts: int = 0
    timeouts: int = 0
    rejected: int = 0
    breaker_rejected: int = 0
    breaker_open_ms: float = 0.0
    backoff_ms: float = 0.0
    answers: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    """Of the changes that a reader found."""


@dataclass
class StationTally:
    arrivals: int = 0
    completed: int = 0
    rejected: int = 0
    wasted_ms: float = 0.0
    shared_ms: float = 0.0
    """Waiting for others while being worked on together with them."""
    waited_again_ms: float = 0.0
    """For a worker given up before."""
    waits: list[float] = field(default_factory=list)
    sojourns: list[float] = field(default_factory=list)


@dataclass
class Root:
    """One journey instance: its answer, and the consequences it set off."""

    tally: JourneyTally
    began: float
    outstanding: int = 0
    lost: bool = False
    wrong: bool = False
    answered: bool = False
    failed: bool = False
    closed: bool = False
    keys: dict[str, float] = field(default_factory=dict)
    at_the_client: list[Any] = field(default_factory=list)
    """Requests (`stations.Place`) that run at its client, those of its other journeys included."""

    def value_of(self, key: str, chance: Chance) -> float:
        """The value of an order key in this journey."""
        if key not in self.keys:
            self.keys[key] = chance.share()
        return self.keys[key]

    def open_consequence(self) -> None:
        if not self.closed:
            self.outstanding += 1

    def settle(self, now: float, lost: bool) -> None:
        """One consequence has happened, or never will."""
        if self.closed:
            return
        self.outstanding -= 1
        self.lost = self.lost or lost
        self.close_if_complete(now)

    def close_if_complete(self, now: float) -> None:
        if not self.answered or self.outstanding > 0:
            return
        self.closed = True
        if self.failed:
            return
        if self.lost:
            self.tally.incomplete += 1
        else:
            self.tally.completed += 1
            self.tally.completions.append(now - self.began)
