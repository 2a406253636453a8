"""Words that an overlay says of elements and links, on plates in the colour and with the mark of how bad that is."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from app.background.tags import Level, Tag, Tags
from app.canvas.badges import MOST_AT_ONCE
from app.canvas.grid import Grid
from app.canvas.mirror import Mirror
from app.canvas.painting import face, paint_mark, rect_f
from app.canvas.plain_links import middle_of
from app.theme import Theme
from models.architecture.diagram.badges import badge, words_room
from models.architecture.diagram.geometry import Point, Rect
from models.architecture.diagram.link_picture import HOP, hop_center
from models.architecture.diagram.route import Route

COLOURS: dict[Level, str] = {"plain": "secondary", "good": "good", "warning": "warning", "error": "error"}
MARKED: tuple[Level, ...] = ("warning", "error")
"""These have the mark of their severity before the words: a triangle, a disc."""
SIZE, LINE = 10.0, 13.0
SIDE, ABOVE = 6.0, 3.0
"""Around the words on a plate."""
MARK = 10.0
BAR = 4.0
LAP = 6.0
"""A plate lies this far over the lower edge of its element."""
MOST_SIGNS = 120
DOTS: dict[Level, int] = {"warning": 4, "error": 6}
"""Their sides in viewport pixels."""
SHARES = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
FURTHER = (6.0, 20.0, 36.0)
LEGIBLE = 0.8
"""At a smaller scale of the drawing plates keep their size on the screen, up to twice their own."""
REACH = 200.0
"""A plate covers nothing further than this from what it belongs to."""


class TagPlaces:
    """Where plates stand: on the lower edge of an element; on or beside a link where they cover nothing else.

    Those of links are placed together, in the order of ids, when something moved or other words are shown. While
    something is dragged, those that move with it stand on the middle of their lines and the rest stays; so do all where
    they are very many.
    """

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self._of: tuple[Tags, int, Collection[str], float] | None = None
        self._plates: dict[str, Rect] = {}

    def near(
        self, tags: Tags, theme: Theme, numbered: Collection[str], around: Rect, zoom: float
    ) -> Iterator[tuple[Tag, Rect]]:
        """What is said of parts in or near `around`, with the plate of each at this zoom, links first."""
        mirror = self._mirror
        if not mirror.is_previewing:
            self._place_all(tags, theme, numbered, enlarged(zoom))
        wide = around.grown(REACH)
        links, elements = mirror.links_near(wide) & tags.keys(), mirror.elements_near(wide) & tags.keys()
        for part_id in (*sorted(links), *sorted(elements)):
            plate = None if part_id in mirror.loose else self._plates.get(part_id)
            yield tags[part_id], plate or self._simple(part_id, tags[part_id], theme, enlarged(zoom))

    def _place_all(self, tags: Tags, theme: Theme, numbered: Collection[str], scale: float) -> None:
        mirror = self._mirror
        if self._of is not None and self._of[0] is tags and self._of[1:] == (mirror.version, numbered, scale):
            return
        self._of = tags, mirror.version, numbered, scale
        self._plates = {}
        if len(tags) > MOST_AT_ONCE:
            return
        taken = Grid()
        for part_id in tags.keys() & mirror.boxes.keys():
            taken.put(part_id, self._simple(part_id, tags[part_id], theme, scale))
        for link_id in sorted(tags.keys() & mirror.routes.keys()):
            route = mirror.routes[link_id]
            if link_id in numbered:
                taken.put(link_id, Rect(*hop_center(route), 0, 0).grown(HOP / 2))
            plate = self._simple(link_id, tags[link_id], theme, scale)
            places = (around_point(at, plate.width, plate.height) for at in _places(route, plate))
            self._plates[link_id] = next((place for place in places if self._is_free(place, taken)), plate)
            taken.put(link_id, self._plates[link_id])

    def _simple(self, part_id: str, tag: Tag, theme: Theme, scale: float) -> Rect:
        mirror = self._mirror
        width, height = (scale * side for side in _size(theme, tag))
        if (box := mirror.boxes.get(part_id)) is not None:
            return around_point((box.center[0], box.bottom - LAP + height / 2), width, height)
        return around_point(mirror.routes[part_id].middle, width, height)

    def _is_free(self, plate: Rect, taken: Grid) -> bool:
        mirror = self._mirror
        if taken.meeting(plate.grown(2)):
            return False
        nodes = mirror.elements_near(plate)
        if any(not mirror.is_frame(known) and mirror.painted(known).meets(plate) for known in nodes):
            return False
        labels = (mirror.routes[known].label for known in mirror.links_near(plate))
        return not any(label is not None and words_room(label).meets(plate) for label in labels)


def around_point(at: Point, width: float, height: float) -> Rect:
    """A rectangle with its middle there."""
    return Rect(at[0] - width / 2, at[1] - height / 2, width, height)


def _places(route: Route, plate: Rect) -> Iterator[Point]:
    """Where the middle of a link's plate may be: on its line, below or above its words, then beside its line."""
    shares = [route.at(share)[0] for share in SHARES]
    if route.label is None:
        yield from shares
    else:
        words = route.label.plate
        aside = (words.height + plate.height) / 2 + 1
        yield words.center[0], words.center[1] + aside
        yield words.center[0], words.center[1] - aside
        yield from shares
    for further in FURTHER:
        for x, y in shares:
            for away in (plate.height / 2 + further, -plate.height / 2 - further):
                yield x, y + away
            for away in (plate.width / 2 + further, -plate.width / 2 - further):
                yield x + away, y


