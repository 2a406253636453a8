"""T09: asynchronous on the wire, synchronous for whoever waits."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.repairs import by_fix
from models.analysis.rule import Applicability, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, AsyncLink, Link
from models.architecture.edits import set_attributes
from models.architecture.graph import waits as is_awaited
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, awaited in facts.stating("awaited").items():
        link = facts.architecture.link_by_id[link_id]
        if awaited is not True or not isinstance(link, AsyncLink) or facts.kind[link.source] == "queue":
            continue
        callers = [into for into in facts.architecture.links_to[link.source] if is_awaited(facts.architecture, into)]
        if not callers:
            continue
        first = min(callers, key=lambda into: into.id)
        yield Flaw(
            subject=link_id,
            severity="warning",
            message=say(
                "rules",
                _MESSAGE,
                source=facts.label(link.source),
                target=facts.label(link.target),
                caller=facts.label(first.source),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target, first.source))),
            links=(link_id,),
            path=(first.source, first.id, link.source, link_id, link.target),
            fixes=partial(_fixes, facts, link),
        )


def _fixes(facts: Facts, link: Link) -> tuple[Fix, ...]:
    applicability: Applicability = "review" if facts.said(link, "result_needed") is False else "advice"
    return (Fix(say("rules", _FIX), applicability, partial(_later, link.id)),)


def _later(link_id: str, architecture: Architecture) -> Architecture:
    values = {"awaited": False, "pending_state": "stored"}
    return set_attributes(architecture, [link_id], values, provenance=by_fix("T09"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} sends {target} a message and waits for the reply while {caller} waits for {source}."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Store the open request, answer at once, and tell the outcome later")

RULE = Rule(
    code="T09",
    name="inline-await",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Inline await")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A service sends an asynchronous request and awaits its reply while its own caller waits for an answer.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The queue in between looks like decoupling, but everyone must be up at the same moment "
            "all the same, and the "
            "wait is longer. When the reply is late, callers upstream time out first.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Shop calls Order, and Order waits for Payment's reply on a queue before it answers."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Store the open request and answer that it is on its way; finish when the reply comes, and "
            "tell the caller by "
            "a callback, an event or when it asks.",
        ),
    ),
    source="S5, S7.1",
    check=check,
    rests_on=("style", "awaited"),
)
