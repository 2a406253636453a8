"""Finds quickly what lies in a part of the scene: rectangles filed under the squares they touch. No Qt."""

from collections.abc import Collection, Iterable

from models.architecture.diagram.geometry import Path, Point, Rect, weights

SIDE = 256.0
WIDE = 1024.0
"""The side of the squares for long lines."""
FEW_CELLS = 16
"""A line whose bounds touch no more squares than this is filed under all of them."""
MOST_CELLS = 400
"""What touches more squares than this is looked at on every question instead."""
BESIDE = 110.0
"""Words, arrows and marks of a line lie no further from it than this, in pixels."""
STEP = 512.0
"""Along a line, squares are looked for at points no further apart than this, in pixels."""
Cell = tuple[int, int, float]
"""Column, row, and how wide the square is."""


class Grid:
    """Ids with their rectangles."""

    def __init__(self) -> None:
        self._cells: dict[Cell, dict[str, None]] = {}
        self._filed: dict[str, Collection[Cell]] = {}
        self._everywhere: dict[str, None] = {}
        self._rects: dict[str, Rect] = {}

    def __contains__(self, part_id: str) -> bool:
        return part_id in self._rects

    def rect(self, part_id: str) -> Rect:
        """Where `part_id` is filed."""
        return self._rects[part_id]

    def rects(self) -> Iterable[Rect]:
        """All that is filed."""
        return self._rects.values()

    def put(self, part_id: str, rect: Rect, path: Path | None = None) -> None:
        """Files `part_id` under `rect`, wherever it was before.

        With a path it is a line, with all that belongs to it within `BESIDE` of it; across a large rectangle it is
        found only near itself.
        """
        if path is None and self._rects.get(part_id) == rect:
            return
        self.drop(part_id)
        self._rects[part_id] = rect
        cells = _cells(rect)
        if path is not None and (cells is None or len(cells) > FEW_CELLS):
            cells = _cells_along(path)
        if cells is None or len(cells) > MOST_CELLS:
            self._everywhere[part_id] = None
            return
        self._filed[part_id] = cells
        for cell in cells:
            self._cells.setdefault(cell, {})[part_id] = None

    def drop(self, part_id: str) -> None:
        rect = self._rects.pop(part_id, None)
        if rect is None:
            return
        self._everywhere.pop(part_id, None)
        for cell in self._filed.pop(part_id, ()):
            self._cells[cell].pop(part_id, None)

    def meeting(self, rect: Rect) -> set[str]:
        """The ids whose rectangles share more than an edge with `rect`; for a very large `rect` simply all.

        Long lines that stay away from `rect` may be left out.
        """
        cells = _cells(rect)
        if cells is None:
            return set(self._rects)
        candidates = set(self._everywhere)
        for cell in (*cells, *(_cells(rect, WIDE) or ())):
            if (held := self._cells.get(cell)) is not None:
                candidates.update(held)
        left, top, right, bottom = rect.x, rect.y, rect.x + rect.width, rect.y + rect.height
        rects = self._rects
        found = set()
        for part_id in candidates:
            x, y, width, height = rects[part_id]
            if x < right and left < x + width and y < bottom and top < y + height:
                found.add(part_id)
        return found


def _cells_along(path: Path) -> set[Cell]:
    """The wide squares within `BESIDE` of a path, and a few that are a little further.

    Points are so close together, and their surroundings so much smaller than a square, that four corners tell all.
    """
    reach = BESIDE + STEP / 2
    points: list[Point] = []
    for command in path:
        if command[0] == "C":
            x0, y0 = points[-1]
            _, x1, y1, x2, y2, x3, y3 = command
            legs = (abs(x1 - x0), abs(y1 - y0), abs(x2 - x1), abs(y2 - y1), abs(x3 - x2), abs(y3 - y2))
            count = 1 + int(3 * max(legs) / STEP)
            points += [
                (a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3) for a, b, c, d in weights(count)
            ]
        elif command[0] == "L":
            x0, y0 = points[-1]
            _, x3, y3 = command
            count = 1 + int(max(abs(x3 - x0), abs(y3 - y0)) / STEP)
            points += [(x0 + (x3 - x0) * step / count, y0 + (y3 - y0) * step / count) for step in range(1, count + 1)]
        elif command[0] == "M":
            points.append((command[1], command[2]))
    found: set[Cell] = set()
    for x, y in points:
        left, right = int((x - reach) // WIDE), int((x + reach) // WIDE)
        top, bottom = int((y - reach) // WIDE), int((y + reach) // WIDE)
        found.add((left, top, WIDE))
        if left != right or top != bottom:
            found.update(((left, bottom, WIDE), (right, top, WIDE), (right, bottom, WIDE)))
    return found


def _cells(rect: Rect, side: float = SIDE) -> Collection[Cell] | None:
    first_x, last_x = int(rect.x // side), int((rect.x + rect.width) // side)
    first_y, last_y = int(rect.y // side), int((rect.y + rect.height) // side)
    if (last_x - first_x + 1) * (last_y - first_y + 1) > MOST_CELLS:
        return None
    return [(x, y, side) for x in range(first_x, last_x + 1) for y in range(first_y, last_y + 1)]
