"""What lies over the drawing: selection, badges, numbered hops, heat, connection handles, and the gesture under way."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from app.background.tags import Tags
from app.canvas.badges import MOST_AT_ONCE, Badge, BadgeDots, BadgePictures, BadgePlaces
from app.canvas.layers import FAR, Layer
from app.canvas.mirror import Dirty
from app.canvas.painting import in_sight, paint_mark, paint_text, painter_path, pen, rect_f, screen_pen
from app.canvas.tags import TagPlaces, paint_far, paint_near
from app.canvas.zones import connects, corner_of, handles_of, source_grip
from models.architecture import KINDS
from models.architecture.diagram.geometry import Rect
from models.architecture.diagram.link_picture import hop

if TYPE_CHECKING:
    from app.canvas.gestures import Gesture
    from app.canvas.scene import CanvasScene

BADGE_REACH = 32.0
"""Badges stand this near, in viewport pixels, to what they belong to."""
MOST_COUNTED = 120
"""Far out, of more badges than this only the severity is told."""
FEW_LATE = 8
"""So many badges find their places while they are painted."""
PLACING_S = 0.004
"""So long may more of them look for places at a time, in seconds."""
DOTS = {"error": 6, "warning": 4, "info": 3}
"""Their sides in viewport pixels."""
BORDERS = ("node_border", "note_border", "border")
"""The lines that tell an element's kind."""
POINTED_BAND = 6.0
"""Width of the band around elements of a path that is pointed out."""
HANDLE = 4.5
"""Radius of a handle in viewport pixels."""


