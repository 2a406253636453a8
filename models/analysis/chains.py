"""The worst chain of synchronous calls from an entry, in a journey or of a consumer, by whatever its links weigh.

One pass over the condensation of the graph; no path is enumerated.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Protocol

from models.analysis.facts import Facts, derived_note, stated_attempts
from models.architecture import ChoiceStep, Journey, Link, LinkStep, SyncLink, UseStep
from models.architecture.derived import steps_are_derived
from models.architecture.journeys import AnyStep
from models.architecture.kinds import KINDS
from models.architecture.text import Text

Weight = Callable[[SyncLink], float]
Exit = tuple[float, SyncLink | None]
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


class Exits(Protocol):
    """For each component of synchronous calls: the greatest weight below it, and the link by which to leave for it."""

    def __getitem__(self, index: int, /) -> Exit: ...


def worst_chains(facts: Facts, weight: Weight, *, consumers: bool = False, exits: Exits | None = None) -> list[Chain]:
    """The chain of greatest summed weight of each journey and of each entry that has none, by id.

    With `consumers` also that of each consumer of messages or events, in every journey that comes by it and, where no
    drawn journey takes the way to it, by the graph.
    `weight` must not be negative; minus infinity bars a link. Within a cycle a chain goes from where it enters to where
    it leaves by the fewest links: a cycle is a flaw of its own. Chains end at their last link that weighs anything.
    `exits` are those of the same weights, where they are known.
    """
    drawn = _drawn(facts, weight)
    found = [Chain(journey.entry, journey, drawn[journey.id][""][1]) for journey in facts.journeys]
    behind = facts.once(undrawn_consumers) if consumers else ()
    if facts.followed_journeys or facts.undrawn_entries or behind:
        exits = exits_of(facts, weight) if exits is None else exits
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


class _Reweighed(dict[int, Exit]):
    """Exits that have changed; the others are as they were, so that a change costs no copy of them all."""

    def __init__(self, first: Exits) -> None:
        super().__init__()
        self._first = first

    def __missing__(self, index: int) -> Exit:
        return self._first[index]


class Reweighing:
    """The worst chain from the start of `chain` while weights change one by one.

    `exits` are those of `exits_of` by the weights at first; after each change only what leads to it is weighed again.
    """

    def __init__(self, facts: Facts, weight: Weight, chain: Chain, exits: Exits) -> None:
        self._facts = facts
        self._weight = weight
        self._chain = chain
        self._exits = _Reweighed(exits)

    def worst(self) -> tuple[SyncLink, ...]:
        """The links of the chain of greatest weight from the same start in the same journey."""
        chain = self._chain
        if chain.drawn and chain.journey is not None:
            best = _drawn(self._facts, self._weight, chain.journey)[chain.journey.id]
            return best.get(chain.start if chain.consumer else "", (0.0, ()))[1]
        return _follow(self._facts, self._exits, chain.start)

    def reweigh(self, links: Iterable[SyncLink]) -> None:
        """Take the new weights of these links."""
        facts = self._facts
        if self._chain.drawn:
            return
        waiting = sorted({facts.component_of[link.source] for link in links})
        callers = facts.once(_callers)
        queued = set(waiting)
        while waiting:
            index = heappop(waiting)
            queued.discard(index)
            best = _exit(facts, self._weight, self._exits, index)
            if best != self._exits[index]:
                same = best[0] == self._exits[index][0]
                self._exits[index] = best
                for caller in () if same else callers[index]:
                    if caller not in queued:
                        queued.add(caller)
                        heappush(waiting, caller)


def _callers(facts: Facts) -> list[list[int]]:
    """Index of a component of synchronous calls -> those that call it from outside."""
    found: list[list[int]] = [[] for _ in facts.sync_components]
    for index, onward in enumerate(facts.sync_onward):
        for target, _ in onward:
            found[target].append(index)
    return found


def undrawn_consumers(facts: Facts) -> tuple[str, ...]:
    """Shared fact: who takes messages or events by links that no drawn journey uses, by id."""
    used: set[str] = set()
    for journey in facts.journeys:
        used |= _used_links(journey.steps)
    sent = (*facts.links_of("async"), *facts.links_of("event"))
    takers = {link.target for link in sent if link.id not in used}
    return tuple(sorted([taker for taker in takers if not KINDS[facts.architecture.element_by_id[taker].kind].channel]))


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


def exits_of(facts: Facts, weight: Weight) -> list[Exit]:
    """The exits of all components."""
    exits: list[Exit] = []
    for index in range(len(facts.sync_components)):
        exits.append(_exit(facts, weight, exits, index))
    return exits


def _exit(facts: Facts, weight: Weight, exits: Exits, index: int) -> Exit:
    best, way = 0.0, None
    for target, link in facts.sync_onward[index]:
        total = weight(link) + exits[target][0]
        if total > best:
            best, way = total, link
    return best, way


def _follow(facts: Facts, exits: Exits, start: str) -> tuple[SyncLink, ...]:
    links: list[SyncLink] = []
    here = start
    component_of = facts.component_of
    while (link := exits[component_of[here]][1]) is not None:
        if link.source != here:
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


def _drawn(facts: Facts, weight: Weight, *only: Journey) -> dict[str, dict[str, Best]]:
    """Drawn journey id -> "" for the chain from its entry, and every consumer it comes by -> the worst one.

    Of all drawn journeys, or of some and those they use.
    """
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

    for journey in only or facts.journeys:
        of_journey(journey)
    return known
