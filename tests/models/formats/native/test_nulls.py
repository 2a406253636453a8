"""`null` anywhere in a file means what an absent field means."""

import json
from pathlib import Path
from typing import Any

import pytest

from models import resources
from models.architecture import Architecture
from models.architecture.base import Frozen
from models.formats import native

SMALL = {
    "format": "loadpath/1.0",
    "elements": [{"id": "a", "kind": "service"}, {"id": "c", "kind": "client"}],
    "links": [{"id": "l", "source": "c", "target": "a", "style": "sync", "contract": {"version": "1"}}],
    "profiles": [{"id": "p"}],
    "journeys": [{"id": "j", "entry": "c", "steps": [{"link": "l"}]}],
    "scenarios": [{"id": "s"}],
    "policy": {"stage": "design"},
    "diagrams": [{"id": "main"}],
}


def read(data: dict[str, Any]) -> Architecture:
    return native.loads(json.dumps(data).encode()).architecture


def with_nulls(value: dict[str, Any], model: type[Frozen]) -> dict[str, Any]:
    """`value` with every field of `model` that it does not state, stated as null."""
    unsaid: dict[str, Any] = dict.fromkeys(name for name in model.field_names() if name not in value)
    return unsaid | value


@pytest.mark.parametrize("space", ["elements", "links", "profiles", "journeys", "scenarios", "diagrams"])
def test_a_part_with_every_unsaid_field_null_is_the_part_without_them(space: str) -> None:
    plain = read(SMALL)
    data = json.loads(json.dumps(SMALL))
    for index, part in enumerate(getattr(plain, space)):
        data[space][index] = with_nulls(data[space][index], type(part))
    assert read(data) == plain


def test_a_step_a_contract_a_policy_and_the_model_itself_take_nulls() -> None:
    plain = read(SMALL)
    data = with_nulls(json.loads(json.dumps(SMALL)), Architecture) | {"$schema": None}
    (journey,) = plain.journeys
    data["journeys"][0]["steps"][0] = with_nulls({"link": "l"}, type(journey.steps[0]))
    link_contract = plain.links[0].contract
    assert link_contract is not None and plain.policy is not None
    data["links"][0]["contract"] = with_nulls({"version": "1"}, type(link_contract))
    data["policy"] = with_nulls({"stage": "design"}, type(plain.policy))
    assert read(data) == plain


def test_a_null_among_a_teams_own_properties_is_kept() -> None:
    data = json.loads(json.dumps(SMALL))
    data["elements"][0]["properties"] = {"tags": None, "cost": {"where": None}}
    assert read(data).elements[0].properties == {"tags": None, "cost": {"where": None}}


def test_an_unknown_field_that_is_null_is_still_told() -> None:
    data = json.loads(json.dumps(SMALL))
    data["elements"][0]["wrokers"] = None
    with pytest.raises(native.FormatError, match="wrokers"):
        read(data)


@pytest.mark.parametrize("sample", sorted(path.name for path in Path(resources.path("samples")).glob("*.json")))
def test_nulls_in_a_sample_change_nothing(sample: str) -> None:
    data = json.loads(Path(resources.path("samples", sample)).read_text("utf-8"))
    plain = read(json.loads(json.dumps(data)))
    parts = {part.id: type(part) for part in (*plain.elements, *plain.links)}
    for space in ("elements", "links"):
        data[space] = [with_nulls(part, parts[part["id"]]) for part in data[space]]
    assert read(data) == plain
