"""Faults as changes in time: who is down when, and what all faults together do to each station and link.

A row of `FAULTS` says how one kind acts: on the stations and links it touches, or as an outage of instances.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from models.architecture import Fault, Queue, Scenario, Topic, replace
from models.architecture.scenarios import (
    Arbitrary,
    Crash,
    LoadSurge,
    Omission,
    Partition,
    Poison,
    Timing,
    WrongResponse,
)
from models.architecture.text import QT_TRANSLATE_NOOP
from models.simulation.compiler.channels import Channels
from models.simulation.compiler.facts import FOREVER, Facts, number
from models.simulation.compiler.links import Links
from models.simulation.compiler.loads import Surge
from models.simulation.compiler.outages import Outages, Window, merged
from models.simulation.compiler.placement import Placed, members
from models.simulation.compiler.stations import Stations
from models.simulation.errors import SimulationError
from models.simulation.kernel.layout import F_DOWN, F_INSTANCE, F_LEAVE_ROTATION, F_LINK, F_POISON, F_STATION, F_UP
from models.simulation.program import Assembly, Row

_NO_POISON = QT_TRANSLATE_NOOP("simulation", "poison on {part}: nobody takes messages there, so nothing changes")
_NO_CRASH = QT_TRANSLATE_NOOP("simulation", "crash of {part}: it does nothing, so nothing changes")
_NO_ANSWER = QT_TRANSLATE_NOOP("simulation", "{fault} on {part}: nothing comes back over it, so nothing changes")
MOST_POISON = 10_000


@dataclass
class Effect:
    """What the faults in force at one moment do to one station or link. Shares of calls, factors and ms of time."""

    slow: float = 1.0
    add: float = 0.0
    omit_request: float = 0.0
    omit_reply: float = 0.0
    noticed: float = 0.0
    unnoticed: float = 0.0
    permanent: float = 0.0
    partition: float = 0.0
    odd: float = 0.0
    refused: float = 0.0

    def row(self) -> Row:
        """The columns of the kernel's fault row, but availability, faulty and plain."""
        wrong = _either(self.noticed, self.unnoticed)
        return {
            "slow": self.slow,
            "add": self.add,
            "omit_request": self.omit_request,
            "omit_reply": self.omit_reply,
            "wrong": wrong,
            "detected": self.noticed / wrong if wrong else 0.0,
            "permanent": self.permanent,
            "partition": self.partition,
            "odd": self.odd,
            "refused": self.refused,
        }

    @property
    def at_the_door(self) -> bool:
        """Whether calls must be looked at one by one."""
        lost = self.omit_request or self.omit_reply or self.partition or self.refused
        return bool(lost or self.noticed or self.unnoticed or self.odd)


def _either(a: float, b: float) -> float:
    return 1 - (1 - a) * (1 - b)


