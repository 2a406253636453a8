"""What would take for ever is refused at once, in one sentence; what is merely long is not."""

from typing import Any

import pytest

from models.simulation import SimulationError, simulate
from models.simulation.effort import expected_beginnings
from models.simulation.session import compiled_of
from tests.models.simulation.building import closed, exponential, poisson, station, with_scenario


@pytest.mark.parametrize("load", [poisson(1), closed(3, 5), {"schedule": {"every_ms": 10, "batch": 2}}])
def test_a_run_that_would_not_end_is_refused(load: Any) -> None:
    with pytest.raises(SimulationError, match=r"visit would begin about .* shorten the run"):
        simulate(with_scenario(station(load, 1), duration_ms=1e15))


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        (poisson(8), 800),
        ({"profile": [[0, 0], [50_000, 10], [50_001, 2]]}, 250 + 2 * 49.999 + 0.006),
        (closed(5, exponential(1000)), 500),
        ({"schedule": {"every_ms": 1000, "batch": 3}}, 300),
    ],
)
def test_the_estimate_is_the_area_under_the_load(load: Any, expected: float) -> None:
    architecture = with_scenario(station(load, 1), duration_ms=100_000)
    compiled = compiled_of(architecture, None, seed=None, replications=None, duration_ms=None)
    assert expected_beginnings(compiled)["visit"] == pytest.approx(expected, rel=1e-4)
