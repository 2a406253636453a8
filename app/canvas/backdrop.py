"""The paper: canvas colour and a grid of dots that thins out with the zoom."""

from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen, QPolygonF

from app.theme import Theme

SPACING = 24.0
CLOSEST = 14.0
"""Viewport pixels; dots nearer to each other than this are left out, every other one."""


def paint_backdrop(painter: QPainter, rect: QRectF, theme: Theme, zoom: float) -> None:
    """Fills `rect` (scene coordinates)."""
    painter.fillRect(rect, theme.colour("canvas"))
    spacing = SPACING
    while spacing * zoom < CLOSEST:
        spacing *= 2
    dot = QPen(theme.colour("dots"), 2 if zoom < 1.5 else 3)
    dot.setCosmetic(True)
    painter.setPen(dot)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    first_x, first_y = rect.left() // spacing * spacing, rect.top() // spacing * spacing
    painter.translate(first_x, first_y)
    painter.drawPoints(_dots(int(rect.width() / spacing) + 2, int(rect.height() / spacing) + 2, spacing))
    painter.translate(-first_x, -first_y)


@lru_cache(maxsize=64)
def _dots(columns: int, rows: int, spacing: float) -> QPolygonF:
    return QPolygonF([QPointF(x * spacing, y * spacing) for y in range(rows) for x in range(columns)])
