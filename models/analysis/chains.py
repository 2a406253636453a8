"""The worst chain of synchronous calls from an entry, in a journey or of a consumer, by whatever its links weigh.

One pass over the condensation of the graph; no path is enumerated.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from models.analysis.facts import Facts, derived_note, stated_attempts
from models.architecture import ChoiceStep, Journey, Link, LinkStep, SyncLink, UseStep
from models.architecture.derived import steps_are_derived
from models.architecture.journeys import AnyStep
from models.architecture.kinds import KINDS
from models.architecture.text import Text

Weight = Callable[[SyncLink], float]
Best = tuple[float, tuple[SyncLink, ...]]


@dataclass(frozen=True, slots=True)
class Chain:
    """Synchronous links one after the other from `start`; `journey` is None where there is none.

    `consumer`: `start` does not answer whoever set it off, but takes a message or event, or handles a reply.
    """

    start: str
    journey: Journey | None
    links: tuple[SyncLink, ...]
    consumer: bool = False

    @property
    def drawn(self) -> bool:
        """Whether someone drew its links as steps; otherwise they are all that can be followed."""
        return self.journey is not None and not steps_are_derived(self.journey)

    @property
    def about(self) -> tuple[str, ...]:
        """The parts whose policy counts."""
        return (self.start,) if self.journey is None else (self.journey.id, self.start)

    @property
    def client_attempts(self) -> float:
        """How often the client of the journey may send all of it; a message between them bears its attempts once."""
        return 1.0 if self.journey is None or self.consumer else stated_attempts(self.journey.client_retry)

    def subject(self, facts: Facts) -> str:
        """What a finding about it is called by."""
        if self.journey is None:
            return self.start
        return f"{self.journey.id}/{self.start}" if self.consumer else facts.subject(self.journey)

    def assumed(self, facts: Facts) -> tuple[Text, ...]:
        """That its links were followed, where nobody drew them."""
        return () if self.drawn else (derived_note(facts, self.start),)


def worst_chains(facts: Facts, weight: Weight, *, consumers: bool = False) -> list[Chain]:
    """The chain of greatest summed weight of each journey and of each entry that has none, by id.

    With `consumers` also that of each consumer of messages or events, in every journey that comes by it and, where no
    drawn journey takes the way to it, by the graph.
    `weight` must not be negative; minus infinity bars a link. Within a cycle a chain goes from where it enters to where
    it leaves by the fewest links: a cycle is a flaw of its own. Chains end at their last link that weighs anything.
    """
    drawn = _drawn(facts, weight)
    found = [Chain(journey.entry, journey, drawn[journey.id][""][1]) for journey in facts.journeys]
    behind = facts.once(undrawn_consumers) if consumers else ()
    if facts.followed_journeys or facts.undrawn_entries or behind:
        exits = _exits(facts, weight)
        found += [
            Chain(journey.entry, journey, _follow(facts, exits, journey.entry)) for journey in facts.followed_journeys
        ]
        found += [Chain(entry, None, _follow(facts, exits, entry)) for entry in facts.undrawn_entries]
        starts = {chain.start for chain in found if not chain.drawn}
        for consumer in behind:
            if consumer not in starts and (links := _follow(facts, exits, consumer)):
                found.append(Chain(consumer, None, links, consumer=True))
    if consumers:
        for journey in facts.journeys:
            found += [
                Chain(start, journey, links, consumer=True)
                for start, (_, links) in sorted(drawn[journey.id].items())
                if start and links
            ]
    return found


def worst_chain(facts: Facts, weight: Weight, chain: Chain) -> tuple[SyncLink, ...]:
    """The links of the chain of greatest weight from the same start in the same journey."""
    if chain.drawn and chain.journey is not None:
        best = _drawn(facts, weight)[chain.journey.id].get(chain.start if chain.consumer else "")
        return () if best is None else best[1]
    return _follow(facts, _exits(facts, weight), chain.start)


def undrawn_consumers(facts: Facts) -> tuple[str, ...]:
    """Shared fact: who takes messages or events by links that no drawn journey uses, by id."""
    used: set[str] = set()
    for journey in facts.journeys:
        used |= _used_links(journey.steps)
    takers = {link.target for link in facts.links if link.style in ("async", "event") and link.id not in used}
    return tuple(sorted(taker for taker in takers if not KINDS[facts.architecture.element_by_id[taker].kind].channel))


def _used_links(steps: tuple[AnyStep, ...]) -> set[str]:
    found: set[str] = set()
    for step in steps:
        if isinstance(step, LinkStep):
            found.add(step.link)
            for inner in (step.steps, step.on_reply, step.on_failure):
                found |= _used_links(inner)
        elif isinstance(step, ChoiceStep):
            for branch in step.choice:
                found |= _used_links(branch.steps)
    return found


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


def _drawn(facts: Facts, weight: Weight) -> dict[str, dict[str, Best]]:
    """Drawn journey id -> "" for the chain from its entry, and every consumer it comes by -> the worst one."""
    known: dict[str, dict[str, Best]] = {}

    def of_journey(journey: Journey) -> Best:
        if journey.id not in known:
            chains: dict[str, Best] = {"": (0.0, ())}
            known[journey.id] = chains
            chains[""] = of_steps(journey.steps, chains)
        return known[journey.id][""]

    def of_steps(steps: tuple[AnyStep, ...], chains: dict[str, Best]) -> Best:
        best: Best = (0.0, ())
        for step in steps:
            if isinstance(step, LinkStep):
                link: Link = facts.architecture.link_by_id[step.link]
                below = of_steps(step.steps, chains)
                if link.style != "sync":
                    note(chains, link.target, below)
                    note(chains, link.source, of_steps(step.on_reply, chains))
                    continue
                candidates = [(weight(link) + below[0], (link, *below[1]))]
            elif isinstance(step, ChoiceStep):
                candidates = [of_steps(branch.steps, chains) for branch in step.choice]
            elif isinstance(step, UseStep):
                candidates = [of_journey(facts.architecture.journey_by_id[step.use])]
            else:
                continue
            for candidate in candidates:
                if candidate[0] > best[0]:
                    best = candidate
        return best

    def note(chains: dict[str, Best], start: str, best: Best) -> None:
        if best[0] > chains.get(start, (0.0, ()))[0]:
            chains[start] = best

    for journey in facts.journeys:
        of_journey(journey)
    return known
