"""Q01: replies that nobody can tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import by_fix
from models.analysis.messages.replies import asking, said_of_reply
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link in facts.once(asking):
        if said_of_reply(facts, link, "correlation_id") is False:
            yield Flaw(
                subject=link.id,
                severity="error",
                message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
                elements=tuple(dict.fromkeys((link.source, link.target))),
                links=(link.id,),
                path=(link.source, link.id, link.target),
                fixes=partial(_fixes, link.id),
            )


def waits(facts: Facts) -> Iterator[Lack]:
    silent = [link.id for link in facts.once(asking) if said_of_reply(facts, link, "correlation_id") is None]
    yield "correlation_id", silent


def _fixes(link_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_correlated, link_id)),)


def _correlated(link_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"correlation_id": True}, provenance=by_fix("Q01"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} expects replies to what it sends to {target}, but they carry no correlation id."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Send a correlation id with the request, and back with the reply")

RULE = Rule(
    code="Q01",
    name="uncorrelated-reply",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Uncorrelated reply")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "An asynchronous request expects a reply, and carries no correlation id."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Replies come later, in another order, and some never come. Without a correlation id nobody can say which "
            "request a reply answers, and sooner or later one customer gets the answer of another.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order asks Payment by message, and the replies do not say which order they are about."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Put a correlation id into every request, and let the consumer copy it into its reply."
        ),
    ),
    source="S7.1",
    check=check,
    rests_on=("style", "reply", "correlation_id"),
    waits=waits,
)
