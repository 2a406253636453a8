"""The whole: an architecture under a scenario, run once; what is counted bears the names of `simulate --json`."""

from collections.abc import Callable
from functools import partial
from typing import Any

from models.architecture import (
    ASSUMPTIONS,
    Architecture,
    ClosedLoad,
    Journey,
    Link,
    Load,
    OpenLoad,
    Retry,
    Scenario,
    said,
)
from models.architecture.derived import journeys_in_force, unfold
from models.architecture.journeys import AnyStep, LinkStep
from models.architecture.settings import with_settings
from tests.models.simulation.oracle.chance import Chance
from tests.models.simulation.oracle.channels import Channel, Consumer, Delivery
from tests.models.simulation.oracle.clock import Clock, Process, Task
from tests.models.simulation.oracle.faults import FOREVER, Faults, Outage, merged
from tests.models.simulation.oracle.loads import Surge, moments_of, more_at
from tests.models.simulation.oracle.records import JourneyTally, Outcome, Root
from tests.models.simulation.oracle.requests import Errand, Requests, Strand
from tests.models.simulation.oracle.scaling import Scaler
from tests.models.simulation.oracle.stations import UNLIMITED, Instance, Place, Station, station_of
from tests.models.simulation.oracle.wires import Wire, wire_of


class Simulator:
    """One run."""

    def __init__(self, architecture: Architecture, scenario: Scenario, seed: int) -> None:
        self.architecture = architecture = with_settings(architecture, scenario.set)
        self.scenario = scenario
        self.clock = Clock()
        self.chance = Chance(seed)
        self.faults = Faults(architecture, scenario)
        self.end = float(scenario.duration_ms or ASSUMPTIONS["scenario"]["duration_ms"])
        self.factor = 1.0 if scenario.load_factor is None else scenario.load_factor
        self.stations: dict[str, Station] = {}
        self.wires: dict[str, Wire] = {}
        self.tallies: dict[str, JourneyTally] = {}
        self.channels: dict[str, list[Channel]] = {}
        self.scalers: dict[str, Scaler] = {}
        self.visits: dict[str, list[Visit]] = {}
        """Those under way, by the client (or other entry) they began at."""
        self.at_the_client: dict[str, list[Place]] = {}
        """Requests that run at a client, which waits for them with patience; also those it waits for no longer."""
        self.back_at: dict[str, float] = {}
        """When a client that is down comes back."""
        self._build()
        self.requests = Requests(self)

    def channels_of(self, link: Link) -> list[Channel]:
        """Where a message over a link goes."""
        return self.channels.get(link.id) or self.channels.get(link.target, [])

    def begin_delivery(self, channel: Channel, delivery: Delivery, way: float) -> None:
        self.requests.messages.begin_delivery(channel, delivery, way)

    def run(self) -> "Simulator":
        for (element_id, number), outages in self.faults.outages.items():
            for outage in merged(outages):
                if element_id in self.stations:
                    self._plan_outage(element_id, number, outage.begin, outage.end, outage.silent)
                elif element_id in self.channels:
                    self._plan_outage_of_channel(element_id, outage)
                else:
                    self._plan_outage_of_client(element_id, outage)
        for begin, link_id in self.faults.breaks:
            self.clock.at(begin, partial(self.requests.break_connections, self.wires[link_id]))
        for begin, target, count in self.faults.poisons:
            self.clock.at(begin, partial(self._poison, target, count))
        for journey in journeys_in_force(self.architecture)[0]:
            self._plan_journey(journey)
        for moment in self.faults.edges:
            self.clock.at(moment, self._look_again)
        self.clock.at(max(self.faults.over, 0.0), self._replay)
        self.requests.data.start()
        for scaler in self.scalers.values():
            scaler.start()
        self.clock.run(self.end)
        return self

    def _build(self) -> None:
        architecture = self.architecture
        for element in architecture.elements:
            if element.kind in ("service", "external", "datastore"):
                station = self.stations[element.id] = station_of(architecture, element, self.clock, self.chance)
                if getattr(element, "autoscale", None) is not None and station.workers < UNLIMITED:
                    self.scalers[element.id] = Scaler(architecture, element, station, partial(self._come_up, station))
            elif element.kind in ("queue", "topic"):
                self.channels[element.id] = []
            if element.kind == "queue":
                queue = Channel(element.id, self)
                queue.max_length = _limit(element.max_length)
                queue.keeps_ms = _limit(element.message_ttl_ms)
                queue.is_replayed = bool(element.replay)
                self.channels[element.id] = [queue]
        for element in architecture.elements:
            if element.kind == "queue" and element.dead_letter is not None:
                self.channels[element.id][0].letters = self.channels[element.dead_letter][0]
        for link in architecture.links:
            wire = wire_of(architecture, link, self.clock, self.chance, self.faults, self.end)
            self.wires[link.id] = wire
            if link.style == "shared_data" and architecture.element_by_id[link.target].kind != "datastore":
                work = ASSUMPTIONS["datastore"]["work_ms"]
                self.stations[link.id] = Station(link.id, self.clock, self.chance, workers=UNLIMITED, work_ms=work)
            if link.style in ("async", "event"):
                self._connect(link, wire)
        for link in architecture.links:
            self._set_dead_letter(link)

    def _connect(self, link: Link, wire: Wire) -> None:
        source = self.architecture.element_by_id[link.source]
        if source.kind == "queue":
            channel = self.channels[source.id][0]
        elif source.kind == "topic":
            channel = self._subscription(source, link)
        elif link.target not in self.channels:
            channel = Channel(link.id, self)
            channel.in_order = link.style == "event" and bool(said(self.architecture, link, "order_required"))
            self.channels[link.id] = [channel]
        else:
            return
        consumer = Consumer(self.architecture, link, wire, self.stations[link.target])
        if channel.in_order:
            consumer.ahead = 0.0  # of each partition one message is taken at a time
        channel.consumers.append(consumer)

    def _subscription(self, topic: Any, link: Link) -> Channel:
        channel = Channel(topic.id, self)
        channel.keeps_ms = _limit(topic.retention_ms)
        around = [link, *self.architecture.links_to[topic.id]]
        ordered = any(said(self.architecture, one, "order_required") for one in around if one.style == "event")
        channel.in_order = topic.partitions is not None or ordered
        for _ in range(int(topic.partitions or 1) - 1):
            Channel(topic.id, self, channel).keeps_ms = channel.keeps_ms
        self.channels[topic.id].append(channel)
        return channel

    def _set_dead_letter(self, link: Link) -> None:
        for channels in self.channels.values():
            for channel in channels:
                for consumer in channel.consumers:
                    if consumer.link is link:
                        told = getattr(getattr(link, "delivery", None), "dead_letter", None)
                        source = self.architecture.element_by_id[link.source]
                        if told is None:
                            told = getattr(source, "dead_letter", None)
                        if told is not None and told != "none":
                            consumer.dead_letter = self.channels[told][0]

    # ---- faults ----

    def _plan_outage(self, element_id: str, number: int, begin: float, end: float, silent: bool) -> None:
        station = self.stations[element_id]
        instance = station.instances[number]
        noticed = _limit(getattr(self.architecture.element_by_id[element_id], "health_check_ms", None))

        def begins() -> None:
            instance.down = True
            if instance.restart is not None:
                instance.restart.cancel()
                instance.restart = None
            self._go_down(station, instance, silent)

        def ends() -> None:
            instance.down = False
            if instance.restart is None:
                self._come_up(station, instance)

        self.clock.at(begin, begins)
        if begin + noticed < end:
            self.clock.at(begin + noticed, lambda: self._is_noticed(instance))
        if end < FOREVER:
            self.clock.at(end, ends)

    def _is_noticed(self, instance: Instance) -> None:
        if not instance.up:
            instance.in_rotation = False

    def die(self, station: Station, place: Place) -> None:
        """An instance dies of what it works on, and starts again."""
        instance = place.instance
        assert instance is not None
        if not instance.up:
            return
        self._go_down(station, instance, silent=False)

        def restart() -> None:
            instance.restart = None
            self._come_up(station, instance)

        instance.restart = self.clock.after(station.startup_ms, restart)
        if station.noticed_ms < station.startup_ms:
            self.clock.after(station.noticed_ms, lambda: self._is_noticed(instance))

    def _poison(self, target: str, count: int) -> None:
        """Messages enter the channels of a target; other subscribers of a topic get harmless copies."""
        parts = [target]
        if target in self.architecture.element_by_id:
            parts = [part.id for part in self.faults.members(self.architecture.element_by_id[target])]
        aimed = list(dict.fromkeys(channel for part in parts for channel in self._channels_around(part)))
        entered = list(aimed)
        for channel in aimed:
            entered += [other for other in self.channels[channel.shown_as] if other not in entered]
        for channel in entered:
            for _ in range(count):
                channel.poison(harmless=channel not in aimed)

    def _channels_around(self, part: str) -> list[Channel]:
        """Of a queue or topic; those a link takes from, or else publishes to; those an element takes from."""
        every = [channel for channels in self.channels.values() for channel in channels]
        links = {part}
        if part in self.channels and part in self.architecture.element_by_id:
            return self.channels[part]
        if part in self.architecture.element_by_id:
            links = {link.id for link in self.architecture.links_to[part]}
        taken = [channel for channel in every if any(consumer.link.id in links for consumer in channel.consumers)]
        if not taken and part in self.architecture.link_by_id:
            return self.channels_of(self.architecture.link_by_id[part])
        return taken

    def _plan_outage_of_channel(self, element_id: str, outage: Outage) -> None:
        lanes = [lane for channel in self.channels[element_id] for lane in channel.lanes]

        def change(up: bool) -> None:
            for lane in lanes:
                lane.change(up, outage.silent)

        self.clock.at(outage.begin, lambda: change(False))
        if outage.end < FOREVER:
            self.clock.at(outage.end, lambda: change(True))

    def _plan_outage_of_client(self, client: str, outage: Outage) -> None:
        def begins() -> None:
            self.back_at[client] = outage.end
            for place in self.at_the_client.pop(client, []):
                for task in list(place.tasks):
                    task.kill()
            for visit in list(self.visits.get(client, ())):
                visit.is_lost()

        self.clock.at(outage.begin, begins)
        if outage.end < FOREVER:
            self.clock.at(outage.end, lambda: self.back_at.__delitem__(client))

    def _go_down(self, station: Station, instance: Instance, silent: bool) -> None:
        instance.up = False
        instance.silent = silent
        instance.life += 1
        number = station.instances.index(instance)
        for channels in self.channels.values():
            for channel in channels:
                channel.lose_taken_ahead(station, number)
        for place in reversed(list(instance.present)):
            self._kill(station, place, silent)
        if not any(other.up for other in station.instances):
            for place, _ in list(instance.queue):
                self._kill(station, place, silent)
        station.count()

    def _kill(self, station: Station, place: Place, silent: bool) -> None:
        if place.crashed is not None:
            place.crashed()
            return
        for task in list(place.tasks):
            task.kill()
        station.tally.wasted_ms += place.own_work
        if place.delivery is not None:
            place.delivery.channel.crash(place.delivery)
        elif place.died is not None:
            place.died()
        elif not silent and place.call is not None and place.call.open:
            call, crashed = place.call, Outcome("crashed", spent=place.spent)
            self.clock.after(0.0, lambda: call.letters.put(crashed))

    def _come_up(self, station: Station, instance: Instance) -> None:
        if instance.out:
            return
        instance.up = instance.in_rotation = True
        station.serve_next(instance)
        self._look_again()

    def _look_again(self) -> None:
        """What waits in channels may find someone now."""
        for channels in self.channels.values():
            for channel in channels:
                for lane in channel.lanes:
                    self.clock.after(0.0, lane.dispatch)
        for question in self.requests.questions.values():
            if question.box.channel is None or question.box.channel.up:
                question.box.hand_over_all()

    def _replay(self) -> None:
        if self.faults.over >= 0:
            for channels in self.channels.values():
                for channel in channels:
                    if channel.is_replayed:
                        channel.replay()

    # ---- journeys ----

    def _plan_journey(self, journey: Journey) -> None:
        tally = self.tallies[journey.id] = JourneyTally()
        load = journey.load or Load(open=OpenLoad(**ASSUMPTIONS["journey"]["load"]["open"]))
        steps, _ = unfold(self.architecture, journey)
        patience = self._patience(journey)

        ways_in = [Wire(f"way into {journey.id}", self.clock, self.chance, self.faults) for _ in range(99)]

        def begin(then: Callable[[], None] | None = None) -> None:
            back_at = self.back_at.get(journey.entry)
            if back_at is None:
                visit = Visit(self, journey, steps, tally, patience, ways_in, then)
                visit.task.begin()
            elif then is not None and back_at < FOREVER:
                self.clock.at(back_at, lambda: begin(then))

        surges = [(a, b, f) for a, b, f, parts in self.faults.surges if journey.entry in parts]
        if load.closed is not None:
            self._plan_users(load.closed, surges, begin)
            return
        for moment in moments_of(load, self.factor, surges, self.end, self.chance):
            self.clock.at(moment, begin)

    def _plan_users(self, load: ClosedLoad, surges: list[Surge], begin: Callable[[Callable[[], None]], None]) -> None:
        """Users who think, visit, think again; as a surge begins more come, as it ends some do not visit again."""
        there = 0

        def wanted() -> int:
            return round(load.users * more_at(self.clock.now, self.factor, surges))

        def think() -> None:
            self.clock.after(self.chance.time(load.think_ms or 0.0), visit)

        def visit() -> None:
            nonlocal there
            if there > wanted():
                there -= 1
            else:
                begin(think)

        def come() -> None:
            nonlocal there
            while there < wanted():
                there += 1
                think()

        come()
        for start, stop, _ in surges:
            self.clock.at(start, come)
            self.clock.at(stop, come)

    def _patience(self, journey: Journey) -> Wire | None:
        timeout = _limit(journey.client_timeout_ms)
        retry = journey.client_retry
        if timeout == UNLIMITED and not isinstance(retry, Retry):
            return None
        wire = Wire(f"patience of {journey.id}", self.clock, self.chance, self.faults)
        wire.patience = True
        wire.timeout_ms = timeout
        wire.propagates_deadline = journey.entry not in self.stations
        if isinstance(retry, Retry):
            table = ASSUMPTIONS["sync"]
            wire.set_retry(lambda name: table.get(f"retry.{name}") if (told := getattr(retry, name)) is None else told)
        return wire


