"""What a picture is made of: marks (painted paths) and lines of text, coloured by names of theme tokens.

The canvas and the exports paint these and decide nothing of their own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from models.architecture.diagram.geometry import Path, Point, Rect, moved
from models.architecture.diagram.text_width import ASCENT, DESCENT, Weight, text_width

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Mark:
    """One painted path. `fill` and `stroke` name colours of the theme, None paints nothing; `dash` is in pixels."""

    path: Path
    fill: str | None = None
    stroke: str | None = None
    width: float = 1.2
    dash: tuple[float, ...] = ()
    opacity: float = 1.0

    def moved(self, dx: float, dy: float) -> Mark:
        return replace(self, path=moved(self.path, dx, dy))


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text; `x`, `y` is the end named by `anchor` of its baseline. Italic = assumed, nobody said it."""

    text: str
    x: float
    y: float
    size: float = 13
    weight: Weight = "regular"
    colour: str = "text"
    anchor: Anchor = "start"
    italic: bool = False

    @property
    def width(self) -> float:
        return text_width(self.text, self.size, self.weight)

    @property
    def rect(self) -> Rect:
        """From the top of the tallest letter to the bottom of the lowest."""
        width = self.width
        left = self.x - {"start": 0.0, "middle": width / 2, "end": width}[self.anchor]
        return Rect(left, self.y - ASCENT * self.size, width, (ASCENT + DESCENT) * self.size)

    def moved(self, dx: float, dy: float) -> TextLine:
        return replace(self, x=self.x + dx, y=self.y + dy)


@dataclass(frozen=True, slots=True)
class NodePicture:
    """An element's picture, with its top left corner at (0, 0).

    Attributes:
        outline: the closed path that links end on and that a click must hit.
        marks: painted in order, the outline's fill and stroke first.
        texts: painted after the marks.
        title_rect: where the name is, for editing it in place.
        bounds: everything painted, names under a person included.
        subtitle: the whole second line, also when the drawn one is elided.
        guessed: something about it was guessed by an import and no person confirmed it.
    """

    width: float
    height: float
    outline: Path
    marks: tuple[Mark, ...]
    texts: tuple[TextLine, ...]
    title_rect: Rect
    bounds: Rect
    subtitle: str
    guessed: bool = False

    def placed(self, corner: Point) -> NodePicture:
        """The same with its top left corner at `corner`."""
        dx, dy = corner
        return replace(
            self,
            outline=moved(self.outline, dx, dy),
            marks=tuple(mark.moved(dx, dy) for mark in self.marks),
            texts=tuple(line.moved(dx, dy) for line in self.texts),
            title_rect=self.title_rect.moved(dx, dy),
            bounds=self.bounds.moved(dx, dy),
        )
