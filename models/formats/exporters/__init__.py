"""Writers of other formats, one module each, found by being here: a module that has an `EXPORTER` is one.

Imports the architecture and its diagrams; no Qt. PNG and PDF are painted from the SVG by the application.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

from models.architecture.model import Architecture

__all__ = ["Exporter", "exporter_for", "exporters"]


@dataclass(frozen=True, slots=True)
class Exporter:
    """One format that a model can be written in.

    Attributes:
        id: short name, as in `loadpath export -o file.ID`.
        name: a template of the context "exporters", for file dialogs.
        suffix: of its files, with the dot.
        write: (architecture, diagram id or None for the first) -> the bytes of the file.
    """

    id: str
    name: str
    suffix: str
    write: Callable[[Architecture, str | None], bytes]


@cache
def exporters() -> tuple[Exporter, ...]:
    """All exporters, by id."""
    found = []
    for module in pkgutil.iter_modules(__path__):
        exporter = getattr(importlib.import_module(f"{__name__}.{module.name}"), "EXPORTER", None)
        if isinstance(exporter, Exporter):
            found.append(exporter)
    return tuple(sorted(found, key=lambda exporter: exporter.id))


def exporter_for(path: str | PurePath) -> Exporter | None:
    """The exporter whose suffix the path ends in, whatever its case; None when there is none."""
    name = PurePath(path).name.lower()
    return next((exporter for exporter in exporters() if name.endswith(exporter.suffix)), None)
