"""U01: what nobody has decided, and which rules wait for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.rule import Flaw, RollUp, Rule, Silence, in_words
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

Words = tuple[str, tuple[str, ...]]
"""The attributes with the rules that wait for them, as a person reads it; and the attributes in that order."""


def check(facts: Facts) -> Iterator[Silence]:
    if facts.judgement.stage == "sketch":
        return
    pairs, waiting = _waiting(facts)
    tellers: dict[int, Callable[[str], Flaw]] = {}
    ends_of = facts.ends
    for part_id in sorted(waiting):
        lacking = waiting[part_id]
        tell = tellers.get(lacking)
        if tell is None:
            tell = tellers[lacking] = partial(_flaw, facts, _in_words(pairs, lacking))
        yield Silence(part_id, ends_of.get(part_id) or (part_id,), "info", tell)


def _waiting(facts: Facts) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """(attribute, code of a rule that waits for it) pairs; part id -> which of them it lacks, as a bit mask."""
    pairs: list[tuple[str, str]] = []
    waiting: dict[str, int] = {}
    for rule in facts.rules.values():
        bits: dict[str, int] = {}
        for part_id, attribute in rule.waits(facts) if rule.waits is not None else ():
            if attribute not in bits:
                bits[attribute] = 1 << len(pairs)
                pairs.append((attribute, rule.code))
            waiting[part_id] = waiting.get(part_id, 0) | bits[attribute]
    return pairs, waiting


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


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{part}: nobody has said: {attributes}. The rules in brackets wait for it.")

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
