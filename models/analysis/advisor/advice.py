"""Which style suits a link: what is known, the styles ranked with reasons, and what can carry each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from models.analysis.advisor.answered import ASYNC_REQUEST, SYNC
from models.analysis.advisor.carriers import Carrier, carriers
from models.analysis.advisor.case import Case, told_value
from models.analysis.advisor.forms import FORMS, FormId, StyleForm, form_of, permitted
from models.analysis.advisor.known import ends_of, known
from models.analysis.advisor.questions import QUESTIONS, UNKNOWN, AnswerError, Question, Value, question, value_of
from models.analysis.advisor.reason import Reason, Side
from models.analysis.advisor.unanswered import ASYNC_COMMAND, COMMON_DATA, EVENT
from models.analysis.catalogue import catalogue
from models.analysis.facts import Facts, listed
from models.architecture import KINDS, Architecture
from models.architecture.graph import in_process
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

REASONS: tuple[Reason, ...] = (*SYNC, *ASYNC_REQUEST, *ASYNC_COMMAND, *EVENT, *COMMON_DATA)
UNSUPPORTED = 3
"""What it counts against a style that no technology of the ends can carry it."""
Origin = Literal["given", "saved", "model"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and its answer: `value` None is unknown. `basis` tells where in the model it stands."""

    question: Question
    text: Text
    why: Text
    value: Value | None
    origin: Origin | None
    basis: Text | None = None

    @property
    def told(self) -> Text | str:
        """The answer in words."""
        if self.value is None:
            return say("advisor", _UNKNOWN)
        if isinstance(self.value, bool):
            return say("advisor", _YES if self.value else _NO)
        if isinstance(self.value, str):
            return say("advisor", _CHOICES.get(self.value, self.value))
        return told_value(self.question.unit, self.value)


@dataclass(frozen=True, slots=True)
class Ground:
    """A reason as it applies here; `weight` is what it adds to or takes from the score."""

    id: str
    side: Side
    weight: int
    section: str
    text: Text


@dataclass(frozen=True, slots=True)
class RankedStyle:
    """One style: its score is the sum of the weights for it less those against it."""

    form: StyleForm
    score: int
    allowed: bool
    """Whether the ends of the link allow it."""
    current: bool
    best: bool
    grounds: tuple[Ground, ...]
    technologies: tuple[Carrier, ...]
    left_out: tuple[Carrier, ...]

    def side(self, side: Side) -> tuple[Ground, ...]:
        return tuple(ground for ground in self.grounds if ground.side == side)


@dataclass(frozen=True, slots=True)
class Advice:
    """`styles` best first, those that the ends do not allow last; `best` is None when nothing is known."""

    link: str
    label: str
    verdict: Text
    styles: tuple[RankedStyle, ...]
    answers: tuple[Answer, ...]
    notes: tuple[Text, ...]

    @property
    def best(self) -> RankedStyle | None:
        return next((style for style in self.styles if style.best), None)

    def as_json(self) -> dict[str, Any]:
        """English throughout; names are stable, words are for people."""
        best = self.best
        return {
            "link": self.link,
            "label": self.label,
            "verdict": str(self.verdict),
            "best": None if best is None else best.form.id,
            "current": next(style.form.id for style in self.styles if style.current),
            "styles": [_style_json(style) for style in self.styles],
            "questions": [_answer_json(answer) for answer in self.answers],
            "notes": [str(note) for note in self.notes],
        }


