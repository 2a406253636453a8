"""Links between what different teams own: where a change needs two of them to agree."""

from __future__ import annotations

from dataclasses import dataclass

from models.analysis.facts import Facts
from models.analysis.owners import owners


@dataclass(frozen=True, slots=True)
class Crossing:
    """One link from what `source_owner` owns to what `target_owner` owns; neither is None, and they differ."""

    link: str
    source_owner: str
    target_owner: str


def crossings(facts: Facts) -> tuple[Crossing, ...]:
    """All crossings, by link id; a link with an end that nobody is said to own is none."""
    owned = facts.once(owners)
    found = []
    for link in facts.links:
        source, target = owned.get(link.source), owned.get(link.target)
        if source is not None and target is not None and source != target:
            found.append(Crossing(link.id, source, target))
    return tuple(found)
