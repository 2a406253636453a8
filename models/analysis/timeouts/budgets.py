"""Timeout budgets: how long a callee may wait, at worst, by the timeouts, attempts and pauses that were stated.

Sequential waits add up, parallel ones count with their longest. Where a journey is drawn its steps say what is waited
for; elsewhere all links of the callee are, in id order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models.analysis.facts import Facts
from models.analysis.journeys.latency import waiting_place
from models.architecture import ChoiceStep, Journey, Link, LinkStep, Retry, UseStep
from models.architecture.graph import blocking_arcs
from models.architecture.journeys import AnyStep
from models.architecture.kinds import CHANNELS


@dataclass(eq=False, slots=True)
class Term:
    """Something waited for: one link used `calls` times one after the other, or a part of several."""

    link: str | None = None
    calls: float = 1.0
    sequence: Sequence[Term] = ()
    parallel: Sequence[Term] = ()


class Context(NamedTuple):
    """A caller's stated patience, and what its callee waits for meanwhile. `link` is None for a client's patience."""

    link: str | None
    journey: str | None
    start: str
    patience_ms: float
    retries: bool
    term: Term


class Wait(NamedTuple):
    """What was stated about one link: timeout of an attempt (None = not said, or none), attempts, pauses in all."""

    timeout_ms: float | None
    attempts: float
    backoff_ms: float

    def worst(self) -> float:
        """Longest wait by what was stated; 0 when no timeout was."""
        return 0.0 if self.timeout_ms is None else self.timeout_ms * self.attempts + self.backoff_ms


Waits = Mapping[str, Wait]
"""Of every link that a term names."""
Known = dict[int, tuple[float, dict[str, float]]]
Named = dict[int, dict[str, float]]


def waits(facts: Facts) -> dict[str, Wait]:
    """Shared fact: link id -> what was stated, of every link on which a caller waits."""
    limits, retries, nothing = facts.stating("timeout_ms"), facts.retries, Wait(None, 1.0, 0.0)
    free = facts.in_process
    found = {arc[0]: nothing for arc in blocking_arcs(facts.architecture) if arc[0] not in free}
    for link_id in (*limits, *[link_id for link_id in retries if link_id not in limits]):
        if link_id in found:
            limit, retry = limits.get(link_id), retries.get(link_id)
            stated = float(limit) if isinstance(limit, int | float) else None
            found[link_id] = Wait(stated, hard_attempts(retry), backoff_of(retry))
    return found


def hard_attempts(retry: Retry | None) -> float:
    """The most sends of one call as stated; a budget limits their average, not a single call."""
    most = None if retry is None else retry.max_attempts
    if most is None:
        return 1.0
    return math.inf if most == "unlimited" else float(most)


def backoff_of(retry: Retry | None, attempts: int | None = None) -> float:
    """Pauses in ms between all attempts at their longest: base, or base x 2^k up to the cap; infinite if unlimited.

    Of so many attempts; of as many as were stated where none are given.
    """
    if retry is None or retry.base_ms is None or retry.backoff in (None, "none"):
        return 0.0
    most = retry.max_attempts if attempts is None else attempts
    if most is None:
        return 0.0
    if most == "unlimited":
        return math.inf
    pauses, total = most - 1, 0.0
    cap = math.inf if retry.cap_ms is None else retry.cap_ms
    if retry.backoff == "fixed":
        return pauses * min(cap, retry.base_ms)
    for k in range(min(pauses, 60)):
        total += min(cap, retry.base_ms * 2.0**k)
    return total + (pauses - min(pauses, 60)) * min(cap, retry.base_ms * 2.0**60)


def longest(term: Term, stated: Waits, known: Known | None = None) -> float:
    """The wait in ms for a term, at worst; `known` as in `critical`."""
    return _look(term, stated, {} if known is None else known)[0]


def critical(term: Term, stated: Waits, known: Known | None = None) -> dict[str, float]:
    """Link id -> uses, of what makes up the longest wait, in order; links without a stated timeout left out.

    `known` keeps what was found for terms from one call to the next, as long as `stated` and the terms stay the same.
    """
    return _look(term, stated, {} if known is None else known)[1]


def _look(part: Term, stated: Waits, known: Known) -> tuple[float, dict[str, float]]:
    """The longest wait in ms, and link id -> uses of what makes it up."""
    found = known.get(id(part))
    if found is None:
        uses: dict[str, float] = {}
        if part.link is not None and stated[part.link].worst() > 0:
            uses[part.link] = part.calls
        for inner in part.sequence:
            if inner.link is None:
                _add(_look(inner, stated, known)[1], uses)
            elif stated[inner.link].worst() > 0:
                uses[inner.link] = uses.get(inner.link, 0.0) + inner.calls
        if part.parallel:
            branches = [_look(inner, stated, known) for inner in part.parallel]
            _add(max(branches, key=lambda branch: branch[0])[1], uses)
        found = known[id(part)] = sum(calls * stated[link_id].worst() for link_id, calls in uses.items()), uses
    return found


def _add(more: Mapping[str, float], uses: dict[str, float]) -> None:
    for link_id, calls in more.items():
        uses[link_id] = uses.get(link_id, 0.0) + calls


def every_link(term: Term, known: Named | None = None) -> dict[str, float]:
    """Link id -> uses, of all that a term names; `known` keeps what was found, as long as the terms stay the same."""
    known = {} if known is None else known
    found = known.get(id(term))
    if found is None:
        found = {} if term.link is None else {term.link: term.calls}
        for inner in (*term.sequence, *term.parallel):
            for link_id, calls in every_link(inner, known).items():
                found[link_id] = found.get(link_id, 0.0) + calls
        known[id(term)] = found
    return found


def names_several(term: Term) -> bool:
    """Whether a term names two links or more."""
    seen: set[str] = set()
    waiting = [term]
    while waiting and len(seen) < 2:
        part = waiting.pop()
        if part.link is not None:
            seen.add(part.link)
        waiting += part.sequence
        waiting += part.parallel
    return len(seen) > 1


def as_stated(_facts: Facts) -> Known:
    """Shared fact: what is known of terms by the waits as they were stated."""
    return {}


def named(_facts: Facts) -> Named:
    """Shared fact: what is known of the links that terms name."""
    return {}


def contexts(facts: Facts) -> list[Context]:
    """Shared fact: every stated patience with what it must cover; links by id, then the clients of journeys."""
    found: list[Context] = []
    whole, drawn = facts.once(drawn_terms)
    graph = facts.once(element_terms)
    stated, limits = facts.once(waits), facts.stating("timeout_ms")
    propagated = facts.stating("propagates_deadline")
    patient_calls = [*facts.calls, *((link.id, link.source, link.target) for link in facts.once(awaited_messages))]
    for link_id, source, target in patient_calls:
        if link_id not in limits:
            continue
        patience = stated[link_id].timeout_ms
        if patience is None or propagated.get(link_id) is True:
            continue
        retries = facts.retried.get(link_id, 1.0) > 1
        for journey_id, term in drawn.get(link_id, ()):
            found.append(Context(link_id, journey_id, source, patience, retries, term))
        if link_id not in drawn and target in graph:
            found.append(Context(link_id, None, source, patience, retries, graph[target]))
    for journey in facts.every_journey:
        waited = whole.get(journey.id, graph.get(journey.entry))
        if isinstance(journey.client_timeout_ms, int | float) and waited is not None:
            again = isinstance(journey.client_retry, Retry) and journey.client_retry.max_attempts not in (None, 1)
            patience = float(journey.client_timeout_ms)
            found.append(Context(None, journey.id, journey.entry, patience, again, waited))
    return found


def drawn_terms(facts: Facts) -> tuple[dict[str, Term], dict[str, list[tuple[str, Term]]]]:
    """Shared fact: journey id -> what its entry waits for; sync link id -> (journey id, what its callee waits for)."""
    drawn: dict[str, list[tuple[str, Term]]] = {}
    return {journey.id: _of_journey(facts, journey, drawn) for journey in facts.journeys}, drawn


def awaited_messages(facts: Facts) -> list[Link]:
    """Shared fact: messages to services and externals on whose replies their senders wait, by id; no queue between.

    Without those in a circle of waiting, where a patience would have to cover itself.
    """
    awaited = facts.stating("awaited")
    links = (facts.architecture.link_by_id[link_id] for link_id, said in awaited.items() if said is True)
    direct = [link for link in links if facts.kind[link.target] not in CHANNELS]
    remote = [link for link in direct if link.id in facts.once(waits)]
    place = facts.once(waiting_place) if remote else {}
    return [link for link in remote if place[link.source] != place[link.target]]


def element_terms(facts: Facts) -> dict[str, Term]:
    """Shared fact: element id -> what it waits for when all its links are used in id order.

    What it calls within its process waits as if it did itself, save in a circle of such calls.
    """
    found: dict[str, list[Term]] = {}
    stated, polled = facts.once(waits), facts.stating("poll_interval_ms")
    repeated, beside = facts.stating("calls_per_request"), facts.stating("parallel_with_previous")
    place = facts.component_of
    for link_id, source, target, style, _ in blocking_arcs(facts.architecture):
        if link_id in polled and style == "shared_data":
            continue
        if link_id in stated:
            term = Term(link_id, max(1.0, float(repeated[link_id])) if link_id in repeated else 1.0)
        elif style == "sync" and place[source] != place[target]:
            term = Term(sequence=found.setdefault(target, []))
        else:
            continue
        if not found.get(source):
            found.setdefault(source, []).append(term)
        elif beside.get(link_id) is True:
            found[source][-1] = _beside(found[source][-1], term)
        else:
            found[source].append(term)
    return {source: Term(sequence=terms) for source, terms in found.items() if terms}


def _polls(facts: Facts, link: Link) -> bool:
    return link.style == "shared_data" and facts.said(link, "poll_interval_ms") is not None


def _beside(group: Term, term: Term) -> Term:
    if group.link is None and group.parallel and not group.sequence:
        return Term(parallel=[*group.parallel, term])
    return Term(parallel=[group, term])


def _of_journey(facts: Facts, journey: Journey, drawn: dict[str, list[tuple[str, Term]]]) -> Term:
    """What the entry waits for; notes at every synchronous link what its callee waits for in this journey."""
    return _of_steps(facts, journey.steps, journey.id, drawn)


def _of_steps(
    facts: Facts, steps: tuple[AnyStep, ...], journey_id: str, drawn: dict[str, list[tuple[str, Term]]]
) -> Term:
    stated, owners = facts.once(waits), facts.once(patient)
    sequence: list[Term] = []
    for step in steps:
        together = False
        if isinstance(step, LinkStep):
            link = facts.architecture.link_by_id[step.link]
            inner = _of_steps(facts, step.steps, journey_id, drawn)
            if link.id in owners:
                drawn.setdefault(link.id, []).append((journey_id, inner))
            waited = link.id in stated and not _polls(facts, link)
            said = step.calls if step.calls is not None else facts.said(link, "calls_per_request")
            calls = 1.0 if said is None else max(1.0, float(said))
            if waited:
                term = Term(link.id, calls)
            else:
                term = inner if link.style == "sync" else Term()
            together = bool(step.parallel if step.parallel is not None else facts.said(link, "parallel_with_previous"))
        elif isinstance(step, ChoiceStep):
            term = Term(parallel=[_of_steps(facts, branch.steps, journey_id, drawn) for branch in step.choice])
        elif isinstance(step, UseStep):
            term = _used(facts, step.use)
        else:
            continue
        if together and sequence:
            sequence[-1] = _beside(sequence[-1], term)
        else:
            sequence.append(term)
    return Term(sequence=sequence)


def patient(facts: Facts) -> frozenset[str]:
    """Shared fact: ids of the links whose timeout must cover what their target waits for."""
    return frozenset(link.id for link in (*facts.sync_links, *facts.once(awaited_messages)))


def _used(facts: Facts, journey_id: str) -> Term:
    known = facts.once(_used_terms)
    if journey_id not in known:
        known[journey_id] = Term()
        known[journey_id] = _of_journey(facts, facts.architecture.journey_by_id[journey_id], {})
    return known[journey_id]


def _used_terms(_facts: Facts) -> dict[str, Term]:
    return {}
