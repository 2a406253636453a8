"""The line of a link between two ports: a cubic with the sides' tangents, or right angles with rounded corners."""

from __future__ import annotations

import math
from typing import Literal

from models.architecture.diagram.geometry import Command, Path, Point, Polyline, weights
from models.architecture.diagram.outlines import Side

LineShape = Literal["curved", "orthogonal"]
OUTWARD: dict[Side, Point] = {"left": (-1.0, 0.0), "right": (1.0, 0.0), "top": (0.0, -1.0), "bottom": (0.0, 1.0)}
CORNER = 10.0
LOOP = 36.0
_STRAIGHT = 0.75
_SAMPLE = 22.0


def curve(start: Point, leaving: Side, end: Point, entering: Side) -> Path:
    """One cubic that leaves and enters at right angles to the sides; a straight stroke where that is the same."""
    (x0, y0), (x3, y3) = start, end
    (ax, ay), (bx, by) = OUTWARD[leaving], OUTWARD[entering]
    if ax and bx:
        if abs(y3 - y0) < _STRAIGHT and (x3 - x0) * ax > 0:
            return (("M", x0, y0), ("L", x3, y3))
        pull = abs(x3 - x0) / 2
    elif ay and by:
        if abs(x3 - x0) < _STRAIGHT and (y3 - y0) * ay > 0:
            return (("M", x0, y0), ("L", x3, y3))
        pull = abs(y3 - y0) / 2
    else:
        pull = (abs(x3 - x0) + abs(y3 - y0)) / 3
    pull = max(24.0, min(pull, 220.0))
    push = pull
    if bool(ax) != bool(bx):
        across, along = max(24.0, abs(x3 - x0)), max(24.0, abs(y3 - y0))
        pull, push = min(pull, across if ax else along), min(push, across if bx else along)
    return (("M", x0, y0), ("C", x0 + ax * pull, y0 + ay * pull, x3 + bx * push, y3 + by * push, x3, y3))


def through(start: Point, leaving: Side, bends: Polyline, end: Point, entering: Side) -> Path:
    """A smooth line through every bend: cubics with Catmull-Rom tangents, the sides' at the ends."""
    points = (start, *bends, end)
    commands: list[Command] = [("M", *start)]
    last = len(points) - 1
    for index in range(last):
        (x0, y0), (x3, y3) = points[index], points[index + 1]
        reach = math.dist((x0, y0), (x3, y3)) / 3
        if index == 0:
            (ax, ay), pull = OUTWARD[leaving], min(reach, 60.0)
        else:
            (ax, ay), pull = _tangent(points[index - 1], points[index + 1]), reach
        if index + 1 == last:
            (bx, by), push = OUTWARD[entering], min(reach, 60.0)
        else:
            (tx, ty), push = _tangent(points[index], points[index + 2]), reach
            bx, by = -tx, -ty
        commands.append(("C", x0 + ax * pull, y0 + ay * pull, x3 + bx * push, y3 + by * push, x3, y3))
    return tuple(commands)


def corridor(start: Point, end: Point, near: float, far: float, level: float, *, upright: bool) -> Path:
    """Around a block: to `level` before reaching `near`, straight past it, and from `far` on to the end.

    Sideways links pass the block above or below it (`level` is a y, `near` and `far` are x); upright ones left or
    right of it, with the axes exchanged.
    """
    if upright:
        (v0, u0), (v3, u3) = start, end
    else:
        (u0, v0), (u3, v3) = start, end
    one, two = (near - u0) / 2, (u3 - far) / 2
    corners = (
        (u0 + one, v0, near - one, level, near, level),
        (far + two, level, u3 - two, v3, u3, v3),
    )
    first, second = corners
    if upright:
        first = (first[1], first[0], first[3], first[2], first[5], first[4])
        second = (second[1], second[0], second[3], second[2], second[5], second[4])
        return (("M", *start), ("C", *first), ("L", level, far), ("C", *second))
    return (("M", *start), ("C", *first), ("L", far, level), ("C", *second))


