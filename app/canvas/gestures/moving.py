"""Dragging what is selected: on the grid, along neighbours' edges, into and out of groups. A click only selects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLineF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.canvas import commands
from app.canvas.alignment import Guide, aligned
from app.canvas.gestures.base import Gesture, Modifiers, Press
from app.canvas.layers import FAR
from app.canvas.painting import plain_rect, rect_f, screen_pen
from models.architecture.diagram.geometry import Rect, union

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

Pair = tuple[float, float]


class Moving(Gesture):
    """Starts on an element or a link; only elements move. Alt switches grid and guides off."""

    def __init__(self, canvas: CanvasView, press: Press, picked: str) -> None:
        super().__init__(canvas, press)
        self._picked = picked
        self._was_selected = picked in canvas.document.selection
        if not self._was_selected:
            canvas.document.selection.set((*canvas.document.selection, picked) if press.adds else (picked,))
        self._home: dict[str, Rect] | None = None
        self._offset: Pair = (0.0, 0.0)
        self._guides: tuple[Guide, ...] = ()
        self._over: str | None = None
        self.cursor = None
        canvas.expect_drag(frozenset(self._movable()))

    @property
    def extent(self) -> QRectF:
        rects = [guide.rect for guide in self._guides]
        if self._over is not None and (frame := self.canvas.as_drawn.boxes.get(self._over)) is not None:
            rects.append(frame.grown(4))
        return rect_f(union(*rects)) if rects else QRectF()

    def move(self, at: Press) -> None:
        if self._home is None:
            if not self.is_drag(at.viewport):
                return
            self._home = self._movable()
            self.cursor = Qt.CursorShape.SizeAllCursor
        if not self._home:
            return
        moved = at.scene - self.press.scene
        self._offset, self._guides = self._settle(
            (moved.x(), moved.y()), free=bool(at.modifiers & Modifiers.AltModifier)
        )
        frames = [known for known in self._home if self.canvas.mirror.is_frame(known)]
        self.canvas.show_preview(self._corners(), frames)
        self._over = self._frame_under()
        self.canvas.hint.emit(self._told())

    def finish(self, at: Press) -> None:
        if self._home is None:
            self._click()
            return
        canvas, corners = self.canvas, self._corners()
        if not corners or self._offset == (0.0, 0.0):
            self.cancel()
            return
        commands.place(canvas.document, corners, self._bends(), self._regroupings())
        canvas.end_preview()
        canvas.hint.emit("")

    def cancel(self) -> None:
        self.canvas.end_preview()
        self.canvas.hint.emit("")

    def paint(self, painter: QPainter) -> None:
        if self._over is not None:
            painter.setPen(screen_pen(painter, self.canvas.theme.colour("accent"), 2))
            painter.setBrush(self.canvas.theme.colour("accent", 0.06))
            painter.drawRoundedRect(rect_f(self.canvas.mirror.boxes[self._over]), 10, 10)
        painter.setPen(screen_pen(painter, self.canvas.theme.colour("accent"), 1))
        for guide in self._guides:
            painter.drawLine(QLineF(*guide.line))

    def _click(self) -> None:
        selection = self.canvas.document.selection
        if self._was_selected:
            if self.press.adds:
                selection.toggle(self._picked)
            else:
                selection.set((self._picked,))

    def _movable(self) -> dict[str, Rect]:
        """Everything that moves: selected elements that are not locked, with all members of selected frames."""
        mirror = self.canvas.mirror
        locked = set(mirror.diagram.locked)
        wanted: set[str] = set()
        for part_id in self.canvas.document.selection:
            if part_id in mirror.boxes and part_id not in locked:
                wanted.add(part_id)
                wanted |= mirror.inside(part_id) - locked
        return {known: box for known, box in mirror.boxes.items() if known in wanted}

    def _settle(self, moved: Pair, *, free: bool) -> tuple[Pair, tuple[Guide, ...]]:
        """The offset to use for the mouse's, and the guides that led to it."""
        assert self._home is not None
        if free:
            return moved, ()
        box = union(*self._home.values())
        lead = self._home.get(self._picked, box)
        x, y = commands.snapped(lead.x + moved[0], lead.y + moved[1])
        on_grid = x - lead.x, y - lead.y
        mirror = self.canvas.mirror
        if self.canvas.zoom_factor < FAR:
            return on_grid, ()
        visible = plain_rect(self.canvas.visible_rect())
        others = [
            mirror.boxes[known]
            for known in mirror.nodes_meeting(visible)
            if known not in self._home and not mirror.is_frame(known)
        ]
        return aligned(lead, moved, on_grid, others, reach=5 / self.canvas.zoom_factor)

    def _corners(self) -> dict[str, Pair]:
        assert self._home is not None
        dx, dy = self._offset
        mirror = self.canvas.mirror
        return {known: (box.x + dx, box.y + dy) for known, box in self._home.items() if mirror.stands(known)}

    def _bends(self) -> dict[str, tuple[Pair, ...]]:
        """The bends of links whose both ends move."""
        assert self._home is not None
        mirror, (dx, dy) = self.canvas.mirror, self._offset
        links = mirror.architecture.link_by_id
        return {
            link_id: tuple((x + dx, y + dy) for x, y in points)
            for link_id, points in mirror.diagram.bends.items()
            if links[link_id].source in self._home and links[link_id].target in self._home
        }

    def _frame_under(self) -> str | None:
        """The frame that would take in what is dragged, unless all of it is in there already."""
        entered = [regrouping.entered for regrouping in self._regroupings()]
        return next((frame for frame in entered if frame is not None), None)

    def _tops(self) -> list[str]:
        """What is dragged on its own account, not as a member of something else that is dragged."""
        assert self._home is not None
        inside: set[str] = set()
        for known in self._home:
            inside |= self.canvas.mirror.inside(known)
        return [known for known in self._home if known not in inside]

    def _regroupings(self) -> list[commands.Regrouping]:
        """Those whose middle left a frame they belong to, or entered one they do not."""
        assert self._home is not None
        mirror = self.canvas.mirror
        found = []
        for known in self._tops():
            x, y = mirror.boxes[known].center
            element = mirror.architecture.element_by_id[known]
            parent = getattr(element, "parent", None)
            groups = element.groups if parent is None else (parent,)
            frames = {group: mirror.boxes[group] for group in groups if group in mirror.boxes}
            left = {group: (box.x, box.y) for group, box in frames.items() if not box.holds((x, y))}
            entered = mirror.frame_at(x, y, leave_out=self._home.keys())
            if entered is not None and any(group == entered or entered in self._around(group) for group in groups):
                entered = None
            if left or entered is not None:
                found.append(commands.Regrouping(known, left, entered))
        return found

    def _around(self, group_id: str) -> list[str]:
        """The groups that a group lies in, from the nearest."""
        elements, found = self.canvas.mirror.architecture.element_by_id, []
        parent = getattr(elements[group_id], "parent", None)
        while parent is not None:
            found.append(parent)
            parent = getattr(elements[parent], "parent", None)
        return found

    def _told(self) -> str:
        if self._over is None:
            return ""
        return commands.translate("Canvas", "Drop to put it into {group}").format(
            group=self.canvas.mirror.architecture.label(self._over)
        )
