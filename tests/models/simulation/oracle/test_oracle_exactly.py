"""Where nothing is left to chance the simulator and the oracle must agree on every count and every time.

Counts are equal as integers. Times are equal but for the rounding of sums (1e-9). See `strategies` for why no two
events of such a model fall on one moment.
"""

import json
import math
import os
import sys

from hypothesis import HealthCheck, Phase, given, settings

from models.architecture import Architecture
from models.simulation import simulate
from tests.models.simulation.oracle.measured import observe, picked
from tests.models.simulation.oracle.shrinking import smallest
from tests.models.simulation.oracle.strategies import Json, models

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
ROUNDING = 1e-9
sys.setrecursionlimit(max(6_000, sys.getrecursionlimit()))


def differences(architecture: Architecture) -> list[str]:
    """Each number on which the two differ."""
    expected = observe(architecture, architecture.scenarios[0], seed=1)
    found = picked(simulate(architecture).as_json(), list(expected))
    return [
        f"{name}: {found[name]}, but the oracle says {value}"
        for name, value in expected.items()
        if not same(value, found[name])
    ]


def same(one: float | None, other: float | None) -> bool:
    if one is None or other is None or (isinstance(one, int) and isinstance(other, int)):
        return one == other
    return math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING)


def differs(told: Json) -> bool:
    return bool(differences(Architecture.model_validate(told)))


@settings(
    max_examples=3000 if THOROUGH else 120,
    phases=[Phase.generate],
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(models(exact=True, duration=3000.0))
def test_any_model_without_chance_runs_as_the_oracle_says(told: Json) -> None:
    if differs(told):
        told = smallest(told, differs)
        raise AssertionError("\n".join([json.dumps(told), *differences(Architecture.model_validate(told))]))
