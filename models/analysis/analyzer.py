"""Runs the rules over one architecture and brings what they raise into order."""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from itertools import chain
from typing import Any

from models.analysis.catalogue import catalogue
from models.analysis.facts import Facts
from models.analysis.policy import MILDER, Judgement
from models.analysis.roll_up import Absences, Living, OneOfMany, RolledUp, with_living_cause
from models.analysis.rule import SEVERITIES, Finding, Rule, Severity, Silences, told
from models.analysis.settling import Settling
from models.architecture import Architecture
from models.architecture.text import Text


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

    @cached_property
    def each(self) -> tuple[Finding, ...]:
        """Every single finding, rolled-up ones unrolled."""
        return tuple(member for finding in self.findings for member in finding.each())

    @cached_property
    def by_part(self) -> dict[str, tuple[int, Severity]]:
        """Element or link id -> (how many findings are about it, the worst severity).

        What was accepted does not count, nor do remarks that are told as one for many parts: they would mark
        everything.
        """
        found: dict[str, tuple[int, Severity]] = {}
        for severity in SEVERITIES:
            counted = [finding for finding in self.findings if finding.severity == severity and finding.waived is None]
            for finding in counted:
                if severity == "info" and finding.stands_for_many:
                    continue
                for part in finding.marked():
                    count, worst = found.get(part, (0, severity))
                    found[part] = count + 1, worst
        return found

    def about(self, part_ids: Iterable[str], most: int | None = None) -> tuple[list[Finding], int]:
        """What `by_subject` has of any of these parts, the worst first, each once; and how many there are.

        Of more than `most` only so many are told, and made.
        """
        return self.by_subject.worst(part_ids, most)

    @cached_property
    def by_subject(self) -> _BySubject:
        """Element or link id -> single findings in force whose subject it is, in order; of others it is on the way.

        Those told as one are made when a part is looked up.
        """
        return _BySubject(self.findings, _never)

    def make_ready(self, cancelled: Callable[[], bool]) -> None:
        """Works out `by_part` and `by_subject`, and what members of roll-ups share, for those who ask at once.

        Raises:
            Cancelled: `cancelled()` said so; it is asked before each finding.
        """
        vars(self)["by_subject"] = _BySubject(self.findings, cancelled)
        _ = self.by_part
        for finding in self.findings:
            if isinstance(finding, RolledUp):
                _stop_if(cancelled)
                finding.make_one()

    def make_members(self, cancelled: Callable[[], bool]) -> None:
        """Works out what roll-ups are about and all their members, for those who choose and open them.

        `cancelled` is asked before each; where it says so those of this roll-up and the next are left unmade.
        """
        with suppress(Cancelled):
            for finding in self.findings:
                if isinstance(finding, RolledUp):
                    _ = finding.links, finding.elements
                    finding.make_members(partial(_stop_if, cancelled))

    def made(self) -> list[Finding]:
        """All findings and those of their members that have been made."""
        made = list(self.findings)
        for finding in self.findings:
            if isinstance(finding, RolledUp):
                made += finding.made
        return made

    def finding(self, finding_id: str) -> Finding | None:
        """The finding of that id, wherever it stands."""
        code = finding_id.partition(":")[0]
        for finding in self.findings:
            if finding.id == finding_id:
                return finding
            if finding.rule == code:
                for member in finding.members:
                    if member.id == finding_id:
                        return member
        return None


_Told = Finding | tuple[RolledUp, OneOfMany]
"""A finding, or one that is told with others and what it is made of."""


class _BySubject(Mapping[str, list[Finding]]):
    """What is found about each part; members of roll-ups are made when their part is looked up."""

    def __init__(self, findings: Iterable[Finding], cancelled: Callable[[], bool]) -> None:
        """Raises:
        Cancelled: `cancelled()` said so; it is asked before each finding.
        """
        known: defaultdict[str, list[_Told]] = defaultdict(list)
        for finding in findings:
            _stop_if(cancelled)
            if isinstance(finding, RolledUp):
                for part_id, one in finding.of_parts():
                    known[part_id].append((finding, one))
            elif finding.waived is None:
                for part_id in dict.fromkeys(finding.links or finding.elements):
                    known[part_id].append(finding)
        self._known = dict(known)

    def __getitem__(self, part_id: str) -> list[Finding]:
        return [_single(one) for one in self._known[part_id]]

    def worst(self, part_ids: Iterable[str], most: int | None) -> tuple[list[Finding], int]:
        """As `Analysis.about`."""
        told: dict[str, tuple[Severity, _Told]] = {}
        for one in chain.from_iterable([self._known.get(part_id, ()) for part_id in part_ids]):
            if isinstance(one, Finding):
                told.setdefault(one.id, (one.severity, one))
            else:
                rolled, (subject, _) = one
                told.setdefault(f"{rolled.rule}:{subject}", (rolled.severity, one))
        ranked = sorted(told.values(), key=lambda entry: _RANK[entry[0]])
        return [_single(one) for _, one in ranked[:most]], len(ranked)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def _single(told: _Told) -> Finding:
    if isinstance(told, Finding):
        return told
    rolled, one = told
    return rolled.member(one)


