"""Worst chains through circles of calls against every path that comes by nobody twice: never more, seldom less."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.analysis import analyse, catalogue
from models.analysis.facts import Facts
from models.analysis.fixes.retry_plans import retry_ways, retry_weights
from models.analysis.graph.chains import Chain, longest_chains, worst_chains
from models.analysis.views.amplification import Amplification, amplification
from models.architecture import Architecture
from tests.models.analysis.case_files import written_out

Edge = tuple[int, int, int]
SERVICES = 7
edges_of_graphs = st.lists(
    st.tuples(st.integers(0, SERVICES - 1), st.integers(0, SERVICES - 1), st.sampled_from([1, 1, 2, 3])), max_size=13
)
INTO_A_CIRCLE: list[Edge] = [(0, 1, 3), (1, 2, 3), (2, 3, 3), (3, 4, 3), (4, 2, 1)]
"""Calls in a row, of which the last ones also lead back."""


def system(edges: list[Edge]) -> Architecture:
    links = {
        f"l{i}": {"is": f"sync s{low} s{high}", "retry": {"max_attempts": attempts}}
        for i, (low, high, attempts) in enumerate(edges)
    }
    highest = max([SERVICES - 1, *(max(low, high) for low, high, _ in edges)])
    return written_out({"elements": {f"s{i}": "service" for i in range(highest + 1)}, "links": links})


def simple_paths(edges: list[Edge], start: int, passed: tuple[int, ...] = ()) -> Iterator[list[Edge]]:
    """All paths that come by no service twice."""
    yield []
    for edge in edges:
        if edge[0] == start and edge[1] not in (start, *passed):
            for rest in simple_paths(edges, edge[1], (*passed, start)):
                yield [edge, *rest]


def leads_to(edges: list[Edge], start: int) -> set[int]:
    """Where some path of one call or more leads."""
    found: set[int] = set()
    while more := {high for low, high, _ in edges if low == start or low in found} - found:
        found |= more
    return found


def entries(edges: list[Edge]) -> set[int]:
    return {low for low, _, _ in edges} - {high for _, high, _ in edges}


def product(path: list[Edge]) -> int:
    return math.prod(attempts for _, _, attempts in path)


def followed(edges: list[Edge], chain: Chain) -> list[Edge]:
    """The calls of a chain, each of which begins where the last one led, and none to where it has been."""
    path = [edges[int(link_id[1:])] for link_id in chain.path[1::2]]
    names = [f"s{service}" for edge in path for service in edge[:2]]
    assert [chain.path[0], *chain.path[2::2]] == [chain.start, *names[1::2]]
    assert names[::2] == list(chain.path[:-1:2])
    assert len(set(chain.path[::2])) == len(chain.path[::2])
    return path


@given(edges_of_graphs)
@example(INTO_A_CIRCLE)
def test_the_longest_chain_told_is_a_path_and_reaches_as_far_as_any_shortest_way(edges: list[Edge]) -> None:
    chains = {int(chain.start[1:]): chain for chain in Facts(system(edges), catalogue()).once(longest_chains)}
    assert set(chains) == entries(edges)
    for start, chain in chains.items():
        told = len(followed(edges, chain))
        ways = list(simple_paths(edges, start))
        shortest: dict[int, int] = {}
        for way in sorted(ways, key=len):
            shortest.setdefault(way[-1][1] if way else start, len(way))
        assert max(shortest.values()) <= told <= max(map(len, ways))
        if not any(one in leads_to(edges, one) for one in leads_to(edges, start)):
            assert told == max(map(len, ways))


@given(edges_of_graphs)
@example(INTO_A_CIRCLE)
def test_the_amplification_told_is_that_of_a_path_and_no_less_than_outside_circles(edges: list[Edge]) -> None:
    facts = Facts(system(edges), catalogue())
    for chain in worst_chains(facts, facts.once(retry_weights), facts.once(retry_ways)):
        start, told = int(chain.start[1:]), product(followed(edges, chain))
        ways = list(simple_paths(edges, start))
        outside = [[edge for edge in way if edge[0] not in leads_to(edges, edge[1])] for way in ways]
        assert max(map(product, outside)) <= told <= max(map(product, ways))
        if outside == ways:
            assert told == max(map(product, ways))


def test_a_chain_is_told_though_its_end_calls_back_into_it() -> None:
    found = {one.id: one for one in analyse(system(INTO_A_CIRCLE)).each}
    assert {"T02:s0", "R05:s0", "T04:s2"} <= set(found)
    assert found["T02:s0"].path == found["R05:s0"].path == ("s0", "l0", "s1", "l1", "s2", "l2", "s3", "l3", "s4")
    assert "81 calls" in str(found["R05:s0"].message)
    assert amplification(Facts(system(INTO_A_CIRCLE), catalogue()))["l3"] == Amplification("l3", 81.0, "s0")
    assert found["T02:s0"].cause == found["R05:s0"].cause == "T04:s2"


@pytest.mark.parametrize("size", [4, 16, 17, 40])
@pytest.mark.parametrize("entrance", [0, 1, 3])
def test_a_ring_is_followed_whatever_its_size_and_wherever_it_is_entered(size: int, entrance: int) -> None:
    """A large one at least to its first member, by which its ways are ordered."""
    ring = [(i, (i + 1) % size, 1) for i in range(size)]
    (chain,) = Facts(system([*ring, (size, entrance, 1)]), catalogue()).once(longest_chains)
    most = size if size <= 16 or entrance == 0 else 1 + size - entrance
    assert len(chain.heavy) == most


def test_a_large_circle_is_left_by_the_heaviest_way_out() -> None:
    ring = [(i, (i + 1) % 20, 1) for i in range(20)]
    tail = [(5, 21, 1), (9, 22, 3), (22, 23, 3), (23, 24, 3)]
    facts = Facts(system([(20, 3, 1), *ring, *tail]), catalogue())
    (chain,) = worst_chains(facts, facts.once(retry_weights), facts.once(retry_ways))
    assert chain.path[-1] == "s24"
    assert len(chain.path[1::2]) == 1 + 6 + 3
