"""Asynchronous requests: who waits for a reply, the way it takes, and what it finds."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models.architecture import Link, in_force, said
from models.architecture.journeys import AnyStep, LinkStep
from tests.models.simulation.oracle.clock import Alarm, Mailbox, Process, Task
from tests.models.simulation.oracle.records import FailedError, Outcome, Spent
from tests.models.simulation.oracle.stations import Instance, Place, Station
from tests.models.simulation.oracle.wires import Wire

if TYPE_CHECKING:
    from tests.models.simulation.oracle.requests import Requests, Strand

TIMED_OUT = "timed out"


class Question:
    """What a link says of the replies to what is asked over it; and the turn of the instances that take them."""

    def __init__(self, requests: "Requests", link: Link) -> None:
        architecture = requests.architecture

        def told(attribute: str) -> Any:
            return in_force(architecture, link, attribute).value

        self.requests = requests
        self.link = link
        self.wire = requests.simulator.wires[link.id]
        self.station: Station | None = requests.simulator.stations.get(link.source)
        self.callback = said(architecture, link, "reply") == "callback"
        queue = said(architecture, link, "reply_queue")
        self.queue = None if queue is None or self.callback else str(queue)
        self.awaited = bool(told("awaited"))
        self.stored = told("pending_state") == "stored" and self.station is not None
        self.progress = bool(said(architecture, link, "progress_replies"))
        timeout = told("timeout_ms")
        self.timeout_ms: float | None = float(timeout) if isinstance(timeout, int | float) else None
        self.box = ReplyBox(requests, self)
        self.turn = 0
        if self.queue is not None:
            channel = requests.simulator.channels[self.queue][0]
            if channel.replies is None:
                channel.replies = Boxes()
            channel.replies.boxes.append(self.box)

    def drawn(self, source: str, target: str | None) -> Wire | None:
        """The link drawn from one to the other, if any."""
        found = [link for link in self.requests.architecture.links_from[source] if link.target == target]
        return self.requests.simulator.wires[found[0].id] if found and target is not None else None

    def any_instance(self) -> Instance | None:
        """The next that is up."""
        assert self.station is not None
        n = len(self.station.instances)
        for k in range(n):
            i = (self.turn + k) % n
            if self.station.instances[i].up:
                self.turn = i + 1
                return self.station.instances[i]
        return None


class Asked:
    """A request whose reply has not come; `open` until it has, or until nobody waits any more."""

    def __init__(self, question: Question, place: Place, steps: Sequence[AnyStep], on_failure: Sequence[AnyStep]):
        self.question = question
        self.clock = question.requests.clock
        self.place = place
        self.instance = place.instance
        self.life = None if place.instance is None else place.instance.life
        self.steps = steps
        self.on_failure = on_failure
        self.letters = Mailbox()
        self.open = True
        self.alarm: Alarm | None = None
        self.progress = question.progress

    def wait(self) -> None:
        """Begin to wait, not longer than the timeout."""
        if self.alarm is not None:
            self.alarm.cancel()
        if self.question.timeout_ms is not None:
            self.alarm = self.clock.after(self.question.timeout_ms, self.time_is_up)

    def close(self) -> None:
        self.open = False
        if self.alarm is not None:
            self.alarm.cancel()

    def time_is_up(self) -> None:
        self.question.wire.tally.timeouts += 1
        self.open = False
        if self.question.awaited:
            self.letters.put(TIMED_OUT)
            return
        instance = None
        if self.on_failure and self.question.station is not None:
            instance = self.taker()
        if not self.on_failure or (self.question.station is not None and instance is None):
            self.settle(lost=True)
        else:
            self.go_on(instance, self.on_failure, failed=True)

    def request_is_lost(self) -> None:
        """It will never be answered; whoever has no timeout and does not wait himself is done with it."""
        if self.open and not self.question.awaited and self.alarm is None:
            self.close()
            self.settle(lost=True)

    def settle(self, lost: bool) -> None:
        if self.place.owner is not None:
            self.place.owner.settle(self.clock.now, lost)

    def taker(self) -> Instance | None:
        """The instance that can take the reply now."""
        if self.question.stored:
            return self.question.any_instance()
        instance = self.instance
        if self.question.awaited:
            return instance
        return instance if instance is not None and instance.up and instance.life == self.life else None

    def answer(self, consuming: Wire, link: Link, responder: Place, outcome: Outcome | None) -> None:
        """A consumer replies, or (without an outcome) tells that it has begun.

        Raises:
            FailedError: the queue for replies refuses it.
        """
        question = self.question
        drawn = None if question.queue is None else question.drawn(link.target, question.queue)
        channel = None if question.queue is None else question.requests.simulator.channels[question.queue][0]
        if drawn is not None:
            drawn.tally.calls += 1
            drawn.tally.attempts += 1
        if channel is not None:
            if not channel.up and not channel.silent:
                raise FailedError("crashed")
            if drawn is not None and question.requests.faults.refused(drawn.name, self.clock.now):
                raise FailedError("crashed")
        if drawn is not None:
            way = drawn.message_way()[1]
        else:
            wire = question.wire if question.callback else consuming
            way = None if wire.loses_reply() else wire.way_of_reply()
        if way is None or (channel is not None and not channel.up):
            if outcome is not None:
                self.request_is_lost()
            return
        wrong = outcome is not None and outcome.wrong
        reply = Reply(self, outcome is None, wrong, responder.spent)
        reply.spent.network += way
        self.clock.after(way, lambda: question.box.arrive(reply))

    def hear(self, reply: "Reply") -> None:
        """The reply is there."""
        if reply.is_progress:
            if self.alarm is not None:
                self.wait()
            return
        self.close()
        if self.question.awaited:
            self.letters.put(reply)
        elif not self.steps:
            if reply.wrong and self.place.owner is not None:
                self.place.owner.wrong = True
            self.settle(lost=False)
        else:
            self.go_on(reply.instance, self.steps, failed=False, wrong=reply.wrong)

    def go_on(
        self, instance: Instance | None, steps: Sequence[AnyStep], failed: bool, wrong: bool = False, again: bool = True
    ) -> None:
        """What a reply, or its absence, sets off at who asked."""
        requests = self.question.requests
        place = Place(self.place.root, self.question.station)
        place.owner = self.place.owner
        place.instance = instance
        place.patient = True

        def moved() -> None:
            other = self.taker() if self.question.stored and again and not failed else None
            if other is not None and not self.question.callback:
                self.clock.after(0.0, lambda: self.go_on(other, steps, failed, wrong))
            else:
                self.settle(lost=True)

        place.died = moved

        def process() -> Process[None]:
            outcome = yield from requests.served(place, None, steps, wrong=wrong)
            if outcome is None or outcome.cause is not None or failed:
                self.settle(lost=True)
                return
            if outcome.wrong and self.place.owner is not None and not self.place.owner.closed:
                self.place.owner.wrong = True
            self.settle(lost=False)

        task = Task(self.clock, process())
        place.tasks.append(task)
        self.clock.after(0.0, task.begin_unless_killed)


class Reply:
    def __init__(self, asked: Asked, is_progress: bool, wrong: bool, spent: Spent) -> None:
        self.asked = asked
        self.is_progress = is_progress
        self.wrong = wrong
        self.spent = Spent(0.0, spent.work, spent.network, spent.backoff)
        self.instance: Instance | None = None
        self.stored: float | None = None


class Boxes:
    """All the kinds of replies that wait in one queue."""

    def __init__(self) -> None:
        self.boxes: list[ReplyBox] = []

    @property
    def waiting(self) -> list[Reply]:
        return [reply for box in self.boxes for reply in box.waiting]

    def hand_over_all(self) -> None:
        for box in self.boxes:
            box.hand_over_all()


class ReplyBox:
    """Where the replies over one link come in: a queue, or nothing that anyone drew."""

    def __init__(self, requests: "Requests", question: Question) -> None:
        self.requests = requests
        self.question = question
        self.clock = requests.clock
        self.channel = None if question.queue is None else requests.simulator.channels[question.queue][0]
        self.waiting: list[Reply] = []
        implied = requests.simulator.channels_of(question.link)[0].shown_as == question.link.id
        self.second: Wire | None = None
        """The link from the queue to who asked; where none is drawn, the way back over the one that asked."""
        self.is_drawn = False
        if question.queue is not None or (not question.callback and not implied):
            drawn = question.drawn(question.queue, question.link.source) if question.queue is not None else None
            self.second, self.is_drawn = (question.wire, False) if drawn is None else (drawn, True)

    def count(self, what: str) -> None:
        if self.channel is not None:
            self.channel.counted[what] += 1

    def arrive(self, reply: Reply) -> None:
        if self.channel is not None and not self.channel.up:
            if not reply.is_progress:
                reply.asked.request_is_lost()
            return
        self.count("published")
        self.hand_over(reply)

    def keep(self, reply: Reply) -> None:
        reply.stored = self.clock.now
        self.waiting.append(reply)
        self.show()

    def show(self) -> None:
        if self.channel is not None:
            self.channel.show_depth()

    def hand_over_all(self) -> None:
        taken, self.waiting = self.waiting, []
        self.show()
        for reply in taken:
            self.hand_over(reply)

    def is_cut(self) -> bool:
        faults, name, now = self.requests.faults, "" if self.second is None else self.second.name, self.clock.now
        return self.is_drawn and (faults.partitioned(name, now) or faults.refused(name, now))

    def hand_over(self, reply: Reply) -> None:
        """Send it to who takes it; keep it while nobody can."""
        question, asked = self.question, reply.asked
        reply.instance = None
        if self.is_cut():
            self.keep(reply)
            return
        if asked.open and question.station is not None:
            instance = asked.taker()
            there = self.channel is None or self.channel.up
            if not question.callback and ((question.stored and instance is None) or not there):
                self.keep(reply)
                return
            if instance is None:
                self.drop(reply)
                return
            reply.instance = instance
        if self.channel is not None:
            self.channel.ages.append(0.0 if reply.stored is None else self.clock.now - reply.stored)
        self.count("delivered")
        way: float | None = 0.0
        if self.second is not None:
            if self.is_drawn:
                self.second.tally.calls += 1
                self.second.tally.attempts += 1
                way = self.second.message_way()[1]
            else:
                way = None if self.second.loses_reply() else self.second.way_of_reply()
        if way is None:
            self.drop(reply)
            return
        reply.spent.network += way
        self.clock.after(way, lambda: self.reach(reply))

    def reach(self, reply: Reply) -> None:
        asked = reply.asked
        if asked.open and reply.instance is not None and not reply.instance.up:
            if self.question.stored and not self.question.callback:
                self.count("redelivered")
                reply.stored = self.clock.now
                self.hand_over(reply)
            else:
                self.drop(reply)
            return
        self.count("acknowledged")
        if asked.open:
            asked.hear(reply)

    def drop(self, reply: Reply) -> None:
        self.count("dropped")
        if not reply.is_progress:
            reply.asked.request_is_lost()


def ask(requests: "Requests", strand: "Strand", question: Question, step: LinkStep) -> Process[None]:
    """Send a request; wait for its reply where it is awaited, and do what it sets off."""
    link, place, messages = question.link, strand.place, requests.messages
    channels = requests.simulator.channels_of(link)
    asked = Asked(question, place, step.on_reply, step.on_failure)
    made = messages.publication(place, question.wire, link, channels, step, strand.told.wrong)
    made.asked = asked
    began = requests.clock.now
    try:
        came = messages.publish(made)
    except FailedError:
        yield from requests.steps(strand, step.on_failure)
        raise
    if not question.awaited:
        if place.owner is not None:
            place.owner.open_consequence()
        asked.wait()
        if not came:
            asked.request_is_lost()
        return
    asked.wait()
    worker = strand.worker
    at_home = place.station is question.station  # else in a transaction at a store, which keeps its connection
    if at_home and worker.holding and worker.station is not None and (strand.alone or worker is not place):
        worker.station.leave_worker(worker)
    if at_home and question.stored and strand.alone and place.instance is not None and place in place.instance.present:
        place.instance.present.remove(place)
    try:
        reply = yield asked.letters
    except GeneratorExit:
        asked.close()
        strand.spent.wait += requests.clock.now - began
        raise
    if isinstance(reply, Reply):
        passed = requests.clock.now - began
        strand.spent.add(reply.spent)
        strand.spent.wait += passed - reply.spent.work - reply.spent.network - reply.spent.backoff
        strand.told.wrong = strand.told.wrong or reply.wrong
        question.wire.tally.answers.append(passed)
        if at_home:
            _be_at(strand, reply.instance)
        if question.station is not None and not question.station.nonblocking:
            yield from requests.work(strand, 0.0)
        yield from requests.steps(strand, step.on_reply)
        return
    strand.spent.wait += requests.clock.now - began
    if question.stored and at_home:
        _be_at(strand, question.any_instance())
    yield from requests.steps(strand, step.on_failure)
    raise FailedError("timeout")


def _be_at(strand: "Strand", instance: Instance | None) -> None:
    """Who waited with a stored state goes on at the instance that took the reply."""
    place = strand.place
    if instance is None or place.station is None or not strand.alone:
        return
    place.instance = instance
    if place.station.balancing != "shared_queue" and place not in instance.present:
        instance.present.append(place)
