"""`loadpath rules`: the catalogue of rules."""

from __future__ import annotations

import argparse
import json
from typing import Any

from app.cli.terminal import Terminal
from app.cli.words import translate

EXAMPLE = """
loadpath rules
loadpath rules --format json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--format", choices=("text", "json"), default="text", help=translate("cli", "default: text"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.analysis import catalogue

    rules = sorted(catalogue().values(), key=lambda rule: rule.code)
    if arguments.format == "json":
        told: list[dict[str, Any]] = [
            {
                "code": rule.code,
                "name": rule.name,
                "title": str(rule.title),
                "severity": rule.severity,
                "grade": rule.grade,
                "source": rule.source,
                "thresholds": dict(rule.thresholds),
                "what": str(rule.help.what),
            }
            for rule in rules
        ]
        terminal.raw(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    width = max(len(rule.name) for rule in rules)
    for rule in rules:
        code, name = terminal.styled(rule.code, "bold"), f"{rule.name:<{width}}"
        terminal.line(f"{terminal.mark(rule.severity)} {code}  {name}  {terminal.styled(rule.source, 'quiet')}")
    terminal.line()
    hint = translate("cli", '"loadpath explain RULE" tells more about one of them.')
    terminal.line(terminal.styled(hint, "quiet"))
    return 0
