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
            now = facts.once(_known_errors)
            if code not in now:
                now[code] = frozenset([flaw.subject for flaw in _errors(facts, rule)])
            if any(flaw.subject not in now[code] for flaw in _errors(later, rule)):
                return True
    return False


def _known_errors(_facts: Facts) -> dict[str, frozenset[str]]:
    """Shared fact: code of a rule that was asked for -> the subjects of its errors in the architecture as it is."""
    return {}


def _errors(facts: Facts, rule: Rule) -> Iterator[Flaw]:
    in_operation = facts.judgement.stage == "operate"
    for raised in rule.check(facts):
        if raised.severity == "error" and (raised.absence is None or in_operation):
            yield from told(raised)
