"""`loadpath diff`: what changed between two models, and what that did to their findings."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.files import read_model
from app.cli.findings import show_what_came_and_went
from app.cli.json_text import written
from app.cli.terminal import Terminal
from app.cli.words import translate

if TYPE_CHECKING:
    from models.analysis import Analysis

EXAMPLE = """
loadpath diff shop-before.loadpath.json shop.loadpath.json
loadpath diff shop-before.loadpath.json shop.loadpath.json --format markdown
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help=translate("cli", "the older model file"))
    parser.add_argument("new", metavar="NEW", help=translate("cli", "the newer model file"))
    parser.add_argument(
        "--format", choices=("text", "json", "markdown"), default="text", help=translate("cli", "default: text")
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Exit code 1 when the newer model has an error, not accepted, that the older one has not."""
    from models.analysis import analyse
    from models.evidence import as_json, differences
    from models.reports.markdown import difference as told_in_markdown

    old, new = read_model(arguments.old, terminal), read_model(arguments.new, terminal)
    before, after = analyse(old), analyse(new)
    rows = differences(old, new)
    if arguments.format == "json":
        terminal.raw(written(as_json(rows, before, after)))
    elif arguments.format == "markdown":
        terminal.raw(told_in_markdown(old, new, rows, before, after))
    else:
        for row in rows:
            style = {"added": "good", "removed": "error"}.get(row.change, "warning")
            terminal.line(f"{terminal.styled(row.sign, style)} {row.told(translate)}")
        if not rows:
            terminal.line(translate("cli", "The models say the same."))
        terminal.line()
        show_what_came_and_went(before, after, terminal)
    return 1 if _errors(after) - _errors(before) else 0


def _errors(analysis: Analysis) -> set[str]:
    return {finding.id for finding in analysis.each if finding.severity == "error" and finding.waived is None}
