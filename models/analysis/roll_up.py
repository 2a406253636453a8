"""Absences of one kind told as one finding, so that a new model does not meet a wall of them."""

from __future__ import annotations

from models.analysis.facts import Facts
from models.analysis.rule import SEVERITIES, Finding, Fix, Rule, Severity, no_fixes
from models.architecture import Architecture
from models.architecture.text import Text, say


def roll_up(facts: Facts, found: list[Finding]) -> list[Finding]:
    """The findings, those of one rule and severity that lack the same thing rolled into one with `members`.

    In operation nothing is rolled up.
    """
    if facts.judgement.stage == "operate":
        return found
    alone: list[Finding] = []
    kinds: dict[tuple[str, Severity], list[Finding]] = {}
    for finding in found:
        rule = facts.rules[finding.rule]
        if rule.roll_up is None or finding.waived is not None or not (finding.absence or finding.undecided):
            alone.append(finding)
        else:
            kinds.setdefault((finding.rule, finding.severity), []).append(finding)
    told: set[str] = set()
    for code, severity in sorted(kinds, key=lambda kind: (kind[0], SEVERITIES.index(kind[1]))):
        members = kinds[code, severity]
        if len(members) == 1:
            alone += members
        else:
            alone.append(_one(facts, facts.rules[code], f"*/{severity}" if code in told else "*", members))
            told.add(code)
    return alone


def _one(facts: Facts, rule: Rule, suffix: str, members: list[Finding]) -> Finding:
    assert rule.roll_up is not None
    members = sorted(members, key=lambda finding: (-finding.reach, finding.id))
    told = rule.roll_up
    subjects = tuple(finding.id.partition(":")[2] for finding in members)
    first = members[0]

    def offer() -> tuple[Fix, ...]:
        apply, title = told.apply, told.title
        if apply is None or title is None:
            return ()
        able = subjects if told.select is None else told.select(facts, subjects)

        def all_at_once(architecture: Architecture) -> Architecture:
            return apply(architecture, able)

        if not able:
            return ()
        if len(able) == 1:
            alone = next(finding for finding in members if finding.id == f"{rule.code}:{able[0]}")
            return tuple(fix for fix in alone.fixes if fix.applicability == told.applicability)[:1]
        return (Fix(_counted(title, len(able)), told.applicability, all_at_once),)

    return Finding(
        id=f"{rule.code}:{suffix}",
        rule=rule.code,
        name=rule.title,
        severity=first.severity,
        grade=first.grade,
        message=_counted(told.message, len(members)),
        elements=tuple(dict.fromkeys(part for finding in members for part in finding.elements)),
        links=tuple(dict.fromkeys(part for finding in members for part in finding.links)),
        assumed=(),
        members=tuple(members),
        undecided=tuple(pair for finding in members for pair in finding.undecided),
        absence=first.absence,
        reach=first.reach,
        offer=no_fixes if told.apply is None else offer,
    )


def _counted(text: Text, count: int) -> Text:
    return say(text.context, text.template, **{**text.values, "count": count})
