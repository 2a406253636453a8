"""What must be up at the same moment: the synchronous closure of every element, as bit masks."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from models.analysis.facts import Facts, components
from models.architecture import ChoiceStep, Link, LinkStep, UseStep
from models.architecture.graph import needed_directly, unit_of, waits
from models.architecture.journeys import AnyStep
from models.architecture.kinds import KINDS


@dataclass(frozen=True)
class Closures:
    """`needs`: element id -> (link, what it needs by it), by link id. Masks have one bit per element of `ids`."""

    ids: tuple[str, ...]
    bit: dict[str, int]
    needs: dict[str, list[tuple[Link, str]]]
    mask: dict[str, int]
    """Element id -> itself and all it needs."""
    aside: dict[str, int]
    """Element id -> itself and what runs in its process."""

    def members(self, element_id: str) -> int:
        """All the element needs at the same moment to answer, itself and its process aside."""
        return self.mask[element_id] & ~self.aside[element_id]

    def through(self, element_id: str, target: str) -> int:
        """What it needs because of one thing it needs directly."""
        return self.mask[target] & ~self.aside[element_id]

    def nearest(self, element_id: str, among: int, limit: int) -> tuple[list[str], tuple[Link, ...]]:
        """At most `limit` members of the mask `among`, the nearest first; and the links to one of the farthest."""
        came_by: dict[str, Link | None] = {element_id: None}
        far: dict[str, int] = {element_id: 0}
        whole = among == self.members(element_id)
        aside = self.aside[element_id]
        alone = whole and aside == self.bit[element_id]
        found = [element_id] if self.bit[element_id] & among else []
        waiting = deque([element_id])
        while waiting and len(found) < limit:
            here = waiting.popleft()
            onward = far[here] + 1
            for link, target in self.needs[here]:
                if target not in far:
                    far[target] = onward
                    came_by[target] = link
                    waiting.append(target)
                    if alone or (not self.bit[target] & aside if whole else self.bit[target] & among):
                        found.append(target)
        del found[limit:]
        if not found:
            return found, ()
        most = far[found[-1]]
        return found, _way(came_by, next(member for member in found if far[member] == most))

    def unpack(self, mask: int) -> Iterator[str]:
        """The ids in a mask."""
        while mask:
            lowest = mask & -mask
            yield self.ids[lowest.bit_length() - 1]
            mask ^= lowest


def _way(came_by: dict[str, Link | None], element_id: str) -> tuple[Link, ...]:
    links = []
    while (link := came_by[element_id]) is not None:
        links.append(link)
        element_id = link.source
    return tuple(reversed(links))


def closures(facts: Facts) -> Closures:
    """Shared fact: over synchronous calls, awaited asynchronous ones, stores read or written, channels published to."""
    ids = tuple(sorted(element.id for element in facts.architecture.elements))
    bit = {element_id: 1 << i for i, element_id in enumerate(ids)}
    needs: dict[str, list[tuple[Link, str]]] = {element_id: [] for element_id in ids}
    polled = facts.stating("poll_interval_ms")
    for element_id, links in needed_directly(facts.architecture).items():
        needs[element_id] = [
            (link, link.target) for link in links if link.style != "shared_data" or link.id not in polled
        ]
    aside = dict(bit)
    process: dict[str, int] = {}
    units = unit_of(facts.architecture)
    for element_id, unit in units.items():
        process[unit] = process.get(unit, 0) | bit[element_id]
    for element_id, unit in units.items():
        aside[element_id] = process[unit]
    mask: dict[str, int] = {}
    for members in components({source: [target for _, target in found] for source, found in needs.items()}):
        together = 0
        for member in members:
            together |= bit[member]
            for _, target in needs[member]:
                together |= mask.get(target, 0)
        for member in members:
            mask[member] = together
    return Closures(ids, bit, needs, mask, aside)


def needed(facts: Facts, link: Link) -> bool:
    """Whether the link's target must be up while its source answers: a reader that polls does so in its own time."""
    return link.style != "shared_data" or facts.said(link, "poll_interval_ms") is None


def drawn_members(facts: Facts) -> dict[str, int]:
    """Shared fact: element id -> the largest set that one drawn journey needs below one of its steps, as a mask."""
    return facts.once(_drawn)[0]


def drawn_by_journey(facts: Facts) -> dict[str, int]:
    """Shared fact: id of a drawn journey -> all it needs at the same moment for its answer, as a mask."""
    return facts.once(_drawn)[1]


def _drawn(facts: Facts) -> tuple[dict[str, int], dict[str, int]]:
    closed = facts.once(closures)
    largest: dict[str, int] = {}
    known: dict[str, int] = {}
    direct = {link.id for needs in closed.needs.values() for link, _ in needs}

    def of_journey(journey_id: str) -> int:
        if journey_id not in known:
            journey = facts.architecture.journey_by_id[journey_id]
            known[journey_id] = of_steps(journey.steps)
            note(journey.entry, known[journey_id])
        return known[journey_id]

    def note(element_id: str, mask: int) -> None:
        mask &= ~closed.aside[element_id]
        if element_id not in largest or mask.bit_count() > largest[element_id].bit_count():
            largest[element_id] = mask

    def of_steps(steps: tuple[AnyStep, ...]) -> int:
        mask = 0
        for step in steps:
            if isinstance(step, LinkStep):
                link = facts.architecture.link_by_id[step.link]
                if link.id not in direct:
                    continue
                below = of_steps(step.steps)
                mask |= closed.bit[link.target]
                if waits(facts.architecture, link):
                    mask |= below
                    if not KINDS[facts.architecture.element_by_id[link.target].kind].channel:
                        note(link.target, below)
            elif isinstance(step, ChoiceStep):
                branches = [of_steps(branch.steps) for branch in step.choice]
                mask |= max(branches, key=int.bit_count)
            elif isinstance(step, UseStep):
                mask |= of_journey(step.use)
        return mask

    for journey in facts.journeys:
        of_journey(journey.id)
    return largest, known
