"""`loadpath fix`: applies the fixes that findings offer and says what each changed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.failure import CommandError
from app.cli.files import read_model
from app.cli.terminal import Terminal

if TYPE_CHECKING:
    from models.analysis import Analysis, Finding, Fix
    from models.architecture import Architecture

EXAMPLE = """
loadpath fix shop.loadpath.json --dry-run
loadpath fix shop.loadpath.json --rule R01 --safe
"""
MOST_ROUNDS = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a model file; it is changed unless --dry-run is given")
    parser.add_argument("--rule", metavar="CODE", help="only findings of this rule")
    parser.add_argument("--safe", action="store_true", help="only fixes that are safe without a second look")
    parser.add_argument("--dry-run", action="store_true", help="show what would change and leave the file alone")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.analysis import analyse, catalogue
    from models.formats import native
    from models.reports import differences

    code = None
    if arguments.rule is not None:
        from app.cli.explain import find

        code = find(arguments.rule, {known: rule.name for known, rule in catalogue().items()})
    architecture = read_model(arguments.file, terminal)
    before = analyse(architecture)
    wanted = ("safe",) if arguments.safe else ("safe", "review")
    fixed, after, applied, refused = _fix_all(architecture, before, code, wanted)
    for finding, fix in applied:
        review = terminal.styled(" (review)", "warning") if fix.applicability == "review" else ""
        terminal.line(f"{terminal.mark('good')} {finding.rule} {fix.title}{review}")
    for finding, fix in refused:
        terminal.line(f"{terminal.mark('warning')} {finding.rule} {fix.title}: left out, it would bring a new error")
    if not applied:
        terminal.line("There is nothing to fix" + (" that is safe." if arguments.safe else "."))
        _tell_advice(before, code, terminal)
        return 0
    terminal.line()
    for row in differences.differences(architecture, fixed):
        terminal.line(f"  {row}")
    terminal.line()
    tell_findings(before, after, terminal)
    _tell_advice(after, code, terminal)
    if arguments.dry_run:
        terminal.line(terminal.styled("Nothing was written (--dry-run).", "quiet"))
        return 0
    try:
        native.save(arguments.file, fixed)
    except native.FormatError as error:
        raise CommandError(str(error)) from error
    terminal.line(terminal.styled(f"{arguments.file} is saved.", "quiet"))
    return 0


def tell_findings(before: Analysis, after: Analysis, terminal: Terminal) -> None:
    """Prints the findings that went and those that came."""
    old = {finding.id: finding for finding in before.findings}
    new = {finding.id: finding for finding in after.findings}
    gone = [finding for key, finding in old.items() if key not in new]
    came = [finding for key, finding in new.items() if key not in old]
    milder = [finding for key, finding in new.items() if key in old and finding.severity != old[key].severity]
    terminal.line(terminal.styled(f"Findings removed: {len(gone)} · added: {len(came)}", "bold"))
    for sign, style, findings in (("-", "good", gone), ("+", "error", came), ("~", "warning", milder)):
        for finding in findings:
            terminal.paragraph(f"{sign} {finding.id}  {finding.severity}  {finding.name}", style=style, indent="  ")


def _fix_all(
    architecture: Architecture, analysis: Analysis, code: str | None, wanted: tuple[str, ...]
) -> tuple[Architecture, Analysis, list[tuple[Finding, Fix]], list[tuple[Finding, Fix]]]:
    """Applies the first wanted fix of each finding, one after the other, as long as none brings an error."""
    from models.analysis import analyse
    from models.architecture.edits import EditError

    applied: list[tuple[Finding, Fix]] = []
    refused: list[tuple[Finding, Fix]] = []
    tried: set[str] = set()
    for _ in range(MOST_ROUNDS):
        chosen = next(
            (
                (finding, fix)
                for finding in analysis.findings
                if finding.id not in tried and finding.waived is None and code in (None, finding.rule)
                for fix in finding.fixes
                if fix.applicability in wanted
            ),
            None,
        )
        if chosen is None:
            break
        tried.add(chosen[0].id)
        try:
            changed = chosen[1].apply(architecture)
        except EditError:
            continue
        if changed == architecture:
            continue
        judged = analyse(changed)
        if _errors(judged) - _errors(analysis):
            refused.append(chosen)
            continue
        architecture, analysis = changed, judged
        applied.append(chosen)
    return architecture, analysis, applied, refused


def _errors(analysis: Analysis) -> set[str]:
    return {finding.id for finding in analysis.findings if finding.severity == "error"}


def _tell_advice(analysis: Analysis, code: str | None, terminal: Terminal) -> None:
    open_advice = [
        (finding, fix)
        for finding in analysis.findings
        if finding.waived is None and code in (None, finding.rule)
        for fix in finding.fixes
        if fix.applicability == "advice"
    ]
    if open_advice:
        terminal.line("Left to you, because each needs work that a model cannot do:")
        for finding, fix in open_advice:
            terminal.paragraph(f"{finding.rule} {fix.title}", indent="  ", hang="      ")
