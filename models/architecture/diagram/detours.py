"""Ways around boxes that stand between the two ends of a link, each in a lane of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.architecture.diagram.curves import LineShape, corridor, right_angles, samples
from models.architecture.diagram.geometry import Path, Point, Polyline, Rect, union
from models.architecture.diagram.obstacles import Obstacles
from models.architecture.diagram.outlines import Side

_BESIDE = 18.0
_APART = 8.0
_TRIES = 4
_MOST_SHIFTS = 6


class Lanes:
    """The straight stretches past boxes that links have taken, so that no two lie upon each other."""

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
            if all(high <= one or two <= low for one, two, _ in taken):
                break
            level += step
        return level


@dataclass(frozen=True, slots=True)
class Detour:
    """A line past boxes; `first` and `last` are the ends of its straight stretch."""

    path: Path
    points: Polyline
    first: Point
    last: Point


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
    """The line past `blocks` that hits fewest further boxes, the shorter of both sides; None when none hits fewer.

    Sideways links pass above or below what is in the way, upright ones left or right of it. The lane taken is noted.
    """
    upright = leaving in ("top", "bottom")
    fewest, least = len(blocks), float("inf")
    best: tuple[Path, Polyline, float, float, float] | None = None
    for direction in (-1.0, 1.0):
        known = dict(blocks)
        for _ in range(_TRIES):
            near, far, level = _lane(known.values(), start, end, direction, lanes, upright)
            path = _draw(start, end, near, far, level, line_shape, upright=upright)
            points = samples(path)
            more = obstacles.hit(points, *ends)
            axis = 0 if upright else 1
            effort = abs(level - start[axis]) + abs(level - end[axis])
            if len(more) < fewest or (len(more) == fewest and effort < least and best is not None):
                fewest, least = len(more), effort
                best = (path, points, near, far, level)
            if not more or more.keys() <= known.keys():
                break
            known |= more
    if best is None:
        return None
    path, points, near, far, level = best
    lanes.take(link, level, min(near, far), max(near, far), upright=upright)
    first, last = ((level, near), (level, far)) if upright else ((near, level), (far, level))
    return Detour(path, points, first, last)


def _lane(
    blocks: Iterable[Rect], start: Point, end: Point, direction: float, lanes: Lanes, upright: bool
) -> tuple[float, float, float]:
    """(where the lane begins, where it ends, its level) beside `blocks`; with the axes exchanged for upright links."""
    x, y, width, height = union(*blocks)
    low, high = (y, y + height) if upright else (x, x + width)
    before, after = (x, x + width) if upright else (y, y + height)
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