def advise(architecture: Architecture, link_id: str, answers: Mapping[str, object] | None = None) -> Advice:
    """Ranks the styles for a link. Answers count in this order: `answers`, the link's `needs`, what the model says.

    Raises:
        AnswerError: an answer to no question, or none to its question.
        KeyError: there is no such link.
    """
    link = architecture.link_by_id[link_id]
    facts = Facts(architecture, catalogue())
    ends = ends_of(facts, link)
    source, target = facts.label(ends.source), facts.label(ends.target)
    given = {name: value_of(question(name), value) for name, value in (answers or {}).items()}
    saved, notes = _saved(link.needs)
    found = _answers(given, saved, known(facts, link), source, target)
    case = Case(
        source,
        target,
        {answer.question.id: answer.value for answer in found if answer.value is not None},
        bulk_bytes=facts.threshold("D08", "mebibytes", link.id) * 1024.0**2,
        bulk_bytes_per_h=facts.threshold("D08", "gibibytes_per_hour", link.id) * 1024.0**3,
        in_process=link.source != link.target and in_process(architecture, link),
        fallback=facts.said(link, "fallback") in ("cached", "default", "buffer"),
        to_store=facts.kind[link.target] == "datastore",
    )
    now, stated = form_of(architecture, link)
    if not stated:
        notes.append(say("advisor", _REPLY_NOT_SAID))
    order = list(FORMS)
    ranked = []
    for form in FORMS.values():
        carried = carriers(facts, link, ends, case, form.id)
        grounds = _grounds(case, form.id, carried.unsupported)
        score = sum(ground.weight for ground in grounds)
        may = permitted(architecture, link, form.id)
        current = form.id == now
        ranked.append(RankedStyle(form, score, may, current, False, grounds, carried.fit, carried.left_out))
    ranked.sort(key=lambda one: (not one.allowed, -one.score, not one.current, order.index(one.form.id)))
    decided = any(style.grounds for style in ranked if style.allowed)
    if decided:
        ranked[0] = replace(ranked[0], best=True)
    verdict = _verdict(architecture, tuple(ranked), (link.source, link.target), decided=decided)
    return Advice(link.id, facts.label(link.id), verdict, tuple(ranked), found, tuple(notes))


def _saved(needs: Mapping[str, object]) -> tuple[dict[str, Value], list[Text]]:
    """The saved answers that answer something, and a note on each that does not."""
    values: dict[str, Value] = {}
    notes: list[Text] = []
    for name, value in sorted(needs.items()):
        if value is None:
            continue
        try:
            values[name] = value_of(question(name), value)
        except AnswerError as error:
            notes.append(say("advisor", _NOT_USED, problem=error.told))
    return values, notes


def _answers(
    given: Mapping[str, Value],
    saved: Mapping[str, Value],
    said: Mapping[str, tuple[Value, Text]],
    source: str,
    target: str,
) -> tuple[Answer, ...]:
    found = []
    for one in QUESTIONS.values():
        value: Value | None = None
        origin: Origin | None = None
        basis: Text | None = None
        if one.id in given:
            value, origin = given[one.id], "given"
        elif one.id in saved:
            value, origin = saved[one.id], "saved"
        elif one.id in said:
            (value, basis), origin = said[one.id], "model"
        if value == UNKNOWN and isinstance(value, str):
            value = None
        found.append(Answer(one, one.asked(source, target), one.reason(source, target), value, origin, basis))
    return tuple(found)


def _grounds(case: Case, form: FormId, unsupported: Text | None) -> tuple[Ground, ...]:
    """The reasons that hold, those for it first, the weighty ones before the others."""
    figures = case.figures()
    found = []
    for reason in REASONS:
        if reason.form == form and reason.holds(case):
            weight = reason.weight if reason.side == "for" else -reason.weight
            text = say("advisor", reason.template, **figures)
            found.append(Ground(reason.id, reason.side, weight, reason.section, text))
    if unsupported is not None:
        found.append(Ground(f"{form}-unsupported", "against", -UNSUPPORTED, "S2", unsupported))
    return tuple(sorted(found, key=lambda ground: (ground.side == "against", -abs(ground.weight))))


def _verdict(
    architecture: Architecture, ranked: tuple[RankedStyle, ...], ends: tuple[str, str], *, decided: bool
) -> Text:
    if not decided:
        return say("advisor", _NOTHING_KNOWN)
    best = ranked[0]
    now = next(style for style in ranked if style.current)
    equal = [style.form.name for style in ranked[1:] if style.allowed and style.score == best.score]
    possible = [style for style in ranked if style.allowed]
    above = max((one for one in ranked if not one.allowed), key=lambda one: one.score, default=None)
    kinds = [say("kinds", KINDS[architecture.element_by_id[end].kind].label) for end in ends]
    names = {"best": best.form.name, "now": now.form.name, "source": kinds[0], "target": kinds[1]}
    if above is not None and above.score > max(best.score, 0):
        return say("advisor", _BETTER_ELSEWHERE, above=above.form.name, **names)
    if len(possible) == 1 and best.current:
        return say("advisor", _ONLY_ONE_BAD if best.score < 0 else _ONLY_ONE, **names)
    if best.score < 0:
        return say("advisor", _LEAST_BAD_ALREADY if best.current else _LEAST_BAD, **names)
    if equal:
        template = _ALREADY_AMONG_EQUALS if best.current else _BETTER_AMONG_EQUALS
        return say("advisor", template, others=listed(equal), **names)
    return say("advisor", _ALREADY if best.current else _BETTER, **names)


