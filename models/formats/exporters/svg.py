"""SVG: the diagram as one self-contained vector picture, text as text, nothing fetched from anywhere.

The same model gives the same bytes. Only what Qt's own renderer understands is used, so that PNG and PDF are made
from it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from models import resources
from models.architecture.diagram.captions import english
from models.architecture.diagram.curves import LineShape
from models.architecture.diagram.geometry import Path, crosses, rectangle
from models.architecture.diagram.layout import MAIN, place_missing
from models.architecture.diagram.link_picture import band, link_marks, link_text
from models.architecture.diagram.picture import Mark, NodePicture, TextLine
from models.architecture.diagram.route import Route
from models.architecture.diagram.scene import Badges, Scene, scene
from models.architecture.model import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, Translate, say, without_direction
from models.formats.exporters import Exporter

_DESCRIPTION = QT_TRANSLATE_NOOP("drawing", "Architecture diagram with {elements} elements and {links} links: {names}.")
_MOST_NAMES = 40
_PAPER = {"light": "node"}


def svg(
    architecture: Architecture,
    diagram_id: str | None = None,
    *,
    theme: str = "light",
    badges: Badges | None = None,
    witness: Sequence[str] = (),
    legend: bool = True,
    background: bool = True,
    paper: str | None = None,
    family: str | None = None,
    translate: Translate = english,
    line_shape: LineShape = "curved",
) -> str:
    """The diagram as SVG text; elements without a place get one in the picture.

    Args:
        diagram_id: the diagram to draw, the first one if not given.
        theme: "light" or "dark".
        badges: element or link id -> (number of findings, worst severity).
        witness: element and link ids of a path to point out and number.
        background: whether to paint the canvas; without it plates under words have the colour of a panel, as the page.
        paper: the theme's colour to paint there: if not given that of a document, white in the light theme.
        family: the one font family to name, in place of the theme's list (Qt's renderer takes a list for one name).

    Raises:
        LayoutError: there is no such diagram.
        KeyError: the theme has no such colour.
    """
    architecture, drawing = drawn(
        architecture,
        diagram_id,
        badges=badges,
        witness=witness,
        legend=legend,
        translate=translate,
        line_shape=line_shape,
    )
    return _Writer(theme, family, paper).document(architecture, drawing, translate, background=background)


def drawn(architecture: Architecture, diagram_id: str | None = None, **options: Any) -> tuple[Architecture, Scene]:
    """(the architecture with everything placed, the scene of the diagram); `options` as of `scene`."""
    wanted = diagram_id or (architecture.diagrams[0].id if architecture.diagrams else MAIN)
    architecture = place_missing(architecture, wanted)
    diagram = next(each for each in architecture.diagrams if each.id == wanted)
    return architecture, scene(architecture, diagram, **options)


def write(architecture: Architecture, diagram_id: str | None = None, *, theme: str = "light") -> bytes:
    """The diagram as the bytes of an SVG file, with a legend."""
    return svg(architecture, diagram_id, theme=theme).encode("utf-8")


EXPORTER = Exporter("svg", QT_TRANSLATE_NOOP("exporters", "SVG drawing"), ".svg", write)


@cache
def _theme(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(resources.path("themes", f"{name}.json").read_text("utf-8"))
    return loaded


def number(value: float) -> str:
    """Two decimals at most, never "-0"."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def clean(text: str) -> str:
    """The text without characters that turn the direction of writing; those that XML cannot hold are replaced."""
    return "".join(character if _allowed(ord(character)) else "\ufffd" for character in without_direction(text))


def _allowed(code: int) -> bool:
    if code < 0x20:
        return code in (0x9, 0xA, 0xD)
    return not (0xD800 <= code <= 0xDFFF or code in (0xFFFE, 0xFFFF))


def path_data(path: Path) -> str:
    """The `d` attribute of a path."""
    return " ".join(command[0] + " ".join(number(value) for value in command[1:]) for command in path)


