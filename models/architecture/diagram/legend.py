"""The legend: a sample of each link style that occurs, and what italics and question marks mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from models.architecture.diagram.geometry import Rect, union
from models.architecture.diagram.link_picture import link_marks
from models.architecture.diagram.picture import Mark, NodePicture, TextLine
from models.architecture.diagram.route import Route
from models.architecture.links import LinkStyle
from models.architecture.text import QT_TRANSLATE_NOOP, Translate

_SAMPLE = 56.0
_ROW = 24.0
_GAP = 28.0
_SIZE = 11.0
_KEYS: tuple[tuple[LinkStyle, bool, str], ...] = (
    ("sync", False, QT_TRANSLATE_NOOP("drawing", "Synchronous call")),
    ("async", False, QT_TRANSLATE_NOOP("drawing", "Asynchronous message")),
    ("event", False, QT_TRANSLATE_NOOP("drawing", "Event")),
    ("shared_data", False, QT_TRANSLATE_NOOP("drawing", "Data access, one user")),
    ("shared_data", True, QT_TRANSLATE_NOOP("drawing", "Data access, shared")),
)
_ITALIC = QT_TRANSLATE_NOOP("drawing", "Italic: assumed, nobody said it")
_GUESSED = QT_TRANSLATE_NOOP("drawing", "Guessed by an import")


@dataclass(frozen=True, slots=True)
class Legend:
    """Marks and words of a legend, and the rectangle around them."""

    marks: tuple[Mark, ...]
    texts: tuple[TextLine, ...]
    bounds: Rect

    def moved(self, dx: float, dy: float) -> Legend:
        return Legend(
            tuple(mark.moved(dx, dy) for mark in self.marks),
            tuple(text.moved(dx, dy) for text in self.texts),
            self.bounds.moved(dx, dy),
        )


def sample(style: LinkStyle, *, double: bool = False, width: float = _SAMPLE) -> tuple[Mark, ...]:
    """A level link of a style, from (0, 0) to (`width`, 0): for legends, pickers and menus."""
    start, tip = (0.0, 0.0), (width, 0.0)
    route = Route(
        link="",
        source="",
        target="",
        style=style,
        path=(("M", *start), ("L", *tip)),
        start=start,
        leaving="right",
        tip=tip,
        angle=0.0,
        double=double,
        label=None,
        from_channel=False,
        guessed=False,
        bounds=Rect(0, -10, width, 20),
    )
    return link_marks(route)


def legend_for(
    routes: Iterable[Route], pictures: Iterable[NodePicture], translate: Translate, width: float
) -> Legend | None:
    """The legend of what occurs among `routes` and `pictures`, in rows no wider than `width`, or None."""
    routes, pictures = tuple(routes), tuple(pictures)
    styles = {(route.style, route.double) for route in routes}
    entries: list[tuple[tuple[Mark, ...], TextLine, float]] = []
    for style, double, template in _KEYS:
        if (style, double) in styles:
            words = TextLine(translate("drawing", template), _SAMPLE + 10, 4, _SIZE, colour="secondary")
            entries.append((sample(style, double=double), words, _SAMPLE + 10 + words.width))
    labels = [route.label for route in routes if route.label is not None]
    if any(line.italic for picture in pictures for line in picture.texts) or any(label.italic for label in labels):
        words = TextLine(translate("drawing", _ITALIC), 0, 4, _SIZE, colour="secondary", italic=True)
        entries.append(((), words, words.width))
    if any(picture.guessed for picture in pictures) or any(route.guessed for route in routes):
        words = TextLine("?  " + translate("drawing", _GUESSED), 0, 4, _SIZE, colour="secondary")
        entries.append(((), words, words.width))
    if not entries:
        return None
    marks: list[Mark] = []
    texts: list[TextLine] = []
    x, y = 0.0, _ROW / 2
    extents: list[Rect] = []
    for own, words, room in entries:
        if x > 0 and x + room > width:
            x, y = 0.0, y + _ROW
        marks += [mark.moved(x, y) for mark in own]
        texts.append(replace(words, x=words.x + x, y=words.y + y))
        extents.append(Rect(x, y - _ROW / 2, room, _ROW))
        x += room + _GAP
    return Legend(tuple(marks), tuple(texts), union(*extents))
