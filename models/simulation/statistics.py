"""Statistics of runs: warm-up, intervals, quantiles of log-bucketed histograms."""

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

import numpy as np

from models.simulation.kernel.layout import BUCKETS_PER_OCTAVE, OCTAVE_LOW

_PER_OCTAVE = int(BUCKETS_PER_OCTAVE)
_LOW = int(OCTAVE_LOW)
FEWEST_BATCHES = 8
MOST_BATCHES = 15
MOST_CORRELATED = 0.7


def bucket_edge(i: int) -> float:
    """The lower edge of bucket `i` in ms; bucket 0 holds zero."""
    if i <= 0:
        return 0.0
    octave, part = divmod(i - 1, _PER_OCTAVE)
    return math.ldexp(0.5 + part / (2 * _PER_OCTAVE), octave + _LOW)


def quantile(histogram: Any, share: float, largest: float) -> float | None:
    """The `share` quantile of counts per bucket, linear within a bucket, at most `largest`; None if empty."""
    total = int(histogram.sum())
    if total == 0:
        return None
    cumulative = np.cumsum(histogram)
    rank = share * total
    i = int(np.searchsorted(cumulative, rank))
    i = min(i, len(histogram) - 1)
    inside = int(histogram[i])
    if i == 0 or inside == 0:
        return 0.0
    before = int(cumulative[i]) - inside
    low, high = bucket_edge(i), bucket_edge(i + 1)
    return min(low + (high - low) * (rank - before) / inside, largest)


def t_quantile(freedom: int, share: float = 0.975) -> float:
    """Student's t quantile: exact for 1 and 2 degrees of freedom, else Hill's expansion (CACM algorithm 396, 1970),
    to within 0.001 for the 97.5% point."""
    if freedom == 1:
        return math.tan(math.pi * (share - 0.5))
    if freedom == 2:
        return (2 * share - 1) * math.sqrt(2 / (4 * share * (1 - share)))
    p, n = 2 * (1 - share), float(freedom)
    a = 1 / (n - 0.5)
    b = (48 / a) / a
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * n
    y = (d * p) ** (2 / n)
    if y > 0.05 + a:
        x = NormalDist().inv_cdf(p / 2)
        y = x * x
        if freedom < 5:
            c += 0.3 * (n - 4.5) * (x + 0.6)
        c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = math.expm1(a * y * y)
    else:
        y = ((1 / (((n + 6) / (n * y) - 0.089 * d - 0.822) * (n + 2) * 3) + 0.5 / (n + 4)) * y - 1) * (n + 1) / (
            n + 2
        ) + 1 / y
    return math.sqrt(n * y)


def interval(values: Sequence[float], share: float = 0.975) -> tuple[float, float] | None:
    """The interval of the mean of independent values, by default of 95%; None for fewer than two.

    `share` is the quantile of its upper end."""
    n = len(values)
    if n < 2:
        return None
    mean = sum(values) / n
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1) / n)
    half = t_quantile(n - 1, share) * spread
    return mean - half, mean + half


def batch_interval(batches: Any, from_ms: float) -> tuple[float, float] | None:
    """The 95% interval of a mean of times by batch means.

    `batches`: (n, 3) array of sum, count and end time in order of time; those that end before `from_ms` are left out.
    None when too few are left. Batches that still follow each other (a positive correlation r of neighbours) count for
    less: the variance of their mean is larger by (1 + r) / (1 - r), as for an autoregressive process (Fishman, 1978).
    The interval is that of the logarithm, as means of queueing times are skewed to the right.
    """
    kept = batches[(batches[:, 1] > 0) & (batches[:, 2] > from_ms)]
    group = max(1, len(kept) // MOST_BATCHES)
    n = len(kept) // group
    if n < FEWEST_BATCHES:
        return None
    kept = kept[len(kept) - n * group :]
    means = kept[:, 0].reshape(n, group).sum(axis=1) / kept[:, 1].reshape(n, group).sum(axis=1)
    mean = float(means.mean())
    apart = means - mean
    squares = float((apart**2).sum())
    if mean <= 0 or squares == 0:
        return mean, mean
    together = float((apart[1:] * apart[:-1]).sum()) / squares + 1 / n
    together = min(max(together, 0.0), MOST_CORRELATED)
    error = math.sqrt(squares / (n - 1) / n * (1 + together) / (1 - together))
    half = t_quantile(n - 1) * error / mean
    return mean * math.exp(-half), mean * math.exp(half)


def warm_up_end(batches: Any) -> float:
    """When the start-up transient is over by MSER-5 (White, 1997): the truncation, of at most half the batches, that
    minimises the standard error of the mean of the rest. `batches` as for `batch_interval`; 0 when there are few."""
    kept = batches[batches[:, 1] > 0]
    n = len(kept)
    if n < 20:
        return 0.0
    values = kept[:, 0] / kept[:, 1]
    left = np.arange(n, 0, -1)
    sums = np.cumsum(values[::-1])[::-1]
    squares = np.cumsum((values**2)[::-1])[::-1]
    error = (squares - sums**2 / left) / left.astype(np.float64) ** 2
    best = int(np.argmin(error[: n // 2]))
    return 0.0 if best == 0 else float(kept[best - 1, 2])
