"""Which findings a newer version of a model has that the older had not, and which it lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.analysis import Analysis, Finding
from models.analysis.rule import SEVERITIES


@dataclass(frozen=True, slots=True)
class FindingsDifference:
    """Single findings, rolled-up ones unrolled. `changed` are (before, after) of another severity or acceptance."""

    came: tuple[Finding, ...] = ()
    went: tuple[Finding, ...] = ()
    changed: tuple[tuple[Finding, Finding], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.came or self.went or self.changed)


def findings_that_came_and_went(old: Analysis, new: Analysis) -> FindingsDifference:
    """The difference of two analyses by finding id, each part sorted by severity, then id.

    A finding that someone accepts meanwhile has changed, it has not gone.
    """
    before = {finding.id: finding for finding in old.each}
    after = {finding.id: finding for finding in new.each}
    return FindingsDifference(
        came=_sorted(finding for finding_id, finding in after.items() if finding_id not in before),
        went=_sorted(finding for finding_id, finding in before.items() if finding_id not in after),
        changed=tuple(
            (before[finding.id], finding)
            for finding in _sorted(finding for finding_id, finding in after.items() if finding_id in before)
            if _weight(before[finding.id]) != _weight(finding)
        ),
    )


def only_new(baseline: Analysis, analysis: Analysis) -> Analysis:
    """The findings that a baseline has not, told alone when only some of a roll-up are new; the summary counts them.

    One that has become worse since, or that nobody accepts any more, is new as well.
    """
    before = {finding.id: finding for finding in baseline.each}
    known = {one.id for one in analysis.each if one.id in before and not _is_worse(before[one.id], one)}
    left: list[Finding] = []
    for finding in analysis.findings:
        new = [single for single in finding.each() if single.id not in known]
        left += [finding] if len(new) == len(finding.each()) else new
    summary: dict[str, int] = {
        severity: sum(finding.severity == severity and finding.waived is None for finding in left)
        for severity in SEVERITIES
    }
    return Analysis(tuple(left), summary, analysis.notes)


def _is_worse(was: Finding, now: Finding) -> bool:
    if now.waived is not None:
        return False
    return was.waived is not None or SEVERITIES.index(now.severity) < SEVERITIES.index(was.severity)


def _weight(finding: Finding) -> tuple[str, bool]:
    return finding.severity, finding.waived is not None


def _sorted(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda finding: (SEVERITIES.index(finding.severity), finding.id)))
