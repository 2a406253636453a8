"""Who owns what: the word of an element itself, else the team that it is grouped in."""

from __future__ import annotations

from collections.abc import Iterable

from models.analysis.facts import Facts


def owners(facts: Facts) -> dict[str, str]:
    """Shared fact: element id -> its owner, of those that somebody is said to own.

    Whom the element names, else its first group that is a team, by that team's owner or name.
    """
    found: dict[str, str] = dict(facts.elements_stating("owner"))
    for element_id, groups in facts.elements_stating("groups").items():
        if element_id not in found and (owner := _team(facts, groups)) is not None:
            found[element_id] = owner
    return found


def _team(facts: Facts, group_ids: Iterable[str]) -> str | None:
    for group_id in group_ids:
        group = facts.architecture.element_by_id[group_id]
        if group.kind == "group" and group.group_type == "team":
            return group.owner or facts.label(group_id)
    return None
