"""What must be up at the same moment for a journey to succeed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.analysis.facts import Facts
from models.analysis.graph.closures import closures
from models.analysis.journeys.promises import answering, availabilities
from models.architecture.derived import journeys_in_force, steps_are_derived


@dataclass(frozen=True, slots=True)
class UpTogether:
    """`members` are sorted ids: the entry (unless it is a client) and all it needs, in every branch of a choice.
    `availability` is the product of those that are stated, of a process that of its worst part; None when none is. It
    is an upper bound unless all members, which are `stated` of them, state theirs, and only if they fail independently.
    `drawn`: someone drew the steps; otherwise all links are taken to be used.
    """

    journey: str
    entry: str
    members: tuple[str, ...]
    stated: int
    availability: float | None
    target: float | None
    drawn: bool


def up_together(facts: Facts) -> tuple[UpTogether, ...]:
    """One for each journey in force, by id."""
    closed, promised = facts.once(closures), facts.once(answering)
    elements, known = facts.architecture.element_by_id, facts.elements_stating("availability")
    found = []
    for journey in sorted(journeys_in_force(facts.architecture)[0], key=lambda journey: journey.id):
        needed = promised.get(journey.id) or closed.unpack(closed.mask[journey.entry])
        members = tuple(sorted(one for one in needed if elements[one].kind != "client"))
        values = availabilities(facts, members).values()
        target = journey.target
        found.append(
            UpTogether(
                journey=journey.id,
                entry=journey.entry,
                members=members,
                stated=sum(one in known for one in members),
                availability=math.prod(values) if values else None,
                target=None if target is None else target.availability,
                drawn=not steps_are_derived(journey),
            )
        )
    return tuple(found)
