"""What must be up at the same moment: the synchronous closure of every element, as bit masks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from models.analysis.facts import Facts
from models.analysis.graph.components import components
from models.architecture import ChoiceStep, Link, LinkStep, UseStep
from models.architecture.graph import needed_arcs, unit_of, waits
from models.architecture.journeys import AnyStep
from models.architecture.kinds import KINDS


@dataclass(frozen=True)
class Closures:
    """`needs`: element id -> ids of the links to what it needs directly. Masks have one bit per element of `ids`."""

    ids: tuple[str, ...]
    bit: dict[str, int]
    needs: dict[str, list[str]]
    targets: dict[str, list[str]]
    """Element id -> where the links of `needs` lead, in their order."""
    mask: dict[str, int]
    """Element id -> itself and all it needs."""
    aside: dict[str, int]
    """Element id -> itself and what runs in its process."""
    size: dict[str, int]
    """Element id -> how many `members` it has."""

    def alone(self, element_id: str) -> bool:
        """Whether nothing else runs in its process."""
        return self.aside[element_id] == self.bit[element_id]

    def members(self, element_id: str) -> int:
        """All the element needs at the same moment to answer, itself and its process aside."""
        return self.mask[element_id] & ~self.aside[element_id]

    def through(self, element_id: str, target: str) -> int:
        """What it needs because of one thing it needs directly."""
        return self.mask[target] & ~self.aside[element_id]

    def direct(self, element_id: str, among: int | None = None) -> list[str]:
        """Ids of the links to what it needs directly, of the mask `among`; of all its members where that is None."""
        needs, targets = self.needs[element_id], self.targets[element_id]
        if among is None and self.alone(element_id) and element_id not in targets:
            return needs
        ways = zip(needs, targets, strict=True)
        among = self.members(element_id) if among is None else among
        return [link_id for link_id, target in ways if self.bit[target] & among]

    def nearest(self, element_id: str, limit: int, among: int | None = None) -> tuple[list[str], tuple[str, ...]]:
        """At most `limit` of the mask `among`, else of all its members, the nearest first.

        And the path to a farthest of them: ids of elements and links by turns.
        """
        if among is None:
            if self.alone(element_id):
                return self._nearest_of_all(element_id, limit)
            among = self.members(element_id)
        found = [element_id] if self.bit[element_id] & among else []
        farthest = element_id
        came_from: dict[str, str] = {element_id: ""}
        ring = [element_id]
        while ring and len(found) < limit:
            onward: list[str] = []
            for here in ring:
                for target in self.targets[here]:
                    if target not in came_from:
                        came_from[target] = here
                        onward.append(target)
            members = [one for one in onward if self.bit[one] & among]
            if members:
                farthest = members[0]
                found += members
            ring = onward
        return found[:limit], self._way(came_from, farthest)

    def _nearest_of_all(self, element_id: str, limit: int) -> tuple[list[str], tuple[str, ...]]:
        """As `nearest`, of an element without others in its process: all that it comes by are its members."""
        targets = self.targets
        came_from: dict[str, str] = {element_id: ""}
        found = [element_id]
        farthest = element_id
        first, past = 0, 1
        while first < past <= limit:
            farthest = found[first]
            for here in found[first:past]:
                for target in targets[here]:
                    if target not in came_from:
                        came_from[target] = here
                        found.append(target)
                if len(found) > limit:
                    break
            first, past = past, len(found)
        return found[1 : limit + 1], self._way(came_from, found[first] if first < past else farthest)

    def _way(self, came_from: dict[str, str], end: str) -> tuple[str, ...]:
        """The path by which `end` was reached, each link the first that leads to its target."""
        path = [end]
        while here := came_from[end]:
            path += self.needs[here][self.targets[here].index(end)], here
            end = here
        path.reverse()
        return tuple(path)

    def unpack(self, mask: int) -> Iterator[str]:
        """The ids in a mask."""
        while mask:
            lowest = mask & -mask
            yield self.ids[lowest.bit_length() - 1]
            mask ^= lowest


def closures(facts: Facts) -> Closures:
    """Shared fact: over synchronous calls, awaited asynchronous ones, stores read or written, channels published to.

    What is needed has lower bits than those who need it: the masks of the many that need little are short.
    """
    polled = facts.stating("poll_interval_ms")
    direct = needed_arcs(facts.architecture)
    needs: dict[str, list[str]] = {element_id: [] for element_id in facts.element_ids}
    targets: dict[str, list[str]] = {element_id: [] for element_id in facts.element_ids}
    for source, arcs in direct.items():
        if polled:
            arcs = [arc for arc in arcs if arc[3] != "shared_data" or arc[0] not in polled]
        needs[source] = [arc[0] for arc in arcs]
        targets[source] = [arc[2] for arc in arcs]
    parts = components(targets) if polled else facts.needed_components
    ids = tuple(chain.from_iterable(parts))
    bit = {element_id: 1 << i for i, element_id in enumerate(ids)}
    aside = dict(bit)
    process: dict[str, int] = {}
    units = unit_of(facts.architecture)
    for element_id, unit in units.items():
        process[unit] = process.get(unit, 0) | bit[element_id]
    for element_id, unit in units.items():
        aside[element_id] = process[unit]
    mask: dict[str, int] = {}
    size: dict[str, int] = {}
    for members in parts:
        together = ((1 << len(members)) - 1) * bit[members[0]]
        onward = targets[members[0]] if len(members) == 1 else {end for member in members for end in targets[member]}
        for target in onward:
            if target in mask:
                together |= mask[target]
        count = together.bit_count()
        for member in members:
            mask[member] = together
            size[member] = count - ((together & aside[member]).bit_count() if member in units else 1)
    return Closures(ids, bit, needs, targets, mask, aside, size)


def needed(facts: Facts, link: Link) -> bool:
    """Whether the link's target must be up while its source answers: a reader that polls does so in its own time."""
    return link.style != "shared_data" or facts.said(link, "poll_interval_ms") is None


