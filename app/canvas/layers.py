"""The layers of the scene: each one graphics item that draws all of its kind that are in sight.

One item per kind instead of one per part keeps a thousand services fluid: a grid tells what is in sight, pictures of
elements are kept as pixmaps, and far out only boxes and plain lines are drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.painting import (
    paint_mark,
    paint_picture,
    paint_text,
    painter_path,
    pen,
    picture_pixmap,
    plain_rect,
    rect_f,
    screen_pen,
)
from app.canvas.plain_links import PlainLinks
from app.canvas.still_links import Sight, StillLinks
from models.architecture.diagram.geometry import Rect, meets
from models.architecture.diagram.link_picture import BAND, band, link_marks, link_text
from models.architecture.diagram.picture import NodePicture, TextLine
from models.architecture.diagram.routing import Route

if TYPE_CHECKING:
    from app.canvas.scene import CanvasScene
    from app.theme import Theme

WORLD = 1_100_000.0
FAR = 0.4
"""Below this zoom words cannot be read, and only boxes and lines are drawn."""
QUICK_ABOVE = 80
"""While zooming, more links than this in sight are drawn as thin plain lines."""
SMOOTH_UP_TO = 400
"""Plain lines are smooth up to this many links in sight; while zooming, where they change with each frame, never."""
FINE = 64.0
"""A line that passes by no further than this, in pixels, may be painted as well."""
MARK = 16.0
"""No arrow or mark on a line reaches further from it."""
MOST_PIXELS = 40_000_000
"""Of element pictures kept; with four bytes each."""


class Layer(QGraphicsItem):
    """Covers the whole world, and is painted only where something changed or came into sight."""

    def __init__(self, scene: CanvasScene, z: float) -> None:
        super().__init__()
        self._canvas = scene
        self.setZValue(z)
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemUsesExtendedStyleOption)
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        scene.addItem(self)

    def boundingRect(self) -> QRectF:
        return QRectF(-WORLD, -WORLD, 2 * WORLD, 2 * WORLD)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        self.draw(painter, plain_rect(option.exposedRect), painter.worldTransform().m11())

    def draw(self, painter: QPainter, exposed: Rect, zoom: float) -> None:
        """Paints what lies in `exposed`, in scene coordinates, at `zoom` pixels per scene unit."""
        raise NotImplementedError

    def forget(self) -> None:
        """Drops everything that was kept, because colours or words changed."""


class FrameLayer(Layer):
    """Groups, outermost first."""

    def draw(self, painter: QPainter, exposed: Rect, zoom: float) -> None:
        mirror, theme = self._canvas.as_drawn, self._canvas.theme
        for element_id in mirror.nodes_meeting(exposed):
            if not mirror.is_frame(element_id):
                break
            box, picture = mirror.boxes[element_id], mirror.picture(element_id)
            painter.translate(box.x, box.y)
            if zoom < FAR:
                for mark in picture.marks[:2]:
                    paint_mark(painter, mark, theme)
            else:
                paint_picture(painter, picture, theme)
            painter.translate(-box.x, -box.y)


class LinkLayer(Layer):
    """All links, with the ink band under those of the path that is pointed out."""

    def __init__(self, scene: CanvasScene, z: float) -> None:
        super().__init__(scene, z)
        self._drawn: dict[str, _DrawnLink] = {}
        self._plain = PlainLinks()
        self._still = StillLinks()
        self._counted: tuple[object, int] = None, 0

    def forget(self) -> None:
        self._drawn.clear()
        self._still.forget()

    def draw(self, painter: QPainter, exposed: Rect, zoom: float) -> None:
        mirror = self._canvas.as_drawn
        for link_id in self._canvas.path_links:
            if link_id in mirror.routes and mirror.routes[link_id].bounds.grown(BAND).meets(exposed):
                paint_mark(painter, band(mirror.routes[link_id]), self._canvas.theme)
        self._draw_selected(painter)
        if mirror.is_previewing:
            self._still.paint(painter, mirror.loose, self._draw_still, self._state)
            self._draw(
                painter, [known for known in mirror.links_meeting(exposed) if known in mirror.loose], exposed, zoom
            )
            return
        if self._canvas.overlay.gesture is None:
            self._still.forget()
        self._draw(painter, mirror.links_meeting(exposed), exposed, zoom)

    @property
    def _state(self) -> tuple[int, bool]:
        return self._canvas.as_drawn.takeovers, self._canvas.is_zooming

    def expect_drag(self, transform: QTransform, size: QSize, ratio: float, links: frozenset[str]) -> None:
        """Paints the links that are going to stand still while `links` move, so that the first move need not."""
        self._still.make(Sight(transform, size.width(), size.height(), ratio, self._state), links, self._draw_still)

    def _draw(self, painter: QPainter, links: list[str], exposed: Rect, zoom: float) -> None:
        if zoom < FAR or (self._canvas.is_zooming and len(links) > QUICK_ABOVE):
            self._draw_plain(painter, links)
            return
        routes = self._canvas.as_drawn.routes
        drawn = [self._drawn_link(link_id) for link_id in links if _comes_into(routes[link_id], exposed)]
        for link in drawn:
            link.paint_line(painter)
        for link in drawn:
            link.paint_words(painter, self._canvas.theme)

    def _draw_still(self, painter: QPainter, rect: Rect, but: frozenset[str]) -> None:
        links = [known for known in self._canvas.as_drawn.links_meeting(rect) if known not in but]
        self._draw(painter, links, rect, painter.worldTransform().m11())

    def _draw_selected(self, painter: QPainter) -> None:
        """A halo under selected links."""
        painter.setPen(screen_pen(painter, self._canvas.theme.colour("accent", 0.35), 7))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for part_id in self._canvas.document.selection:
            if (route := self._canvas.as_drawn.routes.get(part_id)) is not None:
                painter.drawPath(painter_path(route.path))

    def _draw_plain(self, painter: QPainter, links: list[str]) -> None:
        is_smooth = not self._canvas.is_zooming and self._in_sight(painter) <= SMOOTH_UP_TO
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, is_smooth)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for style, strokes in self._plain.strokes(self._canvas.as_drawn.routes, links).items():
            plain = QPen(self._canvas.theme.colour(style), 1)
            plain.setCosmetic(True)
            painter.setPen(plain)
            painter.drawLines(strokes)

    def _in_sight(self, painter: QPainter) -> int:
        """About how many links come into the whole picture, of which only a part may be painted now."""
        device, routes = painter.device(), len(self._canvas.as_drawn.routes)
        if routes <= SMOOTH_UP_TO:
            return routes
        ratio = 1.0 if isinstance(device, QWidget) else device.devicePixelRatio()
        whole = QRectF(0, 0, device.width() / ratio, device.height() / ratio)
        seen = painter.worldTransform(), whole, routes // 50
        if self._counted[0] != seen:
            rect = plain_rect(painter.worldTransform().inverted()[0].mapRect(whole))
            self._counted = seen, len(self._canvas.as_drawn.links_near(rect))
        return self._counted[1]

    def _drawn_link(self, link_id: str) -> _DrawnLink:
        route = self._canvas.as_drawn.routes[link_id]
        known = self._drawn.get(link_id)
        if known is None or known.route is not route:
            known = self._drawn[link_id] = _DrawnLink(route, self._canvas)
        return known


class _DrawnLink:
    """A route in Qt's terms."""

    def __init__(self, route: Route, scene: CanvasScene) -> None:
        theme = scene.theme
        self.route = route
        marks = link_marks(route)
        if route.label is not None:
            marks, plate = marks[:-1], marks[-1]
            self._plate: QPainterPath | None = painter_path(plate.path)
        else:
            self._plate = None
        self._text: TextLine | None = link_text(route)
        self._canvas_colour = theme.colour("canvas")
        self._parts = []
        for mark in marks:
            stroke = pen(theme.colour(mark.stroke), mark.width, mark.dash) if mark.stroke else QPen(Qt.PenStyle.NoPen)
            fill = theme.colour(mark.fill) if mark.fill else Qt.BrushStyle.NoBrush
            self._parts.append((painter_path(mark.path), stroke, fill))

    def paint_line(self, painter: QPainter) -> None:
        for path, stroke, fill in self._parts:
            painter.setPen(stroke)
            painter.setBrush(fill)
            painter.drawPath(path)

    def paint_words(self, painter: QPainter, theme: Theme) -> None:
        if self._plate is not None and self._text is not None:
            painter.fillPath(self._plate, self._canvas_colour)
            paint_text(painter, self._text, theme)


