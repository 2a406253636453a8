"""U01: what nobody has decided, and which rules wait for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial

from models.analysis.facts import Facts
from models.analysis.rule import Flaw, Lack, RollUp, Rule, Silences, in_words
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

Words = tuple[str, tuple[str, ...]]
"""The attributes with the rules that wait for them, as a person reads it; and the attributes in that order."""


def check(facts: Facts) -> Iterator[Silences]:
    if facts.judgement.stage == "sketch":
        return
    waiting = [(rule.code, [*rule.waits(facts)]) for rule in facts.rules.values() if rule.waits is not None]
    undecided: set[str] = set().union(*[part_ids for _, lacks in waiting for _, part_ids in lacks])
    if undecided:
        yield Silences(undecided, "info", _Telling(facts, waiting).flaw)


class _Telling:
    """Tells of a part what it lacks; `waiting` are codes of rules, each with what it lacks."""

    def __init__(self, facts: Facts, waiting: Sequence[tuple[str, Sequence[Lack]]]) -> None:
        self._facts = facts
        self._waiting = waiting
        self._words: dict[int, Words] = {}

    def flaw(self, part_id: str) -> Flaw:
        """That the part leaves something undecided."""
        names, lacking = self._lacking
        lacks = lacking[part_id]
        if lacks not in self._words:
            self._words[lacks] = _in_words(names, lacks)
        return _flaw(self._facts, self._words[lacks], part_id)

    @cached_property
    def _lacking(self) -> tuple[list[tuple[str, str]], dict[str, int]]:
        """(attribute, code of a rule that waits for it) pairs; part id -> which of them it lacks, as a bit mask."""
        names: list[tuple[str, str]] = []
        lacking: dict[str, int] = {}
        for code, lacks in self._waiting:
            bits: dict[str, int] = {}
            for attribute, part_ids in lacks:
                if part_ids and attribute not in bits:
                    bits[attribute] = 1 << len(names)
                    names.append((attribute, code))
                for part_id in part_ids:
                    lacking[part_id] = lacking.get(part_id, 0) | bits[attribute]
        return names, lacking


def _in_words(pairs: list[tuple[str, str]], lacking: int) -> Words:
    attributes: dict[str, set[str]] = {}
    for i, (attribute, code) in enumerate(pairs):
        if lacking >> i & 1:
            attributes.setdefault(attribute, set()).add(code)
    names = tuple(sorted(attributes))
    told = [f"{name.replace('_', ' ').replace('.', ' ')} ({', '.join(sorted(attributes[name]))})" for name in names]
    return ", ".join(told), names


def _flaw(facts: Facts, words: Words, part_id: str) -> Flaw:
    link = facts.architecture.link_by_id.get(part_id)
    return Flaw(
        subject=part_id,
        severity="info",
        message=partial(_message, facts, part_id, words[0]),
        elements=(part_id,) if link is None else facts.ends[part_id],
        links=() if link is None else (part_id,),
        path=() if link is None else (link.source, part_id, link.target),
        undecided=tuple([(part_id, attribute) for attribute in words[1]]),
    )


def _message(facts: Facts, part_id: str, attributes: str) -> Text:
    return say("rules", _MESSAGE, part=facts.label(part_id), attributes=attributes)


_MESSAGE = QT_TRANSLATE_NOOP("rules", "Nobody has said of {part}: {attributes}. The rules in brackets wait for it.")

RULE = Rule(
    code="U01",
    name="undecided",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Undecided")),
    severity="info",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "An attribute is not said, and some rule needs it to judge this link or element."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Not said is not none: Loadpath does not guess, and a rule that waits finds nothing. What nobody has "
            "decided is decided by chance, by the defaults of some library.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order calls Loyalty and waits, but nobody has said whether the result is needed."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", 'Say it in the inspector: select the link and fill in what is shown as "not said".'
        ),
    ),
    source="-",
    check=check,
    rests_on=(),
    roll_up=RollUp(
        message=say(
            "rules",
            QT_TRANSLATE_NOOP("rules", "{count} links and elements leave something undecided that rules wait for."),
        ),
    ),
)
