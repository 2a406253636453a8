"""The file: same value in, same bytes out; what is read back is what was said."""

import json
from datetime import date

import pytest
from hypothesis import given

from models.architecture import (
    Architecture,
    Client,
    Diagram,
    Journey,
    Policy,
    Service,
    SyncLink,
    Waiver,
    replace,
)
from models.architecture.values import Exponential, MeanOnly
from models.formats.native import SCHEMA, dumps, loads
from tests.models.architecture.strategies import architectures

SHOP = Architecture(
    name="Music shop",
    elements=(
        Service(id="order", name="Order", work_ms=Exponential(exponential=MeanOnly(mean=20.0)), workers=8),
        Client(id="client", name="Customer"),
    ),
    links=(SyncLink(id="client-order", source="client", target="order", timeout_ms=250.5, tags=("hot", "paid")),),
    diagrams=(Diagram(id="main", positions={"order": (120.0, 80.0)}, bends={"client-order": ((1.0, 2.5),)}),),
)


def in_id_order(architecture: Architecture) -> Architecture:
    return replace(
        architecture,
        elements=tuple(sorted(architecture.elements, key=lambda element: element.id)),
        links=tuple(sorted(architecture.links, key=lambda link: link.id)),
    )


def test_a_model_is_written_as_the_design_shows_it() -> None:
    assert dumps(SHOP).decode() == (
        """{
  "$schema": "urn:loadpath:schema:1.0",
  "format": "loadpath/1.0",
  "name": "Music shop",
  "elements": [
    {
      "id": "client",
      "kind": "client",
      "name": "Customer"
    },
    {
      "id": "order",
      "kind": "service",
      "name": "Order",
      "workers": 8,
      "work_ms": {"exponential": {"mean": 20}}
    }
  ],
  "links": [
    {
      "id": "client-order",
      "source": "client",
      "target": "order",
      "style": "sync",
      "timeout_ms": 250.5,
      "tags": ["hot", "paid"]
    }
  ],
  "diagrams": [
    {
      "id": "main",
      "include": "*",
      "positions": {
        "order": [120, 80]
      },
      "bends": {
        "client-order": [[1, 2.5]]
      }
    }
  ]
}
"""
    )


@given(architecture=architectures())
def test_what_is_written_is_read_back_and_written_the_same(architecture: Architecture) -> None:
    data = dumps(architecture)
    loaded = loads(data)
    assert loaded.notes == ()
    assert loaded.architecture == in_id_order(architecture)
    assert dumps(loaded.architecture) == data
    assert data.endswith(b"}\n")
    assert json.loads(data)["$schema"] == SCHEMA


@given(architecture=architectures())
def test_the_order_of_elements_and_of_keys_does_not_show_in_the_file(architecture: Architecture) -> None:
    turned = replace(
        architecture,
        elements=architecture.elements[::-1],
        links=architecture.links[::-1],
        diagrams=tuple(
            replace(diagram, positions=dict(reversed(diagram.positions.items()))) for diagram in architecture.diagrams
        ),
    )
    assert dumps(turned) == dumps(architecture)


@given(architecture=architectures())
def test_what_nobody_said_is_never_written(architecture: Architecture) -> None:
    written = json.loads(dumps(architecture))
    for element in written.get("elements", []):
        element.pop("properties", None)
        assert not any(value is None or value == [] for value in element.values())
    assert not any(link.get("timeout_ms", 0) is None for link in written.get("links", []))


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (20.0, "20"),
        (0.0, "0"),
        (0.5, "0.5"),
        (1e300, "1e+300"),
        (1e15, "1000000000000000"),
        (1e16, "1e+16"),
        (123456789012345.0, "123456789012345"),
    ],
)
def test_a_whole_number_has_no_fraction(number: float, written: str) -> None:
    diagram = Diagram(id="main", positions={"a": (number, 7.0)})
    data = dumps(Architecture(elements=(Service(id="a"),), diagrams=(diagram,))).decode()
    assert f'"a": [{written}, 7]' in data


