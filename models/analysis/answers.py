"""How long an answer may take: an upper bound on its quantiles, nested calls included.

Quantiles are never added: with n random parts, the sum of their quantiles at 1 - (1 - q) / n bounds the quantile q of
the whole (union bound). Queueing is left out; what nobody said comes from the assumptions table.
"""

from __future__ import annotations

import math

from models.analysis.facts import Facts
from models.architecture import Link, assumed, quantile_of
from models.architecture.graph import blocking_links

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


def _worked_out(facts: Facts, share: float) -> dict[str, float]:
    found: dict[str, float] = {}
    for index, members in enumerate(facts.sync_components):
        for member in members:
            total, widest = _work(facts, member, share), 0.0
            for link in _waits_of(facts, member):
                if facts.component_of[link.target] == index:
                    continue
                time = _network(facts, link, share) + found.get(link.target, 0.0)
                time *= max(1.0, _calls(facts, link))
                limit = facts.said(link, "timeout_ms")
                if isinstance(limit, int | float):
                    time = min(time, limit * facts.attempts(link) * max(1.0, _calls(facts, link)))
                if facts.said(link, "parallel_with_previous") is True:
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


def _work(facts: Facts, element_id: str, share: float) -> float:
    element = facts.architecture.element_by_id[element_id]
    work = element.__dict__.get("work_ms")
    if work is None:
        work = assumed(element, "work_ms")
    return 0.0 if work is None else quantile_of(work, share)


def _network(facts: Facts, link: Link, share: float) -> float:
    if not facts.remote(link):
        return 0.0
    delay = facts.said(link, "network_ms")
    if delay is None:
        delay = assumed(link, "network_ms")
    return 0.0 if delay is None else 2.0 * quantile_of(delay, share)


def _calls(facts: Facts, link: Link) -> float:
    calls = facts.said(link, "calls_per_request")
    return 1.0 if calls is None else float(calls)
