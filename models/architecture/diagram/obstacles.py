"""Which boxes a path or a label would run into, found through a grid of cells."""

from __future__ import annotations

from collections.abc import Iterable

from models.architecture.diagram.geometry import Path, Rect, weights

_PER_CELL = 1 / 128.0
_PER_STEP = 1 / 44.0
_MOST_STEPS = 200
MOST_HIT = 1_000_000
_CLEARANCE = 7.0
_Entry = tuple[str, float, float, float, float]


class Obstacles:
    """Rectangles with names, looked up by place. Adding and removing one costs the cells it covers."""

    def __init__(self, rects: Iterable[tuple[str, Rect]] = ()) -> None:
        self._cells: dict[tuple[int, int], list[_Entry]] = {}
        self._rects: dict[str, Rect] = {}
        cells, known = self._cells, self._rects
        for name, rect in rects:
            if name in known:
                self.remove(name)
            known[name] = rect
            x, y, width, height = rect
            right, bottom = x + width, y + height
            entry = (name, x, y, right, bottom)
            rows = range(int(y * _PER_CELL), int(bottom * _PER_CELL) + 1)
            for column in range(int(x * _PER_CELL), int(right * _PER_CELL) + 1):
                for row in rows:
                    held = cells.get((column, row))
                    if held is None:
                        cells[column, row] = [entry]
                    else:
                        held.append(entry)

    def __len__(self) -> int:
        return len(self._rects)

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

    def rect(self, name: str) -> Rect | None:
        """The rectangle of this name, if it is there."""
        return self._rects.get(name)

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
        left, top, width, height = rect
        right, bottom = left + width, top + height
        cells = self._cells
        rows = range(int(top * _PER_CELL), int(bottom * _PER_CELL) + 1)
        for column in range(int(left * _PER_CELL), int(right * _PER_CELL) + 1):
            for row in rows:
                for name, x0, y0, x1, y1 in cells.get((column, row), ()):
                    if x0 < right and left < x1 and y0 < bottom and top < y1 and name not in but:
                        return False
        return True

    def stops(self, path: Path, source: str, target: str) -> bool:
        """Whether a path comes within `_CLEARANCE` of any but its two ends."""
        return bool(self.hit(path, source, target, most=1))

    def hit(self, path: Path, source: str, target: str, most: int = MOST_HIT) -> dict[str, Rect]:
        """Name -> rectangle of those that a path comes within `_CLEARANCE` of, its two ends excepted.

        With `most` of them found it looks no further along the path.
        """
        found: dict[str, Rect] = {}
        cells, rects = self._cells, self._rects
        x0 = y0 = 0.0
        for command in path:
            if command[0] == "C":
                _, x1, y1, x2, y2, x3, y3 = command
                count = min(_MOST_STEPS, int((abs(x3 - x0) + abs(y3 - y0)) * _PER_STEP) + 3)
                points = [
                    (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3)
                    for a, b, c, d in weights(count)
                ]
                x0, y0 = x3, y3
            elif command[0] == "L":
                _, x3, y3 = command
                if x0 == x3 or y0 == y3:
                    self._beside(min(x0, x3), min(y0, y3), max(x0, x3), max(y0, y3), source, target, found)
                    x0, y0 = x3, y3
                    continue
                count = min(_MOST_STEPS, int((abs(x3 - x0) + abs(y3 - y0)) * _PER_STEP) + 1)
                across, along = (x3 - x0) / count, (y3 - y0) / count
                points = [(x0 + across * step, y0 + along * step) for step in range(1, count + 1)]
                x0, y0 = x3, y3
            elif command[0] == "M":
                _, x0, y0 = command
                continue
            else:
                continue
            if len(found) >= most:
                return found
            at_column = at_row = None
            entries: list[_Entry] | None = None
            for x, y in points:
                column, row = int(x * _PER_CELL), int(y * _PER_CELL)
                if column != at_column or row != at_row:
                    at_column, at_row, entries = column, row, cells.get((column, row))
                if entries:
                    for name, left, top, right, bottom in entries:
                        if (
                            left - _CLEARANCE < x < right + _CLEARANCE
                            and top - _CLEARANCE < y < bottom + _CLEARANCE
                            and name != source
                            and name != target
                        ):
                            found[name] = rects[name]
                    if len(found) >= most:
                        return found
        return found

    def _beside(
        self, left: float, top: float, right: float, bottom: float, source: str, target: str, found: dict[str, Rect]
    ) -> None:
        """Notes in `found` what a level or upright stroke comes near."""
        left, top = left - _CLEARANCE, top - _CLEARANCE
        right, bottom = right + _CLEARANCE, bottom + _CLEARANCE
        cells, rects = self._cells, self._rects
        for column in range(int(left * _PER_CELL), int(right * _PER_CELL) + 1):
            for row in range(int(top * _PER_CELL), int(bottom * _PER_CELL) + 1):
                for name, x0, y0, x1, y1 in cells.get((column, row), ()):
                    if x0 < right and left < x1 and y0 < bottom and top < y1 and name != source and name != target:
                        found[name] = rects[name]


def _covered(rect: Rect) -> list[tuple[int, int]]:
    x, y, width, height = rect
    left, right = int(x * _PER_CELL), int((x + width) * _PER_CELL)
    top, bottom = int(y * _PER_CELL), int((y + height) * _PER_CELL)
    if left == right and top == bottom:
        return [(left, top)]
    return [(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1)]
