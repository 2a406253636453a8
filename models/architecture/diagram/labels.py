"""Where the words on links stand: near the middle of their line, off the boxes and off each other."""

from __future__ import annotations

from dataclasses import dataclass

from models.architecture.diagram.geometry import Path, Point, Rect, point_at
from models.architecture.diagram.obstacles import Obstacles
from models.architecture.diagram.text_width import elided, text_width

SIZE = 11.0
HEIGHT = 16.0
_PADDING = 5.0
_WIDEST = 180.0
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
_SHIFTS = (0.0, -15.0, 15.0, -30.0, 30.0)
_BASELINE = 12.0
_HIDING = 60.0


@dataclass(frozen=True, slots=True)
class Label:
    """Words on a plate. `x`, `y` is the middle of the baseline; italic words are assumed, not said."""

    text: str
    plate: Rect
    italic: bool = False

    @property
    def x(self) -> float:
        return self.plate.x + self.plate.width / 2

    @property
    def y(self) -> float:
        return self.plate.y + _BASELINE

    @property
    def center(self) -> Point:
        return self.plate.center


def place_label(
    text: str,
    line: Path,
    boxes: Obstacles,
    labels: Obstacles,
    name: str,
    *,
    italic: bool = False,
) -> Label:
    """Sets a label down on `line` at the first place that is free, and notes it in `labels` under `name`.

    Places nearest the middle of the line come first, then a little above or below them; the line's ends, with their
    marks and arrows, stay in sight. When no place is free the one that overlaps least is taken.
    """
    width = text_width(text, SIZE)
    if width > _WIDEST:
        text = elided(text, _WIDEST, SIZE)
        width = text_width(text, SIZE)
    width += 2 * _PADDING
    first, last = line[0], line[-1]
    assert first[0] != "Z"
    assert last[0] != "Z"
    span, rise = abs(last[-2] - first[-2]), abs(last[-1] - first[-1])
    shares = _SHARES if span + rise > 90 else _SHARES[:3]
    ends = (point_at(line, 0.08), point_at(line, 0.92)) if span < 3 * width else ()
    plates: list[Rect] = []
    for shift in _SHIFTS:
        for share in shares:
            x, y = point_at(line, share)
            plate = Rect(x - width / 2, y + shift - HEIGHT / 2, width, HEIGHT)
            if boxes.is_free(plate) and labels.is_free(plate) and not any(plate.holds(end) for end in ends):
                labels.add(name, plate)
                return Label(text, plate, italic)
            plates.append(plate)

    def covered(plate: Rect) -> float:
        found = (*boxes.meeting(plate), *labels.meeting(plate))
        return sum(_overlap(plate, other) for other in found) + _HIDING * sum(plate.holds(end) for end in ends)

    best = min(plates, key=covered)
    labels.add(name, best)
    return Label(text, best, italic)


def _overlap(one: Rect, two: Rect) -> float:
    width = min(one.right, two.right) - max(one.x, two.x)
    height = min(one.bottom, two.bottom) - max(one.y, two.y)
    return max(0.0, width) * max(0.0, height)
