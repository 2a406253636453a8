"""How wide a text is in the bundled typeface, without a screen.

The table in `resources/fonts/widths.json` was measured from the font files; kerning is left out, which costs less
than three percent on real names.
"""

from __future__ import annotations

import json
import unicodedata
from functools import cache, lru_cache
from typing import Literal

from models import resources

Weight = Literal["regular", "semibold"]
ELLIPSIS = "…"
ASCENT = 0.9517
"""Height above the baseline, as a share of the font size."""
DESCENT = 0.2412
CAP_HEIGHT = 0.7070
_FALLBACK = 600
_IDEOGRAPH = 1000
_LATIN_END = 0x250


@cache
def _table(weight: Weight) -> dict[int, int]:
    measured = json.loads(resources.path("fonts", "widths.json").read_text("utf-8"))[weight]
    return {
        low + index: advance
        for low, advances in measured["blocks"]
        for index, advance in enumerate(advances)
        if advance >= 0
    } | {-1: measured["hangul"], -2: measured["kana"], -3: measured["full"]}


def advance(character: str, weight: Weight = "regular") -> int:
    """Thousandths of the font size that one character takes."""
    table = _table(weight)
    code = ord(character)
    known = table.get(code)
    if known is not None:
        return known
    if 0xAC00 <= code <= 0xD7A3:
        return table[-1]
    if 0x3040 <= code <= 0x30FF:
        return table[-2]
    if unicodedata.combining(character) or code in (0x200B, 0x200D, 0xFE0F) or code < 0x20:
        return 0
    width = unicodedata.east_asian_width(character)
    if width == "F":
        return table[-3]
    return _IDEOGRAPH if width == "W" else _FALLBACK


@lru_cache(maxsize=16_384)
def text_width(text: str, size: float = 13, weight: Weight = "regular") -> float:
    """Width in pixels of `text` on one line, at `size` pixels."""
    return sum(advance(character, weight) for character in text) * size / 1000


def elided(text: str, width: float, size: float = 13, weight: Weight = "regular") -> str:
    """The text, or as much of its beginning as fits in `width` pixels with an ellipsis."""
    if text_width(text, size, weight) <= width:
        return text
    room = width - text_width(ELLIPSIS, size, weight)
    used = 0.0
    for index, character in enumerate(text):
        used += advance(character, weight) * size / 1000
        if used > room:
            return text[:index].rstrip() + ELLIPSIS
    return text


def wrapped(
    text: str, width: float, size: float = 13, weight: Weight = "regular", lines: int | None = None
) -> tuple[str, ...]:
    """Lines no wider than `width` pixels, broken at spaces and where words join, the last one elided when cut off.

    A word wider than a line is broken anywhere. Line breaks in the text are kept.
    """
    result: list[str] = []
    for paragraph in text.splitlines() or [""]:
        line = ""
        for piece in _pieces(paragraph):
            while True:
                if text_width((line + piece).rstrip(), size, weight) <= width:
                    line += piece
                    break
                if line.strip():
                    result.append(line.rstrip())
                    line, piece = "", piece.lstrip()
                    continue
                cut = _fitting(piece, width, size, weight)
                result.append(piece[:cut])
                piece = piece[cut:]
        result.append(line.rstrip())
        if lines is not None and len(result) > lines:
            break
    if lines is not None and len(result) > lines:
        rest = " ".join(part for part in result[lines - 1 :] if part)
        kept = elided(rest, width, size, weight)
        if kept == rest:
            kept = elided(rest + ELLIPSIS * 2, width, size, weight) if len(rest) < len(text) else rest
        result = [*result[: lines - 1], kept]
    return tuple(result)


def _pieces(paragraph: str) -> list[str]:
    """Words with the space after them; also broken after hyphens, dots, slashes, underscores and ideographs."""
    pieces: list[str] = []
    start = 0
    for index, character in enumerate(paragraph):
        if character in " -_./:" or unicodedata.east_asian_width(character) in "WF":
            pieces.append(paragraph[start : index + 1])
            start = index + 1
    if start < len(paragraph):
        pieces.append(paragraph[start:])
    return pieces


def _fitting(word: str, width: float, size: float, weight: Weight) -> int:
    used = 0.0
    for index, character in enumerate(word):
        used += advance(character, weight) * size / 1000
        if used > width:
            return max(1, index)
    return len(word)