class _Writer:
    def __init__(self, theme: str, family: str | None, paper: str | None) -> None:
        loaded = _theme(theme)
        colours: dict[str, str] = loaded["colours"]
        self._colours = {**colours, "canvas": colours[paper or _PAPER.get(theme, "canvas")]}
        self._families = family or ", ".join(loaded["fonts"]["families"])

    def document(self, architecture: Architecture, drawing: Scene, translate: Translate, *, background: bool) -> str:
        x, y, width, height = drawing.bounds
        title = architecture.name or translate("drawing", QT_TRANSLATE_NOOP("drawing", "Architecture"))
        names = [architecture.label(element_id) for element_id, _ in drawing.nodes]
        listed = ", ".join(names[:_MOST_NAMES]) + ("…" if len(names) > _MOST_NAMES else "")
        about = say("drawing", _DESCRIPTION, elements=len(names), links=len(drawing.routes), names=listed)
        lines = [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" role="img" width="{number(width)}" height="{number(height)}" '
                f'viewBox="{number(x)} {number(y)} {number(width)} {number(height)}" '
                f"font-family={quoteattr(self._families)}>"
            ),
            f"<title>{escape(clean(title))}</title>",
            f"<desc>{escape(clean(about.translated(translate)))}</desc>",
        ]
        if background:
            lines.append(self._mark(Mark(rectangle(drawing.bounds), fill="canvas")))
        else:
            self._colours = {**self._colours, "canvas": self._colours["panel"]}
        for element_id, picture in drawing.frames:
            lines += self._node(architecture, element_id, replace(picture, texts=()))
        lines += [self._mark(band(route)) for route in drawing.witness]
        for route in drawing.routes:
            lines += self._link(architecture, route)
        for _, picture in drawing.frames:
            for words in picture.texts:
                if any(crosses(route.points, words.rect) for route in drawing.routes):
                    lines.append(self._mark(Mark(rectangle(words.rect.grown(2), 4), fill="canvas", opacity=0.9)))
                lines.append(self._text(words))
        for element_id, picture in drawing.nodes:
            lines += self._node(architecture, element_id, picture)
        for route in drawing.routes:
            label = link_text(route)
            if label is not None and route.label is not None:
                lines.append(self._mark(Mark(rectangle(route.label.plate, 4), fill="canvas")))
                lines.append(self._text(label))
        for mark, text in (*drawing.hops, *drawing.badges):
            lines += [self._mark(mark), self._text(text)]
        if drawing.legend is not None:
            lines += [self._mark(mark) for mark in drawing.legend.marks]
            lines += [self._text(text) for text in drawing.legend.texts]
        lines.append("</svg>\n")
        return "\n".join(lines)

    def _node(self, architecture: Architecture, element_id: str, picture: NodePicture) -> list[str]:
        kind = architecture.element_by_id[element_id].kind
        lines = [f'<g class="{kind}"><title>{escape(clean(architecture.label(element_id)))}</title>']
        lines += [self._mark(mark) for mark in picture.marks]
        lines += [self._text(line) for line in picture.texts]
        lines.append("</g>")
        return lines

    def _link(self, architecture: Architecture, route: Route) -> list[str]:
        link = architecture.link_by_id[route.link]
        title = escape(clean(architecture.label(route.link)))
        marks = list(link_marks(route, plate=False))
        return [f'<g class="{link.style}"><title>{title}</title>', *(self._mark(mark) for mark in marks), "</g>"]

    def _mark(self, mark: Mark) -> str:
        parts = [f'<path d="{path_data(mark.path)}" fill="{self._colour(mark.fill)}"']
        if mark.stroke is not None:
            parts.append(f'stroke="{self._colour(mark.stroke)}" stroke-width="{number(mark.width)}"')
            parts.append('stroke-linejoin="round"')
            if mark.dash:
                parts.append(f'stroke-dasharray="{" ".join(number(value) for value in mark.dash)}"')
            if not mark.dash or mark.dash[0] < 1:
                parts.append('stroke-linecap="round"')
        if mark.opacity < 1:
            parts.append(f'opacity="{number(mark.opacity)}"')
        return " ".join(parts) + "/>"

    def _text(self, line: TextLine) -> str:
        parts = [
            (
                f'<text x="{number(line.x)}" y="{number(line.y)}" font-size="{number(line.size)}" '
                f'fill="{self._colour(line.colour)}"'
            )
        ]
        if line.weight == "semibold":
            parts.append('font-weight="600"')
        if line.italic:
            parts.append('font-style="italic"')
        if line.anchor != "start":
            parts.append(f'text-anchor="{line.anchor}"')
        return " ".join(parts) + f">{escape(clean(line.text))}</text>"

    def _colour(self, token: str | None) -> str:
        return "none" if token is None else self._colours[token]
