"""Which gesture a press begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

from app.canvas.gestures.base import Gesture, Press
from app.canvas.gestures.bending import Bending
from app.canvas.gestures.linking import Linking, Reconnecting
from app.canvas.gestures.moving import Moving
from app.canvas.gestures.panning import Panning
from app.canvas.gestures.placing import Placing
from app.canvas.gestures.resizing import Resizing
from app.canvas.gestures.selecting import Selecting
from app.canvas.zones import Hold, Zone, bend_index

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

CURSORS: dict[Hold, Qt.CursorShape] = {
    "edge": Qt.CursorShape.CrossCursor,
    "source": Qt.CursorShape.CrossCursor,
    "target": Qt.CursorShape.CrossCursor,
    "corner": Qt.CursorShape.SizeFDiagCursor,
    "bend": Qt.CursorShape.SizeAllCursor,
}


def begin(canvas: CanvasView, button: Qt.MouseButton, at: Press, zone: Zone, *, panning: bool) -> Gesture | None:
    """The gesture for a button pressed over a zone; None when the button begins none."""
    if button == Qt.MouseButton.MiddleButton or (panning and button == Qt.MouseButton.LeftButton):
        return Panning(canvas, at)
    if button != Qt.MouseButton.LeftButton:
        return None
    if canvas.tool is not None:
        return Placing(canvas, at)
    part = zone.part
    if part is None:
        return Selecting(canvas, at)
    match zone.hold:
        case "edge" if not at.adds:
            return Linking(canvas, at, part)
        case "source" | "target":
            return Reconnecting(canvas, at, part, zone.hold)
        case "bend":
            return Bending(canvas, at, part, zone.index, new=False)
        case "corner":
            return Resizing(canvas, at, part)
        case "link" if canvas.document.selection.ids == (part,) and not at.adds:
            index = bend_index(canvas.mirror, part, at.scene.x(), at.scene.y())
            return Bending(canvas, at, part, index, new=True)
        case _:
            return Moving(canvas, at, part)
