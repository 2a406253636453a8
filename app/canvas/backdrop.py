"""The paper: canvas colour and a grid of dots that thins out with the zoom."""

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPen

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
    first_x, first_y = rect.left() // spacing, rect.top() // spacing
    columns, rows = int(rect.width() // spacing) + 2, int(rect.height() // spacing) + 2
    xs = [(first_x + column) * spacing for column in range(columns)]
    ys = [(first_y + row) * spacing for row in range(rows)]
    painter.drawPoints([QPointF(x, y) for y in ys for x in xs])
