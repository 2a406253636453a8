"""What a replication remembers: log-bucketed histograms, time-weighted areas, windows, batches of response times.

A bucket is 1/128 of an octave wide (0.78%), so a quantile is within 0.4%; means and maxima are exact.
"""

import math

import numpy as np

from models.simulation.kernel.compiled import cold, hot
from models.simulation.kernel.layout import (
    BATCHES,
    BUCKETS,
    BUCKETS_PER_OCTAVE,
    NONE,
    OCTAVE_LOW,
    OK,
    ONE,
    OPEN,
    ZERO,
    State,
)

_TWO = np.int64(2)
_LAST_BUCKET = np.int64(BUCKETS - 1)
_BATCHES = np.int64(BATCHES)
_FINER_BITS = np.int64(52 - 7)
"""Below the first seven bits of a mantissa, which with the exponent before them count 128ths of octaves."""
_LOWEST = (np.int64(1022) + OCTAVE_LOW) * BUCKETS_PER_OCTAVE - ONE
_PER_HALF = float(2 * int(BUCKETS_PER_OCTAVE))


@hot
def bucket(x: float) -> int:
    """The histogram bucket of a time: bucket 0 holds zero, bucket i > 0 holds [low(i), low(i + 1))."""
    if x <= 0.0:
        return np.int64(ZERO)
    i = (np.float64(x).view(np.int64) >> _FINER_BITS) - _LOWEST
    if i < ONE:
        return np.int64(ONE)
    return np.int64(min(i, _LAST_BUCKET))


@hot
def bucket_middle(i: int) -> float:
    """The middle of a bucket."""
    if i <= ZERO:
        return 0.0
    octave = (i - ONE) // BUCKETS_PER_OCTAVE
    part = (i - ONE) % BUCKETS_PER_OCTAVE
    return np.float64((0.5 + (np.float64(part) + 0.5) / _PER_HALF) * 2.0 ** np.float64(octave + OCTAVE_LOW))


@hot
def tick(S: State, s: int) -> None:
    """Bring a station's time-weighted sums up to now; called before its busy or queued number changes."""
    st = S.ST[s]
    now = S.G[ZERO].now
    passed = now - st.last
    if passed > 0.0:
        st.area_busy += st.busy * passed
        st.area_queue += st.queued * passed
        st.last = now


@hot
def tick_channel(S: State, c: int) -> None:
    """Bring a channel's time-weighted depth up to now."""
    ch = S.CH[c]
    now = S.G[ZERO].now
    ch.area += ch.depth * (now - ch.last)
    ch.last = now


