"""Links as they are drawn far out or while zooming: two strokes each, from start over middle to tip."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QLineF, QPointF

from models.architecture.diagram.routing import Route

Strokes = dict[str, list[QLineF]]
"""Link style -> the strokes of all links of the style."""


class PlainLinks:
    """The strokes of links, made once per route."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Route, tuple[QLineF, QLineF]]] = {}

    def strokes(self, routes: Mapping[str, Route], links: Iterable[str]) -> Strokes:
        """The strokes of some of the `routes`."""
        if len(self._known) > 2 * len(routes):
            self._known.clear()
        known, found = self._known, Strokes()
        for link_id in links:
            route = routes[link_id]
            held = known.get(link_id)
            if held is None or held[0] is not route:
                held = known[link_id] = route, _strokes(route)
            found.setdefault(route.style, []).extend(held[1])
        return found


def _strokes(route: Route) -> tuple[QLineF, QLineF]:
    middle = QPointF(*middle_of(route))
    return QLineF(QPointF(*route.start), middle), QLineF(middle, QPointF(*route.tip))


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
