"""Finds the rules: every module of `models/analysis/rules/<family>/` that has a `RULE`."""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import cache

from models.analysis import rules
from models.analysis.rule import Rule


@cache
def catalogue() -> dict[str, Rule]:
    """Code -> rule, in the order of the codes.

    Raises:
        ValueError: two rules bear one code.
    """
    found: dict[str, Rule] = {}
    for family in pkgutil.iter_modules(rules.__path__):
        package = importlib.import_module(f"{rules.__name__}.{family.name}")
        for module in pkgutil.iter_modules(package.__path__):
            rule: Rule = importlib.import_module(f"{package.__name__}.{module.name}").RULE
            if rule.code in found:
                raise ValueError(f"{rule.code} is the code of two rules: {found[rule.code].name} and {rule.name}")
            found[rule.code] = rule
    return dict(sorted(found.items()))


def find_rule(code_or_name: str) -> Rule:
    """The rule of that code or name, upper or lower case.

    Raises:
        LookupError: there is none; the sentence names the nearest.
    """
    known = catalogue()
    wanted = code_or_name.strip()
    for rule in known.values():
        if wanted.upper() == rule.code or wanted.lower() == rule.name:
            return rule
    names = [*known, *(rule.name for rule in known.values())]
    match = difflib.get_close_matches(wanted, names, n=1) or difflib.get_close_matches(wanted.upper(), known, n=1)
    hint = f' (did you mean "{match[0]}"?)' if match else ""
    raise LookupError(f'There is no rule "{wanted}"{hint}; `loadpath rules` lists them all')
