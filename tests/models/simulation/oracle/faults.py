"""Which fault acts on what, when: on links and stations, and the outages of instances."""

from dataclasses import dataclass
from typing import Any

from models.architecture import Architecture, Element, Scenario, in_force
from models.architecture.scenarios import (
    Crash,
    Fault,
    LoadSurge,
    Omission,
    Partition,
    Timing,
    WrongResponse,
)

FOREVER = float("inf")
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
        self.ends_of_losses: list[float] = []
        for fault in scenario.faults:
            begin = fault.from_ms or 0.0
            end = FOREVER if fault.until_ms is None else fault.until_ms
            if end > begin:
                self._read(fault, begin, end)
                if isinstance(fault, Partition | Omission) and end < FOREVER:
                    self.ends_of_losses.append(end)

    def on(self, part_id: str | None, kind: type[Any], now: float) -> list[Any]:
        """The faults of a kind that act on a link or a station now."""
        if part_id not in self._acting:
            return []
        return [fault for begin, end, fault in self._acting[part_id] if isinstance(fault, kind) and begin <= now < end]

    def partitioned(self, link_id: str, now: float) -> bool:
        return bool(self.on(link_id, Partition, now))

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
        """The element itself, or all that lies in a group, groups within it included."""
        if element.kind != "group":
            return [element]
        inside = [self.architecture.element_by_id[part] for part in self.architecture.members[element.id]]
        return [part for member in inside for part in self.members(member)]

    def _read(self, fault: Fault, begin: float, end: float) -> None:
        if fault.target in self.architecture.link_by_id:
            self._acting.setdefault(fault.target, []).append((begin, end, fault))
            return
        parts = self.members(self.architecture.element_by_id[fault.target])
        ids = {part.id for part in parts}
        if isinstance(fault, LoadSurge):
            self.surges.append((begin, end, _number(fault.factor, 2.0), ids))
        elif isinstance(fault, Partition):
            for link in self.architecture.links:
                if (link.source in ids) != (link.target in ids):
                    self._acting.setdefault(link.id, []).append((begin, end, fault))
        else:
            for part in parts:
                self._on_element(fault, part, begin, end)

    def _on_element(self, fault: Fault, part: Element, begin: float, end: float) -> None:
        """Clients, queues and topics do no work: what disturbs them disturbs their links."""
        if part.kind in ("client", "queue", "topic"):
            around = self.architecture.links_from if part.kind == "client" else self.architecture.links_to
            for link in around[part.id]:
                self._acting.setdefault(link.id, []).append((begin, end, fault))
        elif not isinstance(fault, Crash):
            self._acting.setdefault(part.id, []).append((begin, end, fault))
        else:
            self._crash(fault, part, begin, end)

    def _crash(self, fault: Crash, part: Element, begin: float, end: float) -> None:
        service = part.kind == "service"
        instances = int(in_force(self.architecture, part, "instances").value) if service else 1
        if fault.restart:
            startup = float(in_force(self.architecture, part, "startup_ms").value) if service else 0.0
            end = (begin if end == FOREVER else end) + startup
        wanted = fault.instances if isinstance(fault.instances, int) else instances

        def is_down_anyway(i: int) -> bool:
            return any(a.begin < end and begin < a.end for a in self.outages.get((part.id, i), ()))

        for i in sorted(range(instances), key=is_down_anyway)[:wanted]:
            self.outages.setdefault((part.id, i), []).append(Outage(begin, end, bool(fault.silent)))


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
