"""Who owns what: the word of an element itself, else the team that it is grouped in."""

from __future__ import annotations

from models.analysis.facts import Facts
from models.architecture.owners import team_of


def owners(facts: Facts) -> dict[str, str]:
    """Shared fact: element id -> its owner, of those that somebody is said to own.

    Whom the element names, else its first group that is a team, by that team's owner or name.
    """
    found: dict[str, str] = dict(facts.elements_stating("owner"))
    for element_id, groups in facts.elements_stating("groups").items():
        if element_id not in found and (owner := team_of(facts.architecture, groups)) is not None:
            found[element_id] = owner
    return found
