"""Points, rectangles and paths: the plain vocabulary of every drawing, in pixels with y pointing down."""

from __future__ import annotations

import itertools
import math
from functools import cache
from operator import add
from typing import Literal, NamedTuple

Point = tuple[float, float]
Move = tuple[Literal["M"], float, float]
LineTo = tuple[Literal["L"], float, float]
CurveTo = tuple[Literal["C"], float, float, float, float, float, float]
Close = tuple[Literal["Z"]]
Command = Move | LineTo | CurveTo | Close
Path = tuple[Command, ...]
Polyline = tuple[Point, ...]

KAPPA = 0.5522847498307936
"""Distance of the control points of a cubic that stands for a quarter of a unit circle: 4 (sqrt 2 - 1) / 3."""


class Rect(NamedTuple):
    """A rectangle by its top left corner and size."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def center(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def grown(self, by: float) -> Rect:
        return Rect(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)

    def moved(self, dx: float, dy: float) -> Rect:
        return Rect(self.x + dx, self.y + dy, self.width, self.height)

    def meets(self, other: Rect) -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.x + other.width
            and other.x < self.x + self.width
            and self.y < other.y + other.height
            and other.y < self.y + self.height
        )

    def holds(self, point: Point) -> bool:
        return self.x <= point[0] <= self.x + self.width and self.y <= point[1] <= self.y + self.height


def union(*rects: Rect) -> Rect:
    """The smallest rectangle around all of them; an empty one at the origin around none."""
    if not rects:
        return Rect(0, 0, 0, 0)
    lefts, tops, widths, heights = zip(*rects, strict=True)
    left, top = min(lefts), min(tops)
    return Rect(left, top, max(map(add, lefts, widths)) - left, max(map(add, tops, heights)) - top)


def rectangle(rect: Rect, radius: float = 0) -> Path:
    """A closed rectangle with rounded corners."""
    x, y, w, h = rect
    r = min(radius, w / 2, h / 2)
    if r <= 0:
        return (("M", x, y), ("L", x + w, y), ("L", x + w, y + h), ("L", x, y + h), ("Z",))
    k = r * (1 - KAPPA)
    return (
        ("M", x + r, y),
        ("L", x + w - r, y),
        ("C", x + w - k, y, x + w, y + k, x + w, y + r),
        ("L", x + w, y + h - r),
        ("C", x + w, y + h - k, x + w - k, y + h, x + w - r, y + h),
        ("L", x + r, y + h),
        ("C", x + k, y + h, x, y + h - k, x, y + h - r),
        ("L", x, y + r),
        ("C", x, y + k, x + k, y, x + r, y),
        ("Z",),
    )


def ellipse(cx: float, cy: float, rx: float, ry: float) -> Path:
    """A closed ellipse of four cubics."""
    kx, ky = rx * KAPPA, ry * KAPPA
    return (
        ("M", cx - rx, cy),
        ("C", cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry),
        ("C", cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy),
        ("C", cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry),
        ("C", cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy),
        ("Z",),
    )


def polyline(*points: Point, closed: bool = False) -> Path:
    """Straight strokes through the points."""
    head: Path = (("M", *points[0]),)
    tail: Path = (("Z",),) if closed else ()
    return head + tuple(("L", x, y) for x, y in points[1:]) + tail


def moved(path: Path, dx: float, dy: float) -> Path:
    """The path shifted."""
    result: list[Command] = []
    for command in path:
        match command:
            case ("C", x1, y1, x2, y2, x, y):
                result.append(("C", x1 + dx, y1 + dy, x2 + dx, y2 + dy, x + dx, y + dy))
            case ("M", x, y):
                result.append(("M", x + dx, y + dy))
            case ("L", x, y):
                result.append(("L", x + dx, y + dy))
            case _:
                result.append(command)
    return tuple(result)


def scaled(path: Path, factor: float) -> Path:
    """The path scaled about the origin."""
    return tuple((command[0], *(value * factor for value in command[1:])) for command in path)  # type: ignore[misc]


def turned(path: Path, angle: float, at: Point) -> Path:
    """The path, drawn at the origin and pointing right, turned by `angle` radians and set down at `at`."""
    cos, sin = math.cos(angle), math.sin(angle)
    ax, ay = at

    def place(x: float, y: float) -> Point:
        return ax + x * cos - y * sin, ay + x * sin + y * cos

    result: list[Command] = []
    for command in path:
        match command:
            case ("C", x1, y1, x2, y2, x, y):
                result.append(("C", *place(x1, y1), *place(x2, y2), *place(x, y)))
            case ("M", x, y):
                result.append(("M", *place(x, y)))
            case ("L", x, y):
                result.append(("L", *place(x, y)))
            case _:
                result.append(command)
    return tuple(result)


@cache
def weights(count: int) -> tuple[tuple[float, float, float, float], ...]:
    """The weights of a cubic's four points at the ends of `count` equal steps."""
    found = []
    for step in range(1, count + 1):
        t = step / count
        u = 1 - t
        found.append((u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t))
    return tuple(found)


def flattened(path: Path, steps: int = 12) -> Polyline:
    """Points along the path, each cubic cut into `steps` straight pieces."""
    points: list[Point] = []
    x0 = y0 = start_x = start_y = 0.0
    for command in path:
        match command:
            case ("C", x1, y1, x2, y2, x3, y3):
                for a, b, c, d in weights(steps):
                    points.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
                x0, y0 = x3, y3
            case ("Z",):
                points.append((start_x, start_y))
                x0, y0 = start_x, start_y
            case (head, x, y):
                if head == "M":
                    start_x, start_y = x, y
                points.append((x, y))
                x0, y0 = x, y
    return tuple(points)


