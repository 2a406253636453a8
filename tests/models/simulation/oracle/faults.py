"""Which fault acts on what, when: on links and stations, and the outages of instances."""

from dataclasses import dataclass
from typing import Any

from models.architecture import Architecture, Element, Scenario, in_force
from models.architecture.scenarios import (
    Arbitrary,
    Crash,
    Fault,
    LoadSurge,
    Omission,
    Partition,
    Poison,
    Timing,
    WrongResponse,
)
from tests.models.simulation.oracle.chance import Chance
from tests.models.simulation.oracle.stations import most_instances

FOREVER = float("inf")
FACES = ("refused", "lost", "late", "noticed", "unnoticed")
Acting = list[tuple[float, float, Fault]]


@dataclass(frozen=True)
class Outage:
    begin: float
    end: float
    silent: bool


class Faults:
    """A scenario's faults by the id of the link or station they act on."""

    def __init__(self, architecture: Architecture, scenario: Scenario) -> None:
        self.architecture = architecture
        self._acting: dict[str, Acting] = {}
        self.outages: dict[tuple[str, int], list[Outage]] = {}
        """By (element, number of the instance)."""
        self.surges: list[tuple[float, float, float, set[str]]] = []
        """(from, until, factor, elements)."""
        self.poisons: list[tuple[float, str, int]] = []
        """(when, target, how many messages)."""
        self.breaks: list[tuple[float, str]] = []
        """When a link's connections are reset."""
        self.ends: list[float] = []
        """When each of the faults is over."""
        for fault in scenario.faults:
            begin = fault.from_ms or 0.0
            end = FOREVER if fault.until_ms is None else fault.until_ms
            if end > begin:
                self._read(fault, begin, end)

    @property
    def over(self) -> float:
        """When the last of them is over; -inf when one never is, or there is none."""
        last = max(self.ends, default=FOREVER)
        return last if last < FOREVER else -FOREVER

    @property
    def edges(self) -> list[float]:
        """When one that acts on a link or station begins or ends."""
        acting = (window for windows in self._acting.values() for window in windows)
        return sorted({edge for begin, end, _ in acting for edge in (begin, end) if edge < FOREVER})

    def on(self, part_id: str | None, kind: type[Any], now: float) -> list[Any]:
        """The faults of a kind that act on a link or a station now."""
        if part_id not in self._acting:
            return []
        return [fault for begin, end, fault in self._acting[part_id] if isinstance(fault, kind) and begin <= now < end]

    def partitioned(self, link_id: str, now: float) -> bool:
        return bool(self.on(link_id, Partition, now)) or any(fault.silent for fault in self.on(link_id, Crash, now))

    def refused(self, link_id: str, now: float) -> bool:
        """Whether a link is down and says so."""
        return any(not fault.silent for fault in self.on(link_id, Crash, now))

    def face(self, part_id: str | None, now: float, chance: Chance) -> str | None:
        """How an arbitrary failure shows itself to a call, if it does: each of five ways is as likely."""
        spared = 1.0
        for fault in self.on(part_id, Arbitrary, now):
            spared *= 1 - _number(fault.probability, 1.0)
        return FACES[chance.index(len(FACES))] if chance.happens(1 - spared) else None

    def stretched(self, part_id: str | None, took: float, now: float, amount: bool = True) -> float:
        """A time as it is under timing faults; `amount` says whether what they add counts here."""
        found = self.on(part_id, Timing, now)
        for fault in found:
            took *= 10.0 if fault.factor is None and fault.add_ms is None else _number(fault.factor, 1.0)
        if amount:
            took += sum(_number(fault.add_ms, 0.0) for fault in found)
        return max(took, 0.0)

    def omissions(self, part_id: str | None, direction: str, now: float) -> list[float]:
        """The probabilities of losing a message that goes in a direction."""
        found = self.on(part_id, Omission, now)
        return [_number(f.probability, 1.0) for f in found if (f.direction or "request") == direction]

    def spoiled(self, part_id: str | None, now: float) -> tuple[float, float, float]:
        """Chances that an answer is wrong and noticed, wrong and unnoticed; share of the noticed that is permanent."""
        right = [1.0, 1.0]
        permanent = 0.0
        for fault in self.on(part_id, WrongResponse, now):
            noticed = fault.detected is not False
            right[0 if noticed else 1] *= 1 - _number(fault.probability, 1.0)
            if noticed:
                permanent = max(permanent, _number(fault.permanent_share, 0.0))
        return 1 - right[0], 1 - right[1], permanent

    def members(self, element: Element) -> list[Element]:
        """The element itself, or all that lies in a group, groups within it and what says it lives there included."""
        if element.kind != "group":
            return [element]
        inside = [self.architecture.element_by_id[part] for part in self.architecture.members[element.id]]
        found = [part for member in inside for part in self.members(member)]
        home = {element.id, element.name} - {None}
        for other in self.architecture.elements:
            lives = getattr(other, "server", None) if other.kind == "datastore" else getattr(other, "broker", None)
            if lives in home and other not in found:
                found.append(other)
        return found

    def _read(self, fault: Fault, begin: float, end: float) -> None:
        if isinstance(fault, Poison):
            self.poisons.append((begin, fault.target, int(_number(fault.count, 1))))
            self.ends.append(begin)
            return
        if fault.target in self.architecture.link_by_id:
            if self._on_link(fault, fault.target, begin, end):
                self.ends.append(end)
            return
        parts = self.members(self.architecture.element_by_id[fault.target])
        ids = {part.id for part in parts}
        if isinstance(fault, LoadSurge):
            self.surges.append((begin, end, _number(fault.factor, 2.0), ids))
            self.ends.append(end)
        elif isinstance(fault, Partition):
            for link in self.architecture.links:
                if (link.source in ids) != (link.target in ids):
                    self._acting.setdefault(link.id, []).append((begin, end, fault))
            self.ends.append(end)
        else:
            ends = [self._on_element(fault, part, begin, end) for part in parts]
            self.ends += [max(told for told in ends if told is not None)] if any(ends) else []

    def _on_link(self, fault: Fault, link_id: str, begin: float, end: float) -> bool:
        """Whether a fault of a link does anything: where nobody answers, no answer is spoiled or lost."""
        link = self.architecture.link_by_id[link_id]
        if isinstance(fault, Crash) and not fault.silent:
            self.breaks.append((begin, link_id))
        of_answers = isinstance(fault, WrongResponse) or (isinstance(fault, Omission) and fault.direction == "reply")
        if of_answers and self.architecture.element_by_id[link.target].kind in ("queue", "topic"):
            return False
        self._acting.setdefault(link_id, []).append((begin, end, fault))
        return True

    def _on_element(self, fault: Fault, part: Element, begin: float, end: float) -> float | None:
        """When it is over; None when it does nothing. Clients, queues and topics do no work: they are there or not;
        all else that disturbs them disturbs their links."""
        if part.kind in ("client", "queue", "topic"):
            if isinstance(fault, Crash):
                copies = getattr(part, "replicas", None) or 1
                if not isinstance(fault.instances, int) or fault.instances >= copies or part.kind == "client":
                    silent = bool(fault.silent) and part.kind != "client"
                    self.outages.setdefault((part.id, 0), []).append(Outage(begin, end, silent))
                return end
            around = self.architecture.links_from if part.kind == "client" else self.architecture.links_to
            acts = [self._on_link(fault, link.id, begin, end) for link in around[part.id]]
            return end if any(acts) else None
        if isinstance(fault, Crash):
            return self._crash(fault, part, begin, end)
        self._acting.setdefault(part.id, []).append((begin, end, fault))
        return end

    def _crash(self, fault: Crash, part: Element, begin: float, end: float) -> float:
        service = part.kind == "service"
        instances = most_instances(self.architecture, part)
        if fault.restart:
            startup = float(in_force(self.architecture, part, "startup_ms").value) if service else 0.0
            end = (begin if end == FOREVER else end) + startup
        wanted = fault.instances if isinstance(fault.instances, int) else instances

        def is_down_anyway(i: int) -> bool:
            return any(a.begin < end and begin < a.end for a in self.outages.get((part.id, i), ()))

        for i in sorted(range(instances), key=is_down_anyway)[:wanted]:
            self.outages.setdefault((part.id, i), []).append(Outage(begin, end, bool(fault.silent)))
        return end


def merged(outages: list[Outage]) -> list[Outage]:
    """Outages that overlap or touch as one, silent when the one that begins it is."""
    found: list[Outage] = []
    for outage in sorted(outages, key=lambda o: (o.begin, o.end, o.silent)):
        if found and outage.begin <= found[-1].end:
            found[-1] = Outage(found[-1].begin, max(found[-1].end, outage.end), found[-1].silent)
        else:
            found.append(outage)
    return found


def _number(value: Any, otherwise: float) -> float:
    return otherwise if value is None else float(value)