class Visit:
    """One journey instance at its client."""

    def __init__(
        self,
        simulator: Simulator,
        journey: Journey,
        steps: tuple[AnyStep, ...],
        tally: JourneyTally,
        patience: Wire | None,
        ways_in: list[Wire],
        then: Callable[[], None] | None,
    ) -> None:
        self.simulator = simulator
        self.clock = simulator.clock
        self.journey = journey
        self.steps = steps
        self.tally = tally
        self.patience = patience
        self.ways_in = ways_in
        self.then = then
        self.root = Root(tally, self.clock.now)
        self.root.at_the_client = simulator.at_the_client.setdefault(journey.entry, [])
        self.strand = Strand(Place(self.root))
        self.task = Task(self.clock, self._process())
        self.strand.place.tasks.append(self.task)
        simulator.visits.setdefault(journey.entry, []).append(self)

    def _process(self) -> Process[None]:
        self.tally.offered += 1
        outcome = yield from self.simulator.requests.answered(self.strand, self._whole())
        self._end(outcome)

    def is_lost(self) -> None:
        """The client has crashed."""
        for task in list(self.strand.place.tasks):
            task.kill()
        self.clock.after(0.0, lambda: self._end(Outcome("crashed")))

    def _end(self, outcome: Outcome) -> None:
        self.simulator.visits[self.journey.entry].remove(self)
        root, tally = self.root, self.tally
        if outcome.cause is not None:
            root.failed = True
            tally.failed += 1
            tally.errors[outcome.cause] += 1
        else:
            tally.latencies.append(self.clock.now - root.began)
            tally.spent.add(outcome.spent)
            tally.silent_wrong += outcome.wrong or root.wrong
            if outcome.degraded:
                tally.degraded += 1
            else:
                tally.succeeded += 1
        root.answered = True
        if self.then is not None:
            self.then()
        root.close_if_complete(self.clock.now)

    def _whole(self) -> Process[None]:
        simulator, journey, strand = self.simulator, self.journey, self.strand
        requests = simulator.requests
        station = simulator.stations.get(journey.entry)
        if journey.entry in simulator.channels:
            for channel, way_in in zip(simulator.channels[journey.entry], self.ways_in, strict=False):
                entered = LinkStep(link=channel.consumers[0].link.id, steps=self.steps) if channel.consumers else None
                if entered is not None:
                    made = requests.messages.publication(strand.place, way_in, None, [channel], entered, wrong=False)
                    requests.messages.publish(made)
        elif station is not None or self.patience is not None:
            wire = self.patience or self.ways_in[0]
            work = station.work_ms if station is not None else None
            yield from requests.call(strand, wire, station, Errand(work, self.steps))
        else:
            yield from requests.steps(strand, self.steps)


def _limit(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else UNLIMITED
