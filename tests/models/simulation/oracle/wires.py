"""Links as wires: time on the way, losses, spoiled answers; and the caller's protection: budget, breaker, pool."""

from collections import deque
from typing import Any

from models.architecture import Architecture, CircuitBreaker, Link, Retry, in_force, said
from models.architecture.graph import in_process
from tests.models.simulation.oracle.chance import Chance
from tests.models.simulation.oracle.clock import Clock
from tests.models.simulation.oracle.faults import Faults
from tests.models.simulation.oracle.records import LinkTally
from tests.models.simulation.oracle.stations import Call

UNLIMITED = float("inf")


class Breaker:
    """A count window; open for a time; then permits, decided once they are all in (as Resilience4j does)."""

    def __init__(self, clock: Clock, tally: LinkTally, end: float, **told: Any) -> None:
        self.clock = clock
        self.tally = tally
        self.end = end
        self.rate: float = told["failure_rate"]
        self.minimum = min(told["minimum_calls"], told["window_calls"])
        self.open_ms: float = told["open_ms"]
        self.half_open_calls: int = told["half_open_calls"]
        self.slow_ms: float | None = told["slow_call_ms"]
        self.state = "closed"
        self.period = 0
        """Changes with every change of state: a call counts only in the period in which it was let pass."""
        self.until = 0.0
        self.permits = 0
        self.window: deque[tuple[bool, bool]] = deque(maxlen=told["window_calls"])
        self.trial: list[tuple[bool, bool]] = []

    def refuses(self) -> bool:
        if self.state == "open":
            if self.clock.now < self.until:
                return True
            self._become("half-open")
            self.permits = self.half_open_calls
            self.trial = []
        if self.state == "half-open":
            if self.permits == 0:
                return True
            self.permits -= 1
        return False

    def record(self, period: int, failed: bool, took: float) -> None:
        if period != self.period or self.state == "open":
            return
        outcome = failed, self.slow_ms is not None and took > self.slow_ms
        if self.state == "half-open":
            self.trial.append(outcome)
            if len(self.trial) == self.half_open_calls:
                if self._too_bad(self.trial):
                    self._open()
                else:
                    self._become("closed")
                    self.window.clear()
            return
        self.window.append(outcome)
        if len(self.window) >= self.minimum and self._too_bad(list(self.window)):
            self._open()

    def _too_bad(self, outcomes: list[tuple[bool, bool]]) -> bool:
        worst = max(sum(failed for failed, _ in outcomes), sum(slow for _, slow in outcomes))
        return worst >= self.rate * len(outcomes)

    def _become(self, state: str) -> None:
        self.state = state
        self.period += 1

    def _open(self) -> None:
        self._become("open")
        self.until = self.clock.now + self.open_ms
        self.tally.breaker_open_ms += min(self.open_ms, self.end - self.clock.now)


