"""Absences of one kind told as one finding, so that a new model does not meet a wall of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as with_changes
from operator import itemgetter

from models.analysis.facts import Facts
from models.analysis.rule import SEVERITIES, Finding, Fix, Flaw, RolledUp, Severity, no_fixes
from models.analysis.settling import Settling
from models.architecture import Architecture
from models.architecture.text import Text, say


class Absences:
    """The flaws of one rule that say that something is lacking, by severity; in operation nothing comes here.

    They become findings of their own when someone opens the finding that stands for them.
    """

    def __init__(self, settling: Settling) -> None:
        self._settling = settling
        self._code = settling.rule.code
        self._kinds: dict[Severity, list[Flaw]] = {}

    def add(self, flaw: Flaw, severity: Severity) -> None:
        """One more."""
        self._kinds.setdefault(severity, []).append(flaw)

    def ids(self) -> Iterator[str]:
        """The ids of their findings."""
        return (f"{self._code}:{flaw.subject}" for flaws in self._kinds.values() for flaw in flaws)

    def told(self, facts: Facts, living: set[str]) -> Iterator[Finding]:
        """One finding with `members` for each severity; one that is alone is told alone. `living`: ids of all."""
        told = False
        for severity in SEVERITIES:
            flaws = self._kinds.get(severity, [])
            if len(flaws) == 1:
                yield self._settled(flaws[0], living)
            elif flaws:
                yield self._one(facts, f"*/{severity}" if told else "*", flaws, severity, living)
                told = True

    def _settled(self, flaw: Flaw, living: set[str]) -> Finding:
        finding = self._settling.finding(flaw)
        assert finding is not None
        return with_living_cause(finding, living)

    def _one(self, facts: Facts, suffix: str, flaws: list[Flaw], severity: Severity, living: set[str]) -> Finding:
        rule = self._settling.rule
        assert rule.roll_up is not None
        told, reach = rule.roll_up, self._settling.reach
        ranked = sorted([(-reach(flaw), flaw.subject, flaw) for flaw in flaws], key=itemgetter(0, 1))
        flaws = [flaw for _, _, flaw in ranked]
        subjects = tuple([flaw.subject for flaw in flaws])
        first = flaws[0]

        def members() -> tuple[Finding, ...]:
            return tuple([self._settled(flaw, living) for flaw in flaws])

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
                alone = self._settled(flaws[subjects.index(able[0])], living)
                return tuple(fix for fix in alone.fixes if fix.applicability == told.applicability)[:1]
            return (Fix(_counted(title, len(able)), told.applicability, all_at_once),)

        return RolledUp.of(
            Finding(
                id=f"{rule.code}:{suffix}",
                rule=rule.code,
                name=rule.title,
                severity=severity,
                grade=self._settled(first, living).grade,
                message=_counted(told.message, len(flaws)),
                elements=tuple(dict.fromkeys([part for flaw in flaws for part in flaw.elements])),
                links=tuple(dict.fromkeys([part for flaw in flaws for part in flaw.links])),
                undecided=tuple([pair for flaw in flaws for pair in flaw.undecided]),
                absence=first.absence,
                reach=-ranked[0][0],
                offer=no_fixes if told.apply is None else offer,
            ),
            members,
        )


def with_living_cause(finding: Finding, living: set[str]) -> Finding:
    """The finding, without its cause where that is no finding itself."""
    return finding if finding.cause is None or finding.cause in living else with_changes(finding, cause=None)


def _counted(text: Text, count: int) -> Text:
    return say(text.context, text.template, **{**text.values, "count": count})
