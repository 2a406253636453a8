"""Where chance plays a part, the simulator and the oracle must have the same means.

Both run every random model several times with independent luck. Where they agree, all those runs of one number are
exchangeable, so the test of its mean is a permutation test: exact whatever its distribution. To find out cheaply where
to look, a first round of few runs asks which numbers lie further apart than `SUSPECT` standard errors; these alone are
run again `AGAIN` times with fresh luck and count as different when fewer than one in `ONE_IN` random exchanges of the
runs puts them as far apart. A number that reaches the second round is falsely accused with a probability of at most
1/ONE_IN, and about two in a thousand reach it: with 200 models of some 90 numbers each, the chance of any false alarm
is about 36/20,000, or 0.2%. The seeds are fixed: what passes once passes always.
"""

import os
import sys

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from models.architecture import Architecture
from models.simulation import simulate
from tests.models.simulation.oracle.measured import Table, observe, picked
from tests.models.simulation.oracle.strategies import Json, models

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
MODELS = 1000 if THOROUGH else 200
RUNS = 24 if THOROUGH else 6
AGAIN = 150 if THOROUGH else 60
DURATION_MS = 1500.0
SUSPECT = 5.0
ONE_IN = 20_000
sys.setrecursionlimit(max(6_000, sys.getrecursionlimit()))


def runs(architecture: Architecture, seeds: range, names: list[str] | None = None) -> tuple[list[Table], list[Table]]:
    """(the oracle's runs, the simulator's) with these seeds."""
    scenario = architecture.scenarios[0]
    expected = [observe(architecture, scenario, seed) for seed in seeds]
    wanted = names or sorted(set().union(*expected))
    found = [picked(simulate(architecture, seed=seed).as_json(), wanted) for seed in seeds]
    return expected, found


def column(rows: list[Table], name: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """A number in every run; what never happened in a run counts as nothing where it is a count, else not at all."""
    values = [row.get(name) for row in rows]
    return np.array([value for value in values if value is not None], dtype=np.float64)


def both_sides(
    expected: list[Table], found: list[Table], name: str
) -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", "np.ndarray[tuple[int], np.dtype[np.float64]]"]:
    """The oracle leaves out causes that did not occur, and stores nobody drew in runs that do not use them: zeros."""
    a, b = column(expected, name), column(found, name)
    counts = ".errors." in name or (name.startswith("elements.") and not name.endswith(("sojourn_ms", "wait_ms")))
    if counts and name.rsplit(".", 1)[1] != "utilisation":
        a = np.concatenate([a, np.zeros(len(expected) - len(a))])
    return a, b


def spread(values: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0


def suspects(expected: list[Table], found: list[Table]) -> list[str]:
    names = sorted(set().union(*expected))
    far = []
    for name in names:
        a, b = both_sides(expected, found, name)
        if not len(a) or not len(b):
            if max(len(a), len(b)) > len(expected) // 2:
                far.append(name)
            continue
        error = np.sqrt(spread(a) / len(a) + spread(b) / len(b))
        apart = abs(a.mean() - b.mean())
        if apart > 1e-9 * max(1.0, abs(a.mean())) and apart > SUSPECT * error:
            far.append(name)
    return far


def luck_of(expected: list[Table], found: list[Table], name: str, exchanges: int = 4 * ONE_IN) -> float:
    """How often runs exchanged at random lie as far apart in the mean as the two sides do."""
    a, b = both_sides(expected, found, name)
    if not len(a) or not len(b):
        return 1.0 if max(len(a), len(b)) < 10 else 0.0
    both = np.concatenate([a, b])
    seen = abs(a.mean() - b.mean())
    random = np.random.default_rng(1)
    as_far = 0
    for _ in range(exchanges // 2000):
        mixed = random.permuted(np.tile(both, (2000, 1)), axis=1)
        apart = np.abs(mixed[:, : len(a)].mean(axis=1) - mixed[:, len(a) :].mean(axis=1))
        as_far += int((apart >= seen * (1 - 1e-12) - 1e-12).sum())
    return (as_far + 1) / (exchanges + 1)


def disagreements(told: Json) -> list[str]:
    architecture = Architecture.model_validate(told)
    names = suspects(*runs(architecture, range(1, RUNS + 1)))
    if not names:
        return []
    expected, found = runs(architecture, range(1000, 1000 + AGAIN), names)
    return [
        f"{name}: {column(found, name).mean():g}, but the oracle says {column(expected, name).mean():g}"
        for name in names
        if luck_of(expected, found, name) < 1 / ONE_IN
    ]


@pytest.mark.slow
@settings(
    max_examples=MODELS,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(models(exact=False, duration=DURATION_MS))
def test_random_models_have_the_means_that_the_oracle_finds(told: Json) -> None:
    assert disagreements(told) == []
