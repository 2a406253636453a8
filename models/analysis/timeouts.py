"""Which timeouts to choose: long enough for the callee's whole answer, short enough for whoever waits above."""

from __future__ import annotations

import math
from collections import ChainMap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.analysis.answers import p99_of
from models.analysis.budgets import (
    Context,
    Term,
    Wait,
    backoff_of,
    contexts,
    critical,
    drawn_terms,
    element_terms,
    every_link,
    longest,
    waits,
)
from models.analysis.facts import Facts
from models.analysis.repairs import by_fix
from models.architecture import Architecture, Link, replace
from models.architecture.edits import set_attributes

ROOM = 1.5
"""A timeout is this many times the 99th percentile of the answer."""
LEAST_MS = 1.0
LIMITED = 3
"""Attempts in place of unlimited ones."""
_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def rounded_up(value: float) -> float:
    """The next figure a person would choose: 75 -> 80, 410 -> 500; at least 1."""
    if value <= LEAST_MS:
        return LEAST_MS
    scale = 10.0 ** math.floor(math.log10(value))
    return next(scale * step for step in _STEPS if scale * step >= value * (1 - 1e-12))


def rounded_down(value: float) -> float:
    """The nearest such figure that is not above; below 1 ms the value itself."""
    if value <= LEAST_MS:
        return value
    scale = 10.0 ** math.floor(math.log10(value))
    return next(scale * step for step in reversed(_STEPS) if scale * step <= value * (1 + 1e-12))


def suggested(facts: Facts, link_ids: Iterable[str]) -> dict[str, float]:
    """Link id -> timeout in ms for links that state none, callees before callers, so that no budget is overrun.

    1.5 x the answer's 99th percentile, but no less than what the callee waits for and no more than callers leave room
    for. A link that cannot have both, or that retries and waits for itself in a circle, is left out: a person must
    settle its budget, see `refitted`.
    """
    wanted = sorted(link_ids, key=lambda link_id: (_rank(facts, facts.architecture.link_by_id[link_id]), link_id))
    stated = dict(facts.once(waits))
    below, above = facts.once(covers), facts.once(users_of)
    chosen: dict[str, list[Context]] = {}
    found: dict[str, float] = {}
    for link_id in wanted:
        link = facts.architecture.link_by_id[link_id]
        wait = stated.get(link_id, Wait(None, 1.0, 0.0))
        if wait.attempts > 1 and link.style == "sync" and facts.in_one_cycle(link):
            continue
        needed = max((longest(term, stated) for term in below.get(link_id, ())), default=0.0)
        if not _counts(facts, link):
            needed = 0.0
        if math.isinf(needed):
            continue
        value = rounded_up(max(ROOM * p99_of(facts, link), needed))
        users = [*above.get(link_id, ()), *chosen.get(link_id, ())]
        value = min([value, *(_room(context, link_id, wait, stated) for context in users)])
        if value <= 0 or value < needed:
            continue
        own = _patience(facts, link, value)
        given: Mapping[str, Wait] = stated
        if link_id in facts.in_circles:
            given = ChainMap({link_id: Wait(value, wait.attempts, wait.backoff_ms)}, stated)
        if any(longest(context.term, given) > value for context in own):
            continue
        found[link_id] = value
        stated[link_id] = Wait(value, wait.attempts, wait.backoff_ms)
        for context in own:
            for inner in every_link(context.term):
                chosen.setdefault(inner, []).append(context)
    return found


def _counts(facts: Facts, link: Link) -> bool:
    """Whether its timeout must cover what its callee waits for."""
    return link.style == "sync" and facts.said(link, "propagates_deadline") is not True


def _patience(facts: Facts, link: Link, value: float) -> list[Context]:
    """What a timeout of the link would have to cover."""
    if not _counts(facts, link):
        return []
    terms = facts.once(covers).get(link.id, ())
    return [Context(link.id, None, link.source, value, facts.attempts(link) > 1, term) for term in terms]


def refitted(facts: Facts, link: Link) -> Fitting | None:
    """For a link that `suggested` leaves out: a timeout that its callers can cover, and what must shrink below it.

    None where there is no such timeout.
    """
    stated = facts.once(waits)
    wait = stated.get(link.id, Wait(None, 1.0, 0.0))
    if link.style == "sync" and facts.in_one_cycle(link):
        return None
    rooms = [_room(context, link.id, wait, stated) for context in facts.once(users_of).get(link.id, ())]
    value = min([rounded_up(ROOM * p99_of(facts, link)), *rooms])
    if value < LEAST_MS:
        return None
    return fitted(facts, *_patience(facts, link, value), chosen={link.id: value})


