"""What lies over the drawing: selection, badges, numbered hops, heat, connection handles, and the gesture under way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from app.canvas.badges import Badge, badge_rect, paint_badge
from app.canvas.layers import FAR, Layer
from app.canvas.painting import paint_mark, paint_text, painter_path, rect_f, screen_pen
from app.canvas.zones import connects, corner_of, handles_of, source_grip
from models.architecture import KINDS
from models.architecture.diagram.geometry import Rect
from models.architecture.diagram.link_picture import hop

if TYPE_CHECKING:
    from app.canvas.gestures import Gesture
    from app.canvas.scene import CanvasScene

HANDLE = 4.5
"""Radius of a handle in viewport pixels."""


class Overlay(Layer):
    """Everything is painted from what is set here; whoever sets it says what to paint again."""

    def __init__(self, scene: CanvasScene, z: float) -> None:
        super().__init__(scene, z)
        self.badges: dict[str, Badge] = {}
        self.heat: dict[str, float] = {}
        self.hovered: str | None = None
        self.gesture: Gesture | None = None
        self.ghost: Rect | None = None
        self.focused = False

    def draw(self, painter: QPainter, exposed: Rect, zoom: float) -> None:
        mirror = self._canvas.mirror
        selected = self._canvas.document.selection
        if self.heat:
            self._paint_heat(painter, [known for known in mirror.nodes_meeting(exposed) if known in self.heat])
        for element_id in self._canvas.path_elements:
            if element_id in mirror.boxes:
                self._outline(painter, element_id, screen_pen(painter, self._canvas.theme.colour("path"), 1.6))
        for part_id in selected:
            if part_id in mirror.boxes:
                self._paint_selected_element(painter, part_id, zoom)
            elif part_id in mirror.routes:
                self._paint_link_handles(painter, part_id, zoom, alone=len(selected) == 1)
        if zoom >= FAR:
            for link_id, number in self._canvas.path_links.items():
                if link_id in mirror.routes:
                    plate, text = hop(mirror.routes[link_id], number)
                    paint_mark(painter, plate, self._canvas.theme)
                    paint_text(painter, text, self._canvas.theme)
        if self.hovered is not None and self.gesture is None:
            self._paint_handles(painter, self.hovered, zoom)
        for part_id in self.badges:
            shown = part_id in mirror.boxes or part_id in mirror.routes
            if shown and self.badge_extent(part_id).meets(exposed):
                self._paint_badge(painter, part_id, zoom)
        if self.ghost is not None:
            self._paint_ghost(painter, self.ghost)
        if self.gesture is not None:
            self.gesture.paint(painter)

    def badge_center(self, part_id: str) -> tuple[float, float]:
        """Where a part's badge stands: the top right corner of an element or of a link's words, above its middle."""
        mirror = self._canvas.mirror
        box = mirror.boxes.get(part_id)
        if box is None:
            route = mirror.routes[part_id]
            if route.label is not None:
                return route.label.plate.right + 2, route.label.plate.y - 3
            x, y = route.middle
            return x, y - 12
        match KINDS[mirror.architecture.element_by_id[part_id].kind].shape:
            case "person":
                return box.x + box.width - 2, box.y + 4
            case "cylinder":
                return box.right - 3, box.y + 4
            case "fan":
                return box.right - 14, box.y
            case _:
                return box.right - 2, box.y + 2

    def _outline(self, painter: QPainter, element_id: str, stroke: QPen, grown: float = 0.0) -> None:
        mirror = self._canvas.mirror
        picture, box = mirror.picture(element_id), mirror.boxes[element_id]
        painter.setPen(stroke)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if KINDS[mirror.architecture.element_by_id[element_id].kind].shape == "person":
            painter.drawRoundedRect(rect_f(mirror.painted(element_id).grown(grown + 3)), 8 + grown, 8 + grown)
            return
        if grown:
            painter.drawRoundedRect(rect_f(box.grown(grown)), 8 + grown, 8 + grown)
            return
        painter.translate(box.x, box.y)
        painter.drawPath(painter_path(picture.outline))
        painter.translate(-box.x, -box.y)

    def _paint_selected_element(self, painter: QPainter, element_id: str, zoom: float) -> None:
        theme = self._canvas.theme
        self._outline(painter, element_id, screen_pen(painter, theme.colour("accent"), 2))
        self._outline(painter, element_id, screen_pen(painter, theme.colour("accent", 0.28), 3), grown=3.5)
        selected = self._canvas.document.selection
        if len(selected) == 1 and (corner := corner_of(self._canvas.mirror, element_id)) is not None and zoom >= FAR:
            self._handle(painter, corner, zoom, square=True)

    def _paint_link_handles(self, painter: QPainter, link_id: str, zoom: float, *, alone: bool) -> None:
        mirror = self._canvas.mirror
        route = mirror.routes[link_id]
        if not alone or zoom < FAR:
            return
        for point in (source_grip(route), route.tip):
            self._handle(painter, point, zoom)
        for point in mirror.diagram.bends.get(link_id, ()):
            self._handle(painter, point, zoom, square=True)

    def _paint_handles(self, painter: QPainter, element_id: str, zoom: float) -> None:
        mirror = self._canvas.mirror
        if element_id in mirror.boxes and connects(mirror, element_id):
            for point in handles_of(mirror, element_id):
                self._handle(painter, point, zoom)

    def _handle(self, painter: QPainter, at: tuple[float, float], zoom: float, *, square: bool = False) -> None:
        theme = self._canvas.theme
        painter.setPen(screen_pen(painter, theme.colour("accent"), 1.5))
        painter.setBrush(theme.colour("node"))
        radius = HANDLE / zoom
        if square:
            painter.drawRect(QRectF(at[0] - radius, at[1] - radius, 2 * radius, 2 * radius))
        else:
            painter.drawEllipse(QPointF(*at), radius, radius)

    def _paint_badge(self, painter: QPainter, part_id: str, zoom: float) -> None:
        """Badges keep their size on the screen when the drawing is small."""
        x, y = self.badge_center(part_id)
        grown = min(2.0, max(1.0, 0.7 / zoom))
        painter.save()
        painter.translate(x, y)
        painter.scale(grown, grown)
        paint_badge(painter, self._canvas.theme, (0.0, 0.0), self.badges[part_id])
        painter.restore()

    def badge_extent(self, part_id: str) -> Rect:
        return badge_rect(self.badge_center(part_id)).grown(16)

    def _paint_heat(self, painter: QPainter, nodes: list[str]) -> None:
        """A bar under each element, as long and as hot as its value 0..1."""
        theme, mirror = self._canvas.theme, self._canvas.mirror
        for element_id in nodes:
            value = max(0.0, min(1.0, self.heat[element_id]))
            box = mirror.boxes[element_id]
            colour = heat_colour(theme.colour("good"), theme.colour("warning"), theme.colour("error"), value)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("border"))
            painter.drawRoundedRect(QRectF(box.x, box.bottom + 4, box.width, 5), 2.5, 2.5)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(box.x, box.bottom + 4, max(5.0, box.width * value), 5), 2.5, 2.5)

    def _paint_ghost(self, painter: QPainter, rect: Rect) -> None:
        theme = self._canvas.theme
        painter.setPen(screen_pen(painter, theme.colour("accent"), 1.5, Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour("accent", 0.06))
        painter.drawRoundedRect(rect_f(rect), 8, 8)


def heat_colour(cool: QColor, warm: QColor, hot: QColor, value: float) -> QColor:
    """From `cool` at 0 over `warm` at 0.7 to `hot` at 1."""
    low, high, share = (cool, warm, value / 0.7) if value < 0.7 else (warm, hot, (value - 0.7) / 0.3)
    return QColor(
        round(low.red() + (high.red() - low.red()) * share),
        round(low.green() + (high.green() - low.green()) * share),
        round(low.blue() + (high.blue() - low.blue()) * share),
    )
