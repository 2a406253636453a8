"""Small models from queueing theory, and estimates with their standard errors over independent seeds."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from models.architecture import Architecture
from models.simulation import Result, simulate
from tests.conservation import of_result

Json = dict[str, Any]


def exponential(mean_ms: float) -> Json:
    return {"exponential": {"mean": mean_ms}}


def service(id: str = "server", work_ms: Any = 0, workers: Any = 1, **more: Any) -> Json:
    return {
        "id": id,
        "kind": "service",
        "instances": 1,
        "workers": workers,
        "queue_limit": "unlimited",
        "work_ms": work_ms,
        **more,
    }


def client(id: str = "users") -> Json:
    return {"id": id, "kind": "client"}


def sync(source: str, target: str, **more: Any) -> Json:
    return {"id": f"{source}-{target}", "source": source, "target": target, "style": "sync", "network_ms": 0, **more}


def poisson(rate_per_s: float) -> Json:
    return {"open": {"rate_per_s": rate_per_s, "arrivals": "poisson"}}


def regular(rate_per_s: float) -> Json:
    return {"open": {"rate_per_s": rate_per_s, "arrivals": "regular"}}


def closed(users: int, think_ms: Any) -> Json:
    return {"closed": {"users": users, "think_ms": think_ms}}


def journey(load: Json, steps: list[Json], id: str = "visit", entry: str = "users", **more: Any) -> Json:
    return {"id": id, "entry": entry, "load": load, "steps": steps, **more}


def model(elements: list[Json], links: list[Json], journeys: list[Json], **more: Any) -> Architecture:
    return Architecture.model_validate(
        {"name": "Model", "elements": elements, "links": links, "journeys": journeys, **more}
    )


def station(load: Json, work_ms: Any, workers: Any = 1, link: Json | None = None, **more: Any) -> Architecture:
    """One station behind one client: M/M/c and its relatives."""
    return model(
        [client(), service(work_ms=work_ms, workers=workers, **more)],
        [sync("users", "server", **(link or {}))],
        [journey(load, [{"link": "users-server"}])],
    )


def scenario(duration_ms: float, warm_up_ms: float = 0, **more: Any) -> Json:
    return {"id": "run", "duration_ms": duration_ms, "warm_up_ms": warm_up_ms, "seed": 1, **more}


def with_scenario(architecture: Architecture, **settings: Any) -> Architecture:
    told = architecture.model_dump(exclude_unset=True) | {"scenarios": [scenario(**settings)]}
    return Architecture.model_validate(told)


@dataclass(frozen=True)
class Estimate:
    mean: float
    error: float

    def agrees_with(self, expected: float, tightness: float = 0.03) -> bool:
        """Within three standard errors, which must be small against what is expected for the test to mean anything."""
        assert self.error < tightness * abs(expected), f"too loose to tell: {self}"
        return abs(self.mean - expected) <= 3 * self.error


def estimates(
    architecture: Architecture,
    measures: dict[str, Callable[[Result], float]],
    seeds: Iterable[int] = range(1, 13),
    **settings: Any,
) -> dict[str, Estimate]:
    """Each measure's mean and standard error over runs with these seeds; conservation is checked in every run."""
    prepared = with_scenario(architecture, **settings)
    values: dict[str, list[float]] = {name: [] for name in measures}
    for seed in seeds:
        result = simulate(prepared, seed=seed)
        check_conservation(result)
        for name, measure in measures.items():
            values[name].append(measure(result))
    return {name: _estimate(found) for name, found in values.items()}


def _estimate(values: list[float]) -> Estimate:
    n = len(values)
    mean = sum(values) / n
    return Estimate(mean, math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1) / n))


def check_conservation(result: Result) -> None:
    """What holds in any run, of its published numbers; after each test the whole of it is checked besides."""
    of_result(result)


def latency(name: str, journey_id: str = "visit") -> Callable[[Result], float]:
    return lambda result: float(result.journeys[journey_id]["latency_ms"][name])


def failed_share(result: Result) -> float:
    row = result.journeys["visit"]
    return float(row["failed"]) / float(row["offered"] - row["in_flight"])


def goodput(result: Result) -> float:
    return float(result.journeys["visit"]["goodput_per_s"])


def of_element(name: str, element_id: str = "server") -> Callable[[Result], float]:
    return lambda result: float(result.elements[element_id][name])
