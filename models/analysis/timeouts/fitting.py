"""Changes of several timeouts and attempts that bring what is waited for into the patience above it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from models.analysis.facts import Facts, figure, listed
from models.analysis.figures import rounded_down, rounded_up
from models.analysis.fixes.repairs import by_fix
from models.analysis.journeys.answers import p99_of
from models.analysis.rule import MOST_NAMED
from models.analysis.timeouts.budgets import (
    Context,
    Wait,
    Waits,
    as_stated,
    backoff_of,
    contexts,
    critical,
    every_link,
    longest,
    named,
    waits,
)
from models.analysis.timeouts.floors import floor_ms
from models.architecture import Architecture, Link, replace
from models.architecture.edits import put, set_each
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

ROOM = 1.5
"""A timeout is this many times the 99th percentile of the answer."""
LIMITED = 3
"""Attempts in place of unlimited ones."""
ALMOST = 1 + 1e-9
"""What exceeds a patience by less than this does so by rounding."""
_MOST_RAISES = 5


class Becoming(dict[str, Wait]):
    """Waits of links while some are changed: those that were, and of others those that were looked at.

    A dictionary that fills itself, as waits are looked up again and again.
    """

    def __init__(self, stated: Waits) -> None:
        super().__init__()
        self._stated = stated

    def __missing__(self, link_id: str) -> Wait:
        self[link_id] = wait = self._stated.get(link_id, UNSAID)
        return wait


UNSAID = Wait(None, 1.0, 0.0)


def comfortable_ms(facts: Facts, link: Link) -> float:
    """Half as long again as the 99th percentile of the whole answer, in ms."""
    return ROOM * max(p99_of(facts, link), floor_ms(facts, link))


def users_of(facts: Facts) -> dict[str, list[Context]]:
    """Link id -> the stated patiences that must cover it."""
    found: dict[str, list[Context]] = {}
    for context in facts.once(contexts):
        for link_id in every_link(context.term, facts.once(named)):
            found.setdefault(link_id, []).append(context)
    return found


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
    """Budgets recomputed from the top: these patiences, in all journeys, and in turn all that change because of them.

    `chosen` are timeouts that are part of the change. Timeouts below are scaled to 95% of what waits above, but none
    below what the callee is likely to need (`floor_ms`); where they do not fit, there are fewer attempts, and where a
    single one is too long, the patience above is raised. None where links wait for one another in a circle.
    """
    budget, owners = _Budget(facts, dict(chosen or {})), facts.once(_owners)
    beside = [other for one in first for other in owners.get(one.link or "", ())]
    waiting = [*beside, *first]
    for _ in range(20 * len(facts.links) + 20):
        if not waiting:
            return Fitting(budget.changed, budget.attempts, budget.clients)
        here = waiting[-1]
        if longest(here.term, budget.stated, budget.known) <= budget.patience(here) * ALMOST:
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


def fewer_attempts(
    uses: Mapping[str, float], stated: Waits, floors: Mapping[str, float], patience: float
) -> dict[str, int]:
    """Link id -> attempts, of those to try less often so that waits one after the other come closer to a patience.

    One step: first an end to what is tried for ever; then no pauses, where these take more than half of the patience;
    then one attempt less of what takes longest. None where all fits with timeouts at their floors, or nobody retries.
    """
    endless = [link_id for link_id in uses if math.isinf(stated[link_id].worst())]
    if endless:
        return dict.fromkeys(endless, LIMITED)
    if _pauses(uses, stated) > patience / 2:
        return dict.fromkeys([link_id for link_id in uses if stated[link_id].backoff_ms > 0], 1)
    spare = {link_id: calls * floors[link_id] for link_id, calls in uses.items() if stated[link_id].attempts > 1}
    if not spare or _shortest(uses, stated, floors) <= patience * ALMOST:
        return {}
    longest_one = max(spare, key=lambda link_id: (spare[link_id], link_id))
    return {longest_one: int(stated[longest_one].attempts) - 1}


def _pauses(uses: Mapping[str, float], stated: Waits) -> float:
    return sum(calls * stated[link_id].backoff_ms for link_id, calls in uses.items())


def _shortest(uses: Mapping[str, float], stated: Waits, floors: Mapping[str, float]) -> float:
    """All of it, with every timeout as short as it may become."""
    tried = sum([calls * stated[link_id].attempts * floors[link_id] for link_id, calls in uses.items()])
    return _pauses(uses, stated) + tried


class _Budget:
    """Waits as they become while budgets are fitted; what was `chosen` or raised is not shortened again."""

    def __init__(self, facts: Facts, chosen: dict[str, float]) -> None:
        self.facts = facts
        self.stated = Becoming(facts.once(waits))
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
        floors = {link_id: self._floor(link_id) for link_id in uses}
        while fewer := fewer_attempts(uses, self.stated, floors, patience):
            for link_id, attempts in fewer.items():
                self._try_at_most(link_id, attempts)
        needed = _shortest(uses, self.stated, floors)
        if needed > patience * ALMOST:
            topmost = not self.facts.once(users_of).get(context.link or "")
            return self._raise(context, self._at_ease(uses, floors) if topmost else needed)
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
        total = _pauses(uses, self.stated)
        for link_id, calls in uses.items():
            ease = rounded_up(comfortable_ms(self.facts, self.facts.architecture.link_by_id[link_id]))
            total += calls * self.stated[link_id].attempts * max(floors[link_id], min(self._timeout(link_id), ease))
        return total


_CLIENT = QT_TRANSLATE_NOOP("rules", "the client of {journey} waits {value} ms")
_TIMEOUT = QT_TRANSLATE_NOOP("rules", "{link} {value} ms")
_ATTEMPTS = QT_TRANSLATE_NOOP("rules", "{link} attempts: {count}")
