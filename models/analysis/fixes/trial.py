"""Trying a fix out: whether it would bring an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from models.analysis.facts import Facts
from models.analysis.rule import Flaw, Rule, told
from models.architecture import Architecture


def brings_error(facts: Facts, after: Architecture, codes: Iterable[str]) -> bool:
    """Whether one of these rules raises an error about the changed architecture that it does not raise now."""
    later = Facts(after, facts.rules)
    for code in codes:
        rule = facts.rules.get(code)
        if rule is not None:
            now = {flaw.subject for flaw in _errors(facts, rule)}
            if any(flaw.subject not in now for flaw in _errors(later, rule)):
                return True
    return False


def _errors(facts: Facts, rule: Rule) -> Iterator[Flaw]:
    in_operation = facts.judgement.stage == "operate"
    for raised in rule.check(facts):
        if raised.severity == "error" and (raised.absence is None or in_operation):
            yield from told(raised)
