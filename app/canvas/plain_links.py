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
    """The paths of all links in chunks, so that a link that comes, moves or goes costs no more than its chunk."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Route, int]] = {}
        self._chunks: list[dict[str, Route]] = []
        self._paths: list[Paths | None] = []

    def paths(self, routes: Mapping[str, Route]) -> list[Paths]:
        """The paths of `routes`; those of chunks that hold the same routes as last time are taken from there."""
        for link_id in self._known.keys() - routes.keys():
            _, number = self._known.pop(link_id)
            del self._chunks[number][link_id]
            self._paths[number] = None
        known = self._known
        for link_id, route in routes.items():
            there = known.get(link_id)
            if there is None:
                self._put(link_id, route, self._roomy())
            elif there[0] is not route:
                self._put(link_id, route, there[1])
        paths = []
        for number, chunk in enumerate(self._chunks):
            drawn = self._paths[number]
            if drawn is None:
                drawn = self._paths[number] = plain_paths(chunk, chunk)
            paths.append(drawn)
        return paths

    def _put(self, link_id: str, route: Route, number: int) -> None:
        self._known[link_id] = route, number
        self._chunks[number][link_id] = route
        self._paths[number] = None

    def _roomy(self) -> int:
        """The last chunk, or a new one when that is full."""
        if not self._chunks or len(self._chunks[-1]) >= CHUNK:
            self._chunks.append({})
            self._paths.append(None)
        return len(self._chunks) - 1


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
