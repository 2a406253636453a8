"""Absences of one kind told as one finding, so that a new model does not meet a wall of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace as with_changes
from functools import cached_property, partial
from itertools import chain
from operator import itemgetter

from models.analysis.facts import Facts
from models.analysis.rule import SEVERITIES, Finding, Fix, Flaw, RollUp, Severity, Silences, marks, no_fixes
from models.analysis.settling import Settling
from models.architecture import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


class Living:
    """The ids of all findings of a run, put together rule by rule when a cause is looked for among them."""

    def __init__(self, found: Iterable[Finding], absences: Iterable[Absences]) -> None:
        self._absences = {alike.code: alike for alike in absences}
        self._told: dict[str, list[str]] = {}
        for finding in found:
            self._told.setdefault(finding.rule, []).append(finding.id)
        self._known: dict[str, frozenset[str]] = {}

    def __contains__(self, finding_id: str) -> bool:
        code = finding_id.partition(":")[0]
        if code not in self._known:
            rolled = self._absences[code].ids() if code in self._absences else ()
            self._known[code] = frozenset([*self._told.get(code, ()), *rolled])
        return finding_id in self._known[code]


class Absences:
    """The flaws of one rule that say that something is lacking, by severity; in operation nothing comes here.

    They become findings of their own when someone opens the finding that stands for them.
    """

    def __init__(self, settling: Settling) -> None:
        self._settling = settling
        self.code = settling.rule.code
        self._kinds: dict[Severity, list[Flaw | Silences]] = {}

    def add(self, severity: Severity, raised: Flaw | Silences) -> None:
        """One more, or many."""
        if severity in self._kinds:
            self._kinds[severity].append(raised)
        else:
            self._kinds[severity] = [raised]

    def ids(self) -> Iterator[str]:
        """The ids of their findings."""
        for raised in [one for kind in self._kinds.values() for one in kind]:
            for subject in raised.subjects if isinstance(raised, Silences) else (raised.subject,):
                yield f"{self.code}:{subject}"

    def told(self, facts: Facts, living: Living) -> Iterator[Finding]:
        """One finding with `members` for each severity; one that is alone is told alone."""
        told = False
        for severity in SEVERITIES:
            rolled = _Rolled(self._settling, self._kinds.get(severity, []), living)
            if rolled.count == 1:
                yield rolled.settled(rolled.flaws[0])
            elif rolled.count:
                yield rolled.finding(facts, f"{self.code}:{f'*/{severity}' if told else '*'}", severity)
                told = True


OneOfMany = tuple[str, Flaw | Silences]
"""The subject of one of those that a finding stands for, and what was raised about it."""


class RolledUp(Finding):
    """Many absences told as one finding; its members and what they are about come to be when someone looks at them."""

    _rolled: _Rolled

    @classmethod
    def of(cls, finding: Finding, rolled: _Rolled) -> RolledUp:
        """The finding as one of many flaws."""
        later = ("members", "elements", "links", "undecided")
        made = cls.__new__(cls)
        made.__dict__.update({name: value for name, value in vars(finding).items() if name not in later})
        made.__dict__["_rolled"] = rolled
        return made

    @property
    def stands_for_many(self) -> bool:
        return True

    @property
    def count(self) -> int:
        return self._rolled.count

    @property
    def member_ids(self) -> list[str]:
        return [f"{self.rule}:{subject}" for subject in self._rolled.subjects]

    @property
    def made(self) -> tuple[Finding, ...]:
        """Its members, if they have been made."""
        return self.members if "members" in vars(self) else ()

    def marked(self) -> Iterable[str]:
        return self._rolled.marked()

    def of_parts(self) -> Iterator[tuple[str, OneOfMany]]:
        """Each part that some member is about, as `Analysis.by_subject` says it, with what that member is made of.

        In the order of the members; a part comes as often as there are members about it.
        """
        return self._rolled.of_parts()

    def member(self, one: OneOfMany) -> Finding:
        """The member made of this."""
        return self._rolled.settled(_flaw(*one))

    def make_one(self) -> None:
        """Makes one of its members, with which all is worked out that the others need as well."""
        _, one = next(self.of_parts())
        self.member(one)

    def in_turn(self) -> Iterator[Finding]:
        if "members" in vars(self):
            return iter(self.members)
        return map(self._rolled.settled, self._rolled.flaws)

    @cached_property
    def members(self) -> tuple[Finding, ...]:
        return tuple([self._rolled.settled(flaw) for flaw in self._rolled.flaws])

    def make_members(self, before_each: Callable[[], object]) -> None:
        """Works out `members` now; what `before_each` raises ends that without them."""
        made = []
        for finding in self.in_turn():
            before_each()
            made.append(finding)
        vars(self)["members"] = tuple(made)

    @cached_property
    def elements(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._rolled.elements()))

    @cached_property
    def links(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._rolled.links()))

    @cached_property
    def undecided(self) -> tuple[tuple[str, str], ...]:
        return tuple([pair for flaw in self._rolled.flaws for pair in flaw.undecided])


class _Rolled:
    """The flaws of one rule and severity that are told as one finding."""

    def __init__(self, settling: Settling, raised: list[Flaw | Silences], living: Living) -> None:
        self._settling = settling
        self._single = [one for one in raised if isinstance(one, Flaw)]
        self._silences = [one for one in raised if isinstance(one, Silences)]
        self._living = living

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._single) + sum([len(silences.subjects) for silences in self._silences])

    @cached_property
    def _ranked(self) -> list[tuple[float, str, Flaw | Silences]]:
        """Reach (below zero), subject, and what was raised, of each; what reaches furthest first."""
        reach, parts, silent = self._settling.reach, self._settling.parts, self._settling.silent_reach
        found: list[tuple[float, str, Flaw | Silences]] = [
            (-reach(parts(flaw)), flaw.subject, flaw) for flaw in self._single
        ]
        for silences in self._silences:
            found += [(-silent(subject), subject, silences) for subject in silences.subjects]
        return sorted(sorted(found, key=itemgetter(1)), key=itemgetter(0))  # twice as fast as by both at once

    @property
    def subjects(self) -> tuple[str, ...]:
        """What each is about, what reaches furthest first."""
        return tuple([subject for _, subject, _ in self._ranked])

    @cached_property
    def flaws(self) -> list[Flaw]:
        """Whole, what reaches furthest first."""
        return [_flaw(subject, raised) for _, subject, raised in self._ranked]

    def elements(self) -> Iterator[str]:
        """The elements of each, what reaches furthest first; a silence is about its subject and the ends of a link."""
        ends = self._settling.ends
        for _, subject, raised in self._ranked:
            yield from raised.elements if isinstance(raised, Flaw) else ends.get(subject, (subject,))

    def links(self) -> Iterator[str]:
        """As `elements`, the links."""
        ends = self._settling.ends
        for _, subject, raised in self._ranked:
            yield from raised.links if isinstance(raised, Flaw) else (subject,) if subject in ends else ()

    def marked(self) -> Iterator[str]:
        """The part on which each is shown, in no particular order."""
        for flaw in self._single:
            yield from marks(flaw.subject, flaw)
        for silences in self._silences:
            yield from silences.subjects

    def of_parts(self) -> Iterator[tuple[str, OneOfMany]]:
        """As `RolledUp.of_parts`."""
        for _, subject, raised in self._ranked:
            if isinstance(raised, Silences):
                yield subject, (subject, raised)
                continue
            for part in dict.fromkeys(raised.links or raised.elements):
                yield part, (subject, raised)

    def _furthest(self) -> tuple[float, str, Flaw | Silences]:
        """The greatest reach; the first subject of those that reach so far, and what was raised about it."""
        reach, parts, silent = self._settling.reach, self._settling.parts, self._settling.silent_reach
        single = [(reach(parts(flaw)), flaw) for flaw in self._single]
        reaches = [[*map(silent, silences.subjects)] for silences in self._silences]
        most = max(chain([far for far, _ in single], *reaches))
        first: list[tuple[str, Flaw | Silences]] = [(flaw.subject, flaw) for far, flaw in single if far == most]
        for silences, far_of in zip(self._silences, reaches, strict=True):
            subjects = [one for one, far in zip(silences.subjects, far_of, strict=True) if far == most]
            if subjects:
                first.append((min(subjects), silences))
        return most, *min(first, key=itemgetter(0))

    def settled(self, flaw: Flaw) -> Finding:
        """One of them as a finding of its own."""
        finding = self._settling.finding(flaw)
        assert finding is not None
        return with_living_cause(finding, self._living)

    def finding(self, facts: Facts, finding_id: str, severity: Severity) -> Finding:
        """All of them as one."""
        rule = self._settling.rule
        assert rule.roll_up is not None
        told = rule.roll_up
        reach, subject, first = self._furthest()
        if isinstance(first, Silences):
            grade = self._settling.silent_grade(first, subject)
        else:
            grade = self.settled(first).grade
        return RolledUp.of(
            Finding(
                id=finding_id,
                rule=rule.code,
                name=rule.title,
                severity=severity,
                grade=grade,
                message=self._message(facts, told, first.absence),
                absence=first.absence,
                reach=reach,
                offer=no_fixes if told.apply is None else partial(self._offer, facts, told),
            ),
            self,
        )

    def _message(self, facts: Facts, told: RollUp, absence: str | None) -> Text:
        """How many there are, and of how many of them an import could not see what nobody said."""
        message = _counted(told.message, self.count)
        unseen = facts.origins.get("import", {}).get(absence or "")
        hidden = len(unseen.intersection(self._subjects())) if unseen else 0
        return say("analysis", _UNSEEN, message=message, count=hidden) if hidden else message

    def _subjects(self) -> Iterator[str]:
        yield from (flaw.subject for flaw in self._single)
        for silences in self._silences:
            yield from silences.subjects

    def _offer(self, facts: Facts, told: RollUp) -> tuple[Fix, ...]:
        apply, title = told.apply, told.title
        if apply is None or title is None:
            return ()
        subjects = self.subjects
        able = subjects if told.select is None else told.select(facts, subjects)

        def all_at_once(architecture: Architecture) -> Architecture:
            return apply(architecture, able)

        if not able:
            return ()
        if len(able) == 1:
            _, subject, raised = self._ranked[subjects.index(able[0])]
            alone = self.settled(_flaw(subject, raised))
            return tuple(fix for fix in alone.fixes if fix.applicability == told.applicability)[:1]
        return (Fix(_counted(title, len(able)), told.applicability, all_at_once),)


_UNSEEN = QT_TRANSLATE_NOOP("analysis", "{message} Not visible in the import: {count} of them.")


def _flaw(subject: str, raised: Flaw | Silences) -> Flaw:
    return raised.tell(subject) if isinstance(raised, Silences) else raised


def with_living_cause(finding: Finding, living: Living) -> Finding:
    """The finding, without its cause where that is no finding itself."""
    return finding if finding.cause is None or finding.cause in living else with_changes(finding, cause=None)


def _counted(text: Text, count: int) -> Text:
    return say(text.context, text.template, **{**text.values, "count": count})
