"""Where links leave and enter: the side of a box that faces the other end, and the spread of several on one side."""

from __future__ import annotations

from collections.abc import Sequence

from models.architecture.diagram.geometry import Point, Rect
from models.architecture.diagram.outlines import Side, edge_point, reach

SPACING = 16.0
"""Between neighbouring ports, where the side is long enough."""
LEAST = 12.0
"""Below this, arrows and marks of neighbouring ports touch."""
_CLEAR = 32.0
"""A gap this wide between two boxes is enough to pass through it sideways."""


def facing_sides(source: Rect, target: Rect) -> tuple[Side, Side]:
    """The sides by which a link leaves `source` and enters `target`: sideways when there is room between them."""
    sx, sy, sw, sh = source
    tx, ty, tw, th = target
    across = max(tx - sx - sw, sx - tx - tw)
    along = max(ty - sy - sh, sy - ty - th)
    if across >= _CLEAR or across >= along:
        return ("right", "left") if tx + tw / 2 >= sx + sw / 2 else ("left", "right")
    return ("bottom", "top") if ty + th / 2 >= sy + sh / 2 else ("top", "bottom")


def side_towards(box: Rect, point: Point) -> Side:
    """The side of `box` that a ray from its middle to `point` passes."""
    (cx, cy), (px, py) = box.center, point
    dx, dy = px - cx, py - cy
    if abs(dx) * box.height >= abs(dy) * box.width:
        return "right" if dx >= 0 else "left"
    return "bottom" if dy >= 0 else "top"


def spread(count: int, room: float) -> list[float]:
    """Offsets from the middle of a side for `count` ports, `SPACING` apart or closer, within `room` to both sides."""
    if count <= 1:
        return [0.0] * count
    step = min(SPACING, 2 * room / (count - 1))
    first = -step * (count - 1) / 2
    return [first + step * index for index in range(count)]


def ports(shape: str, box: Rect, side: Side, others: Sequence[tuple[Point, str]]) -> dict[str, Point]:
    """Where each of the links on one side of a box ends.

    Args:
        shape: of the element that stands at `box`, as in the table of kinds.
        others: for each link the middle of the element at its other end, and the link's id.

    Returns:
        Link id -> point on the outline. Links lie in the order of their other ends, so that they do not cross here.
    """
    axis = 1 if side in ("left", "right") else 0
    ordered = sorted(others, key=lambda other: (other[0][axis], other[1]))
    offsets = spread(len(ordered), reach(shape, box.width, box.height, side))
    return {link: edge_point(shape, box, side, offset) for (_, link), offset in zip(ordered, offsets, strict=True)}
