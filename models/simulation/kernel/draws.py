"""Random numbers: xoshiro256++ (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021), one
state per stream, and the distributions of the model."""

import math
from typing import Any

import numpy as np

from models.simulation.kernel.compiled import cold, hot
from models.simulation.kernel.layout import (
    D_CONSTANT,
    D_ERLANG,
    D_EXPONENTIAL,
    D_HYPEREXPONENTIAL,
    D_LOGNORMAL,
    D_UNIFORM,
    LAYER,
    LAYERS,
    ONE,
    ZERO,
    State,
    records,
)

_S0, _S1, _S2, _S3 = np.int64(0), np.int64(1), np.int64(2), np.int64(3)
_11, _17, _19, _23, _41, _45 = (np.uint64(n) for n in (11, 17, 19, 23, 41, 45))
_27, _30, _31 = np.uint64(27), np.uint64(30), np.uint64(31)
_GOLDEN, _MIX_1, _MIX_2 = (np.uint64(n) for n in (0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB))
_LAYER_MASK = np.uint64(LAYERS - 1)
TAIL = 7.69711747013104972
"""Where the ziggurat's lowest layer ends and the tail begins."""
LAYER_AREA = 0.0039496598225815571993
_TO_UNIT = 1.0 / 9007199254740992.0


@hot
def _bits(S: State, stream: int) -> Any:
    """The next 64 random bits."""
    r = S.R
    s0 = r[stream, _S0]
    s1 = r[stream, _S1]
    s2 = r[stream, _S2]
    s3 = r[stream, _S3]
    x = s0 + s3
    result = ((x << _23) | (x >> _41)) + s0
    t = s1 << _17
    s2 = s2 ^ s0
    s3 = s3 ^ s1
    r[stream, _S1] = s1 ^ s2
    r[stream, _S0] = s0 ^ s3
    r[stream, _S2] = s2 ^ t
    r[stream, _S3] = (s3 << _45) | (s3 >> _19)
    return result


@hot
def uniform(S: State, stream: int) -> float:
    """U[0, 1) with 53 random bits."""
    return np.float64(_bits(S, stream) >> _11) * _TO_UNIT


@cold
def uniform_of(S: State, stream: int, number: int) -> float:
    """U[0, 1) that is the same whenever it is asked for with the same number: SplitMix64 (Steele, Lea and Flood, "Fast
    splittable pseudorandom number generators", 2014) at the `number`-th place of a sequence that the stream's seed
    begins. Nothing else may draw from that stream."""
    x = S.R[stream, _S0] + np.uint64(number) * _GOLDEN
    x = (x ^ (x >> _30)) * _MIX_1
    x = (x ^ (x >> _27)) * _MIX_2
    return np.float64((x ^ (x >> _31)) >> _11) * _TO_UNIT


@hot
def exponential(S: State, stream: int) -> float:
    """Exponential with mean 1, by the ziggurat method (Marsaglia and Tsang, "The Ziggurat Method for Generating Random
    Variables", 2000): a point in one of 256 layers of equal area, nearly always well inside the density."""
    bits = _bits(S, stream)
    layer = S.ZE[np.int64(bits & _LAYER_MASK)]
    point = np.int64(bits >> _11)
    if point < layer.inside:
        return np.float64(point * layer.width)
    return _at_the_edge(S, stream, np.int64(bits & _LAYER_MASK), point)


@cold
def _at_the_edge(S: State, stream: int, k: Any, point: Any) -> float:
    """Decide about a point near the density's curve, and take others until one lies under it."""
    while True:
        x = point * S.ZE[k].width
        if point < S.ZE[k].inside:
            return np.float64(x)
        if k == ZERO:
            return np.float64(TAIL - math.log(1.0 - uniform(S, stream)))
        low = S.ZE[k].density
        if low + uniform(S, stream) * (S.ZE[k - ONE].density - low) < math.exp(-x):
            return np.float64(x)
        bits = _bits(S, stream)
        k, point = np.int64(bits & _LAYER_MASK), np.int64(bits >> _11)


def layers() -> Any:
    """The layers of the exponential density, from the one with the tail upwards: the share of a layer's width (in
    2^-53) that is below the curve throughout, its width (in 2^53), and the density at its outer end."""
    table = records(LAYER, LAYERS)
    unit = 2.0**53
    x = TAIL
    base = LAYER_AREA / math.exp(-x)
    table[0].inside, table[0].width, table[0].density = int(x / base * unit), base / unit, 1.0
    table[LAYERS - 1].width, table[LAYERS - 1].density = x / unit, math.exp(-x)
    for k in range(LAYERS - 2, 0, -1):
        outer, x = x, -math.log(LAYER_AREA / x + math.exp(-x))
        table[k + 1].inside = int(x / outer * unit)
        table[k].width, table[k].density = x / unit, math.exp(-x)
    return table


