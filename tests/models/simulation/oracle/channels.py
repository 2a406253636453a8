"""Queues, subscriptions of topics and implied channels: competing consumers, visibility, redelivery, dead letters."""

from collections import Counter, deque
from collections.abc import Callable
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
        self.owner = root
        """The journey it belongs to, also when that waits for it no longer: its keys are those of the journey."""
        self.asked: Any = None
        """The request (`replies.Asked`) that waits for a reply to it."""
        self.published_to: Channel | None = None
        self.way = 0.0
        """How long it was on its way to the channel."""
        self.poison = False
        self.replayed = False
        self.came_from: Channel | None = None
        """The channel it was put aside from."""
        self.outbox: Callable[[Message, Channel], None] | None = None
        """What its publisher does when the channel is down as it arrives."""

    def settle(self, now: float, lost: bool) -> None:
        if lost and self.asked is not None:
            self.asked.request_is_lost()
        if self.root is not None:
            self.root.settle(now, lost)
        self.root = None


class Delivery:
    """A message in the hands of one consumer."""

    def __init__(self, channel: "Channel", message: Message, consumer: "Consumer", number: int) -> None:
        self.channel = channel
        self.message = message
        self.consumer = consumer
        self.number = number
        self.way = 0.0
        self.face: str | None = None
        """Of an arbitrary failure of the link it came over."""

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
        ahead = said(architecture, link, "delivery.prefetch")
        self.ahead = float(ahead or 0.0) if self.slots < UNLIMITED else 0.0
        """How many messages an instance takes beyond those it works on."""
        self.taken = [0] * len(station.instances)
        self.working = [0] * len(station.instances)
        self.waiting: list[deque[tuple[Delivery, float]]] = [deque() for _ in station.instances]
        """Deliveries taken ahead, and when they are there."""
        self.turn = 0
        self.dead_letter: Channel | None = None

    def is_cut_off(self, now: float) -> bool:
        """Whether there is no use in delivering: nothing arrives, or it would come back within the same moment."""
        faults = self.wire.faults
        ways = (self.wire.name, self.station.element_id)
        swallowed = any(1.0 in faults.omissions(part, "request", now) for part in ways)
        cut = faults.partitioned(self.wire.name, now) or faults.refused(self.wire.name, now)
        return cut or (swallowed and self.visibility_ms == 0)

    def free_instance(self, lane: int | None) -> int | None:
        """Where the next message can go: in turn, or, from a partition, to the instance it belongs to."""
        serving = [i for i, instance in enumerate(self.station.instances) if instance.serves]
        if lane is not None:
            serving = [serving[lane % len(serving)]] if serving else []
        else:
            n = len(self.taken)
            serving.sort(key=lambda i: (i - self.turn) % n)
        for i in serving:
            if self.taken[i] < self.slots + self.ahead:
                if lane is None:
                    self.turn = (i + 1) % len(self.taken)
                return i
        return None


