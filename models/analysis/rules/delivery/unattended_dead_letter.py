"""M03: messages put aside where nobody looks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import by_fix
from models.analysis.messages.consumers import dead_letters
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Queue
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for queue in _unconsumed(facts):
        if queue.replay is False:
            yield Flaw(
                subject=queue.id,
                severity="warning",
                message=say("rules", _MESSAGE, queue=facts.label(queue.id)),
                elements=(queue.id,),
                path=(queue.id,),
                fixes=partial(_fixes, queue.id),
            )


def _unconsumed(facts: Facts) -> Iterator[Queue]:
    for queue_id in sorted(facts.once(dead_letters)):
        queue = facts.architecture.element_by_id[queue_id]
        if isinstance(queue, Queue) and not facts.architecture.links_from[queue_id]:
            yield queue


def waits(facts: Facts) -> Iterator[Lack]:
    yield "replay", [queue.id for queue in _unconsumed(facts) if queue.replay is None]


def _fixes(queue_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_attended, queue_id)),)


def _attended(queue_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [queue_id], {"replay": True}, provenance=by_fix("M03"))


_MESSAGE = QT_TRANSLATE_NOOP("rules", "Nobody takes messages from {queue}, and nobody can look at them or replay them.")
_FIX = QT_TRANSLATE_NOOP("rules", "Give someone a screen to look at its messages and replay them")

RULE = Rule(
    code="M03",
    name="unattended-dead-letter",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unattended dead-letter queue")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "A dead-letter queue has no consumer, and nobody can look at its messages or replay them."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A message put aside is an order or a payment that did not happen. If nobody looks, it is as lost as if it "
            "had been thrown away, only later and with a bill for storage.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Failed parcels pile up in Parcel failures, and no one ever looks."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Add a handler, or a screen where someone sees what is wrong, repairs it and replays the message; and an "
            "alarm when the queue is not empty.",
        ),
    ),
    source="S9",
    check=check,
    rests_on=(),
    waits=waits,
)
