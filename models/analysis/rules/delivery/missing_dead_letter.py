"""M02: messages that vanish after their last delivery."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from models.analysis.facts import Facts, ends, figure, provenance_note
from models.analysis.fixes.repairs import consumes, effective_dead_letter, for_one, with_dead_letters
from models.analysis.rule import Finding, Fix, Flaw, RollUp, Rule, in_words
from models.architecture import Architecture, Fault, Link
from models.architecture.scenarios import Poison
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, limit in facts.stating("delivery.max_deliveries").items():
        link = facts.architecture.link_by_id[link_id]
        if limit == "unlimited" or facts.said(link, "delivery.guarantee") == "at_most_once":
            continue
        if not consumes(facts.architecture, link):
            continue
        dead_letter = effective_dead_letter(facts.architecture, link)
        if dead_letter not in (None, "none"):
            continue
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say(
                "rules",
                _template(dead_letter, limit),
                source=facts.label(link.source),
                target=facts.label(link.target),
                count=figure(limit),
                seen=provenance_note(facts, link, "delivery.dead_letter"),
            ),
            elements=ends(link),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, facts, link, dead_letter == "none"),
            absence=None if dead_letter == "none" else "delivery.dead_letter",
        )


def _template(dead_letter: str | None, limit: float) -> str:
    if dead_letter == "none":
        return _NONE_AFTER_ONE if limit == 1 else _NONE
    return _NOT_SAID_AFTER_ONE if limit == 1 else _NOT_SAID


def _fixes(facts: Facts, link: Link, said: bool) -> tuple[Fix, ...]:
    applicability: Literal["review", "safe"] = "review" if said else "safe"
    there = facts.elements_stating("dead_letter").get(link.source)
    title = say("rules", _FIX) if there is None else say("rules", _FIX_THERE, queue=facts.label(there))
    return (Fix(title, applicability, for_one(_add, link.id)),)


def _add(architecture: Architecture, link_ids: tuple[str, ...]) -> Architecture:
    left = [link_id for link_id in link_ids if link_id in architecture.link_by_id]
    return with_dead_letters(architecture, left, "M02")


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """One message on the channel cannot be processed."""
    source, link_id, _ = finding.path
    channel = architecture.element_by_id[source].kind in ("queue", "topic")
    return (Poison(target=source if channel else link_id, from_ms=30_000, count=1),)


_NONE = QT_TRANSLATE_NOOP(
    "rules", "A message from {source} that {target} could not process in {count} deliveries is thrown away."
)
_NOT_SAID = QT_TRANSLATE_NOOP(
    "rules",
    "Nobody has said where a message from {source} goes that {target} could not process in {count} deliveries{seen}.",
)
_NONE_AFTER_ONE = QT_TRANSLATE_NOOP(
    "rules",
    "A message from {source} that {target} could not process at once is thrown away: it is delivered once only.",
)
_NOT_SAID_AFTER_ONE = QT_TRANSLATE_NOOP(
    "rules",
    "Nobody has said where a message from {source} goes that {target} could not process at once{seen}: it is delivered "
    "once only.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Add a dead-letter queue")
_FIX_THERE = QT_TRANSLATE_NOOP("rules", "Put such messages into {queue}")

RULE = Rule(
    code="M02",
    name="missing-dead-letter",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Missing dead-letter queue")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "Deliveries of a message are limited, but there is no dead-letter queue for those that never succeed. An "
            "error when there is said to be none; a warning when nobody has said.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "After the last delivery the message vanishes, and with it an order or a payment. Nobody can look at what "
            "was wrong with it, and nobody can replay it.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Warehouse gives up on an order after five deliveries, and the order is gone."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Add a dead-letter queue, and a screen where someone can look at its messages and replay them."
        ),
    ),
    source="S9",
    check=check,
    rests_on=("style", "delivery"),
    roll_up=RollUp(
        message=say(
            "rules",
            QT_TRANSLATE_NOOP("rules", "{count} consumers with a limit of deliveries state no dead-letter queue."),
        ),
        title=say("rules", QT_TRANSLATE_NOOP("rules", "Add dead-letter queues for {count} consumers")),
        apply=_add,
    ),
    demonstrate=demonstrate,
    measures=("lost",),
)
