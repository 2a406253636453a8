"""Linking without a mouse: L on a selected element, then arrows or Tab to a target, Enter to link."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, Qt

from app.canvas import commands
from app.canvas.gestures.base import Modifiers, Press
from app.canvas.gestures.linking import Linking
from models.architecture.diagram.geometry import Rect

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

Key = Qt.Key
ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}


class KeyboardLinking(Linking):
    """Targets come in reading order; only those that some style may reach."""

    cursor = Qt.CursorShape.ArrowCursor

    def __init__(self, canvas: CanvasView, source: str) -> None:
        centre = canvas.mirror.boxes[source].center
        super().__init__(canvas, Press(QPointF(*centre), QPoint(), Modifiers.NoModifier), source)
        mirror = canvas.mirror
        self._targets = [
            known
            for known in reading_order(mirror.boxes)
            if known != source
            and not mirror.is_frame(known)
            and commands.style_between(mirror.architecture, source, known, canvas.current_style)
        ]
        self._target = nearest(centre, {known: mirror.boxes[known] for known in self._targets}, None)
        self._aim()

    def key(self, key: int) -> bool:
        """Handles a key; False when linking is over."""
        if key in (Key.Key_Return, Key.Key_Enter):
            self.canvas.hint.emit("")
            if self._target is not None:
                self.canvas.connect_elements(self.source, self._target)
            return False
        if key == Key.Key_Escape or not self._targets:
            self.cancel()
            return False
        if key in (Key.Key_Tab, Key.Key_Backtab):
            place = self._targets.index(self._target) if self._target else -1
            self._target = self._targets[(place + (1 if key == Key.Key_Tab else -1)) % len(self._targets)]
        elif key in ARROWS and self._target is not None:
            boxes = {known: self.canvas.mirror.boxes[known] for known in self._targets if known != self._target}
            here = self.canvas.mirror.boxes[self._target].center
            self._target = nearest(here, boxes, ARROWS[Key(key)]) or self._target
        self._aim()
        return True

    def move(self, at: Press) -> None:
        """The mouse does not matter."""

    def finish(self, at: Press) -> None:
        """The mouse does not matter."""

    def _aim(self) -> None:
        if self._target is not None:
            self._at = QPointF(*self.canvas.mirror.boxes[self._target].center)
            told = commands.translate("Canvas", "{link} · Enter links, Tab and arrows change the target, Escape stops")
            self.canvas.hint.emit(told.format(link=self._told()))
        else:
            kind = self.canvas.mirror.architecture.element_by_id[self.source].kind
            told = commands.translate("Canvas", "Nothing here can be linked from this: {kind}").format(
                kind=commands.kind_label(kind)
            )
            self.canvas.hint.emit(told)


def reading_order(boxes: dict[str, Rect]) -> list[str]:
    """Ids from the top row to the bottom one, left to right; a row is as high as an element."""
    return sorted(boxes, key=lambda known: (boxes[known].center[1] // 64, boxes[known].center[0]))


def nearest(here: tuple[float, float], boxes: dict[str, Rect], direction: tuple[int, int] | None) -> str | None:
    """The element whose middle is nearest, among those that lie in `direction` when one is given."""
    best, found = float("inf"), None
    for known, box in boxes.items():
        dx, dy = box.center[0] - here[0], box.center[1] - here[1]
        if direction is not None:
            along = dx * direction[0] + dy * direction[1]
            aside = abs(dx * direction[1]) + abs(dy * direction[0])
            if along <= 0 or aside > 2 * along:
                continue
            away = along + 2 * aside
        else:
            away = abs(dx) + abs(dy)
        if away < best:
            best, found = away, known
    return found