@dataclass
class Faults:
    """A scenario's faults, sorted by what they act on."""

    assembly: Assembly
    facts: Facts
    stations: Stations
    links: Links
    channels: Channels
    ends: list[float] = field(default_factory=list)
    triggers: list[tuple[float, float, str]] = field(default_factory=list)
    simulated: list[Fault] = field(default_factory=list)
    """Those with an effect, one per trigger."""
    felt: list[Fault] = field(default_factory=list)
    """Surges that some journey's load follows."""
    left_out: dict[tuple[str, str], None] = field(default_factory=dict)
    """(kind, element or link) of what is not simulated."""
    surges: list[tuple[Surge, LoadSurge]] = field(default_factory=list)
    _acting: dict[tuple[bool, int], list[tuple[float, float, Fault]]] = field(default_factory=dict)
    _slowed: dict[int, list[tuple[float, float, Fault]]] = field(default_factory=dict)
    """By instance row: where only some of a service's instances are slow."""
    _poisoned: list[tuple[Row, Row]] = field(default_factory=list)
    _outages: dict[int, list[Window]] = field(default_factory=dict)
    outages: Outages = field(init=False)

    def __post_init__(self) -> None:
        self.outages = Outages(self.assembly, self.channels)

    def add(self, scenario: Scenario, duration_ms: float) -> None:
        """Read the scenario and append the changes to the assembly, in order of time."""
        for i, fault in enumerate(scenario.faults):
            begin = number(fault.from_ms, 0.0)
            end = FOREVER if fault.until_ms is None else fault.until_ms
            if begin >= duration_ms or end <= begin:
                continue
            self._read(i, fault, begin, end)
        changes = [*self._outage_changes(), *self._effect_changes(), *self._slow_changes(), *self._poisoned]
        pairs = zip(self.triggers, self.simulated, strict=True)
        changes += self.outages.changes([begin if isinstance(one, Poison) else end for (begin, end, _), one in pairs])
        changes.sort(key=lambda change: change[0]["t"])
        self.assembly.changes = changes

    def _read(self, i: int, fault: Fault, begin: float, end: float) -> None:
        architecture = self.facts.architecture
        if isinstance(fault, LoadSurge):
            factor = self._told(i, fault, "factor", 2.0)
            self.surges.append(((begin, end, factor), fault))
            self._acts(fault, begin, end)
            return
        if isinstance(fault, Poison):
            self._poison(i, fault, begin, end)
            return
        if fault.target in self.links.index:
            if self._on_link(i, fault, begin, end, fault.target):
                self._acts(fault, begin, end)
            return
        if isinstance(fault, Partition):
            self._partition(fault, begin, end)
            self._acts(fault, begin, end)
            return
        ends = []
        for element, placed in members(self.facts, architecture.element_by_id[fault.target]):
            station = self.stations.index.get(element.id)
            if station is None:
                if self._on_stationless(i, fault, begin, end, element.id):
                    ends.append(end)
            elif isinstance(fault, Crash):
                ends.append(self._crash(fault, begin, end, station, element.id, placed))
            else:
                self._defaults(i, fault)
                self._on_station(fault, begin, end, station, placed)
                ends.append(end)
        if ends:
            self._acts(fault, begin, max(ends))

    def _on_station(self, fault: Fault, begin: float, end: float, station: int, placed: Placed | None) -> None:
        """Where only some instances are struck, they are slow, and their share of the calls meets the fault."""
        rows = list(self.stations.instances(station))
        struck = rows if placed is None else placed.of(rows)
        if len(struck) == len(rows):
            self._acting.setdefault((True, station), []).append((begin, end, fault))
        elif isinstance(fault, Timing):
            self.assembly.stations[station]["uneven"] = 1
            for row in struck:
                self._slowed.setdefault(row, []).append((begin, end, fault))
        else:
            told = getattr(fault, "probability", None)
            likely = 1.0 if told is None else told
            part = replace(fault, probability=likely * len(struck) / len(rows))
            self._acting.setdefault((True, station), []).append((begin, end, part))

    def _acts(self, fault: Fault, begin: float, end: float) -> None:
        self.triggers.append((begin, end, fault.target))
        self.simulated.append(fault)

    def withdraw(self, fault: Fault) -> None:
        """A fault turned out to have no effect."""
        k = next(k for k, other in enumerate(self.simulated) if other is fault)
        del self.simulated[k], self.triggers[k]
        self.left_out.setdefault((fault.fault, fault.target))

    def _leave_out(self, i: int, fault: Fault, part_id: str, template: str) -> bool:
        self.facts.ignore_part(f"fault {i} {part_id}", template, part_id, fault=fault.fault)
        self.left_out.setdefault((fault.fault, part_id))
        return False

    def _poison(self, i: int, fault: Poison, begin: float, end: float) -> None:
        facts = self.facts
        target = facts.architecture.element_by_id.get(fault.target)
        parts = [fault.target] if target is None else [element.id for element, _ in members(facts, target)]
        channels = {channel.row: channel for part in parts for channel in self.channels.of_anything(part)}
        if not channels:
            self._leave_out(i, fault, fault.target, _NO_POISON)
            return
        count = self._told(i, fault, "count", 1)
        if count * len(channels) > MOST_POISON:
            name = facts.architecture.label(fault.target)
            raise SimulationError(f"poison on {name}: more than {MOST_POISON:,} messages; lower its count.")
        self._acts(fault, begin, end)
        aimed = set(channels)
        for channel in tuple(channels.values()):
            channels |= {other.row: other for other in self.channels.of_element(channel.shown_as)}
        for row in sorted(channels):
            entered: Row = {"what": float(F_POISON), "target": row, "silent": float(row not in aimed), "t": begin}
            self._poisoned += [(entered, {})] * count
        for consumer in self.assembly.consumers:
            self._can_die(int(consumer["station"]))

    def _can_die(self, station: int) -> None:
        element = self.facts.architecture.element_by_id[self.stations.ids[station]]
        row = self.assembly.stations[station]
        row["tracked"] = 1
        row["startup"], row["noticed"] = 0.0, FOREVER
        if element.kind == "service":
            row["startup"] = number(self.facts.value(element, "startup_ms"), 0.0)
            row["noticed"] = number(self.facts.value(element, "health_check_ms"), FOREVER)

    def _told(self, i: int, fault: Fault, attribute: str, otherwise: Any) -> Any:
        value = getattr(fault, attribute)
        if value is None:
            self.facts.assumptions[f"faults[{i}].{attribute}"] = otherwise
            return otherwise
        return value

    def _defaults(self, i: int, fault: Fault) -> None:
        for attribute, otherwise in _DEFAULTS.get(fault.fault, {}).items():
            if fault.fault == "timing" and (fault.factor is not None or fault.add_ms is not None):
                continue
            self._told(i, fault, attribute, otherwise)

    def _on_link(self, i: int, fault: Fault, begin: float, end: float, link_id: str) -> bool:
        link = self.facts.architecture.link_by_id[link_id]
        if isinstance(fault, Crash) and not fault.silent:
            self.outages.reset(self.links.index[link_id], begin)
        answered = isinstance(fault, WrongResponse) or (isinstance(fault, Omission) and fault.direction == "reply")
        if answered and self.facts.architecture.element_by_id[link.target].kind in ("queue", "topic"):
            return self._leave_out(i, fault, link_id, _NO_ANSWER)
        self._defaults(i, fault)
        self._acting.setdefault((False, self.links.index[link_id]), []).append((begin, end, fault))
        return True

    def _on_stationless(self, i: int, fault: Fault, begin: float, end: float, element_id: str) -> bool:
        """Clients, queues and topics do no work: they are there or not; else a fault disturbs their links."""
        architecture = self.facts.architecture
        element = architecture.element_by_id[element_id]
        kind = element.kind
        if isinstance(fault, Crash):
            if isinstance(element, Queue | Topic):
                self.outages.channel(element_id, fault, begin, end, element.replicas or 1)
            elif kind == "client":
                self.outages.client(element_id, begin, end)
            else:
                return self._leave_out(i, fault, element_id, _NO_CRASH)
            return True
        around = architecture.links_from[element_id] if kind == "client" else architecture.links_to[element_id]
        acting = [self._on_link(i, fault, begin, end, link.id) for link in around]
        return any(acting)

    def _partition(self, fault: Partition, begin: float, end: float) -> None:
        architecture = self.facts.architecture
        target = architecture.element_by_id[fault.target]
        parts = members(self.facts, target)
        for element, placed in parts:
            if placed is not None and not self._is_all(placed, element.id):
                cut = Omission(fault="omission", target=element.id, probability=1.0)
                self._on_station(cut, begin, end, self.stations.index[element.id], placed)
        inside = {element.id for element, placed in parts if placed is None or self._is_all(placed, element.id)}
        inside = inside or ({target.id} if not parts else set())
        for link in architecture.links:
            if (link.source in inside) != (link.target in inside):
                self._acting.setdefault((False, self.links.index[link.id]), []).append((begin, end, fault))

    def _is_all(self, placed: Placed, element_id: str) -> bool:
        rows = list(self.stations.instances(self.stations.index[element_id]))
        return len(placed.of(rows)) == len(rows)

    def _crash(
        self, fault: Crash, begin: float, end: float, station: int, element_id: str, placed: Placed | None
    ) -> float:
        """Take instances down, those first that nothing else takes down meanwhile; when they are up again."""
        facts = self.facts
        element = facts.architecture.element_by_id[element_id]
        rows = list(self.stations.instances(station))
        n = fault.instances if isinstance(fault.instances, int) else len(rows)
        if placed is not None:
            rows = placed.of(rows)
            n *= placed.each if len(placed.numbers) > placed.each else 1
        startup = 0.0
        if fault.restart:
            startup = number(facts.value(element, "startup_ms") if element.kind == "service" else 0.0, 0.0)
            facts.uses(element_id)
            end = (begin if end == FOREVER else end) + startup
        self.assembly.stations[station]["tracked"] = 1
        down = {row: any(a < end and begin < b for a, b, _ in self._outages.get(row, ())) for row in rows}
        for instance in sorted(rows, key=lambda row: down[row])[: min(n, len(rows))]:
            self._outages.setdefault(instance, []).append((begin, end, bool(fault.silent)))
        return end

    def _outage_changes(self) -> Iterable[tuple[Row, Row]]:
        for instance, windows in self._outages.items():
            element_id = self.stations.ids[int(self.assembly.instances[instance]["station"])]
            element = self.facts.architecture.element_by_id[element_id]
            noticed = FOREVER
            if element.kind == "service":
                noticed = number(self.facts.value(element, "health_check_ms"), FOREVER)
                self.facts.uses(element_id)
            for begin, end, silent in merged(windows):
                yield {"what": float(F_DOWN), "target": instance, "silent": float(silent), "t": begin}, {}
                if begin + noticed < end:
                    yield {"what": float(F_LEAVE_ROTATION), "target": instance, "t": begin + noticed}, {}
                if end < FOREVER:
                    yield {"what": float(F_UP), "target": instance, "t": end}, {}

    def _slow_changes(self) -> Iterable[tuple[Row, Row]]:
        for instance, windows in self._slowed.items():
            for at in sorted({edge for begin, end, _ in windows for edge in (begin, end) if edge < FOREVER}):
                effect = Effect()
                for begin, end, fault in windows:
                    if begin <= at < end:
                        FAULTS[fault.fault](effect, fault)
                yield {"what": float(F_INSTANCE), "target": instance, "t": at}, {"slow": effect.slow, "add": effect.add}

    def _effect_changes(self) -> Iterable[tuple[Row, Row]]:
        for (is_station, target), windows in self._acting.items():
            rows = self.assembly.stations if is_station else self.assembly.links
            for at in sorted({edge for begin, end, _ in windows for edge in (begin, end) if edge < FOREVER}):
                effect = Effect()
                for begin, end, fault in windows:
                    if begin <= at < end:
                        FAULTS[fault.fault](effect, fault)
                values = effect.row()
                if is_station:
                    availability = rows[target].get("availability", 1.0)
                    values["availability"] = availability
                    values["faulty"] = float(effect.at_the_door or availability < 1)
                    what = F_STATION
                else:
                    values["faulty"] = float(effect.at_the_door)
                    still = effect.slow == 1 and effect.add == 0
                    values["plain"] = rows[target].get("plain", 0.0) if still or effect.add <= 0 else 0.0
                    what = F_LINK
                yield {"what": float(what), "target": target, "t": at}, values


