"""Counts of findings: a disc for errors, a triangle for warnings, a square for the rest, each with its number."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from models.architecture.diagram.geometry import Point, Rect, ellipse, rectangle
from models.architecture.diagram.labels import Label
from models.architecture.diagram.link_picture import HOP, hop_center
from models.architecture.diagram.picture import Mark, TextLine
from models.architecture.diagram.route import Route

SEVERITIES = ("error", "warning", "info")
RADIUS = 9.0
_HALF_WIDTH, _HALF_HEIGHT = 11.0, 10.0
_ARROW_ROOM = 11.0
_OTHER_ARROW_ROOM = 7.0
_APART = 4.0
_MARK_ROOM = 12.0
_ASIDE = 12.5
_FURTHER = 21.5
"""Beside a line, or past the mark on a short one."""
_SHARES = (0.5, 0.4, 0.6, 0.3, 0.7)


def covered(at: Point) -> Rect:
    """What a badge of one digit with its middle at `at` covers, of any severity."""
    return Rect(at[0] - _HALF_WIDTH, at[1] - _HALF_HEIGHT, 2 * _HALF_WIDTH, 2 * _HALF_HEIGHT)


def words_room(label: Label) -> Rect:
    """What badges keep off: the words, without the border around them."""
    return label.plate.grown(-2)


def arrow_room(route: Route) -> Rect:
    """What badges of other links keep off: the arrow."""
    return Rect(*route.tip, 0, 0).grown(_OTHER_ARROW_ROOM)


def element_badge(shape: str, box: Rect) -> Point:
    """Where the badge of an element stands: on the top right corner of its outline."""
    match shape:
        case "person":
            return box.right - 2, box.y + 4
        case "cylinder":
            return box.right - 3, box.y + 4
        case "fan":
            return box.right - 14, box.y
        case _:
            return box.right - 2, box.y + 2


def link_badge(route: Route, is_free: Callable[[Rect, float], bool], *, numbered: bool = False) -> Point:
    """Where the badge of a link stands: at a corner of its words, or beside its line, or else wherever there is room.

    Its own words, its arrow, its style's mark and, if `numbered`, its hop stay in sight. `is_free` is asked about
    further rectangles, and how far from them no other badge should be.
    When there is no such place, its own parts stay in sight; on a line too short for that nothing does.
    """
    kept = [Rect(*route.tip, 0, 0).grown(_ARROW_ROOM)]
    if numbered:
        kept.append(Rect(*hop_center(route), 0, 0).grown(HOP / 2))
    if route.label is not None:
        kept.append(words_room(route.label))
    if route.style in ("async", "event"):
        marked = min(22.0, route.length * 0.4) if route.style == "async" else 4.0
        middle, _ = route.at(marked / max(1.0, route.length))
        kept.append(Rect(*middle, 0, 0).grown(_MARK_ROOM - 2))
    places = tuple(_places(route))
    clear = [place for place in places if not any(covered(place).meets(other) for other in kept)]
    for apart in (_APART, 0.0):
        for place in clear:
            if is_free(covered(place), apart):
                return place
    return (*clear, *places)[0]


def _places(route: Route) -> Iterator[Point]:
    if route.label is not None:
        plate = route.label.plate
        x, y = plate.center
        right, left, above, below = plate.right + 7, plate.x - 7, plate.y - 8, plate.bottom + 8
        yield from ((right, above), (x, plate.y - 9), (x, plate.bottom + 9), (left, above), (right, below))
        yield from ((left, below), (plate.right + 10, y), (plate.x - 10, y))
    ways = [_direction(route, share) for share in _SHARES]
    for distance in (_ASIDE, _FURTHER):
        for (x, y), (dx, dy) in ways:
            aside = (-dy, dx) if dx < 0 or (dx == 0 and dy < 0) else (dy, -dx)
            for side in (distance, -distance):
                yield x + aside[0] * side, y + aside[1] * side
    yield from (at for at, _ in ways)


def _direction(route: Route, share: float) -> tuple[Point, Point]:
    """(the point at a share of the line, the unit vector along it there)."""
    at, _ = route.at(share)
    (ax, ay), (bx, by) = route.at(share - 0.04)[0], route.at(share + 0.04)[0]
    size = math.dist((ax, ay), (bx, by)) or 1.0
    return at, ((bx - ax) / size, (by - ay) / size)


def badge(count: int, severity: str, at: Point) -> tuple[Mark, TextLine]:
    """The badge with its middle at `at`; an unknown severity is drawn as info. Beyond 99 it says "99+"."""
    x, y = at
    number = str(count) if count < 100 else "99+"
    wide = max(0.0, 6.0 * (len(number) - 1))
    if severity == "error":
        if wide:
            path = rectangle(Rect(x - RADIUS - wide / 2, y - RADIUS, 2 * RADIUS + wide, 2 * RADIUS), RADIUS)
        else:
            path = ellipse(x, y, RADIUS, RADIUS)
        baseline = y + 3.8
    elif severity == "warning":
        half = 12.0 + wide / 2
        path = (
            ("M", x - 1.5, y - 10),
            ("C", x - 0.8, y - 11.2, x + 0.8, y - 11.2, x + 1.5, y - 10),
            ("L", x + half - 0.6, y + 7),
            ("C", x + half, y + 8.2, x + half - 0.8, y + 9, x + half - 2, y + 9),
            ("L", x - half + 2, y + 9),
            ("C", x - half + 0.8, y + 9, x - half, y + 8.2, x - half + 0.6, y + 7),
            ("Z",),
        )
        baseline = y + 6.2
    else:
        severity = "info"
        side = 2 * RADIUS - 2
        path = rectangle(Rect(x - side / 2 - wide / 2, y - side / 2, side + wide, side), 4)
        baseline = y + 3.8
    return Mark(path, fill=severity, stroke="canvas", width=1.5), TextLine(
        number, x, baseline, 10.5, "semibold", "on_severity", "middle"
    )
