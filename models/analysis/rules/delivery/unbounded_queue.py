"""M11: a queue without an end."""

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

LENGTH = 100_000


def check(facts: Facts) -> Iterator[Flaw]:
    for queue in _queues(facts):
        if queue.max_length == "unlimited" and queue.message_ttl_ms == "none":
            yield Flaw(
                subject=queue.id,
                severity="info",
                message=say("rules", _MESSAGE, queue=facts.label(queue.id)),
                elements=(queue.id,),
                path=(queue.id,),
                fixes=partial(_fixes, queue.id),
            )


def _queues(facts: Facts) -> Iterator[Queue]:
    for queue in facts.elements_of("queue"):
        if isinstance(queue, Queue) and queue.id not in facts.once(dead_letters):
            yield queue


def waits(facts: Facts) -> Iterator[Lack]:
    for queue in _queues(facts):
        if queue.max_length in (None, "unlimited") and queue.message_ttl_ms in (None, "none"):
            if queue.max_length is None:
                yield "max_length", (queue.id,)
            if queue.message_ttl_ms is None:
                yield "message_ttl_ms", (queue.id,)


def _fixes(queue_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX, count=f"{LENGTH:,}"), "review", partial(_limit, queue_id)),)


def _limit(queue_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [queue_id], {"max_length": LENGTH}, provenance=by_fix("M11"))


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{queue} may grow without a limit of length or age.")
_FIX = QT_TRANSLATE_NOOP("rules", "Hold {count} messages at most")

RULE = Rule(
    code="M11",
    name="unbounded-queue",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unbounded queue")),
    severity="info",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "A queue is said to have neither a limit of length nor of age."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "When its consumer is down for long, the queue takes the memory or the disk of the broker "
            "and with it every "
            "other queue. And what is a day old is often worth nothing any more.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Mails to send is unlimited, and the mail server is down over a weekend."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Limit the length or the age, decide what happens to what does not fit (refuse, drop the oldest, dead "
            "letter), and watch the depth.",
        ),
    ),
    source="S7.1",
    check=check,
    rests_on=(),
    waits=waits,
)
