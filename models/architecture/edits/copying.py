"""The clipboard: cutting a piece out of a model, and putting a copy in with ids of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.architecture.base import replace
from models.architecture.diagrams import Diagram, Point
from models.architecture.edits.error import changed, part_named
from models.architecture.edits.identity import unused
from models.architecture.edits.placing import with_diagram
from models.architecture.edits.references import referring
from models.architecture.edits.removal import remove
from models.architecture.journeys import AnyStep, Journey, LinkStep, UseStep
from models.architecture.links import Link, Profile
from models.architecture.model import Architecture
from models.architecture.steps import journeys_used, links_used, mapped

OFFSET = (24.0, 24.0)


def fragment(architecture: Architecture, ids: Iterable[str]) -> Architecture:
    """The elements of `ids` (members of a group among them too) with the links between them, as a model of its own.

    Journeys that run wholly inside come along, and the profiles in use; references that lead outside do not.

    Raises:
        EditError: an unknown id.
    """
    kept = _with_members(architecture, {part_named(architecture, part_id).id for part_id in ids})
    elements = {element.id for element in architecture.elements} & kept
    links = {link.id for link in architecture.links if link.source in elements and link.target in elements}
    journeys = tuple(journey for journey in architecture.journeys if _inside(architecture, journey, elements, links))
    bare = replace(
        architecture, name=None, description=None, scenarios=(), policy=None, journeys=_closed_under_use(journeys)
    )
    inside = elements | links
    outside = [part.id for part in (*architecture.elements, *architecture.links) if part.id not in inside]
    piece = remove(bare, outside)
    used = {link.profile for link in piece.links}
    return replace(
        piece,
        profiles=tuple(profile for profile in piece.profiles if profile.id in used),
        diagrams=tuple(diagram for diagram in piece.diagrams if diagram.positions)[:1],
    )


def paste(
    architecture: Architecture,
    piece: Architecture,
    *,
    diagram: str | None = None,
    offset: tuple[float, float] = OFFSET,
) -> tuple[Architecture, dict[str, str]]:
    """(the model with a copy of `piece`, old id -> new id of its elements and links).

    Every id is fresh, references inside the piece follow, and the copy stands `offset` (pixels) from the original on
    `diagram` (else the first).

    Raises:
        EditError: an unknown diagram.
    """
    taken = {*architecture.element_by_id, *architecture.link_by_id}
    new: dict[str, str] = {}
    for element in piece.elements:
        _rename(element.id, element.id, new, taken)
    for link in piece.links:
        follows = link.id == f"{link.source}-{link.target}"
        _rename(link.id, f"{new[link.source]}-{new[link.target]}" if follows else link.id, new, taken)
    profiles, profile_ids = _profiles(architecture, piece)
    journeys = _journeys(architecture, piece, new)
    elements = [replace(referring(part, lambda old: new.get(old, old)), id=new[part.id]) for part in piece.elements]
    links = [_pasted_link(link, new, profile_ids) for link in piece.links]
    architecture, target = with_diagram(architecture, diagram)
    after = changed(
        architecture,
        {
            "elements": (*architecture.elements, *elements),
            "links": (*architecture.links, *links),
            "profiles": (*architecture.profiles, *profiles),
            "journeys": (*architecture.journeys, *journeys),
            "diagrams": tuple(
                _drawn(known, piece, new, offset) if known is target else known for known in architecture.diagrams
            ),
        },
    )
    return after, new


def duplicate(
    architecture: Architecture,
    ids: Iterable[str],
    *,
    diagram: str | None = None,
    offset: tuple[float, float] = OFFSET,
) -> tuple[Architecture, dict[str, str]]:
    """As `paste` of their `fragment`, with what the originals refer to outside it: groups, brokers, dead letters.

    Raises:
        EditError: an unknown id or diagram.
    """
    piece = fragment(architecture, ids)
    after, new = paste(architecture, piece, diagram=diagram, offset=offset)
    elements = {new[part.id]: architecture.element_by_id[part.id] for part in piece.elements}
    links = {new[part.id]: architecture.link_by_id[part.id] for part in piece.links}
    restored: dict[str, Any] = {
        "elements": tuple(_as_original(part, elements.get(part.id), new) for part in after.elements),
        "links": tuple(_as_original(part, links.get(part.id), new) for part in after.links),
    }
    return changed(after, restored), new


def _as_original(part: Any, original: Any, new: Mapping[str, str]) -> Any:
    if original is None:
        return part
    ends = {name: getattr(part, name) for name in ("id", "source", "target", "profile") if hasattr(part, name)}
    return replace(referring(original, lambda old: new.get(old, old)), **ends)


def _with_members(architecture: Architecture, ids: set[str]) -> set[str]:
    found, waiting = set(ids), list(ids)
    while waiting:
        for member in architecture.members.get(waiting.pop(), ()):
            if member not in found:
                found.add(member)
                waiting.append(member)
    return found


def _rename(old: str, wanted: str, new: dict[str, str], taken: set[str]) -> None:
    new[old] = unused(wanted, taken)
    taken.add(new[old])


def _pasted_link(link: Link, new: Mapping[str, str], profiles: Mapping[str, str]) -> Link:
    changes: dict[str, Any] = {"id": new[link.id], "source": new[link.source], "target": new[link.target]}
    if link.profile is not None:
        changes["profile"] = profiles[link.profile]
    return replace(referring(link, lambda old: new.get(old, old)), **changes)


def _profiles(architecture: Architecture, piece: Architecture) -> tuple[list[Profile], dict[str, str]]:
    """(profiles to add, old id -> new id); one that is already there, word for word, is shared."""
    added: list[Profile] = []
    ids: dict[str, str] = {}
    taken = set(architecture.profile_by_id)
    for profile in piece.profiles:
        if architecture.profile_by_id.get(profile.id) == profile:
            ids[profile.id] = profile.id
            continue
        ids[profile.id] = unused(profile.id, taken)
        taken.add(ids[profile.id])
        added.append(replace(profile, id=ids[profile.id]))
    return added, ids


def _inside(architecture: Architecture, journey: Journey, elements: set[str], links: set[str]) -> bool:
    if journey.entry not in elements or not journey.steps:
        return False
    return all(link_id in links for link_id in links_used(journey.steps))


def _closed_under_use(journeys: tuple[Journey, ...]) -> tuple[Journey, ...]:
    """Those of the journeys that use none but each other."""
    while True:
        known = {journey.id for journey in journeys}
        kept = tuple(journey for journey in journeys if known.issuperset(journeys_used(journey.steps)))
        if len(kept) == len(journeys):
            return kept
        journeys = kept


def _journeys(architecture: Architecture, piece: Architecture, new: Mapping[str, str]) -> list[Journey]:
    ids: dict[str, str] = {}
    taken = set(architecture.journey_by_id)
    for journey in piece.journeys:
        _rename(journey.id, journey.id, ids, taken)

    def renamed(step: AnyStep) -> AnyStep:
        if isinstance(step, LinkStep):
            return replace(step, link=new[step.link])
        return replace(step, use=ids[step.use]) if isinstance(step, UseStep) else step

    return [
        replace(journey, id=ids[journey.id], entry=new[journey.entry], steps=mapped(journey.steps, renamed))
        for journey in piece.journeys
    ]


def _drawn(diagram: Diagram, piece: Architecture, new: Mapping[str, str], offset: Point) -> Diagram:
    """`diagram` with the copy on it, as the piece's own diagram shows the original."""
    source = piece.diagrams[0] if piece.diagrams else Diagram(id="none")

    def moved(point: Point) -> Point:
        return point[0] + offset[0], point[1] + offset[1]

    changes: dict[str, Any] = {
        "positions": {**diagram.positions, **{new[key]: moved(point) for key, point in source.positions.items()}},
        "sizes": {**diagram.sizes, **{new[key]: size for key, size in source.sizes.items()}},
        "bends": {
            **diagram.bends,
            **{new[key]: tuple(moved(point) for point in points) for key, points in source.bends.items()},
        },
        "collapsed": (*diagram.collapsed, *(new[key] for key in source.collapsed)),
        "locked": (*diagram.locked, *(new[key] for key in source.locked)),
    }
    if diagram.include != "*":
        changes["include"] = (*diagram.include, *(new[element.id] for element in piece.elements))
    return replace(diagram, **changes)
