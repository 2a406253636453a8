"""How findings are printed: one by one, and as what a change of the model did to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from app.cli.terminal import Terminal
from app.cli.words import QT_TRANSLATE_NOOP, counted, told, translate

if TYPE_CHECKING:
    from models.analysis import Analysis, Finding
    from models.architecture import Architecture

WORDS = (
    QT_TRANSLATE_NOOP("cli", "error"),
    QT_TRANSLATE_NOOP("cli", "warning"),
    QT_TRANSLATE_NOOP("cli", "info"),
    QT_TRANSLATE_NOOP("cli", "stated"),
    QT_TRANSLATE_NOOP("cli", "assumed"),
    QT_TRANSLATE_NOOP("cli", "heuristic"),
    QT_TRANSLATE_NOOP("cli", "simulated"),
    QT_TRANSLATE_NOOP("cli", "safe"),
    QT_TRANSLATE_NOOP("cli", "review"),
    QT_TRANSLATE_NOOP("cli", "advice"),
)
"""Severities, grades and applicabilities: all that findings say in one word."""
MOST_ASSUMED = 3
"""More assumed values than this are counted; JSON has them all."""
MOST_OF_A_RULE = 4
"""More findings of one rule than this, come or gone together, are printed on one line."""


def show_finding(architecture: Architecture, finding: Finding, terminal: Terminal) -> None:
    """Prints one finding: what, where, how it was worked out, what it rests on, what can be done."""
    accepted = "  " + translate("cli", "accepted") if finding.waived is not None else ""
    title = terminal.styled(finding.name, "bold")
    where = " → ".join(_where(architecture, finding))
    grade = terminal.styled(f"{translate('cli', finding.grade)}{accepted}", "quiet")
    rule = terminal.styled(finding.rule, "quiet")
    terminal.line(
        "  ".join(part for part in (f"{terminal.mark(finding.severity)} {rule} {title}", where, grade) if part)
    )
    terminal.paragraph(finding.message, indent="      ")
    if finding.arithmetic is not None:
        terminal.paragraph(finding.arithmetic, indent="      = ", style="accent", hang="        ")
    if finding.assumed:
        assumed = "; ".join(map(told, finding.assumed[:MOST_ASSUMED]))
        if len(finding.assumed) > MOST_ASSUMED:
            assumed += translate("cli", "; and {count} more").format(count=len(finding.assumed) - MOST_ASSUMED)
        text = translate("cli", "assumed: {values}").format(values=assumed)
        terminal.paragraph(text, indent="      ", style="italic")
    if finding.cause:
        text = translate("cli", "follows from {finding}").format(finding=finding.cause)
        terminal.paragraph(text, indent="      ", style="quiet")
    for fix in finding.fixes:
        text = translate("cli", "fix: {title} ({applicability})").format(
            title=told(fix.title), applicability=translate("cli", fix.applicability)
        )
        terminal.paragraph(text, indent="      ", style="good", hang="           ")
    if finding.waived is not None:
        parts = [
            finding.waived.reason or translate("cli", "no reason given"),
            finding.waived.owner or translate("cli", "no owner named"),
        ]
        if finding.waived.until:
            parts.append(translate("cli", "until {date}").format(date=finding.waived.until))
        text = translate("cli", "accepted: {reason}").format(reason=", ".join(parts))
        terminal.paragraph(text, indent="      ")


def show_what_came_and_went(before: Analysis, after: Analysis, terminal: Terminal) -> None:
    """Prints the findings that went, those that came, and those of another severity or acceptance."""
    from models.evidence import findings_that_came_and_went

    found = findings_that_came_and_went(before, after)
    counts = translate("cli", "Findings removed: {removed} · added: {added}").format(
        removed=len(found.went), added=len(found.came)
    )
    terminal.line(terminal.styled(counts, "bold"))
    _show_by_rule("-", "good", found.went, terminal)
    _show_by_rule("+", "error", found.came, terminal)
    for was, now in found.changed:
        text = f"~ {now.id}  {_standing(was)} → {_standing(now)}  {told(now.name)}"
        terminal.paragraph(text, style="warning", indent="  ")


def severity_words(counts: Mapping[str, int]) -> list[str]:
    """Severity -> number, in words, the worst first; only those that are given."""
    words: dict[str, tuple[str, str]] = {
        "error": (translate("cli", "{count} error"), translate("cli", "{count} errors")),
        "warning": (translate("cli", "{count} warning"), translate("cli", "{count} warnings")),
        "info": (translate("cli", "{count} info"), translate("cli", "{count} info")),
    }
    return [counted(counts[severity], one, many) for severity, (one, many) in words.items() if severity in counts]


def _show_by_rule(sign: str, style: str, findings: Sequence[Finding], terminal: Terminal) -> None:
    kinds: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        kinds.setdefault((finding.rule, _standing(finding)), []).append(finding)
    for (rule, standing), group in kinds.items():
        if len(group) <= MOST_OF_A_RULE:
            rows = [f"{sign} {one.id}  {standing}  {told(one.name)}" for one in group]
        else:
            subjects = ", ".join(one.id.partition(":")[2] for one in group[:MOST_OF_A_RULE])
            more = translate("cli", "and {count} more").format(count=len(group) - MOST_OF_A_RULE)
            name = f"{told(group[0].name)} ({len(group)})"
            rows = [f"{sign} {rule}  {standing}  {name}: {subjects} {more}"]
        for row in rows:
            terminal.paragraph(row, style=style, indent="  ", hang="    ")


def _standing(finding: Finding) -> str:
    severity = translate("cli", finding.severity)
    return severity if finding.waived is None else ", ".join((severity, translate("cli", "accepted")))


def _where(architecture: Architecture, finding: Finding) -> list[str]:
    """The names along the finding's path, else of what it is about; nothing for many findings in one."""
    if finding.stands_for_many:
        return []
    if finding.path:
        return [architecture.label(part) for part in finding.path if part in architecture.element_by_id]
    if finding.links:
        return [architecture.label(part) for part in finding.links[:1]]
    return [architecture.label(part) for part in finding.elements[:1]]
