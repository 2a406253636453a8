"""G06: a part that nothing is joined to."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.rule import Fix, Flaw, Rule, in_words
from models.architecture import Architecture
from models.architecture.edits import remove
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    if facts.judgement.stage == "sketch":
        return
    architecture = facts.architecture
    named = _named(facts)
    links_from, links_to = architecture.links_from, architecture.links_to
    for element_id, kind in facts.kind.items():
        linked = links_from[element_id] or links_to[element_id]
        if linked or element_id in named or kind in ("group", "note"):
            continue
        yield Flaw(
            subject=element_id,
            severity="info",
            message=say("rules", _MESSAGE, element=facts.label(element_id)),
            elements=(element_id,),
            path=(element_id,),
            fixes=partial(_fixes, element_id, facts.label(element_id)),
        )


def _named(facts: Facts) -> set[str]:
    """Queues that a dead letter or a reply goes to, and what is deployed together."""
    found: set[str] = set()
    found.update(facts.elements_stating("dead_letter").values())
    for element_id, other in facts.elements_stating("deployed_with").items():
        found |= {element_id, other}
    found.update(map(str, facts.stating("delivery.dead_letter").values()))
    found.update(map(str, facts.stating("reply_queue").values()))
    for journey in facts.every_journey:
        if journey.steps:
            found.add(journey.entry)
    return found


def _fixes(element_id: str, label: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX, element=label), "review", partial(_delete, (element_id,))),)


def _delete(element_ids: tuple[str, ...], architecture: Architecture) -> Architecture:
    return remove(architecture, element_ids)


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{element} has no link at all.")
_FIX = QT_TRANSLATE_NOOP("rules", "Delete {element}")

RULE = Rule(
    code="G06",
    name="isolated-element",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Isolated element")),
    severity="info",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "An element has no link, and nothing else in the model names it as its own part."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Either a link is missing, and then every answer about this system is wrong without a sign of it, or the "
            "part is left over from an earlier design.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Coupon stands in the picture, and nobody calls it any more."),
        fix=QT_TRANSLATE_NOOP("rules", "Connect it to what it works with, or delete it."),
    ),
    source="peers",
    check=check,
    rests_on=(),
)
