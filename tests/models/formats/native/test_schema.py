"""The JSON Schema that other programs check a model with."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings

from models import resources
from models.architecture import Architecture
from models.architecture.attributes import MEANINGS
from models.formats.native import SCHEMA, dumps, json_schema
from tests.models.architecture.strategies import architectures

VALIDATOR = jsonschema.Draft202012Validator(json_schema())
SAMPLES = resources.names("samples", suffix=".loadpath.json")


def definitions() -> list[tuple[str, dict[str, Any]]]:
    schema = json_schema()
    return [("Architecture", schema), *schema["$defs"].items()]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())
    assert json_schema()["$id"] == SCHEMA


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_samples_keep_to_the_schema(sample: str) -> None:
    raw = json.loads(resources.path("samples", sample).read_bytes())
    assert [error.message for error in VALIDATOR.iter_errors(raw | {"format": "loadpath/1.0"})] == []


@settings(max_examples=25)
@given(architecture=architectures())
def test_what_is_written_keeps_to_the_schema(architecture: Architecture) -> None:
    assert [error.message for error in VALIDATOR.iter_errors(json.loads(dumps(architecture)))] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"elements": [{"id": "a"}]},
        {"elements": [{"id": "a", "kind": "servce"}]},
        {"elements": [{"id": "a", "kind": "service", "workrs": 3}]},
        {"elements": [{"id": "a", "kind": "service", "workers": 0}]},
        {"elements": [{"id": "a b", "kind": "service"}]},
        {"elements": [{"id": "a", "kind": "service", "work_ms": {"exponential": {}}}]},
        {"links": [{"id": "a", "source": "x", "target": "y", "style": "sync", "timeout_ms": "non"}]},
        {"links": [{"id": "a", "source": "x", "style": "sync"}]},
        {"journeys": [{"id": "a", "entry": "x", "steps": [{"lnk": "a"}]}]},
        {"scenarios": [{"id": "a", "faults": [{"fault": "crsh", "target": "x"}]}]},
        {"element": []},
        {"format": 1},
    ],
)
def test_the_schema_refuses_what_the_program_refuses(wrong: dict[str, Any]) -> None:
    assert list(VALIDATOR.iter_errors({"format": "loadpath/1.0"} | wrong))


@pytest.mark.parametrize(("name", "definition"), definitions())
def test_every_field_has_a_title_and_a_description(name: str, definition: dict[str, Any]) -> None:
    assert definition["title"]
    silent = [field for field, said in definition.get("properties", {}).items() if not said.get("description")]
    assert silent == []


def test_no_meaning_is_told_of_a_field_that_is_not_there() -> None:
    fields = {field for _, definition in definitions() for field in definition.get("properties", {})}
    owners = {name: set(definition.get("properties", {})) for name, definition in definitions()}
    for known in MEANINGS:
        owner, _, field = known.rpartition(".")
        assert field in (owners[owner] if owner else fields), known
