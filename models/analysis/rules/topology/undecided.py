"""U01: what nobody has decided, and which rules wait for it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, ends
from models.analysis.rule import Flaw, RollUp, Rule, in_words
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

Pairs = tuple[tuple[str, str], ...]


def check(facts: Facts) -> Iterator[Flaw]:
    if facts.judgement.stage == "sketch":
        return
    waiting: dict[str, list[tuple[str, str]]] = {}
    for rule in facts.rules.values():
        if rule.waits is None:
            continue
        pairs: dict[str, tuple[str, str]] = {}
        for part_id, attribute in rule.waits(facts):
            pair = pairs.get(attribute) or pairs.setdefault(attribute, (attribute, rule.code))
            if part_id in waiting:
                waiting[part_id].append(pair)
            else:
                waiting[part_id] = [pair]
    links = facts.architecture.link_by_id
    words: dict[Pairs, tuple[str, tuple[str, ...]]] = {}
    for part_id in sorted(waiting):
        lacking = tuple(waiting[part_id])
        known = words.get(lacking)
        if known is None:
            known = words[lacking] = _in_words(lacking)
        link = links.get(part_id)
        yield Flaw(
            subject=part_id,
            severity="info",
            message=partial(_message, facts, part_id, known[0]),
            elements=(part_id,) if link is None else ends(link),
            links=() if link is None else (part_id,),
            path=() if link is None else (link.source, part_id, link.target),
            undecided=tuple([(part_id, attribute) for attribute in known[1]]),
        )


def _in_words(lacking: Pairs) -> tuple[str, tuple[str, ...]]:
    """The attributes with the rules that wait for them, as a person reads it; and the attributes in that order."""
    attributes: dict[str, set[str]] = {}
    for attribute, code in lacking:
        attributes.setdefault(attribute, set()).add(code)
    names = tuple(sorted(attributes))
    told = [f"{name.replace('_', ' ').replace('.', ' ')} ({', '.join(sorted(attributes[name]))})" for name in names]
    return ", ".join(told), names


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
