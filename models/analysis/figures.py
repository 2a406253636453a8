"""Two figures of which a finding says that they differ, written so that they do."""

from __future__ import annotations

from models.analysis.facts import figure

_MOST_DIGITS = 17


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
