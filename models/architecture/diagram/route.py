"""One routed link: all that its picture needs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from models.architecture.diagram.curves import samples
from models.architecture.diagram.detours import Detour
from models.architecture.diagram.geometry import Path, Point, Polyline, Rect
from models.architecture.diagram.labels import Label
from models.architecture.diagram.outlines import Side
from models.architecture.links import LinkStyle


class Line(NamedTuple):
    """Where a link runs, before it has its label."""

    path: Path
    start: Point
    leaving: Side
    end: Point
    entering: Side
    detour: Detour | None = None


@dataclass(frozen=True)
class Route:
    """One link as drawn, in the diagram's pixels.

    Attributes:
        link, source, target: ids; an end inside a collapsed group is that group.
        path: the middle line from outline to outline.
        start, leaving: where it leaves and by which side.
        tip, angle: the arrow's tip on the outline, and the direction it points to in radians.
        double: drawn as two lines, because the data behind it is shared.
        label: its words and the plate under them, or None.
        from_channel: the link leaves a queue or topic.
        guessed: something about it was guessed by an import and no person confirmed it.
        bounds: around path, arrow and label.
    """

    link: str
    source: str
    target: str
    style: LinkStyle
    path: Path
    start: Point
    leaving: Side
    tip: Point
    angle: float
    double: bool
    label: Label | None
    from_channel: bool
    guessed: bool
    bounds: Rect

    @cached_property
    def points(self) -> Polyline:
        """The path as a polyline."""
        return samples(self.path)

    @cached_property
    def _strokes(self) -> tuple[float, ...]:
        """How long each stroke of the polyline is."""
        return tuple(itertools.starmap(math.dist, itertools.pairwise(self.points)))

    @cached_property
    def length(self) -> float:
        return sum(self._strokes)

    @property
    def middle(self) -> Point:
        return self.at(0.5)[0]

    def at(self, share: float) -> tuple[Point, float]:
        """(the point at `share` of the length, the direction there in radians)."""
        return self.along(self.length * share)

    def along(self, travelled: float) -> tuple[Point, float]:
        """(the point `travelled` pixels from the start, the direction there in radians); the tip beyond the end."""
        points, rest = self.points, travelled
        for index, stroke in enumerate(self._strokes):
            if rest <= stroke and stroke > 0:
                (ax, ay), (bx, by), t = points[index], points[index + 1], rest / stroke
                return (ax + (bx - ax) * t, ay + (by - ay) * t), math.atan2(by - ay, bx - ax)
            rest -= stroke
        (ax, ay), (bx, by) = points[-2:] if len(points) > 1 else (points[0], points[0])
        return (bx, by), math.atan2(by - ay, bx - ax)


def near_to(rects: Sequence[Rect], routes: Iterable[tuple[str, Route]]) -> list[tuple[str, list[Rect]]]:
    """The links whose bounds meet some of the rectangles, with these."""
    sides = [(rect, rect.x, rect.y, rect.x + rect.width, rect.y + rect.height) for rect in rects]
    found = []
    for link_id, route in routes:
        x, y, wide, high = route.bounds
        right, bottom = x + wide, y + high
        near = [rect for rect, x0, y0, x1, y1 in sides if x < x1 and x0 < right and y < y1 and y0 < bottom]
        if near:
            found.append((link_id, near))
    return found


def passes(route: Route, rects: Sequence[Rect]) -> bool:
    """Whether a point of the line lies in one of the rectangles."""
    for x, y, width, height in rects:
        right, bottom = x + width, y + height
        for px, py in route.points:
            if x < px < right and y < py < bottom:
                return True
    return False
