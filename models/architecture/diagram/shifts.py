"""Lines whose two ends move aside together, past what a line should not cross."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from models.architecture.diagram.curves import curve
from models.architecture.diagram.geometry import Path, Point, Rect
from models.architecture.diagram.outlines import Side, edge_point, reach

_STEP = 4.0


class Port(NamedTuple):
    """One end of a link: the outline it lies on, where that stands, and the point."""

    shape: str
    box: Rect
    side: Side
    at: Point


def aside(one: Port, two: Port, is_clear: Callable[[Path], bool]) -> tuple[Point, Point, Path] | None:
    """Both ends and the line between them, moved along their sides by as little as makes the line clear.

    None where no shift does, the sides lie across each other, or a person is at an end.
    """
    axis = 1 if one.side in ("left", "right") else 0
    if (two.side in ("left", "right")) != (axis == 1) or "person" in (one.shape, two.shape):
        return None
    room = min(reach(port.shape, port.box.width, port.box.height, port.side) for port in (one, two))
    out, into = one.at[axis] - one.box.center[axis], two.at[axis] - two.box.center[axis]
    for step in range(1, int(room / _STEP) + 1):
        for by in (step * _STEP, -step * _STEP):
            if max(abs(out + by), abs(into + by)) <= room:
                start = edge_point(one.shape, one.box, one.side, out + by)
                end = edge_point(two.shape, two.box, two.side, into + by)
                line = curve(start, one.side, end, two.side)
                if is_clear(line):
                    return start, end, line
    return None
