"""Architecture and scenario to a flat program. Imports `models.architecture` and the program's memory layout."""

import sys
from dataclasses import dataclass, field
from typing import Any

from models.architecture import ASSUMPTIONS, Architecture, Element, Fault, Journey, Link, Load, OpenLoad, Scenario
from models.architecture.derived import journeys_in_force
from models.architecture.settings import SettingError, with_settings
from models.architecture.text import QT_TRANSLATE_NOOP, Text
from models.simulation.compiler.channels import Channels
from models.simulation.compiler.data import Data
from models.simulation.compiler.facts import Facts
from models.simulation.compiler.faults import Faults
from models.simulation.compiler.links import Links
from models.simulation.compiler.loads import MOST_USERS, Surge, load_row
from models.simulation.compiler.outages import sizes
from models.simulation.compiler.placement import members
from models.simulation.compiler.stations import MOST_INSTANCES, Stations
from models.simulation.compiler.steps import Coder
from models.simulation.compiler.unsimulated import note_unsimulated
from models.simulation.errors import SimulationError
from models.simulation.program import Assembly, Names, Program, Row

_NOBODY_ENTERS = QT_TRANSLATE_NOOP("simulation", "load fault on {part}: no journey enters there, so nothing changes")
MOST_BREAKER_CALLS = 10_000_000
DEEP_ENOUGH = 6_000
"""Python frames for journeys 200 steps deep."""


@dataclass(frozen=True)
class Compiled:
    """A program and what is needed to tell its result in the architect's words."""

    program: Program
    architecture: Architecture
    scenario: Scenario | None
    journeys: tuple[Journey, ...]
    duration_ms: float
    warm_up_ms: float | None
    seed: int
    replications: int
    assumptions: dict[str, Any]
    ignored: tuple[Text, ...]
    triggers: tuple[tuple[float, float, str], ...]
    """Faults that are simulated: from, until all is up again (inf when never), target."""
    faults: tuple[Fault, ...]
    """One per trigger."""
    left_out: tuple[tuple[str, str], ...]
    """(kind of fault, element or link): told by the scenario and not simulated."""
    steady: bool
    """Whether load and behaviour stay the same throughout, so that a warm-up can be cut off."""
    shown_links: tuple[Link, ...] = field(default=())


def compile_program(
    architecture: Architecture,
    scenario: Scenario | None,
    *,
    seed: int | None = None,
    replications: int | None = None,
    duration_ms: float | None = None,
) -> Compiled:
    """The program of an architecture under a scenario.

    Raises:
        SimulationError: a setting of the scenario does not fit, or the model is larger than what can be simulated.
    """
    if sys.getrecursionlimit() < DEEP_ENOUGH:
        sys.setrecursionlimit(DEEP_ENOUGH)
    told = scenario or Scenario(id="default")
    try:
        architecture = with_settings(architecture, told.set)
    except SettingError as error:
        raise SimulationError(f'scenario "{told.name or told.id}", set: {error}') from error
    table = ASSUMPTIONS["scenario"]
    facts = Facts(architecture)
    length = duration_ms or told.duration_ms or table["duration_ms"]
    factor = table["load_factor"] if told.load_factor is None else told.load_factor

    warm_up = told.warm_up_ms if told.warm_up_ms is not None else table["warm_up_ms"]
    if warm_up != "auto" and float(warm_up) >= length:
        raise SimulationError(
            f"The warm-up of {float(warm_up):g} ms leaves nothing of a run of {length:g} ms: it must be shorter than "
            "the duration."
        )

    _check_size(architecture)
    assembly = Assembly()
    stations = Stations(assembly, facts)
    links = Links(assembly, facts)
    channels = Channels(assembly, facts, stations, links)
    data = Data(assembly, facts, stations, links)
    coder = Coder(assembly, facts, stations, links, channels, data)
    faults = Faults(assembly, facts, stations, links, channels)
    faults.add(told, length)
    journeys, _ = journeys_in_force(architecture)
    steady = not told.faults
    for journey in journeys:
        load = journey.load
        if load is None:
            facts.assumptions[f"{journey.id}.load"] = {"open": {"rate_per_s": 10.0, "arrivals": "poisson"}}
            load = Load(open=OpenLoad(**ASSUMPTIONS["journey"]["load"]["open"]))
        code, publishes = coder.journey(journey)
        surges = _surges_of(facts, faults, journey)
        row: Row = load_row(assembly, facts, journey.id, load, factor, surges)
        grown = sizes(len(assembly.journeys), load, factor, surges)
        if max(row.get("users", 0), *(change["amount"] for change, _ in grown), 0) > MOST_USERS:
            raise SimulationError(
                f"{architecture.label(journey.id)} has more than {MOST_USERS:,} users: lower its load."
            )
        assembly.changes += [*faults.outages.of_journey(len(assembly.journeys), journey), *grown]
        assembly.journeys.append(row | {"code": code, "asynchronous": float(publishes)})
        steady = steady and load.profile is None and load.schedule is None
    data.finish(_used(facts, stations, links, assembly))
    assembly.changes.sort(key=lambda change: change[0]["t"])
    _note_surges_without_effect(facts, faults, journeys)
    used = _used(facts, stations, links, assembly)
    facts.uses(*used)
    note_unsimulated(facts, used)
    most_added = max((int(row["most"]) for row in assembly.scalers), default=0)
    names = Names(
        tuple(stations.ids),
        tuple(link.id for link in architecture.links),
        tuple(channels.shown),
        tuple(journey.id for journey in journeys),
        tuple(data.readers),
    )
    return Compiled(
        program=assembly.build(names, reserve=64 + 4 * coder.longest + 2 * data.most_readers + most_added),
        architecture=architecture,
        scenario=scenario,
        journeys=journeys,
        duration_ms=float(length),
        warm_up_ms=None if warm_up == "auto" else float(warm_up),
        seed=_first(seed, told.seed, table["seed"]),
        replications=_first(replications, told.replications, table["replications"]),
        assumptions=dict(sorted(facts.assumptions.items())),
        ignored=tuple(facts.ignored.values()),
        triggers=tuple(faults.triggers),
        faults=tuple(faults.simulated),
        left_out=tuple(faults.left_out),
        steady=steady,
        shown_links=architecture.links,
    )


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)


