"""Below which timeouts cut off answers that are on their way: whole answers, bounded from below and estimated.

Nested calls count, queueing does not. Where journeys are drawn, what a callee does is what they say it does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.analysis.facts import Facts
from models.analysis.journeys.latency import WORKING, is_parallel, is_waited_for, uses_of, waited_links, waiting_groups
from models.analysis.messages.replies import asked_queues
from models.architecture import ChoiceStep, Element, Link, LinkStep, UseStep, assumed, mean_of, quantile_of
from models.architecture.journeys import AnyStep, WorkStep
from models.architecture.values import AnyDistribution

RARE = 0.01
"""What happens less often than this says nothing about the 99th percentile."""


@dataclass(slots=True)
class Answer:
    """A time in ms: its minimum, the widest distance of a part from its minimum to its 99th percentile, the mean, and
    the sum of squares of the parts' distances from their means to their 99th percentiles."""

    low: float = 0.0
    spread: float = 0.0
    mean: float = 0.0
    square: float = 0.0

    @property
    def least(self) -> float:
        """A lower bound on the 99th percentile.

        Quantiles are never added: with times that are never below their minimum, the whole is at least all minima and,
        for one part, what lies between its minimum and its own 99th percentile.
        """
        return self.low + self.spread

    @property
    def likely(self) -> float:
        """About the 99th percentile: the means, and the root of the sum of squares of what the parts may add."""
        return self.mean + math.sqrt(self.square)

    def __add__(self, other: Answer) -> Answer:
        if self is NOTHING or other is NOTHING:
            return other if self is NOTHING else self
        return Answer(
            self.low + other.low,
            max(self.spread, other.spread),
            self.mean + other.mean,
            self.square + other.square,
        )

    def times(self, calls: float) -> Answer:
        """So many of them, one after the other."""
        if self is NOTHING or calls == 1.0:
            return self
        return Answer(self.low * calls, self.spread, self.mean * calls, self.square * calls)


Unsaid = Callable[[Element | Link, str], AnyDistribution | None]
NOTHING = Answer()


def least_ms(facts: Facts, link: Link) -> float:
    """A lower bound in ms on the 99th percentile of what the source of a link waits for, from what was stated."""
    return _of_link(facts, link, facts.once(_stated)).least


def floor_ms(facts: Facts, link: Link) -> float:
    """The shortest timeout in ms that a fix may choose: about the 99th percentile of the whole answer.

    What nobody said comes from the assumptions table. Never below `least_ms`.
    """
    known = facts.once(_floors)
    found = known.get(link.id)
    if found is None:
        answer = _of_link(facts, link, facts.once(_assumed))
        found = known[link.id] = max(least_ms(facts, link), answer.least, answer.likely)
    return found


def _floors(_facts: Facts) -> dict[str, float]:
    """Link id -> its `floor_ms`, once asked for: a fix asks again and again."""
    return {}


def _stated(facts: Facts) -> _Answers:
    return _Answers(facts, lambda _part, _attribute: None)


def _assumed(facts: Facts) -> _Answers:
    return _Answers(facts, assumed)


def _of_link(facts: Facts, link: Link, answers: _Answers) -> Answer:
    inner = answers.drawn.get(link.id)
    if inner is None:
        inner = NOTHING if _is_implied_store(facts, link) else answers.followed.get(link.target, NOTHING)
    return inner + answers.way(facts, link)


def _is_implied_store(facts: Facts, link: Link) -> bool:
    """Whether a store that nobody drew is between the two: the source waits for that, not for who shares its data."""
    return link.style == "shared_data" and facts.kind[link.target] != "datastore"


