"""Automatic placement, left to right: of what has no place yet, or again of what is asked for.

What stands somewhere stays there: new elements go beside what they are linked with, onto free ground.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from models.architecture.base import replace
from models.architecture.diagram.frames import PADDING, TITLE_ROOM, Shown, boxes, has_words_outside, occupied, shown
from models.architecture.diagram.free_ground import edges_of, home_of, nearest_free, room, settled, snap
from models.architecture.diagram.geometry import Point, Rect, union
from models.architecture.diagram.layered import layered
from models.architecture.diagrams import Diagram
from models.architecture.model import Architecture

MAIN = "main"


class LayoutError(ValueError):
    """A diagram that does not exist; one sentence."""


def place_missing(architecture: Architecture, diagram_id: str = MAIN) -> Architecture:
    """The architecture with a place for everything the diagram shows; what has one keeps it exactly.

    A model without diagrams gets one, called `diagram_id`.

    Raises:
        LayoutError: the model has diagrams, but none of this id.
    """
    architecture, diagram = _diagram(architecture, diagram_id)
    part = shown(architecture, diagram)
    missing = {
        element_id
        for element_id in part.elements
        if element_id not in diagram.positions and not (element_id in part.frames and architecture.members[element_id])
    }
    if not missing:
        return architecture
    return _placed(architecture, diagram, part, missing)


def tidy(architecture: Architecture, diagram_id: str = MAIN, ids: Iterable[str] | None = None) -> Architecture:
    """The architecture with everything on the diagram placed anew, or only `ids` (of a group: what is in it).

    Locked elements stay. Bends of links whose ends both move are forgotten, as they bent around what is gone.

    Raises:
        LayoutError: there is no such diagram.
    """
    architecture, diagram = _diagram(architecture, diagram_id)
    part = shown(architecture, diagram)
    loose = set(part.elements) if ids is None else _with_members(architecture, ids) & part.elements.keys()
    loose -= set(diagram.locked)
    filled = {group for group in part.frames if architecture.members[group]}
    loose -= filled
    if not loose:
        return architecture
    bends = {
        link_id: points
        for link_id, points in diagram.bends.items()
        if not {architecture.link_by_id[link_id].source, architecture.link_by_id[link_id].target} <= loose
    }
    follow = {group for group in filled if not _with_members(architecture, (group,)).isdisjoint(loose)}
    kept = {element_id: at for element_id, at in diagram.positions.items() if element_id not in loose | follow}
    old = [rect for element_id, rect in boxes(architecture, diagram, part).items() if element_id in loose]
    bare = replace(diagram, positions=kept, bends=bends)
    return _placed(architecture, bare, part, loose, around=union(*old) if old and ids is not None else None)


def cleared(
    architecture: Architecture, diagram_id: str, ids: Iterable[str], known: Mapping[str, Rect] | None = None
) -> Architecture:
    """The architecture with `ids` moved together to the nearest place where they cover nothing else.

    They stay where they are when they cover nothing there. Frames do not count as covered by their members, and what
    is in a group moves with it. Where others stand is taken from `known` as far as that says.

    Raises:
        LayoutError: there is no such diagram.
    """
    architecture, diagram = _diagram(architecture, diagram_id)
    part = shown(architecture, diagram)
    rooms = _rooms(architecture, diagram, part, known)
    loose = _with_members(architecture, ids) & rooms.keys()
    moving = {element_id: rooms[element_id] for element_id in loose if element_id in diagram.positions}
    filled = {group for group in part.frames if architecture.members[group]}
    moving = {element_id: room for element_id, room in moving.items() if element_id not in filled}
    taken = {element_id: room for element_id, room in rooms.items() if element_id not in loose}
    if not moving or not taken:
        return architecture
    dx, dy = nearest_free(architecture, part, moving, taken)
    if dx == dy == 0.0:
        return architecture
    positions = dict(diagram.positions)
    for element_id in (*moving, *(loose & filled & positions.keys())):
        x, y = positions[element_id]
        positions[element_id] = (x + dx, y + dy)
    changed = replace(diagram, positions=positions)
    diagrams = tuple(changed if each.id == changed.id else each for each in architecture.diagrams)
    return replace(architecture, diagrams=diagrams)


def _rooms(
    architecture: Architecture, diagram: Diagram, part: Shown, known: Mapping[str, Rect] | None = None
) -> dict[str, Rect]:
    """Element id -> what it covers with its words, frames included."""
    rooms = boxes(architecture, diagram, part, known)
    for element_id, element in part.elements.items():
        if element_id in rooms and has_words_outside(element):
            rooms[element_id] = occupied(architecture, element, rooms[element_id])
    return rooms


def _diagram(architecture: Architecture, diagram_id: str) -> tuple[Architecture, Diagram]:
    for diagram in architecture.diagrams:
        if diagram.id == diagram_id:
            return architecture, diagram
    if architecture.diagrams:
        known = ", ".join(f'"{diagram.id}"' for diagram in architecture.diagrams)
        raise LayoutError(f'there is no diagram "{diagram_id}"; the model has {known}')
    diagram = Diagram(id=diagram_id)
    return replace(architecture, diagrams=(diagram,)), diagram


def _placed(
    architecture: Architecture, diagram: Diagram, part: Shown, loose: set[str], around: Rect | None = None
) -> Architecture:
    standing = _rooms(architecture, diagram, part)
    fresh = arranged(architecture, diagram, part, loose)
    positions = dict(diagram.positions)
    if not any(element_id not in part.frames for element_id in standing):
        for element_id, (x, y) in fresh.items():
            positions[element_id] = (snap(x), snap(y))
    else:
        positions.update(settled(architecture, diagram, part, fresh, standing, around))
    changed = replace(diagram, positions=positions)
    diagrams = tuple(changed if each.id == changed.id else each for each in architecture.diagrams)
    return replace(architecture, diagrams=diagrams)


def arranged(architecture: Architecture, diagram: Diagram, part: Shown, loose: Collection[str]) -> dict[str, Point]:
    """Element id -> corner for the `loose` elements by themselves, each group's members kept together in its frame."""
    home = {element_id: home_of(architecture, part, element_id) for element_id in (*loose, *part.frames)}
    inside: dict[str | None, list[str]] = {}
    for element_id in sorted(loose):
        inside.setdefault(home[element_id], []).append(element_id)
    frames = [group for group in part.frames if architecture.members[group]]
    for group in reversed(frames):
        if group in inside:
            inside.setdefault(home[group], []).append(group)
    for group in frames:
        if group in inside and group not in inside.get(home[group], ()):
            inside.setdefault(home[group], []).append(group)
    edges = edges_of(architecture, part, loose)

    def arrange(container: str | None) -> tuple[dict[str, Point], Rect]:
        """(corner of every loose element at any depth, what they cover), around an origin of their own."""
        sizes: dict[str, tuple[float, float]] = {}
        corners: dict[str, Point] = {}
        nested: dict[str, dict[str, Point]] = {}
        for child in inside.get(container, ()):
            if child in inside and child in part.frames:
                within, covered = arrange(child)
                nested[child] = {
                    element_id: (x - covered.x + PADDING, y - covered.y + TITLE_ROOM)
                    for element_id, (x, y) in within.items()
                }
                sizes[child] = (
                    covered.width + 2 * PADDING,
                    covered.height + TITLE_ROOM + PADDING,
                )
                continue
            own = room(architecture, diagram, part, child)
            sizes[child] = (own.width, own.height)
            corners[child] = (-own.x, -own.y)
        lifted = _lifted(edges, sizes, home, container)
        placed: dict[str, Point] = {}
        covering: list[Rect] = []
        for child, (x, y) in layered(sizes, lifted).items():
            covering.append(Rect(snap(x), snap(y), *sizes[child]))
            if child in nested:
                for element_id, (dx, dy) in nested[child].items():
                    placed[element_id] = (snap(x) + dx, snap(y) + dy)
            else:
                dx, dy = corners[child]
                placed[child] = (snap(x) + dx, snap(y) + dy)
        return placed, union(*covering)

    return arrange(None)[0]


def _lifted(
    edges: list[tuple[str, str]], children: Collection[str], home: dict[str, str | None], container: str | None
) -> list[tuple[str, str]]:
    """The edges between children of one container, those of members counted as their child group's."""

    def child_of(element_id: str) -> str | None:
        current: str | None = element_id
        while current is not None and home[current] != container:
            current = home[current]
        return current if current in children else None

    lifted = ((child_of(source), child_of(target)) for source, target in edges)
    return [(a, b) for a, b in lifted if a is not None and b is not None and a != b]


def _with_members(architecture: Architecture, ids: Iterable[str]) -> set[str]:
    found = set(ids)
    waiting = [element_id for element_id in found if element_id in architecture.members]
    while waiting:
        for member in architecture.members[waiting.pop()]:
            if member not in found:
                found.add(member)
                if member in architecture.members:
                    waiting.append(member)
    return found
