"""Circuit breakers, with the semantics common to their libraries (Resilience4j): a window of calls, rejections never
enter it; open for a time, then a number of permits, decided once they are all in."""

import numpy as np

from models.simulation.kernel.compiled import cold
from models.simulation.kernel.layout import CLOSED, HALF_OPEN, ONE, OPEN, ZERO, State


@cold
def breaker_refuses(S: State, lk_index: int) -> bool:
    """Whether the breaker of a link lets no call pass now; a permit of a half-open one is used up."""
    lk = S.LK[lk_index]
    now = S.G[ZERO].now
    if lk.b_state == OPEN:
        if now < lk.b_until:
            return True
        lk.b_state = HALF_OPEN
        lk.b_epoch += ONE
        lk.b_permits = lk.b_half
        lk.b_recorded = ZERO
        lk.b_failed = ZERO
        lk.b_slow = ZERO
    if lk.b_state == HALF_OPEN:
        if lk.b_permits <= ZERO:
            return True
        lk.b_permits -= ONE
    return False


@cold
def _open_breaker(S: State, lk_index: int) -> None:
    g = S.G[ZERO]
    lk = S.LK[lk_index]
    lk.b_state = OPEN
    lk.b_epoch += ONE
    lk.b_until = g.now + lk.b_open_ms
    lk.breaker_open_ms += min(lk.b_open_ms, g.end - g.now)


@cold
def record_outcome(S: State, f: int, failed: int) -> None:
    """Enter an attempt's outcome into the breaker's window, if the window is still the one it was sent in."""
    fr = S.F[f]
    lk = S.LK[fr.link]
    if fr.breaker != lk.b_epoch or lk.b_state == OPEN:
        return
    slow = lk.b_slow_ms >= 0.0 and S.G[ZERO].now - fr.t_sent > lk.b_slow_ms
    bits = failed + (np.int64(2) if slow else ZERO)
    if lk.b_state == HALF_OPEN:
        lk.b_recorded += ONE
        lk.b_failed += bits & ONE
        lk.b_slow += bits >> ONE
        if lk.b_recorded < lk.b_half:
            return
        if max(lk.b_failed, lk.b_slow) >= lk.b_rate * lk.b_recorded:
            _open_breaker(S, fr.link)
            return
        lk.b_state = CLOSED
        lk.b_epoch += ONE
        lk.b_n = ZERO
        lk.b_at = ZERO
        lk.b_failed = ZERO
        lk.b_slow = ZERO
        return
    at = lk.b_first + lk.b_at
    if lk.b_n == lk.b_window:
        old = S.BW[at]
        lk.b_failed -= old & ONE
        lk.b_slow -= old >> ONE
    else:
        lk.b_n += ONE
    S.BW[at] = bits
    lk.b_failed += bits & ONE
    lk.b_slow += bits >> ONE
    lk.b_at = (lk.b_at + ONE) % lk.b_window
    if lk.b_n >= lk.b_minimum and max(lk.b_failed, lk.b_slow) >= lk.b_rate * lk.b_n:
        lk.b_n = ZERO
        lk.b_at = ZERO
        lk.b_failed = ZERO
        lk.b_slow = ZERO
        _open_breaker(S, fr.link)
