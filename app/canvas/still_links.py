"""The links that stand still while something is dragged, kept as one picture of what is in sight."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPixmap, QTransform

from app.canvas.painting import in_sight, rect_f
from models.architecture.diagram.geometry import Rect

Draw = Callable[[QPainter, Rect, frozenset[str]], None]
"""Paints the links that meet a rectangle, except those named."""
_EDGE = 4.0


class StillLinks:
    """Drawn anew when the view moves; a link that starts to move is taken out of the picture."""

    def __init__(self) -> None:
        self._picture: QPixmap | None = None
        self._seen: tuple[QTransform, int, int, float, object] | None = None
        self._without: frozenset[str] = frozenset()

    def forget(self) -> None:
        self._picture = self._seen = None

    def paint(self, painter: QPainter, loose: Mapping[str, Rect], draw: Draw, state: object) -> None:
        """Paints all links but the `loose` ones, which are given with the bounds they had when they stood still.

        The picture is drawn anew when `state` is another.
        """
        device = painter.device()
        ratio = device.devicePixelRatio()
        seen = (painter.worldTransform(), device.width(), device.height(), ratio, state)
        if self._picture is None or seen != self._seen or not self._without <= loose.keys():
            self._seen, self._without = seen, frozenset(loose)
            self._picture = QPixmap(round(seen[1] * ratio), round(seen[2] * ratio))
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(Qt.GlobalColor.transparent)
            self._draw(self._picture, seen[0], in_sight(painter), draw)
        elif fresh := loose.keys() - self._without:
            self._without = frozenset(loose)
            for link_id in fresh:
                self._draw(self._picture, seen[0], loose[link_id].grown(_EDGE), draw, clear=True)
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