def _omission(effect: Effect, fault: Omission) -> None:
    share = number(fault.probability, _DEFAULTS["omission"]["probability"])
    if fault.direction == "reply":
        effect.omit_reply = _either(effect.omit_reply, share)
    else:
        effect.omit_request = _either(effect.omit_request, share)


def _timing(effect: Effect, fault: Timing) -> None:
    if fault.factor is None and fault.add_ms is None:
        effect.slow *= _DEFAULTS["timing"]["factor"]
    effect.slow *= number(fault.factor, 1.0)
    effect.add += number(fault.add_ms, 0.0)


def _response(effect: Effect, fault: WrongResponse) -> None:
    share = number(fault.probability, _DEFAULTS["response"]["probability"])
    if fault.detected is False:
        effect.unnoticed = _either(effect.unnoticed, share)
    else:
        effect.noticed = _either(effect.noticed, share)
        effect.permanent = max(effect.permanent, number(fault.permanent_share, 0.0))


def _arbitrary(effect: Effect, fault: Arbitrary) -> None:
    """Each call it affects shows one face, drawn by the kernel: refused, lost, late, wrong noticed, wrong unnoticed."""
    effect.odd = _either(effect.odd, number(fault.probability, _DEFAULTS["arbitrary"]["probability"]))


def _cut(effect: Effect, fault: Crash) -> None:
    """A link that is down: calls over it fail at once, or vanish."""
    if fault.silent:
        effect.partition = 1.0
    else:
        effect.refused = 1.0


def _partitioned(effect: Effect, _fault: Partition) -> None:
    effect.partition = 1.0


_DEFAULTS: dict[str, dict[str, Any]] = {
    "omission": {"probability": 1.0, "direction": "request"},
    "timing": {"factor": 10.0},
    "response": {"probability": 1.0, "detected": True},
    "arbitrary": {"probability": 1.0},
}
"""What a fault does when its description does not say; told among the assumptions."""

FAULTS: dict[str, Callable[[Effect, Any], None]] = {
    "crash": _cut,
    "omission": _omission,
    "timing": _timing,
    "response": _response,
    "arbitrary": _arbitrary,
    "partition": _partitioned,
}
