"""A finding's path as a row of chips: elements, and the links between them in their own style, numbered."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from models.architecture import Architecture
from models.architecture.diagram.text_width import elided, text_width

WIDTH = 760.0
CHIP_HEIGHT, ROW = 26.0, 40.0
ARROW, PADDING, SIZE = 62.0, 11.0, 12.0
WIDEST_NAME = 190.0


def path_picture(architecture: Architecture, path: Sequence[str]) -> str:
    """The path (element and link ids by turns) as SVG; "" when it names fewer than two parts."""
    chips = [part for part in path if part in architecture.element_by_id]
    if len(chips) < 2:
        return ""
    names = " → ".join(architecture.label(chip) for chip in chips)
    x, y, hop = 0.0, 4.0, 0
    parts: list[str] = []
    style = "sync"
    numbered = False
    for part in path:
        link = architecture.link_by_id.get(part)
        if link is not None:
            style, numbered = link.style, True
            continue
        element = architecture.element_by_id.get(part)
        if element is None:
            continue
        words = elided(architecture.label(part), WIDEST_NAME, SIZE, "semibold")
        width = text_width(words, SIZE, "semibold") + 2 * PADDING
        if x > 0:
            if x + ARROW + width > WIDTH:
                x, y = 24.0, y + ROW
            hop += 1
            shared = style == "shared_data" and architecture.sharers.get(part, 0) > 1
            parts.append(_arrow(x, y + CHIP_HEIGHT / 2, style, hop if numbered else None, double=shared))
            x += ARROW
        parts.append(
            f'<rect class="chip k-{element.kind}" x="{x + 0.5:.1f}" y="{y + 0.5:.1f}" width="{width:.1f}" '
            f'height="{CHIP_HEIGHT:g}" rx="6"/><text class="chip-name" x="{x + width / 2 + 0.5:.1f}" '
            f'y="{y + 17.5:.1f}">{escape(words)}</text>'
        )
        x, numbered = x + width, False
    return (
        f'<svg class="path" viewBox="0 0 {WIDTH:g} {y + CHIP_HEIGHT + 5:g}" role="img" aria-label="{escape(names)}">'
        f"{''.join(parts)}</svg>"
    )


def _arrow(x: float, y: float, style: str, hop: int | None, *, double: bool) -> str:
    start, tip = x + 5, x + ARROW - 5
    lines = [f'<path class="arrow s-{style}" d="M{start:.1f} {y:.1f}H{tip - 5:.1f}"/>']
    if double:
        lines = [
            f'<path class="arrow s-{style}" d="M{start:.1f} {y + shift:.1f}H{tip - 5:.1f}"/>' for shift in (-1.5, 1.5)
        ]
    lines.append(f'<path class="head s-{style}" d="M{tip:.1f} {y:.1f}l-8 -4v8z"/>')
    if hop is not None:
        middle = (start + tip - 4) / 2
        lines.append(
            f'<rect class="hop" x="{middle - 8:.1f}" y="{y - 8:.1f}" width="16" height="16" rx="4"/>'
            f'<text class="hop-number" x="{middle:.1f}" y="{y + 4:.1f}">{hop}</text>'
        )
    return "".join(lines)
