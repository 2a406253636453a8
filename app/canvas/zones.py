"""What the mouse would take hold of at a point: an element, its edge, a link, a bend, a corner, or nothing."""

from dataclasses import dataclass
from typing import Literal

from app.canvas.mirror import Mirror
from models.architecture import KINDS, STYLES
from models.architecture.diagram.geometry import Point
from models.architecture.diagram.outlines import edge_point
from models.architecture.diagram.routing import Route

Hold = Literal["nothing", "element", "edge", "frame", "link", "bend", "source", "target", "corner"]
REACH = 7.0
"""Viewport pixels around a handle, an edge or a line that belong to it."""
INNER = 5.0
"""Viewport pixels inside an edge that still belong to it."""
GRIP = 20.0
"""Pixels of the scene between an element's edge and the grip of a link that leaves there."""
LEAST = 26.0
"""An element drawn less high than this, in viewport pixels, has no edge to take hold of, so that it can be moved."""


@dataclass(frozen=True, slots=True)
class Zone:
    """`index` is the bend's number."""

    hold: Hold
    part: str | None = None
    index: int = 0


def zone_at(mirror: Mirror, selected: tuple[str, ...], x: float, y: float, zoom: float) -> Zone:
    """The zone at a scene point; handles of what alone is selected come first."""
    reach = REACH / zoom
    if len(selected) == 1 and (zone := _handle_at(mirror, selected[0], x, y, reach)) is not None:
        return zone
    node = mirror.node_at(x, y, reach)
    if node is not None:
        box = mirror.boxes[node]
        inner = INNER / zoom
        edge = connects(mirror, node) and box.height * zoom >= LEAST and not box.grown(-inner).holds((x, y))
        if edge and box.grown(reach).holds((x, y)):
            return Zone("edge", node)
        if mirror.painted(node).holds((x, y)):
            return Zone("element", node)
    link = mirror.link_at(x, y, reach)
    if link is not None:
        return Zone("link", link)
    frame = mirror.frame_handle_at(x, y, reach)
    return Zone("frame", frame) if frame is not None else Zone("nothing")


def connects(mirror: Mirror, element_id: str) -> bool:
    """Whether a link of any style may start there."""
    kind = mirror.architecture.element_by_id[element_id].kind
    return KINDS[kind].connects and any(kind in sources for row in STYLES.values() for sources, _ in row.endpoints)


def handles_of(mirror: Mirror, element_id: str) -> list[Point]:
    """The four points of an element's edge where links are drawn from."""
    box = mirror.boxes[element_id]
    shape = KINDS[mirror.architecture.element_by_id[element_id].kind].shape
    return [edge_point(shape, box, side) for side in ("left", "right", "top", "bottom")]


def corner_of(mirror: Mirror, element_id: str) -> Point | None:
    """Where an element is resized, or None when it cannot be: people, and frames that only follow their members."""
    element = mirror.architecture.element_by_id[element_id]
    if KINDS[element.kind].shape == "person" or not mirror.stands(element_id):
        return None
    box = mirror.boxes[element_id]
    return box.right, box.bottom


def _handle_at(mirror: Mirror, part_id: str, x: float, y: float, reach: float) -> Zone | None:
    def near(point: Point) -> bool:
        return abs(point[0] - x) <= reach and abs(point[1] - y) <= reach

    if part_id in mirror.boxes:
        corner = corner_of(mirror, part_id)
        return Zone("corner", part_id) if corner is not None and near(corner) else None
    route = mirror.routes.get(part_id)
    if route is None:
        return None
    for index, bend in enumerate(mirror.diagram.bends.get(part_id, ())):
        if near(bend):
            return Zone("bend", part_id, index)
    if near(source_grip(route)):
        return Zone("source", part_id)
    return Zone("target", part_id) if near(route.tip) else None


def source_grip(route: Route) -> Point:
    """Where the source end of a link is taken hold of: a little way along, so that the element's own edge stays free
    for a new link."""
    return route.at(min(0.4, GRIP / max(1.0, route.length)))[0]


def bend_index(mirror: Mirror, link_id: str, x: float, y: float) -> int:
    """The place of a new bend at a point in the row of the link's bends."""
    points = mirror.routes[link_id].points

    def along(px: float, py: float) -> int:
        return min(range(len(points)), key=lambda i: (points[i][0] - px) ** 2 + (points[i][1] - py) ** 2)

    here = along(x, y)
    return sum(1 for bend in mirror.diagram.bends.get(link_id, ()) if along(*bend) < here)
