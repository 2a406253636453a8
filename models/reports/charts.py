"""Charts as inline SVG, coloured by the page's own style sheet: lines over time, and bars.

A class names each colour ("c-sync", "c-error", ...); no colour stands here. Labels stand at the lines' ends instead of
in a legend. Undefined values (None) leave a gap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from models.architecture.diagram.text_width import elided, text_width

WIDTH, HEIGHT = 760.0, 200.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 150.0, 26.0, 26.0
LABEL_SIZE = 11.0
LABEL_STEP = 14.0
Scale = Callable[[float], float]


@dataclass(frozen=True, slots=True)
class Line:
    """One series. `values` go with the chart's times; `kind` is a class of the style sheet; `quiet` draws it thin."""

    label: str
    values: Sequence[float | None]
    kind: str
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """A time during which something was broken, in ms."""

    label: str
    start: float
    end: float


def line_chart(
    title: str,
    times: Sequence[float],
    lines: Sequence[Line],
    *,
    scale: Callable[[float], str],
    windows: Sequence[Window] = (),
) -> str:
    """Lines over time (ms), from zero up; "" when there is nothing to draw. `scale` writes a value with its unit."""
    known = [value for line in lines for value in line.values if value is not None]
    if not times or not known:
        return ""
    top = ticks(max(*known, 1e-9), 4)
    end = times[-1] or 1.0
    x = _scale(0.0, end, LEFT, WIDTH - RIGHT)
    y = _scale(0.0, top[-1], HEIGHT - BOTTOM, TOP)
    parts = [f'<svg class="chart" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" role="img" aria-label="{escape(title)}">']
    for window in windows:
        left, right = x(max(0.0, window.start)), x(min(end, window.end))
        if right > left:
            parts.append(
                f'<rect class="window" x="{left:.1f}" y="{TOP:g}" width="{right - left:.1f}" '
                f'height="{HEIGHT - TOP - BOTTOM:g}"/>'
            )
            words = elided(window.label, max(40.0, WIDTH - RIGHT - left), LABEL_SIZE)
            parts.append(f'<text class="window-label" x="{left:.1f}" y="{TOP - 7:g}">{escape(words)}</text>')
    for tick in top:
        parts.append(f'<path class="grid" d="M{LEFT:g} {y(tick):.1f}H{WIDTH - RIGHT:g}"/>')
        parts.append(f'<text class="tick end" x="{LEFT - 6:g}" y="{y(tick) + 4:.1f}">{escape(scale(tick))}</text>')
    seconds = ticks(end / 1000, 6)
    for tick in seconds:
        if tick * 1000 <= end * 1.0001:
            parts.append(f'<text class="tick mid" x="{x(tick * 1000):.1f}" y="{HEIGHT - 8:g}">{_tick(tick)} s</text>')
    ends: list[tuple[float, Line]] = []
    reach: dict[int, float] = {}
    for line in lines:
        path, last, furthest = _path(times, line.values, x, y)
        reach[id(line)] = furthest
        if path:
            quiet = " quiet" if line.quiet else ""
            parts.append(f'<path class="line {line.kind}{quiet}" d="{path}"/>')
            ends += [(last, line)] if line.label else []
    for place, line in _spread(ends):
        words = elided(line.label, RIGHT - 14, LABEL_SIZE)
        parts.append(
            f'<text class="label {line.kind}" x="{reach[id(line)] + 8:.1f}" y="{place + 4:.1f}">{escape(words)}</text>'
        )
    return "".join([*parts, "</svg>"])


