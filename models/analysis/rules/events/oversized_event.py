"""E02: more than the channel can carry."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure, figure_above
from models.analysis.fixes.repairs import by_fix
from models.analysis.messages.consumers import publishing
from models.analysis.rule import Finding, Fix, Flaw, Lack, Rule, in_words
from models.analysis.technologies import most_bytes, never_above
from models.architecture import Architecture, Fault, Link, Queue, Topic
from models.architecture.edits import set_attributes
from models.architecture.kinds import CHANNELS
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

REFERENCE_BYTES = 1024
SHORTEST_BYTES = 16
"""A reference of fewer cannot tell one message from all others."""


def check(facts: Facts) -> Iterator[Flaw]:
    for link, size in _sized(facts):
        limit, technology = _limit(facts, link)
        share = _share(facts, link)
        if limit is None or size <= share * limit:
            continue
        template = _OVER if size > limit else _NEAR
        yield Flaw(
            subject=link.id,
            severity="error" if size > limit else "warning",
            message=say(
                "rules",
                template,
                source=facts.label(link.source),
                target=facts.label(link.target),
                share=figure(100.0 * share),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=_sum(share, size, limit),
            assumed=() if technology is None else (say("rules", _BY_DEFAULT, name=technology, limit=figure(limit)),),
            fixes=partial(_fixes, link.id, share * limit),
        )


def _sized(facts: Facts) -> Iterator[tuple[Link, float]]:
    """The links over which messages go whose size is said, once for each channel that only its consumers tell of."""
    sizes = facts.stating("payload_bytes")
    told = set()
    for link_id, _, target, _, link in publishing(facts) if sizes else ():
        if link_id in sizes:
            told.add(target)
            yield link, float(sizes[link_id])
    for link_id, size in sizes.items():
        link = facts.architecture.link_by_id[link_id]
        if facts.kind[link.source] in CHANNELS and link.source not in told:
            told.add(link.source)
            yield link, float(size)


def _channel(facts: Facts, link: Link) -> Queue | Topic | None:
    ends = (facts.architecture.element_by_id[end] for end in (link.source, link.target))
    return next((end for end in ends if isinstance(end, Queue | Topic)), None)


def _share(facts: Facts, link: Link) -> float:
    channel = _channel(facts, link)
    return facts.threshold("E02", "share", *([] if channel is None else [channel.id]), link.id)


def _limit(facts: Facts, link: Link) -> tuple[float | None, str | None]:
    """(bytes the channel takes at most, the technology whose default that is)."""
    channel = _channel(facts, link)
    named = facts.said(link, "technology")
    if channel is not None:
        named = channel.technology or named or _broker(facts, channel)
        if channel.max_message_bytes is not None:
            return min(float(channel.max_message_bytes), never_above(str(named or ""))), None
    default = None if named is None else most_bytes(str(named))
    return (None, None) if default is None else (default, str(named))


def _broker(facts: Facts, channel: Queue | Topic) -> str | None:
    """The name of its broker, which may tell the technology: "Kafka cluster"."""
    host = facts.architecture.element_by_id.get(channel.broker or "")
    return channel.broker if host is None else facts.label(host.id)


def _sum(share: float, size: float, limit: float) -> Text:
    if size > limit:
        return say("rules", _ABOVE, size=figure_above(size, limit), limit=figure(limit))
    return say("rules", _SHARE, size=figure(size), limit=figure(limit), share=figure(share), part=figure(share * limit))


def waits(facts: Facts) -> Iterator[Lack]:
    for link, _ in _sized(facts):
        channel = _channel(facts, link)
        if channel is not None and _limit(facts, link)[0] is None:
            yield "max_message_bytes", (channel.id,)


def _fixes(link_id: str, most_bytes: float) -> tuple[Fix, ...]:
    """A reference, as long as one fits."""
    size = min(REFERENCE_BYTES, math.floor(most_bytes))
    if size < SHORTEST_BYTES:
        return ()
    return (Fix(say("rules", _FIX), "advice", partial(_claim_check, link_id, size)),)


def _claim_check(link_id: str, size: int, architecture: Architecture) -> Architecture:
    values: dict[str, object] = {"payload_bytes": size}
    if architecture.link_by_id[link_id].style == "event":
        values["payload"] = "hybrid"
    return set_attributes(architecture, [link_id], values, provenance=by_fix("E02"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it: what is too large is refused when it is published."""
    channel = architecture.element_by_id[finding.path[-1]]
    refused = isinstance(channel, Queue | Topic) and channel.max_message_bytes is not None
    return () if refused and finding.severity == "error" else None


_OVER = QT_TRANSLATE_NOOP("rules", "What {source} sends to {target} is larger than the channel takes: it is refused.")
_NEAR = QT_TRANSLATE_NOOP(
    "rules", "What {source} sends to {target} takes more than {share}% of what the channel allows."
)
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
