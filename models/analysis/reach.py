"""How much of the system a flaw touches: the traffic of drawn journeys through it, else the entries that reach it."""

from __future__ import annotations

import math

from models.analysis.facts import Facts, components
from models.analysis.rule import Flaw
from models.architecture import ChoiceStep, Journey, LinkStep, Load, UseStep
from models.architecture.graph import entries
from models.architecture.journeys import AnyStep


def reach_of(facts: Facts, flaw: Flaw) -> float:
    """Journeys through the parts of the flaw, and their requests per second on top; with none drawn, entries."""
    reach = facts.once(part_reach)
    found = [reach[part_id] for part_id in (*flaw.elements, *flaw.links) if part_id in reach]
    return max(found) if found else 0.0


def part_reach(facts: Facts) -> dict[str, float]:
    """Element or link id -> reach."""
    if facts.journeys:
        found: dict[str, float] = {}
        for journey in facts.journeys:
            share = 1.0 + (rate_of(journey.load) or 0.0)
            for part_id in (*facts.once(journey_visits)[journey.id], *_elements_of(facts, journey)):
                found[part_id] = found.get(part_id, 0.0) + share
        return found
    masks = facts.once(entries_reaching)
    return {element_id: float(mask.bit_count()) for element_id, mask in masks.items()}


def entries_reaching(facts: Facts) -> dict[str, int]:
    """Element id -> bit mask over the entries of those from which some chain of links leads there."""
    links_from = facts.architecture.links_from
    parts = components({source: [link.target for link in links] for source, links in links_from.items()})
    bit = {entry: 1 << i for i, entry in enumerate(entries(facts.architecture))}
    mask: dict[str, int] = dict.fromkeys(links_from, 0)
    for members in reversed(parts):
        together = 0
        for member in members:
            together |= mask[member] | bit.get(member, 0)
        for member in members:
            mask[member] = together
            for link in links_from[member]:
                mask[link.target] |= together
    return mask


def journey_visits(facts: Facts) -> dict[str, dict[str, float]]:
    """Journey id -> link id -> mean visits per run of the journey, retries aside; 0 for what only failure reaches."""
    found: dict[str, dict[str, float]] = {}

    def visits(journey: Journey) -> dict[str, float]:
        if journey.id not in found:
            total: dict[str, float] = {}
            collect(journey.steps, 1.0, total)
            found[journey.id] = total
        return found[journey.id]

    def collect(steps: tuple[AnyStep, ...], weight: float, total: dict[str, float]) -> None:
        for step in steps:
            if isinstance(step, LinkStep):
                here = weight * _times(facts, step)
                total[step.link] = total.get(step.link, 0.0) + here
                collect(step.steps, here, total)
                collect(step.on_reply, here, total)
                collect(step.on_failure, 0.0, total)
            elif isinstance(step, ChoiceStep):
                whole = sum(branch.weight for branch in step.choice)
                for branch in step.choice:
                    collect(branch.steps, weight * branch.weight / whole, total)
            elif isinstance(step, UseStep):
                for link_id, used in visits(facts.architecture.journey_by_id[step.use]).items():
                    total[link_id] = total.get(link_id, 0.0) + weight * used

    for journey in facts.journeys:
        visits(journey)
    return found


def _times(facts: Facts, step: LinkStep) -> float:
    link = facts.architecture.link_by_id[step.link]
    calls = step.calls if step.calls is not None else facts.said(link, "calls_per_request")
    chance = step.probability if step.probability is not None else facts.said(link, "probability")
    return (1.0 if calls is None else float(calls)) * (1.0 if chance is None else float(chance))


def rate_of(load: Load | None) -> float | None:
    """Requests per second of an open, scheduled or profiled load (its peak); None when closed or not said."""
    if load is None:
        return None
    if load.open is not None:
        return load.open.rate_per_s
    if load.schedule is not None:
        return load.schedule.batch * 1000.0 / load.schedule.every_ms
    if load.profile is not None:
        return max(rate for _, rate in load.profile)
    return None


def link_rate(facts: Facts, link_id: str) -> float | None:
    """Uses of a link per second in all drawn journeys, or None when some journey through it has no rate."""
    total, used = 0.0, False
    for journey in facts.journeys:
        visits = facts.once(journey_visits)[journey.id].get(link_id, 0.0)
        if visits:
            rate = rate_of(journey.load)
            if rate is None:
                return None
            total, used = total + visits * rate, True
    return total if used and math.isfinite(total) else None


def journeys_through(facts: Facts) -> dict[str, int]:
    """Element id -> number of journeys (drawn ones, else entries) that come by it."""
    if not facts.journeys:
        return {element_id: mask.bit_count() for element_id, mask in facts.once(entries_reaching).items()}
    found: dict[str, int] = {}
    for journey in facts.journeys:
        for element_id in _elements_of(facts, journey):
            found[element_id] = found.get(element_id, 0) + 1
    return found


def _elements_of(facts: Facts, journey: Journey) -> set[str]:
    links = [facts.architecture.link_by_id[link_id] for link_id in facts.once(journey_visits)[journey.id]]
    return {journey.entry, *(link.target for link in links), *(link.source for link in links)}
