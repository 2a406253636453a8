"""The whole: an architecture under a scenario, run once; what is counted bears the names of `simulate --json`."""

from collections.abc import Callable
from typing import Any

from models.architecture import ASSUMPTIONS, Architecture, ClosedLoad, Journey, Link, Load, OpenLoad, Retry, Scenario
from models.architecture.derived import journeys_in_force, unfold
from models.architecture.journeys import AnyStep, LinkStep
from models.architecture.settings import with_settings
from tests.models.simulation.oracle.chance import Chance
from tests.models.simulation.oracle.channels import Channel, Consumer, Delivery
from tests.models.simulation.oracle.clock import Clock, Process, Task
from tests.models.simulation.oracle.faults import FOREVER, Faults, merged
from tests.models.simulation.oracle.loads import Surge, moments_of, more_at
from tests.models.simulation.oracle.records import JourneyTally, Outcome, Root
from tests.models.simulation.oracle.requests import Requests, Strand
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
        self._channels: dict[str, list[Channel]] = {}
        self._build()
        self.requests = Requests(self)

    def channels_of(self, link: Link) -> list[Channel]:
        """Where a message over a link goes."""
        return self._channels.get(link.id) or self._channels.get(link.target, [])

    def begin_delivery(self, channel: Channel, delivery: Delivery, way: float) -> None:
        self.requests.begin_delivery(channel, delivery, way)

    def run(self) -> "Simulator":
        for (element_id, number), outages in self.faults.outages.items():
            for outage in merged(outages):
                self._plan_outage(element_id, number, outage.begin, outage.end, outage.silent)
        for journey in journeys_in_force(self.architecture)[0]:
            self._plan_journey(journey)
        for moment in self.faults.ends_of_losses:
            self.clock.at(moment, self._look_into_channels)
        self.clock.run(self.end)
        return self

    def _build(self) -> None:
        architecture = self.architecture
        for element in architecture.elements:
            if element.kind in ("service", "external", "datastore"):
                self.stations[element.id] = station_of(architecture, element, self.clock, self.chance)
            elif element.kind in ("queue", "topic"):
                self._channels[element.id] = []
            if element.kind == "queue":
                queue = Channel(element.id, self)
                queue.max_length = _limit(element.max_length)
                queue.keeps_ms = _limit(element.message_ttl_ms)
                self._channels[element.id] = [queue]
        for element in architecture.elements:
            if element.kind == "queue" and element.dead_letter is not None:
                self._channels[element.id][0].letters = self._channels[element.dead_letter][0]
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
            channel = self._channels[source.id][0]
        elif source.kind == "topic":
            channel = Channel(source.id, self)
            channel.keeps_ms = _limit(source.retention_ms)
            self._channels[source.id].append(channel)
        elif link.target not in self._channels:
            channel = Channel(link.id, self)
            self._channels[link.id] = [channel]
        else:
            return
        channel.consumers.append(Consumer(self.architecture, link, wire, self.stations[link.target]))

    def _set_dead_letter(self, link: Link) -> None:
        for channels in self._channels.values():
            for channel in channels:
                for consumer in channel.consumers:
                    if consumer.link is link:
                        told = getattr(getattr(link, "delivery", None), "dead_letter", None)
                        source = self.architecture.element_by_id[link.source]
                        if told is None:
                            told = getattr(source, "dead_letter", None)
                        if told is not None and told != "none":
                            consumer.dead_letter = self._channels[told][0]

    # ---- faults ----

    def _plan_outage(self, element_id: str, number: int, begin: float, end: float, silent: bool) -> None:
        station = self.stations[element_id]
        instance = station.instances[number]
        noticed = _limit(getattr(self.architecture.element_by_id[element_id], "health_check_ms", None))
        self.clock.at(begin, lambda: self._go_down(station, instance, silent))
        if begin + noticed < end:
            self.clock.at(begin + noticed, lambda: setattr(instance, "in_rotation", False))
        if end < FOREVER:
            self.clock.at(end, lambda: self._come_up(station, instance))

    def _go_down(self, station: Station, instance: Instance, silent: bool) -> None:
        instance.up = False
        instance.silent = silent
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
            channel = self._channel_of(place.delivery)
            channel.crash(place.delivery)
        elif not silent and place.call is not None and place.call.open:
            call, crashed = place.call, Outcome("crashed", spent=place.spent)
            self.clock.after(0.0, lambda: call.letters.put(crashed))

    def _channel_of(self, delivery: Delivery) -> Channel:
        found = (channel for channels in self._channels.values() for channel in channels)
        return next(channel for channel in found if delivery.consumer in channel.consumers)

    def _come_up(self, station: Station, instance: Instance) -> None:
        instance.up = instance.in_rotation = True
        station.serve_next(instance)
        self._look_into_channels()

    def _look_into_channels(self) -> None:
        for channels in self._channels.values():
            for channel in channels:
                self.clock.after(0.0, channel.dispatch)

    # ---- journeys ----

    def _plan_journey(self, journey: Journey) -> None:
        tally = self.tallies[journey.id] = JourneyTally()
        load = journey.load or Load(open=OpenLoad(**ASSUMPTIONS["journey"]["load"]["open"]))
        steps, _ = unfold(self.architecture, journey)
        patience = self._patience(journey)

        def begin(then: Callable[[], None] | None = None) -> None:
            Task(self.clock, self._visit(journey, steps, tally, patience, then)).begin()

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

    def _visit(
        self,
        journey: Journey,
        steps: tuple[AnyStep, ...],
        tally: JourneyTally,
        patience: Wire | None,
        then: Callable[[], None] | None,
    ) -> Process[None]:
        root = Root(tally, self.clock.now)
        tally.offered += 1
        strand = Strand(Place(root))
        outcome = yield from self.requests.answered(strand, self._whole(journey, steps, strand, patience))
        took = self.clock.now - root.began
        if outcome.cause is not None:
            root.failed = True
            tally.failed += 1
            tally.errors[outcome.cause] += 1
        else:
            tally.latencies.append(took)
            tally.spent.add(outcome.spent)
            tally.silent_wrong += outcome.wrong or root.wrong
            if outcome.degraded:
                tally.degraded += 1
            else:
                tally.succeeded += 1
        root.answered = True
        if then is not None:
            then()
        root.close_if_complete(self.clock.now)

    def _whole(
        self, journey: Journey, steps: tuple[AnyStep, ...], strand: Strand, patience: Wire | None
    ) -> Process[None]:
        station = self.stations.get(journey.entry)
        if journey.entry in self._channels:
            way_in = Wire(f"way into {journey.id}", self.clock, self.chance, self.faults)
            for channel in self._channels[journey.entry]:
                entered = LinkStep(link=channel.consumers[0].link.id, steps=steps) if channel.consumers else None
                if entered is not None:
                    self.requests.publish(strand.place, way_in, [channel], entered, wrong=False)
        elif station is not None or patience is not None:
            wire = patience or Wire(f"way into {journey.id}", self.clock, self.chance, self.faults)
            work = station.work_ms if station is not None else 0.0
            yield from self.requests.call(strand, wire, station, work, steps)
        else:
            yield from self.requests.steps(strand, steps)


def _limit(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else UNLIMITED