def right_angles(*points: Point, radius: float = CORNER) -> Path:
    """Straight strokes with rounded corners; points on one line are dropped."""
    kept = [points[0]]
    for before, here, after in zip(points, points[1:], points[2:], strict=False):
        if not _collinear(before, here, after):
            kept.append(here)
    kept.append(points[-1])
    commands: list[Command] = [("M", *kept[0])]
    for before, (x, y), after in zip(kept, kept[1:], kept[2:], strict=False):
        one, two = math.dist(before, (x, y)), math.dist((x, y), after)
        r = min(radius, one / 2, two / 2)
        ax, ay = x + (before[0] - x) * r / one, y + (before[1] - y) * r / one
        bx, by = x + (after[0] - x) * r / two, y + (after[1] - y) * r / two
        commands.append(("L", ax, ay))
        commands.append(
            ("C", ax + (x - ax) * 0.55, ay + (y - ay) * 0.55, bx + (x - bx) * 0.55, by + (y - by) * 0.55, bx, by)
        )
    commands.append(("L", *kept[-1]))
    return tuple(commands)


def steps(start: Point, leaving: Side, end: Point, entering: Side, middle: float | None = None) -> Path:
    """Right angles between two ports: along, across at `middle` (half way if not given), along."""
    (x0, y0), (x3, y3) = start, end
    sideways, enters_sideways = leaving in ("left", "right"), entering in ("left", "right")
    if sideways and enters_sideways:
        across = (x0 + x3) / 2 if middle is None else middle
        return right_angles(start, (across, y0), (across, y3), end)
    if not sideways and not enters_sideways:
        across = (y0 + y3) / 2 if middle is None else middle
        return right_angles(start, (x0, across), (x3, across), end)
    return right_angles(start, (x3, y0) if sideways else (x0, y3), end)


def loop(start: Point, end: Point) -> Path:
    """From the right side of a box around its lower right corner to its bottom."""
    (x0, y0), (x3, y3) = start, end
    return (
        ("M", x0, y0),
        ("C", x0 + LOOP, y0, x0 + LOOP, y3 + LOOP, (x0 + x3) / 2 + LOOP / 3, y3 + LOOP),
        ("C", x3, y3 + LOOP, x3, y3 + LOOP * 0.7, x3, y3),
    )


def samples(path: Path) -> Polyline:
    """Points along a path, close enough together to pass for it."""
    points: list[Point] = []
    x0 = y0 = 0.0
    for command in path:
        if command[0] == "C":
            _, x1, y1, x2, y2, x3, y3 = command
            span = abs(x3 - x0) + abs(y3 - y0)
            count = 6 if span < 6 * _SAMPLE else min(48, int(span / _SAMPLE))
            points += [
                (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3) for a, b, c, d in weights(count)
            ]
            x0, y0 = x3, y3
        elif command[0] == "Z":
            continue
        else:
            _, x3, y3 = command
            if command[0] == "L":
                span = abs(x3 - x0) + abs(y3 - y0)
                count = min(96, int(span / _SAMPLE))
                for step in range(1, count):
                    t = step / count
                    points.append((x0 + (x3 - x0) * t, y0 + (y3 - y0) * t))
            points.append((x3, y3))
            x0, y0 = x3, y3
    return tuple(points)


def parallel(points: Polyline, offset: float) -> Polyline:
    """The polyline shifted to its right by `offset` pixels."""
    result: list[Point] = []
    last = len(points) - 1
    for index, (x, y) in enumerate(points):
        (ax, ay), (bx, by) = points[max(0, index - 1)], points[min(last, index + 1)]
        dx, dy = bx - ax, by - ay
        size = math.hypot(dx, dy) or 1.0
        result.append((x - dy / size * offset, y + dx / size * offset))
    return tuple(result)


def _tangent(before: Point, after: Point) -> Point:
    dx, dy = after[0] - before[0], after[1] - before[1]
    size = math.hypot(dx, dy) or 1.0
    return dx / size, dy / size


def _collinear(a: Point, b: Point, c: Point) -> bool:
    return abs((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0])) < 0.01
