"""Findings and differences as Markdown, for pull requests and wikis. Names from a model cannot break out of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from models.analysis.rule import MOST_NAMED
from models.architecture import Architecture
from models.architecture.text import Text
from models.evidence import Difference, findings_that_came_and_went

if TYPE_CHECKING:
    from models.analysis import Analysis, Finding

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~])")
_CALL = re.compile(r"((?<!\w)[@$%~&](?=[\w\"])|[#!](?=\w)|\bGH-(?=\d)|:(?=//)|\bwww(?=\.))", re.IGNORECASE)
"""Where a forge sees that a person, an issue, a change, a page or the like is named."""
_QUIET = "\u200b"
"""A space of no width: it stops that, and nobody sees it."""
MOST_TOLD = 50
TITLES = {"error": "Errors", "warning": "Warnings", "info": "Information"}


def escaped(text: object) -> str:
    """The text with everything that means something in Markdown or HTML made harmless, on one line.

    What cannot be printed, such as a character that turns the direction of writing, is left out. "@team" and "#12" read
    the same, but in a comment on a change nobody is called by them and nothing is linked: a backslash does not help, as
    forges look for names in what is shown.
    """
    printed = " ".join(str(text).split())
    if not printed.isprintable():
        printed = "".join(filter(str.isprintable, printed))
    quiet = _CALL.sub(rf"\1{_QUIET}", printed)
    return _SPECIAL.sub(r"\\\1", quiet).replace("&", "&amp;").replace("\\<", "&lt;").replace(_QUIET, "&#8203;")


def findings(
    architecture: Architecture, found: Sequence[Finding], *, notes: Iterable[Text] = (), known: int = 0
) -> str:
    """A line that counts, a section per severity, a list entry per finding; accepted risks last, then `notes`.

    Information is folded, and of a severity with more than 50 findings the rest is counted, so that it stays fit for a
    comment on a change. `known`: how many more a baseline has as well.
    """
    lines = [f"# Findings: {escaped(architecture.name or 'unnamed model')}", ""]
    living = [finding for finding in found if finding.waived is None]
    if not living:
        lines += ["No findings.", ""]
    else:
        counts = [(sum(one.severity == severity for one in living), title) for severity, title in TITLES.items()]
        lines += [" · ".join(f"{title}: {count:,}" for count, title in counts), ""]
    if known:
        has = "finding that the baseline has is" if known == 1 else "findings that the baseline has are"
        lines += [f"{known:,} {has} not listed.", ""]
    for severity, title in TITLES.items():
        group = [finding for finding in living if finding.severity == severity]
        if group:
            told = _list([[*_finding(f), *_members(architecture, f)] for f in group], "loadpath check")
            lines += [f"## {title} ({len(group):,})", "", *(_folded("Show", told) if severity == "info" else told), ""]
    accepted = [finding for finding in found if finding.waived is not None]
    if accepted:
        lines += [f"## Accepted risks ({len(accepted)})", ""]
        for finding in accepted:
            waiver = finding.waived
            assert waiver is not None
            told = [waiver.reason or "no reason given", waiver.owner or "no owner named"]
            told += [f"until {waiver.until}"] if waiver.until else []
            head = f"- **{finding.rule} {escaped(finding.name)}**: {escaped(finding.message)}"
            lines.append(f"{head} ({escaped(', '.join(told))})")
        lines.append("")
    remarks = [f"- {escaped(note)}" for note in notes]
    if remarks:
        lines += ["## Policy", "", *remarks, ""]
    return "\n".join(lines)


def difference(
    old: Architecture, new: Architecture, rows: Iterable[Difference], before: Analysis, after: Analysis
) -> str:
    """What changed in the model and which findings came and went."""
    found = findings_that_came_and_went(before, after)
    names = [escaped(model.name or "unnamed model") for model in (old, new)]
    title = names[0] if names[0] == names[1] else " → ".join(names)
    lines = [f"# Changes: {title}", "", "## Model", ""]
    lines += [_row(row) for row in rows] or ["The models say the same."]
    for title, group in (("Findings that came", found.came), ("Findings that went", found.went)):
        if group:
            lines += ["", f"## {title} ({len(group)})", ""]
            told = [(one.severity, _finding(one) if group is found.came else _finding(one)[:1]) for one in group]
            lines += _list([entry for severity, entry in told if severity != "info"], "loadpath diff")
            remarks = _list([entry for severity, entry in told if severity == "info"], "loadpath diff")
            if remarks:
                lines += ["", *_folded(TITLES["info"], remarks)]
    if found.changed:
        lines += ["", f"## Findings that changed ({len(found.changed)})", ""]
        lines += [
            f"- **{now.rule} {escaped(now.name)}** ({_standing(was)} → {_standing(now)}): {escaped(now.message)}"
            for was, now in found.changed
        ]
    if not found:
        lines += ["", "No finding came or went."]
    return "\n".join([*lines, ""])


def _list(entries: list[list[str]], command: str) -> list[str]:
    """The first entries, and how many more the command lists."""
    told = [line for entry in entries[:MOST_TOLD] for line in entry]
    if len(entries) > MOST_TOLD:
        told.append(f"- and {len(entries) - MOST_TOLD:,} more; `{command}` lists them all.")
    return told


def _folded(title: str, lines: list[str]) -> list[str]:
    return [f"<details><summary>{title}</summary>", "", *lines, "", "</details>"]


def _row(row: Difference) -> str:
    """ "- added: link Order → Payment" """
    changes = row.changes()
    return f"- {row.change}: {escaped(row.part())}" + (f" – {escaped(changes)}" if changes else "")


def _members(architecture: Architecture, finding: Finding) -> list[str]:
    """What the findings that are told as one are about, by name."""
    parts = [part.id.partition(":")[2] for part in finding.members]
    if not parts:
        return []
    names = [architecture.label(part) for part in parts[:MOST_NAMED]]
    more = f" and {len(parts) - MOST_NAMED:,} more" if len(parts) > MOST_NAMED else ""
    return [f"  - {escaped(', '.join(names))}{more}"]


def _standing(finding: Finding) -> str:
    return finding.severity if finding.waived is None else f"{finding.severity}, accepted"


def _finding(finding: Finding) -> list[str]:
    lines = [f"- **{finding.rule} {escaped(finding.name)}** ({_standing(finding)}, {finding.grade}): "]
    lines[0] += escaped(finding.message)
    if finding.arithmetic is not None:
        lines.append(f"  - {escaped(finding.arithmetic)}")
    if finding.assumed:
        lines.append(f"  - *assumed: {escaped('; '.join(map(str, finding.assumed)))}*")
    lines += [f"  - fix: {escaped(fix.title)} ({fix.applicability})" for fix in finding.fixes]
    return lines
