"""The outline of each shape, and the points of it where a link may end.

A shape is named in the table of element kinds (`KINDS[kind].shape`). Outlines are local to the
shape's top left corner.
"""

from __future__ import annotations

import math
from typing import Literal

from models.architecture.diagram.geometry import KAPPA, Path, Point, Rect, polyline, rectangle

Side = Literal["left", "right", "top", "bottom"]

RADIUS = 8.0
FRAME_RADIUS = 10.0
LID = 8.0
"""Half the height of a cylinder's lid, half the width of a pipe's mouth."""
INSET = 14.0
"""How far a fan's corners lie inside its points."""
FOLD = 14.0
FIGURE_WIDTH = 40.0
FIGURE_HEIGHT = 48.0
SHOULDER = 36.0
"""Where links meet a person."""


def lid(shape: str, width: float, height: float) -> float:
    return min(LID, height / 5) if shape == "cylinder" else min(LID, width / 5)


def inset(width: float) -> float:
    return min(INSET, width / 4)


def outline(shape: str, width: float, height: float) -> Path:
    """The closed path around a shape of this size."""
    match shape:
        case "cylinder":
            return _cylinder(width, height)
        case "pipe":
            return _pipe(width, height)
        case "fan":
            cut = inset(width)
            return polyline(
                (cut, 0),
                (width - cut, 0),
                (width, height / 2),
                (width - cut, height),
                (cut, height),
                (0, height / 2),
                closed=True,
            )
        case "sheet":
            fold = min(FOLD, width / 3, height / 3)
            return polyline((0, 0), (width - fold, 0), (width, fold), (width, height), (0, height), closed=True)
        case "frame":
            return rectangle(Rect(0, 0, width, height), FRAME_RADIUS)
        case _:
            return rectangle(Rect(0, 0, width, height), RADIUS)


def reach(shape: str, width: float, height: float, side: Side) -> float:
    """How far to both sides of a side's middle links may end."""
    if shape == "person":
        return 8.0 if side in ("left", "right") else 10.0
    corner = {"cylinder": lid(shape, width, height) + 6, "sheet": FOLD + 1, "frame": 9.0}.get(shape, 6.0)
    if side in ("left", "right"):
        return max(4.0, height / 2 - corner)
    return max(4.0, width / 2 - (inset(width) + 8 if shape == "fan" else 20))


def edge_point(shape: str, rect: Rect, side: Side, offset: float = 0.0) -> Point:
    """The point of the outline at `offset` pixels from the middle of a side, downwards or rightwards."""
    x, y, width, height = rect
    if side in ("left", "right"):
        middle = SHOULDER * height / 68 if shape == "person" else height / 2
        depth = 0.0
        if shape == "fan":
            depth = inset(width) * min(1.0, abs(offset) / (height / 2))
        elif shape == "pipe":
            depth = _dent(offset, height / 2, lid(shape, width, height))
        return (x + depth if side == "left" else x + width - depth), y + middle + offset
    depth = _dent(offset, width / 2, lid(shape, width, height)) if shape == "cylinder" else 0.0
    return x + width / 2 + offset, (y + depth if side == "top" else y + height - depth)


def _dent(offset: float, half: float, depth: float) -> float:
    """How far an elliptic side of half length `half` and bulge `depth` has receded at `offset` from its middle."""
    share = min(1.0, abs(offset) / half)
    return depth * (1 - math.sqrt(1 - share * share))


def _cylinder(width: float, height: float) -> Path:
    ry = lid("cylinder", width, height)
    half, ky, kx = width / 2, ry * KAPPA, width / 2 * KAPPA
    return (
        ("M", 0, ry),
        ("C", 0, ry - ky, half - kx, 0, half, 0),
        ("C", half + kx, 0, width, ry - ky, width, ry),
        ("L", width, height - ry),
        ("C", width, height - ry + ky, half + kx, height, half, height),
        ("C", half - kx, height, 0, height - ry + ky, 0, height - ry),
        ("Z",),
    )


def _pipe(width: float, height: float) -> Path:
    rx = lid("pipe", width, height)
    half, kx, ky = height / 2, rx * KAPPA, height / 2 * KAPPA
    return (
        ("M", rx, 0),
        ("L", width - rx, 0),
        ("C", width - rx + kx, 0, width, half - ky, width, half),
        ("C", width, half + ky, width - rx + kx, height, width - rx, height),
        ("L", rx, height),
        ("C", rx - kx, height, 0, half + ky, 0, half),
        ("C", 0, half - ky, rx - kx, 0, rx, 0),
        ("Z",),
    )
