"""Findings and differences as Markdown, for pull requests and wikis. Names from a model cannot break out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from models.architecture import Architecture
from models.evidence import Difference, findings_that_came_and_went

if TYPE_CHECKING:
    from models.analysis import Analysis, Finding

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
MOST_TOLD = 50
TITLES = {"error": "Errors", "warning": "Warnings", "info": "Information"}


def escaped(text: object) -> str:
    """The text with everything that means something in Markdown or HTML made harmless, on one line."""
    return _SPECIAL.sub(r"\\\1", " ".join(str(text).split())).replace("&", "&amp;").replace("\\<", "&lt;")


def findings(architecture: Architecture, found: Sequence[Finding]) -> str:
    """A line that counts, a section per severity, a list entry per finding; accepted risks last.

    Information is folded, and of a severity with more than 50 findings the rest is counted, so that it stays fit for a
    comment on a change.
    """
    lines = [f"# Findings: {escaped(architecture.name or 'unnamed model')}", ""]
    living = [finding for finding in found if finding.waived is None]
    if not living:
        lines += ["No findings.", ""]
    else:
        counts = [(sum(one.severity == severity for one in living), title) for severity, title in TITLES.items()]
        lines += [" · ".join(f"{title}: {count:,}" for count, title in counts), ""]
    for severity, title in TITLES.items():
        group = [finding for finding in living if finding.severity == severity]
        if group:
            told = [line for f in group[:MOST_TOLD] for line in _finding(f)]
            if len(group) > MOST_TOLD:
                told.append(f"- and {len(group) - MOST_TOLD:,} more; `loadpath check` lists them all.")
            if severity == "info":
                told = ["<details><summary>Show</summary>", "", *told, "", "</details>"]
            lines += [f"## {title} ({len(group):,})", "", *told, ""]
    accepted = [finding for finding in found if finding.waived is not None]
    if accepted:
        lines += [f"## Accepted risks ({len(accepted)})", ""]
        for finding in accepted:
            waiver = finding.waived
            assert waiver is not None
            told = [part for part in (waiver.reason, waiver.owner, waiver.until and f"until {waiver.until}") if part]
            lines.append(f"- **{finding.rule}** {escaped(finding.message)} ({escaped(', '.join(map(str, told)))})")
        lines.append("")
    return "\n".join(lines)


def difference(
    old: Architecture, new: Architecture, rows: Iterable[Difference], before: Analysis, after: Analysis
) -> str:
    """What changed in the model and which findings came and went."""
    found = findings_that_came_and_went(before, after)
    names = [escaped(model.name or "unnamed model") for model in (old, new)]
    lines = [f"# {names[0]} → {names[1]}", "", "## Model", ""]
    told = [f"- {row.change}: {escaped(row.told())}" for row in rows]
    lines += told or ["The models say the same."]
    for title, group in (("Findings that went", found.went), ("Findings that came", found.came)):
        lines += ["", f"## {title} ({len(group)})", ""]
        lines += [line for finding in group for line in _finding(finding)]
    if found.changed:
        lines += ["", f"## Findings that changed ({len(found.changed)})", ""]
        lines += [
            f"- **{now.rule} {escaped(now.name)}** ({_standing(was)} → {_standing(now)}): {escaped(now.message)}"
            for was, now in found.changed
        ]
    return "\n".join([*lines, ""])


def _standing(finding: Finding) -> str:
    return finding.severity if finding.waived is None else f"{finding.severity}, accepted"


def _finding(finding: Finding) -> list[str]:
    lines = [f"- **{finding.rule} {escaped(finding.name)}** ({finding.severity}, {finding.grade}): "]
    lines[0] += escaped(finding.message)
    if finding.arithmetic is not None:
        lines.append(f"  - {escaped(finding.arithmetic)}")
    if finding.assumed:
        lines.append(f"  - *assumed: {escaped('; '.join(map(str, finding.assumed)))}*")
    lines += [f"  - fix: {escaped(fix.title)} ({fix.applicability})" for fix in finding.fixes]
    return lines
