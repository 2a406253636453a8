"""Draws from the distributions of a model, by their textbook definitions."""

import itertools
import random

from models.architecture.values import (
    AnyDistribution,
    Constant,
    Empirical,
    Erlang,
    Exponential,
    Hyperexponential,
    Lognormal,
    Uniform,
)


class Chance:
    """All the luck of one run."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def happens(self, probability: float) -> bool:
        return probability >= 1 or (probability > 0 and self._random.random() < probability)

    def share(self) -> float:
        return self._random.random()

    def index(self, n: int) -> int:
        return self._random.randrange(n)

    def exponential(self, mean: float) -> float:
        return self._random.expovariate(1 / mean) if mean > 0 else 0.0

    def time(self, of: AnyDistribution) -> float:
        """One draw, in ms."""
        match of:
            case Constant(constant=value):
                return value
            case Exponential(exponential=shape):
                return self.exponential(shape.mean)
            case Lognormal(lognormal=shape):
                return self._random.lognormvariate(*shape.parameters())
            case Uniform(uniform=bounds):
                return self._random.uniform(bounds.low, bounds.high)
            case Erlang(erlang=stages):
                return sum(self.exponential(stages.mean / stages.k) for _ in range(stages.k))
            case Hyperexponential():
                first, one, two = of.branches()
                return self.exponential(one if self.share() < first else two)
            case Empirical(empirical=table):
                share = self.share()
                points = table.points()
                for (p0, t0), (p1, t1) in itertools.pairwise(points):
                    if share <= p1:
                        return t0 + (t1 - t0) * (share - p0) / (p1 - p0)
                return points[-1][1]
            case number:
                return float(number)
