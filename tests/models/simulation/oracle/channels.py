"""Queues, subscriptions of topics and implied channels: competing consumers, visibility, redelivery, dead letters."""

from collections import Counter, deque
from typing import TYPE_CHECKING, Any

from models.architecture import Architecture, Link, in_force, said
from tests.models.simulation.oracle.clock import Alarm
from tests.models.simulation.oracle.records import Gauge, Root
from tests.models.simulation.oracle.stations import Instance, Station
from tests.models.simulation.oracle.wires import Wire

if TYPE_CHECKING:
    from tests.models.simulation.oracle.simulator import Simulator

UNLIMITED = float("inf")


class Message:
    def __init__(self, root: Root | None, wrong: bool, came_by: Wire | None, does: dict[str, Any]) -> None:
        self.root = root
        self.wrong = wrong
        self.came_by = came_by
        self.does = does
        """What each consuming link's target does: its step, or None for its own work alone."""
        self.deliveries = 0
        self.stored = 0.0
        self.entered = 0.0
        """When it came into the channel it is in; going back into it does not count."""
        self.latest: Delivery | None = None
        self.alarm: Alarm | None = None

    def settle(self, now: float, lost: bool) -> None:
        if self.root is not None:
            self.root.settle(now, lost)
        self.root = None


class Delivery:
    """A message in the hands of one consumer."""

    def __init__(self, message: Message, consumer: "Consumer", number: int) -> None:
        self.message = message
        self.consumer = consumer
        self.number = number

    @property
    def current(self) -> bool:
        return self.message.latest is self

    @property
    def instance(self) -> Instance:
        return self.consumer.station.instances[self.number]


class Consumer:
    """A link that takes from a channel."""

    def __init__(self, architecture: Architecture, link: Link, wire: Wire, station: Station) -> None:
        def told(attribute: str) -> Any:
            return in_force(architecture, link, f"delivery.{attribute}").value

        def limit(attribute: str) -> float:
            return float(value) if isinstance(value := told(attribute), int | float) else UNLIMITED

        self.link = link
        self.wire = wire
        self.station = station
        self.once = told("guarantee") == "at_most_once"
        self.max_deliveries = limit("max_deliveries")
        self.visibility_ms = limit("visibility_timeout_ms")
        slots = said(architecture, link, "delivery.concurrency")
        self.slots = float(slots) if slots is not None else station.workers
        self.taken = [0] * len(station.instances)
        self.turn = 0
        self.dead_letter: Channel | None = None

    def is_cut_off(self, now: float) -> bool:
        """Whether there is no use in delivering: nothing arrives, or it would come back within the same moment."""
        faults = self.wire.faults
        ways = (self.wire.name, self.station.element_id)
        swallowed = any(1.0 in faults.omissions(part, "request", now) for part in ways)
        return faults.partitioned(self.wire.name, now) or (swallowed and self.visibility_ms == 0)

    def free_instance(self) -> int | None:
        n = len(self.taken)
        for k in range(n):
            i = (self.turn + k) % n
            if self.station.instances[i].up and self.taken[i] < self.slots:
                self.turn = (i + 1) % n
                return i
        return None


