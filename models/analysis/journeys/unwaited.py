"""What a journey would take and what it would need, if it did not wait for some of its calls.

Who looks for calls to defer tries many of them. Here a try is a set of link ids, and it goes anew only through what
leads to one of these; no architecture is changed. `times_of` and `times_without` say what `journey_ms` would say of
the architecture in which the calls are messages, `needs_without` what `answering` would.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial
from itertools import chain

from models.analysis.facts import Facts
from models.analysis.graph.closures import Closures, closures
from models.analysis.graph.components import components
from models.analysis.journeys.latency import (
    WORKING,
    answers_of,
    beside_ms,
    followed_ms,
    is_parallel,
    is_waited_for,
    network_ms,
    own_ms,
    uses_of,
    waited_links,
    waiting_groups,
    waiting_place,
    work_ms,
)
from models.analysis.stores.hits import left_by_hits
from models.architecture import ChoiceStep, Journey, LinkStep, UseStep, mean_of
from models.architecture.derived import steps_are_derived
from models.architecture.graph import waits
from models.architecture.journeys import AnyStep, WorkStep

Gone = AbstractSet[str]
"""Ids of calls that are waited for no longer."""
_NOTHING: frozenset[str] = frozenset()
Known = dict[int, float]
"""Mean time in ms of turns, by their identity, as long as they and the calls that are gone stay the same."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time of one step: its own and that of the turns inside it, each so often; none where its link is gone."""

    link: str | None
    own_ms: float
    inner: tuple[tuple[float, Turn], ...]
    parallel: bool

    def without(self, gone: Gone, known: Known) -> float:
        """Mean time in ms; `known` as in `Turn`."""
        if self.link in gone:
            return 0.0
        return self.own_ms + sum([times * turn.without(gone, known) for times, turn in self.inner])


@dataclass(frozen=True, slots=True)
class Turn:
    """The time of what one element does in one turn; `links` are all that it waits for, at any depth."""

    spans: tuple[Span, ...]
    links: frozenset[str]
    ms: float

    def without(self, gone: Gone, known: Known) -> float:
        """Mean time in ms; `known` keeps what was found of turns for the same calls: a journey may be used often."""
        if self.links.isdisjoint(gone):
            return self.ms
        if id(self) not in known:
            known[id(self)] = beside_ms((span.without(gone, known), span.parallel) for span in self.spans)
        return known[id(self)]

    def every_span(self) -> Iterator[Span]:
        """Each span of it and of the turns inside it, once."""
        waiting, seen = [self], {id(self)}
        while waiting:
            for span in waiting.pop().spans:
                yield span
                waiting += [turn for _, turn in span.inner if id(turn) not in seen]
                seen.update(id(turn) for _, turn in span.inner)


_EMPTY = Turn((), _NOTHING, 0.0)


def turn_of(facts: Facts, journey: Journey) -> Turn:
    """What the entry of a drawn journey does."""
    known = facts.once(_turns)
    if journey.id not in known:
        known[journey.id] = _turn(facts, journey.steps)
    return known[journey.id]


def _turns(_facts: Facts) -> dict[str, Turn]:
    return {}


def _turn(facts: Facts, steps: tuple[AnyStep, ...]) -> Turn:
    if not steps:
        return _EMPTY
    left = left_by_hits(facts, steps)
    spans = tuple([_span(facts, step, left.get(i, 1.0)) for i, step in enumerate(steps)])
    links = {span.link for span in spans if span.link is not None}
    inside = [turn.links for span in spans for _, turn in span.inner]
    return Turn(
        spans, frozenset(links.union(*inside)), beside_ms((span.without(_NOTHING, {}), span.parallel) for span in spans)
    )


def _span(facts: Facts, step: AnyStep, left: float) -> Span:
    if isinstance(step, LinkStep):
        link = facts.architecture.link_by_id[step.link]
        parallel = is_parallel(facts, link, step)
        if not is_waited_for(facts, link):
            return Span(None, 0.0, (), parallel)
        times = left * uses_of(facts, link, step)
        own, answers = own_ms(facts, link, step)
        inner = ((times, _turn(facts, step.steps)),) if answers and step.steps else ()
        return Span(link.id, times * (own + network_ms(facts, link)), inner, parallel)
    if isinstance(step, ChoiceStep):
        whole = sum(branch.weight for branch in step.choice)
        branches = [(branch.weight / whole, _turn(facts, branch.steps)) for branch in step.choice]
        return Span(None, 0.0, tuple(branches), False)
    if isinstance(step, UseStep):
        return Span(None, 0.0, ((1.0, turn_of(facts, facts.architecture.journey_by_id[step.use])),), False)
    return Span(None, mean_of(step.work_ms) if isinstance(step, WorkStep) else 0.0, (), False)


def times_without(facts: Facts, journey: Journey) -> Callable[[Gone], float]:
    """Calls that are gone -> mean time in ms from the entry's request to its response."""
    if steps_are_derived(journey):
        return partial(_followed_without, facts, journey.entry)
    own = work_ms(facts, journey.entry) if facts.kind[journey.entry] in WORKING else 0.0
    turn = turn_of(facts, journey)
    return lambda gone: own + turn.without(gone, {})


