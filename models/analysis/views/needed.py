"""What each service needs at the same moment to answer."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.analysis.facts import Facts
from models.analysis.graph.closures import Closures, closures, drawn_members
from models.analysis.journeys.promises import availabilities
from models.analysis.needing import is_router
from models.analysis.rule import SEVERITIES, Severity


@dataclass(frozen=True, slots=True)
class Needed:
    """`count` others; `severity` is that of T01, None for few; `by_link`: of a router that no drawn journey leads
    through, whose most demanding link stands for its most demanding journey.
    """

    count: int
    mask: int
    severity: Severity | None
    by_link: bool = False


@dataclass(frozen=True, slots=True)
class Needs:
    """`services`: id -> what it needs, of all services."""

    services: dict[str, Needed]
    _facts: Facts
    _closed: Closures

    def members(self, service_id: str) -> tuple[str, ...]:
        """Ids of what it needs, sorted."""
        return tuple(sorted(self._closed.unpack(self.services[service_id].mask)))

    def availability(self, service_id: str) -> float | None:
        """The product of what these state, an upper bound if they fail independently; None where none states any."""
        stated = availabilities(self._facts, self.members(service_id)).values()
        return math.prod(stated) if stated else None


def needs(facts: Facts) -> Needs:
    """Of each service, itself and its process aside; a router is judged by its most demanding journey, not in sum."""
    closed = facts.once(closures)
    found = {}
    for service in facts.elements_of("service"):
        mask, by_link = of_router(facts, service.id) if is_router(service) else (closed.members(service.id), False)
        count = mask.bit_count()
        found[service.id] = Needed(count, mask, coupling_severity(facts, service.id, count), by_link)
    return Needs(found, facts, closed)


def of_router(facts: Facts, element_id: str) -> tuple[int, bool]:
    """What the most demanding journey through a router needs, as a mask of `closures`.

    With none drawn through it, what its most demanding link needs, and True.
    """
    drawn = facts.once(drawn_members).get(element_id)
    if drawn is not None:
        return drawn, False
    closed = facts.once(closures)
    routes = [closed.through(element_id, target) for target in closed.targets[element_id]]
    return max(routes, key=int.bit_count, default=0), True


def coupling_severity(facts: Facts, element_id: str, count: int) -> Severity | None:
    """How T01 judges an element that needs so many others."""
    limits = facts.thresholds("T01", element_id)
    for name in SEVERITIES:
        if count >= limits[name]:
            return name
    return None
