"""Who owns an element: the word of the element itself, else the team that it is grouped in."""

from __future__ import annotations

from collections.abc import Iterable

from models.architecture.model import Architecture


def owner_of(architecture: Architecture, element_id: str) -> str | None:
    """Whom the element names, else its first group that is a team, by that team's owner or name; None: nobody said."""
    element = architecture.element_by_id[element_id]
    return element.owner or team_of(architecture, element.groups)


def team_of(architecture: Architecture, group_ids: Iterable[str]) -> str | None:
    """The first of these groups that is a team, by its owner or name."""
    for group_id in group_ids:
        group = architecture.element_by_id[group_id]
        if group.kind == "group" and group.group_type == "team":
            return group.owner or architecture.label(group_id)
    return None
