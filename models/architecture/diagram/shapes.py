"""An element's picture: its field-standard shape, its icon and its words.

A client is a person, a service a box with an icon for its role, an external a dashed box, a datastore a cylinder, a
queue a pipe, a topic a fan, a group a titled frame, a note a sheet with a folded corner.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from models.architecture.diagram import outlines
from models.architecture.diagram.captions import Caption, english, member_count, subtitle
from models.architecture.diagram.geometry import Path, Rect, ellipse, moved, union
from models.architecture.diagram.icons import icon_name, icon_size
from models.architecture.diagram.picture import Mark, NodePicture, TextLine
from models.architecture.diagram.text_width import CAP_HEIGHT, elided, text_width, wrapped
from models.architecture.elements import Datastore, Element, Note
from models.architecture.kinds import KINDS
from models.architecture.model import Architecture
from models.architecture.text import Translate

TITLE = 13.0
SMALL = 11.0
NAME_UNDER = 12.0
BORDER = 1.4
ICON = 18.0
ICON_GAP = 9.0
ICON_STROKE = 1.5
WIDEST = 214.0
"""How wide a box may grow by itself."""
NAME_WIDTH = 132.0
"""How wide the name under a person may be."""


@dataclass(frozen=True, slots=True)
class _Body:
    """A shape's own marks and the room it leaves for words."""

    marks: tuple[Mark, ...]
    left: float
    right: float
    middle: float


def default_size(element: Element) -> tuple[float, float]:
    """Width and height in pixels of an element that nobody resized.

    A note grows with its text, a box with a name whose longest word would be broken otherwise.
    """
    traits = KINDS[element.kind]
    if traits.shape in _BODIES:
        name = element.name or element.id
        return (_wide_enough(name, traits.shape, _icon_for(element) is not None) if len(name) > 10 else traits.width), (
            traits.height
        )
    if isinstance(element, Note) and element.text:
        lines = len(wrapped(element.text, traits.width - 24, 12, lines=24))
        return traits.width, max(traits.height, 28.0 + 16 * lines)
    return traits.width, traits.height


@lru_cache(maxsize=4096)
def _wide_enough(name: str, shape: str, has_icon: bool) -> float:
    width = next(traits.width for traits in KINDS.values() if traits.shape == shape)
    body = _BODIES[shape](width, 58)
    room = body.right - body.left - ((ICON + ICON_GAP) if has_icon else 0)
    longest = max(text_width(word, TITLE - 1, "semibold") for word in name.replace("-", "- ").split() or [""])
    more = min(WIDEST - width, max(0.0, longest + 1 - room))
    return width + 8 * math.ceil(more / 8)


def node_picture(
    architecture: Architecture,
    element: Element,
    size: tuple[float, float] | None = None,
    translate: Translate = english,
    *,
    collapsed: bool = False,
) -> NodePicture:
    """The picture of one element at `size` (else its default size), local to (0, 0).

    A collapsed group is drawn as a box that says how many elements it holds.
    """
    width, height = size or default_size(element)
    name = architecture.label(element.id)
    guessed = any(source.from_ == "guess" for source in element.provenance.values())
    shape = KINDS[element.kind].shape
    if collapsed:
        caption = Caption(member_count(architecture, element.id, translate))
        return _with_words(_stack(width, height), "box", icon_name(element), name, caption, (width, height), guessed)
    caption = subtitle(architecture, element, translate)
    match shape:
        case "person":
            return _person(name, (width, height), guessed)
        case "frame":
            return _frame(name, caption, icon_name(element), (width, height), guessed)
        case "sheet":
            text = element.text if isinstance(element, Note) else ""
            return _sheet(text or element.name or "", (width, height), guessed)
        case _:
            icon = _icon_for(element)
            return _with_words(_BODIES[shape](width, height), shape, icon, name, caption, (width, height), guessed)


def _icon_for(element: Element) -> str | None:
    """Boxes bear their role, cylinders the kind of store when it was said; pipes and fans speak for themselves."""
    if isinstance(element, Datastore):
        return element.store
    return icon_name(element) if element.kind == "service" else None


def _paint(path: Path, dash: tuple[float, ...] = ()) -> Mark:
    return Mark(path, fill="node", stroke="node_border", width=BORDER, dash=dash)


def _box(width: float, height: float) -> _Body:
    return _Body((_paint(outlines.outline("box", width, height)),), 13, width - 9, height / 2)


