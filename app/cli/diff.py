"""`loadpath diff`: what changed between two models, and what that did to their findings."""

from __future__ import annotations

import argparse
import json

from app.cli.files import read_model
from app.cli.fix import tell_findings
from app.cli.terminal import Terminal

EXAMPLE = """
loadpath diff shop-before.loadpath.json shop.loadpath.json
loadpath diff shop-before.loadpath.json shop.loadpath.json --format markdown
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help="the older model file")
    parser.add_argument("new", metavar="NEW", help="the newer model file")
    parser.add_argument("--format", choices=("text", "json", "markdown"), default="text", help="default: text")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Exit code 1 when the newer model has an error that the older one has not."""
    from models.analysis import analyse
    from models.reports import differences
    from models.reports.markdown import difference as told_in_markdown

    old, new = read_model(arguments.old, terminal), read_model(arguments.new, terminal)
    before, after = analyse(old), analyse(new)
    rows = differences.differences(old, new)
    if arguments.format == "json":
        told = differences.as_json(rows, before, after)
        terminal.raw(json.dumps(told, ensure_ascii=False, indent=2))
    elif arguments.format == "markdown":
        terminal.raw(told_in_markdown(old, new, rows, before, after))
    else:
        for row in rows:
            style = {"added": "good", "removed": "error"}.get(row.change, "warning")
            terminal.line(f"{terminal.styled(row.sign, style)} {row.told()}")
        if not rows:
            terminal.line("The models say the same.")
        terminal.line()
        tell_findings(before, after, terminal)
    known = {finding.id for finding in before.findings if finding.severity == "error"}
    came = [f for f in after.findings if f.severity == "error" and f.waived is None and f.id not in known]
    return 1 if came else 0
