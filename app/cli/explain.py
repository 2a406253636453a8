"""`loadpath explain`: what a rule means, why it matters, an example, and what to do."""

from __future__ import annotations

import argparse

from app.cli.failure import CommandError
from app.cli.terminal import Terminal
from app.cli.words import translate

EXAMPLE = """
loadpath explain R01
loadpath explain missing-timeout
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("rule", metavar="RULE", help=translate("cli", "a rule's code or name"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.analysis import catalogue, explain

    rules = catalogue()
    code = find(arguments.rule, {code: rule.name for code, rule in rules.items()})
    terminal.raw(explain(code))
    return 0


def find(wanted: str, names: dict[str, str]) -> str:
    """The code of the rule with this code or name.

    Raises:
        CommandError: there is no such rule.
    """
    import difflib

    word = wanted.strip()
    if word.upper() in names:
        return word.upper()
    slug = word.lower().replace(" ", "-").replace("_", "-")
    by_name = {name.lower().replace(" ", "-"): code for code, name in names.items()}
    if slug in by_name:
        return by_name[slug]
    close = difflib.get_close_matches(slug, [*by_name, *(code.lower() for code in names)], n=1)
    hint = ""
    if close:
        name = close[0].upper() if close[0].upper() in names else close[0]
        hint = translate("cli", ' (did you mean "{name}"?)').format(name=name)
    text = translate("cli", 'There is no rule "{rule}"{hint}; "loadpath rules" lists all.')
    raise CommandError(text.format(rule=wanted, hint=hint))
