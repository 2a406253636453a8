"""Numbers as people read them: few digits, their unit, thin spaces between thousands."""

from __future__ import annotations

from typing import Any

from models.architecture.values import AnyDistribution, mean_of, quantile_of

THIN = "\N{NARROW NO-BREAK SPACE}"
NOTHING = "–"


def number(value: float | None, digits: int = 3) -> str:
    """About `digits` significant digits, thousands apart, no needless zeros.

    >>> number(1234567.0), number(0.12345), number(2.0), number(None)
    ('1\u202f234\u202f567', '0.123', '2', '–')
    """
    if value is None:
        return NOTHING
    if abs(value) >= 10 ** (digits - 1) or value == int(value):
        return f"{value:,.0f}".replace(",", THIN)
    places = max(0, digits - len(str(int(abs(value)))) + (abs(value) < 1))
    return f"{value:.{places}f}".rstrip("0").rstrip(".")


def time(ms: float | None) -> str:
    """A time with the unit that suits it.

    >>> time(0.5), time(1800.0), time(90000.0), time(7200000.0)
    ('0.5\u202fms', '1.8\u202fs', '90\u202fs', '2\u202fh')
    """
    if ms is None:
        return NOTHING
    for factor, unit in ((3_600_000, "h"), (60_000, "min"), (1000, "s")):
        if ms >= factor * (3 if unit == "min" else 1):
            return f"{number(ms / factor)}{THIN}{unit}"
    return f"{number(ms)}{THIN}ms"


def share(value: float | None) -> str:
    """A percentage; never 100% when it is not all, never 0% when it is not nothing.

    >>> share(0.99996), share(1.0), share(0.25), share(0.00001)
    ('99.99%', '100%', '25%', '0.01%')
    """
    if value is None:
        return NOTHING
    percent = value * 100
    if value not in (0.0, 1.0):
        percent = min(max(percent, 0.01), 99.99)
    text = f"{percent:.2f}" if percent > 99 or percent < 1 else f"{percent:.1f}"
    return f"{text.rstrip('0').rstrip('.')}%"


def rate(per_s: float | None) -> str:
    return NOTHING if per_s is None else f"{number(per_s)}/s"


def distribution(value: AnyDistribution) -> str:
    """ "p50 180 ms, p99 900 ms" of any shape; a constant is one number."""
    middle, high = quantile_of(value, 0.5), quantile_of(value, 0.99)
    if middle == high:
        return time(mean_of(value))
    return f"p50 {time(middle)}, p99 {time(high)}"


def plain(value: Any) -> str:
    """Anything else from the model: none and unlimited stay words, whole numbers lose their point."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return number(float(value))
    if isinstance(value, dict):
        return ", ".join(f"{key} {plain(part)}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(plain(part) for part in value)
    return str(value).replace("_", " ")
