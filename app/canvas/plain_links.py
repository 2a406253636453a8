"""Links as they are drawn far out or while zooming: two strokes from start over middle to tip, many in one path."""

from collections.abc import Iterable, Mapping

from PySide6.QtGui import QPainterPath

from models.architecture.diagram.routing import Route

CHUNK = 100

Paths = dict[str, QPainterPath]
"""Link style -> one path for all links of the style."""


def plain_paths(routes: Mapping[str, Route], links: Iterable[str]) -> Paths:
    paths: Paths = {}
    for link_id in links:
        route = routes[link_id]
        path = paths.setdefault(route.style, QPainterPath())
        path.moveTo(*route.start)
        path.lineTo(*middle_of(route))
        path.lineTo(*route.tip)
    return paths


class PlainLinks:
    """The paths of all links in chunks, so that a link that moves costs no more than its chunk."""

    def __init__(self) -> None:
        self._chunks: list[tuple[list[Route], Paths]] = []

    def paths(self, routes: Mapping[str, Route]) -> list[Paths]:
        """The paths of `routes`; chunks that hold the same routes as last time are taken from there."""
        ids, now = list(routes), list(routes.values())
        chunks = []
        for number, first in enumerate(range(0, len(now), CHUNK)):
            held = now[first : first + CHUNK]
            known = self._chunks[number] if number < len(self._chunks) else None
            same = known is not None and len(known[0]) == len(held) and all(map(_is, known[0], held))
            chunks.append(known if known and same else (held, plain_paths(routes, ids[first : first + CHUNK])))
        self._chunks = chunks
        return [paths for _, paths in chunks]


def _is(one: Route, two: Route) -> bool:
    return one is two


def middle_of(route: Route) -> tuple[float, float]:
    """A point of the path near its middle: the end of one of its pieces, or half way along a single one."""
    match route.path[len(route.path) // 2]:
        case ("C", x1, y1, x2, y2, x3, y3) if len(route.path) == 2:
            x0, y0 = route.start
            return (x0 + 3 * x1 + 3 * x2 + x3) / 8, (y0 + 3 * y1 + 3 * y2 + y3) / 8
        case ("C", _, _, _, _, x, y):
            return x, y
        case (("M" | "L"), x, y):
            return x, y
        case _:
            return route.start
