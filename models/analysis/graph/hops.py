"""How many remote calls stand one behind the other before and after each element, in the graph of synchronous calls."""

from __future__ import annotations

from collections.abc import Iterator

from models.analysis.facts import Facts


def hops_below(facts: Facts) -> list[int]:
    """Shared fact: for each of `facts.sync_components` the most calls in a chain from it on; circles count once."""
    found: list[int] = []
    for here in range(len(facts.sync_components)):
        found.append(max([found[index] + hops for index, hops in _onward(facts, here)], default=0))
    return found


def hops_above(facts: Facts) -> list[int]:
    """Shared fact: for each of `facts.sync_components` the most calls in a chain that leads to it."""
    found = [0] * len(facts.sync_components)
    for here in range(len(found) - 1, -1, -1):
        for index, hops in _onward(facts, here):
            found[index] = max(found[index], found[here] + hops)
    return found


def _onward(facts: Facts, here: int) -> Iterator[tuple[int, int]]:
    """The components that one calls, which stand before it, and 1, or 0 for a call within a process."""
    for member in facts.sync_components[here]:
        for link in facts.sync_from[member]:
            if facts.component_of[link.target] != here:
                yield facts.component_of[link.target], int(facts.remote(link))