class Channel:
    """A queue, a subscription, or a partition of one: partitions count, and show their depth, together at the first."""

    def __init__(self, shown_as: str, simulator: "Simulator", first: "Channel | None" = None) -> None:
        self.shown_as = shown_as
        self.simulator = simulator
        self.clock = simulator.clock
        self.first = self if first is None else first
        self.lanes: list[Channel] = [self] if first is None else first.lanes
        if first is not None:
            self.lanes.append(self)
        self.in_order = first is not None
        """Whether one message at a time is worked on."""
        self.out = 0
        """Messages that a consumer has, or had and did not answer for."""
        self.up = True
        self.silent = False
        self.consumers: list[Consumer] = [] if first is None else first.consumers
        self.max_length = UNLIMITED
        self.keeps_ms = UNLIMITED
        """A message that has been here so long and waits has expired."""
        self.letters: Channel | None = None
        """Where expired messages go."""
        self.is_replayed = False
        """Whether someone puts back what has been put aside here, when the last fault is over."""
        self.stored: deque[Message] = deque()
        self.depth = Gauge(self.clock)
        self.counted: Counter[str] = self.first.counted if first is not None else Counter()
        self.ages: list[float] = self.first.ages if first is not None else []
        self.replies: Any = None
        """`replies.ReplyBox` of a queue for replies."""
        self.turn = 0

    @property
    def lane(self) -> int | None:
        """The number of the partition."""
        return self.lanes.index(self) if self.in_order else None

    def show_depth(self) -> None:
        waiting = sum(len(lane.stored) for lane in self.lanes)
        self.first.depth.set(waiting + (0 if self.first.replies is None else len(self.first.replies.waiting)))

    def arrive(self, message: Message) -> None:
        if not self.up:
            if message.outbox is not None:
                message.outbox(message, self.first)
            else:
                message.settle(self.clock.now, lost=True)
            return
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
        self.show_depth()
        if self.keeps_ms < UNLIMITED:
            self.clock.at(message.entered + self.keeps_ms, lambda: self._expire(message))
        self.clock.after(0.0, self.dispatch)

    def _expire(self, message: Message) -> None:
        if message in self.stored and message.entered + self.keeps_ms <= self.clock.now:
            self.stored.remove(message)
            self.show_depth()
            self._put_aside(message, self.letters)

    def dispatch(self) -> None:
        """Deliver as long as there is a message and someone with a free slot."""
        while self.stored and self.up and not (self.in_order and self.out) and self._deliver():
            pass

    def dispatch_all(self) -> None:
        """Look into every partition, into this one last."""
        mine = self.lanes.index(self)
        for lane in self.lanes[mine + 1 :] + self.lanes[: mine + 1]:
            lane.dispatch()

    def change(self, up: bool, silent: bool) -> None:
        """The broker goes down, with all it stores safe, or is back."""
        self.up, self.silent = up, silent
        if up:
            self.clock.after(0.0, self.dispatch)
            if self.replies is not None:
                self.replies.hand_over_all()

    def poison(self, harmless: bool) -> None:
        message = Message(None, False, None, {})
        message.poison = not harmless
        self.arrive(message)

    def _deliver(self) -> bool:
        n = len(self.consumers)
        for k in range(n):
            consumer = self.consumers[(self.turn + k) % n]
            number = None if consumer.is_cut_off(self.clock.now) else consumer.free_instance(self.lane)
            if number is not None:
                self.turn = (self.turn + k + 1) % n
                self._hand(self.stored.popleft(), consumer, number)
                return True
        return False

    def _hand(self, message: Message, consumer: Consumer, number: int) -> None:
        self.show_depth()
        self.out += 1
        self.counted["delivered"] += 1
        self.ages.append(self.clock.now - message.stored)
        message.deliveries += 1
        delivery = message.latest = Delivery(self, message, consumer, number)
        if 0 < consumer.visibility_ms < UNLIMITED and not consumer.once:
            message.alarm = self.clock.after(consumer.visibility_ms, lambda: self.visible_again(delivery))
        wire = consumer.wire
        if wire is not message.came_by:
            wire.tally.calls += 1
            wire.tally.attempts += 1
            delivery.face, way = wire.message_way()
            delivery.way = way or 0.0
            if way is None:
                if consumer.once or consumer.visibility_ms == 0:
                    self._take_back(message)
                    self.give_back(message, consumer)
                return
        consumer.taken[number] += 1
        if consumer.working[number] >= consumer.slots:
            consumer.waiting[number].append((delivery, self.clock.now + delivery.way))
        else:
            consumer.working[number] += 1
            self.simulator.begin_delivery(self, delivery, delivery.way)

    def visible_again(self, delivery: Delivery) -> None:
        """The time a consumer had for a message is up."""
        message = delivery.message
        message.latest = None
        self.give_back(message, delivery.consumer)

    def free(self, delivery: Delivery) -> None:
        consumer, number = delivery.consumer, delivery.number
        if consumer.waiting[number]:
            following, there = consumer.waiting[number].popleft()
            way = max(0.0, there - self.clock.now)
            self.simulator.begin_delivery(following.channel, following, way)
        else:
            consumer.working[number] -= 1
        consumer.taken[number] -= 1
        self.clock.after(0.0, self.dispatch_all)

    def end(self, delivery: Delivery, failed: bool, wrong: bool) -> None:
        """A consumer is through with a delivery, and the broker hears of it, unless it is down."""
        self.free(delivery)
        message = delivery.message
        if not delivery.current:
            self.counted["duplicates"] += 1
            return
        if not self.up and not delivery.consumer.once:
            if delivery.consumer.visibility_ms > 0:
                return
            failed = True
        self._take_back(message)
        if message.root is not None and not message.root.closed:
            message.root.wrong = message.root.wrong or wrong
        if failed:
            self.give_back(message, delivery.consumer)
        else:
            self.out -= 1
            self.counted["acknowledged"] += 1
            message.settle(self.clock.now, lost=False)
            self.clock.after(0.0, self.dispatch)

    def crash(self, delivery: Delivery) -> None:
        """The instance that held a delivery went down with it."""
        self.free(delivery)
        self._lost_with_its_consumer(delivery)

    def _lost_with_its_consumer(self, delivery: Delivery) -> None:
        consumer = delivery.consumer
        if delivery.current and (consumer.visibility_ms == 0 or consumer.once):
            self._take_back(delivery.message)
            self.give_back(delivery.message, consumer)

    def lose_taken_ahead(self, station: Station, number: int) -> None:
        """An instance went down with what it had taken ahead from here."""
        for consumer in self.consumers:
            if consumer.station is station:
                taken, consumer.waiting[number] = consumer.waiting[number], deque()
                for delivery, _ in taken:
                    consumer.taken[number] -= 1
                    self._lost_with_its_consumer(delivery)

    def _take_back(self, message: Message) -> None:
        message.latest = None
        if message.alarm is not None:
            message.alarm.cancel()

    def give_back(self, message: Message, consumer: Consumer) -> None:
        """A delivery did not end well."""
        now = self.clock.now
        self.out -= 1
        if consumer.once:
            self.counted["dropped"] += 1
            message.settle(now, lost=True)
        elif message.entered + self.keeps_ms <= now:
            self._put_aside(message, self.letters)  # its time was up while a consumer had it
        elif message.deliveries < consumer.max_deliveries:
            self.counted["redelivered"] += 1
            self._store(message, at_head=True)
        else:
            self._put_aside(message, consumer.dead_letter)
        self.clock.after(0.0, self.dispatch)

    def _put_aside(self, message: Message, letters: "Channel | None") -> None:
        """Move a message into a dead letter queue, or drop it where there is none. What will be replayed may still
        happen."""
        if letters is None:
            self.counted["dropped"] += 1
            message.settle(self.clock.now, lost=True)
            return
        once_more = letters.is_replayed and not message.replayed and self.clock.now < self.simulator.faults.over
        if message.came_by is None or not once_more:
            message.settle(self.clock.now, lost=True)
        self.counted["dead_lettered"] += 1
        message.deliveries = 0
        message.came_from = self
        message.entered = self.clock.now
        letters.counted["published"] += 1
        letters._store(message)

    def replay(self) -> None:
        """Someone puts dead letters back to where they came from: each once, and none that kills its readers."""
        back = [message for message in self.stored if message.came_by is not None and not message.replayed]
        for message in back:
            self.stored.remove(message)
            self.show_depth()
            self.ages.append(self.clock.now - message.stored)
            self.counted["delivered"] += 1
            self.counted["acknowledged"] += 1
            message.replayed = True
            goal, message.came_from = message.came_from, None
            assert goal is not None
            message.entered = self.clock.now
            goal.counted["published"] += 1
            goal._store(message)