@cold
def _end_batch(S: State, j: int) -> None:
    """Enter a batch of response times; when there is no room for more, make one of every two."""
    jo = S.JO[j]
    at = jo.batch_at
    S.BA[j, at, 0] = jo.batch_sum
    S.BA[j, at, 1] = jo.batch_size
    S.BA[j, at, 2] = S.G[ZERO].now
    jo.batch_sum = 0.0
    jo.batch_n = ZERO
    jo.batch_at = at + ONE
    if jo.batch_at < _BATCHES:
        return
    for k in range(_BATCHES // _TWO):
        a = _TWO * k
        S.BA[j, k, 0] = S.BA[j, a, 0] + S.BA[j, a + 1, 0]
        S.BA[j, k, 1] = S.BA[j, a, 1] + S.BA[j, a + 1, 1]
        S.BA[j, k, 2] = S.BA[j, a + 1, 2]
    for k in range(_BATCHES // _TWO, _BATCHES):
        S.BA[j, k, 1] = 0.0
    jo.batch_size *= _TWO
    jo.batch_at = _BATCHES // _TWO


@hot
def record_end(S: State, f: int) -> None:
    """Enter a journey instance that has its answer."""
    g = S.G[ZERO]
    fr = S.F[f]
    j = fr.journey
    jo = S.JO[j]
    jt = S.JT[j * g.epochs + fr.epoch]
    if fr.cause != OK:
        jo.window_failed += ONE
        jt.failed += ONE
        S.ER[j, fr.epoch, fr.cause] += ONE
        return
    took = g.now - fr.t_start
    b = bucket(took)
    jo.window_good += ONE
    S.HW[j, b] += ONE
    if b < jo.bucket_low:
        jo.bucket_low = b
    if b > jo.bucket_high:
        jo.bucket_high = b
    if fr.degraded == ONE:
        jt.degraded += ONE
    else:
        jt.succeeded += ONE
    jt.silent_wrong += fr.wrong
    S.HL[j, fr.epoch, b] += ONE
    jt.sum_ms += took
    if took > jt.max_ms:
        jt.max_ms = took
    jt.b_wait += fr.b_wait
    jt.b_work += fr.b_work
    jt.b_net += fr.b_net
    jt.b_back += fr.b_back
    jo.batch_sum += took
    jo.batch_n += ONE
    if jo.batch_n == jo.batch_size:
        _end_batch(S, j)


@cold
def record_completion(S: State, f: int) -> None:
    """Enter a journey instance all of whose consequences have happened, or some of which are lost."""
    fr = S.F[f]
    jt = S.JT[fr.journey * S.G[ZERO].epochs + fr.epoch]
    if fr.cause != OK:
        return
    if fr.lost == ONE:
        jt.incomplete += ONE
        return
    took = S.G[ZERO].now - fr.t_start
    jt.completed += ONE
    jt.sum_completion += took
    if took > jt.max_completion:
        jt.max_completion = took
    S.HC[fr.journey, fr.epoch, bucket(took)] += ONE


@cold
def _window_p99(S: State, j: int) -> float:
    jo = S.JO[j]
    need = np.int64(math.ceil(0.99 * jo.window_good))
    seen = ZERO
    answer = np.nan
    b = jo.bucket_low
    while b <= jo.bucket_high:
        seen += S.HW[j, b]
        if seen >= need and answer != answer:
            answer = bucket_middle(b)
        S.HW[j, b] = ZERO
        b += ONE
    jo.bucket_low = np.int64(BUCKETS)
    jo.bucket_high = NONE
    return answer


@cold
def close_window(S: State) -> None:
    """Write the window that ends now into the time series and begin the next."""
    from_here = S.G[ZERO]
    w = from_here.window
    if w >= from_here.windows:
        return
    start = w * from_here.window_ms
    length = from_here.now - start
    for j in range(from_here.n_journeys):
        jo = S.JO[j]
        S.WJ[w, j, 0] = jo.window_good
        S.WJ[w, j, 1] = jo.window_failed
        S.WJ[w, j, 2] = _window_p99(S, j) if jo.window_good > ZERO else np.nan
        jo.window_good = ZERO
        jo.window_failed = ZERO
    for s in range(from_here.n_stations):
        tick(S, s)
        st = S.ST[s]
        if length > 0.0:
            S.WS[w, s, 0] = (st.area_busy - st.seen_busy) / length
            S.WS[w, s, 1] = (st.area_queue - st.seen_queue) / length
        st.seen_busy = st.area_busy
        st.seen_queue = st.area_queue
    for c in range(from_here.n_channels):
        tick_channel(S, c)
        ch = S.CH[c]
        if length > 0.0:
            S.WC[w, c] = (ch.area - ch.seen_area) / length
        ch.seen_area = ch.area
    for i in range(from_here.n_links):
        if S.LK[i].breaker == ONE:
            opened = open_so_far(S, i)
            if length > 0.0:
                S.WB[w, S.LK[i].b_row] = (opened - S.LK[i].seen_open) / length
            S.LK[i].seen_open = opened
    from_here.window = w + ONE


@cold
def open_so_far(S: State, i: int) -> float:
    """How long a link's breaker has been open up to now: it is entered as a whole when the breaker opens."""
    g = S.G[ZERO]
    lk = S.LK[i]
    if lk.b_state != OPEN:
        return lk.breaker_open_ms
    return np.float64(lk.breaker_open_ms - max(min(lk.b_until, g.end) - g.now, 0.0))


@cold
def begin_epoch(S: State) -> None:
    """Bring all sums up to now; who drives the kernel copies them."""
    g = S.G[ZERO]
    for s in range(g.n_stations):
        tick(S, s)
    for c in range(g.n_channels):
        tick_channel(S, c)
    g.epoch += ONE
