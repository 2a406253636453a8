"""uTOSCA models become ours, and we find what the analyser of their authors finds, edge by edge."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.analysis import analyse
from models.architecture import Architecture
from models.formats.foreign import SourceError
from models.formats.importers import importers

CORPUS = Path(__file__).parents[5].parent / "shared" / "corpus" / "microtosca"
NAMES = ("helloworld", "sockshop")
IMPORTER = next(one for one in importers() if one.id == "microtosca")
SMALL = """
tosca_definitions_version: micro_tosca_yaml_1.1
topology_template:
  node_templates:
    shop:
      type: micro.nodes.Service
      requirements:
      - interaction: {node: pay, relationship: tcd}
      - interaction: {node: pay, relationship: {type: micro.relationships.InteractsWith, properties: {timeout: false}}}
      - interaction: events
      - interaction: ghost
      - run_on: box
    pay: {type: micro.nodes.Service, requirements: [{run_on: box}, {interaction: data}]}
    data: {type: micro.nodes.Datastore}
    events: {type: micro.nodes.MessageBroker}
    box: {type: micro.nodes.Compute}
    odd: {type: micro.nodes.Teapot}
  groups:
    edge: {type: micro.groups.Edge, members: [shop]}
    blue: {type: micro.groups.Team, members: [shop]}
  relationship_templates:
    tcd: {type: x, properties: {timeout: true, circuit_breaker: true, dynamic_discovery: true}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.yml"
    path.write_text(SMALL, "utf-8")
    return path


def test_a_small_model_is_read_with_what_it_says_and_no_more(small: Path) -> None:
    assert IMPORTER.recognise((small,))
    imported = IMPORTER.read((small,))
    model = imported.architecture
    kinds = {element.id: element.kind for element in model.elements}
    assert kinds == {
        "shop": "service",
        "pay": "service",
        "data": "datastore",
        "events": "queue",
        "box": "group",
        "outside": "client",
    }
    first, second = model.link_by_id["shop-pay"], model.link_by_id["shop-pay-2"]
    assert first.style == second.style == "sync"
    assert first.timeout_ms == 1000.0
    assert first.provenance["timeout_ms"].from_ == "guess"
    assert first.circuit_breaker is not None
    assert first.discovery == "dynamic"
    assert second.timeout_ms == "none"
    assert second.circuit_breaker is None
    assert second.discovery == "static"
    assert model.element_by_id["shop"].owner == "blue"
    assert model.element_by_id["shop"].groups == ("box",)
    assert model.element_by_id["pay"].groups == ("box",)
    left_out = " ".join(map(str, imported.left_out))
    assert "ghost" in left_out
    assert "Teapot" in left_out


@pytest.mark.parametrize(
    "text", ["", "a: [", "[]", "topology_template: 3", "topology_template: {node_templates: [micro.nodes.Service]}"]
)
def test_what_is_no_topology_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError, match="No uTOSCA topology"):
        IMPORTER.read((path,))


def test_a_name_that_stands_twice_is_told_and_not_half_read(tmp_path: Path) -> None:
    nodes = "    s: {type: micro.nodes.Service}\n    s: {type: micro.nodes.Datastore}\n"
    text = "tosca_definitions_version: micro_tosca_v_1_0\ntopology_template:\n  node_templates:\n" + nodes
    (tmp_path / "twice.yml").write_text(text, "utf-8")
    with pytest.raises(SourceError, match='line 5: "s" stands twice'):
        IMPORTER.read((tmp_path / "twice.yml",))


def test_odd_shapes_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "x.yml"
    odd = "{type: micro.nodes.Service, requirements: {interaction: [1, {node: [2]}], run_on: {node: a}}}"
    text = f"topology_template: {{node_templates: {{a: {odd}, b: [], c: ~}}, groups: [1], relationship_templates: 7}}"
    path.write_text(text, "utf-8")
    assert [element.id for element in IMPORTER.read((path,)).architecture.elements] == ["a"]


