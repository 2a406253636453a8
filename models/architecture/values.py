"""Quantities: distributions of times, and numbers that may be said to be none or unlimited.

A distribution field takes a plain number, meaning a constant, or one of the shapes below. Times are in milliseconds.
"""

import itertools
import math
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from models.architecture.base import LARGEST, Frozen, NonNegative, Positive, PositiveCount, Share

NumberOrNone = NonNegative | Literal["none"]
CountOrNone = PositiveCount | Literal["none"]
CountOrUnlimited = PositiveCount | Literal["unlimited"]


class Constant(Frozen):
    """Always the same time."""

    constant: NonNegative


class MeanOnly(Frozen):
    mean: NonNegative


class Exponential(Frozen):
    """Memoryless with the given mean."""

    exponential: MeanOnly


class LognormalShape(Frozen):
    """Either two quantiles, or mean and coefficient of variation (standard deviation / mean)."""

    p50: Positive | None = None
    p99: Positive | None = None
    mean: Positive | None = None
    cv: Positive | None = None

    @model_validator(mode="after")
    def _one_pair(self) -> Self:
        said = tuple(name for name in ("p50", "p99", "mean", "cv") if getattr(self, name) is not None)
        if said not in (("p50", "p99"), ("mean", "cv")):
            raise PydanticCustomError("lognormal", "a lognormal needs either p50 and p99, or mean and cv")
        if self.p50 is not None and self.p99 is not None and self.p99 < self.p50:
            raise PydanticCustomError("lognormal", "a lognormal's p99 must not be below its p50")
        mu, sigma = self.parameters()
        if mu + sigma**2 / 2 > math.log(LARGEST):
            raise PydanticCustomError(
                "lognormal", "a lognormal's p99 lies too far above its p50: its mean has no bounds"
            )
        return self

    def parameters(self) -> tuple[float, float]:
        """(mu, sigma) of the underlying normal distribution."""
        if self.p50 is not None and self.p99 is not None:
            return math.log(self.p50), math.log(self.p99 / self.p50) / Z99
        assert self.mean is not None and self.cv is not None
        sigma_squared = math.log1p(self.cv**2)
        return math.log(self.mean) - sigma_squared / 2, math.sqrt(sigma_squared)


class Lognormal(Frozen):
    lognormal: LognormalShape


class Bounds(Frozen):
    low: NonNegative
    high: NonNegative

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.high < self.low:
            raise PydanticCustomError("uniform", "a uniform's high must not be below its low")
        return self


class Uniform(Frozen):
    uniform: Bounds


class ErlangShape(Frozen):
    mean: NonNegative
    k: Annotated[int, Field(strict=True, ge=1, le=1000)]


class Erlang(Frozen):
    """Sum of `k` exponential stages."""

    erlang: ErlangShape


class HyperexponentialShape(Frozen):
    mean: NonNegative
    cv: Annotated[float, Field(strict=True, ge=1, le=1000)]


class Hyperexponential(Frozen):
    """Two exponential branches with balanced means (p1 * mean1 = p2 * mean2)."""

    hyperexponential: HyperexponentialShape

    def branches(self) -> tuple[float, float, float]:
        """(probability of the first branch, its mean, the second's mean)."""
        square = self.hyperexponential.cv**2
        first = (1 + math.sqrt((square - 1) / (square + 1))) / 2
        mean = self.hyperexponential.mean
        return first, mean / (2 * first), mean / (2 * (1 - first))


class Quantiles(Frozen):
    """(share, time) points, both rising; linear between them, starting at (0, the first time)."""

    quantiles: Annotated[tuple[tuple[Share, NonNegative], ...], Field(min_length=1, max_length=1000)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        points = self.quantiles
        if any(b[0] <= a[0] or b[1] < a[1] for a, b in itertools.pairwise(points)):
            raise PydanticCustomError("empirical", "quantiles must rise, in share and in time")
        return self

    def points(self) -> tuple[tuple[float, float], ...]:
        """The whole piecewise-linear inverse distribution function, from share 0 to share 1."""
        points = self.quantiles
        if points[0][0] > 0:
            points = ((0.0, points[0][1]), *points)
        if points[-1][0] < 1:
            points = (*points, (1.0, points[-1][1]))
        return points


class Empirical(Frozen):
    empirical: Quantiles


def _shape(value: Any) -> str | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, Frozen):
        return type(value).field_names()[0]
    if isinstance(value, dict) and len(value) == 1:
        return next((key for key in value if key in _SHAPES), None)
    return None


