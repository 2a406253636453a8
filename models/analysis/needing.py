"""How many others must be up for a service to answer."""

from __future__ import annotations

from collections.abc import Iterable

from models.analysis.facts import Facts
from models.analysis.graph.closures import closures, drawn_members
from models.architecture import Service

ROUTERS = ("gateway", "bff")


def is_router(service: object) -> bool:
    """Whether each request uses one of its links, and not all of them."""
    return isinstance(service, Service) and service.role in ROUTERS


def would_need_too_many(facts: Facts, ends: Iterable[str]) -> bool:
    """Whether T01 would be an error of a service that has none now, if each of `ends` needed the same one thing more.

    What a drawn journey needs of a router stays as it was drawn.
    """
    closed = facts.once(closures)
    changed = 0
    for element_id in ends:
        changed |= closed.bit[element_id]
    for element_id in facts.once(_on_the_brink):
        if closed.mask[element_id] & changed:
            if not is_router(facts.architecture.element_by_id[element_id]):
                return True
            most = facts.threshold("T01", "error", element_id) - 1
            routes = (one for one in closed.targets[element_id] if closed.mask[one] & changed)
            if any(closed.through(element_id, target).bit_count() >= most for target in routes):
                return True
    return False


def _on_the_brink(facts: Facts) -> list[str]:
    """Shared fact: services that need so many that it would be an error if it were one more, but is none yet."""
    closed = facts.once(closures)
    found = []
    for service in facts.elements_of("service"):
        element_id, count = service.id, closed.size[service.id]
        if is_router(service):
            if element_id in facts.once(drawn_members):
                continue
            routes = (closed.through(element_id, target).bit_count() for target in closed.targets[element_id])
            count = max(routes, default=0)
        if count < facts.threshold("T01", "error", element_id) <= count + 1:
            found.append(element_id)
    return found