def _most_instances(element: Element) -> int:
    scaling = getattr(element, "autoscale", None)
    told = (getattr(element, "instances", None), getattr(element, "replicas", None), getattr(scaling, "max", None))
    return max(number or 1 for number in told)


def _check_size(architecture: Architecture) -> None:
    instances = sum(map(_most_instances, architecture.elements))
    if instances > MOST_INSTANCES:
        raise SimulationError(f"The model has more than {MOST_INSTANCES:,} instances: simulate fewer.")
    calls = 0
    for part in (*architecture.links, *architecture.profiles):
        breaker = getattr(part, "circuit_breaker", None)
        calls += getattr(breaker, "window_calls", None) or 0
    if calls > MOST_BREAKER_CALLS:
        raise SimulationError(
            f"The circuit breakers' windows hold more than {MOST_BREAKER_CALLS:,} calls: make them smaller."
        )


def _entries_under(facts: Facts, target: str) -> set[str]:
    element = facts.architecture.element_by_id.get(target)
    return {target} if element is None else {part.id for part, _ in members(facts, element)} | {target}


def _surges_of(facts: Facts, faults: Faults, journey: Journey) -> list[Surge]:
    """The load faults on a journey: those whose target is, or holds, its entry."""
    found = []
    for surge, fault in faults.surges:
        if journey.entry in _entries_under(facts, fault.target):
            found.append(surge)
            faults.felt.append(fault)
    return found


def _note_surges_without_effect(facts: Facts, faults: Faults, journeys: tuple[Journey, ...]) -> None:
    entries = {journey.entry for journey in journeys}
    for _, fault in faults.surges:
        if not any(fault is felt for felt in faults.felt):
            faults.withdraw(fault)
        if not entries & _entries_under(facts, fault.target):
            facts.ignore_part(f"load {fault.target}", _NOBODY_ENTERS, fault.target)


def _used(facts: Facts, stations: Stations, links: Links, assembly: Assembly) -> list[str]:
    """Ids of the elements and links that some journey can reach."""
    link_ids = {row: link_id for link_id, row in links.index.items()}
    found = dict.fromkeys(stations.ids[int(site["station"])] for site in assembly.sites if site["station"] >= 0)
    found |= dict.fromkeys(link_ids[int(site["link"])] for site in assembly.sites if int(site["link"]) in link_ids)
    takers: dict[float, list[Row]] = {}
    for consumer in assembly.consumers:
        takers.setdefault(consumer["chan"], []).append(consumer)
    for target in assembly.targets:
        if int(target["link"]) in link_ids:
            link = facts.architecture.link_by_id[link_ids[int(target["link"])]]
            found |= dict.fromkeys((link.id, link.target))
        for consumer in takers.get(target["chan"], ()):
            found |= dict.fromkeys((link_ids[int(consumer["link"])], stations.ids[int(consumer["station"])]))
    return list(found)
