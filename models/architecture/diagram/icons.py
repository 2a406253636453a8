"""Small line drawings, 20 x 20 pixels, stroked at 1.5: element kinds, service roles and kinds of store.

The palette, the nodes and the legend draw the same ones.
"""

from __future__ import annotations

from functools import cache

from models.architecture.diagram.geometry import Path, Rect, ellipse, polyline, rectangle, scaled, turned
from models.architecture.elements import Datastore, Element, Group, Service

SIZE = 20.0


def icon_name(element: Element) -> str:
    """The icon that tells most: a service's role, a store's kind, else the element's kind."""
    match element:
        case Service(role=str(role)):
            return role
        case Datastore(store=str(store)):
            return store
        case Group(group_type=str(group_type)):
            return group_type
        case _:
            return element.kind


def icon_size(name: str, size: float) -> tuple[Path, ...]:
    """The icon's strokes at `size` pixels."""
    return tuple(scaled(path, size / SIZE) for path in icon(name))


@cache
def icon(name: str) -> tuple[Path, ...]:
    """The strokes of the named icon; an unknown name gives a service's box."""
    return _ICONS.get(name, _ICONS["service"])


def _spokes() -> tuple[Path, ...]:
    spoke: Path = (("M", 3.2, 0), ("L", 6.2, 0))
    return tuple(turned(spoke, angle, (10, 10)) for angle in (-1.5708, 0.5236, 2.618))


_BOX = rectangle(Rect(1, 3, 18, 14), 4)
_SHEET: Path = (("M", 4, 2), ("L", 12, 2), ("L", 16, 6), ("L", 16, 18), ("L", 4, 18), ("Z",))
_CYLINDER: tuple[Path, ...] = (
    ellipse(10, 5, 7.5, 3),
    (("M", 2.5, 5), ("L", 2.5, 15), ("C", 2.5, 19, 17.5, 19, 17.5, 15), ("L", 17.5, 5)),
)
_FRAME: tuple[Path, ...] = (rectangle(Rect(1, 2, 18, 16), 2), polyline((1, 7), (19, 7)))

