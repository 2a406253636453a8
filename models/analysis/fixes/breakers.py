"""Circuit breakers that fit the rate of what they protect."""

from __future__ import annotations

from typing import Any

MOST_S = 60.0
"""A breaker that takes longer to open, or to close again, is inert."""
WITHIN_S = 10.0
"""How soon a breaker that a fix fits opens, or closes again, at the present rate."""
LEAST_CALLS = 5.0
"""With fewer calls to judge by, chance alone opens a breaker."""
STANDARD: dict[str, Any] = {
    "failure_rate": 0.5,
    "window_calls": 100,
    "minimum_calls": 100,
    "open_ms": 60_000.0,
    "half_open_calls": 10,
}
"""Field standard."""


def opening_calls(calls: int, rate: float | None, most_s: float) -> int | None:
    """How many calls a breaker should wait for so that it opens within `most_s`; None where even one is too many."""
    if not rate or calls / rate <= most_s:
        return calls
    fitting = max(1, min(int(max(LEAST_CALLS, rate * WITHIN_S)), int(rate * most_s)))
    return fitting if fitting / rate <= most_s else None


def closing_calls(calls: int, rate: float | None, most_s: float) -> int | None:
    """How many calls it should try before it closes, so that it does within `most_s`; None as above."""
    if not rate or calls / rate <= most_s:
        return calls
    fitting = max(1, int(rate * WITHIN_S))
    return fitting if fitting / rate <= most_s else None


def standard_for(rate: float | None, most_s: float) -> dict[str, Any]:
    """The field standard, with as many calls as come in time."""
    fitted = {
        "minimum_calls": opening_calls(STANDARD["minimum_calls"], rate, most_s),
        "half_open_calls": closing_calls(STANDARD["half_open_calls"], rate, most_s),
    }
    return STANDARD | {name: calls for name, calls in fitted.items() if calls is not None}
