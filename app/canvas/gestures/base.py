"""What all gestures share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

Modifiers = Qt.KeyboardModifier
DRAG_DISTANCE = 4
"""Viewport pixels the mouse must move before a press becomes a drag."""


@dataclass(frozen=True, slots=True)
class Press:
    """Where the button went down, in the scene and in the viewport."""

    scene: QPointF
    viewport: QPoint
    modifiers: Modifiers

    @property
    def adds(self) -> bool:
        """Whether what is picked is added to the selection instead of replacing it."""
        return bool(self.modifiers & (Modifiers.ShiftModifier | Modifiers.ControlModifier))


class Gesture:
    """Between press and release. `extent` is what `paint` may touch, in scene coordinates.

    `drifts`: held at the border of the window, it takes the paper along.
    """

    cursor: Qt.CursorShape | None = None
    drifts = True

    def __init__(self, canvas: CanvasView, press: Press) -> None:
        self.canvas = canvas
        self.press = press

    @property
    def extent(self) -> QRectF:
        return QRectF()

    def is_drag(self, viewport: QPoint) -> bool:
        return (viewport - self.press.viewport).manhattanLength() >= DRAG_DISTANCE

    def move(self, at: Press) -> None:
        """The mouse is now at `at`."""

    def finish(self, at: Press) -> None:
        """The button was released at `at`."""

    def cancel(self) -> None:
        """Escape, or the window lost the mouse: nothing happened."""

    def paint(self, painter: QPainter) -> None:
        """Draws in scene coordinates over everything else."""
