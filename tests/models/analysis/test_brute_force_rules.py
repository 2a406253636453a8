"""Whole rules against the plainest way to say what they mean, on small random graphs with circles."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from models.analysis import Finding, analyse
from models.architecture import Architecture
from tests.models.analysis.case_files import written_out

Pair = tuple[int, int]
SERVICES = 7
pairs = st.lists(st.tuples(st.integers(0, SERVICES - 1), st.integers(0, SERVICES - 1)), max_size=14)


def services(edges: list[Pair]) -> Architecture:
    links = {f"l{i}": f"sync s{low} s{high}" for i, (low, high) in enumerate(edges)}
    return written_out({"elements": {f"s{i}": "service" for i in range(SERVICES)}, "links": links})


def findings(model: Architecture, rule: str) -> dict[str, Finding]:
    return {one.id.partition(":")[2]: one for one in analyse(model).each if one.rule == rule}


def reached(edges: list[Pair], start: int) -> set[int]:
    """All that some path of one link or more leads to."""
    found: set[int] = set()
    while more := {high for low, high in edges if low == start or low in found} - found:
        found |= more
    return found


def simple_paths(edges: list[Pair], start: int, passed: tuple[int, ...] = ()) -> Iterator[int]:
    """Lengths of all paths that come by no element twice."""
    yield 0
    for low, high in edges:
        if low == start and high != start and high not in passed:
            for rest in simple_paths(edges, high, (*passed, start)):
                yield 1 + rest


@given(pairs)
def test_temporal_coupling_counts_all_that_any_path_reaches(edges: list[Pair]) -> None:
    counts = {f"s{start}": len(reached(edges, start) - {start}) for start in range(SERVICES)}
    expected = {
        service: "error" if count >= 7 else "warning" if count >= 4 else "info"
        for service, count in counts.items()
        if count >= 2
    }
    found = findings(services(edges), "T01")
    assert {service: one.severity for service, one in found.items()} == expected
    for service, one in found.items():
        assert set(one.elements[1:]) == {f"s{i}" for i in reached(edges, int(service[1:]))} - {service}


@given(pairs)
def test_synchronous_cycles_are_sets_that_all_reach_each_other(edges: list[Pair]) -> None:
    circles = {
        frozenset(other for other in reached(edges, one) if one in reached(edges, other))
        for one in range(SERVICES)
        if one in reached(edges, one)
    }
    found = findings(services(edges), "T04")
    assert {frozenset(one.elements) for one in found.values()} == {frozenset(f"s{i}" for i in c) for c in circles}
    assert set(found) == {min(f"s{i}" for i in circle) for circle in circles}


@given(pairs)
def test_a_synchronous_chain_is_the_longest_of_all_paths(drawn: list[Pair]) -> None:
    edges = [(min(pair), max(pair)) for pair in drawn if pair[0] != pair[1]]
    longest = {
        f"s{start}": max(simple_paths(edges, start))
        for start in {low for low, _ in edges} - {high for _, high in edges}
    }
    expected = {start: "error" if hops >= 5 else "warning" for start, hops in longest.items() if hops >= 3}
    found = findings(services(edges), "T02")
    assert {start: one.severity for start, one in found.items()} == expected
    assert all(len(one.links) == longest[start] for start, one in found.items())


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 4)), max_size=10), st.sets(st.integers(0, 4)))
def test_a_gateway_is_missing_where_a_client_calls_two_services(calls: list[Pair], doors: set[int]) -> None:
    elements: dict[str, object] = {f"c{i}": "client" for i in range(3)}
    elements |= {f"s{i}": {"is": "service", "role": "gateway" if i in doors else "service"} for i in range(5)}
    links = {f"l{i}": f"sync c{client} s{service}" for i, (client, service) in enumerate(calls)}
    found = findings(written_out({"elements": elements, "links": links}), "G01")
    called = {f"c{i}": {service for client, service in calls if client == i} - doors for i in range(3)}
    assert set(found) == {client for client, targets in called.items() if len(targets) >= 2}


USE = st.tuples(st.integers(0, 4), st.integers(0, 1), st.sampled_from(["read", "write", "read_write"]))


@given(st.lists(USE, max_size=8))
def test_a_database_is_shared_when_one_writes_what_another_uses(uses: list[tuple[int, int, str]]) -> None:
    elements: dict[str, object] = {f"s{i}": "service" for i in range(5)}
    elements |= {f"d{i}": {"is": "datastore", "store": "relational"} for i in range(2)}
    links = {
        f"l{i}": {"is": f"shared_data s{service} d{store}", "access": access}
        for i, (service, store, access) in enumerate(uses)
    }
    expected = {}
    for store in range(2):
        users = {service for service, where, _ in uses if where == store}
        writers = {service for service, where, access in uses if where == store and access != "read"}
        if writers and len(users) > 1:
            expected[f"d{store}"] = "error" if len(writers) > 1 else "warning"
    found = findings(written_out({"elements": elements, "links": links}), "D01")
    assert {store: one.severity for store, one in found.items()} == expected


@given(pairs, pairs)
def test_findings_keep_their_ids_and_words_when_an_unrelated_part_is_added(
    edges: list[Pair], others: list[Pair]
) -> None:
    model = services(edges)
    links = {f"a{i}": f"sync x{low} x{high}" for i, (low, high) in enumerate(others)}
    more = written_out({"elements": {f"x{i}": "service" for i in range(SERVICES)}, "links": links})
    both = Architecture(elements=(*more.elements, *model.elements), links=(*more.links, *model.links))
    before = {one.id: str(one.message) for one in analyse(model).each if one.rule not in ("G04", "U01")}
    after = {one.id: str(one.message) for one in analyse(both).each}
    assert {one: after.get(one) for one in before} == before
