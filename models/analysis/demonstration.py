"""The scenario in which the simulator shows a finding on the architect's own model."""

from __future__ import annotations

import math

from models.analysis.catalogue import catalogue
from models.analysis.fixes.repairs import DELIVERIES
from models.analysis.rule import Finding
from models.architecture import Architecture, Scenario, in_force, said
from models.architecture.scenarios import Poison
from models.architecture.text import QT_TRANSLATE_NOOP, say

DURATION_MS = 120_000.0
LONGEST_MS = 600_000.0
STEP_MS = 10_000.0
SETTLING_MS = 30_000.0
UNLIMITED = 2 * DELIVERIES
"""So many deliveries are awaited where there is no limit: twice what the usual fix allows."""


def demonstration(architecture: Architecture, finding: Finding) -> Scenario | None:
    """Two minutes of the model's own load with the fault that brings the flaw out; None when nothing can show it.

    A poisonous message gets as long as it takes to be delivered for the last time, up to ten minutes.
    """
    rule = catalogue()[finding.rule]
    if rule.demonstrate is None or finding.stands_for_many:
        return None
    faults = rule.demonstrate(architecture, finding)
    if faults is None:
        return None
    return Scenario(
        id=f"demonstrate-{finding.rule.lower()}",
        name=str(say("analysis", _NAME, rule=rule.title)),
        duration_ms=max(
            [DURATION_MS, *(_end_of(architecture, fault) for fault in faults if isinstance(fault, Poison))]
        ),
        seed=1,
        faults=faults,
    )


def _end_of(architecture: Architecture, fault: Poison) -> float:
    """When the message has been delivered for the last time, and half a minute.

    Without a limit that is when it has been delivered twice as often as the usual fix allows. Each delivery takes a
    worker down: the message is invisible meanwhile, and the worker starts again.
    """
    channel = fault.target in architecture.element_by_id
    links = architecture.links_from[fault.target] if channel else (architecture.link_by_id[fault.target],)
    longest = 0.0
    for link in links:
        most = said(architecture, link, "delivery.max_deliveries")
        hidden = in_force(architecture, link, "delivery.visibility_timeout_ms").value
        startup = in_force(architecture, architecture.element_by_id[link.target], "startup_ms").value
        each = max(_number(hidden), _number(startup))
        longest = max(longest, (most if isinstance(most, int | float) else UNLIMITED) * each)
    return float(min(LONGEST_MS, STEP_MS * math.ceil(((fault.from_ms or 0.0) + longest + SETTLING_MS) / STEP_MS)))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


_NAME = QT_TRANSLATE_NOOP("analysis", "Demonstration of {rule}")