def _dashed_box(width: float, height: float) -> _Body:
    mark = _paint(outlines.outline("box", width, height), dash=(5, 3))
    return _Body((mark,), 14, width - 10, height / 2)


def _stack(width: float, height: float) -> _Body:
    behind = moved(outlines.outline("box", width - 8, height), 4, 4)
    return _Body((_paint(behind), *_box(width, height).marks), 14, width - 12, height / 2)


def _cylinder(width: float, height: float) -> _Body:
    ry = outlines.lid("cylinder", width, height)
    rim: Path = ellipse(width / 2, ry, width / 2, ry)[3:5]
    front: Path = (("M", width, ry), *rim)
    body = _paint(outlines.outline("cylinder", width, height))
    return _Body((body, Mark(front, stroke="node_border", width=BORDER)), 14, width - 12, height / 2 + ry - 3)


def _pipe(width: float, height: float) -> _Body:
    rx = outlines.lid("pipe", width, height)
    mouth = ellipse(width - rx, height / 2, rx, height / 2)
    rim: Path = (("M", width - rx, height), mouth[4], mouth[1])
    body = _paint(outlines.outline("pipe", width, height))
    return _Body((body, Mark(rim, stroke="node_border", width=BORDER)), 18, width - 2 * rx - 6, height / 2)


def _fan(width: float, height: float) -> _Body:
    cut = outlines.inset(width)
    return _Body((_paint(outlines.outline("fan", width, height)),), cut + 10, width - cut - 6, height / 2)


_BODIES: dict[str, Callable[[float, float], _Body]] = {
    "box": _box,
    "dashed_box": _dashed_box,
    "cylinder": _cylinder,
    "pipe": _pipe,
    "fan": _fan,
}


def _with_words(
    body: _Body,
    shape: str,
    icon: str | None,
    name: str,
    caption: Caption,
    size: tuple[float, float],
    guessed: bool,
) -> NodePicture:
    width, height = size
    marks = list(body.marks)
    left = body.left
    if icon is not None:
        corner = (left, body.middle - ICON / 2)
        marks += [
            Mark(moved(stroke, *corner), stroke="secondary", width=ICON_STROKE) for stroke in icon_size(icon, ICON)
        ]
        left += ICON + ICON_GAP
    room = max(8.0, body.right - left)
    roomy = height >= 54
    titles, title_size = _title_lines(name, room, 2 if roomy else 1)
    fitting = caption.text if not caption.short or text_width(caption.text, SMALL) <= room else caption.short
    words = elided(fitting, room, SMALL)
    texts = _centred(titles, title_size, words, caption.assumed, left, body.middle)
    if guessed:
        texts.append(_guess_mark(width - 10, height - 8))
    title_rect = Rect(left, texts[0].rect.y if titles else body.middle - 12, room, 18)
    outline = outlines.outline(shape, width, height)
    bounds = union(Rect(0, 0, width, height).grown(BORDER / 2), *(line.rect for line in texts))
    return NodePicture(
        width, height, outline, tuple(marks), tuple(texts), title_rect, bounds, caption.text, guessed=guessed
    )


def _title_lines(name: str, room: float, most: int) -> tuple[tuple[str, ...], float]:
    """(lines, size): a little smaller where that keeps a word whole; cut off only when nothing else helps."""
    if not name:
        return (), TITLE
    for size in (TITLE, TITLE - 1, TITLE - 2):
        lines = wrapped(name, room, size, "semibold", lines=most)
        joined = "".join(lines).replace(" ", "")
        if joined == name.replace(" ", "") and all(
            text_width(word, size, "semibold") <= room for word in name.replace("-", " ").split()
        ):
            return lines, size
    return wrapped(name, room, TITLE - 1, "semibold", lines=most), TITLE - 1


def _centred(
    titles: tuple[str, ...], size: float, words: str, assumed: bool, left: float, middle: float
) -> list[TextLine]:
    """Title lines and the words under them as one block around `middle`."""
    gap = 17.0 if len(titles) < 2 else 15.0
    block = size * CAP_HEIGHT + gap * max(0, len(titles) - 1 + bool(words))
    y = float(round(middle - block / 2 + size * CAP_HEIGHT))
    lines = [TextLine(title, left, y + gap * index, size, "semibold") for index, title in enumerate(titles)]
    if words:
        lines.append(TextLine(words, left, y + gap * len(titles), SMALL, colour="secondary", italic=assumed))
    return lines