class Wire:
    """One link, or a client's patience with a whole journey (`patience`), or the way in where there is no link."""

    def __init__(self, name: str, clock: Clock, chance: Chance, faults: Faults) -> None:
        self.name = name
        self.clock = clock
        self.chance = chance
        self.faults = faults
        self.tally = LinkTally()
        self.network: Any = 0.0
        self.free = True
        self.fixed_out = self.fixed_back = 0.0
        self.timeout_ms = UNLIMITED
        self.patience = False
        self.max_attempts: float = 1
        self.backoff = "none"
        self.base_ms = 0.0
        self.cap_ms = UNLIMITED
        self.jitter = False
        self.budget_ratio: float | None = None
        self.tokens = 0.0
        self.typed = False
        self.bulkhead = self.pool = UNLIMITED
        self.in_use = 0
        self.turn = 0
        """Among the partitions of what it leads to."""
        self.calling: list[Call] = []
        """The calls that are connected."""
        self.keeps_failed_calls = False
        self.pool_queue: deque[Call] = deque()
        self.hedge_after_ms: float | None = None
        self.fallback = False
        self.propagates_deadline = False
        self.breaker: Breaker | None = None

    def set_retry(self, told: Any) -> None:
        """`told` gives the value of an attribute of the retry."""
        attempts = told("max_attempts")
        self.max_attempts = float(attempts) if isinstance(attempts, int | float) else UNLIMITED
        self.backoff = told("backoff")
        self.base_ms = float(told("base_ms") or 0.0)
        self.cap_ms = UNLIMITED if told("cap_ms") is None else float(told("cap_ms"))
        self.jitter = told("jitter") == "full"
        self.budget_ratio = told("budget_ratio")

    def pause(self, attempt: int) -> float:
        """Before the attempt after the `attempt`-th."""
        if self.backoff == "none":
            return 0.0
        pause = self.base_ms * (2.0 ** (attempt - 1) if self.backoff == "exponential" else 1.0)
        return min(pause, self.cap_ms) * (self.chance.share() if self.jitter else 1.0)

    def loses_request(self) -> bool:
        now = self.clock.now
        chances = self.faults.omissions(self.name, "request", now)
        return self.faults.partitioned(self.name, now) or any(self.chance.happens(p) for p in chances)

    def loses_reply(self) -> bool:
        now = self.clock.now
        chances = self.faults.omissions(self.name, "reply", now)
        cut = self.faults.partitioned(self.name, now) or self.faults.refused(self.name, now)
        return cut or any(self.chance.happens(p) for p in chances)

    def message_way(self) -> tuple[str | None, float | None]:
        """(how an arbitrary failure shows itself, the time a message is on its way; None when it never arrives)."""
        face = self.faults.face(self.name, self.clock.now, self.chance)
        if face in ("refused", "lost") or self.loses_request():
            return face, None
        return face, self.out() * (10.0 if face == "late" else 1.0)

    def notification_way(self) -> float | None:
        """The time a bare notification is on its way; None when it is lost."""
        return None if self.loses_request() else self.out()

    def way_of_reply(self) -> float:
        """The time a reply that is a message of its own is on its way back."""
        return self._way(self.fixed_back, amount=True)

    def out(self) -> float:
        """Time on the way to the target."""
        return self._way(self.fixed_out, amount=True)

    def back(self) -> float:
        """Time on the way back; what a fault adds to a call is added once, on the way out."""
        return self._way(self.fixed_back, amount=False)

    def _way(self, fixed: float, amount: bool) -> float:
        took = 0.0 if self.free else fixed + self.chance.time(self.network)
        return self.faults.stretched(self.name, took, self.clock.now, amount)


def wire_of(architecture: Architecture, link: Link, clock: Clock, chance: Chance, faults: Faults, end: float) -> Wire:
    """What a link, its profile and the assumptions say."""
    wire = Wire(link.id, clock, chance, faults)

    def told(attribute: str) -> Any:
        return in_force(architecture, link, attribute).value

    def limit(attribute: str) -> float:
        value = told(attribute)
        return float(value) if isinstance(value, int | float) else UNLIMITED

    if not in_process(architecture, link):
        wire.free = False
        wire.network = told("network_ms")
        both_ends = 2 * float(said(architecture, link, "serialise_ms") or 0.0)
        size = float(said(architecture, link, "payload_bytes") or 0.0)
        transfer = float(said(architecture, link, "ms_per_kib") or 0.0) * size / 1024
        reads = getattr(link, "operation", None) == "read" or getattr(link, "access", None) == "read"
        wire.fixed_out = both_ends + (0.0 if reads else transfer)
        wire.fixed_back = both_ends + (transfer if reads else 0.0)
    wire.typed = said(architecture, link, "errors") == "typed"
    if link.style in ("sync", "shared_data"):
        wire.timeout_ms = limit("timeout_ms")
        if isinstance(told("retry"), Retry):
            wire.set_retry(lambda name: told(f"retry.{name}"))
        wire.pool = limit("connection_pool")
    if link.style == "sync":
        wire.bulkhead = limit("bulkhead")
        wire.hedge_after_ms = said(architecture, link, "hedge_after_ms")
        wire.fallback = told("fallback") != "none"
        wire.keeps_failed_calls = told("fallback") == "buffer"
        wire.propagates_deadline = bool(told("propagates_deadline"))
        if isinstance(told("circuit_breaker"), CircuitBreaker):
            names = ("failure_rate", "window_calls", "minimum_calls", "open_ms", "half_open_calls", "slow_call_ms")
            settings = {name: told(f"circuit_breaker.{name}") for name in names}
            wire.breaker = Breaker(clock, wire.tally, end, **settings)
    return wire
