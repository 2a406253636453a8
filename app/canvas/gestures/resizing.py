"""Pulling the lower right corner of an element; its size stays on the grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from app.canvas import commands
from app.canvas.commands import GRID
from app.canvas.gestures.base import Gesture, Press
from app.canvas.painting import rect_f, screen_pen
from models.architecture import edits
from models.architecture.diagram.geometry import Rect

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

SMALLEST = (64.0, 40.0)
LARGEST = 4_000.0


class Resizing(Gesture):
    cursor = Qt.CursorShape.SizeFDiagCursor

    def __init__(self, canvas: CanvasView, press: Press, element_id: str) -> None:
        super().__init__(canvas, press)
        self._element = element_id
        self._box = canvas.mirror.boxes[element_id]
        self._size: tuple[float, float] | None = None

    @property
    def extent(self) -> QRectF:
        width, height = self._size or (0.0, 0.0)
        return rect_f(Rect(self._box.x, self._box.y, width, height).grown(3))

    def move(self, at: Press) -> None:
        if self._size is None and not self.is_drag(at.viewport):
            return
        pulled = at.scene - self.press.scene
        self._size = (
            min(LARGEST, max(SMALLEST[0], round((self._box.width + pulled.x()) / GRID) * GRID)),
            min(LARGEST, max(SMALLEST[1], round((self._box.height + pulled.y()) / GRID) * GRID)),
        )

    def finish(self, at: Press) -> None:
        self.move(at)
        if self._size is None or self._size == (self._box.width, self._box.height):
            return
        document, element_id, size = self.canvas.document, self._element, self._size
        title = commands.translate("Canvas", "Resize {element}").format(element=document.architecture.label(element_id))
        document.apply(lambda a: edits.resize(a, document.diagram_id, {element_id: size}), title)

    def paint(self, painter: QPainter) -> None:
        if self._size is not None:
            painter.setPen(screen_pen(painter, self.canvas.theme.colour("accent"), 1.5))
            painter.setBrush(self.canvas.theme.colour("accent", 0.06))
            painter.drawRoundedRect(QRectF(self._box.x, self._box.y, *self._size), 8, 8)
