"""The worst chain of synchronous calls from an entry, in a journey or of a consumer, by whatever its links weigh.

Drawn journeys are followed step by step, everything else by the heaviest ways through the graph (`ways`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from models.analysis.facts import Facts, derived_note, path_of, stated_attempts
from models.analysis.graph.ways import ChangingWays, Line, Ways, Weights, lines_of, net, ways_of
from models.architecture import ChoiceStep, Journey, Link, LinkStep, SyncLink, UseStep
from models.architecture.derived import steps_are_derived
from models.architecture.journeys import AnyStep
from models.architecture.kinds import CHANNELS
from models.architecture.steps import links_used
from models.architecture.text import Text

Best = tuple[float, tuple[SyncLink, ...]]


class Chain(NamedTuple):
    """Synchronous calls one after the other from `start`; `journey` is None where there is none.

    `path`: ids of elements and links in turn; `heavy`: ids of the links that weigh anything. `consumer`: `start` does
    not answer whoever set it off, but takes a message or event, or handles a reply.
    """

    start: str
    journey: Journey | None
    path: tuple[str, ...]
    heavy: tuple[str, ...]
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


def hops(facts: Facts) -> Weights:
    """Shared fact: 1 for each call that leaves its process, else 0: by these weights the worst chain is the longest."""
    return facts.once(net).weights(dict.fromkeys(facts.in_process, 0.0), otherwise=1.0)


def hop_ways(facts: Facts) -> Ways:
    """Shared fact: the ways of most hops."""
    return ways_of(facts, facts.once(hops))


def longest_chains(facts: Facts) -> list[Chain]:
    """Shared fact: the chains of most hops, of journeys and of entries that have none."""
    return worst_chains(facts, facts.once(hops), facts.once(hop_ways))


def worst_chains(facts: Facts, weights: Weights, ways: Ways, *, consumers: bool = False) -> list[Chain]:
    """The chain of greatest summed weight of each journey and of each entry that has none, by id.

    With `consumers` also that of each consumer of messages or events, in every journey that comes by it and, where no
    drawn journey takes the way to it, by the graph.
    `ways` are those of the same weights: where they lead through a circle of calls, the worst chain is at least as bad
    as the one given. Chains end at their last link that weighs anything.
    """
    drawn = _drawn(facts, weights)
    found = [
        Chain(journey.entry, journey, *_line(facts, weights, journey.entry, drawn[journey.id][""]))
        for journey in facts.journeys
    ]
    behind = facts.once(undrawn_consumers) if consumers else ()
    entries = [journey.entry for journey in facts.followed_journeys]
    lines = lines_of(facts, weights, ways, [*entries, *facts.undrawn_entries, *behind])
    found += [Chain(journey.entry, journey, *lines[journey.entry]) for journey in facts.followed_journeys]
    found += [Chain(entry, None, *lines[entry]) for entry in facts.undrawn_entries]
    starts = {chain.start for chain in found if not chain.drawn}
    for consumer in behind:
        if consumer not in starts and lines[consumer].heavy:
            found.append(Chain(consumer, None, *lines[consumer], consumer=True))
    if consumers:
        for journey in facts.journeys:
            found += [
                Chain(start, journey, *_line(facts, weights, start, best), consumer=True)
                for start, best in sorted(drawn[journey.id].items())
                if start and best[1]
            ]
    return found


def _line(facts: Facts, weights: Weights, start: str, best: Best) -> Line:
    path, number_of_call = path_of(start, best[1]), facts.once(net).number_of_call
    return Line(path, tuple([link_id for link_id in path[1::2] if weights[number_of_call[link_id]] > 0]))


class Reweighing:
    """The worst chain from the start of `chain` while weights change; at first they and the ways are as given."""

    def __init__(self, facts: Facts, weights: Weights, chain: Chain, ways: Ways) -> None:
        self._facts = facts
        self._chain = chain
        self._changing = ChangingWays(facts, weights, ways)

    def worst(self) -> tuple[str, ...]:
        """The ids of the links that weigh anything of the worst chain from the same start in the same journey."""
        chain = self._chain
        if chain.drawn and chain.journey is not None:
            weights = self._changing.weights
            best = _drawn(self._facts, weights, chain.journey)[chain.journey.id]
            own = best.get(chain.start if chain.consumer else "", (0.0, ()))
            return _line(self._facts, weights, chain.start, own).heavy
        return self._changing.line_from(chain.start).heavy

    def reweigh(self, weights: Mapping[str, float]) -> None:
        """Take these weights for the links of these ids."""
        self._changing.reweigh(weights)


def undrawn_consumers(facts: Facts) -> tuple[str, ...]:
    """Shared fact: who takes messages or events by links that no drawn journey uses, by id."""
    used = {link_id for journey in facts.journeys for link_id in links_used(journey.steps)}
    sent = (*facts.arcs_of("async"), *facts.arcs_of("event"))
    takers = {arc[2] for arc in sent if arc[0] not in used}
    return tuple(sorted([taker for taker in takers if facts.kind[taker] not in CHANNELS]))


def _drawn(facts: Facts, weights: Weights, *only: Journey) -> dict[str, dict[str, Best]]:
    """Drawn journey id -> "" for the chain from its entry, and every consumer it comes by -> the worst one.

    Of all drawn journeys, or of some and those they use.
    """
    drawn = _Drawn(facts, weights)
    for journey in only or facts.journeys:
        drawn.of_journey(journey)
    return drawn.known


class _Drawn:
    """Worst chains by the steps of journeys, some of which use others."""

    def __init__(self, facts: Facts, weights: Weights) -> None:
        self._architecture = facts.architecture
        self._weights = weights
        self._number_of_call = facts.once(net).number_of_call
        self.known: dict[str, dict[str, Best]] = {}

    def of_journey(self, journey: Journey) -> Best:
        """The worst from its entry; notes those of the consumers it comes by."""
        if journey.id not in self.known:
            chains: dict[str, Best] = {"": (0.0, ())}
            self.known[journey.id] = chains
            chains[""] = self._of_steps(journey.steps, chains)
        return self.known[journey.id][""]

    def _of_steps(self, steps: tuple[AnyStep, ...], chains: dict[str, Best]) -> Best:
        best: Best = (0.0, ())
        for step in steps:
            if isinstance(step, LinkStep):
                link: Link = self._architecture.link_by_id[step.link]
                below = self._of_steps(step.steps, chains)
                if link.style != "sync":
                    _note(chains, link.target, below)
                    _note(chains, link.source, self._of_steps(step.on_reply, chains))
                    continue
                weight = self._weights[self._number_of_call[link.id]]
                candidates = [(weight + below[0], (link, *below[1]))]
            elif isinstance(step, ChoiceStep):
                candidates = [self._of_steps(branch.steps, chains) for branch in step.choice]
            elif isinstance(step, UseStep):
                candidates = [self.of_journey(self._architecture.journey_by_id[step.use])]
            else:
                continue
            for candidate in candidates:
                if candidate[0] > best[0]:
                    best = candidate
        return best


def _note(chains: dict[str, Best], start: str, best: Best) -> None:
    if best[0] > chains.get(start, (0.0, ()))[0]:
        chains[start] = best
