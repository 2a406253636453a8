"""A click that sets down an element of the kind picked in the palette."""

from __future__ import annotations

from PySide6.QtCore import Qt

from app.canvas.gestures.base import Gesture, Modifiers, Press


class Placing(Gesture):
    """Click then click: Shift keeps the tool for the next one."""

    cursor = Qt.CursorShape.CrossCursor

    def finish(self, at: Press) -> None:
        kind = self.canvas.tool
        if kind is not None:
            if not at.modifiers & Modifiers.ShiftModifier:
                self.canvas.set_tool(None)
            self.canvas.add_at(kind, at.scene)
