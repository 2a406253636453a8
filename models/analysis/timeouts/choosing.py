"""Which timeouts to choose: long enough for the callee's whole answer, short enough for whoever waits above."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from models.analysis.facts import Facts
from models.analysis.figures import LEAST, rounded_up
from models.analysis.fixes.repairs import by_fix
from models.analysis.journeys.latency import waiting_place
from models.analysis.timeouts.budgets import (
    Context,
    Known,
    Term,
    Wait,
    Waits,
    as_stated,
    drawn_terms,
    element_terms,
    every_link,
    longest,
    named,
    patient,
    waits,
)
from models.analysis.timeouts.fitting import (
    UNSAID,
    Becoming,
    Fitting,
    comfortable_ms,
    fitted,
    users_of,
)
from models.analysis.timeouts.floors import floor_ms
from models.architecture import Architecture, Link
from models.architecture.edits import set_each


def suggested(facts: Facts, link_ids: Iterable[str]) -> dict[str, float]:
    """Link id -> timeout in ms for links that state none, callees before callers, so that no budget is overrun.

    1.5 x the answer's 99th percentile, but no less than what the callee waits for and no more than callers leave room
    for. A link that cannot have both, or that retries and waits for itself in a circle, is left out: a person must
    settle its budget, see `refitted`.
    """
    wanted = sorted(link_ids, key=lambda link_id: (_rank(facts, facts.architecture.link_by_id[link_id]), link_id))
    stated, known = Becoming(facts.once(waits)), facts.once(as_stated)
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
        stated[link_id] = Wait(value, wait.attempts, wait.backoff_ms)
        waited = {} if link_id in facts.in_circles or link.style == "async" else known
        if any(longest(context.term, stated, waited) > value for context in own):
            stated[link_id] = wait
            continue
        found[link_id] = value
        known = {}
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


def refitted(facts: Facts, link: Link, wanted_ms: float | None = None) -> Fitting | None:
    """A timeout for a link that `suggested` leaves out, and what must change below it and above it.

    As comfortable as its callers can cover, but no less than its callee is likely to need, or `wanted_ms`. None where
    links wait for one another in a circle.
    """
    stated, known = facts.once(waits), facts.once(as_stated)
    wait = stated.get(link.id, UNSAID)
    if link.style == "sync" and facts.in_one_cycle(link):
        return None
    users = facts.once(users_of).get(link.id, ())
    value = wanted_ms
    if value is None:
        rooms = [_just_below(_room(facts, context, link.id, wait, stated, known)) for context in users]
        value = max(
            min([rounded_up(comfortable_ms(facts, link)), *rooms]), rounded_up(max(LEAST, floor_ms(facts, link)))
        )
    return fitted(facts, *users, *_patience(facts, link, value), chosen={link.id: value})


def set_timeouts(architecture: Architecture, values: Mapping[str, float], code: str) -> Architecture:
    """The architecture with these timeouts."""
    said = {link_id: {"timeout_ms": value} for link_id, value in values.items()}
    return set_each(architecture, said, provenance=by_fix(code))


def _rank(facts: Facts, link: Link) -> int:
    return facts.once(waiting_place)[link.target] if facts.kind[link.target] != "datastore" else -1


def covers(facts: Facts) -> dict[str, list[Term]]:
    """Link id -> what its callee waits for, in every drawn journey through it, else by the graph."""
    drawn = {link_id: [term for _, term in terms] for link_id, terms in facts.once(drawn_terms)[1].items()}
    graph = facts.once(element_terms)
    for link in facts.links:
        if link.id not in drawn and link.target in graph:
            drawn[link.id] = [graph[link.target]]
    return drawn


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
    for value in (0.95 * room, room * (1 - 1e-6)) if room > LEAST else ():
        scale = 10.0 ** (math.floor(math.log10(value)) - 1)
        if (figure := math.floor(value / scale + 1e-9) * scale) >= least:
            return figure
    return room
