"""Ways around boxes that stand between the two ends of a link, each in a lane of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from models.architecture.diagram.curves import LineShape, corridor, right_angles, steps
from models.architecture.diagram.geometry import Path, Point, Rect
from models.architecture.diagram.obstacles import Obstacles
from models.architecture.diagram.outlines import Side

_BESIDE = 18.0
_APART = 12.0
_TRIES = 4
_MOST_SHIFTS = 6


class Lanes:
    """The straight stretches that links have taken, so that no two lie upon each other."""

    def __init__(self) -> None:
        self._taken: dict[tuple[bool, int], list[tuple[float, float, str]]] = {}
        self._of: dict[str, tuple[bool, int]] = {}

    def take(self, link: str, level: float, low: float, high: float, *, upright: bool) -> None:
        key = (upright, round(level / _APART))
        self._taken.setdefault(key, []).append((low, high, link))
        self._of[link] = key

    def leave(self, link: str) -> None:
        key = self._of.pop(link, None)
        if key is not None:
            self._taken[key] = [lane for lane in self._taken[key] if lane[2] != link]

    def free_level(self, level: float, low: float, high: float, step: float, *, upright: bool) -> float:
        """`level`, or the first one further on by `step` where nobody is between `low` and `high`."""
        for _ in range(_MOST_SHIFTS):
            taken = self._taken.get((upright, round(level / _APART)), ())
            if not taken or all(high <= one or two <= low for one, two, _ in taken):
                break
            level += step
        return level


@dataclass(frozen=True, slots=True)
class Detour:
    """A line past boxes, with a stretch at `level` from `near` to `far`: levels are y, or x for upright links."""

    path: Path
    near: float
    far: float
    level: float
    upright: bool

    @property
    def first(self) -> Point:
        """Where the stretch begins."""
        return (self.level, self.near) if self.upright else (self.near, self.level)

    @property
    def last(self) -> Point:
        return (self.level, self.far) if self.upright else (self.far, self.level)


def detour(
    link: str,
    ends: tuple[str, str],
    start: Point,
    leaving: Side,
    end: Point,
    blocks: dict[str, Rect],
    obstacles: Obstacles,
    lanes: Lanes,
    line_shape: LineShape = "curved",
) -> Detour | None:
    """The line past `blocks` that hits fewest further boxes, the nearer of both sides; None when none hits fewer.

    Sideways links pass above or below what is in the way, upright ones left or right of it. The lane taken is noted.
    """
    upright = leaving in ("top", "bottom")
    axis = 0 if upright else 1
    fewest, best = len(blocks), None

    def effort(level: float) -> float:
        return abs(level - start[axis]) + abs(level - end[axis])

    tries = [(_lane(blocks.values(), start, end, direction, lanes, upright), direction) for direction in (-1.0, 1.0)]
    for lane, direction in sorted(tries, key=lambda each: effort(each[0][2])):
        known = dict(blocks)
        for attempt in range(_TRIES):
            if attempt:
                lane = _lane(known.values(), start, end, direction, lanes, upright)
            near, far, level = lane
            path = _draw(start, end, near, far, level, line_shape, upright=upright)
            more = obstacles.hit(path, *ends)
            if len(more) < fewest:
                fewest, best = len(more), (path, near, far, level)
            if not more or more.keys() <= known.keys():
                break
            known |= more
        if fewest == 0:
            break
    if best is None:
        return None
    path, near, far, level = best
    lanes.take(link, level, min(near, far), max(near, far), upright=upright)
    return Detour(path, near, far, level, upright)


def stepped(link: str, start: Point, leaving: Side, end: Point, entering: Side, lanes: Lanes) -> Path:
    """Right angles between two ports, the stretch across in a lane of its own."""
    axis = 0 if leaving in ("left", "right") else 1
    if (entering in ("left", "right")) != (axis == 0) or abs(start[1 - axis] - end[1 - axis]) < 1:
        return steps(start, leaving, end, entering)
    low, high = sorted((start[1 - axis], end[1 - axis]))
    middle = (start[axis] + end[axis]) / 2
    across = lanes.free_level(middle, low, high, _APART, upright=axis == 0)
    if abs(across - middle) > abs(start[axis] - end[axis]) / 2 - 8:
        across = middle
    lanes.take(link, across, low, high, upright=axis == 0)
    return steps(start, leaving, end, entering, across)


def rejoined(known: Detour, start: Point, end: Point, line_shape: LineShape = "curved") -> Detour:
    """The same detour from a port that moved a little along its side, or to one."""
    path = _draw(start, end, known.near, known.far, known.level, line_shape, upright=known.upright)
    return replace(known, path=path)


def untangled(detours: Mapping[str, tuple[Detour, Point]]) -> dict[str, float]:
    """Levels dealt out anew among detours past the same boxes, so that lines to ends in order lie in that order.

    Args:
        detours: link -> (its detour, where it ends).

    Returns:
        Link -> its new level, of those that change.
    """
    together: dict[tuple[bool, float, float, bool], list[str]] = {}
    for link, (known, end) in detours.items():
        sooner = end[0 if known.upright else 1] < known.level
        key = (known.upright, round(known.near / 40), round(known.far / 40), sooner)
        together.setdefault(key, []).append(link)
    changed: dict[str, float] = {}
    for links in together.values():
        if len(links) > 1:
            upright = detours[links[0]][0].upright
            levels = sorted(detours[link][0].level for link in links)
            if levels[-1] - levels[0] > _APART * (len(links) + 1):
                continue
            links.sort(key=lambda link: (detours[link][1][0 if upright else 1], link))
            for link, level in zip(links, levels, strict=True):
                if detours[link][0].level != level:
                    changed[link] = level
    return changed


def _lane(
    blocks: Iterable[Rect], start: Point, end: Point, direction: float, lanes: Lanes, upright: bool
) -> tuple[float, float, float]:
    """(where the lane begins, where it ends, its level) beside `blocks`; with the axes exchanged for upright links."""
    left = top = math.inf
    right = bottom = -math.inf
    for x, y, width, height in blocks:
        if x < left:
            left = x
        if y < top:
            top = y
        if x + width > right:
            right = x + width
        if y + height > bottom:
            bottom = y + height
    low, high = (top, bottom) if upright else (left, right)
    before, after = (left, right) if upright else (top, bottom)
    u0, u3 = (start[1], end[1]) if upright else (start[0], end[0])
    if u0 <= u3:
        near, far = max(low - 14, u0 + 12), min(high + 14, u3 - 12)
    else:
        near, far = min(high + 14, u0 - 12), max(low - 14, u3 + 12)
    level = before - _BESIDE if direction < 0 else after + _BESIDE
    level = lanes.free_level(level, min(near, far), max(near, far), direction * _APART, upright=upright)
    return near, far, level


def _draw(
    start: Point, end: Point, near: float, far: float, level: float, line_shape: LineShape, *, upright: bool
) -> Path:
    if line_shape == "curved":
        return corridor(start, end, near, far, level, upright=upright)
    (x0, y0), (x3, y3) = start, end
    if upright:
        return right_angles(start, (x0, near), (level, near), (level, far), (x3, far), end)
    return right_angles(start, (near, y0), (near, level), (far, level), (far, y3), end)
