"""Trying a fix out: whether it would bring an error."""

from __future__ import annotations

from collections.abc import Iterable

from models.analysis.facts import Facts
from models.analysis.rule import Flaw, Silence
from models.architecture import Architecture


def brings_error(facts: Facts, after: Architecture, codes: Iterable[str]) -> bool:
    """Whether one of these rules raises an error about the changed architecture that it does not raise now."""
    later = Facts(after, facts.rules)
    for code in codes:
        rule = facts.rules.get(code)
        if rule is not None:
            now = {flaw.subject for flaw in rule.check(facts) if _is_error(facts, flaw)}
            if any(_is_error(later, flaw) and flaw.subject not in now for flaw in rule.check(later)):
                return True
    return False


def _is_error(facts: Facts, flaw: Flaw | Silence) -> bool:
    return flaw.severity == "error" and (flaw.absence is None or facts.judgement.stage == "operate")
