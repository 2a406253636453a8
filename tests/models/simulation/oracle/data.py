"""Common data: accesses with their transactions, caches, and the readers that poll or are notified."""

import math
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from models.architecture import Link, in_force, replace, said
from models.architecture.derived import journeys_in_force, unfold
from models.architecture.journeys import AnyStep, ChoiceStep, LinkStep
from tests.models.simulation.oracle.clock import Process, Task
from tests.models.simulation.oracle.records import FailedError, Root
from tests.models.simulation.oracle.stations import Place, Station

if TYPE_CHECKING:
    from tests.models.simulation.oracle.requests import Requests, Strand


class Change:
    """What a writer left for a reader."""

    def __init__(self, at: float, root: Root | None, owner: Root | None, step: LinkStep | None) -> None:
        self.at = at
        self.root = root
        self.owner = owner
        self.step = step
        """What the reader does with it, in the words of the write's step."""
        self.was_read = False


class Reader:
    """A link whose source (of an undrawn store: who does not write) looks for changes in its own time."""

    def __init__(self, data: "Data", link: Link) -> None:
        requests = data.requests
        architecture = requests.architecture
        self.data = data
        self.requests = requests
        self.clock = requests.clock
        self.chance = requests.chance
        self.link = link
        self.wire = requests.simulator.wires[link.id]
        self.store = data.store_of(link)
        undrawn = architecture.element_by_id[link.target].kind != "datastore"
        element = link.target if undrawn and data.access_of(link) != "read" else link.source
        self.station = requests.simulator.stations[element]
        told = said(architecture, link, "poll_interval_ms")
        self.notified_by = said(architecture, link, "notified_by")
        polls = told is not None or self.notified_by is None
        self.interval_ms = float(in_force(architecture, link, "poll_interval_ms").value) if polls else 0.0
        batch = said(architecture, link, "batch_limit")
        self.batch = math.inf if batch is None else float(batch)
        self.others_per_ms = 0.0
        self.next_other = math.inf
        self.unread: deque[Change] = deque()
        self.seen = -1.0
        self.busy = self.again = False

    def start(self) -> None:
        if self.others_per_ms > 0:
            self.next_other = self.chance.exponential(1 / self.others_per_ms)
        if self.interval_ms > 0:
            self.clock.at(self.chance.share() * self.interval_ms, self._by_the_clock)

    def _by_the_clock(self) -> None:
        self.clock.after(self.interval_ms, self._by_the_clock)
        if not self.busy:
            self.wake()

    def wake(self) -> None:
        """Poll, or once more after the poll that is under way."""
        if self.busy:
            self.again = True
        elif any(instance.up for instance in self.station.instances):
            self.busy, self.again = True, False
            self.clock.after(0.0, Task(self.clock, self._poll()).begin_unless_killed)

    def _poll(self) -> Process[None]:
        from tests.models.simulation.oracle.requests import Errand, Strand

        least = float(said(self.requests.architecture, self.link, "transaction_ms") or 0.0)
        errand = Errand(self.store.work_ms, least_ms=least, done=lambda _: self._has_seen())
        errand.writes = self.data.access_of(self.link) != "read"
        strand = Strand(Place(None))
        try:
            yield from self.requests.call(strand, self.wire, self.store, errand)
            self._take()
        except FailedError:
            pass
        self.busy = False
        if self.again:
            self.wake()

    def _has_seen(self) -> None:
        self.seen = self.clock.now

    def _take(self) -> None:
        """Read what was there when the store answered, the oldest first, as many as fit into a batch."""
        now, taken = self.clock.now, 0
        while taken < self.batch:
            first = self.unread[0] if self.unread and self.unread[0].at <= self.seen else None
            if self.next_other <= self.seen and (first is None or first.at > self.next_other):
                self.wire.tally.ages.append(now - self.next_other)
                self.next_other += self.chance.exponential(1 / self.others_per_ms)
            elif first is not None:
                self.unread.popleft()
                if not first.was_read:
                    self.wire.tally.ages.append(now - first.at)
                first.was_read = True
                if first.step is not None:
                    self._begin(first)
            else:
                return
            taken += 1

    def _begin(self, change: Change) -> None:
        """The reader works on a change, as its steps say, or has it read again."""
        step = change.step
        assert step is not None
        place = Place(change.root, self.station)
        place.owner = change.owner
        place.patient = True
        place.died = lambda: self.unread.appendleft(change)
        told = step.probability
        if told is None:
            told = in_force(self.requests.architecture, self.link, "probability").value
        probability = float(told)

        def process() -> Process[None]:
            outcome = yield from self.requests.served(place, self.station.work_ms, step.steps, probability)
            if outcome is None or outcome.cause is not None:
                self.unread.appendleft(change)
            elif change.root is not None:
                change.root.settle(self.clock.now, lost=False)

        task = Task(self.clock, process())
        place.tasks.append(task)
        self.clock.after(0.0, task.begin_unless_killed)


