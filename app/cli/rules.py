"""`loadpath rules`: the catalogue of rules, and how each stands with a model."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.cli.files import read_model
from app.cli.findings import severity_words
from app.cli.json_text import written
from app.cli.terminal import Terminal
from app.cli.words import QT_TRANSLATE_NOOP, counted, translate

if TYPE_CHECKING:
    from models.analysis import Rule, RuleState
    from models.architecture import Architecture, SeveritySetting, Threshold

EXAMPLE = """
loadpath rules
loadpath rules shop.loadpath.json
loadpath rules --format json
"""
STATES = {
    "accepted": QT_TRANSLATE_NOOP("cli", "accepted"),
    "off": QT_TRANSLATE_NOOP("cli", "switched off by the policy"),
    "later": QT_TRANSLATE_NOOP("cli", "asks nothing of a sketch"),
    "waiting": QT_TRANSLATE_NOOP("cli", "nothing found"),
    "clean": QT_TRANSLATE_NOOP("cli", "nothing found"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "file", nargs="?", metavar="FILE", help=translate("cli", "a model: tells what each rule makes of it")
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help=translate("cli", "default: text"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.analysis import analyse, catalogue, rule_states

    if arguments.file is None:
        rules = list(catalogue().values())
        if arguments.format == "json":
            return _json([_rule(rule) for rule in rules], terminal)
        _show_catalogue(rules, terminal)
        return 0
    architecture = read_model(arguments.file, terminal)
    states = rule_states(architecture, analyse(architecture))
    if arguments.format == "json":
        return _json([_rule(state.rule) | {"state": _state(state)} for state in states], terminal)
    _show_states(architecture, states, arguments.file, terminal)
    return 0


def _json(told: list[dict[str, Any]], terminal: Terminal) -> int:
    terminal.raw(written(told))
    return 0


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "title": str(rule.title),
        "severity": rule.severity,
        "grade": rule.grade,
        "source": rule.source,
        "thresholds": dict(rule.thresholds),
        "sketch": rule.shape,
        "demonstration": rule.demonstrate is not None,
        "what": str(rule.help.what),
    }


def _state(state: RuleState) -> dict[str, Any]:
    return {
        "state": state.state,
        "found": dict(state.found),
        "accepted": state.accepted,
        "undecided": state.undecided,
        "policy": [setting.model_dump(mode="json") for setting in state.settings],
    }


def _show_catalogue(rules: list[Rule], terminal: Terminal) -> None:
    rows = [
        (rule.name, translate("cli", rule.severity), translate("cli", rule.grade), rule.source, _figures(rule))
        for rule in rules
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for rule, row in zip(rules, rows, strict=True):
        name, severity, grade, source = (f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False))
        quiet = terminal.styled(f"{severity}  {grade}  {source}  {row[-1]}".rstrip(), "quiet")
        terminal.line(f"{terminal.mark(rule.severity)} {terminal.styled(rule.code, 'bold')}  {name}  {quiet}")
    terminal.line()
    count = translate("cli", "{count} rules: worst severity, grade, source, and the figures that a policy may set.")
    terminal.paragraph(count.format(count=len(rules)), style="quiet")
    hint = translate(
        "cli", '"loadpath rules FILE" tells how each stands with a model, "loadpath explain RULE" what one means.'
    )
    terminal.paragraph(hint, style="quiet")


def _figures(rule: Rule) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in rule.thresholds.items())


def _show_states(architecture: Architecture, states: tuple[RuleState, ...], name: str, terminal: Terminal) -> None:
    terminal.line(terminal.styled(architecture.name or name, "bold"))
    width = max(len(state.rule.name) for state in states)
    for state in states:
        mark = terminal.mark(state.worst or ("good" if state.state == "clean" else "none"))
        code = terminal.styled(state.rule.code, "bold")
        words = f"{mark} {code}  {state.rule.name:<{width}}  "
        style = "bold" if state.state == "found" else "quiet"
        terminal.line(words + terminal.styled(" · ".join(_in_words(state)), style))
        for setting in state.settings:
            terminal.line(terminal.styled(" " * (width + 9) + _setting(architecture, setting), "quiet"))
    terminal.line()
    hint = translate("cli", '"loadpath check {file}" tells the findings, "loadpath explain RULE" more about a rule.')
    terminal.paragraph(hint.format(file=name), style="quiet")


def _in_words(state: RuleState) -> list[str]:
    if state.state == "found":
        parts = severity_words({severity: count for severity, count in state.found.items() if count})
    else:
        parts = [translate("cli", STATES[state.state])]
    if state.state == "found" and state.accepted:
        parts.append(translate("cli", "{count} accepted").format(count=f"{state.accepted:,}"))
    if state.undecided and state.state != "off":
        one = translate("cli", "{count} part does not say what it needs")
        many = translate("cli", "{count} parts do not say what it needs")
        parts.append(counted(state.undecided, one, many))
    return parts


def _setting(architecture: Architecture, setting: SeveritySetting | Threshold) -> str:
    if setting.where == "*":
        text = translate("cli", "policy: {what} {value} everywhere")
    elif setting.where.startswith("tag:"):
        text = translate("cli", 'policy: {what} {value} for what is tagged "{where}"')
    else:
        text = translate("cli", "policy: {what} {value} for {where}")
    if isinstance(setting.value, str):
        what, value = translate("cli", "severity"), translate("cli", setting.value)
    else:
        what, value = setting.name.replace("_", " "), f"{setting.value:g}"
    where = setting.where.removeprefix("tag:")
    return text.format(what=what, value=value, where=architecture.label(where))