def _followed_without(facts: Facts, entry: str, gone: Gone) -> float:
    closed, known = facts.once(closures), facts.once(followed_ms)
    if closed.mask[entry] & facts.once(_in_waiting_circles):
        return _with_circles(facts, gone)[entry]
    waits_of, place = facts.once(waited_links), facts.once(waiting_place)
    anew: dict[str, float] = {}
    for here in sorted(_leading_to(facts, closed, entry, gone), key=place.__getitem__):
        left = {here: [one for one in waits_of[here] if one.link.id not in gone]}
        anew[here] = answers_of(facts, left, [[here]], ChainMap(anew, known))[here]
    return anew.get(entry, known[entry])


def _leading_to(facts: Facts, closed: Closures, entry: str, gone: Gone) -> set[str]:
    """The elements on ways from an entry to the sources of the calls that are gone."""
    sources = _sources(facts, closed, gone)
    found, waiting = set[str](), [entry]
    while waiting:
        here = waiting.pop()
        if here not in found and closed.mask[here] & sources:
            found.add(here)
            waiting += closed.targets[here]
    return {here for here in found if here in facts.once(waited_links)}


def _sources(facts: Facts, closed: Closures, gone: Gone) -> int:
    sources = 0
    for link_id in gone:
        sources |= closed.bit[facts.architecture.link_by_id[link_id].source]
    return sources


def _in_waiting_circles(facts: Facts) -> int:
    """Shared fact: the elements that wait for themselves, as a mask: where one begins in a circle decides its time."""
    closed, waits_of = facts.once(closures), facts.once(waited_links)
    found = 0
    for members in facts.once(waiting_groups):
        if len(members) > 1 or any(one.target == members[0] for one in waits_of.get(members[0], ())):
            for member in members:
                found |= closed.bit[member]
    return found


def _with_circles(facts: Facts, gone: Gone) -> dict[str, float]:
    """As `followed_ms`, of the entries of followed journeys; worked out once for the same calls."""
    known, key = facts.once(_known_with_circles), frozenset(gone)
    if key not in known:
        left = {
            here: [one for one in found if one.link.id not in gone] for here, found in facts.once(waited_links).items()
        }
        called = (one for found in left.values() for one in found if facts.kind[one.target] != "datastore")
        onward: dict[str, list[str]] = {here: [] for here in sorted(facts.kind)}
        for one in called:
            onward[one.link.source].append(one.target)
        answers = answers_of(facts, left, components(onward))
        known[key] = {journey.entry: answers[journey.entry] for journey in facts.followed_journeys}
    return known[key]


def _known_with_circles(_facts: Facts) -> dict[frozenset[str], dict[str, float]]:
    return {}


def needs_without(facts: Facts, journey: Journey) -> Callable[[Gone], int]:
    """Calls that are gone -> mask of `closures`, of what must be up for the response."""
    closed = facts.once(closures)
    if steps_are_derived(journey):
        return partial(_closure_without, facts, closed, journey.entry)
    return lambda gone: closed.bit[journey.entry] | _Needing(facts, gone).of_journey(journey)


def _closure_without(facts: Facts, closed: Closures, entry: str, gone: Gone) -> int:
    sources = _sources(facts, closed, gone)
    found, waiting = 0, [entry]
    while waiting:
        here = waiting.pop()
        if found & closed.bit[here]:
            continue
        if closed.mask[here] & sources:
            found |= closed.bit[here]
            ways = zip(closed.needs[here], closed.targets[here], strict=True)
            waiting += [target for link_id, target in ways if link_id not in gone]
        else:
            found |= closed.mask[here]
    return found


class _Needing:
    """What drawn journeys need at once where some calls are gone; one that others use is gone through once."""

    def __init__(self, facts: Facts, gone: Gone) -> None:
        self._facts = facts
        self._gone = gone
        self._closed = facts.once(closures)
        self._direct = facts.once(_needed_links) - gone
        self._known: dict[str, int] = {}

    def of_journey(self, journey: Journey) -> int:
        """As a mask of `closures`, its entry left out where the steps do not come back to it."""
        if journey.id not in self._known:
            followed = steps_are_derived(journey)
            self._known[journey.id] = (
                _closure_without(self._facts, self._closed, journey.entry, self._gone)
                if followed
                else self._of_steps(journey.steps)
            )
        return self._known[journey.id]

    def _of_steps(self, steps: tuple[AnyStep, ...]) -> int:
        architecture, mask = self._facts.architecture, 0
        for step in steps:
            if isinstance(step, LinkStep):
                if step.link in self._direct:
                    link = architecture.link_by_id[step.link]
                    mask |= self._closed.bit[link.target]
                    if step.steps and waits(architecture, link):
                        mask |= self._of_steps(step.steps)
            elif isinstance(step, ChoiceStep):
                for branch in step.choice:
                    mask |= self._of_steps(branch.steps)
            elif isinstance(step, UseStep):
                mask |= self.of_journey(architecture.journey_by_id[step.use])
        return mask


def _needed_links(facts: Facts) -> frozenset[str]:
    """Shared fact: ids of the links to what their source needs to answer."""
    return frozenset(chain.from_iterable(facts.once(closures).needs.values()))
