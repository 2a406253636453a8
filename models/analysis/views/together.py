"""What must be up at the same moment for a journey to succeed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.analysis.closures import closures, drawn_by_journey
from models.analysis.facts import Facts
from models.architecture.derived import journeys_in_force


@dataclass(frozen=True, slots=True)
class UpTogether:
    """`members` are sorted ids: the entry (unless it is a client) and all it needs at once. `availability` is the
    product of those that are stated, None when none is: an upper bound unless `stated` is the number of members, and
    only if they fail independently. `drawn`: someone drew the steps; otherwise all links are taken to be used.
    """

    journey: str
    entry: str
    members: tuple[str, ...]
    stated: int
    availability: float | None
    target: float | None
    drawn: bool


def up_together(facts: Facts) -> tuple[UpTogether, ...]:
    """One for each journey in force, by id; of a choice the branch that needs most."""
    closed = facts.once(closures)
    drawn = facts.once(drawn_by_journey)
    elements = facts.architecture.element_by_id
    found = []
    for journey in sorted(journeys_in_force(facts.architecture)[0], key=lambda journey: journey.id):
        mask = drawn[journey.id] if journey.id in drawn else closed.mask[journey.entry]
        mask |= closed.bit[journey.entry]
        members = tuple(one for one in closed.unpack(mask) if elements[one].kind != "client")
        stated = [value for one in members if (value := elements[one].__dict__.get("availability")) is not None]
        target = journey.target
        found.append(
            UpTogether(
                journey=journey.id,
                entry=journey.entry,
                members=members,
                stated=len(stated),
                availability=math.prod(stated) if stated else None,
                target=None if target is None else target.availability,
                drawn=journey.id in drawn,
            )
        )
    return tuple(found)
