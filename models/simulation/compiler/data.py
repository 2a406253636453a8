"""Common data: accesses to stores with their transactions, caches, and the readers that poll or are notified.

Under a write, steps over a link that reads the same store belong to its reader and begin at its next poll or
notification. A transaction that spans calls keeps its connection until all steps after it in the same list are over.
The reading of a cache saves, when it hits, the next step of the list that reads another store.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from models.architecture import Link
from models.architecture.journeys import AnyStep, LinkStep
from models.architecture.steps import links_used
from models.architecture.text import QT_TRANSLATE_NOOP
from models.simulation.compiler.blocks import Block
from models.simulation.compiler.facts import Facts, distribution, number
from models.simulation.compiler.links import Links
from models.simulation.compiler.stations import Stations
from models.simulation.errors import SimulationError
from models.simulation.kernel.layout import OP_CALL, OP_JUMP, OP_PROB, OP_PUT, OP_RET, OP_SEEN, OP_WAKE, OP_WORK
from models.simulation.program import Assembly, Row

if TYPE_CHECKING:
    from models.simulation.compiler.steps import Coder

_STRANGERS = QT_TRANSLATE_NOOP(
    "simulation", "{steps} steps under {part} are no readers of what it writes: they are left out"
)
_ONE_READING = QT_TRANSLATE_NOOP("simulation", "{attribute} of a step over {part}: a reader takes each change once")
_NOTHING_SPARED = QT_TRANSLATE_NOOP(
    "simulation", "{attribute} of {part}: no reading of another store follows that a hit would save"
)
_NOTHING_SPANNED = QT_TRANSLATE_NOOP("simulation", "{attribute} of {part}: no call follows it within the transaction")
_ONLY_WRITES = QT_TRANSLATE_NOOP("simulation", "{attribute} of {part}: it only writes, so it does not poll")
_NO_POLL = QT_TRANSLATE_NOOP(
    "simulation", "{attribute} of {part}: nobody polls or is notified there, so there is nothing it could change"
)
_NOBODY_READS = QT_TRANSLATE_NOOP("simulation", "{attribute} of {part}: no reader of that data polls or is notified")
MOST_CHANGES = 100_000
"""Changes by others that a reader may have to find, per second."""
READING = ("batch_limit", "notified_by", "freshness_ms")


@dataclass
class _Put:
    """Where a write leaves its changes: the store, the data, and the code of the readers that its steps name."""

    row: Row
    store: int
    dataset: str | None
    codes: dict[str, int] = field(default_factory=dict)


class Data:
    """Compiles data accesses; `finish` once all journeys are written."""

    def __init__(self, assembly: Assembly, facts: Facts, stations: Stations, links: Links) -> None:
        self.assembly = assembly
        self.facts = facts
        self.stations = stations
        self.links = links
        self.readers: list[str] = []
        """Ids of links that poll or are notified, by row."""
        self.most_readers = 0
        self._puts: list[_Put] = []
        self._spared: set[str] = set()
        """Caches whose hits save something."""
        self._open: dict[str, bool] = {}
        """Transactions that span calls, and whether any call follows them."""
        self._heard: set[tuple[str, int]] = set()
        for link in facts.architecture.links:
            if link.style != "shared_data" or facts.said(link, "poll_interval_ms") is None:
                continue
            if self._only_writes(link):
                facts.ignore_part(f"{link.id} poll", _ONLY_WRITES, link.id, attribute="poll_interval_ms")
            else:
                self.reader(link)
        for link in facts.architecture.links:
            if link.style == "shared_data" and facts.said(link, "notified_by") and not self._only_writes(link):
                self.reader(link)

    def store(self, link: Link) -> int:
        """The station of the store that a link reaches, also of one that nobody drew."""
        if self._is_implied(link):
            return self.stations.implied_store(link.id)
        return self.stations.index[link.target]

    def polls(self, link_id: str) -> bool:
        """Whether a link reads in its own time."""
        return link_id in self.readers

    def only_polls(self, link: Link) -> bool:
        """Whether a link reads in its own time and does nothing else."""
        return self.polls(link.id) and self.facts.value(link, "access", note=False) == "read"

    def reader(self, link: Link) -> int:
        """The row of a link that reads in its own time; made when there is none yet.

        An interval that nobody said is assumed, unless somebody notifies the reader.
        """
        if link.id in self.readers:
            return self.readers.index(link.id)
        facts, assembly = self.facts, self.assembly
        told = facts.said(link, "poll_interval_ms") is not None
        notified = facts.said(link, "notified_by") is not None
        interval = facts.value(link, "poll_interval_ms") if told or not notified else 0.0
        row = len(self.readers)
        self.readers.append(link.id)
        station = self.stations.index[self._reading_end(link)]
        facts.uses(link.id, self.stations.ids[station])
        body = Block()
        self._work(body, link, None)
        body.emit(OP_SEEN, row)
        body.emit(OP_RET)
        assembly.sites.append(
            {
                "link": self.links.index[link.id],
                "station": self.store(link),
                "code": body.place(assembly),
                "on_failure": -1,
            }
        )
        block = Block()
        block.emit(OP_CALL, len(assembly.sites) - 1)
        block.emit(OP_RET)
        assembly.pollers.append(
            {
                "link": self.links.index[link.id],
                "reader": station,
                "code": block.place(assembly),
                "queue": assembly.add_queue(),
                "batch": number(facts.said(link, "batch_limit"), -1),
                "interval": float(interval),
                "phase_stream": assembly.stream(link.id, "poll"),
                "other_stream": assembly.stream(link.id, "changes"),
                "seen": -1.0,
            }
        )
        return row

    def woken_by(self, link_id: str) -> list[int]:
        """The readers that something arriving over a link wakes."""
        return [row for row, name in enumerate(self.readers) if self._notified_by(name) == link_id]

    def wake(self, block: Block, link_id: str, station: int) -> None:
        """Let what arrives at a station over a link wake the readers there that it notifies."""
        for row in self.woken_by(link_id):
            if int(self.assembly.pollers[row]["reader"]) == station:
                self._heard.add((link_id, row))
                block.emit(OP_WAKE, row)

    def body(self, coder: "Coder", link: Link, step: LinkStep, within: tuple[AnyStep, ...] = ()) -> int:
        """Code of an access at the store: its work or transaction, calls `within` it, the changes it leaves."""
        readers, own, strangers = self._sorted(link, step.steps)
        if strangers:
            self.facts.ignore_part(f"{link.id} strangers", _STRANGERS, link.id, steps=len(strangers))
        block = Block()
        self._work(block, link, step.work_ms)
        if own and self._hit_ratio(link) is None:
            coder.sequence(block, tuple(own), self.store(link))
        coder.sequence(block, within, self.stations.index[link.source])
        if self.facts.value(link, "access") != "read":
            row: Row = {}
            at = len(self.assembly.puts)
            self.assembly.puts.append(row)
            put = _Put(row, self.store(link), getattr(link, "dataset", None))
            for reading in readers:
                target = self.facts.architecture.link_by_id[reading.link]
                self.reader(target)
                put.codes[target.id] = self._reaction(coder, target, reading)
                coder.publishes()
            self._puts.append(put)
            block.emit(OP_PUT, at)
        block.emit(OP_RET)
        return block.place(self.assembly)

    def _reaction(self, coder: "Coder", link: Link, step: LinkStep) -> int:
        """Code of what a reader does with a change."""
        station = self.stations.index[self._reading_end(link)]
        if step.link == link.id and not self._is_implied(link):
            for attribute in ("calls", "work_ms", "on_failure", "on_reply"):
                if getattr(step, attribute) not in (None, (), 1):
                    self.facts.ignore_part(f"{link.id} {attribute}", _ONE_READING, link.id, attribute=attribute)
        body = coder.served(station, step.steps, None)
        probability = step.probability
        if probability is None:
            probability = float(self.facts.value(link, "probability", False))
        if probability >= 1:
            return body
        block = Block()
        maybe = block.emit(OP_PROB, 0, self.assembly.stream(link.id, "probability"), probability)
        block.emit(OP_JUMP, body)
        block.jump_here(maybe)
        block.emit(OP_RET)
        base = block.place(self.assembly)
        self.assembly.patch(base + 1, body)
        return base

    def _sorted(self, link: Link, steps: Sequence[AnyStep]) -> tuple[list[LinkStep], list[AnyStep], list[AnyStep]]:
        """(what readers of the store do, one step for each; more work at the store; all others)."""
        writes = self.facts.value(link, "access") != "read"
        if writes and steps and self._is_implied(link):
            return [LinkStep(link=link.id, steps=tuple(steps))], [], []
        readers: list[LinkStep] = []
        own: list[AnyStep] = []
        strangers: list[AnyStep] = []
        for step in steps:
            if not isinstance(step, LinkStep):
                (strangers if any(links_used((step,))) else own).append(step)
            elif writes and self._may_read(step.link, link) and step.link not in {other.link for other in readers}:
                readers.append(step)
            else:
                strangers.append(step)
        return readers, own, strangers

    def special(self, steps: tuple[AnyStep, ...], alone: Sequence[bool]) -> int | None:
        """Which of some steps is the first that bears on those after it: the reading of a cache, or a transaction
        that spans calls. `alone` tells which steps have nothing parallel to them."""
        for i, step in enumerate(steps):
            if isinstance(step, LinkStep) and alone[i] and (self._spares(steps, i, alone) or self._spans(steps, i)):
                return i
        return None

    def emit_special(
        self, coder: "Coder", block: Block, steps: tuple[AnyStep, ...], i: int, alone: Sequence[bool]
    ) -> None:
        """Write the access at `i` and all steps after it."""
        step = steps[i]
        assert isinstance(step, LinkStep)
        link = self.facts.architecture.link_by_id[step.link]
        station = self.stations.index.get(link.source)
        spared = self._spares(steps, i, alone)
        if not spared:
            coder.use(block, step, steps[i + 1 :])
            return
        coder.use(block, step)
        last = spared[-1]
        after = steps[i + 1 : last + 1]
        missed = self._on_a_miss(block, link)
        coder.sequence(block, (*self._sorted(link, step.steps)[1], *after), station)
        left = tuple(other for k, other in enumerate(after, i + 1) if k not in spared)
        over = block.emit(OP_JUMP) if left else -1
        block.jump_here(missed)
        if left:
            coder.sequence(block, left, station)
            block.jump_here(over)
        coder.sequence(block, steps[last + 1 :], station)

    def fill(self, coder: "Coder", block: Block, link: Link, step: LinkStep) -> None:
        """What stands under the reading of a cache is done on a miss."""
        own = self._sorted(link, step.steps)[1]
        if own and self._hit_ratio(link) is not None:
            missed = self._on_a_miss(block, link)
            coder.sequence(block, tuple(own), self.stations.index[link.source])
            block.jump_here(missed)

    def _on_a_miss(self, block: Block, link: Link) -> int:
        store = link.target
        self._spared.add(store)
        return block.emit(OP_PROB, 0, self.assembly.stream(store, "hit"), 1 - (self._hit_ratio(link) or 0.0))

    def _spares(self, steps: tuple[AnyStep, ...], i: int, alone: Sequence[bool]) -> list[int]:
        """The later readings of other stores that a hit in the cache read at `i` saves: the next one, and if that is
        a cache too, the one that would follow its miss."""
        found: list[int] = []
        current = steps[i]
        if not isinstance(current, LinkStep) or not self._reads_once(current):
            return []
        if self._hit_ratio(self.facts.architecture.link_by_id[current.link]) is None:
            return []
        stores = {self.facts.architecture.link_by_id[current.link].target}
        for k in range(i + 1, len(steps)):
            later = steps[k]
            if not isinstance(later, LinkStep):
                continue
            link = self.facts.architecture.link_by_id[later.link]
            if link.style != "shared_data" or self._only_writes(link) or link.target in stores:
                continue
            if not alone[k]:
                return []
            found.append(k)
            stores.add(link.target)
            if self._hit_ratio(link) is None:
                return found
        return found

    def _spans(self, steps: tuple[AnyStep, ...], i: int) -> bool:
        step = steps[i]
        if not isinstance(step, LinkStep) or not self._reads_once(step) or step.on_failure:
            return False
        link = self.facts.architecture.link_by_id[step.link]
        if not self.facts.said(link, "spans_calls"):
            return False
        self._open.setdefault(link.id, False)
        if not any(links_used(steps[i + 1 :])):
            return False
        self._open[link.id] = True
        return True

    def _reads_once(self, step: LinkStep) -> bool:
        """Whether a step is one data access that always happens."""
        link = self.facts.architecture.link_by_id[step.link]
        if link.style != "shared_data":
            return False
        often = step.calls if step.calls is not None else self.facts.value(link, "calls_per_request", False)
        likely = step.probability if step.probability is not None else self.facts.value(link, "probability", False)
        return bool(often == 1 and likely == 1)

    def _hit_ratio(self, link: Link) -> float | None:
        """How often the reading of a cache finds what it looks for; None for other accesses."""
        store = self.facts.architecture.element_by_id[link.target]
        if store.kind != "datastore" or self._only_writes(link):
            return None
        return getattr(store, "hit_ratio", None)

    def finish(self, used: Collection[str]) -> None:
        """Let each write reach all readers of its data, and tell what bears on nothing.

        Where a reader is notified over a link that is not among those `used` by journeys, or that does not lead to it,
        each write sends a notification over it.
        """
        facts, assembly = self.facts, self.assembly
        rows = [(name, facts.architecture.link_by_id[name]) for name in self.readers]
        for put in self._puts:
            put.row["first"] = len(assembly.noted)
            for row, (name, link) in enumerate(rows):
                if name not in put.codes and not self._finds(link, put.store, put.dataset):
                    continue
                told_by, tells = self._notified_by(name), -1
                if told_by is not None and not (told_by in used and (told_by, row) in self._heard):
                    tells = self.links.index[told_by]
                    facts.uses(told_by)
                assembly.noted.append({"poller": row, "code": put.codes.get(name, -1), "tells": tells})
            put.row["n"] = len(assembly.noted) - put.row["first"]
            self.most_readers = max(self.most_readers, int(put.row["n"]))
        self._others()
        for element in facts.architecture.elements:
            if getattr(element, "hit_ratio", None) is not None and element.id not in self._spared:
                facts.ignore_part(f"{element.id} hits", _NOTHING_SPARED, element.id, attribute="hit_ratio")
        for link in facts.architecture.links:
            if link.style == "shared_data" and facts.said(link, "spans_calls") and not self._open.get(link.id):
                facts.ignore_part(f"{link.id} spans", _NOTHING_SPANNED, link.id, attribute="spans_calls")
        for link in facts.architecture.links:
            if link.style == "shared_data" and link.id not in self.readers:
                for attribute in READING:
                    if facts.said(link, attribute) is not None:
                        facts.ignore_part(f"{link.id} {attribute}", _NO_POLL, link.id, attribute=attribute)

    def _notified_by(self, reader: str) -> str | None:
        link_id = self.facts.said(self.facts.architecture.link_by_id[reader], "notified_by")
        return None if link_id is None else str(link_id)

    def _others(self) -> None:
        """Changes by others: what a reader's link says, else what the links say that write the same data."""
        facts = self.facts
        felt: set[str] = set()
        rates = {
            link.id: float(rate)
            for link in facts.architecture.links
            if link.style == "shared_data" and (rate := facts.said(link, "changes_per_s")) is not None
        }
        for row, name in enumerate(self.readers):
            link = facts.architecture.link_by_id[name]
            told = [name] if name in rates else [other for other in rates if self._writes_for(other, link)]
            felt.update(told)
            rate = sum(rates[other] for other in told)
            if rate > MOST_CHANGES:
                label = facts.architecture.label(told[0])
                raise SimulationError(f"{label}: more than {MOST_CHANGES:,} changes per second; lower changes_per_s.")
            self.assembly.pollers[row]["other_rate"] = rate / 1000
        for name in rates:
            if name not in felt:
                facts.ignore_part(f"{name} changes", _NOBODY_READS, name, attribute="changes_per_s")

    def _writes_for(self, other_id: str, link: Link) -> bool:
        other = self.facts.architecture.link_by_id[other_id]
        if other_id in self.readers or self.facts.value(other, "access", note=False) == "read":
            return False
        return self._finds(link, self.store(other), getattr(other, "dataset", None))

    def _finds(self, link: Link, store: int, dataset: str | None) -> bool:
        """Whether a reader sees changes of a dataset in a store; not said means all of it."""
        mine = getattr(link, "dataset", None)
        return self.store(link) == store and (mine is None or dataset is None or mine == dataset)

    def _may_read(self, reading: str, link: Link) -> bool:
        other = self.facts.architecture.link_by_id[reading]
        if other.style != "shared_data" or self._only_writes(other) or self._is_implied(other):
            return False
        return other.target == link.target

    def _is_implied(self, link: Link) -> bool:
        return self.facts.architecture.element_by_id[link.target].kind != "datastore"

    def _only_writes(self, link: Link) -> bool:
        return self.facts.value(link, "access", note=False) == "write" and not self._is_implied(link)

    def _reading_end(self, link: Link) -> str:
        """Who reads: the link's source; its target where the store is implied and the source writes."""
        if self._is_implied(link) and self.facts.value(link, "access", note=False) != "read":
            return link.target
        return link.source

    def _work(self, block: Block, link: Link, work: Any) -> None:
        """The store's work, at least as long as the transaction, which holds the connection."""
        station = self.store(link)
        row = self.stations.work[station] if work is None else distribution(self.assembly, work)
        held = number(self.facts.said(link, "transaction_ms"), 0.0)
        block.emit(OP_WORK, row, int(self.assembly.stations[station]["work_stream"]), held)