def set_timeouts(architecture: Architecture, values: Mapping[str, float], code: str) -> Architecture:
    """The architecture with these timeouts, one edit per different figure."""
    figures: dict[float, list[str]] = {}
    for link_id, value in values.items():
        figures.setdefault(value, []).append(link_id)
    for value, link_ids in figures.items():
        architecture = set_attributes(architecture, link_ids, {"timeout_ms": value}, provenance=by_fix(code))
    return architecture


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
        for link_id in every_link(context.term):
            found.setdefault(link_id, []).append(context)
    return found


def _room(context: Context, link_id: str, wait: Wait, stated: Mapping[str, Wait]) -> float:
    """The greatest timeout of the link that the context can cover; alone, where it is overrun without the link."""
    others = longest(context.term, stated)
    if others > context.patience_ms:
        others = 0.0
    uses = every_link(context.term)[link_id]
    room = ((context.patience_ms - others) / uses - wait.backoff_ms) / wait.attempts
    return rounded_down(room) if room > 0 else 0.0


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
    limited: tuple[str, ...] = ()
    """Links whose unlimited attempts become three."""
    unretried: tuple[str, ...] = ()
    """Links that no longer retry, because their pauses alone would fill the budget."""

    def apply(self, architecture: Architecture, code: str) -> Architecture:
        """The architecture with the changes made."""
        architecture = set_timeouts(architecture, self.timeouts, code)
        for link_ids, values in (
            (self.limited, {"retry.max_attempts": LIMITED}),
            (self.unretried, {"retry": "none"}),
        ):
            if link_ids:
                architecture = set_attributes(architecture, link_ids, values, provenance=by_fix(code))
        return architecture


def fitted(facts: Facts, *first: Context, chosen: Mapping[str, float] | None = None) -> Fitting | None:
    """Budgets recomputed from the top: these patiences and, in turn, all that shrink because of them.

    `chosen` are timeouts that are part of the change. Timeouts below are scaled to 95% of what waits above; None when
    that leads below a tenth of a millisecond.
    """
    stated = dict(facts.once(waits))
    owners = facts.once(_owners)
    limited: dict[str, None] = {}
    unretried: dict[str, None] = {}
    changed: dict[str, float] = dict(chosen or {})
    for link_id, value in changed.items():
        wait = stated.get(link_id, Wait(None, 1.0, 0.0))
        stated[link_id] = Wait(value, wait.attempts, wait.backoff_ms)
    waiting = list(first)
    for _ in range(20 * len(facts.links) + 20):
        if not waiting:
            return Fitting(changed, tuple(link for link in limited if link not in unretried), tuple(unretried))
        here = waiting[-1]
        patience = here.patience_ms if here.link is None else stated[here.link].timeout_ms or here.patience_ms
        if longest(here.term, stated) <= patience:
            waiting.pop()
            continue
        uses = critical(here.term, stated)
        for link_id in uses:
            if math.isinf(stated[link_id].worst()):
                limited[link_id] = None
                retry = facts.retry(facts.architecture.link_by_id[link_id])
                pauses = backoff_of(replace(retry, max_attempts=LIMITED)) if retry is not None else 0.0
                stated[link_id] = Wait(stated[link_id].timeout_ms, float(LIMITED), pauses)
        if sum(calls * stated[link_id].backoff_ms for link_id, calls in uses.items()) > patience / 2:
            for link_id in uses:
                if stated[link_id].backoff_ms > 0:
                    unretried[link_id] = None
                    stated[link_id] = Wait(stated[link_id].timeout_ms, 1.0, 0.0)
        total = longest(here.term, stated)
        if total <= patience:
            continue
        pauses = sum(calls * stated[link_id].backoff_ms for link_id, calls in uses.items())
        factor = (0.95 * patience - pauses) / (total - pauses)
        for link_id in uses:
            value = rounded_down((stated[link_id].timeout_ms or 0.0) * factor)
            if value < 0.1:
                return None
            changed[link_id] = value
            stated[link_id] = Wait(value, stated[link_id].attempts, stated[link_id].backoff_ms)
            waiting += owners.get(link_id, ())
    return None
