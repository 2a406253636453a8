"""`loadpath fix`: applies the fixes that findings offer and says what each changed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.failure import CommandError
from app.cli.files import read_model
from app.cli.findings import show_what_came_and_went
from app.cli.terminal import Terminal
from app.cli.words import told, translate

if TYPE_CHECKING:
    from models.analysis import Analysis, Finding, Fix
    from models.architecture import Architecture

EXAMPLE = """
loadpath fix shop.loadpath.json --dry-run
loadpath fix shop.loadpath.json --rule R01 --safe
"""
MOST_ROUNDS = 500


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", metavar="FILE", help=translate("cli", "a model file; it is changed unless --dry-run is given")
    )
    parser.add_argument("--rule", metavar="CODE", help=translate("cli", "only findings of this rule"))
    parser.add_argument(
        "--safe", action="store_true", help=translate("cli", "only fixes that are safe without a second look")
    )
    parser.add_argument(
        "--dry-run", action="store_true", help=translate("cli", "show what would change and leave the file alone")
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.analysis import analyse, catalogue
    from models.evidence import differences
    from models.formats import native

    code = None
    if arguments.rule is not None:
        from app.cli.explain import find

        code = find(arguments.rule, {known: rule.name for known, rule in catalogue().items()})
    architecture = read_model(arguments.file, terminal)
    before = analyse(architecture)
    wanted = ("safe",) if arguments.safe else ("safe", "review")
    fixed, after, applied, refused = _fix_all(architecture, before, code, wanted)
    for finding, fix in applied:
        review = " (" + translate("cli", "review") + ")" if fix.applicability == "review" else ""
        marked = terminal.styled(review, "warning")
        terminal.line(f"{terminal.mark('good')} {finding.rule} {told(fix.title)}{marked}")
    for finding, fix in refused:
        refusal = translate("cli", "{fix}: left out, it would bring a new error").format(fix=told(fix.title))
        terminal.line(f"{terminal.mark('warning')} {finding.rule} {refusal}")
    if not applied:
        nothing = (
            translate("cli", "There is nothing to fix."),
            translate("cli", "There is nothing to fix that is safe."),
        )
        terminal.line(nothing[arguments.safe])
        _tell_advice(before, code, terminal)
        return 0
    terminal.line()
    for row in differences(architecture, fixed):
        terminal.line(f"  {row.sign} {row.told(translate)}")
    terminal.line()
    show_what_came_and_went(before, after, terminal)
    _tell_advice(after, code, terminal)
    if arguments.dry_run:
        terminal.line(terminal.styled(translate("cli", "Nothing was written (--dry-run)."), "quiet"))
        return 0
    try:
        native.save(arguments.file, fixed)
    except native.FormatError as error:
        raise CommandError(told(error.text)) from error
    saved = translate("cli", "{file} is saved.").format(file=arguments.file)
    terminal.line(terminal.styled(saved, "quiet"))
    return 0


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
    advice = dict.fromkeys(
        f"{finding.rule} {told(fix.title)}"
        for finding in analysis.findings
        if finding.waived is None and code in (None, finding.rule)
        for fix in finding.fixes
        if fix.applicability == "advice"
    )
    if advice:
        terminal.line(translate("cli", "Left to you, because each needs work that a model cannot do:"))
        for text in advice:
            terminal.paragraph(text, indent="  ", hang="      ")
