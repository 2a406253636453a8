"""Loadpath's own file format, `*.loadpath.json`: read with care, written the same way every time.

Imports `models.architecture` only.
"""

from models.formats.native.error import FormatError
from models.formats.native.parsing import MAX_BYTES, MAX_DEPTH
from models.formats.native.reading import Loaded, load, loads
from models.formats.native.saving import save
from models.formats.native.schema import json_schema
from models.formats.native.writing import SCHEMA, dumps

SUFFIX = ".loadpath.json"

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "SCHEMA",
    "SUFFIX",
    "FormatError",
    "Loaded",
    "dumps",
    "json_schema",
    "load",
    "loads",
    "save",
]
