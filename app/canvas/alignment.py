"""Alignment guides: while something is dragged, its edges and middle catch those of what stands around. No Qt."""

from collections.abc import Sequence
from typing import NamedTuple

from models.architecture.diagram.geometry import Rect

Pair = tuple[float, float]


class Guide(NamedTuple):
    """A line from (x1, y1) to (x2, y2) along which two things are aligned."""

    x1: float
    y1: float
    x2: float
    y2: float

    @property
    def line(self) -> tuple[float, float, float, float]:
        return self.x1, self.y1, self.x2, self.y2

    @property
    def rect(self) -> Rect:
        return Rect(self.x1, self.y1, self.x2 - self.x1, self.y2 - self.y1).grown(2)


def aligned(
    box: Rect, moved: Pair, fallback: Pair, others: Sequence[Rect], *, reach: float
) -> tuple[Pair, tuple[Guide, ...]]:
    """Where `box`, moved by `moved`, settles: along `others` within `reach` pixels, else at `fallback`, axis by axis.

    Returns:
        (the offset to use, a guide for each axis that was aligned).
    """
    across = _catch(box.x + moved[0], box.width, [(other.x, other.width) for other in others], reach)
    down = _catch(box.y + moved[1], box.height, [(other.y, other.height) for other in others], reach)
    dx = fallback[0] if across is None else moved[0] + across[0]
    dy = fallback[1] if down is None else moved[1] + down[0]
    settled = box.moved(dx, dy)
    guides = []
    if across is not None:
        other, x = others[across[1]], across[2]
        top, bottom = min(settled.y, other.y), max(settled.bottom, other.bottom)
        guides.append(Guide(x, top - 8, x, bottom + 8))
    if down is not None:
        other, y = others[down[1]], down[2]
        left, right = min(settled.x, other.x), max(settled.right, other.right)
        guides.append(Guide(left - 8, y, right + 8, y))
    return (dx, dy), tuple(guides)


def _catch(
    start: float, length: float, others: Sequence[tuple[float, float]], reach: float
) -> tuple[float, int, float] | None:
    """(correction, index of the other, coordinate of the line) of the nearest catch; like catches like."""
    best: tuple[float, int, float] | None = None
    for index, (other, other_length) in enumerate(others):
        for share in (0.5, 0.0, 1.0):
            line = other + other_length * share
            correction = line - (start + length * share)
            if abs(correction) <= reach and (best is None or abs(correction) < abs(best[0]) - 1e-9):
                best = (correction, index, line)
    return best
