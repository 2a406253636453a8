"""U01: what nobody has decided, and which rules wait for it."""

from __future__ import annotations

from collections.abc import Iterator

from models.analysis.facts import Facts, ends
from models.analysis.rule import Flaw, RollUp, Rule, in_words
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    if facts.judgement.stage == "sketch":
        return
    waiting: dict[str, dict[str, list[str]]] = {}
    for rule in facts.rules.values():
        for part_id, attribute in rule.waits(facts) if rule.waits is not None else ():
            codes = waiting.setdefault(part_id, {}).setdefault(attribute, [])
            if rule.code not in codes:
                codes.append(rule.code)
    links = facts.architecture.link_by_id
    words: dict[tuple[tuple[str, tuple[str, ...]], ...], str] = {}
    for part_id in sorted(waiting):
        lacking = tuple(sorted((attribute, tuple(codes)) for attribute, codes in waiting[part_id].items()))
        told = words.get(lacking)
        if told is None:
            told = words[lacking] = ", ".join(
                f"{attribute.replace('_', ' ').replace('.', ' ')} ({', '.join(sorted(codes))})"
                for attribute, codes in lacking
            )
        link = links.get(part_id)
        yield Flaw(
            subject=part_id,
            severity="info",
            message=say("rules", _MESSAGE, part=facts.label(part_id), attributes=told),
            elements=(part_id,) if link is None else ends(link),
            links=() if link is None else (part_id,),
            path=() if link is None else (link.source, link.id, link.target),
            undecided=tuple([(part_id, attribute) for attribute, _ in lacking]),
        )


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
