"""Adding elements and links, and setting what they say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from models.architecture.base import Frozen, Provenance
from models.architecture.edits.error import EditError, changed, element_named, part_named
from models.architecture.edits.placing import place
from models.architecture.edits.settling import settled
from models.architecture.elements import Element, ElementBase
from models.architecture.kinds import KINDS, STYLES, allowed, allowed_styles
from models.architecture.links import Link, LinkHead, LinkStyle
from models.architecture.model import Architecture
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

P = TypeVar("P", bound=ElementBase | LinkHead)

_LINKS: dict[LinkStyle, str] = {
    "sync": QT_TRANSLATE_NOOP("edits", "A sync link"),
    "async": QT_TRANSLATE_NOOP("edits", "An async link"),
    "event": QT_TRANSLATE_NOOP("edits", "An event link"),
    "shared_data": QT_TRANSLATE_NOOP("edits", "A data access link"),
}
_IDENTITY = ("id", "kind", "style", "source", "target", "provenance")
_EMPTY_SAYS_NOTHING = ("delivery", "contract", "origin")
"""Parts that are dropped when nothing is left in them; an empty retry or circuit breaker still says there is one."""


def add_element(
    architecture: Architecture,
    element: Element,
    *,
    diagram: str | None = None,
    position: tuple[float, float] | None = None,
) -> Architecture:
    """`element` added, and placed at `position` (top left, pixels) on `diagram` (else the first one).

    Raises:
        EditError: its id is taken, or something it refers to does not exist.
    """
    _free(architecture, element.id)
    after = changed(architecture, {"elements": (*architecture.elements, element)})
    if position is None and diagram is None:
        return after
    return place(after, diagram, {element.id: position})


def add_link(architecture: Architecture, link: Link) -> Architecture:
    """`link` added.

    Raises:
        EditError: its id is taken, an end is missing, or its style cannot run between its ends.
    """
    return add_links(architecture, [link])


def add_links(architecture: Architecture, links: Iterable[Link]) -> Architecture:
    """All of these links added: the architecture is looked over once, however many they are.

    Raises:
        EditError: as `add_link` does for any of them; their ids differ.
    """
    added = tuple(links)
    for link in added:
        _free(architecture, link.id)
        joinable(architecture, link)
    return changed(architecture, {"links": (*architecture.links, *added)}) if added else architecture


def joinable(architecture: Architecture, link: Link) -> None:
    """Nothing when both ends of `link` exist and its style may run between them.

    Raises:
        EditError: says what would be possible.
    """
    source, target = element_named(architecture, link.source), element_named(architecture, link.target)
    if allowed(link.style, source.kind, target.kind):
        return
    raise EditError(_refusal(architecture, link, source, target))


def _refusal(architecture: Architecture, link: Link, source: Element, target: Element) -> Text:
    """Why `link` cannot run between two elements, in the words of the interface."""
    ends = {"source": architecture.label(source.id), "target": architecture.label(target.id)}
    what = say("edits", _LINKS[link.style])
    if styles := allowed_styles(source.kind, target.kind):
        template = QT_TRANSLATE_NOOP("edits", "{what} cannot run from {source} to {target}; possible: {others}.")
        return say("edits", template, what=what, **ends, others=_listed("styles", [STYLES[s].label for s in styles]))
    if kinds := [KINDS[kind].label for kind in KINDS if allowed(link.style, source.kind, kind)]:
        template = QT_TRANSLATE_NOOP(
            "edits", "{what} cannot run from {source} to {target}; from {source} it may reach: {others}."
        )
        return say("edits", template, what=what, **ends, others=_listed("kinds", kinds))
    template = QT_TRANSLATE_NOOP("edits", "{what} cannot run from {source} to {target}.")
    return say("edits", template, what=what, **ends)


def _listed(context: str, labels: Sequence[str]) -> Text:
    """Labels of `context` in a row."""
    names = {f"label{number}": say(context, label) for number, label in enumerate(labels)}
    return say("edits", ", ".join(f"{{{name}}}" for name in names), **names)


def _free(architecture: Architecture, part_id: str) -> None:
    if part_id in architecture.element_by_id or part_id in architecture.link_by_id:
        template = QT_TRANSLATE_NOOP("edits", 'The id "{id}" is taken; give the new part another one.')
        raise EditError(say("edits", template, id=part_id))


def rename(architecture: Architecture, part_id: str, name: str | None) -> Architecture:
    """An element or link called `name`; an empty name is no name. Its id stays."""
    return set_attributes(architecture, [part_id], {"name": (name or "").strip() or None})


def set_attributes(
    architecture: Architecture,
    ids: Iterable[str],
    values: Mapping[str, Any],
    *,
    provenance: Provenance | None = None,
) -> Architecture:
    """Every element and link of `ids` saying `values`: attribute (dots lead into parts) -> value, None to unsay.

    What the attribute's provenance said is gone: from now on a person says it, or whatever `provenance` names.

    Raises:
        EditError: an unknown part or attribute, or a value that does not fit.
    """
    return set_each(architecture, dict.fromkeys(ids, values), provenance=provenance)


def set_each(
    architecture: Architecture,
    values: Mapping[str, Mapping[str, Any]],
    *,
    provenance: Provenance | None = None,
) -> Architecture:
    """Each element and link saying the values given for its id, all in one step; otherwise as `set_attributes`.

    Raises:
        EditError: an unknown part or attribute, or a value that does not fit.
    """
    for part_id in values:
        part_named(architecture, part_id)

    def told(part: P) -> P:
        return _saying(architecture, part, values[part.id], provenance) if part.id in values else part

    after: dict[str, Any] = {
        space: tuple(told(part) for part in parts)
        for space, parts in (("elements", architecture.elements), ("links", architecture.links))
        if any(part.id in values for part in parts)
    }
    return settled(architecture, after) if after else architecture


def _within_it(attribute: str, known: str) -> bool:
    return attribute.startswith(f"{known}.")


def _saying(architecture: Architecture, part: P, values: Mapping[str, Any], provenance: Provenance | None) -> P:
    changes: dict[str, Any] = {}
    sources = dict(part.provenance)
    for attribute, value in values.items():
        name, *rest = attribute.split(".")
        if name in _IDENTITY or name not in type(part).model_fields:
            template = QT_TRANSLATE_NOOP("edits", '"{part}" has no attribute "{name}" to set{hint}.')
            hint = "" if name in _IDENTITY else nearest(name, type(part).model_fields)
            raise EditError(say("edits", template, part=architecture.label(part.id), name=name, hint=hint))
        before = changes.get(name, getattr(part, name))
        changes[name] = _within(before, name, rest, value)
        sources = {
            known: said
            for known, said in sources.items()
            if not f"{known}.".startswith(f"{attribute}.") and not (before is not None and _within_it(attribute, known))
        }
        if provenance is not None and value is not None:
            sources[attribute] = provenance
    if sources != part.provenance:
        changes["provenance"] = sources
    for name, value in changes.items():
        if value is None:
            changes[name] = type(part).model_fields[name].get_default(call_default_factory=True)
    if all(changes[name] == getattr(part, name) for name in changes):
        return part
    return changed(part, changes)


def _within(before: Any, name: str, rest: list[str], value: Any) -> Any:
    """The value of attribute `name`, until now `before`, once what `rest` leads to inside it is `value`."""
    if not rest:
        return value
    if isinstance(before, Frozen):
        inner = getattr(before, rest[0], None)
        after = changed(before, {rest[0]: _within(inner, rest[0], rest[1:], value)})
        return None if name in _EMPTY_SAYS_NOTHING and not after.said() else after
    if isinstance(before, Mapping):
        known = {**before, ".".join(rest): value}
        return {key: item for key, item in known.items() if item is not None}
    return before if value is None else {rest[0]: _within(None, rest[0], rest[1:], value)}
