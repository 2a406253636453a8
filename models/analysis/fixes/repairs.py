"""Edits that several fixes are made of; each gives the next architecture and marks what it sets as set by a fix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from models.analysis.fixes.retry_plans import calmed
from models.analysis.rule import by_fix as by_fix
from models.architecture import Architecture, Link, Queue, allowed, replace, said
from models.architecture.base import Frozen
from models.architecture.edits import EditError, add_element, fresh_id, retag, set_attributes
from models.architecture.links import LinkStyle, ProfileHead
from models.architecture.text import QT_TRANSLATE_NOOP, say

DELIVERIES = 5
"""Field standard: a message is tried this often before it is set aside."""


def link_of(architecture: Architecture, link_id: str) -> Link:
    """The link a fix is about.

    Raises:
        EditError: it has gone since the finding was made.
    """
    link = architecture.link_by_id.get(link_id)
    if link is None:
        raise EditError(say("analysis", _GONE, link=link_id))
    return link


def for_one(
    apply: Callable[[Architecture, tuple[str, ...]], Architecture], part_id: str
) -> Callable[[Architecture], Architecture]:
    """What decides for many parts at once, for one of them."""
    return lambda architecture: apply(architecture, (part_id,))


def set_on_links(
    architecture: Architecture, link_ids: Iterable[str], values: Mapping[str, object], code: str
) -> Architecture:
    """The values on those of the links that are still there; `code` is the rule whose fix sets them."""
    left = [link_id for link_id in link_ids if link_id in architecture.link_by_id]
    return set_attributes(architecture, left, values, provenance=by_fix(code))


def effective_dead_letter(architecture: Architecture, link: Link) -> str | None:
    """The dead-letter queue in force for a consuming link: its own word, else its queue's; "none" when said."""
    own = said(architecture, link, "delivery.dead_letter")
    if own is not None:
        return str(own)
    channel = architecture.element_by_id[link.source]
    return channel.dead_letter if channel.kind == "queue" else None


def consumes(architecture: Architecture, link: Link) -> bool:
    """Whether messages are delivered over this link: it leaves a queue or topic, or its channel is implied."""
    if link.style not in ("async", "event"):
        return False
    source, target = architecture.element_by_id[link.source], architecture.element_by_id[link.target]
    return source.kind in ("queue", "topic") or target.kind not in ("queue", "topic")


def with_dead_letters(architecture: Architecture, link_ids: Iterable[str], code: str) -> Architecture:
    """Every consuming link with a dead-letter queue: its own queue's, or a new one per channel."""
    for link_id in link_ids:
        link = link_of(architecture, link_id)
        if effective_dead_letter(architecture, link) not in (None, "none"):
            continue
        channel = architecture.element_by_id[link.source]
        if channel.kind == "queue" and channel.dead_letter is not None:
            architecture = set_attributes(
                architecture, [link_id], {"delivery.dead_letter": channel.dead_letter}, provenance=by_fix(code)
            )
            continue
        named = channel if channel.kind in ("queue", "topic") else architecture.element_by_id[link.target]
        queue_id = fresh_id(architecture, f"{named.id}-dead-letters")
        name = f"{architecture.label(named.id)} dead letters"
        if any(element.name == name for element in architecture.elements):
            name = f"{name} of {architecture.label(link.target)}"
        queue = Queue(
            id=queue_id,
            name=name,
            technology=channel.technology if channel.kind == "queue" else None,
            broker=channel.broker if channel.kind == "queue" else None,
        )
        architecture = add_element(architecture, queue)
        own_word = said(architecture, link, "delivery.dead_letter") is not None
        on_queue = channel.kind == "queue" and not own_word
        architecture = set_attributes(
            architecture,
            [channel.id if on_queue else link_id],
            {"dead_letter" if on_queue else "delivery.dead_letter": queue_id},
            provenance=by_fix(code),
        )
    return architecture


def with_delivery_limits(architecture: Architecture, link_ids: Iterable[str], code: str) -> Architecture:
    """Every consuming link with at most five deliveries and a dead-letter queue behind them."""
    ids = [link_of(architecture, link_id).id for link_id in link_ids]
    limited = set_attributes(architecture, ids, {"delivery.max_deliveries": DELIVERIES}, provenance=by_fix(code))
    return with_dead_letters(limited, ids, code)


def tells_uncleared(architecture: Architecture, link: Link) -> bool:
    """Whether the link brings personal data to somebody who is said not to be cleared for it."""
    cleared = getattr(architecture.element_by_id[link.target], "cleared_for_personal_data", None)
    return cleared is False and said(architecture, link, "personal_data") is True


def restyled(architecture: Architecture, link_id: str, style: LinkStyle) -> Architecture:
    """The link in another style. From its profile it takes nothing that it did not take before.

    Where the profile speaks of what only the new style has, the link leaves it, and says itself what it had from it:
    the defaults of a mesh for its calls are no decision about this message.
    """
    before, after = link_of(architecture, link_id), retag(architecture, link_id, style)
    link = link_of(after, link_id)
    if link.profile is None:
        return after
    told = after.profile_by_id[link.profile].said()
    defaults = {name: value for name, value in told.items() if name not in ProfileHead.model_fields}
    had, has = type(before).model_fields.keys(), type(link).model_fields.keys()
    if not defaults.keys() & (has - had):
        return after
    own = link.said()
    words = {name: _completed(own.get(name), defaults[name]) for name in defaults.keys() & has & had}
    freed = replace(link, profile=None, **words)
    return replace(after, links=tuple(freed if one is link else one for one in after.links))


def _completed(own: object, default: object) -> object:
    """What a link says of an attribute, and what its profile says of the parts that the link leaves open."""
    if isinstance(own, Frozen) and isinstance(default, Frozen) and type(own) is type(default):
        return replace(own, **{**default.said(), **own.said()})
    return default if own is None else own


def as_messages(
    architecture: Architecture, link_ids: Iterable[str], code: str, *, style: Literal["async", "event"] = "async"
) -> Architecture:
    """Every synchronous call as a message without reply, or an event, with a delivery limit and a dead-letter queue.

    A call that cannot be an event between its ends, whose contract would then be another's, that would tell personal
    data to who is not cleared for it, or with which an event is said to be published, becomes a message. What must not
    be repeated is delivered at most once. Whoever takes the message begins a chain of its own: where retries below it
    would multiply beyond the limit, they are kept at one layer.
    """
    before = architecture
    beside = {other for link in architecture.links for other in said(architecture, link, "published_with") or ()}
    for link_id in link_ids:
        link = link_of(architecture, link_id)
        if link.style != "sync":
            continue
        ends = (architecture.element_by_id[end].kind for end in (link.source, link.target))
        open_to_all = said(architecture, link, "contract") is None and not tells_uncleared(architecture, link)
        keeps = style == "async" or (open_to_all and link_id not in beside)
        becomes = style if keeps and allowed(style, *ends) else "async"
        unsafe = said(architecture, link, "operation") == "write" and said(architecture, link, "idempotent") is False
        architecture = restyled(architecture, link_id, becomes)
        values: dict[str, object] = {"delivery.max_deliveries": DELIVERIES}
        if unsafe:
            values = {"delivery.guarantee": "at_most_once"}
        if becomes == "async":
            values["reply"] = "none"
        architecture = set_attributes(architecture, [link_id], values, provenance=by_fix(code))
        if not unsafe:
            architecture = with_dead_letters(architecture, [link_id], code)
    return calmed(before, architecture, code)


_GONE = QT_TRANSLATE_NOOP("analysis", 'There is no link "{link}" any more; analyse the model again.')