def extremes(path: Path) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the path: exact for strokes, of the hull of the control points for cubics.

    All zero for an empty path.
    """
    xs: list[float] = []
    ys: list[float] = []
    for command in path:
        if command[0] == "C":
            _, x1, y1, x2, y2, x, y = command
            xs += (x1, x2, x)
            ys += (y1, y2, y)
        elif command[0] != "Z":
            xs.append(command[1])
            ys.append(command[2])
    if not xs:
        return 0.0, 0.0, 0.0, 0.0
    return min(xs), min(ys), max(xs), max(ys)


def meets(path: Path, rect: Rect, fine: float = 16.0) -> bool:
    """Whether the line of a path comes into a rectangle; a curve may miss it by up to `fine` pixels.

    Curves are cut in halves where the hull of their control points lies partly inside (de Casteljau).
    """
    left, top, right, bottom = rect.x, rect.y, rect.x + rect.width, rect.y + rect.height
    x0 = y0 = start_x = start_y = 0.0
    for command in path:
        if command[0] == "C":
            _, x1, y1, x2, y2, x3, y3 = command
            waiting = [(x0, y0, x1, y1, x2, y2, x3, y3)]
            x0, y0 = x3, y3
            while waiting:
                ax, ay, bx, by, cx, cy, dx, dy = waiting.pop()
                low, high = min(ax, bx, cx, dx), max(ax, bx, cx, dx)
                upper, lower = min(ay, by, cy, dy), max(ay, by, cy, dy)
                if low >= right or high <= left or upper >= bottom or lower <= top:
                    continue
                if (left < dx < right and top < dy < bottom) or (high - low <= fine and lower - upper <= fine):
                    return True
                px, py, qx, qy = (ax + bx) / 2, (ay + by) / 2, (bx + cx) / 2, (by + cy) / 2
                rx, ry = (cx + dx) / 2, (cy + dy) / 2
                sx, sy, tx, ty = (px + qx) / 2, (py + qy) / 2, (qx + rx) / 2, (qy + ry) / 2
                mx, my = (sx + tx) / 2, (sy + ty) / 2
                waiting.append((ax, ay, px, py, sx, sy, mx, my))
                waiting.append((mx, my, tx, ty, rx, ry, dx, dy))
        elif command[0] == "M":
            _, x0, y0 = command
            start_x, start_y = x0, y0
        else:
            to = (start_x, start_y) if command[0] == "Z" else (command[1], command[2])
            if _stroke_meets((x0, y0), to, rect):
                return True
            x0, y0 = to
    return False


def _stroke_meets(a: Point, b: Point, rect: Rect) -> bool:
    """Whether the stroke from a to b has a point in the rectangle (Liang and Barsky)."""
    first, last = 0.0, 1.0
    dx, dy = b[0] - a[0], b[1] - a[1]
    for step, room in ((-dx, a[0] - rect.x), (dx, rect.right - a[0]), (-dy, a[1] - rect.y), (dy, rect.bottom - a[1])):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            first = max(first, room / step)
        else:
            last = min(last, room / step)
    return first <= last


def bounds(path: Path) -> Rect:
    """The rectangle of the path's `extremes`."""
    left, top, right, bottom = extremes(path)
    return Rect(left, top, right - left, bottom - top)


def point_at(path: Path, share: float) -> Point:
    """A point `share` of the way along: exact for one stroke, by the extent of its pieces for several."""
    if len(path) == 2 and path[0][0] == "M":
        return _within(path[0][1:], path[1], share)
    pieces: list[tuple[Point, Command, float]] = []
    at: Point = (0.0, 0.0)
    for command in path:
        if command[0] != "Z":
            to: Point = (command[-2], command[-1])
            if command[0] != "M":
                pieces.append((at, command, abs(to[0] - at[0]) + abs(to[1] - at[1])))
            at = to
    rest = share * sum(size for _, _, size in pieces)
    for start, command, size in pieces:
        if rest <= size and size > 0:
            return _within(start, command, rest / size)
        rest -= size
    return at


def _within(start: Point, command: Command, t: float) -> Point:
    x0, y0 = start
    if command[0] == "C":
        _, x1, y1, x2, y2, x3, y3 = command
        u = 1 - t
        a, b, c, d = u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t
        return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3
    if command[0] == "L":
        _, x3, y3 = command
        return x0 + (x3 - x0) * t, y0 + (y3 - y0) * t
    return start


def crosses(points: Polyline, rect: Rect) -> bool:
    """Whether a stroke of the polyline comes into the rectangle, judged by the strokes' own rectangles."""
    left, top, right, bottom = rect.x, rect.y, rect.right, rect.bottom
    return any(
        min(ax, bx) < right and left < max(ax, bx) and min(ay, by) < bottom and top < max(ay, by)
        if ax != bx and ay != by
        else min(ax, bx) <= right and left <= max(ax, bx) and min(ay, by) <= bottom and top <= max(ay, by)
        for (ax, ay), (bx, by) in itertools.pairwise(points)
    )


def distance(points: Polyline, point: Point) -> float:
    """From `point` to the nearest place on the polyline."""
    nearest = math.inf
    px, py = point
    for (ax, ay), (bx, by) in itertools.pairwise(points):
        dx, dy = bx - ax, by - ay
        square = dx * dx + dy * dy
        t = 0.0 if square == 0 else max(0.0, min(1.0, ((px - ax) * dx + (py - ay) * dy) / square))
        nearest = min(nearest, math.hypot(px - ax - t * dx, py - ay - t * dy))
    return nearest
