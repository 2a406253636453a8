"""The links that stand still while something is dragged, kept as one picture of what is in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from app.canvas.painting import plain_rect, rect_f
from models.architecture.diagram.geometry import Rect

Draw = Callable[[QPainter, Rect, frozenset[str]], None]
"""Paints the links that meet a rectangle, except those named."""
_EDGE = 4.0


class Sight(NamedTuple):
    """What a picture shows: the scene through a transform, in a viewport of so many pixels.

    `state` is anything that changes when the same links look different.
    """

    transform: QTransform
    width: int
    height: int
    ratio: float
    state: object

    @property
    def rect(self) -> Rect:
        """In scene coordinates."""
        return plain_rect(self.transform.inverted()[0].mapRect(QRectF(0, 0, self.width, self.height)))


class StillLinks:
    """Drawn anew when the view moves; a link that starts to move is taken out of the picture."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._seen: Sight | None = None
        self._without: frozenset[str] = frozenset()

    def forget(self) -> None:
        self._picture = self._seen = None

    def make(self, sight: Sight, without: frozenset[str], draw: Draw) -> QPixmap:
        """Draws the picture of all links but those in `without`, unless it is this one already."""
        if self._picture is None or (sight, without) != (self._seen, self._without):
            self._seen, self._without = sight, without
            self._picture = QPixmap(round(sight.width * sight.ratio), round(sight.height * sight.ratio))
            self._picture.setDevicePixelRatio(sight.ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            self._draw(self._picture, sight.transform, sight.rect, draw)
        return self._picture

    def paint(self, painter: QPainter, loose: Mapping[str, Rect], draw: Draw, state: object) -> None:
        """Paints all links but the `loose` ones, which are given with the bounds they had when they stood still."""
        device = painter.device()
        sight = Sight(painter.worldTransform(), device.width(), device.height(), device.devicePixelRatio(), state)
        if self._picture is None or sight != self._seen or not self._without <= loose.keys():
            self._picture = self.make(sight, frozenset(loose), draw)
        elif fresh := loose.keys() - self._without:
            self._without = frozenset(loose)
            for link_id in fresh:
                self._draw(self._picture, sight.transform, loose[link_id].grown(_EDGE), draw, clear=True)
        painter.save()
        painter.resetTransform()
        painter.drawPixmap(0, 0, self._picture)
        painter.restore()

    def _draw(self, picture: QPixmap, transform: QTransform, rect: Rect, draw: Draw, *, clear: bool = False) -> None:
        drawing = QPainter(picture)
        drawing.setTransform(transform)
        drawing.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        if clear:
            drawing.setClipRect(rect_f(rect))
            drawing.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
            drawing.fillRect(rect_f(rect), Qt.GlobalColor.transparent)
            drawing.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        draw(drawing, rect, self._without)
        drawing.end()
