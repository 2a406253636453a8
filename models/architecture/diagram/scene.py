"""A whole diagram as pictures with their places: what an export paints, from back to front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.architecture.diagram.badges import arrow_room, badge, covered, element_badge, link_badge, words_room
from models.architecture.diagram.captions import english
from models.architecture.diagram.curves import LineShape
from models.architecture.diagram.geometry import Point, Rect, union
from models.architecture.diagram.legend import Legend, legend_for
from models.architecture.diagram.link_picture import hop
from models.architecture.diagram.obstacles import Obstacles
from models.architecture.diagram.picture import Mark, NodePicture, TextLine
from models.architecture.diagram.route import Route
from models.architecture.diagram.routing import Router
from models.architecture.diagram.shapes import node_picture
from models.architecture.diagrams import Diagram
from models.architecture.model import Architecture
from models.architecture.text import Translate

MARGIN = 32.0

Badges = Mapping[str, tuple[int, str]]
"""Element or link id -> (number of findings, worst severity)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What is painted, in this order: frames, bands, links, nodes, words on links, hops, badges, legend.

    Attributes:
        frames, nodes: (element id, picture in its place).
        routes: of all links that are drawn.
        witness: the routes of the path that is pointed out, in its order.
        hops, badges: marks and the numbers on them.
        bounds: around everything, with a margin.
    """

    frames: tuple[tuple[str, NodePicture], ...]
    nodes: tuple[tuple[str, NodePicture], ...]
    routes: tuple[Route, ...]
    witness: tuple[Route, ...]
    hops: tuple[tuple[Mark, TextLine], ...]
    badges: tuple[tuple[Mark, TextLine], ...]
    legend: Legend | None
    bounds: Rect


def scene(
    architecture: Architecture,
    diagram: Diagram,
    *,
    badges: Badges | None = None,
    witness: Sequence[str] = (),
    legend: bool = False,
    translate: Translate = english,
    line_shape: LineShape = "curved",
) -> Scene:
    """The diagram with everything on it.

    Args:
        badges: findings to mark, by element or link id; others are passed over.
        witness: element and link ids from the start; its links get the ink band and are numbered in this order.
        legend: whether to explain the styles that occur, below the drawing.
    """
    router = Router(architecture, diagram, line_shape=line_shape, translate=translate)
    routed = router.routes()
    pictures: dict[str, NodePicture] = {}
    for element_id, rect in router.boxes.items():
        picture = node_picture(
            architecture,
            router.part.elements[element_id],
            (rect.width, rect.height),
            translate,
            collapsed=element_id in router.part.collapsed,
        )
        pictures[element_id] = picture.placed((rect.x, rect.y))
    framed = set(router.part.frames)
    frames = tuple((element_id, pictures[element_id]) for element_id in router.part.frames if element_id in pictures)
    nodes = tuple((element_id, picture) for element_id, picture in pictures.items() if element_id not in framed)
    marked = _badges(router, routed, badges or {}, witness)
    pointed = tuple(routed[part_id] for part_id in dict.fromkeys(witness) if part_id in routed)
    drawn = union(*(picture.bounds for picture in pictures.values()), *(route.bounds for route in routed.values()))
    if marked:
        drawn = union(drawn, drawn.grown(8))
    explained = legend_for(routed.values(), pictures.values(), translate, max(drawn.width, 480.0)) if legend else None
    if explained is not None:
        explained = explained.moved(drawn.x, drawn.bottom + MARGIN)
        drawn = union(drawn, explained.bounds)
    return Scene(
        frames,
        nodes,
        tuple(routed.values()),
        pointed,
        tuple(hop(route, number) for number, route in enumerate(pointed, 1)),
        marked,
        explained,
        drawn.grown(MARGIN),
    )


def _badges(
    router: Router, routed: Mapping[str, Route], badges: Badges, witness: Sequence[str]
) -> tuple[tuple[Mark, TextLine], ...]:
    """The badges of what is drawn, by id, none upon another as far as there is room."""
    shown = {part_id: told for part_id, told in sorted(badges.items()) if told[0] > 0}
    frames = set(router.part.frames)
    taken = Obstacles((known, box) for known, box in router.boxes.items() if known not in frames)
    for link_id, route in routed.items():
        taken.add(f"arrow {link_id}", arrow_room(route))
        if route.label is not None:
            taken.add(f"label {link_id}", words_room(route.label))
    others = Obstacles()

    def is_free(rect: Rect, apart: float) -> bool:
        return taken.is_free(rect) and others.is_free(rect.grown(apart))

    places: dict[str, Point] = {}
    for part_id in shown:
        if (box := router.boxes.get(part_id)) is not None:
            places[part_id] = element_badge(router.shape_of(part_id), box)
            others.add(part_id, covered(places[part_id]))
    for part_id in shown:
        if part_id in routed:
            places[part_id] = link_badge(routed[part_id], is_free, numbered=part_id in witness)
            others.add(part_id, covered(places[part_id]))
    return tuple(badge(*shown[part_id], places[part_id]) for part_id in shown if part_id in places)