def _guess_mark(x: float, y: float) -> TextLine:
    return TextLine("?", x, y, SMALL, "semibold", "secondary", "middle")


def _person(name: str, size: tuple[float, float], guessed: bool) -> NodePicture:
    width, height = size
    scale = min(width / outlines.FIGURE_WIDTH, height / 68)
    middle = width / 2

    def at(x: float) -> float:
        return middle + (x - 20) * scale

    head = ellipse(middle, 11 * scale, 9.5 * scale, 9.5 * scale)
    body: Path = (
        ("M", at(0), 48 * scale),
        ("C", at(0), 17 * scale, at(40), 17 * scale, at(40), 48 * scale),
        ("Z",),
    )
    lines = wrapped(name, NAME_WIDTH, NAME_UNDER, "semibold", lines=2) if name else ()
    first = 48 * scale + 15
    texts = [
        TextLine(line, middle, first + 15 * index, NAME_UNDER, "semibold", anchor="middle")
        for index, line in enumerate(lines)
    ]
    if guessed:
        texts.append(_guess_mark(at(35), 12 * scale))
    widest = max((line.width for line in texts), default=width)
    title_rect = Rect(middle - max(widest, 40) / 2, first - 13, max(widest, 40), 17)
    bounds = union(Rect(0, 0, width, height), *(line.rect for line in texts)).grown(BORDER / 2)
    outline = outlines.outline("person", width, height)
    return NodePicture(
        width, height, outline, (_paint(body), _paint(head)), tuple(texts), title_rect, bounds, "", guessed=guessed
    )


def _frame(name: str, caption: Caption, icon: str, size: tuple[float, float], guessed: bool) -> NodePicture:
    width, height = size
    path = outlines.outline("frame", width, height)
    marks = [Mark(path, fill="frame", opacity=0.5), Mark(path, stroke="border", width=1.2)]
    marks += [Mark(moved(stroke, 12, 10), stroke="secondary", width=1.1) for stroke in icon_size(icon, 13)]
    title = elided(name, max(8.0, width - 46), SMALL, "semibold")
    texts = [TextLine(title, 31, 20.5, SMALL, "semibold", "secondary")]
    left = 31 + text_width(title, SMALL, "semibold") + 8
    words = elided(caption.text, max(0.0, width - left - 12), SMALL) if caption.text else ""
    if len(words) > 1:
        texts.append(TextLine(words, left, 20.5, SMALL, colour="secondary"))
    if guessed:
        texts.append(_guess_mark(width - 12, 20.5))
    bounds = Rect(0, 0, width, height).grown(1)
    title_rect = Rect(31, 9, max(8.0, width - 46), 17)
    return NodePicture(
        width, height, path, tuple(marks), tuple(texts), title_rect, bounds, caption.text, guessed=guessed
    )


def frame_title(architecture: Architecture, group: Element, width: float, translate: Translate = english) -> Rect:
    """What the icon and the words of a frame `width` wide cover, local to its corner."""
    words = subtitle(architecture, group, translate).text
    right = 31 + text_width(architecture.label(group.id), SMALL, "semibold")
    right += 8 + text_width(words, SMALL) if words else 0
    return Rect(8, 6, min(right, width - 12) - 6, 20)


def _sheet(text: str, size: tuple[float, float], guessed: bool) -> NodePicture:
    width, height = size
    path = outlines.outline("sheet", width, height)
    fold = min(outlines.FOLD, width / 3, height / 3)
    corner: Path = (("M", width - fold, 0), ("L", width - fold, fold), ("L", width, fold))
    marks = (
        Mark(path, fill="note", stroke="note_border", width=1.2),
        Mark(corner, fill=None, stroke="note_border", width=1.2),
    )
    fitting = max(1, int((height - 20) // 16))
    lines = wrapped(text, max(8.0, width - 24), 12, lines=fitting) if text else ()
    texts = [TextLine(line, 12, 23.0 + 16 * index, 12) for index, line in enumerate(lines)]
    if guessed:
        texts.append(_guess_mark(width - 10, height - 8))
    whole = Rect(0, 0, width, height).grown(1)
    return NodePicture(
        width, height, path, marks, tuple(texts), Rect(10, 10, width - 20, height - 20), whole, text, guessed=guessed
    )
