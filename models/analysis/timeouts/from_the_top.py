"""All timeout budgets set at once, from the top: where inversions run together, mending one only moves it elsewhere.

Two passes over the patiences that were stated. Callees first: what each needs at least; where that is more than it was
given there are fewer attempts, and where a single one is too long, more time. Then callers first: what is waited for is
shortened to what waits above it. Linear in the links; no patience is looked at again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, listed
from models.analysis.figures import rounded_up
from models.analysis.graph.components import components
from models.analysis.rule import MOST_NAMED, Fix
from models.analysis.timeouts.budgets import (
    Context,
    Known,
    Wait,
    as_stated,
    backoff_of,
    contexts,
    critical,
    every_link,
    longest,
    named,
    waits,
)
from models.analysis.timeouts.fitting import ALMOST, Fitting, fewer_attempts, shortened
from models.analysis.timeouts.floors import floor_ms, least_ms
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def run_together(facts: Facts) -> frozenset[str]:
    """Shared fact: links and journeys whose budgets are amiss together with more than twelve others.

    Amiss: a stated patience shorter than what it must cover, or a timeout shorter than an answer takes. Two are
    together where one waits for the other.
    """
    stated, known, within = facts.once(waits), facts.once(as_stated), facts.once(named)
    amiss = set(_too_short(facts))
    every = facts.once(contexts)
    amiss.update(_owner(one) for one in every if longest(one.term, stated, known) > one.patience_ms * ALMOST)
    beside: dict[str, list[str]] = {one: [] for one in amiss}
    for context in every:
        owner = _owner(context)
        if owner in amiss:
            for inner in every_link(context.term, within):
                if inner in amiss:
                    beside[owner].append(inner)
                    beside[inner].append(owner)
    return frozenset(one for members in components(beside) if len(members) > MOST_NAMED for one in members)


def fix_from_the_top(facts: Facts, owner: str, code: str) -> tuple[Fix, ...]:
    """The fix that sets all budgets, for a link or journey whose own is amiss; nothing where it would stay so."""
    plan = facts.once(from_the_top)
    if not (plan.timeouts or plan.attempts or plan.clients):
        return ()
    if owner in facts.architecture.link_by_id and _circular(facts, owner):
        return ()
    return (Fix(facts.once(_title), "review", partial(plan.apply, code=code)),)


def from_the_top(facts: Facts) -> Fitting:
    """Shared fact: what must change so that every budget is within the one above it, and no answer is cut off.

    Timeouts in a circle of synchronous calls stay as they are: there none can be within the next.
    """
    return _FromTheTop(facts).fitting()


def _too_short(facts: Facts) -> Iterator[str]:
    for link_id, wait in facts.once(waits).items():
        if wait.timeout_ms is not None and wait.timeout_ms < _least(facts, link_id) * (1 - 1e-9):
            yield link_id


def _least(facts: Facts, link_id: str) -> float:
    return least_ms(facts, facts.architecture.link_by_id[link_id])


def _owner(context: Context) -> str:
    return context.link or context.journey or ""


def _circular(facts: Facts, link_id: str) -> bool:
    link = facts.architecture.link_by_id[link_id]
    return link.style == "sync" and facts.in_one_cycle(link)


class _FromTheTop:
    """Waits as they become, and the shortest that each may become."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._now: dict[str, Wait] = dict(facts.once(waits))
        self._shortest: dict[str, Wait] = {}
        self._known: Known = {}
        """Of terms by the shortest waits."""
        self._clients: dict[str, float] = {}
        short = set(_too_short(facts))
        for link_id, wait in facts.once(waits).items():
            if wait.timeout_ms is None or _circular(facts, link_id):
                self._shortest[link_id] = wait
                continue
            floor = rounded_up(floor_ms(facts, facts.architecture.link_by_id[link_id]))
            if link_id in short:
                self._now[link_id] = _with(wait, floor)
            self._shortest[link_id] = _with(wait, min(floor, self._timeout(link_id)))

    def fitting(self) -> Fitting:
        """The changes."""
        ordered = sorted(self._facts.once(contexts), key=self._rank)
        ordered = [one for one in ordered if one.link is None or not _circular(self._facts, one.link)]
        for context in ordered:
            self._make_possible(context)
        for context in reversed(ordered):
            self._shorten(context)
        stated = self._facts.once(waits)
        changed = [(link_id, wait, stated[link_id]) for link_id, wait in self._now.items() if wait != stated[link_id]]
        return Fitting(
            {link_id: now.timeout_ms or 0.0 for link_id, now, was in changed if now.timeout_ms != was.timeout_ms},
            {link_id: int(now.attempts) for link_id, now, was in changed if now.attempts != was.attempts},
            self._clients,
        )

    def _rank(self, context: Context) -> tuple[float, str, str]:
        """Callees before callers, clients last."""
        if context.link is None:
            return math.inf, context.journey or "", ""
        target = self._facts.architecture.link_by_id[context.link].target
        return self._facts.component_of.get(target, -1), context.link, context.journey or ""

    def _timeout(self, link_id: str) -> float:
        return self._now[link_id].timeout_ms or 0.0

    def _patience(self, context: Context) -> float:
        if context.link is None:
            return self._clients.get(context.journey or "", context.patience_ms)
        return self._timeout(context.link)

    def _make_possible(self, context: Context) -> None:
        """Fewer attempts, at last a longer patience, until the shortest waits fit; all callees have had their turn."""
        patience = self._patience(context)
        while (needed := longest(context.term, self._shortest, self._known)) > patience * ALMOST:
            if not self._try_less(context, patience):
                break
        if math.isinf(needed):
            return
        if needed > patience * ALMOST and context.link is None:
            self._clients[context.journey or ""] = rounded_up(needed)
        elif context.link is not None:
            shortest = self._shortest[context.link]
            value = max(shortest.timeout_ms or 0.0, rounded_up(needed))
            if needed > patience * ALMOST:
                self._now[context.link] = _with(self._now[context.link], value)
            self._shortest[context.link] = _with(shortest, min(value, self._timeout(context.link)))

    def _try_less(self, context: Context, patience: float) -> bool:
        """One step towards fewer attempts; False where there is none."""
        uses = critical(context.term, self._shortest, self._known)
        floors = {link_id: self._shortest[link_id].timeout_ms or 0.0 for link_id in uses}
        fewer = fewer_attempts(uses, self._shortest, floors, patience)
        for link_id, attempts in fewer.items():
            pauses = backoff_of(self._facts.retry(self._facts.architecture.link_by_id[link_id]), attempts)
            for known in (self._now, self._shortest):
                known[link_id] = Wait(known[link_id].timeout_ms, float(attempts), pauses)
            self._known.clear()
        return bool(fewer)

    def _shorten(self, context: Context) -> None:
        """What is waited for, one longest branch after the other; all callers have had their turn."""
        patience = self._patience(context)
        while longest(context.term, self._now) > patience * ALMOST:
            uses = critical(context.term, self._now)
            floors = {link_id: self._shortest[link_id].timeout_ms or 0.0 for link_id in uses}
            values = shortened(uses, self._now, floors, patience)
            if not values:
                break
            for link_id, value in values.items():
                self._now[link_id] = _with(self._now[link_id], value)


