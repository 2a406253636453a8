"""Services, externals and datastores: instances with workers, queues, balancing, crashes and processor sharing."""

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from models.architecture import Architecture, Element, in_force
from tests.models.simulation.oracle.chance import Chance
from tests.models.simulation.oracle.clock import Alarm, Clock, Mailbox, Process, Task
from tests.models.simulation.oracle.records import Gauge, Root, Spent, StationTally

UNLIMITED = float("inf")


class Call:
    """An attempt somebody waits for, until it is answered or given up."""

    def __init__(self, caller: "Place | None") -> None:
        self.caller = caller
        self.letters = Mailbox()
        self.open = True
        self.connected = False
        self.sent = 0.0
        self.face: str | None = None
        """Of an arbitrary failure of the link."""


class Place:
    """A request where it is served (or a journey at its client, which is no station)."""

    def __init__(self, root: Root | None, station: "Station | None" = None) -> None:
        self.root = root
        self.station = station
        self.instance: Instance | None = None
        self.call: Call | None = None
        self.deadline = UNLIMITED
        self.holding = False
        self.was_queued = False
        self.own_work = 0.0
        self.spent = Spent()
        self.sent = 0.0
        self.arrived = 0.0
        self.tasks: list[Task] = []
        self.delivery: Any = None
        self.late = False
        self.owner = root
        """The journey it belongs to, even when that waits for it no longer."""
        self.face: str | None = None
        """Of an arbitrary failure of the station."""
        self.writes = False
        self.dies: Callable[[], None] | None = None
        """What happens as soon as the work is done, to one who works on poison."""
        self.reports: Callable[[], None] | None = None
        self.died: Callable[[], None] | None = None
        """What a crash of the instance leads to, for one whom nobody called."""
        self.patient = False
        """Whether it waits however full the queue is."""
        self.crashed: Callable[[], None] | None = None
        """What a crash of the instance does to one of several parallel strands that works there."""

    @property
    def abandoned(self) -> bool:
        """Whether someone up the chain of callers has stopped waiting."""
        if self.delivery is not None:
            return not self.delivery.current
        if self.call is None:
            return False
        return not self.call.open or (self.call.caller is not None and self.call.caller.abandoned)

    def move(self, instance: "Instance") -> None:
        """Be at an instance, and at no other, from now on."""
        if self.instance is not None and self in self.instance.present and self.instance is not instance:
            self.instance.present.remove(self)
        self.instance = instance
        if self not in instance.present:
            instance.present.append(self)


class Instance:
    def __init__(self, queue: deque[tuple[Place, Mailbox]]) -> None:
        self.queue = queue
        self.busy = 0
        self.up = True
        self.silent = False
        self.in_rotation = True
        self.out = False
        """Whether the autoscaler has taken it out, or it has not started yet."""
        self.starting = False
        self.down = False
        """Whether a fault keeps it down."""
        self.life = 0
        self.restart: Alarm | None = None
        self.present: list[Place] = []
        """Those a crash of this instance would hit."""
        self.shared: list[list[Any]] = []
        """Processor sharing: [work left, mailbox] of those in work."""
        self.shared_at = 0.0
        self.shared_alarm: Alarm | None = None

    @property
    def serves(self) -> bool:
        return self.up and not self.out


