"""`loadpath check`: what is wrong with one or more models."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from app.cli.failure import CommandError
from app.cli.files import read_model
from app.cli.terminal import Terminal

if TYPE_CHECKING:
    from models.analysis import Finding
    from models.architecture import Architecture

EXAMPLE = """
loadpath check shop.loadpath.json
loadpath check shop.loadpath.json --fail-on warning --baseline shop-before.loadpath.json
"""
MOST_ASSUMED = 3
"""More assumed values than this are counted; JSON has them all."""
FAIL_ON = {"error": ("error",), "warning": ("error", "warning"), "info": ("error", "warning", "info"), "never": ()}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help="a model file (*.loadpath.json)")
    parser.add_argument("--format", choices=("text", "json", "markdown", "sarif"), default="text", help="default: text")
    parser.add_argument(
        "--fail-on", choices=tuple(FAIL_ON), default="error", help="the mildest finding that makes the exit code 1"
    )
    parser.add_argument("--baseline", metavar="OLD", help="an older model: only findings that it does not have count")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.analysis import analyse, analysis_json

    if arguments.format == "sarif":
        raise CommandError("SARIF output comes with a later version; text, json and markdown are there.")
    known = _known(arguments.baseline, terminal)
    failed = False
    documents: list[dict[str, Any]] = []
    for number, name in enumerate(arguments.files):
        architecture = read_model(name, terminal)
        analysis = analyse(architecture)
        findings = tuple(finding for finding in analysis.findings if finding.id not in known)
        failed = failed or any(f.severity in FAIL_ON[arguments.fail_on] and f.waived is None for f in findings)
        if arguments.format == "json":
            document = analysis_json(architecture, analysis)
            document["findings"] = [told for told in document["findings"] if told["id"] not in known]
            document["summary"] = counted(findings)
            documents.append(document)
        elif arguments.format == "markdown":
            from models.reports.markdown import findings as told_in_markdown

            terminal.raw(told_in_markdown(architecture, findings))
        else:
            if number:
                terminal.line()
            show(architecture, findings, terminal, name, len(analysis.findings) - len(findings))
    if arguments.format == "json":
        told = documents if len(documents) > 1 else documents[0]
        terminal.raw(json.dumps(told, ensure_ascii=False, indent=2))
    return 1 if failed else 0


def counted(findings: tuple[Finding, ...]) -> dict[str, int]:
    """Severity -> number of findings that nobody accepted."""
    return {
        severity: sum(f.severity == severity and f.waived is None for f in findings)
        for severity in ("error", "warning", "info")
    }


def show(
    architecture: Architecture, findings: tuple[Finding, ...], terminal: Terminal, name: str, known: int = 0
) -> None:
    """Prints the findings of one model, the worst first, and a closing line with the counts."""
    elements = sum(element.kind not in ("group", "note") for element in architecture.elements)
    size = f"{elements} elements, {len(architecture.links)} links"
    terminal.line(f"{terminal.styled(architecture.name or name, 'bold')}  {terminal.styled(size, 'quiet')}")
    for finding in findings:
        terminal.line()
        show_finding(architecture, finding, terminal)
    terminal.line()
    if known:
        terminal.line(terminal.styled(f"{known} findings of the baseline are not shown.", "quiet"))
    accepted = sum(finding.waived is not None for finding in findings)
    if not findings:
        terminal.line(f"{terminal.mark('good')} No findings.")
        return
    counts = counted(findings)
    parts = [_plural(counts["error"], "error"), _plural(counts["warning"], "warning"), f"{counts['info']} info"]
    if accepted:
        parts.append(f"{accepted} accepted")
    terminal.line(terminal.styled(" · ".join(parts), "bold"))
    first = next((f for f in findings if f.waived is None), findings[0])
    hint = f'"loadpath explain {first.rule}" tells more about a rule.'
    if any(fix.applicability == "safe" for f in findings for fix in f.fixes):
        hint += f' "loadpath fix {name} --dry-run" shows what can be repaired.'
    terminal.line(terminal.styled(hint, "quiet"))


def show_finding(architecture: Architecture, finding: Finding, terminal: Terminal) -> None:
    accepted = "  accepted" if finding.waived is not None else ""
    mark = terminal.mark(finding.severity)
    title = terminal.styled(finding.name, "bold")
    where = " → ".join(_where(architecture, finding))
    grade = terminal.styled(f"{finding.grade}{accepted}", "quiet")
    terminal.line(f"{mark} {terminal.styled(finding.rule, 'quiet')} {title}  {where}  {grade}")
    terminal.paragraph(finding.message, indent="      ")
    if finding.arithmetic is not None:
        terminal.paragraph(finding.arithmetic, indent="      = ", style="accent", hang="        ")
    if finding.assumed:
        assumed = "; ".join(str(value) for value in finding.assumed[:MOST_ASSUMED])
        if len(finding.assumed) > MOST_ASSUMED:
            assumed += f"; and {len(finding.assumed) - MOST_ASSUMED} more"
        terminal.paragraph(f"assumed: {assumed}", indent="      ", style="italic")
    if finding.cause:
        terminal.paragraph(f"follows from {finding.cause}", indent="      ", style="quiet")
    for fix in finding.fixes:
        terminal.paragraph(f"fix: {fix.title} ({fix.applicability})", indent="      ", style="good", hang="           ")
    if finding.waived is not None:
        told = [part for part in (finding.waived.reason, finding.waived.owner) if part]
        until = f"until {finding.waived.until}" if finding.waived.until else ""
        terminal.paragraph("accepted: " + ", ".join([*told, *([until] if until else [])]), indent="      ")


def _where(architecture: Architecture, finding: Finding) -> list[str]:
    """The names along the finding's path, else of what it is about; nothing for many findings in one."""
    if finding.members:
        return []
    if finding.path:
        return [architecture.label(part) for part in finding.path if part in architecture.element_by_id]
    if finding.links:
        return [architecture.label(part) for part in finding.links[:1]]
    return [architecture.label(part) for part in finding.elements[:1]]


def _known(baseline: str | None, terminal: Terminal) -> frozenset[str]:
    if baseline is None:
        return frozenset()
    from models.analysis import analyse

    return frozenset(finding.id for finding in analyse(read_model(baseline, terminal)).findings)


def _plural(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"
