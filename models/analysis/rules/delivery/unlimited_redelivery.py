"""M01: a message that is delivered again and again, killing worker after worker."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, provenance_note
from models.analysis.fixes.repairs import DELIVERIES, for_one, with_delivery_limits
from models.analysis.messages.consumers import consuming
from models.analysis.rule import Finding, Fix, Flaw, RollUp, Rule, Silences, in_words
from models.analysis.unsaid import unsaid
from models.architecture import Architecture, Fault, Link
from models.architecture.scenarios import Poison
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw | Silences]:
    guarantees = facts.stating("delivery.guarantee")
    again = [link.id for link in facts.once(consuming) if guarantees.get(link.id) != "at_most_once"]
    return unsaid(facts, "delivery.max_deliveries", "unlimited", again, partial(_flaw, facts))


def _flaw(facts: Facts, link_id: str) -> Flaw:
    link = facts.architecture.link_by_id[link_id]
    said = facts.said(link, "delivery.max_deliveries") is not None
    return Flaw(
        subject=link.id,
        severity="error",
        message=partial(_message, facts, link, said),
        elements=facts.ends[link.id],
        links=(link.id,),
        path=(link.source, link.id, link.target),
        fixes=partial(_fixes, link.id, said or _decides_against(facts, link.id)),
        absence=None if said else "delivery.max_deliveries",
    )


def _decides_against(facts: Facts, link_id: str) -> bool:
    """Whether someone has said that there is to be no dead-letter queue, which the fix adds."""
    return bool(facts.stating("delivery.dead_letter").get(link_id) == "none")


def _open_to_a_limit(facts: Facts, link_ids: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(link_id for link_id in link_ids if not _decides_against(facts, link_id))


def _message(facts: Facts, link: Link, said: bool) -> Text:
    channel = facts.kind[link.source] in ("queue", "topic")
    return say(
        "rules",
        (_UNLIMITED if channel else _UNLIMITED_FROM) if said else (_NOT_SAID if channel else _NOT_SAID_FROM),
        source=facts.label(link.source),
        target=facts.label(link.target),
        seen=provenance_note(facts, link, "delivery.max_deliveries"),
    )


def _fixes(link_id: str, said: bool) -> tuple[Fix, ...]:
    title = say("rules", _FIX, count=DELIVERIES)
    return (Fix(title, "review" if said else "safe", for_one(_limit, link_id)),)


def _limit(architecture: Architecture, link_ids: tuple[str, ...]) -> Architecture:
    left = [link_id for link_id in link_ids if link_id in architecture.link_by_id]
    return with_delivery_limits(architecture, left, "M01")


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """One message on the channel cannot be processed and takes its worker down."""
    source, link_id, _ = finding.path
    channel = architecture.element_by_id[source].kind in ("queue", "topic")
    return (Poison(target=source if channel else link_id, from_ms=30_000, count=1),)


_UNLIMITED = QT_TRANSLATE_NOOP(
    "rules", "{source} delivers a message to {target} again and again until it succeeds: there is no limit."
)
_UNLIMITED_FROM = QT_TRANSLATE_NOOP(
    "rules", "A message from {source} is delivered to {target} again and again until it succeeds: there is no limit."
)
_NOT_SAID = QT_TRANSLATE_NOOP(
    "rules", "Nobody has said how often {source} delivers one message to {target} before it is set aside{seen}."
)
_NOT_SAID_FROM = QT_TRANSLATE_NOOP(
    "rules",
    "Nobody has said how often one message from {source} is delivered to {target} before it is set aside{seen}.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Deliver {count} times at most, then move the message to a dead-letter queue")

RULE = Rule(
    code="M01",
    name="unlimited-redelivery",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unlimited redelivery")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A consumer of a queue or topic, drawn or implied, has no limit on how often one message is delivered. An "
            "error when it is said to be unlimited; a warning when nobody has said.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A message that cannot be processed kills its worker, returns to the queue and kills the next, until none "
            "is left: a catastrophic failover.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "A broken order returns to the queue each time it has killed a worker of Warehouse."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Deliver a message five times at most, then move it to a dead-letter queue where someone can look at it "
            "and replay it.",
        ),
    ),
    source="S9",
    check=check,
    rests_on=("style", "delivery"),
    roll_up=RollUp(
        message=say("rules", QT_TRANSLATE_NOOP("rules", "{count} consumers have no stated limit of deliveries.")),
        title=say("rules", QT_TRANSLATE_NOOP("rules", "Limit {count} consumers, with dead-letter queues")),
        apply=_limit,
        select=_open_to_a_limit,
    ),
    demonstrate=demonstrate,
    measures=("redelivered", "completed", "waiting"),
)