@cold
def normal_quantile(p: float) -> float:
    """The normal quantile, Wichura's AS 241 (PPND16), relative error about 1e-16."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        top = (
            (
                (
                    ((2509.0809287301226727 * r + 33430.575583588128105) * r + 67265.770927008700853) * r
                    + 45921.953931549871457
                )
                * r
                + 13731.693765509461125
            )
            * r
            + 1971.5909503065514427
        ) * r
        top = (top + 133.14166789178437745) * r + 3.387132872796366608
        bottom = (
            (
                (
                    ((5226.495278852545925 * r + 28729.085735721942674) * r + 39307.89580009271061) * r
                    + 21213.794301586595867
                )
                * r
                + 5394.1960214247511077
            )
            * r
            + 687.1870074920579083
        ) * r
        bottom = (bottom + 42.313330701600911252) * r + 1.0
        return q * top / bottom
    r = p if q < 0.0 else 1.0 - p
    if r < 1e-300:
        r = 1e-300
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        top = (
            (
                (
                    ((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r + 0.24178072517745061177) * r
                    + 1.27045825245236838258
                )
                * r
                + 3.64784832476320460504
            )
            * r
            + 5.7694972214606914055
        ) * r
        top = (top + 4.6303378461565452959) * r + 1.42343711074968357734
        bottom = (
            (
                (
                    ((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r + 0.0151986665636164571966) * r
                    + 0.14810397642748007459
                )
                * r
                + 0.68976733498510000455
            )
            * r
            + 1.6763848301838038494
        ) * r
        bottom = (bottom + 2.05319162663775882187) * r + 1.0
    else:
        r -= 5.0
        top = (
            (
                (
                    ((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r + 0.0012426609473880784386) * r
                    + 0.026532189526576123093
                )
                * r
                + 0.29656057182850489123
            )
            * r
            + 1.7848265399172913358
        ) * r
        top = (top + 5.4637849111641143699) * r + 6.6579046435011037772
        bottom = (
            (
                (
                    ((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r + 1.8463183175100546818e-5) * r
                    + 7.868691311456132591e-4
                )
                * r
                + 0.0148753612908506148525
            )
            * r
            + 0.13692988092273580531
        ) * r
        bottom = (bottom + 0.59983220655588793769) * r + 1.0
    value = top / bottom
    return -value if q < 0.0 else value


@cold
def _rare(S: State, d: int, stream: int) -> float:
    dist = S.DI[d]
    if dist.kind == D_LOGNORMAL:
        u = uniform(S, stream)
        if u <= 0.0:
            u = _TO_UNIT / 2.0
        return math.exp(dist.a + dist.b * normal_quantile(u))
    if dist.kind == D_ERLANG:
        total = 0.0
        for _ in range(dist.n):
            total += exponential(S, stream)
        return total * dist.a
    if dist.kind == D_HYPEREXPONENTIAL:
        mean = dist.b if uniform(S, stream) < dist.a else dist.c
        return exponential(S, stream) * mean
    # a table of quantiles, linear in between
    u = uniform(S, stream)
    low = dist.first
    high = dist.first + dist.n - ONE
    if u <= S.QT[low, ZERO]:
        return np.float64(S.QT[low, ONE])
    if u >= S.QT[high, ZERO]:
        return np.float64(S.QT[high, ONE])
    while high - low > ONE:
        middle = (low + high) // np.int64(2)
        if S.QT[middle, ZERO] <= u:
            low = middle
        else:
            high = middle
    p0 = S.QT[low, ZERO]
    v0 = S.QT[low, ONE]
    return np.float64(v0 + (S.QT[high, ONE] - v0) * (u - p0) / (S.QT[high, ZERO] - p0))


@hot
def draw(S: State, d: int, stream: int) -> float:
    """One value of distribution `d`, in its own unit (ms)."""
    dist = S.DI[d]
    if dist.kind == D_CONSTANT:
        return np.float64(dist.a)
    if dist.kind == D_EXPONENTIAL:
        return np.float64(exponential(S, stream) * dist.a)
    if dist.kind == D_UNIFORM:
        return np.float64(dist.a + uniform(S, stream) * dist.b)
    return _rare(S, d, stream)
