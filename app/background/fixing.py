"""Works out on another thread what a model becomes by many fixes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from models.architecture import Architecture
from models.architecture.diagram.layout import place_missing
from models.architecture.edits import EditError

if TYPE_CHECKING:
    from models.analysis import Finding, Fix


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


def safe_fixes(findings: Iterable[Finding]) -> Iterator[Fix]:
    """The first fix of each finding nobody has accepted, where it is safe; worked out one by one, which takes time."""
    for finding in findings:
        if finding.waived is None and finding.fixes and finding.fixes[0].applicability == "safe":
            yield finding.fixes[0]


def all_safe_fixed(
    architecture: Architecture, findings: Iterable[Finding], diagram_id: str
) -> tuple[Architecture, int]:
    """As `fixed` with the safe fixes of the findings; what they add has its place on the diagram."""
    after, applied = fixed(architecture, safe_fixes(findings))
    return (place_missing(after, diagram_id) if applied else after), applied
