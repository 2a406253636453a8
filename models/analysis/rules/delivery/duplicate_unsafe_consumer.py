"""M04: a consumer that does twice what comes twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import attrgetter

from models.analysis.consumers import CHANNELS, consuming
from models.analysis.facts import Facts
from models.analysis.repairs import by_fix
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, Link
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link in facts.once(consuming) if facts.stating("idempotent") else ():
        if facts.said(link, "delivery.guarantee") == "at_most_once":
            continue
        unsafe = [into for into in _ways(facts, link) if _effect(facts, link, into) == ("write", False)]
        if not unsafe:
            continue
        says_all = facts.said(link, "operation") is not None and facts.said(link, "idempotent") is not None
        blamed = [] if says_all else [into for into in unsafe if into.id != link.id]
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
            elements=tuple(dict.fromkeys((link.source, link.target, *(into.source for into in blamed))))[:MOST_NAMED],
            links=(link.id, *(into.id for into in blamed)),
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, link.id, facts.label(link.target)),
        )


def _ways(facts: Facts, link: Link) -> list[Link]:
    """The links over which messages come into the channel a consumer takes from; the link alone where it is implied."""
    if facts.kind[link.source] not in CHANNELS:
        return [link]
    into = facts.architecture.links_to[link.source]
    return sorted((one for one in into if one.style == link.style), key=attrgetter("id")) or [link]


def _effect(facts: Facts, link: Link, into: Link) -> tuple[str | None, bool | None]:
    """(operation, idempotent) of what a message does: the consuming link's word, else the word of where it is sent."""
    operation, idempotent = facts.said(link, "operation"), facts.said(link, "idempotent")
    return (
        facts.said(into, "operation") if operation is None else operation,
        facts.said(into, "idempotent") if idempotent is None else idempotent,
    )


def waits(facts: Facts) -> Iterator[tuple[str, str]]:
    for link in facts.once(consuming):
        if facts.said(link, "delivery.guarantee") == "at_most_once":
            continue
        effects = {_effect(facts, link, into) for into in _ways(facts, link)}
        if any(operation is None and idempotent is not True for operation, idempotent in effects):
            yield link.id, "operation"
        if any(operation != "read" and idempotent is None for operation, idempotent in effects):
            yield link.id, "idempotent"


def _fixes(link_id: str, target: str) -> tuple[Fix, ...]:
    return (
        Fix(say("rules", _FIX, target=target), "advice", partial(_set, link_id, "idempotent", True)),
        Fix(say("rules", _ONCE), "advice", partial(_set, link_id, "delivery.guarantee", "at_most_once")),
    )


def _set(link_id: str, attribute: str, value: object, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {attribute: value}, provenance=by_fix("M04"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "A message from {source} may reach {target} twice, and it is said that its write must not be repeated."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Let {target} recognise messages it has already handled")
_ONCE = QT_TRANSLATE_NOOP("rules", "Deliver at most once, and accept that messages get lost")

RULE = Rule(
    code="M04",
    name="duplicate-unsafe-consumer",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Consumer unsafe for duplicates")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A consumer writes something that must not be repeated, and messages are delivered at least once, as they "
            "are unless said otherwise.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A broker delivers a message again whenever it has not heard of its end: after a crash, a lost "
            "acknowledgement, a long pause. Sooner or later every message type comes twice.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Billing writes an invoice for every order message, also for the second one."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Give every message an id and remember those handled, in the same transaction as the write; or make the "
            "write such that repeating it changes nothing.",
        ),
    ),
    source="S9",
    check=check,
    rests_on=("style", "operation", "idempotent"),
    waits=waits,
)
