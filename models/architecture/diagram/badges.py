"""Counts of findings: a disc for errors, a triangle for warnings, a square for the rest, each with its number."""

from __future__ import annotations

from models.architecture.diagram.geometry import Point, Rect, ellipse, rectangle
from models.architecture.diagram.picture import Mark, TextLine

SEVERITIES = ("error", "warning", "info")
RADIUS = 9.0


def badge(count: int, severity: str, at: Point) -> tuple[Mark, TextLine]:
    """The badge with its middle at `at`; an unknown severity is drawn as info. Beyond 99 it says "99+"."""
    x, y = at
    number = str(count) if count < 100 else "99+"
    wide = max(0.0, 6.0 * (len(number) - 1))
    if severity == "error":
        if wide:
            path = rectangle(Rect(x - RADIUS - wide / 2, y - RADIUS, 2 * RADIUS + wide, 2 * RADIUS), RADIUS)
        else:
            path = ellipse(x, y, RADIUS, RADIUS)
        baseline = y + 3.8
    elif severity == "warning":
        half = 12.0 + wide / 2
        path = (
            ("M", x - 1.5, y - 10),
            ("C", x - 0.8, y - 11.2, x + 0.8, y - 11.2, x + 1.5, y - 10),
            ("L", x + half - 0.6, y + 7),
            ("C", x + half, y + 8.2, x + half - 0.8, y + 9, x + half - 2, y + 9),
            ("L", x - half + 2, y + 9),
            ("C", x - half + 0.8, y + 9, x - half, y + 8.2, x - half + 0.6, y + 7),
            ("Z",),
        )
        baseline = y + 6.2
    else:
        severity = "info"
        side = 2 * RADIUS - 2
        path = rectangle(Rect(x - side / 2 - wide / 2, y - side / 2, side + wide, side), 4)
        baseline = y + 3.8
    return Mark(path, fill=severity, stroke="canvas", width=1.5), TextLine(
        number, x, baseline, 10.5, "semibold", "on_severity", "middle"
    )