def _with(wait: Wait, timeout_ms: float) -> Wait:
    return Wait(timeout_ms, wait.attempts, wait.backoff_ms)


def _title(facts: Facts) -> Text:
    plan = facts.once(from_the_top)
    counts = [
        say("rules", one if number == 1 else many, count=number)
        for number, one, many in (
            (len(plan.clients), _CLIENT, _CLIENTS),
            (len(plan.timeouts), _TIMEOUT, _TIMEOUTS),
            (len(plan.attempts), _LIMIT, _LIMITS),
        )
        if number
    ]
    return say("rules", _FIX, counts=listed(counts), figures=plan.told(facts))


_FIX = QT_TRANSLATE_NOOP("rules", "Set all budgets from the top, as many run together ({counts}): {figures}")
_CLIENT = QT_TRANSLATE_NOOP("rules", "{count} client's patience")
_CLIENTS = QT_TRANSLATE_NOOP("rules", "the patience of {count} clients")
_TIMEOUT = QT_TRANSLATE_NOOP("rules", "{count} timeout")
_TIMEOUTS = QT_TRANSLATE_NOOP("rules", "{count} timeouts")
_LIMIT = QT_TRANSLATE_NOOP("rules", "{count} limit of attempts")
_LIMITS = QT_TRANSLATE_NOOP("rules", "{count} limits of attempts")
