"""E02: more than the channel can carry."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.consumers import publishing
from models.analysis.facts import Facts, figure
from models.analysis.repairs import by_fix
from models.analysis.rule import Finding, Fix, Flaw, Rule, in_words
from models.analysis.technologies import most_bytes
from models.architecture import Architecture, Fault, Link
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

REFERENCE_BYTES = 1024


def check(facts: Facts) -> Iterator[Flaw]:
    sizes = facts.stating("payload_bytes")
    for link in publishing(facts) if sizes else ():
        size = sizes.get(link.id)
        limit, technology = _limit(facts, link)
        share = facts.threshold("E02", "share", link.id)
        if size is None or limit is None or size <= share * limit:
            continue
        template = _OVER if size > limit else _NEAR
        yield Flaw(
            subject=link.id,
            severity="error" if size > limit else "warning",
            message=say("rules", template, source=facts.label(link.source), target=facts.label(link.target)),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=_sum(facts, link, float(size), limit),
            assumed=() if technology is None else (say("rules", _BY_DEFAULT, name=technology, limit=figure(limit)),),
            fixes=partial(_fixes, link.id, share * limit),
        )


def _limit(facts: Facts, link: Link) -> tuple[float | None, str | None]:
    """(bytes the channel takes at most, the technology whose default that is)."""
    channel = facts.architecture.element_by_id[link.target]
    named = facts.said(link, "technology")
    if channel.kind in ("queue", "topic"):
        if channel.max_message_bytes is not None:
            return float(channel.max_message_bytes), None
        named = channel.technology or named
    default = None if named is None else most_bytes(str(named))
    return (None, None) if default is None else (default, str(named))


def _sum(facts: Facts, link: Link, size: float, limit: float) -> Text:
    if size > limit:
        return say("rules", _ABOVE, size=figure(size), limit=figure(limit))
    share = facts.threshold("E02", "share", link.id)
    return say("rules", _SHARE, size=figure(size), limit=figure(limit), share=figure(share), part=figure(share * limit))


def waits(facts: Facts) -> Iterator[tuple[str, str]]:
    for link in publishing(facts) if facts.stating("payload_bytes") else ():
        channel = facts.architecture.element_by_id[link.target]
        sized = channel.kind in ("queue", "topic") and facts.said(link, "payload_bytes") is not None
        if sized and _limit(facts, link)[0] is None:
            yield channel.id, "max_message_bytes"


def _fixes(link_id: str, most_bytes: float) -> tuple[Fix, ...]:
    if most_bytes < REFERENCE_BYTES:
        return ()
    return (Fix(say("rules", _FIX), "advice", partial(_claim_check, link_id)),)


def _claim_check(link_id: str, architecture: Architecture) -> Architecture:
    values: dict[str, object] = {"payload_bytes": REFERENCE_BYTES}
    if architecture.link_by_id[link_id].style == "event":
        values["payload"] = "hybrid"
    return set_attributes(architecture, [link_id], values, provenance=by_fix("E02"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it: what is too large is refused when it is published."""
    channel = architecture.element_by_id[finding.path[-1]]
    refused = channel.kind in ("queue", "topic") and channel.max_message_bytes is not None
    return () if refused and finding.severity == "error" else None


_OVER = QT_TRANSLATE_NOOP("rules", "What {source} sends to {target} is larger than the channel takes: it is refused.")
_NEAR = QT_TRANSLATE_NOOP("rules", "What {source} sends to {target} takes more than half of what the channel allows.")
_ABOVE = QT_TRANSLATE_NOOP("rules", "{size} bytes > {limit} bytes")
_SHARE = QT_TRANSLATE_NOOP("rules", "{size} bytes > {share} x {limit} bytes = {part} bytes")
_BY_DEFAULT = QT_TRANSLATE_NOOP("rules", "{name} takes {limit} bytes by default, and nobody has said otherwise")
_FIX = QT_TRANSLATE_NOOP("rules", "Put the data into a store and send a reference (claim check)")

RULE = Rule(
    code="E02",
    name="oversized-event",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Oversized event")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "An event or message is larger than its channel takes (an error), or larger than half of that (a warning). "
            "Where nobody has set a limit, those of Kafka and RabbitMQ are known.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The broker refuses it for good, and to try again does not help. Near the limit it takes "
            "one longer list of "
            "items, and the first who notices is a customer.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Catalogue publishes its 3 MB price list to a topic that takes 1 MB."),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Put the data into a store and a reference into the event (claim check), or split the event."
        ),
    ),
    source="S8.2",
    check=check,
    thresholds={"share": 0.5},
    rests_on=("style", "payload_bytes"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("failed", "availability"),
)
