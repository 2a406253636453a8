"""Works out on another thread what a model becomes by many fixes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from models.architecture import Architecture
from models.architecture.edits import EditError

if TYPE_CHECKING:
    from models.analysis import Fix


def fixed(architecture: Architecture, fixes: Iterable[Fix]) -> tuple[Architecture, int]:
    """(`architecture` with the fixes, how many of them could still be applied after those before)."""
    applied = 0
    for fix in fixes:
        try:
            architecture = fix.apply(architecture)
        except EditError:
            continue
        applied += 1
    return architecture, applied
