"""What a rule is, what it raises, and what a finding offers to repair it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from models.analysis.sources import source_in_words
from models.architecture import Architecture, Fault, Provenance, Waiver
from models.architecture.text import Text, say

if TYPE_CHECKING:
    from models.analysis.facts import Facts

Severity = Literal["error", "warning", "info"]
Grade = Literal["stated", "assumed", "heuristic", "simulated"]
Applicability = Literal["safe", "review", "advice"]
Lack = tuple[str, Collection[str]]
"""An attribute, and ids of the links or elements of which nobody said it, though a rule needs it to judge them."""
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")
MOST_NAMED = 12
"""A finding about more parts than this names only so many and gives the count."""


@dataclass(frozen=True, slots=True)
class Help:
    """A rule explained in four parts."""

    what: Text
    why: Text
    example: Text
    fix: Text


def in_words(*, what: str, why: str, example: str, fix: str) -> Help:
    """Help from four templates of the context "rules", marked for translation where they are written."""
    return Help(say("rules", what), say("rules", why), say("rules", example), say("rules", fix))


@dataclass(frozen=True, slots=True)
class Fix:
    """An ordinary edit that makes a finding go away.

    "safe" decides only what nobody has decided; "review" changes something a person has said or drawn; "advice" takes
    work of a team for granted, and never joins "Fix all". `apply` may raise `EditError` when the model has changed
    since, and lists nothing it cannot do.
    """

    title: Text
    applicability: Applicability
    apply: Callable[[Architecture], Architecture] = field(compare=False, repr=False)


def by_fix(code: str) -> Provenance:
    """The provenance of a value that the fix of a rule has chosen."""
    return Provenance.model_validate({"from": "fix", "note": code})


def no_fixes() -> tuple[Fix, ...]:
    """A finding that nothing can repair by an edit alone."""
    return ()


class ToldLater(Text):
    """A text that is put together when it is first read."""

    __slots__ = ("_tell",)

    _tell: Callable[[], Text]

    def __init__(self, tell: Callable[[], Text]) -> None:
        object.__setattr__(self, "_tell", tell)

    def __getattr__(self, name: str) -> Any:
        if name not in ("context", "template", "values"):
            raise AttributeError(name)
        told = self._tell()
        for part in ("context", "template", "values"):
            object.__setattr__(self, part, getattr(told, part))
        return getattr(told, name)

    def __reduce__(self) -> tuple[type[Text], tuple[str, str, dict[str, object]]]:
        return Text, (self.context, self.template, self.values)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Text):
            return NotImplemented
        return (self.context, self.template, self.values) == (other.context, other.template, other.values)

    __hash__ = None  # type: ignore[assignment]  # as of any text: its values are a dictionary


@dataclass(slots=True)
class Flaw:
    """What a rule's check raises; the analyser turns it into a finding, with policy and waivers applied.

    `severity` is the full one, as if everything had been said. `absence` names the attribute that nobody said where
    that is the hazard: the analyser then goes one step milder. `about` are the parts whose policy counts (elements and
    links when empty). `assumed` with anything in it makes the grade "assumed". `message` and `arithmetic` may be
    functions that tell them: findings are many, and few are looked at one by one.
    """

    subject: str
    severity: Severity
    message: Text | Callable[[], Text]
    elements: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    journey: str | None = None
    path: tuple[str, ...] = ()
    arithmetic: Text | Callable[[], Text] | None = None
    assumed: tuple[Text, ...] = ()
    cause: str | None = None
    fixes: Callable[[], tuple[Fix, ...]] = no_fixes
    absence: str | None = None
    undecided: tuple[tuple[str, str], ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Silences:
    """Flaws of one kind that lie in what nobody said; they are many, so each is told when someone looks.

    `subjects` are links or elements, each once; a flaw is about its subject, and the ends of a link. `tell` gives the
    whole flaw of one, in which nothing else is assumed. `absence` as in `Flaw`.
    """

    subjects: Collection[str]
    severity: Severity
    tell: Callable[[str], Flaw]
    absence: str | None = None

    def told(self) -> Iterator[Flaw]:
        """All of them as any other flaws."""
        return map(self.tell, self.subjects)


def told(raised: Flaw | Silences) -> Iterable[Flaw]:
    """What a check raised, flaw by flaw."""
    return raised.told() if isinstance(raised, Silences) else (raised,)


def marks(subject: str, found: Flaw | Finding) -> tuple[str, ...]:
    """The part on which something found is shown: its subject, else its first element; none where it has neither."""
    return (subject,) if subject in found.links or subject in found.elements else found.elements[:1]


@dataclass(frozen=True)
class Finding:
    """A flaw of this architecture.

    `id` is CODE:subject and stable when unrelated parts change. `path` alternates element and link ids. `members` are
    the findings rolled up in this one. `undecided` lists (part, attribute) pairs someone should decide. `fixes` are
    worked out when first asked for.
    """

    id: str
    rule: str
    name: Text
    severity: Severity
    grade: Grade
    message: Text
    elements: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    journey: str | None = None
    path: tuple[str, ...] = ()
    arithmetic: Text | None = None
    assumed: tuple[Text, ...] = ()
    cause: str | None = None
    waived: Waiver | None = None
    members: tuple[Finding, ...] = ()
    undecided: tuple[tuple[str, str], ...] = ()
    absence: str | None = None
    reach: float = 0.0
    offer: Callable[[], tuple[Fix, ...]] = field(default=no_fixes, compare=False, repr=False)
    shown_by: Callable[[Finding], tuple[Fault, ...] | None] | None = field(default=None, compare=False, repr=False)

    @cached_property
    def demonstration(self) -> bool:
        """Whether the simulator can show it on this model."""
        return self.shown_by is not None and self.shown_by(self) is not None

    @cached_property
    def fixes(self) -> tuple[Fix, ...]:
        """The edits on offer, the best first."""
        return self.offer()

    @property
    def stands_for_many(self) -> bool:
        """Whether it has members; to ask this makes none of them."""
        return bool(self.members)

    @property
    def count(self) -> int:
        """How many members it has; to ask this makes none of them."""
        return len(self.members)

    @property
    def member_ids(self) -> list[str]:
        """The ids of its members, in their order; to ask this makes none of them."""
        return [member.id for member in self.members]

    def marked(self) -> Iterable[str]:
        """The part on which it is shown: its subject, else its first element; of many that of each."""
        return marks(self.id.partition(":")[2], self)

    def in_turn(self) -> Iterator[Finding]:
        """Its members one by one; those that nobody has looked at are made in their turn and not kept."""
        yield from self.members

    def each(self) -> tuple[Finding, ...]:
        """The members of a rolled-up finding, or the finding alone."""
        return self.members or (self,)


@dataclass(frozen=True, slots=True)
class RollUp:
    """How many absences of one kind are told as one finding.

    `message` has `{count}`; `apply` decides for all the given parts (subjects of the members) at once, and `select`
    names those for which it can (all when not given).
    """

    message: Text
    title: Text | None = None
    applicability: Applicability = "safe"
    apply: Callable[[Architecture, tuple[str, ...]], Architecture] | None = None
    select: Callable[[Facts, tuple[str, ...]], tuple[str, ...]] | None = None


@dataclass(frozen=True)
class Rule:
    """One kind of flaw. `severity` is the worst it comes in; `grade` what its findings are worth when all was said.

    `shape`: judged already while the model is a sketch. `rests_on`: attributes whose guess by an import makes the
    finding "assumed". `waits` yields what was not said and keeps this rule from deciding. `demonstrate` gives
    the faults under which the simulator shows the flaw (none = load alone), or None when this finding cannot be shown.
    `measures` are the figures it is judged by, chosen before anything runs; the first says most. `unshown` says what
    of the harm no run can show.
    """

    code: str
    name: str
    title: Text
    severity: Severity
    grade: Grade
    help: Help
    source: str
    check: Callable[[Facts], Iterable[Flaw | Silences]] = field(compare=False, repr=False)
    thresholds: Mapping[str, float] = field(default_factory=dict)
    shape: bool = False
    rests_on: tuple[str, ...] = ("style",)
    waits: Callable[[Facts], Iterable[Lack]] | None = field(default=None, compare=False, repr=False)
    roll_up: RollUp | None = None
    demonstrate: Callable[[Architecture, Finding], tuple[Fault, ...] | None] | None = field(
        default=None, compare=False, repr=False
    )
    measures: tuple[str, ...] = ("availability", "p99_ms")
    unshown: Text | None = None

    @property
    def told_source(self) -> Text:
        """Where it comes from, as a sentence."""
        return source_in_words(self.source)
