"""M04: a consumer that does twice what comes twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import by_fix
from models.analysis.messages.consumers import consuming, publishing
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Link
from models.architecture.edits import set_attributes
from models.architecture.kinds import CHANNELS
from models.architecture.text import QT_TRANSLATE_NOOP, say

Effect = tuple[str | None, bool | None]
"""(operation, idempotent) of what a message does; None where nobody said."""
_OPERATION_LACKS: frozenset[Effect] = frozenset({(None, None), (None, False)})
_IDEMPOTENT_LACKS: frozenset[Effect] = frozenset({(None, None), ("write", None)})


def check(facts: Facts) -> Iterator[Flaw]:
    for link in facts.once(consuming) if facts.stating("idempotent") else ():
        if facts.said(link, "delivery.guarantee") == "at_most_once":
            continue
        own = _effect(facts, link.id)
        unsafe = [sent for sent in _sent_to(facts, link) if _with_word_of(own, sent) == ("write", False)]
        if not unsafe:
            continue
        ways = facts.once(_sent).get(link.source, {})
        blamed = [] if None not in own else sorted(into for sent in unsafe for into in ways.get(sent, ()))
        senders = (facts.architecture.link_by_id[into].source for into in blamed)
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
            elements=tuple(dict.fromkeys((link.source, link.target, *senders)))[:MOST_NAMED],
            links=(link.id, *blamed),
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, link.id, facts.label(link.target)),
        )


def _effect(facts: Facts, link_id: str) -> Effect:
    return facts.stating("operation").get(link_id), facts.stating("idempotent").get(link_id)


def _with_word_of(consumer: Effect, sender: Effect) -> Effect:
    """What the consuming link says; what it leaves open, the link into its channel says."""
    operation, idempotent = consumer
    return sender[0] if operation is None else operation, sender[1] if idempotent is None else idempotent


def _sent(facts: Facts) -> dict[str, dict[Effect, list[str]]]:
    """Shared fact: channel -> what is said of messages that are put into it -> ids of the links that say so."""
    found: dict[str, dict[Effect, list[str]]] = {}
    for link_id, _, target, _, _ in publishing(facts):
        if facts.kind[target] in CHANNELS:
            found.setdefault(target, {}).setdefault(_effect(facts, link_id), []).append(link_id)
    return found


def _sent_to(facts: Facts, link: Link) -> Iterable[Effect]:
    """What is said of the messages that a consuming link may bring, where they are sent."""
    return facts.once(_sent).get(link.source) or ((None, None),)


def waits(facts: Facts) -> Iterator[Lack]:
    guarantees = facts.stating("delivery.guarantee")
    operations: list[str] = []
    idempotent: list[str] = []
    for link in facts.once(consuming):
        if guarantees.get(link.id) == "at_most_once":
            continue
        own = _effect(facts, link.id)
        effects: Iterable[Effect] = _sent_to(facts, link)
        if own != (None, None):
            effects = {_with_word_of(own, sent) for sent in effects}
        if not _OPERATION_LACKS.isdisjoint(effects):
            operations.append(link.id)
        if not _IDEMPOTENT_LACKS.isdisjoint(effects):
            idempotent.append(link.id)
    yield "operation", operations
    yield "idempotent", idempotent


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
