"""What a diagram shows and where: the rectangle of every element on it, group frames around their members included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.architecture.diagram.captions import english
from models.architecture.diagram.geometry import Point, Rect, union
from models.architecture.diagram.shapes import default_size, node_picture
from models.architecture.diagrams import Diagram
from models.architecture.elements import Element, Group
from models.architecture.kinds import KINDS
from models.architecture.model import Architecture

PADDING = 24.0
SMALLEST, LARGEST = 16.0, 4_000.0
FARTHEST = 500_000.0
"""What a file says beyond these sizes and from the origin is drawn at the limit."""
TITLE_ROOM = 40.0
"""Above the members of a frame, for its title."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a diagram shows.

    Attributes:
        elements: element id -> element, groups included, whether or not they have a place yet.
        frames: ids of groups drawn as frames, outermost first.
        collapsed: ids of groups drawn as one box.
        stand_in: element id -> id of the collapsed group that hides it.
    """

    elements: dict[str, Element]
    frames: tuple[str, ...] = ()
    collapsed: frozenset[str] = frozenset()
    stand_in: dict[str, str] = field(default_factory=dict)


def shown(architecture: Architecture, diagram: Diagram) -> Shown:
    """What belongs on the diagram: everything, or what it includes with all that is in included groups.

    Members of a collapsed group are hidden behind it.
    """
    by_id = architecture.element_by_id
    if diagram.include == "*":
        included = by_id
    else:
        wanted = set(diagram.include) | _inside(architecture, diagram.include)
        included = {element.id: element for element in architecture.elements if element.id in wanted}
    groups = [element for element in included.values() if isinstance(element, Group)]
    if not groups:
        return Shown(included)
    stand_in: dict[str, str] = {}
    for group_id in diagram.collapsed:
        if isinstance(by_id.get(group_id), Group) and group_id in included and group_id not in stand_in:
            hidden = _inside(architecture, (group_id,))
            stand_in.update((member, group_id) for member in hidden)
    for member, group_id in stand_in.items():
        while group_id in stand_in:
            group_id = stand_in[group_id]
        stand_in[member] = group_id
    collapsed = frozenset(diagram.collapsed) & {group.id for group in groups} - stand_in.keys()
    visible = {element_id: element for element_id, element in included.items() if element_id not in stand_in}
    frames = sorted(
        (group.id for group in groups if group.id in visible and group.id not in collapsed),
        key=lambda group_id: (depth(architecture, group_id), group_id),
    )
    return Shown(visible, tuple(frames), collapsed, stand_in)


def depth(architecture: Architecture, group_id: str) -> int:
    """How many groups a group lies in, along its parents."""
    level = 0
    group = architecture.element_by_id[group_id]
    while isinstance(group, Group) and group.parent is not None:
        group = architecture.element_by_id[group.parent]
        level += 1
    return level


def size_of(diagram: Diagram, element: Element, *, collapsed: bool = False) -> tuple[float, float]:
    """The size said in the diagram, kept within `SMALLEST` and `LARGEST`, else the element's default."""
    if (size := diagram.sizes.get(element.id)) is not None:
        width, height = size
        return min(max(width, SMALLEST), LARGEST), min(max(height, SMALLEST), LARGEST)
    if collapsed:
        box = KINDS["service"]
        return box.width, box.height
    return default_size(element)


def boxes(
    architecture: Architecture, diagram: Diagram, part: Shown | None = None, known: Mapping[str, Rect] | None = None
) -> dict[str, Rect]:
    """Element id -> rectangle of everything that is shown and has a place.

    A frame goes around its members; one that the diagram places is where that says, and grows where they need it.
    Where elements that are no frames stand is taken from `known` as far as that says.
    """
    part = part or shown(architecture, diagram)
    found: dict[str, Rect] = {}
    positions = diagram.positions
    frames = set(part.frames)
    for element_id, element in part.elements.items():
        if element_id in frames:
            continue
        if known is not None and (box := known.get(element_id)) is not None and element_id in positions:
            found[element_id] = box
            continue
        position = positions.get(element_id)
        if position is not None:
            size = size_of(diagram, element, collapsed=element_id in part.collapsed)
            found[element_id] = Rect(*within_reach(position), *size)
    for group_id in reversed(part.frames):
        rect = group_rect(architecture, diagram, group_id, found)
        if rect is not None:
            found[group_id] = rect
    return found


def within_reach(position: Point) -> Point:
    """The point, or the nearest one that is drawn."""
    x, y = position
    return min(max(x, -FARTHEST), FARTHEST), min(max(y, -FARTHEST), FARTHEST)


def group_rect(architecture: Architecture, diagram: Diagram, group_id: str, placed: Mapping[str, Rect]) -> Rect | None:
    """The frame around those members of the group that are in `placed` (its child groups' frames included).

    Names under people count, and where the diagram puts the frame itself. None when that says nothing and no member
    has a place.
    """
    occupied_by = {
        member: _occupied(architecture, member, placed[member])
        for member in architecture.members[group_id]
        if member in placed
    }
    around = framed(architecture, group_id, occupied_by)
    corner = diagram.positions.get(group_id)
    if corner is None:
        return around
    said = Rect(*within_reach(corner), *size_of(diagram, architecture.element_by_id[group_id]))
    return said if around is None else union(said, around)


def framed(architecture: Architecture, group_id: str, rooms: dict[str, Rect]) -> Rect | None:
    """The frame around those members of the group whose room, with their words, is in `rooms`."""
    members = [rooms[member] for member in architecture.members[group_id] if member in rooms]
    if not members:
        return None
    x, y, width, height = union(*members)
    return Rect(x - PADDING, y - TITLE_ROOM, width + 2 * PADDING, height + TITLE_ROOM + PADDING)


def _occupied(architecture: Architecture, element_id: str, rect: Rect) -> Rect:
    element = architecture.element_by_id[element_id]
    return occupied(architecture, element, rect)


def has_words_outside(element: Element) -> bool:
    """Whether its words stand beside its shape."""
    return KINDS[element.kind].shape == "person"


def occupied(architecture: Architecture, element: Element, rect: Rect) -> Rect:
    """The room an element takes with its words, when it stands at `rect`."""
    if not has_words_outside(element):
        return rect
    return node_picture(architecture, element, (rect.width, rect.height), english).bounds.moved(rect.x, rect.y)


def _inside(architecture: Architecture, ids: tuple[str, ...]) -> set[str]:
    """All that lies in the groups among `ids`, to any depth."""
    found: set[str] = set()
    waiting = [element_id for element_id in ids if element_id in architecture.members]
    while waiting:
        for member in architecture.members[waiting.pop()]:
            if member not in found:
                found.add(member)
                if member in architecture.members:
                    waiting.append(member)
    return found
