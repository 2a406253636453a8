"""What must be up for a journey to be answered, and how often that is."""

from __future__ import annotations

from collections.abc import Iterable

from models.analysis.closures import closures
from models.analysis.facts import Facts
from models.architecture import ChoiceStep, Journey, LinkStep, UseStep
from models.architecture.derived import steps_are_derived
from models.architecture.graph import waits
from models.architecture.journeys import AnyStep


def answering(facts: Facts) -> dict[str, frozenset[str]]:
    """Shared fact: journey id -> elements that must be up for its response, the entry included; the union of choices.

    What only messages, events or polling readers reach is not among them.
    """
    closed = facts.once(closures)
    direct = {link.id for links in closed.needs.values() for link in links}
    found: dict[str, frozenset[str]] = {}

    def of_journey(journey: Journey) -> frozenset[str]:
        if journey.id not in found:
            if steps_are_derived(journey):
                found[journey.id] = frozenset(closed.unpack(closed.mask[journey.entry]))
            else:
                members = {journey.entry}
                of_steps(journey.steps, members)
                found[journey.id] = frozenset(members)
        return found[journey.id]

    def of_steps(steps: tuple[AnyStep, ...], members: set[str]) -> None:
        for step in steps:
            if isinstance(step, LinkStep):
                link = facts.architecture.link_by_id[step.link]
                if link.id in direct:
                    members.add(link.target)
                    if waits(facts.architecture, link):
                        of_steps(step.steps, members)
            elif isinstance(step, ChoiceStep):
                for branch in step.choice:
                    of_steps(branch.steps, members)
            elif isinstance(step, UseStep):
                members.update(of_journey(facts.architecture.journey_by_id[step.use]))

    for journey in facts.every_journey:
        of_journey(journey)
    return found


def availabilities(facts: Facts, needed: Iterable[str]) -> dict[str, float]:
    """Element id -> stated availability of what must be up at once, by id; a process counts once, by its worst part."""
    known = facts.elements_stating("availability")
    found: dict[str, float] = {}
    for element_id in sorted(needed):
        if element_id in known:
            unit = facts.architecture.element_by_id[element_id].__dict__.get("deployed_with") or element_id
            found[unit] = min(found.get(unit, 1.0), known[element_id])
    return dict(sorted(found.items()))
