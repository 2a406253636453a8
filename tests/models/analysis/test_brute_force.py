"""Rules about paths against an oracle that walks every path of small random graphs without circles."""

from __future__ import annotations

import math
from collections.abc import Iterator

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from models.analysis import analyse, catalogue
from models.analysis.facts import Facts
from models.analysis.graph.chains import worst_chains
from models.analysis.graph.closures import closures
from models.analysis.graph.components import components
from models.analysis.graph.ways import ways_of
from models.architecture import Architecture
from tests.models.analysis.case_files import written_out

Edge = tuple[int, int, int]


@st.composite
def layered(draw: st.DrawFn) -> list[Edge]:
    """Calls from a lower to a higher number, with their attempts."""
    ends = st.tuples(st.integers(0, 5), st.integers(1, 6), st.integers(1, 4))
    return [(low, high, attempts) for low, high, attempts in draw(st.lists(ends, max_size=14)) if low < high]


def system(edges: list[Edge]) -> Architecture:
    links = {
        f"l{i}": {"is": f"sync s{low} s{high}", "retry": {"max_attempts": attempts}}
        for i, (low, high, attempts) in enumerate(edges)
    }
    return written_out({"elements": {f"s{i}": "service" for i in range(7)}, "links": links})


def paths(edges: list[Edge], start: int) -> Iterator[list[Edge]]:
    yield []
    for edge in edges:
        if edge[0] == start:
            for onward in paths(edges, edge[1]):
                yield [edge, *onward]


def entries(edges: list[Edge]) -> list[int]:
    return sorted({low for low, _, _ in edges} - {high for _, high, _ in edges})


@given(layered())
def test_the_longest_chain_is_the_longest_of_all_paths(edges: list[Edge]) -> None:
    facts = Facts(system(edges), catalogue())
    weights = [1.0] * len(edges)
    chains = worst_chains(facts, weights, ways_of(facts, weights))
    expected = {f"s{start}": max(map(len, paths(edges, start))) for start in entries(edges)}
    assert {chain.start: len(chain.heavy) for chain in chains} == expected


@given(layered())
def test_retry_amplification_is_the_greatest_product_of_all_paths(edges: list[Edge]) -> None:
    found = {one.id for one in analyse(system(edges)).findings if one.rule == "R05"}
    expected = {
        f"R05:s{start}"
        for start in entries(edges)
        if max(math.prod(edge[2] for edge in path) for path in paths(edges, start)) > 8
    }
    assert found == expected


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=14))
def test_a_closure_is_all_that_any_path_reaches(pairs: list[tuple[int, int]]) -> None:
    model = system([(low, high, 1) for low, high in pairs])
    closed = closures(Facts(model, catalogue()))
    for start in range(6):
        reached: set[int] = set()
        waiting = [start]
        while waiting:
            here = waiting.pop()
            for low, high in pairs:
                if low == here and high not in reached:
                    reached.add(high)
                    waiting.append(high)
        assert set(closed.unpack(closed.members(f"s{start}"))) == {f"s{i}" for i in reached - {start}}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=14))
def test_components_are_those_of_networkx_and_come_before_those_that_reach_them(pairs: list[tuple[int, int]]) -> None:
    successors: dict[str, list[str]] = {str(i): [] for i in range(6)}
    for low, high in pairs:
        successors[str(low)].append(str(high))
    place = {member: i for i, members in enumerate(components(successors)) for member in members}
    assert all(place[str(high)] <= place[str(low)] for low, high in pairs)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(successors)
    graph.add_edges_from((str(low), str(high)) for low, high in pairs)
    assert {frozenset(members) for members in components(successors)} == {
        frozenset(members) for members in nx.strongly_connected_components(graph)
    }