def _comes_into(route: Route, exposed: Rect) -> bool:
    """Whether a link's picture, not only its bounds, may have something in a rectangle."""
    if route.label is not None and route.label.plate.meets(exposed):
        return True
    return meets(route.path, exposed.grown(MARK), FINE)


class NodeLayer(Layer):
    """All elements that are no frames, from one pixmap each."""

    def __init__(self, scene: CanvasScene, z: float) -> None:
        super().__init__(scene, z)
        self._pixmaps: dict[str, tuple[NodePicture, float, QPixmap, QPointF]] = {}
        self._pixels = 0
        self._plain: dict[str, tuple[Rect, QRectF]] = {}

    def forget(self) -> None:
        self._pixmaps.clear()
        self._pixels = 0

    def draw(self, painter: QPainter, exposed: Rect, zoom: float) -> None:
        mirror = self._canvas.as_drawn
        nodes = [known for known in mirror.nodes_meeting(exposed) if not mirror.is_frame(known)]
        if zoom < FAR:
            self._draw_far(painter, nodes, zoom)
            return
        ratio = painter.device().devicePixelRatio()
        to_view = painter.worldTransform()
        painter.save()
        painter.resetTransform()
        wanted = zoom * ratio
        for element_id in nodes:
            box = mirror.boxes[element_id]
            corner = to_view.map(QPointF(box.x, box.y))
            scale, pixmap, origin = self._pixmap(element_id, wanted)
            x, y = round(corner.x() * ratio), round(corner.y() * ratio)
            shrink = wanted / scale
            target = QRectF(
                (x - origin.x() * shrink) / ratio,
                (y - origin.y() * shrink) / ratio,
                pixmap.width() * shrink / ratio,
                pixmap.height() * shrink / ratio,
            )
            painter.drawPixmap(target, pixmap, QRectF(pixmap.rect()))
        painter.restore()

    def _pixmap(self, element_id: str, wanted: float) -> tuple[float, QPixmap, QPointF]:
        picture = self._canvas.as_drawn.picture(element_id)
        known = self._pixmaps.get(element_id)
        if known is not None and known[0] is picture:
            close = known[1] == wanted or (self._canvas.is_zooming and 0.5 <= wanted / known[1] <= 2.0)
            if close:
                return known[1:]
        if self._pixels > MOST_PIXELS:
            self.forget()
        pixmap, origin = picture_pixmap(picture, self._canvas.theme, wanted)
        self._pixels += pixmap.width() * pixmap.height()
        self._pixmaps[element_id] = (picture, wanted, pixmap, origin)
        return wanted, pixmap, origin

    def _draw_far(self, painter: QPainter, nodes: list[str], zoom: float) -> None:
        theme = self._canvas.theme
        border = QPen(theme.colour("secondary", 0.7), 1)
        border.setCosmetic(True)
        painter.setPen(border)
        painter.setBrush(theme.colour("node"))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawRects([self._plain_box(element_id) for element_id in nodes])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)

    def _plain_box(self, element_id: str) -> QRectF:
        box, known = self._canvas.as_drawn.boxes[element_id], self._plain.get(element_id)
        if known is None or known[0] != box:
            known = self._plain[element_id] = box, rect_f(box)
        return known[1]