def corpus(name: str) -> tuple[Architecture, dict[str, Any]]:
    folder = CORPUS / name
    if not folder.is_dir():
        pytest.skip("the corpus of foreign models is not there")
    expected = json.loads((folder / "expected-smells.json").read_text("utf-8"))
    return IMPORTER.read((folder / f"{name}.yml",)).architecture, expected


def smells(expected: dict[str, Any], smell: str) -> Iterator[dict[str, Any]]:
    for found in (*expected["smells"]["nodes"], *expected["smells"]["groups"]):
        if found["smell"] == smell:
            yield found


def edges(expected: dict[str, Any], smell: str) -> set[str]:
    return {link for found in smells(expected, smell) for link in found["because_of_links"]}


def ours(model: Architecture, rule: str) -> set[str]:
    """Links that the findings of a rule blame, as source->target."""
    links = {link for one in analyse(model).each if one.rule == rule for link in one.links}
    return {f"{model.link_by_id[link].source}->{model.link_by_id[link].target}" for link in links}


def routers(model: Architecture) -> set[str]:
    """What is no service to the authors: routers, and the client that we draw for their edge group."""
    return {one.id for one in model.elements if one.kind == "client" or getattr(one, "role", None) == "gateway"}


@pytest.mark.parametrize("name", NAMES)
def test_wobbly_interactions_are_our_missing_timeouts_without_a_breaker(name: str) -> None:
    """Differences: they forgive a missing timeout behind a breaker, and judge neither routers nor uses of stores.

    Their circuit breaker is our R02 only where it is said to be absent and the callee serves two journeys: nothing in
    these models says so, and R02 stays silent.
    """
    model, expected = corpus(name)
    found = {
        f"{link.source}->{link.target}"
        for one in analyse(model).each
        if one.rule == "R01"
        for link in (model.link_by_id[one.links[0]],)
        if link.style == "sync" and link.circuit_breaker in (None, "none") and link.source not in routers(model)
    }
    assert found == edges(expected, "Wobbly-service-interaction")
    assert ours(model, "R02") == set()


@pytest.mark.parametrize("name", NAMES)
def test_endpoint_based_interactions_are_our_fixed_endpoints(name: str) -> None:
    """No difference: routers are told addresses, so the import says nothing of how they find what they call."""
    model, expected = corpus(name)
    assert ours(model, "G03") == edges(expected, "Endpoint-based-service-interaction")


@pytest.mark.parametrize("name", NAMES)
def test_shared_persistency_is_our_shared_database(name: str) -> None:
    """No difference; that all users write is a guess of the import, and our finding says so."""
    model, expected = corpus(name)
    assert ours(model, "D01") == edges(expected, "Shared-persistency")
    assert {one.grade for one in analyse(model).each if one.rule == "D01"} <= {"assumed"}


@pytest.mark.parametrize("name", NAMES)
def test_edges_without_a_gateway_are_our_missing_gateway(name: str) -> None:
    """Difference: to them one service at the edge without a router is enough, to us two."""
    model, expected = corpus(name)
    theirs = {node for found in smells(expected, "No-api-gateway") for node in found["because_of_nodes"]}
    services = {end.partition("->")[2] for end in ours(model, "G01")}
    assert services == (theirs if len(theirs) > 1 else set())


def test_what_is_not_understood_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "shop.yml"
    file.write_text(
        """
description: A shop
topology_template:
  node_templates:
    shop:
      type: micro.nodes.Service
      replicas: 3
      requirements:
        - interaction:
            node: pay
            retries: 2
            relationship: {type: micro.relationships.InteractsWith, properties: {timeout: 500, breaker: true}}
    pay: {type: micro.nodes.Service, replicas: 2}
""",
        "utf-8",
    )
    imported = IMPORTER.read((file,))
    assert [str(text) for text in imported.left_out] == [
        "shop.yml, shop - pay: timeout is neither true nor false",
        'shop.yml, shop: "replicas" is not understood, also elsewhere (1)',
        'shop.yml, shop - pay: "retries" is not understood',
        'shop.yml, shop - pay: "breaker" is not understood',
        "Members that the model has no place for: description (1)",
    ]
    assert getattr(imported.architecture.link_by_id["shop-pay"], "timeout_ms", 0) is None