class Overlay(Layer):
    """Everything is painted from what is set here; whoever sets it says what to paint again."""

    def __init__(self, scene: CanvasScene, z: float) -> None:
        super().__init__(scene, z)
        self.badges: dict[str, Badge] = {}
        self._places = BadgePlaces(scene.mirror)
        self._pictures = BadgePictures()
        self._dots = BadgeDots(scene.mirror)
        self._crowd: tuple[Rect, bool] | None = None
        self._late: dict[str, None] = {}
        self._found: list[str] = []
        self.heat: dict[str, float] = {}
        self.tags: Tags = {}
        self._tag_places = TagPlaces(scene.mirror)
        self.hovered: str | None = None
        self.gesture: Gesture | None = None
        self.pending: Gesture | None = None
        self.ghost: Rect | None = None
        self.focused = False

    def draw(self, painter: QPainter, exposed: Rect, zoom: float) -> None:
        mirror = self._canvas.as_drawn
        selected = self._canvas.document.selection
        if self.heat:
            self._paint_heat(painter, [known for known in mirror.nodes_meeting(exposed) if known in self.heat])
        for element_id in self._canvas.path_elements:
            if element_id in mirror.boxes:
                self._paint_pointed_out(painter, element_id)
        for part_id in selected:
            if part_id in mirror.boxes:
                self._paint_selected_element(painter, part_id, zoom)
            elif part_id in mirror.routes:
                self._paint_link_handles(painter, part_id, zoom, alone=len(selected) == 1)
        if zoom >= FAR:
            for link_id, number in self._canvas.path_links.items():
                if number is not None and link_id in mirror.routes:
                    plate, text = hop(mirror.routes[link_id], number)
                    paint_mark(painter, plate, self._canvas.theme)
                    paint_text(painter, text, self._canvas.theme)
        if self.hovered is not None and self.gesture is None:
            self._paint_handles(painter, self.hovered, zoom)
        self._paint_badges(painter, exposed, zoom)
        self._paint_tags(painter, exposed, zoom)
        if self.ghost is not None:
            self._paint_ghost(painter, self.ghost)
        for gesture in (self.pending, self.gesture):
            if gesture is not None:
                gesture.paint(painter)

    def show_badges(self, badges: Mapping[str, Badge]) -> list[str]:
        """Takes over what is found; the parts whose badge that changes."""
        changed = [known for known in {*badges, *self.badges} if badges.get(known) != self.badges.get(known)]
        if changed:
            self.badges = dict(badges)
            self._crowd = None
            self._dots.look_again(changed)
            if len(badges) <= MOST_AT_ONCE:
                self._places.forget()
            else:
                self._places.leave(changed)
        return changed

    def forget(self) -> None:
        self._pictures.forget()

    def make_room(self, changed: Dirty) -> None:
        """Lets badges give way to what came or moved."""
        self._places.give_way(changed.nodes, changed.links)

    def follow(self, changed: Dirty) -> None:
        """Moves dots with what they belong to."""
        self._dots.look_again(changed.nodes)
        self._dots.look_again(changed.links)

    def begin_again(self) -> None:
        """Another drawing is shown: no badge has its place."""
        self._places.forget()
        self._crowd = None
        self._dots.look_again(self.badges)

    def badge_center(self, part_id: str) -> tuple[float, float]:
        """Where a part's badge stands: the top right corner of an element, beside a link's words or line."""
        return self._places.center(part_id, self.badges, self._canvas.numbered)

    def _outline(self, painter: QPainter, element_id: str, stroke: QPen, grown: float = 0.0) -> None:
        mirror = self._canvas.as_drawn
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

    def _paint_pointed_out(self, painter: QPainter, element_id: str) -> None:
        """Inks an element's own lines, dashes and all, over a wide band along its outline."""
        mirror, theme = self._canvas.as_drawn, self._canvas.theme
        picture, box = mirror.picture(element_id), mirror.boxes[element_id]
        painter.save()
        painter.translate(box.x, box.y)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        borders = [mark for mark in picture.marks if mark.stroke in BORDERS]
        band = QPainterPath()
        for mark in borders:
            band.addPath(painter_path(mark.path))
        painter.setPen(pen(theme.colour("path", 0.16), POINTED_BAND))
        painter.drawPath(band)
        for mark in borders:
            painter.setPen(pen(theme.colour("path"), mark.width + 0.4, mark.dash))
            painter.drawPath(painter_path(mark.path))
        painter.restore()

    def _paint_selected_element(self, painter: QPainter, element_id: str, zoom: float) -> None:
        theme = self._canvas.theme
        self._outline(painter, element_id, screen_pen(painter, theme.colour("accent"), 2))
        self._outline(painter, element_id, screen_pen(painter, theme.colour("accent", 0.28), 3), grown=3.5)
        selected = self._canvas.document.selection
        if len(selected) == 1 and (corner := corner_of(self._canvas.as_drawn, element_id)) is not None and zoom >= FAR:
            self._handle(painter, corner, zoom, square=True)

    def _paint_link_handles(self, painter: QPainter, link_id: str, zoom: float, *, alone: bool) -> None:
        mirror = self._canvas.as_drawn
        route = mirror.routes[link_id]
        if not alone or zoom < FAR:
            return
        for point in (source_grip(route), route.tip):
            self._handle(painter, point, zoom)
        for point in mirror.diagram.bends.get(link_id, ()):
            self._handle(painter, point, zoom, square=True)

    def _paint_handles(self, painter: QPainter, element_id: str, zoom: float) -> None:
        mirror = self._canvas.as_drawn
        if element_id in mirror.boxes and connects(mirror, element_id):
            for point in handles_of(mirror, element_id):
                if mirror.node_at(*point) in (element_id, None):
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

    def _paint_badges(self, painter: QPainter, exposed: Rect, zoom: float) -> None:
        """Badges keep their size on the screen when the drawing is small."""
        if not self.badges:
            return
        reach = BADGE_REACH / min(1.0, zoom)
        is_far = zoom < FAR or self._canvas.is_zooming
        if is_far and self._is_crowded(in_sight(painter).grown(reach)):
            self._paint_dots(painter)
            return
        scale = zoom * min(2.0, max(1.0, 0.7 / zoom))
        to_view = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        for part_id in self._placed(self._badges_near(exposed.grown(reach))):
            at = to_view.map(QPointF(*self.badge_center(part_id)))
            self._pictures.paint(painter, self._canvas.theme, (at.x(), at.y()), self.badges[part_id], scale)
        painter.restore()

    def _placed(self, parts: list[str]) -> list[str]:
        """Those of `parts` whose badges have their places; in a large drawing the others find theirs later."""
        numbered = self._canvas.numbered
        late = [part_id for part_id in parts if not self._places.knows(part_id, numbered)]
        if self._canvas.as_drawn.is_small or len(self.badges) <= MOST_AT_ONCE or len(late) <= FEW_LATE:
            return parts
        self._late.update(dict.fromkeys(late))
        self._canvas.document.turns.soon(self._find_places)
        waiting = set(late)
        return [part_id for part_id in parts if part_id not in waiting]

    def _find_places(self) -> None:
        """Finds places for badges that came into sight, for as long as nobody notices, and shows all of them at last.

        The rest waits for the next turn.
        """
        start, routes = perf_counter(), self._canvas.as_drawn.routes
        while self._late and perf_counter() - start < PLACING_S:
            part_id = next(iter(self._late))
            del self._late[part_id]
            if part_id in routes and part_id in self.badges:
                self.badge_center(part_id)
                self._found.append(part_id)
        if self._late:
            self._canvas.document.turns.soon(self._find_places)
        else:
            found, self._found = self._found, []
            self._canvas.touch(found)

    def _is_crowded(self, around: Rect) -> bool:
        """Whether more badges are in sight than can be counted; asked again when others are, or the view moves."""
        if self._crowd is None or self._crowd[0] != around:
            self._crowd = around, len(self._badges_near(around)) > MOST_COUNTED
        return self._crowd[1]

    def _badges_near(self, around: Rect) -> list[str]:
        mirror, badges = self._canvas.as_drawn, self.badges.keys()
        return [*(mirror.links_near(around) & badges), *(mirror.elements_near(around) & badges)]

    def _paint_dots(self, painter: QPainter) -> None:
        """Far out, where so many numbers would cover the drawing: a dot each, larger and redder when it is worse."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for severity, points in self._dots.points(self.badges).items():
            stroke = QPen(self._canvas.theme.colour(severity), DOTS[severity])
            stroke.setCosmetic(True)
            painter.setPen(stroke)
            painter.drawPoints(points)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _paint_tags(self, painter: QPainter, exposed: Rect, zoom: float) -> None:
        if not self.tags:
            return
        canvas = self._canvas
        if zoom < FAR:
            paint_far(painter, canvas.theme, canvas.as_drawn, self.tags, exposed, zoom)
            return
        for tag, plate in self._tag_places.near(self.tags, canvas.theme, canvas.numbered, exposed, zoom):
            paint_near(painter, canvas.theme, tag, plate, zoom)

    def _paint_heat(self, painter: QPainter, nodes: list[str]) -> None:
        """A bar under each element, as long and as hot as its value 0..1."""
        theme, mirror = self._canvas.theme, self._canvas.as_drawn
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
