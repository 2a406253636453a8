"""Counts of findings on the canvas, in the shape of the worst severity."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPixmap

from app.canvas.grid import Grid
from app.canvas.mirror import Mirror
from app.canvas.painting import paint_mark, paint_text
from app.canvas.plain_links import middle_of
from app.theme import Theme
from models.architecture import KINDS
from models.architecture.diagram.badges import (
    RADIUS,
    SEVERITIES,
    arrow_room,
    badge,
    covered,
    element_badge,
    link_badge,
    words_room,
)
from models.architecture.diagram.geometry import Point, Rect
from models.architecture.diagram.route import Route

Badge = tuple[int, str]
"""(how many findings, the worst severity: "error", "warning" or "info")."""
MOST_KEPT = 200
MOST_AT_ONCE = 300
"""Up to this many badges are placed all at once, so that their places do not depend on what was looked at first.

Of more, each stays where it is until something comes in its way.
"""


def paint_badge(painter: QPainter, theme: Theme, at: Point, shown: Badge) -> None:
    """Draws a badge with its middle at `at`, in scene coordinates."""
    mark, number = badge(*shown, at)
    paint_mark(painter, mark, theme)
    paint_text(painter, number, theme)


class BadgePictures:
    """Badges as pixmaps: a large model has thousands, but few that differ."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Badge, float], QPixmap] = {}

    def forget(self) -> None:
        self._kept.clear()

    def paint(self, painter: QPainter, theme: Theme, at: Point, shown: Badge, scale: float) -> None:
        """Draws a badge with its middle at `at` in the viewport, `scale` viewport pixels per unit of its picture."""
        ratio = painter.device().devicePixelRatio()
        pixmap, half = self._picture(theme, (min(shown[0], 100), shown[1]), round(scale * ratio, 3), ratio)
        x, y = round(at[0] * ratio) - half, round(at[1] * ratio) - half
        painter.drawPixmap(QPointF(x / ratio, y / ratio), pixmap)

    def _picture(self, theme: Theme, shown: Badge, scale: float, ratio: float) -> tuple[QPixmap, int]:
        """(the badge, half its side in device pixels)."""
        half = int(2 * RADIUS * scale + 2)
        known = self._kept.get((shown, scale))
        if known is None or known.devicePixelRatio() != ratio:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            known = self._kept[shown, scale] = QPixmap(2 * half, 2 * half)
            known.fill(Qt.GlobalColor.transparent)
            painter = QPainter(known)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            painter.translate(half, half)
            painter.scale(scale, scale)
            paint_badge(painter, theme, (0.0, 0.0), shown)
            painter.end()
            known.setDevicePixelRatio(ratio)
        return known, half


class BadgePlaces:
    """Where badges stand, found anew for a link when its route changes or the model does."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._links: dict[str, tuple[Route, bool, Point]] = {}
        self._taken = Grid()
        self._of = -1

    def center(self, part_id: str, badges: Mapping[str, Badge], numbered: Collection[str] = ()) -> Point:
        """The middle of the badge of a part that is drawn, when `badges` are shown and `numbered` links have a hop."""
        mirror = self._mirror
        box = mirror.boxes.get(part_id)
        if box is not None:
            shape = "box" if part_id in mirror.part.collapsed else self._shape(part_id)
            return element_badge(shape, box)
        if self._of != mirror.takeovers:
            self._of = mirror.takeovers
            if len(badges) <= MOST_AT_ONCE:
                self.forget()
        if not self._links and len(badges) <= MOST_AT_ONCE:
            for link_id in sorted(
                (known for known in badges if known in mirror.routes), key=mirror.link_rank.__getitem__
            ):
                self._place(link_id, badges, numbered)
        if not self.knows(part_id, numbered):
            return self._place(part_id, badges, numbered)
        return self._links[part_id][2]

    def knows(self, part_id: str, numbered: Collection[str] = ()) -> bool:
        """Whether `center` need not look for a place first."""
        route = self._mirror.routes.get(part_id)
        known = self._links.get(part_id)
        return route is None or (known is not None and known[0] is route and known[1] == (part_id in numbered))

    def forget(self) -> None:
        self._links.clear()
        self._taken = Grid()

    def give_way(self, elements: Iterable[str], links: Iterable[str]) -> None:
        """Lets go of the places in which elements, or the arrows and words of links, came to stand."""
        mirror = self._mirror
        rects = [mirror.painted(known) for known in elements if known in mirror.boxes and not mirror.is_frame(known)]
        for route in (mirror.routes[known] for known in links if known in mirror.routes):
            rects.append(arrow_room(route))
            if route.label is not None:
                rects.append(words_room(route.label))
        for rect in rects:
            self.leave(self._taken.meeting(rect))

    def leave(self, links: Iterable[str]) -> None:
        """Lets go of the places of some links."""
        for link_id in links:
            self._links.pop(link_id, None)
            self._taken.drop(link_id)

    def _place(self, link_id: str, badges: Mapping[str, Badge], numbered: Collection[str]) -> Point:
        route, is_numbered = self._mirror.routes[link_id], link_id in numbered
        self._taken.drop(link_id)
        found = link_badge(route, lambda rect, apart: self._is_free(rect, apart, badges), numbered=is_numbered)
        self._taken.put(link_id, covered(found))
        self._links[link_id] = route, is_numbered, found
        return found

    def _shape(self, element_id: str) -> str:
        return KINDS[self._mirror.architecture.element_by_id[element_id].kind].shape

    def _is_free(self, rect: Rect, apart: float, badges: Mapping[str, Badge]) -> bool:
        mirror = self._mirror
        if self._taken.meeting(rect.grown(apart)):
            return False
        for element_id in mirror.elements_near(rect.grown(2 * RADIUS)):
            if mirror.is_frame(element_id):
                continue
            if mirror.painted(element_id).meets(rect):
                return False
            if element_id in badges and covered(self.center(element_id, badges)).meets(rect.grown(apart)):
                return False
        for link_id in mirror.links_near(rect):
            route = mirror.routes[link_id]
            if arrow_room(route).meets(rect) or (route.label is not None and words_room(route.label).meets(rect)):
                return False
        return True


class BadgeDots:
    """Where badges stand as mere dots: all of them, found anew only for parts that are said to differ."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._held: dict[str, dict[str, QPointF]] = {severity: {} for severity in reversed(SEVERITIES)}
        self._of: dict[str, str] = {}
        self._stale: set[str] = set()

    def look_again(self, parts: Iterable[str]) -> None:
        """Parts that came, went, moved, or have another badge."""
        self._stale.update(parts)

    def points(self, badges: Mapping[str, Badge]) -> dict[str, list[QPointF]]:
        """Severity -> the dots of all parts on the diagram that have a badge of it, the worst last."""
        routes, boxes = self._mirror.routes, self._mirror.boxes
        for part_id in self._stale:
            if (known := self._of.pop(part_id, None)) is not None:
                del self._held[known][part_id]
            badge = badges.get(part_id)
            stands = (routes.get(part_id) or boxes.get(part_id)) if badge is not None else None
            if badge is not None and stands is not None:
                self._of[part_id] = badge[1]
                self._held[badge[1]][part_id] = _dot(stands)
        self._stale.clear()
        return {severity: list(held.values()) for severity, held in self._held.items()}


def _dot(stand: Route | Rect) -> QPointF:
    """The middle of a link, the top right corner of an element."""
    return QPointF(stand.right, stand.y) if isinstance(stand, Rect) else QPointF(*middle_of(stand))
