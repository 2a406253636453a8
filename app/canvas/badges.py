"""Counts of findings on the canvas, in the shape of the worst severity."""

from PySide6.QtGui import QPainter

from app.canvas.painting import paint_mark, paint_text
from app.theme import Theme
from models.architecture.diagram.badges import RADIUS, badge
from models.architecture.diagram.geometry import Point, Rect

Badge = tuple[int, str]
"""(how many findings, the worst severity: "error", "warning" or "info")."""


def badge_rect(at: Point) -> Rect:
    """All that a badge with its middle at `at` may cover."""
    return Rect(at[0] - 2 * RADIUS, at[1] - 2 * RADIUS, 4 * RADIUS, 4 * RADIUS)


def paint_badge(painter: QPainter, theme: Theme, at: Point, shown: Badge) -> None:
    """Draws a badge with its middle at `at`, in scene coordinates."""
    mark, number = badge(*shown, at)
    paint_mark(painter, mark, theme)
    paint_text(painter, number, theme)