def analyse(
    architecture: Architecture,
    *,
    cancelled: Callable[[], bool] | None = None,
    today: date | None = None,
    rules: Iterable[Rule] | None = None,
) -> Analysis:
    """Every finding about `architecture`, by the rules of the catalogue unless others are given.

    Raises:
        Cancelled: `cancelled()` said so; it is asked every few milliseconds.
    """
    known = {rule.code: rule for rule in rules} if rules is not None else catalogue()
    with _without_collecting():
        return _run(architecture, known, cancelled or _never, today or date.today())


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Findings are many and live on: looking for garbage among them took a third of the time.

    What is left counts as old at once, for the collector would go through all of it next, in vain: there are no circles
    in it. Where a program has frozen objects of its own, it is left to look.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()


def _run(
    architecture: Architecture,
    known: Mapping[str, Rule],
    cancelled: Callable[[], bool],
    today: date,
) -> Analysis:
    judgement = Judgement(architecture)
    facts = Facts(architecture, known, judgement)
    facts.before_each = partial(_stop_if, cancelled)
    found: list[Finding] = []
    absences: list[Absences] = []
    for rule in known.values():
        _stop_if(cancelled)
        settling = Settling(facts, rule, today)
        alike = Absences(settling)
        for raised in rule.check(facts):
            if cancelled():
                raise Cancelled
            if isinstance(raised, Silences) and settling.counts_silences:
                alike.add(MILDER[raised.severity], raised)
                continue
            for flaw in told(raised):
                milder = settling.rolled(flaw) if settling.rolls else None
                if milder is not None:
                    alike.add(milder, flaw)
                elif (finding := settling.finding(flaw)) is not None:
                    found.append(finding)
        absences.append(alike)
    living = Living(found, absences)
    found = [finding if finding.cause is None else with_living_cause(finding, living) for finding in found]
    for alike in absences:
        _stop_if(cancelled)
        found += alike.told(facts, living)
    facts.before_each = None  # findings ask facts for their fixes long after
    rolled = sorted(found, key=_order)
    in_force = Counter([finding.severity for finding in rolled if finding.waived is None])
    summary: dict[str, int] = {severity: in_force[severity] for severity in SEVERITIES}
    return Analysis(
        tuple(rolled), summary, judgement.notes(catalogue(), living.__contains__ if known == catalogue() else None)
    )


def _never() -> bool:
    return False


def _stop_if(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise Cancelled


def _order(finding: Finding) -> tuple[bool, int, float, str]:
    return finding.waived is not None, _RANK[finding.severity], -finding.reach, finding.id


_RANK = {severity: rank for rank, severity in enumerate(SEVERITIES)}


def analysis_json(architecture: Architecture, analysis: Analysis) -> dict[str, Any]:
    """The analysis as `check --format json` prints it.

    A roll-up is followed by the findings in it, each whole and with the roll-up as its `cause`; the roll-up lists their
    ids as `members`. The summary counts what a person is shown, a roll-up once. `notes` tells what of the policy has no
    effect.
    """
    whole = analysis_json_in_parts(architecture, analysis)
    return {**whole, "findings": list(whole["findings"])}


def analysis_json_in_parts(architecture: Architecture, analysis: Analysis) -> dict[str, Any]:
    """What `analysis_json` gives, with an iterator as `findings`: each is told when its turn comes, and not kept."""
    return {
        "model": architecture.name or "",
        "findings": _findings_json(analysis),
        "summary": dict(analysis.summary),
        "notes": [str(note) for note in analysis.notes],
    }


def _findings_json(analysis: Analysis) -> Iterator[dict[str, Any]]:
    for finding in analysis.findings:
        yield _finding_json(finding, finding.cause)
        if finding.stands_for_many:
            yield from (_finding_json(member, finding.id) for member in finding.in_turn())


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
    if finding.stands_for_many:
        told["members"] = finding.member_ids
    return told
