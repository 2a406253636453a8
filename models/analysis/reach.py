"""How much of the system a flaw touches: the traffic of journeys through it, else the entries that reach it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise

from models.analysis.facts import Facts
from models.analysis.graph.components import components
from models.analysis.journeys.taking import parts, shares, with_all_consumers
from models.architecture import ChoiceStep, Journey, Link, LinkStep, Load, UseStep
from models.architecture.graph import entries
from models.architecture.journeys import AnyStep


def part_reach(facts: Facts) -> dict[str, float]:
    """Shared fact: id of every element -> reach; where there are journeys, of every link too."""
    if not facts.every_journey:
        masks = facts.once(entries_reaching)
        return {element_id: float(mask.bit_count()) for element_id, mask in masks.items()}
    shares = [1.0 + (rate_of(journey.load) or 0.0) for journey in facts.every_journey]
    of_mask: dict[int, float] = {}
    found = dict.fromkeys([*facts.kind, *facts.ends], 0.0)
    for masks in facts.once(journey_marks):
        for part_id, mask in masks.items():
            if mask not in of_mask:
                of_mask[mask] = sum([share for place, share in enumerate(shares) if mask >> place & 1], start=0.0)
            found[part_id] = of_mask[mask]
    return found


def journey_marks(facts: Facts) -> tuple[dict[str, int], dict[str, int]]:
    """Shared fact: element id, link id -> bit mask of the journeys that come by it, by their places in all of them."""
    places = {journey.id: place for place, journey in enumerate(facts.every_journey)}
    starts: dict[str, int] = {}
    for journey in facts.followed_journeys:
        starts[journey.entry] = starts.get(journey.entry, 0) | 1 << places[journey.id]
    elements = _marked(facts, starts)
    links = {link_id: mask for link_id, ends in facts.ends.items() if (mask := elements[ends[0]])}
    for journey_id, visits in facts.once(drawn_visits).items():
        bit = 1 << places[journey_id]
        for link_id in visits:
            links[link_id] = links.get(link_id, 0) | bit
        for element_id in elements_of(facts, facts.architecture.journey_by_id[journey_id]):
            elements[element_id] |= bit
    return elements, links


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
            alone = len(members) == 1
            for target in targets[members[0]] if alone else {end for one in members for end in targets[one]}:
                mask[target] |= together
            for member in members:
                mask[member] = together
    return mask


def journey_visits(facts: Facts) -> dict[str, dict[str, float]]:
    """Shared fact: journey id -> link id -> mean visits per run of the journey; as `drawn_visits`, of all journeys."""
    followed = {journey.id: _flows(facts, {journey.entry: 1.0}) for journey in facts.followed_journeys}
    return facts.once(drawn_visits) | followed


def drawn_visits(facts: Facts) -> dict[str, dict[str, float]]:
    """Shared fact: id of a drawn journey -> link id -> mean visits per run, retries aside; 0 after failures only."""
    visits = _Visits(facts, everyone=False)
    return {journey.id: visits.of_journey(journey) for journey in facts.journeys}


def delivered_visits(facts: Facts) -> dict[str, dict[str, float]]:
    """Shared fact: as `drawn_visits`, with the consumers of messages that no step tells of."""
    visits = _Visits(facts, everyone=True)
    return {journey.id: visits.of_journey(journey) for journey in facts.journeys}


class _Visits:
    """Mean visits per run of journeys, some of which use others; with all consumers, or those that steps tell of."""

    def __init__(self, facts: Facts, *, everyone: bool) -> None:
        self._facts = facts
        self._everyone = everyone
        self._known: dict[str, dict[str, float]] = {}

    def of_journey(self, journey: Journey) -> dict[str, float]:
        """Link id -> mean visits."""
        if journey.id not in self._known:
            total: dict[str, float] = {}
            self._collect(journey.steps, 1.0, total)
            self._known[journey.id] = total
        return self._known[journey.id]

    def _collect(self, steps: tuple[AnyStep, ...], weight: float, total: dict[str, float]) -> None:
        architecture = self._facts.architecture
        left = shares(self._facts, steps)
        for i, step in enumerate(steps):
            if isinstance(step, LinkStep):
                link = architecture.link_by_id[step.link]
                here = weight * left.get(i, 1.0) * _times(self._facts, link, step.calls, step.probability)
                total[step.link] = total.get(step.link, 0.0) + here
                self._collect(with_all_consumers(self._facts, step) if self._everyone else step.steps, here, total)
                self._collect(step.on_reply, here, total)
                self._collect(step.on_failure, 0.0, total)
            elif isinstance(step, ChoiceStep):
                whole = sum(branch.weight for branch in step.choice)
                for branch in step.choice:
                    self._collect(branch.steps, weight * branch.weight / whole, total)
            elif isinstance(step, UseStep):
                for link_id, used in self.of_journey(architecture.journey_by_id[step.use]).items():
                    total[link_id] = total.get(link_id, 0.0) + weight * used


def _flows(facts: Facts, starts: dict[str, float], more: Link | None = None) -> dict[str, float]:
    """Link id -> mean visits when every element that is reached, from `starts` so often, uses all its links.

    In a circle each member is taken to be reached as often as the circle is entered. `more` is one more link.
    """
    parts, place, uses = facts.once(_flow), facts.once(_flow_place), facts.once(_uses)
    links_from: Mapping[str, Sequence[Link]] = facts.architecture.links_from
    if more is not None:
        links_from = {**links_from, more.source: (*links_from[more.source], more)}
        if place[more.target] > place[more.source]:
            parts = components({**facts.targets, more.source: [*facts.targets[more.source], more.target]})
            place = {member: i for i, members in enumerate(parts) for member in members}
    arrived: dict[int, float] = {}
    for entry, times in starts.items():
        arrived[place[entry]] = arrived.get(place[entry], 0.0) + times
    waiting = [-here for here in arrived]
    heapify(waiting)
    total: dict[str, float] = {}
    while waiting:
        here = -heappop(waiting)
        for member in parts[here]:
            for link in links_from[member]:
                link_id = link.id
                visits = arrived[here] * uses[link_id] if link_id in uses else arrived[here]
                total[link_id] = visits
                onward = place[link.target]
                if onward in arrived:
                    if onward != here:
                        arrived[onward] += visits
                else:
                    heappush(waiting, -onward)
                    arrived[onward] = visits
    return total


def _flow_place(facts: Facts) -> dict[str, int]:
    """Shared fact: element id -> index into the components of `_flow`."""
    return {member: i for i, members in enumerate(facts.once(_flow)) for member in members}


def _uses(facts: Facts) -> dict[str, float]:
    """Shared fact: link id -> its uses whenever its source is reached, where they may differ from one.

    Consumers of a queue take their `parts`, unless it is said how likely one is.
    """
    chances = facts.stating("probability")
    stating = (*facts.stating("calls_per_request"), *chances)
    uses = {link_id: _times(facts, facts.architecture.link_by_id[link_id], None, None) for link_id in stating}
    for queue in facts.elements_of("queue"):
        taking = facts.architecture.links_from[queue.id]
        if len(taking) > 1 and not any(link.id in chances for link in taking):
            uses |= {link_id: uses.get(link_id, 1.0) * part for link_id, part in parts(facts, taking).items()}
    return uses


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


def lasting_rate_of(load: Load | None) -> float | None:
    """As `rate_of`, but of a profile what lasts and not its peak: its mean, or its last rate where that is more."""
    if load is None or not load.profile:
        return rate_of(load)
    points = load.profile
    span = points[-1][0] - points[0][0]
    if span <= 0:
        return points[-1][1]
    whole = sum((later - at) * (rate + then) / 2.0 for (at, rate), (later, then) in pairwise(points))
    return max(whole / span, points[-1][1])


def lasting_link_rate(facts: Facts, link_id: str) -> float | None:
    """As `link_rate`, at the rates that last: what a queue evens out is not counted."""
    return facts.once(_lasting_link_rates).get(link_id)


def link_rate(facts: Facts, link_id: str) -> float | None:
    """Uses of a link per second in all journeys, or None when some journey through it has no rate."""
    return facts.once(_link_rates).get(link_id)


def followed_rates(facts: Facts) -> dict[str, float]:
    """Shared fact: link id -> uses per second in the journeys without steps that have a rate, all together."""
    return _followed_at(facts, rate_of)


def followed_rates_with(facts: Facts, more: Link) -> dict[str, float]:
    """As `followed_rates`, if there were one more link."""
    return _followed_at(facts, rate_of, more)


def _followed_at(
    facts: Facts, rate_of: Callable[[Load | None], float | None], more: Link | None = None
) -> dict[str, float]:
    starts: dict[str, float] = {}
    for journey in facts.followed_journeys:
        rate = rate_of(journey.load)
        if rate is not None:
            starts[journey.entry] = starts.get(journey.entry, 0.0) + rate
    return _flows(facts, starts, more)


def known_rates(facts: Facts) -> dict[str, float]:
    """Shared fact: link id -> uses per second in the journeys that have a rate, all together."""
    return _known_rates_at(facts, rate_of, facts.once(followed_rates))


def _known_rates_at(
    facts: Facts, rate_of: Callable[[Load | None], float | None], followed: dict[str, float]
) -> dict[str, float]:
    rates = {link_id: rate for link_id, rate in followed.items() if rate}
    idle = {journey.entry: 1.0 for journey in facts.followed_journeys if rate_of(journey.load) == 0}
    rates |= {link_id: 0.0 for link_id, visits in _flows(facts, idle).items() if visits and link_id not in rates}
    for journey in facts.journeys:
        rate = rate_of(journey.load)
        for link_id, visits in facts.once(delivered_visits)[journey.id].items() if rate is not None else ():
            if visits and rate is not None:
                rates[link_id] = rates.get(link_id, 0.0) + visits * rate
    return {link_id: rate for link_id, rate in rates.items() if math.isfinite(rate)}


def _link_rates(facts: Facts) -> dict[str, float]:
    """Shared fact: link id -> uses per second in all journeys, of the links whose journeys all have rates."""
    silent = {journey.entry: 1.0 for journey in facts.followed_journeys if rate_of(journey.load) is None}
    unknown = {link_id for link_id, visits in _flows(facts, silent).items() if visits}
    for journey in facts.journeys:
        if rate_of(journey.load) is None:
            visited = facts.once(delivered_visits)[journey.id]
            unknown |= {link_id for link_id, visits in visited.items() if visits}
    return {link_id: rate for link_id, rate in facts.once(known_rates).items() if link_id not in unknown}


def _lasting_link_rates(facts: Facts) -> dict[str, float]:
    """Shared fact: as `_link_rates`, at the rates that last."""
    rates = facts.once(_link_rates)
    if not any(journey.load is not None and journey.load.profile for journey in facts.every_journey):
        return rates
    lasting = _known_rates_at(facts, lasting_rate_of, _followed_at(facts, lasting_rate_of))
    return {link_id: rate for link_id, rate in lasting.items() if link_id in rates}


def journeys_through(facts: Facts) -> dict[str, int]:
    """Shared fact: element id -> number of journeys (else entries) that come by it."""
    marks = facts.once(journey_marks)[0] if facts.every_journey else facts.once(entries_reaching)
    return {element_id: mask.bit_count() for element_id, mask in marks.items()}


def elements_of(facts: Facts, journey: Journey) -> set[str]:
    """What a journey comes by."""
    visits = facts.once(drawn_visits).get(journey.id)
    if visits is None:
        bit = 1 << facts.every_journey.index(journey)
        return {element_id for element_id, mask in facts.once(journey_marks)[0].items() if mask & bit}
    links = [facts.architecture.link_by_id[link_id] for link_id in visits]
    return {journey.entry, *(link.target for link in links), *(link.source for link in links)}
