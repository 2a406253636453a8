"""Changing what a link is and where it runs."""

from __future__ import annotations

from typing import Any

from models.architecture.base import replace
from models.architecture.edits.error import EditError, changed, element_named, link_named
from models.architecture.edits.parts import joinable
from models.architecture.edits.settling import settled, walkable
from models.architecture.kinds import STYLES
from models.architecture.links import Link, LinkStyle
from models.architecture.model import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, say


def retag(architecture: Architecture, link_id: str, style: LinkStyle) -> Architecture:
    """The link in another style, with everything it said that the new style can say too.

    Its id and name stay, and so do the journey steps that can still be walked.

    Raises:
        EditError: an unknown link or style, or one that cannot run between the link's ends.
    """
    link = link_named(architecture, link_id)
    if style not in STYLES:
        template = QT_TRANSLATE_NOOP("edits", 'There is no link style "{style}"; there are {styles}.')
        raise EditError(say("edits", template, style=style, styles=", ".join(STYLES)))
    if link.style == style:
        return architecture
    kind = STYLES[style].type
    kept = {name: value for name, value in link.said().items() if name in kind.model_fields and name != "style"}
    provenance = {
        name: source for name, source in link.provenance.items() if name.split(".")[0] in kept and name != "style"
    }
    after = changed(kind(id=link.id, source=link.source, target=link.target), {**kept, "provenance": provenance})
    return _relinked(architecture, link, after.keeping(link._unknown))


def reconnect(
    architecture: Architecture, link_id: str, *, source: str | None = None, target: str | None = None
) -> Architecture:
    """The link from or to another element; its drawn bends are let go, and journey steps that no longer fit.

    Raises:
        EditError: an unknown link or element, or the link's style cannot run there.
    """
    link = link_named(architecture, link_id)
    ends = {"source": source or link.source, "target": target or link.target}
    for end in ends.values():
        element_named(architecture, end)
    moved = {name for name, end in ends.items() if end != getattr(link, name)}
    if not moved:
        return architecture
    provenance = {name: known for name, known in link.provenance.items() if name not in moved}
    after = changed(link, {**ends, "provenance": provenance})
    diagrams = tuple(
        replace(diagram, bends={key: points for key, points in diagram.bends.items() if key != link.id})
        if link.id in diagram.bends
        else diagram
        for diagram in architecture.diagrams
    )
    return _relinked(architecture, link, after, diagrams=diagrams)


def reverse(architecture: Architecture, link_id: str) -> Architecture:
    """The link the other way round, its bends too.

    Raises:
        EditError: an unknown link, or the link's style cannot run that way.
    """
    link = link_named(architecture, link_id)
    after = changed(link, {"source": link.target, "target": link.source})
    diagrams = tuple(
        replace(diagram, bends={**diagram.bends, link.id: tuple(reversed(diagram.bends[link.id]))})
        if link.id in diagram.bends
        else diagram
        for diagram in architecture.diagrams
    )
    return _relinked(architecture, link, after, diagrams=diagrams)


def _relinked(architecture: Architecture, before: Link, after: Link, **changes: Any) -> Architecture:
    joinable(architecture, after)
    links = tuple(after if link is before else link for link in architecture.links)
    journeys = walkable(architecture.journeys, {**architecture.link_by_id, after.id: after}, architecture.element_by_id)
    return settled(architecture, {"links": links, "journeys": journeys, **changes})