def test_any_script_is_written_as_it_is_read() -> None:
    data = dumps(Architecture(name="주문 – Größe 𝄞"))
    assert "주문 – Größe 𝄞" in data.decode()
    assert loads(data).architecture.name == "주문 – Größe 𝄞"


def test_what_is_said_is_written_even_when_it_equals_what_is_assumed() -> None:
    service = Service(id="order", instances=1, queue_limit="unlimited")
    link = SyncLink(id="call", source="order", target="order", timeout_ms="none", retry="none", probability=1.0)
    written = json.loads(dumps(Architecture(elements=(service,), links=(link,))))
    assert written["elements"][0] == {"id": "order", "kind": "service", "instances": 1, "queue_limit": "unlimited"}
    assert written["links"][0]["timeout_ms"] == "none"
    assert written["links"][0]["retry"] == "none"
    assert written["links"][0]["probability"] == 1


def test_false_and_zero_are_said() -> None:
    service = Service(id="order", stateless=False, startup_ms=0.0)
    written = json.loads(dumps(Architecture(elements=(service,))))["elements"][0]
    assert written["stateless"] is False
    assert written["startup_ms"] == 0


def test_steps_dates_and_settings_come_back() -> None:
    architecture = Architecture.model_validate(
        {
            "elements": [{"id": "order", "kind": "service"}, {"id": "orders", "kind": "datastore"}],
            "links": [{"id": "store", "source": "order", "target": "orders", "style": "shared_data"}],
            "journeys": [
                {
                    "id": "j",
                    "entry": "order",
                    "load": {"profile": [[0, 20], [60000, 20], [60001, 80]]},
                    "steps": [
                        {"link": "store", "calls": 2},
                        {"choice": [{"weight": 0.9, "steps": [{"link": "store"}]}, {"weight": 0.1}]},
                        {"work_ms": 5},
                    ],
                },
                {"id": "k", "entry": "order", "steps": [{"use": "j"}]},
            ],
            "scenarios": [{"id": "s", "set": {"order.workers": 40, "store.network_ms": {"exponential": {"mean": 2}}}}],
            "policy": {"waivers": [{"finding": "D01:orders", "until": "2027-03-01"}]},
        }
    )
    text = dumps(architecture).decode()
    assert loads(text.encode()).architecture == architecture
    assert '"profile": [[0, 20], [60000, 20], [60001, 80]]' in text
    assert '{"link": "store", "calls": 2}' in text
    assert '"store.network_ms": {"exponential": {"mean": 2}}' in text
    assert '"until": "2027-03-01"' in text
    assert architecture.policy == Policy(waivers=(Waiver(finding="D01:orders", until=date(2027, 3, 1)),))
    assert isinstance(architecture.journeys[0], Journey)


def test_what_a_team_keeps_for_itself_is_written_with_its_keys_sorted() -> None:
    one = Service(id="order", properties={"b": [1, {"y": 2, "x": None}], "a": "text"})
    other = Service(id="order", properties={"a": "text", "b": (1.0, {"x": None, "y": 2})})
    assert one == other
    assert dumps(Architecture(elements=(one,))) == dumps(Architecture(elements=(other,)))
    assert '"b": [1, {"x": null, "y": 2}]' in dumps(Architecture(elements=(one,))).decode()


@pytest.mark.parametrize("value", [float("nan"), object(), {1: 2}, "\ud800", {"a": "\udfff"}])
def test_what_json_cannot_say_is_refused_as_a_property(value: object) -> None:
    with pytest.raises(ValueError, match="kept in a file"):
        Service(id="order", properties={"a": value})


def test_whoever_writes_is_asked_before_each_element_and_link_and_can_end_it() -> None:
    architecture = Architecture(
        elements=(Service(id="a"), Service(id="b")), links=(SyncLink(id="a-b", source="a", target="b"),)
    )
    asked: list[None] = []
    assert dumps(architecture, lambda: asked.append(None)) == dumps(architecture)
    assert len(asked) == 3

    def stop() -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        dumps(architecture, stop)