_ICONS: dict[str, tuple[Path, ...]] = {
    "client": (
        ellipse(10, 5.5, 3.8, 3.8),
        (("M", 2.5, 18), ("C", 2.5, 9.5, 17.5, 9.5, 17.5, 18)),
    ),
    "service": (_BOX,),
    "gateway": (polyline((10, 1.5), (19, 10), (10, 18.5), (1, 10), closed=True),),
    "bff": (rectangle(Rect(5, 1.5, 10, 17), 2.5), polyline((8.5, 15.5), (11.5, 15.5))),
    "adapter": (
        polyline((2, 7), (17, 7)),
        polyline((13.5, 3.5), (17, 7), (13.5, 10.5)),
        polyline((18, 14), (3, 14)),
        polyline((6.5, 10.5), (3, 14), (6.5, 17.5)),
    ),
    "orchestrator": (
        ellipse(10, 10, 3, 3),
        *_spokes(),
        ellipse(10, 2.3, 1.5, 1.5),
        ellipse(16.6, 13.8, 1.5, 1.5),
        ellipse(3.4, 13.8, 1.5, 1.5),
    ),
    "job": (ellipse(10, 10, 8, 8), polyline((10, 5), (10, 10), (13.5, 12))),
    "function": (
        (("M", 4, 3), ("C", 8, 2.5, 8.5, 5, 9.5, 8), ("L", 13, 16), ("C", 13.5, 17.3, 14.8, 17.6, 16, 17)),
        polyline((9.8, 8.8), (4.5, 17.5)),
    ),
    "external": (
        (
            ("M", 8, 4),
            ("L", 5, 4),
            ("C", 3.3, 4, 2.5, 4.8, 2.5, 6.5),
            ("L", 2.5, 14.5),
            ("C", 2.5, 16.2, 3.3, 17, 5, 17),
            ("L", 13, 17),
            ("C", 14.7, 17, 15.5, 16.2, 15.5, 14.5),
            ("L", 15.5, 12),
        ),
        polyline((12, 3), (17.5, 3), (17.5, 8.5)),
        polyline((17, 3.5), (9.5, 11)),
    ),
    "datastore": _CYLINDER,
    "relational": (rectangle(Rect(2, 3, 16, 14), 2), polyline((2, 8), (18, 8)), polyline((8, 8), (8, 17))),
    "document": (_SHEET, polyline((7, 10), (13, 10)), polyline((7, 14), (13, 14))),
    "key_value": (ellipse(6, 10, 4, 4), polyline((10, 10), (18.5, 10), (18.5, 13.5)), polyline((14.5, 10), (14.5, 13))),
    "cache": (polyline((11.5, 1.5), (4.5, 11.5), (9.5, 11.5), (8.5, 18.5), (15.5, 8.5), (10.5, 8.5), closed=True),),
    "file_system": (
        (("M", 1.5, 16.5), ("L", 1.5, 4), ("L", 7.5, 4), ("L", 9.5, 6.5), ("L", 18.5, 6.5), ("L", 18.5, 16.5), ("Z",)),
    ),
    "object_store": (
        ellipse(10, 4.5, 7.5, 2.5),
        (("M", 2.5, 4.5), ("L", 5, 16.5), ("C", 5.5, 18.5, 14.5, 18.5, 15, 16.5), ("L", 17.5, 4.5)),
    ),
    "data_lake": tuple(
        (("M", 1.5, y), ("C", 4.3, y - 3.6, 7.2, y - 3.6, 10, y), ("C", 12.8, y + 3.6, 15.7, y + 3.6, 18.5, y))
        for y in (5.0, 10.0, 15.0)
    ),
    "data_warehouse": (
        polyline((1.5, 18), (1.5, 7), (10, 2), (18.5, 7), (18.5, 18)),
        rectangle(Rect(5.5, 10, 9, 8)),
        polyline((5.5, 14), (14.5, 14)),
    ),
    "search": (ellipse(8.5, 8.5, 6, 6), polyline((13, 13), (18.5, 18.5))),
    "queue": (
        ellipse(16, 10, 2.8, 6),
        (("M", 16, 4), ("L", 4, 4), ("C", 0.3, 4, 0.3, 16, 4, 16), ("L", 16, 16)),
    ),
    "topic": (
        ellipse(5, 10, 3, 3),
        polyline((8, 10), (18.5, 10)),
        polyline((7.6, 8.5), (17.5, 3)),
        polyline((7.6, 11.5), (17.5, 17)),
    ),
    "group": _FRAME,
    "team": (
        ellipse(7, 6.5, 3, 3),
        (("M", 1.5, 17), ("C", 1.5, 9.5, 12.5, 9.5, 12.5, 17)),
        (("M", 12.5, 4), ("C", 16.5, 3.6, 16.5, 9.4, 12.8, 9.2)),
        (("M", 14.5, 11.7), ("C", 17.2, 12, 18.5, 13.8, 18.5, 17)),
    ),
    "bounded_context": (ellipse(10, 10, 8.5, 6.5), ellipse(10, 10, 1, 1)),
    "host": (
        rectangle(Rect(2, 3, 16, 6), 1.5),
        rectangle(Rect(2, 11, 16, 6), 1.5),
        polyline((5, 6), (6, 6)),
        polyline((5, 14), (6, 14)),
    ),
    "zone": (rectangle(Rect(2, 3, 16, 14), 2), polyline((10, 3), (10, 17))),
    "region": (ellipse(10, 10, 8, 8), ellipse(10, 10, 3.5, 8), polyline((2, 10), (18, 10))),
    "system": (rectangle(Rect(1.5, 2.5, 17, 15), 2), rectangle(Rect(5, 8, 4, 5), 1), rectangle(Rect(11, 8, 4, 5), 1)),
    "note": (_SHEET, polyline((12, 2), (12, 6), (16, 6))),
}

ICON_NAMES = tuple(_ICONS)
