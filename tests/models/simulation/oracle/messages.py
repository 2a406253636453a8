"""What is published and what its consumers do with it, from the publisher to the acknowledgement."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from models.architecture import Link, in_force, said
from models.architecture.journeys import AnyStep, LinkStep
from tests.models.simulation.oracle.channels import Channel, Delivery, Message
from tests.models.simulation.oracle.clock import Process, Task
from tests.models.simulation.oracle.records import FailedError, Root
from tests.models.simulation.oracle.replies import Asked
from tests.models.simulation.oracle.stations import Place
from tests.models.simulation.oracle.wires import Wire

if TYPE_CHECKING:
    from tests.models.simulation.oracle.requests import Requests

AGAIN_MS = 1000.0
"""How long an outbox waits before it tries again."""
Doing = dict[str, AnyStep]


class Publication:
    """A message to one channel, or to every subscription of a topic; each gets a copy of its own."""

    def __init__(self, wire: Wire, channels: Sequence[Channel], does: Doing, root: Root | None, wrong: bool) -> None:
        self.wire = wire
        self.channels = channels
        self.does = does
        """What each consuming link's target does: its step, or its own work alone."""
        self.root = root
        self.wrong = wrong
        self.asked: Asked | None = None
        self.link: Link | None = None


class Messages:
    def __init__(self, requests: "Requests") -> None:
        self.requests = requests
        self.simulator = requests.simulator
        self.architecture = requests.architecture
        self.clock = requests.clock
        self.chance = requests.chance
        self.faults = requests.faults

    # ---- publishing ----

    def publication(
        self, place: Place, wire: Wire, link: Link | None, channels: Sequence[Channel], step: LinkStep, wrong: bool
    ) -> Publication:
        """What a step publishes: where the channel is implied the step says what its consumer does, else its steps."""
        implied = channels[0].shown_as == step.link
        named = {nested.link: nested for nested in step.steps if isinstance(nested, LinkStep)}
        made = Publication(wire, channels, {step.link: step} if implied else dict(named), place.owner, wrong)
        made.link = link
        return made

    def publish(self, made: Publication) -> bool:
        """Send it; the publisher goes on at once. Whether it is on its way, or will be: else it is lost, which the
        publisher does not know.

        Raises:
            FailedError: the channel, or the link to it, is down and says so, and there is no outbox.
        """
        wire, root = made.wire, made.root
        wire.tally.calls += 1
        wire.tally.attempts += 1
        outbox = made.link is not None and bool(said(self.architecture, made.link, "outbox"))
        refused = self.faults.refused(wire.name, self.clock.now)
        channel = made.channels[0]
        if (refused or (not channel.up and not channel.silent)) and not outbox:
            raise FailedError("crashed")
        if self._try(made):
            return True
        if not outbox:
            if root is not None and not root.closed:
                root.lost = True
            return False
        self._keep(made)
        return True

    def _try(self, made: Publication) -> bool:
        if not made.channels[0].up or self.faults.refused(made.wire.name, self.clock.now):
            return False
        face, way = made.wire.message_way()
        if way is None or face == "noticed":
            return False
        lane = self._partition_of(made)
        for channel in made.channels:
            root = made.root if made.root is not None and not made.root.closed else None
            if root is not None:
                root.open_consequence()
            message = Message(root, made.wrong or face == "unnoticed", made.wire, made.does)
            message.owner = made.root
            message.asked = made.asked
            message.published_to, message.way = channel, way
            if made.link is not None and said(self.architecture, made.link, "outbox"):
                message.outbox = partial(self._keep, made)
            goal = channel.lanes[int(lane * len(channel.lanes))]
            self.clock.after(way, partial(goal.arrive, message))
        return True

    def _partition_of(self, made: Publication) -> float:
        """Which of the partitions, as a share of their number: by the key's value, which is one for each journey, the
        first where all must keep their order, else each in turn."""
        link, lanes = made.link, len(made.channels[0].lanes)
        if link is not None and link.style == "event":
            key = said(self.architecture, link, "order_key")
            if key not in (None, "none"):
                return self.chance.share() if made.root is None else made.root.value_of(key, self.chance)
            if said(self.architecture, link, "order_required"):
                return 0.0
        if lanes > 1:
            made.wire.turn = (made.wire.turn + 1) % lanes
        return (made.wire.turn % lanes + 0.5) / lanes

    def _keep(self, made: Publication, late: Message | None = None, channel: Channel | None = None) -> None:
        """Leave it in the publisher's outbox, from where it is sent every second until it arrives; a `late` message
        that found one channel down goes there alone."""
        again = made
        if channel is not None:
            again = Publication(made.wire, [channel], made.does, made.root, made.wrong)
            again.link = made.link
        root = made.root
        if late is None and root is not None:
            root.open_consequence()

        def send_again() -> Process[None]:
            while True:
                yield AGAIN_MS
                again.wire.tally.attempts += 1
                if self._try(again):
                    break
            if root is not None:
                root.settle(self.clock.now, lost=False)

        Task(self.clock, send_again()).begin()

    # ---- consuming ----

    def begin_delivery(self, channel: Channel, delivery: Delivery, way: float) -> None:
        """What a consumer does with a message, from its way to the consumer to the acknowledgement."""
        station = delivery.consumer.station
        place = Place(delivery.message.root, station)
        place.owner = delivery.message.owner
        place.delivery = delivery
        place.instance = delivery.instance
        place.spent.network += delivery.message.way + delivery.way
        task = Task(self.clock, self._delivered(channel, delivery, place))
        place.tasks.append(task)
        self.clock.after(way, task.begin_unless_killed)

    def _delivered(self, channel: Channel, delivery: Delivery, place: Place) -> Process[None]:
        consumer, message = delivery.consumer, delivery.message
        station = consumer.station
        link = consumer.link
        implied = consumer.wire is message.came_by
        step = message.does.get(link.id) if channel.first is message.published_to else None
        work: Any = station.work_ms
        nested: Sequence[AnyStep] = ()
        probability = 1.0
        if isinstance(step, LinkStep):
            work = work if step.work_ms is None else step.work_ms
            nested = step.steps
            if not implied:
                told = step.probability
                told = in_force(self.architecture, link, "probability").value if told is None else told
                probability = float(told)
        if message.poison:
            place.dies = lambda: self.simulator.die(station, place)
        asked = message.asked if channel.first is message.published_to else None
        if asked is not None:
            place.reports = lambda: self._report(asked, consumer.wire, link, place)
        wrong = message.wrong or delivery.face == "unnoticed"
        woken = self._woken(message, channel, link)
        outcome = yield from self.requests.served(place, work, nested, probability, wrong, woken)
        if outcome is None:
            self._no_acknowledgement(channel, delivery)
            return
        heard = outcome.cause is not None or consumer.once
        if outcome.cause is None and not consumer.once:
            heard = not (consumer.wire.loses_reply() or self.requests.loses_reply(station))
        if not heard:
            self._no_acknowledgement(channel, delivery)
            return
        if outcome.cause is None:
            self.requests.spoil(consumer.wire.name, outcome, delivery.face)
            self.requests.spoil(station.element_id, outcome, place.face)
        if outcome.cause is None and asked is not None:
            try:
                asked.answer(consumer.wire, link, place, outcome)
            except FailedError as failure:
                outcome.cause = failure.cause
        channel.end(delivery, failed=outcome.cause is not None, wrong=outcome.wrong)

    def _woken(self, message: Message, channel: Channel, link: Link) -> tuple[str, ...]:
        """The links whose readers the arrival of a message notifies: the one it came over, the one it was sent over."""
        sent = message.came_by is not None and channel.first is message.published_to
        return tuple(dict.fromkeys((link.id, message.came_by.name) if sent and message.came_by else (link.id,)))

    def _report(self, asked: Asked, wire: Wire, link: Link, place: Place) -> None:
        """Tell who asked that the work begins, where that is wanted."""
        if asked.progress:
            asked.answer(wire, link, place, None)

    def _no_acknowledgement(self, channel: Channel, delivery: Delivery) -> None:
        """The broker hears nothing of a delivery; it sees lost connections at once, or never asks."""
        if delivery.consumer.visibility_ms == 0 or delivery.consumer.once:
            channel.end(delivery, failed=True, wrong=False)
        else:
            channel.free(delivery)
