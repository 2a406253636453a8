"""Which boxes a path or a label would run into, found through a grid of cells."""

from __future__ import annotations

from collections.abc import Iterable

from models.architecture.diagram.geometry import Point, Rect

_CELL = 128.0
_Entry = tuple[str, float, float, float, float]


class Obstacles:
    """Rectangles with names, looked up by place. Adding and removing one costs the cells it covers."""

    def __init__(self, rects: Iterable[tuple[str, Rect]] = ()) -> None:
        self._cells: dict[tuple[int, int], list[_Entry]] = {}
        self._rects: dict[str, Rect] = {}
        for name, rect in rects:
            self.add(name, rect)

    def add(self, name: str, rect: Rect) -> None:
        """Puts a rectangle there, in place of the one of the same name."""
        self.remove(name)
        self._rects[name] = rect
        x, y, width, height = rect
        entry = (name, x, y, x + width, y + height)
        for cell in _covered(rect):
            self._cells.setdefault(cell, []).append(entry)

    def remove(self, name: str) -> None:
        """Takes the rectangle of this name away, if it is there."""
        rect = self._rects.pop(name, None)
        if rect is None:
            return
        for cell in _covered(rect):
            self._cells[cell] = [entry for entry in self._cells[cell] if entry[0] != name]

    def meeting(self, rect: Rect, but: tuple[str, ...] = ()) -> list[Rect]:
        """The rectangles that overlap `rect`, except those named in `but`."""
        left, top, right, bottom = rect.x, rect.y, rect.right, rect.bottom
        found: dict[str, Rect] = {}
        for cell in _covered(rect):
            for name, x0, y0, x1, y1 in self._cells.get(cell, ()):
                if x0 < right and left < x1 and y0 < bottom and top < y1 and name not in but:
                    found[name] = self._rects[name]
        return list(found.values())

    def is_free(self, rect: Rect, but: tuple[str, ...] = ()) -> bool:
        """Whether `rect` overlaps nothing but those named in `but`."""
        left, top, right, bottom = rect.x, rect.y, rect.right, rect.bottom
        cells = self._cells
        for cell in _covered(rect):
            for name, x0, y0, x1, y1 in cells.get(cell, ()):
                if x0 < right and left < x1 and y0 < bottom and top < y1 and name not in but:
                    return False
        return True

    def hit(self, points: Iterable[Point], source: str, target: str, margin: float = 6.0) -> dict[str, Rect]:
        """Name -> rectangle of those that one of the points lies in or within `margin` of, its two ends excepted."""
        cells = self._cells
        found: dict[str, Rect] = {}
        for x, y in points:
            entries = cells.get((int(x // _CELL), int(y // _CELL)))
            if entries:
                for name, x0, y0, x1, y1 in entries:
                    if (
                        x0 - margin < x < x1 + margin
                        and y0 - margin < y < y1 + margin
                        and name != source
                        and name != target
                    ):
                        found[name] = self._rects[name]
        return found


def _covered(rect: Rect) -> list[tuple[int, int]]:
    x, y, width, height = rect
    left, right = int(x // _CELL), int((x + width) // _CELL)
    top, bottom = int(y // _CELL), int((y + height) // _CELL)
    if left == right and top == bottom:
        return [(left, top)]
    return [(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)]
