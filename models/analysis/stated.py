"""What the links and elements of one architecture say, attribute by attribute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from operator import itemgetter
from typing import Any

from models.architecture import Architecture, Element, Link, said

_NOT_INDEXED = frozenset(
    ["id", "source", "target", "style", "name", "properties", "provenance", "needs", "tags", "urls"]
)
Said = dict[str, dict[str, Any]]
"""Attribute -> id of a part -> what the part itself says, in the order of the parts."""


class Stated:
    """Looks up what links or their profiles say, and elements."""

    def __init__(self, architecture: Architecture) -> None:
        self._architecture = architecture
        self._by_links: Said = {}

    def said(self, link: Link, attribute: str) -> Any | None:
        """What the link, else its profile, says."""
        if link.profile is None:
            values = link.__dict__
            if attribute in values:
                value = values[attribute]
                return None if value is None or (not value and value == ()) else value
            if values.get(attribute.partition(".")[0]) is None:
                return None
        return said(self._architecture, link, attribute)

    def by_links(self, attribute: str) -> dict[str, Any]:
        """Link id -> what it or its profile says, in id order, of links that say something."""
        known = self._by_links.get(attribute)
        if known is None:
            known = self._by_links[attribute] = self._said_by_links(attribute)
        return known

    def by_elements(self, attribute: str) -> dict[str, Any]:
        """Element id -> what it says, in id order, of elements that say something."""
        if attribute in _NOT_INDEXED:
            values = ((element_id, getattr(element, attribute, None)) for element_id, element in self._elements)
            return {element_id: value for element_id, value in values if value is not None and value != ()}
        return self._own_of_elements.get(attribute, {})

    @cached_property
    def profiled(self) -> bool:
        """Whether any link has a profile."""
        return "profile" in self._own

    def _said_by_links(self, attribute: str) -> dict[str, Any]:
        if self.profiled or attribute in _NOT_INDEXED:
            values = ((arc[0], self.said(arc[4], attribute)) for arc in self._architecture.arcs)
            return {link_id: value for link_id, value in values if value is not None}
        whole, dot, _ = attribute.partition(".")
        own = self._own.get(whole, {})
        if not dot:
            return own
        links = self._architecture.link_by_id
        values = ((link_id, self.said(links[link_id], attribute)) for link_id in own)
        return {link_id: value for link_id, value in values if value is not None}

    @cached_property
    def _own(self) -> Said:
        return _said_by((arc[0], arc[4]) for arc in self._architecture.arcs)

    @cached_property
    def _own_of_elements(self) -> Said:
        return _said_by(self._elements)

    @cached_property
    def _elements(self) -> list[tuple[str, Element]]:
        return sorted(self._architecture.element_by_id.items(), key=itemgetter(0))


def _said_by(parts: Iterable[tuple[str, Element | Link]]) -> Said:
    found: Said = defaultdict(dict)
    for part_id, part in parts:
        values = part.__dict__
        for name in part.__pydantic_fields_set__ - _NOT_INDEXED:
            value = values[name]
            if value is not None and (value or not isinstance(value, tuple)):
                found[name][part_id] = value
    return dict(found)
