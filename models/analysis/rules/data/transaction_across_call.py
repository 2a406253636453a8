"""D09: a transaction that stays open while somebody else is asked."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.fixes.repairs import by_fix
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, SharedDataLink
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, spans in facts.stating("spans_calls").items():
        link = facts.architecture.link_by_id[link_id]
        if spans is not True or not isinstance(link, SharedDataLink):
            continue
        held = facts.said(link, "transaction_ms")
        names = {"source": facts.label(link.source), "target": facts.label(link.target)}
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say("rules", _MESSAGE, **names)
            if held is None
            else say("rules", _HELD, **names, held=figure(held)),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, link.id),
        )


def waits(facts: Facts) -> Iterator[Lack]:
    for link_id in facts.stating("transaction_ms"):
        link = facts.architecture.link_by_id[link_id]
        if isinstance(link, SharedDataLink) and facts.said(link, "spans_calls") is None:
            yield "spans_calls", (link_id,)


def _fixes(link_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_short, link_id)),)


def _short(link_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"spans_calls": False}, provenance=by_fix("D09"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} holds a transaction in {target} open while it calls others and waits for them."
)
_HELD = QT_TRANSLATE_NOOP(
    "rules",
    "{source} holds a transaction in {target} open, for {held} ms, while it calls others and waits for them.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "End the transaction before the call: a saga with a compensation for each step")

RULE = Rule(
    code="D09",
    name="transaction-across-call",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Transaction across a call")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "A transaction in a store is held open while its service makes a remote call."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "While the callee is slow, the connection and all locks are held, and everyone who needs the same rows "
            "waits as well. And the callee is not part of the transaction: it cannot be rolled back.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order opens a transaction, calls Payment and commits when the answer has come."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Write and commit first, then call, and undo by a compensating step if the call fails (a saga). Keep each "
            "transaction within one service and short.",
        ),
    ),
    source="S6.3",
    check=check,
    rests_on=("style", "spans_calls"),
    waits=waits,
)
