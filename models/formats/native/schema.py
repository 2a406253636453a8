"""The JSON Schema of the file format, for editors and other programs; derived from the model's own classes."""

from __future__ import annotations

from typing import Any

from models.architecture import FORMAT, Architecture
from models.formats.native.writing import SCHEMA


def json_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of a `*.loadpath.json` file.

    It knows the shape of every field; what must hold between parts (ids alive, endpoints allowed) is beyond it.
    """
    schema = Architecture.model_json_schema(by_alias=True, mode="validation")
    head = {
        "$schema": {"type": "string", "description": "The id of this schema."},
        "format": {
            "type": "string",
            "pattern": r"^loadpath/\d+\.\d+$",
            "description": "Name and version of the format.",
        },
    }
    schema["properties"] = head | schema["properties"]
    for definition in schema["$defs"].values():
        for name in ("kind", "style", "fault"):
            if "const" in definition.get("properties", {}).get(name, {}):
                definition["required"] = [name, *(key for key in definition.get("required", ()) if key != name)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        **schema,
        "title": f"Loadpath model ({FORMAT})",
        "required": ["format"],
    }