class Channel:
    def __init__(self, shown_as: str, simulator: "Simulator") -> None:
        self.shown_as = shown_as
        self.simulator = simulator
        self.clock = simulator.clock
        self.consumers: list[Consumer] = []
        self.max_length = UNLIMITED
        self.keeps_ms = UNLIMITED
        """A message that has been here so long and waits has expired."""
        self.letters: Channel | None = None
        """Where expired messages go."""
        self.stored: deque[Message] = deque()
        self.depth = Gauge(self.clock)
        self.counted: Counter[str] = Counter()
        self.ages: list[float] = []
        self.turn = 0

    def arrive(self, message: Message) -> None:
        self.counted["published"] += 1
        message.entered = self.clock.now
        if len(self.stored) >= self.max_length:
            self.counted["dropped"] += 1
            message.settle(self.clock.now, lost=True)
        else:
            self._store(message)
            self.dispatch()

    def _store(self, message: Message, at_head: bool = False) -> None:
        message.stored = self.clock.now
        if at_head:
            self.stored.appendleft(message)
        else:
            self.stored.append(message)
        self.depth.set(len(self.stored))
        if message.entered + self.keeps_ms <= self.clock.now:
            self._expire(message)  # its time was up while a consumer had it
        elif self.keeps_ms < UNLIMITED:
            self.clock.at(message.entered + self.keeps_ms, lambda: self._expire(message))
        self.clock.after(0.0, self.dispatch)

    def _expire(self, message: Message) -> None:
        if message in self.stored:
            self.stored.remove(message)
            self.depth.set(len(self.stored))
            self._put_aside(message, self.letters)

    def dispatch(self) -> None:
        """Deliver as long as there is a message and someone with a free slot."""
        while self.stored and self._deliver():
            pass

    def _deliver(self) -> bool:
        n = len(self.consumers)
        for k in range(n):
            consumer = self.consumers[(self.turn + k) % n]
            number = None if consumer.is_cut_off(self.clock.now) else consumer.free_instance()
            if number is not None:
                self.turn = (self.turn + k + 1) % n
                self._hand(self.stored.popleft(), consumer, number)
                return True
        return False

    def _hand(self, message: Message, consumer: Consumer, number: int) -> None:
        self.depth.set(len(self.stored))
        self.counted["delivered"] += 1
        self.ages.append(self.clock.now - message.stored)
        message.deliveries += 1
        delivery = message.latest = Delivery(message, consumer, number)
        if 0 < consumer.visibility_ms < UNLIMITED and not consumer.once:
            message.alarm = self.clock.after(consumer.visibility_ms, lambda: self.visible_again(delivery))
        wire = consumer.wire
        way = 0.0
        if wire is not message.came_by:
            wire.tally.calls += 1
            wire.tally.attempts += 1
            if wire.loses_request():
                if consumer.once or consumer.visibility_ms == 0:
                    self._take_back(message)
                    self.give_back(message, consumer)
                return
            way = wire.out()
        consumer.taken[number] += 1
        self.simulator.begin_delivery(self, delivery, way)

    def visible_again(self, delivery: Delivery) -> None:
        """The time a consumer had for a message is up."""
        message = delivery.message
        message.latest = None
        self.give_back(message, delivery.consumer)

    def free(self, delivery: Delivery) -> None:
        delivery.consumer.taken[delivery.number] -= 1
        self.clock.after(0.0, self.dispatch)

    def end(self, delivery: Delivery, failed: bool, wrong: bool) -> None:
        """A consumer is through with a delivery, and the broker hears of it."""
        self.free(delivery)
        message = delivery.message
        if not delivery.current:
            self.counted["duplicates"] += 1
            return
        self._take_back(message)
        if message.root is not None and not message.root.closed:
            message.root.wrong = message.root.wrong or wrong
        if failed:
            self.give_back(message, delivery.consumer)
        else:
            self.counted["acknowledged"] += 1
            message.settle(self.clock.now, lost=False)

    def crash(self, delivery: Delivery) -> None:
        """The instance that held a delivery went down with it."""
        self.free(delivery)
        consumer = delivery.consumer
        if delivery.current and (consumer.visibility_ms == 0 or consumer.once):
            self._take_back(delivery.message)
            self.give_back(delivery.message, consumer)

    def _take_back(self, message: Message) -> None:
        message.latest = None
        if message.alarm is not None:
            message.alarm.cancel()

    def give_back(self, message: Message, consumer: Consumer) -> None:
        """A delivery did not end well."""
        now = self.clock.now
        if consumer.once:
            self.counted["dropped"] += 1
            message.settle(now, lost=True)
        elif message.deliveries < consumer.max_deliveries:
            self.counted["redelivered"] += 1
            self._store(message, at_head=True)
        else:
            self._put_aside(message, consumer.dead_letter)

    def _put_aside(self, message: Message, letters: "Channel | None") -> None:
        """Move a message into a dead letter queue, or drop it where there is none."""
        message.settle(self.clock.now, lost=True)
        if letters is None:
            self.counted["dropped"] += 1
            return
        self.counted["dead_lettered"] += 1
        message.deliveries = 0
        message.does = {}
        message.entered = self.clock.now
        letters.counted["published"] += 1
        letters._store(message)
