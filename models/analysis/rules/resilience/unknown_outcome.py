"""R15: a write of which nobody may ever know whether it happened."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.moving import may_be_message, may_leave_circle
from models.analysis.fixes.repairs import as_messages, by_fix
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, SyncLink
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link in facts.sync_links if facts.stating("idempotent") else ():
        if facts.said(link, "operation") == "write" and facts.said(link, "idempotent") is False:
            yield Flaw(
                subject=link.id,
                severity="warning",
                message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
                elements=tuple(dict.fromkeys((link.source, link.target))),
                links=(link.id,),
                path=(link.source, link.id, link.target),
                cause=f"R07:{link.id}",
                fixes=partial(_fixes, facts, link),
            )


def waits(facts: Facts) -> Iterator[Lack]:
    for link in facts.sync_links if facts.stating("operation") or facts.stating("idempotent") else ():
        match facts.said(link, "operation"), facts.said(link, "idempotent"):
            case "write", None:
                yield "idempotent", (link.id,)
            case None, False:
                yield "operation", (link.id,)


def _fixes(facts: Facts, link: SyncLink) -> tuple[Fix, ...]:
    found = [Fix(say("rules", _KEY, target=facts.label(link.target)), "advice", partial(_idempotent, link.id))]
    if facts.kind[link.source] == "service" and may_be_message(facts, link) and may_leave_circle(facts, link):
        found.append(Fix(say("rules", _STORED, target=facts.label(link.target)), "advice", partial(_stored, link.id)))
    return tuple(found)


def _stored(link_id: str, architecture: Architecture) -> Architecture:
    architecture = as_messages(architecture, [link_id], "R15")
    values = {"reply": "callback", "pending_state": "stored"}
    return set_attributes(architecture, [link_id], values, provenance=by_fix("R15"))


def _idempotent(link_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"idempotent": True}, provenance=by_fix("R15"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "When the answer of {target} to a write is lost, or {source} dies while it waits, nobody knows whether the write "
    "happened, and it is said that it must not be repeated.",
)
_KEY = QT_TRANSLATE_NOOP("rules", "Make the write idempotent: let {target} accept an idempotency key")
_STORED = QT_TRANSLATE_NOOP(
    "rules", "Store the request, send it to {target} as a message, and go on when {target} calls back"
)

RULE = Rule(
    code="R15",
    name="unknown-outcome",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unknown outcome")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "A synchronous call writes something, and is said not to be idempotent."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A lost answer looks like a lost request. If the caller's instance dies, or the reply is lost, nobody "
            "knows whether the money was taken: to repeat may take it twice, not to repeat may lose the order.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order charges a card by a call, and when the answer is lost nobody knows whether it was charged."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Send an idempotency key, so that the call can be repeated safely; or store the request and send it as a "
            "message, so that it survives the death of the caller.",
        ),
    ),
    source="S4.2",
    check=check,
    rests_on=("style", "operation", "idempotent"),
    waits=waits,
)