class _Answers:
    """Answers per element when it uses all its links, and per link of a drawn journey the longest it is given there.

    What lies behind a queue that takes requests counts where assumptions do: nobody has said who answers.
    It does not keep the facts, which keep it: a circle would outlive the analysis until someone looks for garbage.
    """

    def __init__(self, facts: Facts, unsaid: Unsaid) -> None:
        self.unsaid = unsaid
        self.followed: dict[str, Answer] = {}
        self.drawn: dict[str, Answer] = {}
        self._journeys: dict[str, Answer] = {}
        self._known: dict[int, tuple[AnyDistribution, Answer]] = {}
        self._waited = facts.once(waited_links)
        self._asked: Mapping[str, list[Link]] = facts.once(asked_queues) if unsaid is assumed else {}
        self._chances, self._delays = facts.stating("probability"), facts.stating("network_ms")
        self._beside = facts.stating("parallel_with_previous")
        if unsaid is assumed or self._delays or facts.elements_stating("work_ms"):
            for members in facts.once(waiting_groups):
                for member in members:
                    self.followed[member] = self._of_element(facts, member)
        for journey in facts.journeys:
            self._of_journey(facts, journey.id)

    def way(self, facts: Facts, link: Link) -> Answer:
        """There and back."""
        delay = self._delays.get(link.id)
        delay = self.unsaid(link, "network_ms") if delay is None else delay
        return NOTHING if delay is None or not facts.remote(link) else self._answer(delay).times(2.0)

    def _work(self, facts: Facts, element_id: str) -> Answer:
        if facts.kind[element_id] not in WORKING:
            return NOTHING
        element = facts.architecture.element_by_id[element_id]
        work = element.__dict__.get("work_ms")
        return self._answer(self.unsaid(element, "work_ms") if work is None else work)

    def _answer(self, value: AnyDistribution | None) -> Answer:
        """Parts that say the same often share one value; it is kept here, so that its id stays its own."""
        if value is None:
            return NOTHING
        known = self._known.get(id(value))
        if known is None:
            known = self._known[id(value)] = value, _answer(value)
        return known[1]

    def _of_element(self, facts: Facts, element_id: str) -> Answer:
        if element_id in self._asked:
            taking = self._asked[element_id]
            return _together((self.followed.get(one.target, NOTHING) + self.way(facts, one), True) for one in taking)
        whole, group = self._work(facts, element_id), list[Answer]()
        for waited in self._waited.get(element_id, ()):
            link = waited.link
            chance = float(self._chances.get(link.id, 1.0)) if self._chances else 1.0
            if chance < RARE:
                continue
            once = self._below(facts, link) + self.way(facts, link)
            part = _used(once, waited.uses / chance, chance)
            if group and not self._beside.get(link.id):
                whole, group = whole + _longest(group), []
            group.append(part)
        return whole + _longest(group) if group else whole

    def _below(self, facts: Facts, link: Link) -> Answer:
        """What the target does when it uses all its links; of a circle what is known already."""
        if _is_implied_store(facts, link):
            return NOTHING
        below = self.followed.get(link.target)
        return self._work(facts, link.target) if below is None else below

    def _used_in(self, facts: Facts, link: Link, step: LinkStep, once: Answer) -> Answer:
        chance = float(self._chances.get(link.id, 1.0)) if step.probability is None else step.probability
        return NOTHING if chance < RARE else _used(once, uses_of(facts, link, step) / chance, chance)

    def _of_journey(self, facts: Facts, journey_id: str) -> Answer:
        if journey_id not in self._journeys:
            self._journeys[journey_id] = NOTHING
            steps = facts.architecture.journey_by_id[journey_id].steps
            self._journeys[journey_id] = self._of_steps(facts, steps)
        return self._journeys[journey_id]

    def _of_steps(self, facts: Facts, steps: tuple[AnyStep, ...]) -> Answer:
        parts = []
        for step in steps:
            parallel, waited = False, NOTHING
            if isinstance(step, LinkStep):
                link = facts.architecture.link_by_id[step.link]
                own = NOTHING if _is_implied_store(facts, link) else self._work(facts, link.target)
                own = own if step.work_ms is None else self._answer(step.work_ms)
                answer = own + self._of_steps(facts, step.steps)
                self._of_steps(facts, step.on_reply)
                self._of_steps(facts, step.on_failure)
                known = self.drawn.get(link.id)
                self.drawn[link.id] = answer if known is None else _longest((known, answer))
                taken = link.source in self._asked
                parallel = taken or is_parallel(facts, link, step)
                if taken or is_waited_for(facts, link):
                    waited = self._used_in(facts, link, step, answer + self.way(facts, link))
            elif isinstance(step, ChoiceStep):
                branches = [self._of_steps(facts, branch.steps) for branch in step.choice]
                longest = max(branches, key=lambda branch: branch.likely)
                waited = Answer(min(branch.low for branch in branches), 0.0, longest.mean, longest.square)
            elif isinstance(step, UseStep):
                waited = self._of_journey(facts, step.use)
            elif isinstance(step, WorkStep):
                waited = self._answer(step.work_ms)
            parts.append((waited, parallel))
        return _together(parts)


def _used(once: Answer, calls: float, chance: float) -> Answer:
    """All uses of a link in one turn of its source; one that need not happen has no minimum."""
    if once is NOTHING:
        return NOTHING
    whole = once.times(max(1.0, calls))
    return whole if chance >= 1.0 else Answer(mean=whole.mean, square=whole.square)


def _together(parts: Iterable[tuple[Answer, bool]]) -> Answer:
    """One after the other; what is parallel with what stands before it counts with the longest."""
    whole, group = NOTHING, list[Answer]()
    for part, parallel in parts:
        if not parallel and group:
            whole, group = whole + _longest(group), []
        group.append(part)
    return whole + _longest(group) if group else whole


def _longest(answers: Sequence[Answer]) -> Answer:
    if len(answers) == 1:
        return answers[0]
    least = max(answers, key=lambda answer: answer.least)
    likely = max(answers, key=lambda answer: answer.likely)
    return Answer(least.low, least.spread, likely.mean, likely.square)


def _answer(value: AnyDistribution) -> Answer:
    low, high, mean = quantile_of(value, 1e-9), quantile_of(value, 0.99), mean_of(value)
    return Answer(low, high - low, mean, max(0.0, high - mean) ** 2)
