"""Finds quickly what lies in a part of the scene: rectangles filed under the squares they touch. No Qt."""

from collections.abc import Iterable, Iterator

from models.architecture.diagram.geometry import Rect

SIDE = 256.0
MOST_CELLS = 400
"""A rectangle over more squares than this is looked at on every question instead."""


class Grid:
    """Ids with their rectangles."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], dict[str, None]] = {}
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

    def put(self, part_id: str, rect: Rect) -> None:
        """Files `part_id` under `rect`, wherever it was before."""
        if self._rects.get(part_id) == rect:
            return
        self.drop(part_id)
        self._rects[part_id] = rect
        cells = _cells(rect)
        if cells is None:
            self._everywhere[part_id] = None
            return
        for cell in cells:
            self._cells.setdefault(cell, {})[part_id] = None

    def drop(self, part_id: str) -> None:
        rect = self._rects.pop(part_id, None)
        if rect is None:
            return
        self._everywhere.pop(part_id, None)
        for cell in _cells(rect) or ():
            held = self._cells.get(cell)
            if held is not None:
                held.pop(part_id, None)

    def meeting(self, rect: Rect) -> set[str]:
        """The ids whose rectangles share more than an edge with `rect`; for a very large `rect` simply all."""
        cells = _cells(rect)
        if cells is None:
            return set(self._rects)
        candidates = set(self._everywhere)
        for cell in cells:
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


def _cells(rect: Rect) -> Iterator[tuple[int, int]] | None:
    first_x, last_x = int(rect.x // SIDE), int((rect.x + rect.width) // SIDE)
    first_y, last_y = int(rect.y // SIDE), int((rect.y + rect.height) // SIDE)
    if (last_x - first_x + 1) * (last_y - first_y + 1) > MOST_CELLS:
        return None
    return ((x, y) for x in range(first_x, last_x + 1) for y in range(first_y, last_y + 1))
