"""Who owns what: the word of an element itself, else the team that it is grouped in."""

from __future__ import annotations

from models.analysis.facts import Facts
from models.architecture import Element


def owners(facts: Facts) -> dict[str, str]:
    """Shared fact: element id -> its owner, of those that somebody is said to own."""
    found = ((element.id, _owner(facts, element)) for element in facts.architecture.elements)
    return {element_id: owner for element_id, owner in found if owner is not None}


def _owner(facts: Facts, element: Element) -> str | None:
    """Whom the element names, else its first group that is a team, by that team's owner or name."""
    if element.owner is not None:
        return element.owner
    for group_id in element.groups:
        group = facts.architecture.element_by_id[group_id]
        if group.kind == "group" and group.group_type == "team":
            return group.owner or facts.label(group_id)
    return None