_SHAPES = ("constant", "exponential", "lognormal", "uniform", "erlang", "hyperexponential", "empirical")

Distribution = Annotated[
    Annotated[NonNegative, Tag("number")]
    | Annotated[Constant, Tag("constant")]
    | Annotated[Exponential, Tag("exponential")]
    | Annotated[Lognormal, Tag("lognormal")]
    | Annotated[Uniform, Tag("uniform")]
    | Annotated[Erlang, Tag("erlang")]
    | Annotated[Hyperexponential, Tag("hyperexponential")]
    | Annotated[Empirical, Tag("empirical")],
    Discriminator(
        _shape,
        custom_error_type="distribution",
        custom_error_message="a time is a number of milliseconds or one of constant, exponential, lognormal, uniform, "
        "erlang, hyperexponential, empirical",
    ),
]
Z99 = 2.3263478740408408
"""The 99% point of the standard normal distribution."""

AnyDistribution = float | Constant | Exponential | Lognormal | Uniform | Erlang | Hyperexponential | Empirical


def mean_of(distribution: AnyDistribution) -> float:
    """The mean of a distribution, in its own unit."""
    match distribution:
        case Constant(constant=value):
            return value
        case Exponential(exponential=shape):
            return shape.mean
        case Lognormal(lognormal=shape):
            mu, sigma = shape.parameters()
            return math.exp(mu + sigma**2 / 2)
        case Uniform(uniform=bounds):
            return (bounds.low + bounds.high) / 2
        case Erlang(erlang=stages):
            return stages.mean
        case Hyperexponential(hyperexponential=branches):
            return branches.mean
        case Empirical(empirical=quantiles):
            points = quantiles.points()
            return sum((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in itertools.pairwise(points))
        case number:
            return float(number)


def quantile_of(distribution: AnyDistribution, share: float) -> float:
    """The time below which `share` (0 < share < 1) of draws fall.

    Exact for all shapes; Erlang and hyperexponential are found by bisection on their distribution functions.
    """
    match distribution:
        case Exponential(exponential=shape):
            return -shape.mean * math.log1p(-share)
        case Lognormal(lognormal=shape):
            from statistics import NormalDist

            mu, sigma = shape.parameters()
            return math.exp(mu + sigma * NormalDist().inv_cdf(share))
        case Uniform(uniform=bounds):
            return bounds.low + share * (bounds.high - bounds.low)
        case Erlang(erlang=stages):
            return _bisect(share, stages.mean, lambda t: _erlang_cdf(t * stages.k / stages.mean, stages.k))
        case Hyperexponential():
            first, one, two = distribution.branches()
            return _bisect(
                share,
                distribution.hyperexponential.mean,
                lambda t: 1 - first * math.exp(-t / one) - (1 - first) * math.exp(-t / two),
            )
        case Empirical(empirical=quantiles):
            points = quantiles.points()
            for a, b in itertools.pairwise(points):
                if share <= b[0]:
                    return a[1] + (share - a[0]) / (b[0] - a[0]) * (b[1] - a[1])
            return points[-1][1]
        case _:
            return mean_of(distribution)


def _erlang_cdf(x: float, k: int) -> float:
    term = total = math.exp(-x)
    for n in range(1, k):
        term *= x / n
        total += term
    return 1 - total


def _bisect(share: float, mean: float, cdf: Any) -> float:
    if mean == 0:
        return 0.0
    low, high = 0.0, mean
    while cdf(high) < share:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if cdf(middle) < share else (low, middle)
    return (low + high) / 2
