"""Which timeouts to choose: long enough for the callee's whole answer, short enough for whoever waits above."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from models.analysis.answers import p99_of
from models.analysis.budgets import (
    Context,
    Known,
    Term,
    Wait,
    Waits,
    as_stated,
    backoff_of,
    contexts,
    critical,
    drawn_terms,
    element_terms,
    every_link,
    longest,
    named,
    patient,
    waits,
)
from models.analysis.facts import Facts, figure, listed
from models.analysis.floors import floor_ms
from models.analysis.repairs import by_fix
from models.analysis.rule import MOST_NAMED
from models.architecture import Architecture, Link, replace
from models.architecture.edits import put, set_each
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

ROOM = 1.5
"""A timeout is this many times the 99th percentile of the answer."""
LEAST_MS = 1.0
LIMITED = 3
"""Attempts in place of unlimited ones."""
_MOST_RAISES = 5
_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


class Becoming(dict[str, Wait]):
    """Waits of links while some are changed: those that were, and of others those that were looked at.

    A dictionary that fills itself, as waits are looked up again and again.
    """

    def __init__(self, stated: Waits, changed: Waits) -> None:
        super().__init__(changed)
        self._stated = stated

    def __missing__(self, link_id: str) -> Wait:
        self[link_id] = wait = self._stated.get(link_id, _UNSAID)
        return wait

    def but(self, link_id: str, wait: Wait) -> Becoming:
        """The same with one more change."""
        return Becoming(self._stated, {**self, link_id: wait})


_UNSAID = Wait(None, 1.0, 0.0)


def rounded_up(value: float) -> float:
    """The next figure a person would choose: 75 -> 80, 410 -> 500; at least 1."""
    if value <= LEAST_MS:
        return LEAST_MS
    scale, least = 10.0 ** math.floor(math.log10(value)), value * (1 - 1e-12)
    for step in _STEPS:
        if scale * step >= least:
            break
    return scale * step


def rounded_down(value: float) -> float:
    """The nearest such figure that is not above; below 1 ms the value itself."""
    if value <= LEAST_MS:
        return value
    scale, most = 10.0 ** math.floor(math.log10(value)), value * (1 + 1e-12)
    for step in reversed(_STEPS):
        if scale * step <= most:
            break
    return scale * step


def suggested(facts: Facts, link_ids: Iterable[str]) -> dict[str, float]:
    """Link id -> timeout in ms for links that state none, callees before callers, so that no budget is overrun.

    1.5 x the answer's 99th percentile, but no less than what the callee waits for and no more than callers leave room
    for. A link that cannot have both, or that retries and waits for itself in a circle, is left out: a person must
    settle its budget, see `refitted`.
    """
    wanted = sorted(link_ids, key=lambda link_id: (_rank(facts, facts.architecture.link_by_id[link_id]), link_id))
    stated, known = Becoming(facts.once(waits), {}), facts.once(as_stated)
    below, above = facts.once(covers), facts.once(users_of)
    chosen: dict[str, list[Context]] = {}
    found: dict[str, float] = {}
    for link_id in wanted:
        link = facts.architecture.link_by_id[link_id]
        wait = stated[link_id]
        if wait.attempts > 1 and link.style == "sync" and facts.in_one_cycle(link):
            continue
        needed = max((longest(term, stated, known) for term in below.get(link_id, ())), default=0.0)
        if not _counts(facts, link):
            needed = 0.0
        if math.isinf(needed):
            continue
        value, least = rounded_up(max(comfortable_ms(facts, link), needed)), max(needed, floor_ms(facts, link))
        users = [*above.get(link_id, ()), *chosen.get(link_id, ())]
        room = min((_room(facts, context, link_id, wait, stated, known) for context in users), default=math.inf)
        if value >= room:
            value = _just_below(room, least)
        if value <= 0 or value < least * (1 - 1e-9):
            continue
        own = _patience(facts, link, value)
        given, waited = stated, known
        if link_id in facts.in_circles or link.style == "async":
            given, waited = stated.but(link_id, Wait(value, wait.attempts, wait.backoff_ms)), {}
        if any(longest(context.term, given, waited) > value for context in own):
            continue
        found[link_id] = value
        stated[link_id], known = Wait(value, wait.attempts, wait.backoff_ms), {}
        for context in own:
            for inner in every_link(context.term, facts.once(named)):
                chosen.setdefault(inner, []).append(context)
    return found


def _counts(facts: Facts, link: Link) -> bool:
    """Whether its timeout must cover what its callee waits for."""
    return link.id in facts.once(patient) and facts.said(link, "propagates_deadline") is not True


def _patience(facts: Facts, link: Link, value: float) -> list[Context]:
    """What a timeout of the link would have to cover."""
    if not _counts(facts, link):
        return []
    terms = facts.once(covers).get(link.id, ())
    return [Context(link.id, None, link.source, value, facts.attempts(link) > 1, term) for term in terms]


def comfortable_ms(facts: Facts, link: Link) -> float:
    """Half as long again as the 99th percentile of the whole answer, in ms."""
    return ROOM * max(p99_of(facts, link), floor_ms(facts, link))


def refitted(facts: Facts, link: Link, wanted_ms: float | None = None) -> Fitting | None:
    """A timeout for a link that `suggested` leaves out, and what must change below it and above it.

    As comfortable as its callers can cover, but no less than its callee is likely to need, or `wanted_ms`. None where
    links wait for one another in a circle.
    """
    stated, known = facts.once(waits), facts.once(as_stated)
    wait = stated.get(link.id, _UNSAID)
    if link.style == "sync" and facts.in_one_cycle(link):
        return None
    users = facts.once(users_of).get(link.id, ())
    value = wanted_ms
    if value is None:
        rooms = [_just_below(_room(facts, context, link.id, wait, stated, known)) for context in users]
        value = max(
            min([rounded_up(comfortable_ms(facts, link)), *rooms]), rounded_up(max(LEAST_MS, floor_ms(facts, link)))
        )
    return fitted(facts, *users, *_patience(facts, link, value), chosen={link.id: value})


def set_timeouts(architecture: Architecture, values: Mapping[str, float], code: str) -> Architecture:
    """The architecture with these timeouts."""
    said = {link_id: {"timeout_ms": value} for link_id, value in values.items()}
    return set_each(architecture, said, provenance=by_fix(code))


def _rank(facts: Facts, link: Link) -> int:
    return facts.component_of[link.target] if facts.kind[link.target] != "datastore" else -1


def covers(facts: Facts) -> dict[str, list[Term]]:
    """Link id -> what its callee waits for, in every drawn journey through it, else by the graph."""
    drawn = {link_id: [term for _, term in terms] for link_id, terms in facts.once(drawn_terms)[1].items()}
    graph = facts.once(element_terms)
    for link in facts.links:
        if link.id not in drawn and link.target in graph:
            drawn[link.id] = [graph[link.target]]
    return drawn


def users_of(facts: Facts) -> dict[str, list[Context]]:
    """Link id -> the stated patiences that must cover it."""
    found: dict[str, list[Context]] = {}
    for context in facts.once(contexts):
        for link_id in every_link(context.term, facts.once(named)):
            found.setdefault(link_id, []).append(context)
    return found


def _room(facts: Facts, context: Context, link_id: str, wait: Wait, stated: Waits, known: Known) -> float:
    """The greatest timeout of the link that the context can cover; alone, where it is overrun without the link."""
    others = longest(context.term, stated, known)
    if others > context.patience_ms:
        others = 0.0
    uses = every_link(context.term, facts.once(named))[link_id]
    room = ((context.patience_ms - others) / uses - wait.backoff_ms) / wait.attempts
    return max(0.0, room)


def _just_below(room: float, least: float = 0.0) -> float:
    """95% of the room, or at least less than it, in two digits; all of it where that is less than `least`."""
    for value in (0.95 * room, room * (1 - 1e-6)) if room > LEAST_MS else ():
        scale = 10.0 ** (math.floor(math.log10(value)) - 1)
        if (figure := math.floor(value / scale + 1e-9) * scale) >= least:
            return figure
    return room


def _owners(facts: Facts) -> dict[str, list[Context]]:
    """Link id -> what its own stated patience must cover."""
    found: dict[str, list[Context]] = {}
    for context in facts.once(contexts):
        if context.link is not None:
            found.setdefault(context.link, []).append(context)
    return found


@dataclass(frozen=True, slots=True)
class Fitting:
    """Changes that bring what is waited for into the patience above it."""

    timeouts: dict[str, float]
    attempts: dict[str, int]
    """Link id -> attempts; 1 = no retry."""
    clients: dict[str, float]
    """Journey id -> how long its client waits."""

    def apply(self, architecture: Architecture, code: str) -> Architecture:
        """The architecture with the changes made."""
        values: dict[str, dict[str, object]] = {}
        for link_id, timeout in self.timeouts.items():
            values[link_id] = {"timeout_ms": timeout}
        for link_id, attempts in self.attempts.items():
            limit: dict[str, object] = {"retry": "none"} if attempts == 1 else {"retry.max_attempts": attempts}
            values.setdefault(link_id, {}).update(limit)
        architecture = set_each(architecture, values, provenance=by_fix(code))
        for journey_id, value in self.clients.items():
            architecture = put(architecture, replace(architecture.journey_by_id[journey_id], client_timeout_ms=value))
        return architecture

    def told(self, facts: Facts, besides: str | None = None) -> Text | str:
        """What changes, at most twelve of it, without the timeout of the link `besides`."""
        first = list(islice(self._each(facts, besides), MOST_NAMED + 1))
        return listed([*first[:MOST_NAMED], "..."] if len(first) > MOST_NAMED else first)

    def _each(self, facts: Facts, besides: str | None) -> Iterator[Text]:
        for journey_id, value in self.clients.items():
            yield say("rules", _CLIENT, journey=facts.label(journey_id), value=figure(value))
        for link_id, value in self.timeouts.items():
            if link_id != besides:
                yield say("rules", _TIMEOUT, link=facts.label(link_id), value=figure(value))
        for link_id, count in self.attempts.items():
            yield say("rules", _ATTEMPTS, link=facts.label(link_id), count=count)


def fitted(facts: Facts, *first: Context, chosen: Mapping[str, float] | None = None) -> Fitting | None:
    """Budgets recomputed from the top: these patiences and, in turn, all that change because of them.

    `chosen` are timeouts that are part of the change. Timeouts below are scaled to 95% of what waits above, but none
    below what the callee is likely to need (`floor_ms`); where they do not fit, there are fewer attempts, and where a
    single one is too long, the patience above is raised. None where links wait for one another in a circle.
    """
    budget = _Budget(facts, dict(chosen or {}))
    waiting = list(first)
    for _ in range(20 * len(facts.links) + 20):
        if not waiting:
            return Fitting(budget.changed, budget.attempts, budget.clients)
        here = waiting[-1]
        if longest(here.term, budget.stated, budget.known) <= budget.patience(here) * (1 + 1e-9):
            waiting.pop()
            continue
        onward = budget.fit(here)
        if onward is None:
            return None
        waiting += onward
    return None


def shortened(
    uses: Mapping[str, float], stated: Waits, floors: Mapping[str, float], patience: float
) -> dict[str, float]:
    """Link id -> timeout in ms with which waits one after the other take 95% of a patience, of those that change.

    All in the same proportion, save those that cannot be shorter than their floor.
    """
    timeouts = {link_id: stated[link_id].timeout_ms or 0.0 for link_id in uses}
    tries = {link_id: calls * stated[link_id].attempts for link_id, calls in uses.items()}
    pauses = sum(calls * stated[link_id].backoff_ms for link_id, calls in uses.items())
    least = sum(tries[link_id] * floors[link_id] for link_id in uses) + pauses
    room = max(0.95 * patience, least) - pauses
    free = dict.fromkeys(uses)
    while True:
        taken = sum(tries[link_id] * floors[link_id] for link_id in uses if link_id not in free)
        whole = sum(tries[link_id] * timeouts[link_id] for link_id in free)
        factor = (room - taken) / whole if whole > 0 else 0.0
        short = [link_id for link_id in free if timeouts[link_id] * factor < floors[link_id]]
        if not short:
            break
        for link_id in short:
            del free[link_id]
    found = {
        link_id: max(floors[link_id], rounded_down(timeouts[link_id] * factor)) if link_id in free else floors[link_id]
        for link_id in uses
    }
    return {link_id: value for link_id, value in found.items() if value < timeouts[link_id]}


class _Budget:
    """Waits as they become while budgets are fitted; what was `chosen` or raised is not shortened again."""

    def __init__(self, facts: Facts, chosen: dict[str, float]) -> None:
        self.facts = facts
        self.stated = Becoming(facts.once(waits), {})
        self.known = {} if chosen else facts.once(as_stated)
        self.changed, self.attempts, self.clients = chosen, dict[str, int](), dict[str, float]()
        self._kept = set(chosen)
        self._raised: dict[str, int] = {}
        for link_id, value in chosen.items():
            wait = self.stated[link_id]
            self.stated[link_id] = Wait(value, wait.attempts, wait.backoff_ms)

    def patience(self, context: Context) -> float:
        """What it is by now."""
        if context.link is None:
            return self.clients.get(context.journey or "", context.patience_ms)
        return self.stated[context.link].timeout_ms or context.patience_ms

    def fit(self, context: Context) -> list[Context] | None:
        """One change to what makes up the longest wait, or to the patience; gives what must be looked at next."""
        patience, uses = self.patience(context), critical(context.term, self.stated, self.known)
        for link_id in uses:
            if math.isinf(self.stated[link_id].worst()):
                self._try_at_most(link_id, LIMITED)
        if self._pauses(uses) > patience / 2:
            for link_id in uses:
                if self.stated[link_id].backoff_ms > 0:
                    self._try_at_most(link_id, 1)
        floors = {link_id: self._floor(link_id) for link_id in uses}
        while self._least(uses, floors) > patience:
            spare = {
                link_id: calls * floors[link_id] for link_id, calls in uses.items() if self.stated[link_id].attempts > 1
            }
            if not spare:
                topmost = not self.facts.once(users_of).get(context.link or "")
                return self._raise(context, self._at_ease(uses, floors) if topmost else self._least(uses, floors))
            longest_one = max(spare, key=lambda link_id: (spare[link_id], link_id))
            self._try_at_most(longest_one, int(self.stated[longest_one].attempts) - 1)
        if longest(context.term, self.stated, self.known) <= patience:
            return []
        onward: list[Context] = []
        for link_id, value in shortened(uses, self.stated, floors, patience).items():
            self._wait(link_id, value)
            onward += self.facts.once(_owners).get(link_id, ())
        return onward

    def _raise(self, context: Context, needed: float) -> list[Context] | None:
        """A longer patience, and whoever must cover it; None when it would have to cover itself."""
        owner = context.link or context.journey or ""
        self._raised[owner] = self._raised.get(owner, 0) + 1
        if self._raised[owner] > _MOST_RAISES or math.isinf(needed):
            return None
        value = rounded_up(needed)
        if context.link is None:
            self.clients[owner] = value
            return []
        least = floor_ms(self.facts, self.facts.architecture.link_by_id[context.link])
        self._wait(context.link, max(value, rounded_up(least)))
        self._kept.add(context.link)
        return list(self.facts.once(users_of).get(context.link, ()))

    def _wait(self, link_id: str, value: float) -> None:
        wait = self.stated[link_id]
        self.changed[link_id] = value
        self._become(link_id, Wait(value, wait.attempts, wait.backoff_ms))

    def _become(self, link_id: str, wait: Wait) -> None:
        self.stated[link_id], self.known = wait, {}

    def _try_at_most(self, link_id: str, attempts: int) -> None:
        retry = self.facts.retry(self.facts.architecture.link_by_id[link_id])
        if retry is not None and self.stated[link_id].attempts > attempts:
            self.attempts[link_id] = attempts
            timeout = self.stated[link_id].timeout_ms
            self._become(link_id, Wait(timeout, float(attempts), backoff_of(retry, attempts)))

    def _timeout(self, link_id: str) -> float:
        return self.stated[link_id].timeout_ms or 0.0

    def _floor(self, link_id: str) -> float:
        """The shortest that the link's timeout may become."""
        now = self._timeout(link_id)
        if link_id in self._kept:
            return now
        return min(now, rounded_up(floor_ms(self.facts, self.facts.architecture.link_by_id[link_id])))

    def _at_ease(self, uses: Mapping[str, float], floors: Mapping[str, float]) -> float:
        """What all of it takes with timeouts as they are, or as comfortable as is worth while."""
        total = self._pauses(uses)
        for link_id in uses:
            ease = rounded_up(comfortable_ms(self.facts, self.facts.architecture.link_by_id[link_id]))
            total += self._tries(uses, link_id) * max(floors[link_id], min(self._timeout(link_id), ease))
        return total

    def _tries(self, uses: Mapping[str, float], link_id: str) -> float:
        return uses[link_id] * self.stated[link_id].attempts

    def _pauses(self, uses: Mapping[str, float]) -> float:
        return sum(calls * self.stated[link_id].backoff_ms for link_id, calls in uses.items())

    def _least(self, uses: Mapping[str, float], floors: Mapping[str, float]) -> float:
        """All of it, with every timeout as short as it may become."""
        return self._pauses(uses) + sum([self._tries(uses, link_id) * floors[link_id] for link_id in uses])


_CLIENT = QT_TRANSLATE_NOOP("rules", "the client of {journey} waits {value} ms")
_TIMEOUT = QT_TRANSLATE_NOOP("rules", "{link} {value} ms")
_ATTEMPTS = QT_TRANSLATE_NOOP("rules", "{link} attempts: {count}")
