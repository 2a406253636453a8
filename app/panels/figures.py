"""Measured numbers as people read them: three figures, a unit, a dash where nothing is known. No Qt."""

NOTHING = "–"


def significant(value: float) -> str:
    """Three significant figures without needless zeros; whole numbers from a hundred on, in groups of three."""
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", "\u202f")
    return f"{value:.3g}"


def milliseconds(value: float | None) -> str:
    """ "245 ms", "2.4 s", "3.5 min"."""
    if value is None:
        return NOTHING
    if abs(value) >= 120_000:
        return f"{significant(value / 60_000)} min"
    if abs(value) >= 1_000:
        return f"{significant(value / 1_000)} s"
    return f"{significant(value)} ms"


def per_second(value: float | None) -> str:
    return NOTHING if value is None else f"{significant(value)}/s"


def percent(value: float | None) -> str:
    """A share as a percentage; what is near 100% but not it keeps the digits that tell."""
    if value is None:
        return NOTHING
    for digits in range(5):
        text = f"{value * 100:.{digits}f}"
        if value in (0.0, 1.0) or (float(text) not in (0.0, 100.0) and digits >= (1 if value > 0.99 else 0)):
            return f"{text}%"
    return f"{value * 100:.5g}%"


def count(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.0f}".replace(",", "\u202f")
