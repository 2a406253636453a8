"""Runs the rules over one architecture and brings what they raise into order."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace as with_changes
from datetime import date
from functools import partial
from typing import Any

from models.analysis.catalogue import catalogue
from models.analysis.facts import Facts, naming
from models.analysis.policy import Judgement, expired
from models.analysis.reach import reach_of
from models.analysis.roll_up import roll_up
from models.analysis.rule import SEVERITIES, Finding, Flaw, Rule
from models.architecture import Architecture, Fault
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

ShownBy = Callable[[Finding], tuple[Fault, ...] | None] | None
"""Which faults show a finding on the architecture at hand."""


class Cancelled(Exception):  # noqa: N818 - it is no error
    """Someone asked the analysis to stop before it was done."""


@dataclass(frozen=True)
class Analysis:
    """What is wrong with one architecture.

    `findings` in order: severity, then reach, then id; absences of one kind are rolled up into one finding with
    `members`. `summary` counts those nobody has accepted, by severity. `notes` tells what of the policy has no effect.
    """

    findings: tuple[Finding, ...]
    summary: dict[str, int]
    notes: tuple[Text, ...] = ()

    @property
    def each(self) -> tuple[Finding, ...]:
        """Every single finding, rolled-up ones unrolled."""
        return tuple(member for finding in self.findings for member in finding.each())

    def finding(self, finding_id: str) -> Finding | None:
        """The finding of that id, wherever it stands."""
        for finding in self.findings:
            for candidate in (finding, *finding.members):
                if candidate.id == finding_id:
                    return candidate
        return None


def analyse(
    architecture: Architecture,
    *,
    cancelled: Callable[[], bool] | None = None,
    today: date | None = None,
    rules: Iterable[Rule] | None = None,
) -> Analysis:
    """Every finding about `architecture`, by the rules of the catalogue unless others are given.

    Raises:
        Cancelled: `cancelled()` said so between two rules.
    """
    known = {rule.code: rule for rule in rules} if rules is not None else catalogue()
    with _without_collecting():
        return _run(architecture, known, cancelled, today or date.today())


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Findings are many and live on: looking for garbage among them took a third of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _run(
    architecture: Architecture,
    known: Mapping[str, Rule],
    cancelled: Callable[[], bool] | None,
    today: date,
) -> Analysis:
    judgement = Judgement(architecture)
    facts = Facts(architecture, known, judgement)
    found: list[Finding] = []
    for rule in known.values():
        if cancelled is not None and cancelled():
            raise Cancelled
        shown_by = partial(rule.demonstrate, architecture) if rule.demonstrate is not None else None
        for flaw in rule.check(facts):
            finding = _settled(facts, rule, flaw, today, shown_by)
            if finding is not None:
                found.append(finding)
    living = {finding.id for finding in found}
    found = [
        finding if finding.cause is None or finding.cause in living else with_changes(finding, cause=None)
        for finding in found
    ]
    rolled = sorted(roll_up(facts, found), key=_order)
    summary: dict[str, int] = {
        severity: sum(finding.severity == severity and finding.waived is None for finding in rolled)
        for severity in SEVERITIES
    }
    return Analysis(tuple(rolled), summary, judgement.notes(catalogue()))


def _settled(facts: Facts, rule: Rule, flaw: Flaw, today: date, shown_by: ShownBy) -> Finding | None:
    judgement = facts.judgement
    absence = flaw.absence is not None
    severity = judgement.severity(rule, flaw.severity, absence, flaw.about or (*flaw.elements, *flaw.links))
    if severity == "off":
        return None
    assumed = flaw.assumed
    if facts.guessed:
        assumed = (*assumed, *_guesses(facts, rule, flaw))
    grade = "assumed" if assumed or absence else rule.grade
    if judgement.stage == "sketch" and not rule.shape and not absence and grade != "stated":
        return None
    finding_id = f"{rule.code}:{flaw.subject}"
    message = flaw.message
    waiver = judgement.waiver(finding_id, absence)
    if waiver is not None and expired(waiver, today):
        message = say("analysis", _EXPIRED, message=message, until=waiver.until)
        waiver = None
    finding = Finding.__new__(Finding)  # a frozen class of this width takes thrice as long to fill one by one
    finding.__dict__.update(
        id=finding_id,
        rule=rule.code,
        name=rule.title,
        severity=severity,
        grade=grade,
        message=message,
        elements=flaw.elements,
        links=flaw.links,
        journey=flaw.journey,
        path=flaw.path,
        arithmetic=flaw.arithmetic,
        assumed=assumed,
        cause=flaw.cause,
        waived=waiver,
        members=(),
        undecided=flaw.undecided,
        absence=flaw.absence,
        reach=reach_of(facts, flaw),
        offer=flaw.fixes,
        shown_by=shown_by,
    )
    return finding


def _guesses(facts: Facts, rule: Rule, flaw: Flaw) -> Iterable[Text]:
    """One sentence per attribute that was guessed, whatever the number of links."""
    for attribute in rule.rests_on:
        if attribute not in facts.guessed:
            continue
        links = [link_id for link_id in flaw.links if link_id in facts.guessed[attribute]]
        names = naming([facts.label(link_id) for link_id in links])
        if len(links) == 1:
            yield say("analysis", _GUESSED, link=names, attribute=attribute)
        elif links:
            yield say("analysis", _MANY_GUESSED, links=names, attribute=attribute, count=len(links))


def _order(finding: Finding) -> tuple[bool, int, float, str]:
    return finding.waived is not None, SEVERITIES.index(finding.severity), -finding.reach, finding.id


def analysis_json(architecture: Architecture, analysis: Analysis) -> dict[str, Any]:
    """The analysis as `check --format json` prints it.

    A roll-up is followed by the findings in it, each whole and with the roll-up as its `cause`; the roll-up lists their
    ids as `members`. The summary counts what a person is shown, a roll-up once.
    """
    told = []
    for finding in analysis.findings:
        told.append(_finding_json(finding, finding.cause))
        told += [_finding_json(member, finding.id) for member in finding.members]
    return {"model": architecture.name or "", "findings": told, "summary": dict(analysis.summary)}


def _finding_json(finding: Finding, cause: str | None) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": finding.id,
        "rule": finding.rule,
        "name": catalogue()[finding.rule].name,
        "severity": finding.severity,
        "grade": finding.grade,
        "message": str(finding.message),
        "elements": list(finding.elements),
        "links": list(finding.links),
        "journey": finding.journey,
        "path": list(finding.path),
        "arithmetic": None if finding.arithmetic is None else str(finding.arithmetic),
        "assumed": [str(text) for text in finding.assumed],
        "cause": cause,
        "fixes": [{"title": str(fix.title), "applicability": fix.applicability} for fix in finding.fixes],
        "waived": None if finding.waived is None else finding.waived.model_dump(mode="json", exclude_none=True),
    }
    if finding.undecided:
        told["undecided"] = [{"part": part, "attribute": attribute} for part, attribute in finding.undecided]
    if finding.members:
        told["members"] = [member.id for member in finding.members]
    return told


_EXPIRED = QT_TRANSLATE_NOOP("analysis", "{message} This risk was accepted until {until}; that day has passed.")
_GUESSED = QT_TRANSLATE_NOOP("analysis", "{link}: {attribute} was guessed by an import")
_MANY_GUESSED = QT_TRANSLATE_NOOP("analysis", "the {attribute} of {count} links was guessed by an import: {links}")
