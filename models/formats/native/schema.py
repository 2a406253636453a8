"""The JSON Schema of the file format, for editors and other programs; derived from the model's own classes."""

from __future__ import annotations

from typing import Any

from models.architecture import FORMAT, Architecture, Frozen
from models.architecture.attributes import meaning
from models.formats.native.writing import SCHEMA

_DISCRIMINATORS = ("kind", "style", "fault")
_HEAD = {
    "$schema": {"title": "Schema", "type": "string", "description": "The id of this schema."},
    "format": {
        "title": "Format",
        "type": "string",
        "pattern": r"^loadpath/\d+\.\d+$",
        "description": "Name and version of the format.",
    },
}


def json_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a `*.loadpath.json` file.

    It knows the shape of every field; what must hold between parts (ids alive, endpoints allowed) is beyond it.
    """
    schema = Architecture.model_json_schema(by_alias=True, mode="validation")
    models = {model.__name__: model for model in _all_models(Frozen)}
    _describe(Architecture, schema)
    for name, definition in schema["$defs"].items():
        if name in models:
            _describe(models[name], definition)
    schema["properties"] = _HEAD | schema["properties"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        **schema,
        "title": f"Loadpath model ({FORMAT})",
        "required": ["format"],
    }


def _all_models(base: type[Frozen]) -> list[type[Frozen]]:
    return [model for child in base.__subclasses__() for model in (child, *_all_models(child))]


def _describe(model: type[Frozen], definition: dict[str, Any]) -> None:
    properties = definition.get("properties", {})
    for name, said in properties.items():
        said["description"] = str(meaning(model, name))
        if said.get("default", 0) is None:
            del said["default"]
    must = [name for name in _DISCRIMINATORS if "const" in properties.get(name, {})]
    if must:
        definition["required"] = [*must, *(name for name in definition.get("required", ()) if name not in must)]
    definition["description"] = (model.__doc__ or definition["title"]).strip().split("\n\n")[0].replace("\n    ", " ")
