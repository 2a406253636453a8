"""Who repeats what, and whether a call may be retried without a new error."""

from __future__ import annotations

import math
from collections import ChainMap
from dataclasses import dataclass

from models.analysis.facts import Facts, stated_attempts
from models.analysis.timeouts.budgets import Context, Wait, contexts, longest, waits
from models.analysis.timeouts.fitting import users_of
from models.architecture import ChoiceStep, Journey, Link, LinkStep, UseStep
from models.architecture.journeys import AnyStep

ATTEMPTS = 3
"""Field standard: a call is tried this often."""
PAUSES_MS = (100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0)
"""First pauses of an exponential backoff to choose from, the longest that fits."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A retry that fits: attempts in all and the first pause in ms; one attempt where none fits."""

    attempts: int
    base_ms: float = 0.0


def fitting_retry(facts: Facts, link: Link, most: int = ATTEMPTS) -> Chosen:
    """At most `most` attempts with exponential backoff and full jitter that bring no new error.

    None is brought by an unsafe repetition (R07), a product of attempts over the threshold (R05), or an overrun
    timeout (R03).
    """
    unsafe = facts.said(link, "operation") == "write" and facts.said(link, "idempotent") is False
    if unsafe or (link.style == "sync" and facts.in_one_cycle(link)):
        return Chosen(1)
    above, below = facts.once(amplification)
    room = facts.threshold("R05", "calls", link.source) / (above[link.source] * below[link.target])
    for attempts in range(most, 1, -1):
        if attempts <= room:
            for base in PAUSES_MS:
                if _fits(facts, link, attempts, base * (2.0 ** (attempts - 1) - 1)):
                    return Chosen(attempts, base)
    return Chosen(1)


def _fits(facts: Facts, link: Link, attempts: int, pauses_ms: float) -> bool:
    stated = facts.once(waits)
    own = stated.get(link.id)
    if own is None:
        return True
    given = ChainMap({link.id: Wait(own.timeout_ms, float(attempts), pauses_ms)}, stated)
    around = (*facts.once(users_of).get(link.id, ()), *facts.once(_patience_of).get(link.id, ()))
    return all(longest(context.term, given) <= context.patience_ms for context in around)


def _patience_of(facts: Facts) -> dict[str, list[Context]]:
    """Shared fact: link id -> what its own timeout must cover."""
    found: dict[str, list[Context]] = {}
    for context in facts.once(contexts):
        if context.link is not None:
            found.setdefault(context.link, []).append(context)
    return found


def amplification(facts: Facts) -> tuple[dict[str, float], dict[str, float]]:
    """Shared fact: the greatest products of attempts (above, below) each element, by id, by all synchronous calls.

    Above: what one request of a client may become before it arrives here; below: what a request here may become.
    An upper bound: drawn journeys may use less. A cycle with a retry in it counts without limit, since a drawn journey
    may go round it as often as it likes.
    """
    parts = facts.sync_components
    inside = [1.0] * len(parts)
    for index in facts.cyclic:
        retried = any(
            facts.attempts(link) > 1 and facts.component_of[link.target] == index
            for member in parts[index]
            for link in facts.sync_from[member]
        )
        inside[index] = math.inf if retried else 1.0
    below = list(inside)
    for index, members in enumerate(parts):
        for member in members:
            for link in facts.sync_from[member]:
                target = facts.component_of[link.target]
                if target != index:
                    below[index] = max(below[index], inside[index] * facts.attempts(link) * below[target])
    reached = [1.0] * len(parts)
    for journey in facts.every_journey:
        index = facts.component_of[journey.entry]
        reached[index] = max(reached[index], stated_attempts(journey.client_retry))
    for index in range(len(parts) - 1, -1, -1):
        reached[index] *= inside[index]
        for member in parts[index]:
            for link in facts.sync_from[member]:
                target = facts.component_of[link.target]
                if target != index:
                    reached[target] = max(reached[target], reached[index] * facts.attempts(link))
    where = facts.component_of
    return {i: reached[where[i]] for i in where}, {i: below[where[i]] for i in where}


def client_retries(facts: Facts) -> dict[str, list[Journey]]:
    """Shared fact: link id -> journeys whose client tries again, and thereby uses this link again as a first step."""
    found: dict[str, list[Journey]] = {}
    for journey in facts.every_journey:
        if stated_attempts(journey.client_retry) > 1:
            again = first_links(facts, journey.steps, {journey.id})
            if not journey.steps:
                again = dict.fromkeys(link.id for link in facts.sync_from[journey.entry])
            for link_id in again:
                found.setdefault(link_id, []).append(journey)
    return found


def first_links(facts: Facts, steps: tuple[AnyStep, ...], used: set[str]) -> dict[str, None]:
    """The links that whoever starts the steps uses itself, whichever branch is taken; `used` journeys are known."""
    found: dict[str, None] = {}
    for step in steps:
        if isinstance(step, LinkStep):
            found[step.link] = None
        elif isinstance(step, ChoiceStep):
            for branch in step.choice:
                found |= first_links(facts, branch.steps, used)
        elif isinstance(step, UseStep) and step.use not in used:
            used.add(step.use)
            found |= first_links(facts, facts.architecture.journey_by_id[step.use].steps, used)
    return found
