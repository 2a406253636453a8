"""What a request does: its steps, the calls it makes, how it is served and answered."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from models.architecture import Link, in_force, said
from models.architecture.journeys import AnyStep, ChoiceStep, LinkStep, WorkStep
from tests.models.simulation.oracle.clock import Alarm, Mailbox, Process, Task
from tests.models.simulation.oracle.data import Data
from tests.models.simulation.oracle.messages import AGAIN_MS, Messages
from tests.models.simulation.oracle.records import FailedError, Outcome, Spent
from tests.models.simulation.oracle.replies import Question, ask
from tests.models.simulation.oracle.stations import Call, Place, Station
from tests.models.simulation.oracle.wires import Wire

if TYPE_CHECKING:
    from tests.models.simulation.oracle.simulator import Simulator

TIMED_OUT, CONNECTED, HEDGE, BROKEN = "timed out", "connected", "hedge", "broken"
BUDGET_HOLDS = 100.0


class Strand:
    """One line of a request's steps: all of them, or one of a group that runs in parallel."""

    def __init__(self, place: Place, alone: bool = True, wrong: bool = False) -> None:
        self.place = place
        self.alone = alone
        self.told = Outcome(wrong=wrong)
        self.worker = place
        """Who holds the worker for this strand: its request, unless each strand needs a worker of its own."""
        if not alone and place.station is not None and place.station.nonblocking:
            self.worker = Place(place.root, place.station)
            self.worker.instance = place.instance
            self.worker.deadline = place.deadline

    @property
    def spent(self) -> Spent:
        return self.told.spent


@dataclass
class Errand:
    """What a call is about: how its target works, what it does next, and what is so when it is done."""

    work: Any
    nested: Sequence[AnyStep] = ()
    least_ms: float = 0.0
    """The work takes no less: a transaction's length."""
    done: Callable[[Place], None] | None = None
    woken: tuple[str, ...] = ()
    """The links it came over, whose arrival notifies readers."""
    writes: bool = False


