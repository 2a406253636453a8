"""M13: news of something that has not happened yet."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import by_fix
from models.analysis.rule import Fix, Flaw, Rule, in_words
from models.architecture import Architecture
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, published in facts.stating("published").items():
        link = facts.architecture.link_by_id[link_id]
        if published != "before_commit" or link.style != "event" or facts.kind[link.source] == "topic":
            continue
        yield Flaw(
            subject=link_id,
            severity="warning",
            message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link_id,),
            path=(link.source, link_id, link.target),
            fixes=partial(_fixes, link_id, facts.said(link, "outbox") is True),
        )


def _fixes(link_id: str, has_outbox: bool) -> tuple[Fix, ...]:
    later = Fix(say("rules", _LATER), "advice", partial(_set, link_id, {"published": "after_commit"}))
    if has_outbox:
        return (later,)
    kept = {"published": "after_commit", "outbox": True}
    return (later, Fix(say("rules", _OUTBOX), "advice", partial(_set, link_id, kept)))


def _set(link_id: str, values: dict[str, object], architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], values, provenance=by_fix("M13"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} publishes to {target} before its own data is committed: whoever reacts at once finds nothing."
)
_LATER = QT_TRANSLATE_NOOP("rules", "Publish after the commit")
_OUTBOX = QT_TRANSLATE_NOOP("rules", "Publish after the commit, through an outbox")

RULE = Rule(
    code="M13",
    name="early-event",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Early event")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "An event is published before the data it is about is committed."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A fast consumer comes back for the details and finds nothing. And if the commit fails, "
            "everyone has heard of "
            "something that never happened.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order publishes the new order within its transaction, and Warehouse asks for it too early."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Publish after the commit; with an outbox the event cannot get lost in between either."
        ),
    ),
    source="S1.3, S8.2",
    check=check,
    rests_on=("style", "published"),
)
