"""Formats that Loadpath reads besides its own, one module or package each; no format imports another.

A format is found by being here: its module has a constant `IMPORTER`.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from models.formats.foreign import Imported, Importer, SourceError

__all__ = ["Imported", "Importer", "SourceError", "importers"]


@cache
def importers() -> tuple[Importer, ...]:
    """All formats, sorted by id."""
    found = [importlib.import_module(f"{__name__}.{module.name}").IMPORTER for module in pkgutil.iter_modules(__path__)]
    return tuple(sorted(found, key=lambda importer: importer.id))