class Data:
    def __init__(self, requests: "Requests") -> None:
        self.requests = requests
        self.simulator = requests.simulator
        self.architecture = requests.architecture
        self.clock = requests.clock
        self.used = self._used()
        self.readers: dict[str, Reader] = {}
        for link in self.architecture.links:
            if link.style == "shared_data" and self._looks_for_changes(link):
                self.readers[link.id] = Reader(self, link)
        for reader in self.readers.values():
            reader.others_per_ms = self._changes_by_others(reader)

    def start(self) -> None:
        for reader in self.readers.values():
            reader.start()

    # ---- what the model says ----

    def access_of(self, link: Link) -> str:
        return str(in_force(self.architecture, link, "access").value)

    def store_of(self, link: Link) -> Station:
        drawn = self.architecture.element_by_id[link.target].kind == "datastore"
        return self.simulator.stations[link.target if drawn else link.id]

    def _looks_for_changes(self, link: Link) -> bool:
        only_writes = self.access_of(link) == "write" and self.store_of(link).name != link.id
        asked = any(said(self.architecture, link, name) is not None for name in ("poll_interval_ms", "notified_by"))
        return not only_writes and (asked or link.id in self._named_by_writes())

    def _named_by_writes(self) -> set[str]:
        """Links of readers that stand under a write of some journey."""
        found: set[str] = set()

        def look(steps: Sequence[AnyStep]) -> None:
            for step in steps:
                if isinstance(step, ChoiceStep):
                    for branch in step.choice:
                        look(branch.steps)
                elif isinstance(step, LinkStep):
                    link = self.architecture.link_by_id[step.link]
                    if link.style == "shared_data" and self.access_of(link) != "read":
                        found.update(inner.link for inner in step.steps if isinstance(inner, LinkStep))
                    for inner_steps in (step.steps, step.on_reply, step.on_failure):
                        look(inner_steps)

        for journey in journeys_in_force(self.architecture)[0]:
            look(unfold(self.architecture, journey)[0])
        return found

    def _used(self) -> set[str]:
        """The links that some step of a journey goes over."""
        found: set[str] = set()

        def look(steps: Sequence[AnyStep]) -> None:
            for step in steps:
                if isinstance(step, ChoiceStep):
                    for branch in step.choice:
                        look(branch.steps if branch.weight > 0 else ())
                elif isinstance(step, LinkStep):
                    found.add(step.link)
                    for inner in (step.steps, step.on_reply, step.on_failure):
                        look(inner)

        for journey in journeys_in_force(self.architecture)[0]:
            look(unfold(self.architecture, journey)[0])
        return found

    def _finds(self, reader: Reader, store: Station, dataset: str | None) -> bool:
        mine = getattr(reader.link, "dataset", None)
        return reader.store is store and (mine is None or dataset is None or mine == dataset)

    def _changes_by_others(self, reader: Reader) -> float:
        """Per ms: what the reader's link says, else what those say that write the same data."""
        own = said(self.architecture, reader.link, "changes_per_s")
        if own is not None:
            return float(own) / 1000
        rate = 0.0
        for link in self.architecture.links:
            told = said(self.architecture, link, "changes_per_s") if link.style == "shared_data" else None
            if told is None or link.id in self.readers or self.access_of(link) == "read":
                continue
            if self._finds(reader, self.store_of(link), getattr(link, "dataset", None)):
                rate += float(told)
        return rate / 1000

    # ---- accesses ----

    def access(self, strand: "Strand", step: LinkStep, within: Sequence[AnyStep] = ()) -> Process[None]:
        """One access, with what happens `within` its transaction; changes are there when its work is done."""
        from tests.models.simulation.oracle.requests import Errand

        link = self.architecture.link_by_id[step.link]
        store = self.store_of(link)
        writes = self.access_of(link) != "read"
        undrawn = store.name == link.id
        own = [inner for inner in step.steps if not isinstance(inner, LinkStep)] if not (writes and undrawn) else []
        nested = [] if self._hit_ratio(link) is not None else own
        named: dict[str, LinkStep] = {}
        if writes and undrawn and step.steps:
            named[link.id] = LinkStep(link=link.id, steps=step.steps)
        elif writes:
            for inner in step.steps:
                if isinstance(inner, LinkStep) and inner.link in self.readers:
                    named.setdefault(inner.link, inner)
        errand = Errand(store.work_ms if step.work_ms is None else step.work_ms, (*nested, *within))
        errand.least_ms = float(said(self.architecture, link, "transaction_ms") or 0.0)
        errand.writes = writes
        if writes:
            errand.done = lambda place: self._put(link, store, named, place)
        yield from self.requests.call(strand, self.simulator.wires[link.id], store, errand, step.on_failure)
        ratio = self._hit_ratio(link)
        if ratio is not None and own and not self.requests.chance.happens(ratio):
            yield from self.requests.steps(strand, own)

    def _put(self, link: Link, store: Station, named: dict[str, LinkStep], place: Place) -> None:
        """Leave the change for all readers of the data, and tell those whom nobody else tells."""
        for reader in self.readers.values():
            step = named.get(reader.link.id)
            if step is None and not self._finds(reader, store, getattr(link, "dataset", None)):
                continue
            root = place.root if step is not None and place.root is not None and not place.root.closed else None
            if root is not None:
                root.open_consequence()
            reader.unread.append(Change(self.clock.now, root, place.owner, step))
            by = reader.notified_by
            if by is not None and not (by in self.used and self._hears(reader, by)):
                way = self.simulator.wires[by].notification_way()
                if way is not None:
                    self.clock.after(way, reader.wake)

    def _hears(self, reader: Reader, link_id: str) -> bool:
        """Whether what journeys send over a link arrives at the reader."""
        link = self.architecture.link_by_id[link_id]
        channels = self.simulator.channels_of(link) if link.style in ("async", "event") else []
        takers = [consumer.station for channel in channels for consumer in channel.consumers]
        return reader.station.name == link.target or reader.station in takers

    def arrived(self, link_id: str, station: Station | None) -> None:
        """Something has come over a link to a service, whose readers may wait for that."""
        for reader in self.readers.values():
            if reader.notified_by == link_id and reader.station is station:
                reader.wake()

    # ---- what bears on the steps after an access ----

    def special(self, steps: Sequence[AnyStep], alone: Sequence[bool]) -> int | None:
        """The first step that is the reading of a cache which saves others, or begins a transaction over the rest."""
        for i in range(len(steps)):
            if alone[i] and (self._spared(steps, i, alone) or self._spans(steps, i)):
                return i
        return None

    def follow(self, strand: "Strand", steps: Sequence[AnyStep], i: int, alone: Sequence[bool]) -> Process[None]:
        """Do the access at `i` and all steps after it."""
        step = steps[i]
        assert isinstance(step, LinkStep)
        spared = self._spared(steps, i, alone)
        if not spared:
            yield from self.access(strand, step, within=steps[i + 1 :])
            return
        link = self.architecture.link_by_id[step.link]
        own = [inner for inner in step.steps if not isinstance(inner, LinkStep)]
        yield from self.access(strand, replace(step, steps=()))
        last = spared[-1]
        ratio = self._hit_ratio(link)
        assert ratio is not None
        if self.requests.chance.happens(ratio):
            yield from self.requests.steps(strand, [steps[k] for k in range(i + 1, last + 1) if k not in spared])
        else:
            yield from self.requests.steps(strand, [*own, *steps[i + 1 : last + 1]])
        yield from self.requests.steps(strand, steps[last + 1 :])

    def _hit_ratio(self, link: Link) -> float | None:
        store = self.architecture.element_by_id[link.target]
        if store.kind != "datastore" or self.access_of(link) == "write":
            return None
        ratio: float | None = getattr(store, "hit_ratio", None)
        return ratio

    def _reads_once(self, step: AnyStep) -> Link | None:
        """The link of a step that is one data access that always happens."""
        if not isinstance(step, LinkStep):
            return None
        link = self.architecture.link_by_id[step.link]

        def told(value: Any, attribute: str) -> float:
            return float(in_force(self.architecture, link, attribute).value if value is None else value)

        once = told(step.calls, "calls_per_request") == 1 and told(step.probability, "probability") == 1
        return link if link.style == "shared_data" and once else None

    def _spared(self, steps: Sequence[AnyStep], i: int, alone: Sequence[bool]) -> list[int]:
        """The readings that a hit at `i` saves: the next of another store, and what would follow that if it missed."""
        link = self._reads_once(steps[i])
        if link is None or self._hit_ratio(link) is None:
            return []
        found: list[int] = []
        stores = {link.target}
        for k in range(i + 1, len(steps)):
            later = steps[k]
            if not isinstance(later, LinkStep):
                continue
            other = self.architecture.link_by_id[later.link]
            if other.style != "shared_data" or other.target in stores:
                continue
            if self.access_of(other) == "write" and self.store_of(other).name != other.id:
                continue
            if not alone[k]:
                return []
            found.append(k)
            stores.add(other.target)
            if self._hit_ratio(other) is None:
                return found
        return found

    def _spans(self, steps: Sequence[AnyStep], i: int) -> bool:
        step = steps[i]
        link = self._reads_once(step)
        if link is None or not isinstance(step, LinkStep) or step.on_failure:
            return False
        calls = any(self._goes_over_a_link(later) for later in steps[i + 1 :])
        return bool(said(self.architecture, link, "spans_calls")) and calls

    def _goes_over_a_link(self, step: AnyStep) -> bool:
        if isinstance(step, ChoiceStep):
            return any(self._goes_over_a_link(inner) for branch in step.choice for inner in branch.steps)
        return isinstance(step, LinkStep)