def drawn_members(facts: Facts) -> dict[str, int]:
    """Shared fact: element id -> the largest set that one drawn journey needs below one of its steps, as a mask.

    Of a choice the branch that needs most.
    """
    members = _DrawnMembers(facts)
    for journey in facts.journeys:
        members.of_journey(journey.id)
    return members.largest


class _DrawnMembers:
    """What drawn journeys need below their steps, journey by journey."""

    def __init__(self, facts: Facts) -> None:
        self.largest: dict[str, int] = {}
        self._architecture = facts.architecture
        self._closed = facts.once(closures)
        self._known: dict[str, int] = {}
        self._direct = frozenset(chain.from_iterable(self._closed.needs.values()))

    def of_journey(self, journey_id: str) -> int:
        """All it needs, as a mask."""
        if journey_id not in self._known:
            journey = self._architecture.journey_by_id[journey_id]
            self._known[journey_id] = self._of_steps(journey.steps)
            self._note(journey.entry, self._known[journey_id])
        return self._known[journey_id]

    def _note(self, element_id: str, mask: int) -> None:
        mask &= ~self._closed.aside[element_id]
        if element_id not in self.largest or mask.bit_count() > self.largest[element_id].bit_count():
            self.largest[element_id] = mask

    def _of_steps(self, steps: tuple[AnyStep, ...]) -> int:
        mask = 0
        for step in steps:
            if isinstance(step, LinkStep):
                link = self._architecture.link_by_id[step.link]
                if link.id not in self._direct:
                    continue
                below = self._of_steps(step.steps)
                mask |= self._closed.bit[link.target]
                if waits(self._architecture, link):
                    mask |= below
                    if not KINDS[self._architecture.element_by_id[link.target].kind].channel:
                        self._note(link.target, below)
            elif isinstance(step, ChoiceStep):
                branches = [self._of_steps(branch.steps) for branch in step.choice]
                mask |= max(branches, key=int.bit_count)
            elif isinstance(step, UseStep):
                mask |= self.of_journey(step.use)
        return mask
