"""How much of the system a flaw touches: the traffic of journeys through it, else the entries that reach it."""

from __future__ import annotations

import math
from heapq import heappop, heappush

from models.analysis.components import components
from models.analysis.facts import Facts
from models.architecture import ChoiceStep, Journey, Link, LinkStep, Load, UseStep
from models.architecture.graph import entries
from models.architecture.journeys import AnyStep


def part_reach(facts: Facts) -> dict[str, float]:
    """Element or link id -> reach."""
    if facts.every_journey:
        found: dict[str, float] = {}
        for journey in facts.every_journey:
            share = 1.0 + (rate_of(journey.load) or 0.0)
            for part_id in (*facts.once(journey_visits)[journey.id], *elements_of(facts, journey)):
                found[part_id] = found.get(part_id, 0.0) + share
        return found
    masks = facts.once(entries_reaching)
    return {element_id: float(mask.bit_count()) for element_id, mask in masks.items()}


def entries_reaching(facts: Facts) -> dict[str, int]:
    """Element id -> bit mask over the entries of those from which some chain of links leads there."""
    bit = {entry: 1 << i for i, entry in enumerate(entries(facts.architecture))}
    return _marked(facts, bit)


def _marked(facts: Facts, bit: dict[str, int]) -> dict[str, int]:
    """Element id -> which of the marks of `bit` some chain of links brings to it."""
    targets = facts.targets
    mask: dict[str, int] = dict.fromkeys(targets, 0)
    for members in reversed(facts.once(_flow)):
        together = 0
        for member in members:
            together |= mask[member] | bit.get(member, 0)
        if together:
            for member in members:
                mask[member] = together
                for target in targets[member]:
                    mask[target] |= together
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
                link = facts.architecture.link_by_id[step.link]
                here = weight * _times(facts, link, step.calls, step.probability)
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
    for journey in facts.followed_journeys:
        found[journey.id] = _followed(facts, journey.entry)
    return found


def _followed(facts: Facts, entry: str) -> dict[str, float]:
    """Link id -> mean visits per run when every element that is reached uses all its links.

    In a circle each member is taken to be reached as often as the circle is entered.
    """
    place = {member: i for i, members in enumerate(facts.once(_flow)) for member in members}
    arrived = {place[entry]: 1.0}
    total: dict[str, float] = {}
    waiting = [-place[entry]]
    while waiting:
        here = -heappop(waiting)
        for member in facts.once(_flow)[here]:
            for link in facts.architecture.links_from[member]:
                visits = arrived[here] * _times(facts, link, None, None)
                total[link.id] = visits
                onward = place[link.target]
                if onward != here:
                    if onward not in arrived:
                        heappush(waiting, -onward)
                    arrived[onward] = arrived.get(onward, 0.0) + visits
    return total


def _flow(facts: Facts) -> list[list[str]]:
    """Shared fact: the strongly connected components of all links, those that are reached before who reaches them."""
    return components(facts.targets)


def _times(facts: Facts, link: Link, calls: float | None, chance: float | None) -> float:
    """Uses of the link whenever its source is reached; `calls` and `chance` are a step's own word."""
    calls = facts.said(link, "calls_per_request") if calls is None else calls
    chance = facts.said(link, "probability") if chance is None else chance
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
    """Uses of a link per second in all journeys, or None when some journey through it has no rate."""
    total, used = 0.0, False
    for journey in facts.every_journey:
        visits = facts.once(journey_visits)[journey.id].get(link_id, 0.0)
        if visits:
            rate = rate_of(journey.load)
            if rate is None:
                return None
            total, used = total + visits * rate, True
    return total if used and math.isfinite(total) else None


def journeys_through(facts: Facts) -> dict[str, int]:
    """Element id -> number of journeys (else entries) that come by it."""
    if not facts.every_journey:
        return {element_id: mask.bit_count() for element_id, mask in facts.once(entries_reaching).items()}
    found: dict[str, int] = {}
    for journey in facts.every_journey:
        for element_id in elements_of(facts, journey):
            found[element_id] = found.get(element_id, 0) + 1
    return found


def elements_of(facts: Facts, journey: Journey) -> set[str]:
    """What a journey comes by."""
    links = [facts.architecture.link_by_id[link_id] for link_id in facts.once(journey_visits)[journey.id]]
    return {journey.entry, *(link.target for link in links), *(link.source for link in links)}
