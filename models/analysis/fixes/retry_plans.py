"""Retries along chains of calls: how far they multiply, and plans that hold them within a limit."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from models.analysis.facts import Facts
from models.analysis.graph.chains import Chain, Reweighing, worst_chains
from models.analysis.graph.ways import Ways, Weights, net, ways_of
from models.analysis.rule import by_fix
from models.architecture import Architecture, Journey, Retry, replace
from models.architecture.edits import put, set_attributes

MOST_CALLS = 8
"""One request may become so many calls at the end of a chain."""
KEPT = 3
"""Attempts at the one layer that goes on retrying."""
BUDGET = 0.1
"""Retries as a share of calls, where every layer has a budget."""


def retry_weights(facts: Facts) -> Weights:
    """Shared fact: the logarithm of the attempts of each call."""
    logarithms = {link_id: math.log(attempts) for link_id, attempts in facts.retried.items()}
    return facts.once(net).weights(logarithms, otherwise=0.0)


def retry_ways(facts: Facts) -> Ways:
    """Shared fact: the ways of most attempts, all multiplied."""
    return ways_of(facts, facts.once(retry_weights))


def most_calls(facts: Facts, chain: Chain) -> float:
    """The limit in force for a chain."""
    return facts.judgement.figure("R05", "calls", MOST_CALLS, *chain.about)


def least_calls(facts: Facts) -> float:
    """The lowest limit that is in force for any chain, or lower."""
    policy = facts.architecture.policy
    settings = [] if policy is None else [one.value for one in policy.thresholds if one.rule == "R05"]
    return min([MOST_CALLS, *settings])


def amplified(facts: Facts) -> list[tuple[Chain, float]]:
    """Every worst chain, of entries, journeys and consumers, whose attempts multiply beyond the limit; and to what."""
    found = []
    attempts = facts.retried
    for chain in worst_chains(facts, facts.once(retry_weights), facts.once(retry_ways), consumers=True):
        product = chain.client_attempts * math.prod([attempts[link_id] for link_id in chain.heavy])
        if product > most_calls(facts, chain):
            found.append((chain, product))
    return found


def calmed(before: Architecture, after: Architecture, code: str) -> Architecture:
    """The later architecture, where no chain is amplified that was not so before: those retry at one layer only.

    When a call becomes a message its target begins a chain of its own, with what is left of the attempts below it.
    """
    facts = Facts(before, {})
    known = {chain.subject(facts) for chain, _ in amplified(facts)}
    facts = Facts(after, {})
    for chain, _ in amplified(facts):
        if chain.subject(facts) not in known:
            after = apply_plan(partial(planned, facts, chain, budget=False), chain.journey, False, after, code)
    return after


@dataclass
class Plan:
    """Which layers stop retrying (1 attempt), keep a few attempts, or get a budget; None as id is the client."""

    attempts: dict[str | None, float]

    def of(self, facts: Facts, link_id: str) -> float:
        return self.attempts.get(link_id, facts.retried.get(link_id, 1.0))

    def client(self, chain: Chain) -> float:
        return self.attempts.get(None, chain.client_attempts)


def planned(facts: Facts, chain: Chain, *, budget: bool) -> Plan | None:
    """Go through the worst chains of this start until the worst is within the threshold."""
    most = most_calls(facts, chain)
    plan = Plan({})
    chains = Reweighing(facts, facts.once(retry_weights), chain, facts.once(retry_ways))
    for _ in range(len(facts.links) + 2):
        retried = chains.worst()
        client = plan.client(chain)
        if math.prod(plan.of(facts, link_id) for link_id in retried) * client <= most:
            return plan
        if budget:
            if all(link_id in plan.attempts for link_id in retried) and (client == 1 or None in plan.attempts):
                return None
            plan.attempts |= dict.fromkeys(retried, 1.0 + BUDGET)
            if client > 1:
                plan.attempts[None] = 1.0 + BUDGET
            chains.reweigh({link_id: math.log(plan.of(facts, link_id)) for link_id in retried})
            continue
        before = dict(plan.attempts)
        plan.attempts |= dict.fromkeys(retried[:-1], 1.0)
        if retried:
            plan.attempts[retried[-1]] = min(plan.of(facts, retried[-1]), float(KEPT))
        if client > 1:
            plan.attempts[None] = 1.0 if retried else float(KEPT)
        if plan.attempts == before:
            return None
        chains.reweigh({link_id: math.log(plan.of(facts, link_id)) for link_id in retried})
    return None


def apply_plan(
    work_out: Callable[[], Plan | None], journey: Journey | None, budget: bool, architecture: Architecture, code: str
) -> Architecture:
    """The architecture by a plan, or as it is when there is none; `code` is the rule whose fix does it."""
    plan = work_out()
    if plan is None:
        return architecture
    links = {link_id: attempts for link_id, attempts in plan.attempts.items() if link_id is not None}
    mark = by_fix(code)
    if budget:
        architecture = set_attributes(architecture, links, {"retry.budget_ratio": BUDGET}, provenance=mark)
    else:
        silent = [link_id for link_id, attempts in links.items() if attempts == 1]
        facts = Facts(architecture, {})
        capped = [
            link_id
            for link_id, attempts in links.items()
            if attempts > 1 and facts.attempts(architecture.link_by_id[link_id]) > attempts
        ]
        if silent:
            architecture = set_attributes(architecture, silent, {"retry": "none"}, provenance=mark)
        if capped:
            architecture = set_attributes(architecture, capped, {"retry.max_attempts": KEPT}, provenance=mark)
    current = architecture.journey_by_id.get(journey.id) if journey else None
    if current is not None and None in plan.attempts and isinstance(current.client_retry, Retry):
        retry: Retry | str = "none"
        if budget:
            retry = replace(current.client_retry, budget_ratio=BUDGET)
        elif plan.attempts[None] > 1:
            retry = replace(current.client_retry, max_attempts=KEPT)
        architecture = put(architecture, replace(current, client_retry=retry))
    return architecture
