"""Drawing a link from an element's edge, and leading an end of a link elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from app.canvas import commands
from app.canvas.gestures.base import Gesture, Press
from app.canvas.painting import paint_mark, rect_f, screen_pen
from models.architecture import KINDS, allowed_styles, edits
from models.architecture.diagram.curves import curve
from models.architecture.diagram.geometry import Rect, polyline, turned
from models.architecture.diagram.link_picture import DASHES, WIDTHS
from models.architecture.diagram.outlines import edge_point
from models.architecture.diagram.picture import Mark
from models.architecture.diagram.ports import facing_sides
from models.architecture.links import LinkStyle

if TYPE_CHECKING:
    from app.canvas.view import CanvasView

ANGLES = {"left": 0.0, "right": 3.141592653589793, "top": 1.5707963267948966, "bottom": -1.5707963267948966}
LOOP_DEPTH = 12.0
"""How deep inside the element it started from a link must be dropped to become a loop."""


class Linking(Gesture):
    """From an element to wherever the mouse is; refused targets are shown as such and said why."""

    cursor = Qt.CursorShape.CrossCursor

    def __init__(self, canvas: CanvasView, press: Press, source: str) -> None:
        super().__init__(canvas, press)
        self.source = source
        self._at = press.scene
        self._target: str | None = None
        self._far = False

    @property
    def target(self) -> str | None:
        """The element under the mouse, allowed or not."""
        return self._target

    @property
    def extent(self) -> QRectF:
        if self.source not in self.canvas.mirror.boxes:
            return QRectF()
        box = rect_f(self.canvas.mirror.boxes[self.source])
        reach = QRectF(self._at, self._at).adjusted(-1, -1, 1, 1)
        if self._target is not None:
            reach = rect_f(self.canvas.mirror.boxes[self._target])
        return box.united(reach).adjusted(-60, -60, 60, 60)

    def style(self) -> LinkStyle | None:
        """The style the link would get at the present target; None = refused."""
        if self._target is None:
            return self.canvas.current_style
        return commands.style_between(
            self.canvas.mirror.architecture, self.source, self._target, self.canvas.current_style
        )

    def move(self, at: Press) -> None:
        self._at = at.scene
        self._far = self._far or (at.viewport - self.press.viewport).manhattanLength() > 40
        target = self.canvas.mirror.node_at(at.scene.x(), at.scene.y(), reach=6 / self.canvas.zoom_factor)
        if target == self.source and not self._is_loop(at.scene):
            target = None
        self._target = target
        self.canvas.hint.emit(self._told())

    def finish(self, at: Press) -> None:
        self.move(at)
        self.canvas.hint.emit("")
        if not self.is_drag(at.viewport):
            self.canvas.document.selection.set((self.source,))
        elif self._target is not None:
            self.canvas.connect_elements(self.source, self._target)
        elif not self.canvas.mirror.boxes[self.source].grown(8).holds((at.scene.x(), at.scene.y())):
            self.canvas.offer_elements(self.source, at, pending=self)

    def cancel(self) -> None:
        self.canvas.hint.emit("")

    def paint(self, painter: QPainter) -> None:
        theme, boxes = self.canvas.theme, self.canvas.mirror.boxes
        if self.source not in boxes:
            return
        style = self.style()
        token = style or "error"
        one = boxes[self.source]
        two = boxes[self._target] if self._target is not None else Rect(self._at.x(), self._at.y(), 0, 0)
        if self._target is not None:
            painter.setPen(screen_pen(painter, theme.colour("accent" if style else "error"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect_f(two.grown(3)), 10, 10)
        leaving, entering = facing_sides(one, two)
        shape = KINDS[self.canvas.mirror.architecture.element_by_id[self.source].kind].shape
        start = edge_point(shape, one, leaving)
        end = edge_point("box", two, entering) if self._target is not None else (self._at.x(), self._at.y())
        if self._target == self.source:
            return
        path = curve(start, leaving, end, entering)
        dash = DASHES[style] if style else (4.0, 4.0)
        paint_mark(painter, Mark(path, stroke=token, width=WIDTHS[style] if style else 1.6, dash=dash), theme)
        head = turned(polyline((0, 0), (-9, -4.6), (-9, 4.6), closed=True), ANGLES[entering], end)
        paint_mark(painter, Mark(head, fill=token), theme)
        if style is None:
            self._paint_refusal(painter, end)

    def _paint_refusal(self, painter: QPainter, at: tuple[float, float]) -> None:
        """A crossed circle at the tip: refused without telling by colour alone."""
        theme = self.canvas.theme
        painter.setPen(screen_pen(painter, theme.colour("error"), 2))
        painter.setBrush(theme.colour("canvas"))
        middle = QPointF(*at)
        painter.drawEllipse(middle, 8, 8)
        painter.drawLine(middle + QPointF(-5, -5), middle + QPointF(5, 5))

    def _is_loop(self, at: QPointF) -> bool:
        inner = self.canvas.mirror.boxes[self.source].grown(-LOOP_DEPTH)
        return self._far and inner.holds((at.x(), at.y()))

    def _told(self) -> str:
        architecture = self.canvas.mirror.architecture
        if self._target is None:
            kind = architecture.element_by_id[self.source].kind
            reachable = [commands.kind_label(known).lower() for known in KINDS if allowed_styles(kind, known)]
            return commands.translate("Canvas", "Drop on {kinds}, or on empty space for a new element").format(
                kinds=", ".join(reachable)
            )
        style = self.style()
        if style is None:
            return commands.refusal(architecture, self.source, self._target)
        ends = f"{architecture.label(self.source)} → {architecture.label(self._target)}"
        return f"{ends} · {commands.style_label(style)}"


class Reconnecting(Linking):
    """An end of a selected link, taken to another element."""

    def __init__(self, canvas: CanvasView, press: Press, link_id: str, end: str) -> None:
        link = canvas.mirror.architecture.link_by_id[link_id]
        super().__init__(canvas, press, link.target if end == "source" else link.source)
        self._link, self._end = link, end

    def style(self) -> LinkStyle | None:
        if self._target is None:
            return self._link.style
        ends = (self._target, self.source) if self._end == "source" else (self.source, self._target)
        kinds = [self.canvas.mirror.architecture.element_by_id[end].kind for end in ends]
        return self._link.style if self._link.style in allowed_styles(kinds[0], kinds[1]) else None

    def finish(self, at: Press) -> None:
        self.move(at)
        self.canvas.hint.emit("")
        if self._target is None or not self.is_drag(at.viewport):
            return
        document, link_id, change = self.canvas.document, self._link.id, {self._end: self._target}
        title = commands.translate("Canvas", "Reconnect {link}").format(link=document.architecture.label(link_id))
        document.apply(lambda a: edits.reconnect(a, link_id, **change), title)

    def _told(self) -> str:
        if self._target is not None and self.style() is None:
            ends = (self._target, self.source) if self._end == "source" else (self.source, self._target)
            return commands.refusal(self.canvas.mirror.architecture, *ends)
        return commands.translate("Canvas", "Drop on the element this end should belong to")