class Station:
    def __init__(self, name: str, clock: Clock, chance: Chance, **told: Any) -> None:
        self.name = name
        self.element_id: str | None = told.get("element_id")
        """None for a store that nobody drew, which bears its link's name and none of its faults."""
        self.clock = clock
        self.chance = chance
        self.workers: float = told["workers"]
        self.queue_limit: float = told.get("queue_limit", UNLIMITED)
        self.nonblocking = told.get("threading") == "nonblocking"
        self.discipline = told.get("discipline", "fifo")
        self.balancing = told.get("load_balancing", "round_robin")
        self.availability: float = told.get("availability", 1.0)
        self.work_ms: Any = told["work_ms"]
        self.replicated: bool = told.get("replicated", False)
        self.startup_ms: float = told.get("startup_ms", 0.0)
        self.noticed_ms: float = told.get("noticed_ms", UNLIMITED)
        number = told.get("instances", 1)
        if number == 1:
            self.balancing = "round_robin"
        one: deque[tuple[Place, Mailbox]] = deque()
        shared = self.balancing == "shared_queue"
        self.instances = [Instance(one if shared else deque()) for _ in range(number)]
        self.sharing = self.discipline == "ps" and self.workers < UNLIMITED
        self.turn = 0
        self.tally = StationTally()
        self.busy = Gauge(clock)
        self.waiting = Gauge(clock)

    def count(self) -> None:
        """Bring the gauges up to what is true now."""
        queues = {id(instance.queue): len(instance.queue) for instance in self.instances}
        working = [min(instance.busy, self.workers) if self.sharing else instance.busy for instance in self.instances]
        self.busy.set(int(sum(working)))
        beyond = sum(instance.busy for instance in self.instances) - int(sum(working))
        self.waiting.set(sum(queues.values()) + beyond)

    def _replica(self, writes: bool) -> Instance:
        """To write the first that is up, to read each in turn; the first when none is up."""
        n = len(self.instances)
        for k in range(n):
            i = k if writes else (self.turn + k) % n
            if self.instances[i].up:
                if not writes:
                    self.turn = (i + 1) % n
                return self.instances[i]
        return self.instances[0]

    def pick(self, writes: bool = False) -> Instance | None:
        """The instance that gets the next request; None when none is in rotation."""
        n = len(self.instances)
        if self.replicated:
            return self._replica(writes)
        if self.balancing == "random":
            there = [instance for instance in self.instances if instance.in_rotation]
            return there[self.chance.index(len(there))] if there else None
        order = [(self.turn + k) % n for k in range(n)]
        order = [i for i in order if self.instances[i].in_rotation]
        if not order:
            return None
        chosen = min(order, key=self._load)
        self.turn = (chosen + 1) % n
        return self.instances[chosen]

    def _load(self, i: int) -> tuple[int, int]:
        instance = self.instances[i]
        if self.balancing == "least_busy":
            return 0, instance.busy + len(instance.queue)
        if self.balancing == "shared_queue":
            free = instance.up and instance.busy < self.workers
            return (0 if free else 1 if instance.up else 2), instance.busy
        return 0, 0

    def has_room(self, instance: Instance) -> bool:
        """Whether a worker is free, or the request is worked on together with others."""
        return instance.busy < self.workers or self.sharing

    def is_full(self, instance: Instance) -> bool:
        """Whether one that finds no free worker may not even wait."""
        if instance.busy < self.workers:
            return False
        if self.sharing:
            return instance.busy - self.workers >= self.queue_limit
        return len(instance.queue) >= self.queue_limit

    def take_worker(self, place: Place, spent: Spent) -> Process[None]:
        """Occupy a worker of the place's instance, waiting for one if need be."""
        instance = place.instance
        assert instance is not None
        if self.balancing == "shared_queue" and not self.has_room(instance):
            free = [other for other in self.instances if other.serves and self.has_room(other)]
            if free:
                instance = free[0]
                place.move(instance)
        if self.has_room(instance):
            instance.busy += 1
            place.holding = True
            self.count()
            return
        letters = Mailbox()
        entry = (place, letters)
        instance.queue.append(entry)
        place.was_queued = True
        self.count()
        since = self.clock.now
        try:
            yield letters
        finally:
            if entry in instance.queue:
                instance.queue.remove(entry)
                self.count()
            spent.wait += self.clock.now - since

    def leave_worker(self, place: Place) -> None:
        """The worker goes to the next in the queue, whose turn is set at once."""
        instance = place.instance
        assert instance is not None
        place.holding = False
        instance.busy -= 1
        if instance.up:
            self.serve_next(instance)
        self.count()

    def serve_next(self, instance: Instance) -> None:
        """Give free workers of an instance to those who wait."""
        while instance.queue and instance.busy < self.workers:
            place, letters = instance.queue.pop() if self.discipline == "lifo" else instance.queue.popleft()
            instance.busy += 1
            place.move(instance)
            place.holding = True
            self.clock.after(0.0, partial(letters.put, None))
        self.count()

    def work(self, place: Place, took: float, spent: Spent) -> Process[None]:
        """Work for `took` ms, or for as long as that takes when capacity is shared."""
        if self.sharing:
            yield from self._share(place, took, spent)
            return
        began = self.clock.now
        try:
            yield took
        finally:
            place.own_work += self.clock.now - began
            spent.work += self.clock.now - began

    def _share(self, place: Place, took: float, spent: Spent) -> Process[None]:
        instance = place.instance
        assert instance is not None
        letters = Mailbox()
        mine: list[Any] = [took, letters]
        began = self.clock.now
        self._progress(instance)
        instance.shared.append(mine)
        self._wake_first(instance)
        try:
            yield letters
        finally:
            if mine in instance.shared:
                self._progress(instance)
                instance.shared.remove(mine)
                self._wake_first(instance)
                took -= mine[0]
            passed = self.clock.now - began
            place.own_work += took
            spent.work += took
            spent.wait += max(passed - took, 0.0)
            self.tally.shared_ms += max(passed - took, 0.0)

    def _speed(self, instance: Instance) -> float:
        return min(1.0, self.workers / len(instance.shared))

    def _progress(self, instance: Instance) -> None:
        if instance.shared:
            done = (self.clock.now - instance.shared_at) * self._speed(instance)
            for mine in instance.shared:
                mine[0] -= done
        instance.shared_at = self.clock.now

    def _wake_first(self, instance: Instance) -> None:
        if instance.shared_alarm is not None:
            instance.shared_alarm.cancel()
        if instance.shared:
            left = max(min(mine[0] for mine in instance.shared), 0.0)
            instance.shared_alarm = self.clock.after(left / self._speed(instance), lambda: self._first_done(instance))

    def _first_done(self, instance: Instance) -> None:
        self._progress(instance)
        first = min(instance.shared, key=lambda mine: mine[0])
        instance.shared.remove(first)
        self._wake_first(instance)
        first[1].put(None)


