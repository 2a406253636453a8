"""A rubber band on empty space: what it touches is selected; a click there selects nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from app.canvas.gestures.base import Gesture, Press
from app.canvas.painting import plain_rect, screen_pen
from models.architecture.diagram.geometry import Rect

if TYPE_CHECKING:
    from app.canvas.view import CanvasView


class Selecting(Gesture):
    def __init__(self, canvas: CanvasView, press: Press) -> None:
        super().__init__(canvas, press)
        self._kept = self.canvas.document.selection.ids if self.press.adds else ()
        self._corner: QPointF | None = None

    @property
    def extent(self) -> QRectF:
        return self._band()

    def move(self, at: Press) -> None:
        if self._corner is None and not self.is_drag(at.viewport):
            return
        self._corner = at.scene
        band = plain_rect(self._band())
        mirror = self.canvas.mirror
        nodes = [known for known in mirror.nodes_meeting(band) if self._touches(known, band)]
        links = [] if nodes else [known for known in mirror.links_meeting(band) if mirror.line_meets(known, band)]
        self.canvas.document.selection.set((*self._kept, *nodes, *links))

    def finish(self, at: Press) -> None:
        if self._corner is None:
            self.canvas.document.selection.set(self._kept)

    def cancel(self) -> None:
        self.canvas.document.selection.set(self._kept)

    def _touches(self, element_id: str, band: Rect) -> bool:
        mirror = self.canvas.mirror
        box = mirror.boxes[element_id]
        if mirror.is_frame(element_id):
            return band.x <= box.x and band.y <= box.y and band.right >= box.right and band.bottom >= box.bottom
        return box.meets(band)

    def _band(self) -> QRectF:
        return QRectF(self.press.scene, self._corner or self.press.scene).normalized()

    def paint(self, painter: QPainter) -> None:
        if self._corner is None:
            return
        painter.setPen(screen_pen(painter, self.canvas.theme.colour("accent"), 1))
        painter.setBrush(self.canvas.theme.colour("accent", 0.08))
        painter.drawRect(self._band())
