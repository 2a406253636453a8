"""Free ground among what stands already: where elements without a place go when others must not move."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Mapping
from functools import cache

from models.architecture.diagram.frames import PADDING, Shown, framed, occupied, size_of
from models.architecture.diagram.geometry import Point, Rect, union
from models.architecture.diagram.obstacles import Obstacles
from models.architecture.diagrams import Diagram
from models.architecture.model import Architecture

GRID = 8
_MARGIN = 24.0
_BESIDE = 104.0
_RINGS = 12
_STEP, _LONG_STEP = 3 * GRID, 9 * GRID
_FARTHEST = _RINGS * _LONG_STEP + 2 * _MARGIN
"""What stands further away is never in the way."""
_MOST_FALLBACKS = 60


def room(architecture: Architecture, diagram: Diagram, part: Shown, element_id: str) -> Rect:
    """What an element takes with its words, its own corner at the origin."""
    element = part.elements[element_id]
    size = size_of(diagram, element, collapsed=element_id in part.collapsed)
    return occupied(architecture, element, Rect(0, 0, *size))


def home_of(architecture: Architecture, part: Shown, element_id: str) -> str | None:
    """The frame an element or group is placed in: its parent, else the first of its groups that is shown."""
    element = part.elements[element_id]
    candidates = [element.parent] if element.kind == "group" and element.parent else []
    candidates += element.groups
    return next((group for group in candidates if group in part.frames), None)


def edges_of(architecture: Architecture, part: Shown, loose: Collection[str]) -> list[tuple[str, str]]:
    """(source, target) of every link between two of the `loose`, collapsed groups in place of their members."""
    stand_in = part.stand_in
    found = []
    for link in architecture.links:
        source, target = stand_in.get(link.source, link.source), stand_in.get(link.target, link.target)
        if source != target and source in loose and target in loose:
            found.append((source, target))
    return found


def settled(
    architecture: Architecture,
    diagram: Diagram,
    part: Shown,
    fresh: dict[str, Point],
    standing: dict[str, Rect],
    around: Rect | None,
) -> dict[str, Point]:
    """Places for the fresh elements among those that stand: piece by piece, beside their neighbours, on free ground."""
    settled: dict[str, Point] = {}
    taken = dict(standing)
    solid = _solid(part, taken)
    for piece in _pieces(architecture, part, fresh):
        rooms = {
            element_id: room(architecture, diagram, part, element_id).moved(*fresh[element_id]) for element_id in piece
        }
        block = union(*rooms.values())
        wished = _wish(architecture, part, piece, block, taken, around)
        dx, dy = _free(architecture, part, rooms, taken, solid, (wished[0] - block.x, wished[1] - block.y))
        for element_id in piece:
            x, y = fresh[element_id]
            settled[element_id] = (snap(x + dx), snap(y + dy))
            taken[element_id] = rooms[element_id].moved(settled[element_id][0] - x, settled[element_id][1] - y)
            if element_id not in part.frames:
                solid.add(element_id, taken[element_id].grown(_MARGIN / 2))
        for group in reversed(part.frames):
            rect = framed(architecture, group, taken)
            if rect is not None:
                stands = group in diagram.positions and group in taken
                taken[group] = union(taken[group], rect) if stands else rect
    return settled


def nearest_free(architecture: Architecture, part: Shown, rooms: dict[str, Rect], taken: dict[str, Rect]) -> Point:
    """The shift of `rooms` that lets them cover nothing in `taken` but frames they are in; none when they do not."""
    block = union(*rooms.values())
    near = [(name, other) for name, other in taken.items() if other.meets(block)]
    for element_id, rect in rooms.items():
        own = _ancestors(architecture, part, element_id)
        if any(rect.meets(other) for name, other in near if name not in own):
            reached = block.grown(_FARTHEST)
            solid = _solid(part, {name: other for name, other in taken.items() if other.meets(reached)})
            return _free(architecture, part, rooms, taken, solid, (0.0, 0.0))
    return 0.0, 0.0


def _pieces(architecture: Architecture, part: Shown, fresh: dict[str, Point]) -> list[list[str]]:
    """The fresh elements in parts that belong together: linked, or in the same group. The largest first."""
    root = {element_id: element_id for element_id in fresh}

    def find(element_id: str) -> str:
        while root[element_id] != element_id:
            element_id = root[element_id]
        return element_id

    pairs = list(edges_of(architecture, part, fresh.keys()))
    for group in part.frames:
        members = [member for member in architecture.members[group] if member in fresh]
        pairs += itertools.pairwise(members)
    for a, b in sorted(pairs):
        one, two = find(a), find(b)
        if one != two:
            root[max(one, two)] = min(one, two)
    found: dict[str, list[str]] = {}
    for element_id in sorted(fresh):
        found.setdefault(find(element_id), []).append(element_id)
    return sorted(found.values(), key=lambda piece: (-len(piece), piece[0]))


def _wish(
    architecture: Architecture,
    part: Shown,
    piece: list[str],
    block: Rect,
    taken: dict[str, Rect],
    around: Rect | None,
) -> Point:
    """Where the corner of a piece would best be: where it was, in its group, beside its neighbours, or below all."""
    if around is not None:
        return around.x, around.y
    homes = [group for element_id in piece if (group := home_of(architecture, part, element_id)) in taken and group]
    if homes:
        frame = taken[homes[0]]
        return frame.x + PADDING, frame.bottom - PADDING + _MARGIN
    before = [
        taken[link.source] for element_id in piece for link in architecture.links_to[element_id] if link.source in taken
    ]
    after = [
        taken[link.target]
        for element_id in piece
        for link in architecture.links_from[element_id]
        if link.target in taken
    ]
    if before:
        middle = sum(rect.center[1] for rect in before) / len(before)
        return max(rect.right for rect in before) + _BESIDE, middle - block.height / 2
    if after:
        middle = sum(rect.center[1] for rect in after) / len(after)
        return min(rect.x for rect in after) - _BESIDE - block.width, middle - block.height / 2
    everything = union(*taken.values())
    return everything.x, everything.bottom + _BESIDE / 2


def _solid(part: Shown, taken: Mapping[str, Rect]) -> Obstacles:
    """All that stands but frames, with room around it."""
    return Obstacles((name, rect.grown(_MARGIN / 2)) for name, rect in taken.items() if name not in part.frames)


def _free(
    architecture: Architecture,
    part: Shown,
    rooms: dict[str, Rect],
    taken: dict[str, Rect],
    solid: Obstacles,
    shift: Point,
) -> Point:
    """The shift nearest to `shift` at which the rooms overlap nothing, and frames swallow no stranger."""
    groups = {element_id: _ancestors(architecture, part, element_id) for element_id in rooms}
    foreign = {
        element_id: [taken[name] for name in part.frames if name in taken and name not in own]
        for element_id, own in groups.items()
    }
    fallback: Point | None = None
    swallowing = 0
    needed = [rect.grown(_MARGIN / 2) for rect in rooms.values()]
    for dx, dy in _spiral(shift):
        blocked = next((i for i, rect in enumerate(needed) if not solid.is_free(rect.moved(dx, dy))), None)
        if blocked is not None:
            needed.insert(0, needed.pop(blocked))  # a step further it is likely to be in the way again
            continue
        moved = {element_id: rect.moved(dx, dy) for element_id, rect in rooms.items()}
        if not any(rect.meets(frame) for element_id, rect in moved.items() for frame in foreign[element_id]):
            if not _swallows(architecture, part, moved, taken, groups):
                return dx, dy
            fallback = fallback or (dx, dy)
            swallowing += 1
            if swallowing > _MOST_FALLBACKS:
                break
    if fallback is not None:
        return fallback
    everything, block = union(*taken.values()), union(*rooms.values())
    return everything.x - block.x, everything.bottom + _BESIDE / 2 - block.y


def _swallows(
    architecture: Architecture,
    part: Shown,
    moved: dict[str, Rect],
    taken: dict[str, Rect],
    groups: dict[str, set[str]],
) -> bool:
    """Whether a frame that grows around the moved ones would cover an element that is not in it."""
    trial = {**taken, **moved}
    for group in sorted(set().union(*groups.values())):
        rect = framed(architecture, group, trial)
        if rect is None:
            continue
        trial[group] = rect
        for name, other in trial.items():
            if name == group or not rect.meets(other):
                continue
            within = group in _ancestors(architecture, part, name)
            around = name in part.frames and name in _ancestors(architecture, part, group)
            if not within and not around:
                return True
    return False


def _ancestors(architecture: Architecture, part: Shown, element_id: str) -> set[str]:
    found: set[str] = set()
    waiting = [element_id]
    while waiting:
        element = part.elements.get(waiting.pop())
        if element is None:
            continue
        above = list(element.groups)
        if element.kind == "group" and element.parent:
            above.append(element.parent)
        for group in above:
            if group not in found:
                found.add(group)
                waiting.append(group)
    return found


def _spiral(start: Point) -> Iterator[Point]:
    """Grid steps around `start`, nearest first, coarser further out; downwards before upwards at the same distance."""
    for dx, dy in _shifts():
        yield start[0] + dx, start[1] + dy


@cache
def _shifts() -> tuple[Point, ...]:
    found = [(0.0, 0.0)]
    for step, first in ((_STEP, 1), (_LONG_STEP, _RINGS // 3 + 1)):
        for ring in range(first, _RINGS + 1):
            around = [
                (float(dx * step), float(dy * step))
                for dx in range(-ring, ring + 1)
                for dy in range(-ring, ring + 1)
                if max(abs(dx), abs(dy)) == ring
            ]
            around.sort(key=lambda shift: (math.hypot(*shift), -shift[1], shift[0]))
            found += around
    return tuple(found)


def snap(value: float) -> float:
    """The nearest line of the grid."""
    return float(round(value / GRID) * GRID)
