"""What becomes of a flaw: a finding, with severity, grade, waiver and reach, or nothing where the policy says so."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import partial
from typing import Literal

from models.analysis.facts import Facts
from models.analysis.labels import naming
from models.analysis.policy import MILDER, expired
from models.analysis.reach import part_reach
from models.analysis.rule import Finding, Flaw, Grade, Rule, Severity, Silences, ToldLater
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


class Settling:
    """Makes findings of the flaws that one rule raises."""

    def __init__(self, facts: Facts, rule: Rule, today: date) -> None:
        judgement = facts.judgement
        self._facts = facts
        self.rule = rule
        self._today = today
        self._set = judgement.sets_severity(rule.code)
        self._milder = judgement.stage != "operate"
        self._by_journeys = bool(facts.every_journey)
        self._reach = facts.once(part_reach).__getitem__
        self._guessed = [attribute for attribute in rule.rests_on if attribute in facts.guessed]
        self.rolls = rule.roll_up is not None and judgement.stage != "operate"
        """Whether flaws that lie in what nobody said are told together."""
        self.counts_silences = self.rolls and judgement.stage == "design" and not self._set and not judgement.waivers
        """Whether what nobody said rolls up whatever it is about, one step milder, so that none of it need be told."""
        self.ends = facts.ends
        self.silent_reach = facts.once(_silent_reach).__getitem__
        """The reach of a silence by its subject."""
        self._shown_by = partial(rule.demonstrate, facts.architecture) if rule.demonstrate is not None else None

    def severity(self, flaw: Flaw) -> Severity | Literal["off"]:
        """The severity in force."""
        absence = flaw.absence is not None
        if self._set:
            about = flaw.about or (*flaw.elements, *flaw.links)
            return self._facts.judgement.severity(self.rule, flaw.severity, absence, about)
        return MILDER[flaw.severity] if absence and self._milder else flaw.severity

    def reach(self, part_ids: Iterable[str]) -> float:
        """Journeys through the parts, with their requests per second on top; where there are none, entries.

        The most of any part.
        """
        return max(map(self._reach, part_ids), default=0.0)

    def parts(self, flaw: Flaw) -> tuple[str, ...]:
        """The parts of a flaw whose reach counts."""
        return (*flaw.elements, *flaw.links) if self._by_journeys else flaw.elements

    def rolled(self, flaw: Flaw) -> Severity | None:
        """The severity of a flaw that is told together with its like; None of one that stands alone or is off."""
        if not _is_silence(flaw):
            return None
        judgement = self._facts.judgement
        severity = self.severity(flaw)
        if severity == "off":
            return None
        if judgement.waivers:
            waiver = judgement.waiver(f"{self.rule.code}:{flaw.subject}", severity)
            if waiver is not None and not expired(waiver, self._today):
                return None
        if judgement.stage == "sketch" and self.finding(flaw) is None:
            return None
        return severity

    def finding(self, flaw: Flaw) -> Finding | None:
        """The flaw as a finding; None where the policy does not want it."""
        judgement, rule = self._facts.judgement, self.rule
        severity = self.severity(flaw)
        if severity == "off":
            return None
        assumed = flaw.assumed
        if self._guessed:
            assumed = (*assumed, *self._guesses(flaw))
        grade = rule.grade if not assumed and flaw.absence is None else "assumed"
        if judgement.stage == "sketch" and not rule.shape and flaw.absence is None and grade != "stated":
            return None
        finding_id = f"{rule.code}:{flaw.subject}"
        message, arithmetic = flaw.message, flaw.arithmetic
        if not isinstance(message, Text):
            message = ToldLater(message)
        if arithmetic is not None and not isinstance(arithmetic, Text):
            arithmetic = ToldLater(arithmetic)
        waiver = judgement.waiver(finding_id, severity if _is_silence(flaw) else None) if judgement.waivers else None
        if waiver is not None and expired(waiver, self._today):
            message = say("analysis", _EXPIRED, message=message, until=waiver.until)
            waiver = None
        parts = (*flaw.elements, *flaw.links) if self._by_journeys else flaw.elements
        finding = Finding.__new__(Finding)
        values: dict[str, object] = {
            "id": finding_id,
            "rule": rule.code,
            "name": rule.title,
            "severity": severity,
            "grade": grade,
            "message": message,
            "elements": flaw.elements,
            "links": flaw.links,
            "journey": flaw.journey,
            "path": flaw.path,
            "arithmetic": arithmetic,
            "assumed": assumed,
            "cause": flaw.cause,
            "waived": waiver,
            "members": (),
            "undecided": flaw.undecided,
            "absence": flaw.absence,
            "reach": max(map(self._reach, parts)) if parts else 0.0,
            "offer": flaw.fixes,
            "shown_by": self._shown_by,
        }
        object.__setattr__(finding, "__dict__", values)  # thrice as fast as to fill a frozen class one by one
        return finding

    def silent_grade(self, silences: Silences, subject: str) -> Grade:
        """The grade of a silence as a finding, without telling it."""
        guessed = any(subject in self._facts.guessed[attribute] for attribute in self._guessed)
        return "assumed" if guessed or silences.absence is not None else self.rule.grade

    def _guesses(self, flaw: Flaw) -> Iterable[Text]:
        """One sentence per attribute that was guessed, whatever the number of links."""
        facts = self._facts
        for attribute in self._guessed:
            links = [link_id for link_id in flaw.links if link_id in facts.guessed[attribute]]
            names, words = naming([facts.label(link_id) for link_id in links]), attribute.replace("_", " ")
            if len(links) == 1:
                yield say("analysis", _GUESSED, link=names, attribute=words)
            elif links:
                yield say("analysis", _MANY_GUESSED, links=names, attribute=words, count=len(links))


def _is_silence(flaw: Flaw) -> bool:
    """Whether the flaw lies in what nobody said; those of a rule are told together."""
    return flaw.absence is not None or bool(flaw.undecided)


def _silent_reach(facts: Facts) -> dict[str, float]:
    """Shared fact: element id -> its reach; link id -> that of its ends, which no journey misses that uses it.

    Without journeys the target of a link is reached from wherever its source is.
    """
    reach, arcs = facts.once(part_reach), facts.architecture.arcs
    if not facts.every_journey:
        return reach | {link_id: reach[target] for link_id, _, target, _, _ in arcs}
    found = {element_id: reach[element_id] for element_id in facts.kind}
    for link_id, source, target, _, _ in arcs:
        found[link_id] = max(reach[source], reach[target])
    return found


_EXPIRED = QT_TRANSLATE_NOOP("analysis", "{message} This risk was accepted until {until}; that day has passed.")
_GUESSED = QT_TRANSLATE_NOOP("analysis", "{link}: {attribute} was guessed by an import")
_MANY_GUESSED = QT_TRANSLATE_NOOP("analysis", "the {attribute} of {count} links was guessed by an import: {links}")
