"""What must be up for a journey to be answered, and how often that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import chain

from models.analysis.facts import Facts
from models.analysis.graph.closures import closures
from models.architecture import ChoiceStep, Journey, LinkStep, UseStep
from models.architecture.derived import steps_are_derived
from models.architecture.graph import waits
from models.architecture.journeys import AnyStep


def answering(facts: Facts) -> dict[str, frozenset[str]]:
    """Shared fact: journey id -> elements that must be up for its response, the entry included; the union of choices.

    What only messages, events or polling readers reach is not among them.
    """
    needed = _Answering(facts)
    return {journey.id: needed.of_journey(journey) for journey in facts.every_journey}


class _Answering:
    """What must be up for journeys, some of which use others."""

    def __init__(self, facts: Facts) -> None:
        self._architecture = facts.architecture
        self._closed = facts.once(closures)
        self._direct = frozenset(chain.from_iterable(self._closed.needs.values()))
        self._known: dict[str, frozenset[str]] = {}

    def of_journey(self, journey: Journey) -> frozenset[str]:
        """The elements that must be up for its response."""
        if journey.id not in self._known:
            if steps_are_derived(journey):
                members = set(self._closed.unpack(self._closed.mask[journey.entry]))
            else:
                members = {journey.entry}
                self._add(journey.steps, members)
            self._known[journey.id] = frozenset(members)
        return self._known[journey.id]

    def _add(self, steps: tuple[AnyStep, ...], members: set[str]) -> None:
        for step in steps:
            if isinstance(step, LinkStep):
                link = self._architecture.link_by_id[step.link]
                if link.id in self._direct:
                    members.add(link.target)
                    if waits(self._architecture, link):
                        self._add(step.steps, members)
            elif isinstance(step, ChoiceStep):
                for branch in step.choice:
                    self._add(branch.steps, members)
            elif isinstance(step, UseStep):
                members.update(self.of_journey(self._architecture.journey_by_id[step.use]))


def availabilities(facts: Facts, needed: Iterable[str]) -> dict[str, float]:
    """Element id -> stated availability of what must be up at once, by id; a process counts once, by its worst part."""
    known = facts.elements_stating("availability")
    found: dict[str, float] = {}
    for element_id in sorted(needed):
        if element_id in known:
            unit = facts.architecture.element_by_id[element_id].__dict__.get("deployed_with") or element_id
            found[unit] = min(found.get(unit, 1.0), known[element_id])
    return dict(sorted(found.items()))


def availability_within(facts: Facts, most: int) -> Callable[[int], float]:
    """Mask of `closures`, of some of the elements in `most` -> the product of their `availabilities`."""
    alone, together = facts.once(_stated_bits)
    alone = [one for one in alone if one[0] & most]

    def product(mask: int) -> float:
        found = [value for bit, value in alone if bit & mask]
        for parts in together:
            found += sorted([value for bit, value in parts if bit & mask])[:1]
        return math.prod(found)

    return product


_Stated = list[tuple[int, float]]


def _stated_bits(facts: Facts) -> tuple[_Stated, list[_Stated]]:
    """Shared fact: (bit, stated availability) of what runs alone; and of each process that several parts share."""
    bit = facts.once(closures).bit
    units: dict[str, _Stated] = {}
    for element_id, value in facts.elements_stating("availability").items():
        unit = facts.architecture.element_by_id[element_id].__dict__.get("deployed_with") or element_id
        units.setdefault(unit, []).append((bit[element_id], value))
    return [parts[0] for parts in units.values() if len(parts) == 1], [one for one in units.values() if len(one) > 1]
