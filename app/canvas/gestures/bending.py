"""Pulling a link into shape: bends are made, moved, and taken out when straightened."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.canvas import commands
from app.canvas.commands import snapped
from app.canvas.gestures.base import Gesture, Modifiers, Press
from models.architecture import edits

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

FLAT = 6.0
"""A bend this near, in pixels, to the straight line between its neighbours is taken out."""


class Bending(Gesture):
    """`index` is the bend to move, or, with `new`, where in the row of bends the new one goes."""

    cursor = Qt.CursorShape.SizeAllCursor

    def __init__(self, canvas: CanvasView, press: Press, link_id: str, index: int, *, new: bool) -> None:
        super().__init__(canvas, press)
        self._link, self._index, self._new = link_id, index, new
        self._before = canvas.mirror.diagram.bends.get(link_id, ())
        self._points: tuple[tuple[float, float], ...] | None = None

    def move(self, at: Press) -> None:
        if self._points is None and not self.is_drag(at.viewport):
            return
        free = bool(at.modifiers & Modifiers.AltModifier)
        point = (at.scene.x(), at.scene.y()) if free else snapped(at.scene.x(), at.scene.y())
        rest = self._before[self._index + (0 if self._new else 1) :]
        self._points = (*self._before[: self._index], point, *rest)
        self.canvas.show_bends(self._link, self._points)

    def finish(self, at: Press) -> None:
        if self._points is None:
            self.canvas.document.selection.set((self._link,))
            return
        points = self._straightened()
        document, link_id = self.canvas.document, self._link
        title = commands.translate("Canvas", "Bend {link}").format(link=document.architecture.label(link_id))
        self.canvas.end_preview()
        document.apply(lambda a: edits.bend(a, document.diagram_id, link_id, points), title)

    def cancel(self) -> None:
        self.canvas.end_preview()

    def _straightened(self) -> tuple[tuple[float, float], ...]:
        assert self._points is not None
        route = self.canvas.mirror.routes[self._link]
        row = (route.start, *self._points, route.tip)
        before, point, after = row[self._index : self._index + 3]
        span = math.dist(before, after)
        if span < 1 or _off_line(before, after, point) > FLAT:
            return self._points
        return self._points[: self._index] + self._points[self._index + 1 :]


def _off_line(a: tuple[float, float], b: tuple[float, float], p: tuple[float, float]) -> float:
    """Distance of p from the stretch a to b."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    share = max(0.0, min(1.0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy)))
    return math.dist(p, (a[0] + share * dx, a[1] + share * dy))
