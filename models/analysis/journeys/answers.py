"""How long an answer may take: an upper bound on its quantiles, nested calls included.

Quantiles are never added: with n random parts, the sum of their quantiles at 1 - (1 - q) / n bounds the quantile q of
the whole (union bound). Queueing is left out; what nobody said comes from the assumptions table.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from models.analysis.facts import Facts
from models.analysis.graph.components import components
from models.analysis.messages.replies import asked_queues
from models.architecture import Link, assumed, quantile_of
from models.architecture.graph import blocking_links
from models.architecture.values import AnyDistribution

_MOST_PARTS = 1 << 20


def p99_of(facts: Facts, link: Link) -> float:
    """Upper bound in ms on the 99th percentile of what the source of a link waits for, network both ways included.

    A request that goes into a queue is answered by whoever takes it from there.
    """
    known = facts.once(_p99s)
    found = known.get(link.id)
    if found is None:
        taken = facts.architecture.links_from[link.target] if facts.kind[link.target] == "queue" else ()
        ways: list[tuple[Link, ...]] = [(link, onward) for onward in taken] or [(link,)]
        found = known[link.id] = max(_p99_along(facts, way) for way in ways)
    return found


def _p99_along(facts: Facts, way: Sequence[Link]) -> float:
    parts = facts.once(part_counts)[way[-1].target] + len(way)
    share = _share(parts)
    return sum(_network(facts, link, share) for link in way) + answer_ms(facts, way[-1].target, parts)


def _p99s(_facts: Facts) -> dict[str, float]:
    """Link id -> its `p99_of`, once asked for: fixes ask again and again."""
    return {}


def part_counts(facts: Facts) -> dict[str, int]:
    """Shared fact: element id -> number of random times in its whole answer."""
    counts: dict[str, int] = {}
    asked = facts.once(asked_queues)
    for members in facts.once(_groups):
        group = set(members)
        for member in members:
            inner = [
                max(1, math.ceil(_calls(facts, link))) * (1 + counts.get(link.target, 1))
                for link in _waits_of(facts, member)
                if link.target not in group
            ]
            parts = max(inner, default=0) if member in asked else 1 + sum(inner)
            counts[member] = min(parts, _MOST_PARTS)
    return counts


def answer_ms(facts: Facts, element_id: str, parts: int) -> float:
    """Bound in ms on an element's work and all it waits for, good for the 99% of a sum of `parts` times."""
    share = _share(parts)
    levels = facts.once(_levels)
    if share not in levels:
        quantiles = [quantile_of(time, share) for time in facts.once(_uses).times]
        levels[share] = _Level([*quantiles, 0.0], {})
    level = levels[share]
    if element_id not in level.answers:
        _work_out(facts.once(_uses), level, element_id)
    return level.answers[element_id]


class _Level(NamedTuple):
    """What is known at one share: the quantiles of `_Uses.times`, and the answers of elements asked for so far."""

    quantiles: list[float]
    answers: dict[str, float]


def _levels(_facts: Facts) -> dict[float, _Level]:
    return {}


def _share(parts: int) -> float:
    return 1.0 - 0.01 / (1 << max(0, parts - 1).bit_length())


class _Use(NamedTuple):
    """One link on which an element waits; `most_ms` is what its timeouts allow, `way` a place in `_Uses.times`.

    A request in a queue is taken by one of several, whose longest answer counts: they stand beside each other.
    """

    target: str
    way: int
    calls: float
    most_ms: float
    beside: bool


class _Uses(NamedTuple):
    """Element id -> the place of its work in `times`, and what it waits for."""

    elements: dict[str, tuple[int, list[_Use]]]
    times: list[AnyDistribution]


def _uses(facts: Facts) -> _Uses:
    """Shared fact: what every element waits for, of elements that come before it; calls within circles left out."""
    places: dict[int, int] = {}
    found = _Uses({}, [])

    def place(time: AnyDistribution | None) -> int:
        """Equal objects, as assumptions are, share a place; nothing has the last one."""
        if time is None:
            return -1
        if id(time) not in places:
            places[id(time)] = len(found.times)
            found.times.append(time)
        return places[id(time)]

    elements, asked = facts.architecture.element_by_id, facts.once(asked_queues)
    for members in facts.once(_groups):
        group = set(members)
        for member in members:
            uses = []
            for link in _waits_of(facts, member):
                if link.target not in group:
                    calls, most, beside = 1.0, math.inf, True
                    if member not in asked:
                        calls, limit = max(1.0, _calls(facts, link)), facts.said(link, "timeout_ms")
                        most = limit * facts.attempts(link) * calls if isinstance(limit, int | float) else math.inf
                        beside = facts.said(link, "parallel_with_previous") is True
                    uses.append(_Use(link.target, place(_way(facts, link)), calls, most, beside))
            work = elements[member].__dict__.get("work_ms")
            found.elements[member] = place(assumed(elements[member], "work_ms") if work is None else work), uses
    return found


def _work_out(uses_of: _Uses, level: _Level, element_id: str) -> None:
    """Its answer, after the answers of all it waits for."""
    quantiles, answers = level
    waiting = [element_id]
    while waiting:
        here = waiting[-1]
        work, uses = uses_of.elements[here]
        before = [use.target for use in uses if use.target not in answers]
        if before:
            waiting += before
            continue
        waiting.pop()
        total, widest = quantiles[work], 0.0
        for target, way, calls, most, beside in uses:
            time = min((2.0 * quantiles[way] + answers[target]) * calls, most)
            if beside:
                widest = max(widest, time)
            else:
                total, widest = total + widest, time
        answers[here] = total + widest


def _waits_of(facts: Facts, element_id: str) -> list[Link]:
    return facts.once(_waits).get(element_id, [])


def _waits(facts: Facts) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for link in blocking_links(facts.architecture):
        if link.style != "shared_data" or facts.said(link, "poll_interval_ms") is None:
            found.setdefault(link.source, []).append(link)
    return {**found, **facts.once(asked_queues)}


def _groups(facts: Facts) -> list[list[str]]:
    """Shared fact: the elements in groups, mostly of one, that wait for each other; who is waited for comes before."""
    waits_of = facts.once(_waits)
    leaves = [[element_id] for element_id in sorted(facts.kind) if element_id not in waits_of]
    if all(link.style == "sync" or link.target not in waits_of for links in waits_of.values() for link in links):
        return [*leaves, *(members for members in facts.sync_components if members[0] in waits_of)]
    return components({here: [link.target for link in waits_of.get(here, ())] for here in sorted(facts.kind)})


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
