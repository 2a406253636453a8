"""`loadpath check`: what is wrong with one or more models."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.cli.files import read_model, text_of
from app.cli.findings import severity_words, show_finding
from app.cli.json_text import pieces
from app.cli.terminal import Terminal
from app.cli.words import counted, translate

if TYPE_CHECKING:
    from models.analysis import Analysis
    from models.architecture import Architecture
    from models.reports.sarif import Checked

EXAMPLE = """
loadpath check shop.loadpath.json
loadpath check shop.loadpath.json --fail-on warning --baseline shop-before.loadpath.json
"""
FAIL_ON = {"error": ("error",), "warning": ("error", "warning"), "info": ("error", "warning", "info"), "never": ()}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", nargs="+", metavar="FILE", help=translate("cli", "a model file (*.loadpath.json)"))
    parser.add_argument(
        "--format",
        choices=("text", "json", "markdown", "sarif"),
        default="text",
        help=translate("cli", "default: text"),
    )
    parser.add_argument(
        "--fail-on",
        choices=tuple(FAIL_ON),
        default="error",
        help=translate("cli", "the mildest finding that makes the exit code 1; default: error"),
    )
    parser.add_argument(
        "--baseline",
        metavar="OLD",
        help=translate("cli", "an older model: only findings that it does not have, or has milder or accepted, count"),
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.analysis import analyse, analysis_json_in_parts

    baseline = analyse(read_model(arguments.baseline, terminal)) if arguments.baseline is not None else None
    failed = False
    documents: list[dict[str, Any]] = []
    checked: list[Checked] = []
    for number, name in enumerate(arguments.files):
        architecture = read_model(name, terminal)
        analysis = analyse(architecture)
        known = 0
        if baseline is not None:
            from models.evidence import only_new

            every = len(analysis.each)
            analysis = only_new(baseline, analysis)
            known = every - len(analysis.each)
        failed = failed or any(analysis.summary[severity] for severity in FAIL_ON[arguments.fail_on])
        if arguments.format == "json":
            documents.append(analysis_json_in_parts(architecture, analysis))
        elif arguments.format == "sarif":
            from models.reports import sarif

            before = frozenset(one.id for one in baseline.each) if baseline is not None else frozenset()
            checked.append(sarif.Checked(name, text_of(name), architecture, analysis, before))
        elif arguments.format == "markdown":
            from models.reports.markdown import findings as told_in_markdown

            terminal.raw(told_in_markdown(architecture, analysis.findings, notes=analysis.notes, known=known))
        else:
            if number:
                terminal.line()
            with terminal.in_large_pieces():
                show(architecture, analysis, terminal, name, known)
    if arguments.format == "json":
        terminal.document(pieces(iter(documents) if len(documents) > 1 else documents[0]))
    elif arguments.format == "sarif":
        from models.reports import sarif

        terminal.document(pieces(sarif.log_in_parts(checked, only_new=baseline is not None), lines=True))
    return 1 if failed else 0


def show(architecture: Architecture, analysis: Analysis, terminal: Terminal, name: str, known: int = 0) -> None:
    """Prints the findings of one model, the worst first, and a closing line with the counts."""
    findings = analysis.findings
    terminal.line(
        f"{terminal.styled(architecture.name or name, 'bold')}  {terminal.styled(_size(architecture), 'quiet')}"
    )
    for finding in findings:
        terminal.line()
        show_finding(architecture, finding, terminal)
    terminal.line()
    for note in analysis.notes:
        terminal.paragraph(note, style="warning")
    if known:
        one = translate("cli", "{count} finding that the baseline has is not shown.")
        many = translate("cli", "{count} findings that the baseline has are not shown.")
        terminal.line(terminal.styled(counted(known, one, many), "quiet"))
    if not findings:
        nothing = translate("cli", "No findings.")
        terminal.line(f"{terminal.mark('good')} {nothing}")
        return
    parts = severity_words(analysis.summary)
    accepted = sum(finding.waived is not None for finding in findings)
    if accepted:
        parts.append(translate("cli", "{count} accepted").format(count=accepted))
    terminal.line(terminal.styled(" · ".join(parts), "bold"))
    first = next((f for f in findings if f.waived is None), findings[0])
    hint = translate("cli", '"loadpath explain {rule}" tells more about a rule.').format(rule=first.rule)
    terminal.line(terminal.styled(hint, "quiet"))
    if any(fix.applicability == "safe" for f in findings for fix in f.fixes):
        hint = translate("cli", '"loadpath fix {file} --dry-run" shows what can be repaired.').format(file=name)
        terminal.line(terminal.styled(hint, "quiet"))


def _size(architecture: Architecture) -> str:
    elements = sum(element.kind not in ("group", "note") for element in architecture.elements)
    return ", ".join(
        (
            counted(elements, translate("cli", "{count} element"), translate("cli", "{count} elements")),
            counted(len(architecture.links), translate("cli", "{count} link"), translate("cli", "{count} links")),
        )
    )
