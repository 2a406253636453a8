"""Links between what different teams own: where a change needs two of them to agree."""

from __future__ import annotations

from dataclasses import dataclass

from models.analysis.facts import Facts
from models.architecture import Element


@dataclass(frozen=True, slots=True)
class Crossing:
    """One link from what `source_owner` owns to what `target_owner` owns; neither is None, and they differ."""

    link: str
    source_owner: str
    target_owner: str


def crossings(facts: Facts) -> tuple[Crossing, ...]:
    """All crossings, by link id; a link with an end that nobody is said to own is none."""
    owners = {element.id: _owner(facts, element) for element in facts.architecture.elements}
    found = []
    for link in facts.links:
        source, target = owners[link.source], owners[link.target]
        if source is not None and target is not None and source != target:
            found.append(Crossing(link.id, source, target))
    return tuple(found)


def _owner(facts: Facts, element: Element) -> str | None:
    """Whom the element names, else its first group that is a team, by that team's owner or name."""
    if element.owner is not None:
        return element.owner
    for group_id in element.groups:
        group = facts.architecture.element_by_id[group_id]
        if group.kind == "group" and group.group_type == "team":
            return group.owner or facts.label(group_id)
    return None
