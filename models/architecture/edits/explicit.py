"""Making the queue, topic or store that a link implies an element of its own."""

from __future__ import annotations

from typing import Any

from models.architecture.base import replace
from models.architecture.diagrams import Diagram
from models.architecture.edits.error import EditError, changed, link_named
from models.architecture.edits.identity import fresh_id, unused
from models.architecture.edits.settling import settled
from models.architecture.elements import Datastore, Element, Queue, Topic
from models.architecture.journeys import AnyStep, LinkStep
from models.architecture.kinds import KINDS
from models.architecture.links import AsyncLink, EventLink, Link, SharedDataLink
from models.architecture.model import Architecture
from models.architecture.steps import links_used, mapped
from models.architecture.text import QT_TRANSLATE_NOOP, say

_BOTH_SIDES = ("profile", "technology", "payload_bytes", "contract", "errors", "personal_data", "exchange", "dataset")
_ORDER = ("order_required", "order_key")
_CONSUMING = ("delivery", "operation", "idempotent")
_READING = ("poll_interval_ms", "batch_limit", "freshness_ms", "notified_by")
_OTHER_ACCESS = {"read": "write", "write": "read", "read_write": "read_write", None: None}


def make_channel_explicit(architecture: Architecture, link_id: str, *, name: str | None = None) -> Architecture:
    """The queue, topic or store between the two ends of a link drawn as an element, half way between them.

    The link keeps its id and now ends at the new element; a new link goes on from there (to a store, the former target
    reaches for it). Delivery and its effect move to the consuming side; journeys walk through.

    Raises:
        EditError: an unknown link, or one that implies no queue, topic or store.
    """
    link = link_named(architecture, link_id)
    if isinstance(link, SharedDataLink) and not _reaches(architecture, link, "datastore"):
        return _with_store(architecture, link, name)
    if isinstance(link, AsyncLink | EventLink) and _ends_work(architecture, link):
        return _with_channel(architecture, link, name)
    template = QT_TRANSLATE_NOOP("edits", "{link} implies no queue, topic or store of its own.")
    raise EditError(say("edits", template, link=architecture.label(link_id)))


def _reaches(architecture: Architecture, link: Link, kind: str) -> bool:
    return architecture.element_by_id[link.target].kind == kind


def _ends_work(architecture: Architecture, link: Link) -> bool:
    return not any(KINDS[architecture.element_by_id[end].kind].channel for end in (link.source, link.target))


def _with_channel(architecture: Architecture, link: AsyncLink | EventLink, name: str | None) -> Architecture:
    if isinstance(link, AsyncLink):
        element: Element = Queue(id=fresh_id(architecture, f"{link.target} queue"))
        named = f"{architecture.label(link.target)} queue"
    else:
        element = Topic(id=fresh_id(architecture, f"{link.source} events"))
        named = f"{architecture.label(link.source)} events"
    element = replace(element, name=name or named, technology=link.technology)
    said = link.said()
    shared = {key: said[key] for key in (*_BOTH_SIDES, *_ORDER, *_CONSUMING) if key in said}
    onward = changed(
        type(link)(id=_link_id(architecture, element.id, link.target), source=element.id, target=link.target), shared
    )
    inward = changed(link, {"target": element.id, **dict.fromkeys(_CONSUMING)})
    return _inserted(architecture, link, element, inward, onward, always=True)


def _with_store(architecture: Architecture, link: SharedDataLink, name: str | None) -> Architecture:
    element = Datastore(
        id=fresh_id(architecture, f"{link.source} data"), name=name or f"{architecture.label(link.source)} data"
    )
    said = link.said()
    shared: dict[str, Any] = {key: said[key] for key in _BOTH_SIDES if key in said}
    shared["access"] = _OTHER_ACCESS[link.access]
    inward_changes: dict[str, Any] = {"target": element.id}
    if link.access != "read":
        shared |= {key: said[key] for key in _READING if key in said}
        inward_changes |= dict.fromkeys(_READING)
    onward = changed(
        SharedDataLink(id=_link_id(architecture, link.target, element.id), source=link.target, target=element.id),
        shared,
    )
    return _inserted(architecture, link, element, changed(link, inward_changes), onward, always=False)


def _link_id(architecture: Architecture, source: str, target: str) -> str:
    return fresh_id(architecture, f"{source}-{target}")


def _inserted(
    architecture: Architecture, link: Link, element: Element, inward: Link, onward: Link, *, always: bool
) -> Architecture:
    if onward.id == element.id:
        onward = replace(
            onward, id=unused(onward.id, {*architecture.element_by_id, *architecture.link_by_id, element.id})
        )
    links = (*(inward if known is link else known for known in architecture.links), onward)
    journeys = tuple(
        replace(journey, steps=mapped(journey.steps, lambda step: _through(step, link.id, onward.id, always=always)))
        if link.id in links_used(journey.steps)
        else journey
        for journey in architecture.journeys
    )
    diagrams = tuple(_half_way(diagram, link, element.id) for diagram in architecture.diagrams)
    elements = (*architecture.elements, element)
    return settled(architecture, {"elements": elements, "links": links, "journeys": journeys, "diagrams": diagrams})


def _through(step: AnyStep, link_id: str, onward: str, *, always: bool) -> AnyStep:
    """A step over `link_id` with what followed it standing behind a step over `onward`."""
    if not isinstance(step, LinkStep) or step.link != link_id or not (always or step.steps):
        return step
    if not always:
        return replace(step, steps=(LinkStep(link=onward, steps=step.steps),))
    return replace(step, work_ms=None, steps=(LinkStep(link=onward, work_ms=step.work_ms, steps=step.steps),))


def _half_way(diagram: Diagram, link: Link, element_id: str) -> Diagram:
    changes: dict[str, Any] = {}
    source, target = diagram.positions.get(link.source), diagram.positions.get(link.target)
    if source is not None and target is not None:
        middle = ((source[0] + target[0]) / 2, (source[1] + target[1]) / 2)
        changes["positions"] = {**diagram.positions, element_id: middle}
    if link.id in diagram.bends:
        changes["bends"] = {key: points for key, points in diagram.bends.items() if key != link.id}
    if diagram.include != "*" and {link.source, link.target} & set(diagram.include):
        changes["include"] = (*diagram.include, element_id)
    return replace(diagram, **changes) if changes else diagram