def bar_chart(title: str, rows: Sequence[tuple[str, float, str]]) -> str:
    """(label, value, class) as level bars, each with its number at the end; "" when all are zero."""
    highest = max((value for _label, value, _kind in rows), default=0)
    if highest <= 0:
        return ""
    step, left = 22.0, 190.0
    height = step * len(rows) + 6
    parts = [f'<svg class="chart" viewBox="0 0 {WIDTH:g} {height:g}" role="img" aria-label="{escape(title)}">']
    for index, (label, value, kind) in enumerate(rows):
        top = index * step + 3
        width = max(1.0, value / highest * (WIDTH - left - 90))
        words = elided(label, left - 14, LABEL_SIZE)
        parts.append(f'<text class="tick end" x="{left - 10:g}" y="{top + 13:g}">{escape(words)}</text>')
        parts.append(f'<rect class="bar {kind}" x="{left:g}" y="{top + 2:g}" width="{width:.1f}" height="14" rx="2"/>')
        number = f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        parts.append(f'<text class="tick strong" x="{left + width + 8:.1f}" y="{top + 13:g}">{number}</text>')
    return "".join([*parts, "</svg>"])


def stacked_bar(title: str, parts_of_it: Sequence[tuple[str, float, str]], unit: str) -> str:
    """(label, value, class) side by side in one bar, labelled inside where there is room, else below."""
    total = sum(value for _label, value, _kind in parts_of_it)
    if total <= 0:
        return ""
    parts = [f'<svg class="chart" viewBox="0 0 {WIDTH:g} 44" role="img" aria-label="{escape(title)}">']
    at = 0.0
    for label, value, kind in parts_of_it:
        width = value / total * WIDTH
        if width < 0.5:
            continue
        words = f"{label} {_tick(value)} {unit}"
        parts.append(f'<rect class="bar {kind}" x="{at:.1f}" y="0" width="{max(width - 1, 0.5):.1f}" height="16"/>')
        if text_width(words, LABEL_SIZE) < width - 4:
            parts.append(f'<text class="label {kind}" x="{at:.1f}" y="31">{escape(words)}</text>')
        at += width
    return "".join([*parts, "</svg>"])


def ticks(highest: float, count: int) -> list[float]:
    """Round numbers from 0 to `highest` or just above, about `count` of them.

    >>> ticks(87, 4), ticks(0.9, 4)
    ([0.0, 25.0, 50.0, 75.0, 100.0], [0.0, 0.25, 0.5, 0.75, 1.0])
    """
    raw = highest / count
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= raw * 0.999)
    return [round(step * index, 10) for index in range(math.ceil(highest / step - 1e-9) + 1)]


def _tick(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:g}k"
    return f"{value:.3g}" if value < 1000 else f"{value:g}"


def _scale(low: float, high: float, start: float, end: float) -> Scale:
    factor = (end - start) / (high - low or 1.0)
    return lambda value: start + (value - low) * factor


def _path(times: Sequence[float], values: Sequence[float | None], x: Scale, y: Scale) -> tuple[str, float, float]:
    """(path data, the height of the last point, how far right it is)."""
    words: list[str] = []
    pen_down, last, furthest = False, 0.0, 0.0
    for time, value in zip(times, values, strict=False):
        if value is None:
            pen_down = False
            continue
        last, furthest = y(value), x(time)
        words.append(f"{'L' if pen_down else 'M'}{furthest:.1f} {last:.1f}")
        pen_down = True
    return "".join(words), last, furthest


def _spread(ends: Sequence[tuple[float, Line]]) -> list[tuple[float, Line]]:
    """The places of labels, moved apart so that none covers another and all stay inside."""
    placed: list[tuple[float, Line]] = []
    floor = TOP
    for place, line in sorted(ends, key=lambda item: item[0]):
        at = max(place, floor)
        placed.append((at, line))
        floor = at + LABEL_STEP
    overflow = (placed[-1][0] - (HEIGHT - BOTTOM)) if placed else 0
    if overflow > 0:
        ceiling = HEIGHT - BOTTOM
        for index in range(len(placed) - 1, -1, -1):
            at = min(placed[index][0], ceiling)
            placed[index] = (at, placed[index][1])
            ceiling = at - LABEL_STEP
    return placed
