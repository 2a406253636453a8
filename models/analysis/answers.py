"""How long an answer may take: an upper bound on its quantiles, nested calls included.

Quantiles are never added: with n random parts, the sum of their quantiles at 1 - (1 - q) / n bounds the quantile q of
the whole (union bound). Queueing is left out; what nobody said comes from the assumptions table.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from models.analysis.facts import Facts
from models.architecture import Link, assumed, quantile_of
from models.architecture.graph import blocking_links
from models.architecture.values import AnyDistribution

_MOST_PARTS = 1 << 20


def p99_of(facts: Facts, link: Link) -> float:
    """Upper bound in ms on the 99th percentile of what the source of a link waits for, network both ways included."""
    parts = facts.once(part_counts)[link.target] + 1
    return _network(facts, link, _share(parts)) + answers(facts, parts)[link.target]


def part_counts(facts: Facts) -> dict[str, int]:
    """Shared fact: element id -> number of random times in its whole answer."""
    counts: dict[str, int] = {}
    for index, members in enumerate(facts.sync_components):
        for member in members:
            inner = sum(
                max(1, math.ceil(_calls(facts, link))) * (1 + counts.get(link.target, 1))
                for link in _waits_of(facts, member)
                if facts.component_of[link.target] != index
            )
            counts[member] = min(1 + inner, _MOST_PARTS)
    return counts


def answers(facts: Facts, parts: int) -> dict[str, float]:
    """Element id -> bound in ms on its own work and all it waits for, good for the 99% of a sum of `parts` times."""
    level = 1 << max(0, parts - 1).bit_length()
    levels = facts.once(_levels)
    if level not in levels:
        levels[level] = _worked_out(facts, _share(level))
    return levels[level]


def _levels(_facts: Facts) -> dict[int, dict[str, float]]:
    return {}


def _share(parts: int) -> float:
    return 1.0 - 0.01 / (1 << max(0, parts - 1).bit_length())


class _Use(NamedTuple):
    """One link on which an element waits; `most_ms` is what its timeouts allow."""

    target: str
    way: AnyDistribution | None
    calls: float
    most_ms: float
    beside: bool


def _uses(facts: Facts) -> list[tuple[str, AnyDistribution | None, list[_Use]]]:
    """Shared fact: every element with its work and what it waits for, callees before callers; circles left out."""
    found = []
    elements = facts.architecture.element_by_id
    for index, members in enumerate(facts.sync_components):
        for member in members:
            uses = []
            for link in _waits_of(facts, member):
                if facts.component_of[link.target] != index:
                    calls, limit = max(1.0, _calls(facts, link)), facts.said(link, "timeout_ms")
                    most = limit * facts.attempts(link) * calls if isinstance(limit, int | float) else math.inf
                    beside = facts.said(link, "parallel_with_previous") is True
                    uses.append(_Use(link.target, _way(facts, link), calls, most, beside))
            work = elements[member].__dict__.get("work_ms")
            found.append((member, assumed(elements[member], "work_ms") if work is None else work, uses))
    return found


def _worked_out(facts: Facts, share: float) -> dict[str, float]:
    found: dict[str, float] = {}
    known: dict[int, float] = {}

    def quantile(distribution: AnyDistribution | None) -> float:
        if distribution is None:
            return 0.0
        value = known.get(id(distribution))
        if value is None:
            value = known[id(distribution)] = quantile_of(distribution, share)
        return value

    for member, work, uses in facts.once(_uses):
        total, widest = quantile(work), 0.0
        for use in uses:
            time = (2.0 * quantile(use.way) + found.get(use.target, 0.0)) * use.calls
            time = min(time, use.most_ms)
            if use.beside:
                widest = max(widest, time)
            else:
                total, widest = total + widest, time
        found[member] = total + widest
    return found


def _waits_of(facts: Facts, element_id: str) -> list[Link]:
    return facts.once(_waits).get(element_id, [])


def _waits(facts: Facts) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in blocking_links(facts.architecture):
        if link.style != "shared_data" or facts.said(link, "poll_interval_ms") is None:
            found.setdefault(link.source, []).append(link)
    return found


def _way(facts: Facts, link: Link) -> AnyDistribution | None:
    """The time on the way in one direction, assumed where nobody said; None within a process."""
    if not facts.remote(link):
        return None
    delay: AnyDistribution | None = facts.said(link, "network_ms")
    return assumed(link, "network_ms") if delay is None else delay


def _network(facts: Facts, link: Link, share: float) -> float:
    way = _way(facts, link)
    return 0.0 if way is None else 2.0 * quantile_of(way, share)


def _calls(facts: Facts, link: Link) -> float:
    calls = facts.said(link, "calls_per_request")
    return 1.0 if calls is None else float(calls)