class Requests:
    def __init__(self, simulator: "Simulator") -> None:
        self.simulator = simulator
        self.architecture = simulator.architecture
        self.clock = simulator.clock
        self.chance = simulator.chance
        self.faults = simulator.faults
        self.messages = Messages(self)
        self.data = Data(self)
        self.questions = {
            link.id: Question(self, link)
            for link in self.architecture.links
            if link.style == "async"
            and simulator.channels_of(link)
            and said(self.architecture, link, "reply") != "none"
        }

    # ---- steps ----

    def steps(self, strand: Strand, steps: Sequence[AnyStep]) -> Process[None]:
        """Steps in order, those that are parallel together with the one before them."""
        special = self.data.special(steps, self._alone(steps))
        if special is not None:
            yield from self.steps(strand, steps[:special])
            yield from self.data.follow(strand, steps, special, self._alone(steps))
            return
        groups: list[list[AnyStep]] = []
        for step in steps:
            if groups and isinstance(step, LinkStep) and self._is_parallel(step):
                groups[-1].append(step)
            else:
                groups.append([step])
        for group in groups:
            if len(group) == 1:
                yield from self._step(strand, group[0])
            else:
                yield from self._together(strand, group)

    def _alone(self, steps: Sequence[AnyStep]) -> list[bool]:
        """Which steps have nothing parallel to them."""
        parallel = [isinstance(step, LinkStep) and self._is_parallel(step) for step in steps]
        return [not one and not following for one, following in zip(parallel, [*parallel[1:], False], strict=False)]

    def _is_parallel(self, step: LinkStep) -> bool:
        if step.parallel is not None:
            return step.parallel
        return bool(self._of_link(step.link, "parallel_with_previous"))

    def _of_link(self, link_id: str, attribute: str) -> Any:
        return in_force(self.architecture, self.architecture.link_by_id[link_id], attribute).value

    def _together(self, strand: Strand, group: list[AnyStep]) -> Process[None]:
        place = strand.place
        strands = [Strand(place, alone=False) for _ in group]
        heirs = [own for own, step in zip(strands, group, strict=True) if self._begins_with_work(step)]
        if heirs and strand.worker.holding and heirs[0].worker is not place:
            strand.worker.holding, heirs[0].worker.holding = False, True
        self._let_worker_go(strand)
        ended = Mailbox()

        def branch(own: Strand, step: AnyStep) -> Process[None]:
            try:
                yield from self._step(own, step)
            except FailedError as failure:
                own.told.cause, own.told.permanent = failure.cause, failure.permanent
            finally:
                self._leave(own)
            ended.put(own.told)

        def crash(own: Strand, task: Task) -> None:
            if own.worker.instance is not place.instance and task in place.tasks:
                task.kill()
                own.told.cause = "crashed"
                self.clock.after(0.0, lambda: ended.put(own.told))

        tasks = [Task(self.clock, branch(own, step)) for own, step in zip(strands, group, strict=True)]
        place.tasks += tasks
        for own, task in zip(strands, tasks, strict=True):
            if own.worker is not place:
                own.worker.crashed = lambda own=own, task=task: crash(own, task)
        for task in tasks:
            self.clock.after(0.0, task.begin_unless_killed)
        failure: Outcome | None = None
        last = Outcome()
        began = self.clock.now
        for _ in group:
            try:
                last = yield ended
            except GeneratorExit:
                strand.spent.wait += self.clock.now - began
                raise
            strand.told.wrong = strand.told.wrong or last.wrong
            strand.told.degraded = strand.told.degraded or last.degraded
            if last.cause is not None and failure is None:
                failure = last
        for task in tasks:
            place.tasks.remove(task)
        strand.spent.add(last.spent)
        if failure is not None:
            raise FailedError(str(failure.cause), failure.permanent)

    def _begins_with_work(self, step: AnyStep) -> bool:
        if isinstance(step, ChoiceStep):
            taken = [branch.steps for branch in step.choice if branch.weight > 0]
            if len(taken) != 1 or not taken[0]:
                return False
            steps = taken[0]
            if len(steps) > 1 and isinstance(steps[1], LinkStep) and self._is_parallel(steps[1]):
                return False
            return self._begins_with_work(steps[0])
        return isinstance(step, WorkStep)

    def _leave(self, strand: Strand) -> None:
        """A parallel strand is over: its worker is free."""
        worker = strand.worker
        if worker is strand.place:
            return
        if worker.instance is not None and worker in worker.instance.present:
            worker.instance.present.remove(worker)
        if worker.holding and worker.station is not None:
            worker.station.leave_worker(worker)

    def _step(self, strand: Strand, step: AnyStep) -> Process[None]:
        if isinstance(step, WorkStep):
            yield from self.work(strand, step.work_ms)
        elif isinstance(step, ChoiceStep):
            at = self.chance.share() * sum(branch.weight for branch in step.choice)
            taken = [branch for branch in step.choice if branch.weight > 0]
            while len(taken) > 1 and at >= taken[0].weight:
                at -= taken.pop(0).weight
            yield from self.steps(strand, taken[0].steps)
        elif isinstance(step, LinkStep):
            probability = step.probability
            if probability is None:
                probability = self._of_link(step.link, "probability")
            if not self.chance.happens(probability):
                return
            calls = float(self._of_link(step.link, "calls_per_request") if step.calls is None else step.calls)
            for _ in range(int(calls) + self.chance.happens(calls - int(calls))):
                yield from self._use(strand, step)
        else:
            raise AssertionError("journeys are written out before they run")

    def work(self, strand: Strand, time: Any, least_ms: float = 0.0) -> Process[None]:
        place = strand.place
        station = place.station
        if station is None:
            took = self.chance.time(time)
            strand.spent.work += took
            yield took
            return
        worker = strand.worker
        if not worker.holding and (strand.alone or worker is not place):
            since = self.clock.now
            yield from station.take_worker(worker, strand.spent)
            station.tally.waited_again_ms += self.clock.now - since
            if since < self.clock.now and worker.deadline < self.clock.now:
                worker.late = True
                raise FailedError("timeout")
        took = max(self.faults.stretched(station.element_id, self.chance.time(time), self.clock.now), least_ms)
        if took > 0:
            try:
                yield from station.work(worker, took, strand.spent)
            finally:
                if worker is not place:
                    place.own_work += worker.own_work
                    worker.own_work = 0.0

    def _let_worker_go(self, strand: Strand) -> None:
        worker = strand.worker
        if worker.station is not None and worker.station.nonblocking and worker.holding:
            worker.station.leave_worker(worker)

    def _use(self, strand: Strand, step: LinkStep) -> Process[None]:
        link = self.architecture.link_by_id[step.link]
        wire = self.simulator.wires[link.id]
        if link.style in ("async", "event"):
            yield from self._publish(strand, wire, step)
            return
        if link.style == "shared_data":
            yield from self.data.access(strand, step)
            return
        target = self.simulator.stations[link.target]
        work = target.work_ms if step.work_ms is None else step.work_ms
        yield from self.call(strand, wire, target, Errand(work, step.steps, woken=(link.id,)), step.on_failure)

    def _publish(self, strand: Strand, wire: Wire, step: LinkStep) -> Process[None]:
        link = self.architecture.link_by_id[step.link]
        size = said(self.architecture, link, "payload_bytes")
        limit = getattr(self.architecture.element_by_id[link.target], "max_message_bytes", None)
        if size is not None and limit is not None and size > limit:
            yield from self.steps(strand, step.on_failure)
            raise FailedError("oversize", permanent=True)
        channels = self.simulator.channels_of(link)
        if link.id in self.questions and self._wants_reply(link, step):
            yield from ask(self, strand, self.questions[link.id], step)
        elif channels:
            made = self.messages.publication(strand.place, wire, link, channels, step, strand.told.wrong)
            try:
                self.messages.publish(made)
            except FailedError:
                yield from self.steps(strand, step.on_failure)
                raise

    def _wants_reply(self, link: Link, step: LinkStep) -> bool:
        """Whether a reply is said, or implied by what waits for one."""
        names = ("reply", "reply_queue", "awaited")
        return bool(step.on_reply) or any(said(self.architecture, link, name) for name in names)

    # ---- calls ----

    def call(
        self,
        strand: Strand,
        wire: Wire,
        target: Station | None,
        errand: Errand,
        on_failure: Sequence[AnyStep] = (),
    ) -> Process[None]:
        """A logical call: attempts until one succeeds or no more are made."""
        wire.tally.calls += 1
        began = self.clock.now
        if wire.budget_ratio is not None:
            wire.tokens = min(BUDGET_HOLDS, wire.tokens + wire.budget_ratio)
        self._let_worker_go(strand)
        attempt = 0
        while True:
            attempt += 1
            sent = self.clock.now
            try:
                outcome = yield from self._attempt(strand, wire, target, errand)
            except GeneratorExit:
                strand.spent.wait += self.clock.now - sent
                raise
            strand.spent.add(outcome.spent)
            if outcome.cause is None:
                strand.told.wrong = strand.told.wrong or outcome.wrong
                strand.told.degraded = strand.told.degraded or outcome.degraded
                wire.tally.answers.append(self.clock.now - began)
                return
            if attempt >= wire.max_attempts or (outcome.permanent and wire.typed):
                break
            if wire.budget_ratio is not None:
                if wire.tokens < 1:
                    break
                wire.tokens -= 1
            pause = wire.pause(attempt)
            strand.spent.backoff += pause
            wire.tally.backoff_ms += pause
            over = self.clock.now + pause
            try:
                yield pause
            except GeneratorExit:
                strand.spent.backoff -= over - self.clock.now
                wire.tally.backoff_ms -= over - self.clock.now
                raise
        if wire.fallback:
            if wire.keeps_failed_calls:
                self._keep(strand, wire, target, errand, outcome)
            strand.told.degraded = True
            yield from self.steps(strand, on_failure)
        else:
            yield from self.steps(strand, on_failure)
            raise FailedError(str(outcome.cause), outcome.permanent)

    def _keep(self, strand: Strand, wire: Wire, target: Station | None, errand: Errand, failure: Outcome) -> None:
        """Send a failed call again every second, until it succeeds or a repetition cannot help."""
        root = strand.place.root
        if failure.permanent and wire.typed:
            if root is not None and not root.closed:
                root.lost = True
            return
        if root is not None:
            root.open_consequence()
        own = Strand(Place(root))
        own.place.owner = strand.place.owner

        def again() -> Process[None]:
            while True:
                yield AGAIN_MS
                began = self.clock.now
                outcome = yield from self._attempt(own, wire, target, errand)
                if outcome.cause is None:
                    wire.tally.answers.append(self.clock.now - began)
                    break
                if outcome.permanent and wire.typed:
                    break
            if root is not None:
                root.wrong = root.wrong or outcome.wrong
                root.settle(self.clock.now, lost=outcome.cause is not None)

        Task(self.clock, again()).begin()

    def _attempt(self, strand: Strand, wire: Wire, target: Station | None, errand: Errand) -> Process[Outcome]:
        if wire.in_use >= wire.bulkhead:
            wire.tally.rejected += 1
            return Outcome("rejected")
        period = 0
        if wire.breaker is not None:
            if wire.breaker.refuses():
                wire.tally.breaker_rejected += 1
                return Outcome("breaker_open")
            period = wire.breaker.period
        call = Call(strand.place)
        sent = self.clock.now
        alarms: list[Alarm] = []
        if wire.timeout_ms < float("inf"):
            alarms.append(self.clock.after(wire.timeout_ms, lambda: call.letters.put(TIMED_OUT)))
        try:
            outcome = yield from self._asked(strand, wire, target, errand, call, sent, alarms)
        finally:
            call.open = False
            for alarm in alarms:
                alarm.cancel()
            if call in wire.pool_queue:
                wire.pool_queue.remove(call)
            if call.connected:
                wire.in_use -= 1
                wire.calling.remove(call)
                self._next_connection(wire)
        if wire.breaker is not None:
            wire.breaker.record(period, outcome.cause is not None, self.clock.now - sent)
        return outcome

    def _asked(
        self,
        strand: Strand,
        wire: Wire,
        target: Station | None,
        errand: Errand,
        call: Call,
        sent: float,
        alarms: list[Alarm],
    ) -> Process[Outcome]:
        queued = 0.0
        if wire.in_use >= wire.pool:
            wire.pool_queue.append(call)
            letter = yield call.letters
            queued = self.clock.now - sent
            if letter == TIMED_OUT:
                wire.tally.timeouts += 1
                return Outcome("pool_exhausted", spent=Spent(wait=queued))
            if letter == BROKEN:
                return Outcome("crashed", spent=Spent(wait=queued))
        else:
            wire.in_use += 1
            call.connected = True
            wire.calling.append(call)
        connected = self.clock.now
        if wire.hedge_after_ms is not None:
            alarms.append(self.clock.after(wire.hedge_after_ms, lambda: call.letters.put(HEDGE)))
        copies = 1
        self._send(strand, wire, target, errand, call, sent, 0.0)
        while True:
            letter = yield call.letters
            if letter == HEDGE:
                copies += 1
                self._send(strand, wire, target, errand, call, sent, self.clock.now - connected)
            elif letter == BROKEN:
                return Outcome("crashed", spent=Spent(wait=queued + self.clock.now - connected))
            elif letter == TIMED_OUT:
                wire.tally.timeouts += 1
                waited = self.clock.now - connected
                cause = "client_timeout" if wire.patience else "timeout"
                if queued > waited:
                    cause = "pool_exhausted"
                return Outcome(cause, spent=Spent(wait=queued + waited))
            elif letter.cause is not None and copies > 1:
                copies -= 1
            else:
                letter.spent.wait += queued
                return letter  # type: ignore[no-any-return]

    def break_connections(self, wire: Wire) -> None:
        """Every call over a link fails at once."""
        for call in list(wire.calling):
            self.clock.after(0.0, partial(call.letters.put, BROKEN))

    def _next_connection(self, wire: Wire) -> None:
        if wire.pool_queue and wire.in_use < wire.pool:
            call = wire.pool_queue.popleft()
            wire.in_use += 1
            call.connected = True
            wire.calling.append(call)
            self.clock.after(0.0, lambda: call.letters.put(CONNECTED))

    def _send(
        self,
        strand: Strand,
        wire: Wire,
        target: Station | None,
        errand: Errand,
        call: Call,
        sent: float,
        hedged: float,
    ) -> None:
        """One request on its way: a process of its own, since the caller may stop waiting for it."""
        wire.tally.attempts += 1
        now = self.clock.now
        if self.faults.refused(wire.name, now):
            self.clock.after(0.0, lambda: call.letters.put(Outcome("crashed", spent=Spent(wait=hedged))))
            return
        if wire.loses_request():
            return
        face = self.faults.face(wire.name, now, self.chance)
        if face == "lost":
            return
        if face == "refused":
            self.clock.after(0.0, lambda: call.letters.put(Outcome("crashed", spent=Spent(wait=hedged))))
            return
        place = Place(strand.place.root, target)
        place.owner = strand.place.owner
        if target is None and strand.place.owner is not None:
            strand.place.owner.at_the_client.append(place)
        place.writes = errand.writes
        place.call = call
        call.sent = sent
        call.face = face
        if wire.propagates_deadline:
            place.deadline = min(strand.place.deadline, sent + wire.timeout_ms)
        place.spent.wait += hedged
        task = Task(self.clock, self._travelling(wire, place, errand))
        place.tasks.append(task)
        task.begin()

    def _travelling(self, wire: Wire, place: Place, errand: Errand) -> Process[None]:
        call = place.call
        assert call is not None
        way = wire.out()
        place.spent.network += way
        yield way
        outcome = yield from self.served(place, errand.work, errand.nested, errand=errand)
        if outcome is None or not call.open:
            return
        outcome.spent = place.spent
        if wire.loses_reply():
            return
        late = 0.0
        self.spoil(wire.name, outcome, call.face)
        if call.face == "late":
            late += 9.0 * (self.clock.now - call.sent)
        if place.station is not None:
            if self.loses_reply(place.station):
                return
            self.spoil(place.station.element_id, outcome, place.face)
            if place.face == "late":
                late += 9.0 * (self.clock.now - place.arrived)
        way = wire.back() + late
        outcome.spent.network += way
        yield way
        if call.open:
            call.letters.put(outcome)

    def loses_reply(self, station: Station) -> bool:
        chances = self.faults.omissions(station.element_id, "reply", self.clock.now)
        return any(self.chance.happens(p) for p in chances)

    def spoil(self, part_id: str | None, outcome: Outcome, face: str | None = None) -> None:
        noticed, unnoticed, permanent = self.faults.spoiled(part_id, self.clock.now)
        if outcome.cause is not None:
            return
        if self.chance.happens(noticed):
            outcome.cause = "wrong_response"
            outcome.permanent = self.chance.happens(permanent)
            return
        if self.chance.happens(unnoticed):
            outcome.wrong = True
        if face == "noticed":
            outcome.cause = "wrong_response"
        elif face == "unnoticed":
            outcome.wrong = True

    # ---- being served ----

    def served(
        self,
        place: Place,
        work: Any,
        nested: Sequence[AnyStep],
        probability: float = 1.0,
        wrong: bool = False,
        woken: tuple[str, ...] = (),
        errand: Errand | None = None,
    ) -> Process[Outcome | None]:
        """A request at its station, from the door to the end of its steps; None when it vanishes without an answer."""
        station = place.station
        strand = Strand(place, wrong=wrong)
        strand.told.spent = place.spent
        if station is None:
            return (yield from self._finished(strand, nested))
        now = self.clock.now
        station.tally.arrivals += 1
        place.arrived = now
        place.face = self.faults.face(station.element_id, now, self.chance)
        if place.face == "refused":
            return Outcome("crashed")
        if place.face == "lost":
            return None
        if station.availability < 1 and not self.chance.happens(station.availability):
            return Outcome("crashed")
        if any(self.chance.happens(p) for p in self.faults.omissions(station.element_id, "request", now)):
            return None
        if place.instance is None or (station.balancing == "shared_queue" and place.instance.up):
            place.instance = station.pick(place.writes)
        instance = place.instance
        if instance is None:
            return Outcome("crashed")
        if not instance.up:
            return None if instance.silent or place.delivery is not None or place.patient else Outcome("crashed")
        if place.delivery is None and not place.patient and station.is_full(instance):
            station.tally.rejected += 1
            return Outcome("rejected")
        if station.balancing != "shared_queue" or station.has_room(instance):
            instance.present.append(place)
        try:
            yield from station.take_worker(place, strand.spent)
            station.tally.waits.append(self.clock.now - now)
            if place.deadline < self.clock.now:
                return Outcome("timeout")
            outcome = Outcome()
            errand = errand or Errand(work, nested, woken=woken)
            if place.reports is not None:
                try:
                    place.reports()
                except FailedError as failure:
                    outcome = Outcome(failure.cause)
            if outcome.cause is None and self.chance.happens(probability):
                outcome = yield from self._working(strand, errand)
            if place.abandoned:
                station.tally.wasted_ms += place.own_work
            if place.late:
                return outcome
            station.tally.completed += 1
            station.tally.sojourns.append(self.clock.now - now)
            return outcome
        finally:
            if place.instance is not None and place in place.instance.present:
                place.instance.present.remove(place)
            if place.holding:
                station.leave_worker(place)

    def _working(self, strand: Strand, errand: Errand) -> Process[Outcome]:
        place = strand.place
        if place.dies is None:
            for link_id in errand.woken:
                self.data.arrived(link_id, place.station)
        try:
            if errand.work is not None:
                yield from self.work(strand, errand.work, errand.least_ms)
            if place.dies is not None:
                self.clock.after(0.0, place.dies)
                yield Mailbox()
            yield from self.steps(strand, errand.nested)
            if errand.done is not None:
                errand.done(place)
        except FailedError as failure:
            strand.told.cause, strand.told.permanent = failure.cause, failure.permanent
        return strand.told

    def _finished(self, strand: Strand, nested: Sequence[AnyStep]) -> Process[Outcome]:
        try:
            yield from self.steps(strand, nested)
        except FailedError as failure:
            strand.told.cause, strand.told.permanent = failure.cause, failure.permanent
        return strand.told

    def answered(self, strand: Strand, process: Process[None]) -> Process[Outcome]:
        """How a whole journey ends."""
        try:
            yield from process
        except FailedError as failure:
            strand.told.cause, strand.told.permanent = failure.cause, failure.permanent
        return strand.told
