"""How a routed link looks: each style is told by its line, its arrow and its mark, also without colour.

| style | line | arrow | mark |
|---|---|---|---|
| sync | solid | filled | none |
| async | dashed | open | a small queue on the line |
| event | dotted | open | waves at the publisher |
| data access | one line while private, two once shared | filled, at the data | r, w or r/w in the label |
"""

from __future__ import annotations

import math

from models.architecture.diagram.curves import parallel
from models.architecture.diagram.geometry import (
    KAPPA,
    Path,
    Point,
    Polyline,
    Rect,
    flattened,
    polyline,
    rectangle,
    turned,
)
from models.architecture.diagram.labels import SIZE, Label
from models.architecture.diagram.picture import Mark, TextLine
from models.architecture.diagram.route import Route
from models.architecture.links import LinkStyle

WIDTH = 1.6
DASHES: dict[LinkStyle, tuple[float, ...]] = {"sync": (), "async": (7, 4), "event": (0.1, 4.4), "shared_data": ()}
WIDTHS: dict[LinkStyle, float] = {"sync": WIDTH, "async": WIDTH, "event": 2.2, "shared_data": 1.4}
FILLED: dict[LinkStyle, bool] = {"sync": True, "async": False, "event": False, "shared_data": True}
GAP = 2.0
"""Half the distance between the two lines of shared data."""
ARROW = 9.0
ARROW_HALF = 4.6
BAND = 9.0
"""Width of the ink band under a path that is pointed out."""
WAVES = 9.0
"""From the start of a link to the middle of its waves: past the arrows of links that end beside it."""
HOP = 16.0
_HOP_SHARES = (0.5, 0.35, 0.65, 0.28, 0.72, 0.2, 0.8, 0.14, 0.86, 0.1, 0.9)

_FILLED_HEAD = polyline((0, 0), (-ARROW, -ARROW_HALF), (-ARROW, ARROW_HALF), closed=True)
_OPEN_HEAD = polyline((-ARROW, -ARROW_HALF - 0.6), (-0.8, 0), (-ARROW, ARROW_HALF + 0.6))


def arrow_head(route: Route) -> Path:
    """The arrow with its tip on the outline: a closed triangle when `FILLED[route.style]`, else an open angle."""
    return turned(_FILLED_HEAD if FILLED[route.style] else _OPEN_HEAD, route.angle, route.tip)


def strokes(route: Route) -> tuple[Path, ...]:
    """The line itself, ending inside its arrow; two lines for shared data."""
    if route.double:
        line = _shortened(flattened(route.path, 20), ARROW - 1)
        return polyline(*parallel(line, -GAP)), polyline(*parallel(line, GAP))
    if not FILLED[route.style]:
        return (route.path,)
    return (_cut(route.path, route.tip, route.angle, ARROW - 3),)


def style_mark(route: Route) -> tuple[Path, ...]:
    """The mark of an asynchronous link (a queue: a frame, then its bars) or of a publisher (waves); else nothing."""
    if route.style == "async":
        (x, y), angle = route.along(min(22.0, route.length * 0.4))
        frame = turned(rectangle(Rect(-8, -4.5, 16, 9), 2), angle, (x, y))
        bars = (turned(polyline((at, -4.5), (at, 4.5)), angle, (x, y)) for at in (-2.7, 2.7))
        return (frame, *bars)
    if route.style == "event" and not route.from_channel:
        at, angle = route.along(min(WAVES, route.length * 0.3))
        return tuple(turned(_wave(radius), angle, at) for radius in (4.0, 7.5, 11.0))
    return ()


def link_marks(route: Route, *, plate: bool = True) -> tuple[Mark, ...]:
    """Everything painted for a link but its words, in order; the plate under them last, if wanted."""
    colour, width = route.style, WIDTHS[route.style]
    marks = [Mark(path, stroke=colour, width=width, dash=DASHES[route.style]) for path in strokes(route)]
    filled = FILLED[route.style]
    marks.append(
        Mark(arrow_head(route), fill=colour if filled else None, stroke=colour, width=0.8 if filled else WIDTH)
    )
    for index, path in enumerate(style_mark(route)):
        is_frame = route.style == "async" and index == 0
        marks.append(Mark(path, fill="canvas" if is_frame else None, stroke=colour, width=1.3))
    if plate and route.label is not None:
        marks.append(Mark(rectangle(route.label.plate, 4), fill="canvas"))
    return tuple(marks)


def link_text(route: Route) -> TextLine | None:
    """The words on a link."""
    return label_text(route.label) if route.label is not None else None


def label_text(label: Label) -> TextLine:
    """The words of a placed label, in the middle of its plate."""
    return TextLine(label.text, label.x, label.y, SIZE, colour="secondary", anchor="middle", italic=label.italic)


def band(route: Route) -> Mark:
    """The ink band under a link of a path that is pointed out."""
    return Mark(route.path, stroke="path", width=BAND, opacity=0.16)


def hop(route: Route, number: int) -> tuple[Mark, TextLine]:
    """The numbered square at the middle of a link, beside its label."""
    x, y = hop_center(route)
    plate = Rect(x - HOP / 2, y - HOP / 2, HOP, HOP)
    text = TextLine(str(number), x, y + 3.6, 10, "semibold", "on_hop", "middle")
    return Mark(rectangle(plate, 4), fill="hop"), text


def hop_center(route: Route) -> Point:
    """On the line: at its middle, or where the label leaves room, or else as far from the label as can be."""
    if route.label is None:
        return route.middle
    kept_off = route.label.plate.grown(HOP / 2 - 2)
    places = [route.at(share)[0] for share in _HOP_SHARES]
    for place in places:
        if not kept_off.holds(place):
            return place
    return max(places, key=lambda place: math.dist(place, kept_off.center))


def _wave(radius: float) -> Path:
    """An arc of 90 degrees around the origin, opening to the right."""
    k = radius * KAPPA * 1.0
    half = math.sqrt(0.5)
    x, y = radius * half, radius * half
    return (("M", x, -y), ("C", x + k * half, -y + k * half, x + k * half, y - k * half, x, y))


def _shortened(points: Polyline, by: float) -> Polyline:
    """The polyline without its last `by` pixels."""
    kept = list(points)
    rest = by
    while len(kept) > 2 and math.dist(kept[-1], kept[-2]) <= rest:
        rest -= math.dist(kept[-1], kept[-2])
        kept.pop()
    (ax, ay), (bx, by_) = kept[-2], kept[-1]
    size = math.dist((ax, ay), (bx, by_))
    if size > rest:
        t = (size - rest) / size
        kept[-1] = (ax + (bx - ax) * t, ay + (by_ - ay) * t)
    return tuple(kept)


def _cut(path: Path, tip: Point, angle: float, by: float) -> Path:
    """The path with its end drawn back from the tip by `by` pixels, against the arrow's direction."""
    x, y = tip[0] - math.cos(angle) * by, tip[1] - math.sin(angle) * by
    last = path[-1]
    if last[0] == "C":
        _, x1, y1, x2, y2, _, _ = last
        return (*path[:-1], ("C", x1, y1, x2, y2, x, y))
    return (*path[:-1], ("L", x, y))