def most_instances(architecture: Architecture, element: Element) -> int:
    """How many instances there ever are at once: with unlimited workers an autoscaler has nothing to go by."""
    if element.kind == "datastore":
        return int(in_force(architecture, element, "replicas").value)
    if element.kind != "service":
        return 1
    if element.autoscale is not None and in_force(architecture, element, "workers").value != "unlimited":
        return element.autoscale.max
    return int(in_force(architecture, element, "instances").value)


def station_of(architecture: Architecture, element: Element, clock: Clock, chance: Chance) -> Station:
    """The station of a service, an external or a datastore."""

    def told(attribute: str) -> Any:
        return in_force(architecture, element, attribute).value

    def limit(attribute: str) -> float:
        value = told(attribute)
        return float(value) if isinstance(value, int | float) else UNLIMITED

    settings: dict[str, Any] = {
        "element_id": element.id,
        "work_ms": told("work_ms"),
        "availability": limit("availability"),
    }
    settings["availability"] = min(settings["availability"], 1.0)
    settings["workers"] = limit("connections" if element.kind == "datastore" else "workers")
    if element.kind == "service":
        settings["queue_limit"] = limit("queue_limit")
        for name in ("threading", "discipline", "load_balancing"):
            settings[name] = told(name)
        settings["instances"] = most_instances(architecture, element)
        settings["startup_ms"] = limit("startup_ms")
        settings["noticed_ms"] = limit("health_check_ms")
    elif element.kind == "datastore":
        settings["instances"] = most_instances(architecture, element)
        settings["replicated"] = settings["instances"] > 1
    return Station(element.id, clock, chance, **settings)
