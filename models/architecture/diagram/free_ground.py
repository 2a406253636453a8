"""Free ground among what stands already: where elements without a place go when others must not move."""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache

from models.architecture.diagram.frames import PADDING, Shown, framed, occupied, size_of
from models.architecture.diagram.geometry import Point, Rect, union
from models.architecture.diagrams import Diagram
from models.architecture.model import Architecture

GRID = 8
_MARGIN = 24.0
_BESIDE = 104.0
_RINGS = 12
_STEP, _LONG_STEP = 3 * GRID, 9 * GRID
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
                solid.add(taken[element_id])
        for group in reversed(part.frames):
            rect = framed(architecture, group, taken)
            if rect is not None:
                stands = group in diagram.positions and group in taken
                taken[group] = union(taken[group], rect) if stands else rect
    return settled


def nearest_free(architecture: Architecture, part: Shown, rooms: dict[str, Rect], taken: dict[str, Rect]) -> Point:
    """The shift of `rooms` that lets them cover nothing in `taken` but frames they are in; none when they do not."""
    block = union(*rooms.values())
    left, top, right, bottom = block.x, block.y, block.right, block.bottom
    near = [
        (name, other)
        for name, other in taken.items()
        if other[0] < right and other[1] < bottom and left < other[0] + other[2] and top < other[1] + other[3]
    ]
    for element_id, rect in rooms.items():
        own = _ancestors(architecture, part, element_id)
        if any(rect.meets(other) for name, other in near if name not in own):
            return _free(architecture, part, rooms, taken, _solid(part, taken), (0.0, 0.0))
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


class _Ground:
    """Rectangles with room around them, by their left edges."""

    def __init__(self, rects: Iterable[Rect]) -> None:
        self._edges = sorted([_widened(*rect) for rect in rects])
        self._widest = max((right - left for left, _, right, _ in self._edges), default=0.0)

    def add(self, rect: Rect) -> None:
        insort(self._edges, _widened(*rect))
        self._widest = max(self._widest, rect.width + _MARGIN)

    def blocked(self, rooms: Iterable[Rect], step: float) -> list[int]:
        """The shifts by multiples of `step` at which one of `rooms` would cover something.

        One number for each shift downwards from -`_RINGS` steps on, with one bit for each shift to the right, the
        lowest that by -`_RINGS` steps. What stands in the way of one room blocks a rectangle of shifts.
        """
        edges, reach, last_ring = self._edges, _RINGS * step, 2 * _RINGS
        rows = [0] * (last_ring + 1)
        for left, top, width, height in rooms:
            right, bottom = left + width, top + height
            start = bisect_left(edges, (left - reach - self._widest,))
            end = bisect_left(edges, (right + reach,))
            lowest, highest = top - reach, bottom + reach
            for x0, y0, x1, y1 in edges[start:end]:
                if y0 < highest and lowest < y1:
                    first_column = max(0, math.floor((x0 - right) / step) + 1 + _RINGS)
                    last_column = min(last_ring, math.ceil((x1 - left) / step) - 1 + _RINGS)
                    if first_column <= last_column:
                        columns = (2 << last_column) - (1 << first_column)
                        first_row = max(0, math.floor((y0 - bottom) / step) + 1 + _RINGS)
                        last_row = min(last_ring, math.ceil((y1 - top) / step) - 1 + _RINGS)
                        for row in range(first_row, last_row + 1):
                            rows[row] |= columns
        return rows


def _solid(part: Shown, taken: Mapping[str, Rect]) -> _Ground:
    """All that stands but frames."""
    frames = set(part.frames)
    return _Ground(rect for name, rect in taken.items() if name not in frames)


def _widened(x: float, y: float, width: float, height: float) -> tuple[float, float, float, float]:
    """(left, top, right, bottom) of a rectangle with half the margin around it."""
    half = _MARGIN / 2
    return x - half, y - half, x + width + half, y + height + half


def _free(
    architecture: Architecture,
    part: Shown,
    rooms: dict[str, Rect],
    taken: dict[str, Rect],
    solid: _Ground,
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
    for dx, dy in _unblocked([rect.grown(_MARGIN / 2).moved(*shift) for rect in rooms.values()], solid):
        dx, dy = shift[0] + dx, shift[1] + dy
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


def _unblocked(rooms: list[Rect], solid: _Ground) -> Iterator[Point]:
    """Shifts at which `rooms` cover nothing, nearest first, coarser further out; downwards before upwards."""
    for step, first in ((_STEP, 0), (_LONG_STEP, _RINGS // 3 + 1)):
        rows = solid.blocked(rooms, step)
        for right, down in _rings(first):
            if not rows[down + _RINGS] >> (right + _RINGS) & 1:
                yield float(right * step), float(down * step)


@cache
def _rings(first: int) -> tuple[tuple[int, int], ...]:
    """Steps (right, down) around the middle, ring by ring, from `first` on."""
    found = []
    for ring in range(first, _RINGS + 1):
        steps = range(-ring, ring + 1)
        around = [(right, down) for right in steps for down in steps if max(abs(right), abs(down)) == ring]
        around.sort(key=lambda step: (math.hypot(*step), -step[1], step[0]))
        found += around
    return tuple(found)


def snap(value: float) -> float:
    """The nearest line of the grid."""
    return float(round(value / GRID) * GRID)
