"""Moving the paper under the window: middle button, or Space held."""

from PySide6.QtCore import Qt

from app.canvas.gestures.base import Gesture, Press
from app.canvas.navigation import pan


class Panning(Gesture):
    cursor = Qt.CursorShape.ClosedHandCursor
    drifts = False

    def move(self, at: Press) -> None:
        pan(self.canvas, self.press.viewport - at.viewport)
        self.press = at

    def finish(self, at: Press) -> None:
        self.move(at)
