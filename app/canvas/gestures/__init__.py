"""One object per mouse gesture: it sees the mouse until the button is released, and then asks for one edit.

`begin` chooses the gesture for a press. May import what the canvas may.
"""

from app.canvas.gestures.base import Gesture, Press
from app.canvas.gestures.bending import Bending
from app.canvas.gestures.keyboard_linking import KeyboardLinking
from app.canvas.gestures.linking import Linking, Reconnecting
from app.canvas.gestures.moving import Moving
from app.canvas.gestures.panning import Panning
from app.canvas.gestures.placing import Placing
from app.canvas.gestures.resizing import Resizing
from app.canvas.gestures.selecting import Selecting

__all__ = [
    "Bending",
    "Gesture",
    "KeyboardLinking",
    "Linking",
    "Moving",
    "Panning",
    "Placing",
    "Press",
    "Reconnecting",
    "Resizing",
    "Selecting",
]
