"""Who lies in a group: members, instances that are placed there, stores and channels that live on it."""

from dataclasses import dataclass
from typing import Any

from models.architecture import Architecture, Datastore, Element, Queue, Topic
from models.simulation.compiler.facts import Facts


@dataclass(frozen=True)
class Placed:
    """Some of a service's instances: their numbers, in order, `each` of them on one replica of the group."""

    numbers: tuple[int, ...]
    each: int

    def of(self, rows: list[int]) -> list[int]:
        """Those of a service's instance rows; a number beyond the last counts on from the first."""
        return list(dict.fromkeys(rows[number % len(rows)] for number in self.numbers))


Part = tuple[Element, Placed | None]
"""A member, and which of its instances; None for all of it."""


def members(facts: Facts, element: Element) -> list[Part]:
    """What a fault acts on: the element itself, or all that lies in a group, with the stores that say it is their
    server and the channels that say it is their broker."""
    if element.kind != "group":
        return [(element, None)]
    architecture = facts.architecture
    placed = _placed(architecture)
    found: list[Part] = []
    waiting, seen = [element.id], set()
    while waiting:
        group_id = waiting.pop()
        if group_id in seen:
            continue
        seen.add(group_id)
        here = {service for group, service in placed if group == group_id}
        found += [(architecture.element_by_id[service], placed[group_id, service]) for service in sorted(here)]
        for member_id in architecture.members[group_id]:
            member = architecture.element_by_id[member_id]
            if member.kind == "group":
                waiting.append(member_id)
            elif member_id not in here:
                found.append((member, None))
    names = {name for group_id in seen for name in (group_id, architecture.element_by_id[group_id].name)} - {None}
    there = {member.id for member, _ in found}
    found += [(other, None) for other in architecture.elements if _home(other) in names and other.id not in there]
    return found


def _home(element: Element) -> Any:
    if isinstance(element, Datastore):
        return element.server
    return element.broker if isinstance(element, Queue | Topic) else None


def _placed(architecture: Architecture) -> dict[tuple[str, str], Placed]:
    """By group and service: the first group that places a service holds its first instances, the next the next."""
    found: dict[tuple[str, str], Placed] = {}
    taken: dict[str, int] = {}
    for group in architecture.elements:
        for service, each in getattr(group, "placement", {}).items():
            first = taken.get(service, 0)
            n = each * (getattr(group, "replicas", None) or 1)
            found[group.id, service] = Placed(tuple(range(first, first + n)), each)
            taken[service] = first + n
    return found
