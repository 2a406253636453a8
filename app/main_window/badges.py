"""What the badges on the drawing say, from what the analysis found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.analysis import Analysis


def badges(analysis: Analysis) -> dict[str, tuple[int, str]]:
    """Element or link id -> (how many findings, the worst severity); what was accepted does not count."""
    order = ("info", "warning", "error")
    found: dict[str, tuple[int, str]] = {}
    for finding in analysis.each:
        if finding.waived is not None:
            continue
        subject = finding.id.partition(":")[2]
        known = subject in finding.links or subject in finding.elements
        part = subject if known else next(iter(finding.elements), None)
        if part is not None:
            count, worst = found.get(part, (0, "info"))
            found[part] = count + 1, max(worst, finding.severity, key=order.index)
    return found
