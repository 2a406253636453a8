"""Who waits for whom, each view worked out once per architecture.

The caller waits on synchronous calls and on asynchronous ones that it awaits inline. Calls between services that are
deployed together stay in one process: they are edges like the others, but no remote hop.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from models.architecture.effective import said
from models.architecture.kinds import CHANNELS
from models.architecture.links import AsyncLink, Link
from models.architecture.model import Arc, Architecture
from models.architecture.views import view


@dataclass(frozen=True, slots=True)
class Need:
    """One member of a synchronous closure."""

    element: str
    hops: int
    """Links over the network on the shortest way to it; calls within one process are none."""
    path: tuple[str, ...]
    """Element and link ids by turns, from the asking element to this one."""


@view
def unit_of(architecture: Architecture) -> dict[str, str]:
    """Service id -> the id that stands for all services deployed together with it (the smallest of theirs).

    A service that is deployed alone has no entry.
    """
    beside: dict[str, list[str]] = {}
    for element in architecture.elements:
        other = element.__dict__.get("deployed_with")
        if other is not None:
            beside.setdefault(element.id, []).append(other)
            beside.setdefault(other, []).append(element.id)
    units: dict[str, str] = {}
    for first in sorted(beside):
        waiting = [first] if first not in units else []
        while waiting:
            here = waiting.pop()
            if here not in units:
                units[here] = first
                waiting += beside[here]
    return units


def in_process(architecture: Architecture, link: Link) -> bool:
    """Whether both ends are deployed together, so that the call is a function call: free, and safe from the network."""
    units = unit_of(architecture)
    unit = units.get(link.source)
    return link.source == link.target or (unit is not None and unit == units.get(link.target))


def waits(architecture: Architecture, link: Link) -> bool:
    """Whether the caller waits for what the target answers: synchronous calls, and asynchronous ones awaited inline."""
    return link.style == "sync" or (isinstance(link, AsyncLink) and said(architecture, link, "awaited") is True)


@view
def blocking_links(architecture: Architecture) -> tuple[Link, ...]:
    """Links on which a caller waits, in id order: those of `waits`, and reads and writes of datastores."""
    return tuple([arc[4] for arc in blocking_arcs(architecture)])


@view
def blocking_arcs(architecture: Architecture) -> list[Arc]:
    """The arcs of `blocking_links`."""
    stores = {element_id for element_id, kind in architecture.kinds.items() if kind == "datastore"}
    found = []
    for arc in architecture.arcs:
        _, _, target, style, link = arc
        if (
            style == "sync"
            or (style == "shared_data" and target in stores)
            or (style == "async" and waits(architecture, link))
        ):
            found.append(arc)
    return found


@view
def entries(architecture: Architecture) -> tuple[str, ...]:
    """Where requests come in, in id order: clients, and services and externals that nothing calls.

    Only those that go on to anything: an element without a way out starts nothing.
    """
    calling, called = {arc[1] for arc in architecture.arcs}, {arc[2] for arc in architecture.arcs}
    kinds = architecture.kinds
    uncalled = [element_id for element_id in calling - called if kinds[element_id] in ("service", "external")]
    return tuple(sorted(uncalled + [element_id for element_id in calling if kinds[element_id] == "client"]))


@view
def needed_directly(architecture: Architecture) -> dict[str, tuple[Link, ...]]:
    """Element id -> the links, in id order, to what it needs at once to answer; elements that need nothing are absent.

    These are the calls it waits for, reads and writes of stores, and messages to channels: a broker must be up too.
    """
    return {source: tuple([arc[4] for arc in arcs]) for source, arcs in needed_arcs(architecture).items()}


@view
def needed_arcs(architecture: Architecture) -> dict[str, list[Arc]]:
    """The arcs of `needed_directly`."""
    stores = {element_id for element_id, kind in architecture.kinds.items() if kind == "datastore"}
    channels = {element_id for element_id, kind in architecture.kinds.items() if kind in CHANNELS}
    replied = {arc[0]: arc[2] for arc in blocking_arcs(architecture) if arc[3] == "async"}
    awaited = channels.intersection(replied.values())
    for queue in tuple(awaited):
        awaited.update(link.target for link in architecture.links_from[queue] if link.target in channels)
    needed: dict[str, list[Arc]] = {}
    for arc in architecture.arcs:
        link_id, source, target, style, _ = arc
        if (
            style == "sync"
            or target in stores
            or (target in channels and style in ("async", "event"))
            or link_id in replied
            or source in awaited
        ):
            if source in needed:
                needed[source].append(arc)
            else:
                needed[source] = [arc]
    return needed


def sync_closure(architecture: Architecture, element_id: str, nearest: int | None = None) -> dict[str, Need]:
    """All that `element_id` needs at the same moment to answer: id -> how it is reached, nearest first.

    Over `needed_directly`, from one to the next. The element itself and those deployed with it are no members, though
    what they need is. `nearest` stops after that many members. (Head of the rule catalogue.)
    """
    units, needed = unit_of(architecture), needed_directly(architecture)
    own = units.get(element_id)
    arrived: dict[str, Link | None] = {element_id: None}
    hops = {element_id: 0}
    closure: dict[str, Need] = {}
    settled: set[str] = set()
    todo = deque([element_id])
    while todo:
        here = todo.popleft()
        if here in settled:
            continue
        settled.add(here)
        if here != element_id and (own is None or units.get(here) != own):
            closure[here] = Need(here, hops[here], _way(arrived, here))
            if nearest is not None and len(closure) >= nearest:
                break
        for link in needed.get(here, ()):
            free = in_process(architecture, link)
            distance = hops[here] + (0 if free else 1)
            if distance < hops.get(link.target, distance + 1):
                hops[link.target], arrived[link.target] = distance, link
                if free:
                    todo.appendleft(link.target)
                else:
                    todo.append(link.target)
    return closure


def _way(arrived: dict[str, Link | None], element_id: str) -> tuple[str, ...]:
    way = [element_id]
    while (link := arrived[way[-1]]) is not None:
        way += [link.id, link.source]
    return tuple(reversed(way))
