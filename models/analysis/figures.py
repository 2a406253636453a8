"""Figures as people write and choose them: two that differ are written so, a chosen one is round."""

from __future__ import annotations

import math

from models.analysis.facts import figure
from models.architecture.text import Text, say

LEAST = 1.0
"""What is chosen is never rounded up to less."""
_MOST_DIGITS = 17
_STEPS = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def counted(count: str, one: str, many: str) -> Text:
    """So many of something, by two templates of the context "rules": that of a single one and that of any `{count}`."""
    return say("rules", one if count == "1" else many, count=count)


def apart(one: float, other: float) -> tuple[str, str]:
    """Both as people write them, with as many digits as it takes to tell them apart."""
    shown = figure(one), figure(other)
    digits = 5
    while shown[0] == shown[1] and one != other and digits <= _MOST_DIGITS:
        shown = f"{one:.{digits}g}", f"{other:.{digits}g}"
        digits += 1
    return shown


def percents(one: float, other: float) -> tuple[str, str]:
    """Two shares in percent, with six digits or as many as it takes to tell them apart."""
    shown, digits = (percent(one), percent(other)), 7
    while shown[0] == shown[1] and one != other and digits <= _MOST_DIGITS:
        shown = f"{one * 100:.{digits}g}", f"{other * 100:.{digits}g}"
        digits += 1
    return shown


def percent(share: float) -> str:
    """A share in percent with six digits, or as many nines as it has."""
    for digits in range(6, _MOST_DIGITS):
        told = f"{share * 100:.{digits}g}"
        if share == 1 or told != "100":
            break
    return told


def rounded_up(value: float) -> float:
    """The next figure a person would choose: 75 -> 80, 410 -> 500; at least 1."""
    if value <= LEAST:
        return LEAST
    scale, least = 10.0 ** math.floor(math.log10(value)), value * (1 - 1e-12)
    for step in _STEPS:
        if scale * step >= least:
            break
    return scale * step


def rounded_down(value: float) -> float:
    """The nearest such figure that is not above; below 1 ms the value itself."""
    if value <= LEAST:
        return value
    scale, most = 10.0 ** math.floor(math.log10(value)), value * (1 + 1e-12)
    for step in reversed(_STEPS):
        if scale * step <= most:
            break
    return scale * step
