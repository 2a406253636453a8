"""Paints a large part of a large drawing again in tiles, one per turn of the event loop: no turn is a long wait.

What was painted stays on the screen until its tile is; a few hundredths of a second later all of them are.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

if TYPE_CHECKING:
    from app.canvas.scene import CanvasScene
    from app.document.turns import Turns

AT_ONCE = 1_000
"""So many links are painted within a part of a frame."""
MOST_TILES = 12
SMALL_SHARE = 0.2
"""Of what is in sight; less is painted at once."""


class Repainting:
    """What is still to be painted again."""

    def __init__(self, scene: CanvasScene, turns: Turns) -> None:
        self._scene = scene
        self._turns = turns
        self._waiting: deque[QRectF] = deque()

    def again(self, places: Iterable[QRectF]) -> None:
        """Paints some places of the scene again, soon."""
        views = self._scene.views()
        sight = views[0].mapToScene(views[0].viewport().rect()).boundingRect() if views else QRectF()
        seen = [place & sight for place in places if place.intersects(sight)]
        tiles = math.ceil(len(self._scene.as_drawn.routes) / AT_ONCE)
        if tiles <= 1 or _area(_around(seen)) < SMALL_SHARE * _area(sight):
            for place in seen:
                self._scene.update(place)
            return
        waiting = [*self._waiting, *seen]
        self._waiting.clear()
        for tile in _tiles(sight, min(tiles, MOST_TILES)):
            within = _around(place & tile for place in waiting)
            if not within.isEmpty():
                self._waiting.append(within)
        self._turns.soon(self._next, first=True)

    def _next(self) -> None:
        """Paints a tile within this turn: an update would wait for the next ones, and all would be painted in one."""
        if self._waiting:
            tile = self._waiting.popleft()
            for view in self._scene.views():
                view.viewport().repaint(view.mapFromScene(tile).boundingRect().adjusted(-1, -1, 1, 1))
        if self._waiting:
            self._turns.soon(self._next, first=True)


def _around(rects: Iterable[QRectF]) -> QRectF:
    """What the view paints when all of them are to be painted."""
    around = QRectF()
    for rect in rects:
        around |= rect
    return around


def _area(rect: QRectF) -> float:
    return rect.width() * rect.height()


def _tiles(sight: QRectF, count: int) -> Iterable[QRectF]:
    """At least `count` tiles that are about as wide as high, row by row."""
    columns = max(1, round(math.sqrt(count * sight.width() / sight.height())))
    rows = math.ceil(count / columns)
    width, height = sight.width() / columns, sight.height() / rows
    for row in range(rows):
        for column in range(columns):
            yield QRectF(sight.x() + column * width, sight.y() + row * height, width, height)
