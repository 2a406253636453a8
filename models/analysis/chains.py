"""The worst chain of synchronous calls from an entry or in a drawn journey, by whatever its links weigh.

One pass over the condensation of the graph; no path is enumerated.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from models.analysis.facts import Facts
from models.architecture import ChoiceStep, Journey, Link, LinkStep, SyncLink, UseStep
from models.architecture.journeys import AnyStep

Weight = Callable[[SyncLink], float]


@dataclass(frozen=True, slots=True)
class Chain:
    """Synchronous links one after the other from `start`; `journey` is None where none is drawn."""

    start: str
    journey: Journey | None
    links: tuple[SyncLink, ...]


def worst_chains(facts: Facts, weight: Weight) -> list[Chain]:
    """The chain of greatest summed weight of each drawn journey and of each entry that has none, by id.

    `weight` must not be negative; minus infinity bars a link. Within a cycle a chain goes from where it enters to where
    it leaves by the fewest links: a cycle is a flaw of its own. Chains end at their last link that weighs anything.
    """
    found = [Chain(journey.entry, journey, links) for journey, links in _drawn(facts, weight)]
    if facts.undrawn_entries:
        exits = _exits(facts, weight)
        found += [Chain(entry, None, _follow(facts, exits, entry)) for entry in facts.undrawn_entries]
    return found


def worst_chain(facts: Facts, weight: Weight, start: str, journey: Journey | None) -> tuple[SyncLink, ...]:
    """The links of that one chain."""
    if journey is not None:
        return next(links for drawn, links in _drawn(facts, weight) if drawn.id == journey.id)
    return _follow(facts, _exits(facts, weight), start)


def _exits(facts: Facts, weight: Weight) -> list[tuple[float, SyncLink | None]]:
    """For each component of synchronous calls: the greatest weight below it, and the link by which to leave for it."""
    exits: list[tuple[float, SyncLink | None]] = []
    for index, members in enumerate(facts.sync_components):
        best: tuple[float, SyncLink | None] = (0.0, None)
        for member in members:
            for link in facts.sync_from[member]:
                target = facts.component_of[link.target]
                if target != index and (total := weight(link) + exits[target][0]) > best[0]:
                    best = (total, link)
        exits.append(best)
    return exits


def _follow(facts: Facts, exits: list[tuple[float, SyncLink | None]], start: str) -> tuple[SyncLink, ...]:
    links: list[SyncLink] = []
    here = start
    while (link := exits[facts.component_of[here]][1]) is not None:
        links += within_cycle(facts, here, link.source)
        links.append(link)
        here = link.target
    return tuple(links)


def within_cycle(facts: Facts, start: str, end: str) -> list[SyncLink]:
    """The fewest synchronous links from one member of a cycle to another."""
    found: list[SyncLink] = []
    onward = _towards(facts, end) if start != end else {}
    while start != end:
        link = onward[start]
        found.append(link)
        start = link.target
    return found


def _towards(facts: Facts, end: str) -> dict[str, SyncLink]:
    """Member of a cycle -> the next link on its shortest way to `end`; worked out once per end."""
    known = facts.once(_ways)
    if end not in known:
        onward: dict[str, SyncLink] = {}
        waiting = deque([end])
        while waiting:
            for link in facts.architecture.links_to[waiting.popleft()]:
                if link.style == "sync" and link.source not in onward and facts.in_one_cycle(link):
                    onward[link.source] = link
                    waiting.append(link.source)
        known[end] = onward
    return known[end]


def _ways(_facts: Facts) -> dict[str, dict[str, SyncLink]]:
    return {}


def _drawn(facts: Facts, weight: Weight) -> list[tuple[Journey, tuple[SyncLink, ...]]]:
    known: dict[str, tuple[float, tuple[SyncLink, ...]]] = {}

    def of_journey(journey: Journey) -> tuple[float, tuple[SyncLink, ...]]:
        if journey.id not in known:
            known[journey.id] = of_steps(journey.steps)
        return known[journey.id]

    def of_steps(steps: tuple[AnyStep, ...]) -> tuple[float, tuple[SyncLink, ...]]:
        best: tuple[float, tuple[SyncLink, ...]] = (0.0, ())
        for step in steps:
            if isinstance(step, LinkStep):
                link: Link = facts.architecture.link_by_id[step.link]
                if link.style != "sync":
                    continue
                below, links = of_steps(step.steps)
                candidates = [(weight(link) + below, (link, *links))]
            elif isinstance(step, ChoiceStep):
                candidates = [of_steps(branch.steps) for branch in step.choice]
            elif isinstance(step, UseStep):
                candidates = [of_journey(facts.architecture.journey_by_id[step.use])]
            else:
                continue
            for candidate in candidates:
                if candidate[0] > best[0]:
                    best = candidate
        return best

    return [(journey, of_journey(journey)[1]) for journey in facts.journeys]
