"""What the badges on the drawing say, from what the analysis found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.analysis import Analysis
    from models.architecture import Architecture


def opened(judge: Callable[..., Analysis]) -> Callable[..., Analysis]:
    """The judge, which also makes every single finding: on the thread that judges, so that the window need not."""

    def judged(architecture: Architecture, *, cancelled: Callable[[], bool]) -> Analysis:
        analysis = judge(architecture, cancelled=cancelled)
        _ = analysis.each
        return analysis

    return judged


def badges(analysis: Analysis) -> dict[str, tuple[int, str]]:
    """Element or link id -> (how many findings, the worst severity).

    What was accepted does not count, nor do remarks that are told as one for many parts: they would mark everything.
    """
    order = ("info", "warning", "error")
    found: dict[str, tuple[int, str]] = {}
    singles = (
        single
        for finding in analysis.findings
        if not (finding.severity == "info" and finding.id.partition(":")[2].startswith("*"))
        for single in finding.each()
    )
    for finding in singles:
        if finding.waived is not None:
            continue
        subject = finding.id.partition(":")[2]
        known = subject in finding.links or subject in finding.elements
        part = subject if known else next(iter(finding.elements), None)
        if part is not None:
            count, worst = found.get(part, (0, "info"))
            found[part] = count + 1, max(worst, finding.severity, key=order.index)
    return found
