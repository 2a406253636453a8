"""What rules ask of an architecture, compared with the plain way to find it."""

from random import Random
from typing import Any

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from models.analysis import catalogue
from models.analysis.facts import Facts
from models.architecture import said
from tests.models.analysis.case_files import written_out
from tests.models.analysis.flawed import flawed

SEEDS = st.integers(0, 10**9)
SERVICES = 7


def _waiting(seed: int) -> Facts:
    """Services that call each other, or send messages and wait for the replies, in circles large and small."""
    dice = Random(seed)
    links: dict[str, Any] = {}
    for i in range(dice.randint(2, 14)):
        way = f"s{dice.randrange(SERVICES)} s{dice.randrange(SERVICES)}"
        links[f"l{i}"] = dice.choice([{"is": f"sync {way}"}, {"is": f"async {way}", "awaited": True}])
    return Facts(written_out({"elements": {f"s{i}": "service" for i in range(SERVICES)}, "links": links}), catalogue())


@given(SEEDS)
def test_circles_of_calls_are_found_within_circles_of_what_is_needed(seed: int) -> None:
    facts = _waiting(seed)
    calls: nx.DiGraph[str] = nx.DiGraph()
    calls.add_nodes_from(facts.kind)
    calls.add_edges_from([(source, target) for _, source, target in facts.all_calls])
    assert sorted(facts.sync_components) == sorted(map(sorted, nx.strongly_connected_components(calls)))
    for source, target in calls.edges:
        assert facts.component_of[target] <= facts.component_of[source]


@given(SEEDS)
def test_what_parts_say_is_found_as_if_each_were_asked(seed: int) -> None:
    architecture = flawed(seed)
    facts = Facts(architecture, catalogue())
    elements = sorted(architecture.elements, key=lambda element: element.id)
    for attribute in ("work_ms", "role", "owner", "groups", "tags", "name"):
        each = {element.id: getattr(element, attribute, None) for element in elements}
        assert facts.elements_stating(attribute) == {one: v for one, v in each.items() if v is not None and v != ()}
    for attribute in ("timeout_ms", "retry", "retry.max_attempts", "published_with", "delivery.guarantee"):
        told = {link.id: said(architecture, link, attribute) for link in facts.links}
        assert facts.stating(attribute) == {one: value for one, value in told.items() if value is not None}