def _style_json(style: RankedStyle) -> dict[str, Any]:
    return {
        "id": style.form.id,
        "style": style.form.style,
        "name": str(style.form.name),
        "score": style.score,
        "allowed": style.allowed,
        "current": style.current,
        "best": style.best,
        "for": [_ground_json(ground) for ground in style.side("for")],
        "against": [_ground_json(ground) for ground in style.side("against")],
        "technologies": [_carrier_json(carrier) for carrier in style.technologies],
        "left_out": [_carrier_json(carrier) for carrier in style.left_out],
    }


def _ground_json(ground: Ground) -> dict[str, Any]:
    return {"id": ground.id, "weight": ground.weight, "text": str(ground.text), "source": ground.section}


def _carrier_json(carrier: Carrier) -> dict[str, Any]:
    return {"name": carrier.name, "reason": str(carrier.reason), "source": carrier.section}


def _answer_json(answer: Answer) -> dict[str, Any]:
    asked = answer.question
    return {
        "id": asked.id,
        "text": str(answer.text),
        "kind": asked.kind,
        "unit": asked.unit or None,
        "choices": list(asked.choices),
        "why": str(answer.why),
        "source": asked.section,
        "answer": answer.value,
        "from": answer.origin,
        "basis": None if answer.basis is None else str(answer.basis),
    }


_UNKNOWN = QT_TRANSLATE_NOOP("advisor", "unknown")
_YES = QT_TRANSLATE_NOOP("advisor", "yes")
_NO = QT_TRANSLATE_NOOP("advisor", "no")
_CHOICES = {"sender": QT_TRANSLATE_NOOP("advisor", "sender"), "receiver": QT_TRANSLATE_NOOP("advisor", "receiver")}
_NOTHING_KNOWN = QT_TRANSLATE_NOOP(
    "advisor", "Nothing is known that speaks for or against a style; the order says nothing. Answer a question or two."
)
_ALREADY = QT_TRANSLATE_NOOP("advisor", "It is {now} already, and by what is known that suits best.")
_BETTER = QT_TRANSLATE_NOOP("advisor", "By what is known, {best} suits better than {now}, which it is now.")
_ALREADY_AMONG_EQUALS = QT_TRANSLATE_NOOP(
    "advisor", "It is {now} already, and by what is known nothing suits better; just as good: {others}."
)
_BETTER_AMONG_EQUALS = QT_TRANSLATE_NOOP(
    "advisor", "By what is known, {best} suits better than {now}, which it is now; just as good: {others}."
)
_ONLY_ONE = QT_TRANSLATE_NOOP("advisor", "It is {now}, and nothing else can run from {source} to {target}.")
_ONLY_ONE_BAD = QT_TRANSLATE_NOOP(
    "advisor",
    "It is {now}, and nothing else can run from {source} to {target}, though more speaks against it than for it; an "
    "element between them would allow another style.",
)
_LEAST_BAD = QT_TRANSLATE_NOOP(
    "advisor", "More speaks against each style than for it: least against {best}; it is {now} now."
)
_LEAST_BAD_ALREADY = QT_TRANSLATE_NOOP(
    "advisor", "More speaks against each style than for it: least against {now}, which it is already."
)
_BETTER_ELSEWHERE = QT_TRANSLATE_NOOP(
    "advisor",
    "By what is known, {above} would suit best, but cannot run from {source} to {target}; of what can, {best} does.",
)
_REPLY_NOT_SAID = QT_TRANSLATE_NOOP(
    "advisor", "Nobody said whether this message is answered; it is taken for a command."
)
_NOT_USED = QT_TRANSLATE_NOOP("advisor", "A saved answer was left out. {problem}")
