"""The scenario in which the simulator shows a finding on the architect's own model."""

from __future__ import annotations

from models.analysis.catalogue import catalogue
from models.analysis.rule import Finding
from models.architecture import Architecture, Scenario
from models.architecture.text import QT_TRANSLATE_NOOP, say

DURATION_MS = 120_000.0


def demonstration(architecture: Architecture, finding: Finding) -> Scenario | None:
    """Two minutes of the model's own load with the fault that brings the flaw out; None when nothing can show it."""
    rule = catalogue()[finding.rule]
    if rule.demonstrate is None or finding.members:
        return None
    faults = rule.demonstrate(architecture, finding)
    if faults is None:
        return None
    return Scenario(
        id=f"demonstrate-{finding.rule.lower()}",
        name=str(say("analysis", _NAME, rule=rule.title)),
        duration_ms=DURATION_MS,
        seed=1,
        faults=faults,
    )


_NAME = QT_TRANSLATE_NOOP("analysis", "Demonstration of {rule}")