def enlarged(zoom: float) -> float:
    """How much larger than life plates are painted, so that they can be read."""
    return min(2.0, max(1.0, LEGIBLE / zoom))


def paint_far(painter: QPainter, theme: Theme, mirror: Mirror, tags: Tags, around: Rect, zoom: float) -> None:
    """Where words would be too small to read: the marks of what is bad; of very many only dots, larger where worse."""
    wide = around.grown(REACH)
    marked = {part_id for part_id, tag in tags.items() if tag.level in MARKED}
    found: dict[Level, list[Point]] = {level: [] for level in MARKED}
    for link_id in sorted(marked & mirror.links_near(wide)):
        found[tags[link_id].level].append(middle_of(mirror.routes[link_id]))
    for element_id in sorted(marked & mirror.elements_near(wide)):
        box = mirror.boxes[element_id]
        found[tags[element_id].level].append((box.center[0], box.bottom))
    crowded = sum(map(len, found.values())) > MOST_SIGNS
    for level, points in found.items():
        if crowded:
            stroke = QPen(theme.colour(COLOURS[level]), DOTS[level])
            stroke.setCosmetic(True)
            painter.setPen(stroke)
            painter.drawPoints([QPointF(*point) for point in points])
        else:
            for point in points:
                paint_sign(painter, theme, level, point, 1.0 / zoom)


def paint_near(painter: QPainter, theme: Theme, tag: Tag, plate: Rect, zoom: float) -> None:
    """Draws a plate with its words, large enough to be read."""
    scale = enlarged(zoom)
    painter.save()
    painter.translate(plate.x, plate.y)
    painter.scale(scale, scale)
    _paint_plate(painter, theme, tag, Rect(0.0, 0.0, plate.width / scale, plate.height / scale))
    painter.restore()


def _paint_plate(painter: QPainter, theme: Theme, tag: Tag, plate: Rect) -> None:
    colour = theme.colour(COLOURS[tag.level])
    painter.setPen(QPen(colour, 1.0))
    painter.setBrush(theme.colour("node"))
    painter.drawRoundedRect(rect_f(plate), 5, 5)
    if tag.share is not None:
        bar = QRectF(plate.x + 3, plate.bottom - BAR - 1.5, (plate.width - 6) * tag.share, BAR - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawRoundedRect(bar, 1.5, 1.5)
    left = plate.x + SIDE
    if tag.level in MARKED:
        paint_sign(painter, theme, tag.level, (left + MARK / 2, plate.y + ABOVE + LINE / 2))
        left += MARK + 3
    painter.setFont(face(theme, SIZE, "semibold" if tag.level in MARKED else "regular", tag.assumed))
    painter.setPen(theme.colour("secondary" if tag.assumed else "text"))
    for row, line in enumerate(tag.words.split("\n")):
        painter.drawText(QPointF(left, plate.y + ABOVE + LINE * row + SIZE), line)


def paint_sign(painter: QPainter, theme: Theme, level: Level, at: Point, scale: float = 1.0) -> None:
    """The shape of a severity, without a number."""
    mark, _ = badge(1, level, (0.0, 0.0))
    painter.save()
    painter.translate(*at)
    painter.scale(scale * MARK / 20, scale * MARK / 20)
    paint_mark(painter, mark, theme)
    painter.restore()


def _size(theme: Theme, tag: Tag) -> Point:
    wide, rows = _measured(theme, tag.words, tag.level in MARKED, tag.assumed)
    return wide + 2 * SIDE, rows * LINE + 2 * ABOVE + (BAR if tag.share is not None else 0.0)


@lru_cache(maxsize=4096)
def _measured(theme: Theme, words: str, marked: bool, italic: bool) -> tuple[float, int]:
    metrics = QFontMetricsF(face(theme, SIZE, "semibold" if marked else "regular", italic))
    lines = words.split("\n")
    return max(map(metrics.horizontalAdvance, lines)) + (MARK + 3 if marked else 0.0), len(lines)
