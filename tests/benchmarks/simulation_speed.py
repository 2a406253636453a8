"""How fast the simulator is against SimPy on the same models, in one run. Prints ratios; never fails on time.

W1: M/M/1 at 0.8. W2: a chain of ten services, 8 workers each held during calls, exponential work of 1 ms, Poisson
arrivals at about 30% utilisation, a timeout of 200 ms per hop with two retries and exponential backoff from 10 ms.
SimPy runs fewer requests, since only its rate counts; both agree on the mean response time, which is printed.

    python tests/benchmarks/simulation_speed.py [--quick]
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path
from statistics import median
from typing import Any

import simpy

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import itertools

from models.architecture import Architecture
from models.simulation import simulate, warm_up

CHAIN = 10
W2_RATE = 240.0  # the first service holds a worker for 10 ms per request: 240 / s x 10 ms / 8 = 30%
W2_TIMEOUT, W2_BASE = 200.0, 10.0


def w1_model(requests: int) -> Architecture:
    return _model([("server", 1, 100.0)], rate=8.0, duration_ms=requests / 8.0 * 1000, timeout_ms=None)


def w2_model(requests: int, rate: float) -> Architecture:
    return _model(
        [(f"s{i}", 8, 1.0) for i in range(CHAIN)], rate=rate, duration_ms=requests / rate * 1000, timeout_ms=W2_TIMEOUT
    )


def _model(
    stations: list[tuple[str, int, float]], rate: float, duration_ms: float, timeout_ms: float | None
) -> Architecture:
    names = ["users", *(name for name, _, _ in stations)]
    retry: Any = "none"
    if timeout_ms is not None:
        retry = {"max_attempts": 3, "backoff": "exponential", "base_ms": W2_BASE, "jitter": "none"}
    links = [
        {
            "id": f"{source}-{target}",
            "source": source,
            "target": target,
            "style": "sync",
            "network_ms": 0,
            "timeout_ms": "none" if timeout_ms is None else timeout_ms,
            "retry": retry,
        }
        for source, target in itertools.pairwise(names)
    ]
    steps: list[Any] = []
    for link in reversed(links):
        steps = [{"link": link["id"], "steps": steps}]
    return Architecture.model_validate(
        {
            "elements": [
                {"id": "users", "kind": "client"},
                *(
                    {
                        "id": name,
                        "kind": "service",
                        "instances": 1,
                        "workers": workers,
                        "work_ms": {"exponential": {"mean": mean}},
                    }
                    for name, workers, mean in stations
                ),
            ],
            "links": links,
            "journeys": [
                {
                    "id": "visit",
                    "entry": "users",
                    "load": {"open": {"rate_per_s": rate, "arrivals": "poisson"}},
                    "steps": steps,
                }
            ],
            "scenarios": [{"id": "run", "duration_ms": duration_ms, "warm_up_ms": 0, "seed": 1}],
        }
    )


def simpy_w1(requests: int) -> float:
    """Mean response in ms."""
    random.seed(1)
    env = simpy.Environment()
    server = simpy.Resource(env, capacity=1)
    took: list[float] = []

    def visit() -> Generator[Any, Any, Any]:
        began = env.now
        with server.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1 / 100))
        took.append(env.now - began)

    def arrivals() -> Generator[Any, Any, Any]:
        for _ in range(requests):
            yield env.timeout(random.expovariate(8 / 1000))
            env.process(visit())

    env.process(arrivals())
    env.run()
    return sum(took) / len(took)


def simpy_w2(requests: int, rate: float) -> float:
    """Mean response in ms."""
    random.seed(1)
    env = simpy.Environment()
    stations = [simpy.Resource(env, capacity=8) for _ in range(CHAIN)]
    took: list[float] = []

    def served(level: int) -> Generator[Any, Any, Any]:
        with stations[level].request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1.0))
            if level + 1 < CHAIN:
                return (yield from called(level + 1))
        return True

    def called(level: int) -> Generator[Any, Any, Any]:
        for attempt in range(3):
            if attempt:
                yield env.timeout(W2_BASE * 2 ** (attempt - 1))
            answer = env.process(served(level))
            yield answer | env.timeout(W2_TIMEOUT)
            if answer.triggered and answer.value:
                return True
        return False

    def visit() -> Generator[Any, Any, Any]:
        began = env.now
        if (yield from called(0)):
            took.append(env.now - began)

    def arrivals() -> Generator[Any, Any, Any]:
        for _ in range(requests):
            yield env.timeout(random.expovariate(rate / 1000))
            env.process(visit())

    env.process(arrivals())
    env.run()
    return sum(took) / len(took)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    value = work()
    return time.perf_counter() - began, value


def compare(name: str, ours: Architecture, theirs: Callable[[int], float], simpy_requests: int, rounds: int) -> None:
    ratios, rates, events = [], [], []
    mean = simpy_mean = 0.0
    for _ in range(rounds):
        simpy_s, simpy_mean = _timed(lambda: theirs(simpy_requests))
        result = simulate(ours)
        row = result.journeys["visit"]
        rates.append(row["offered"] / result.wall_s)
        events.append(result.events / result.wall_s)
        ratios.append(rates[-1] / (simpy_requests / simpy_s))
        mean = row["latency_ms"]["mean"]
    print(
        f"{name}: {median(rates):,.0f} requests/s, {median(events):,.0f} events/s, {median(ratios):.0f}x SimPy"
        f"   (mean response {mean:.4g} ms, SimPy {simpy_mean:.4g} ms)"
    )


def warm_load() -> None:
    """How long a new process needs to load the compiled kernel, with and without importing numba."""
    code = (
        "import time; t=time.perf_counter(); import numba, numpy; a=time.perf_counter()-t; "
        "t=time.perf_counter(); import models.architecture; b=time.perf_counter()-t; "
        "t=time.perf_counter(); import models.simulation as s; s.warm_up(); print(a, b, time.perf_counter()-t)"
    )
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    times = []
    for _ in range(5):
        told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
        times.append([float(part) for part in told.stdout.split()])
    numba_s, model_s, load_s = (median(column) for column in zip(*times, strict=True))
    print(
        f"warm load: {load_s:.2f} s (and importing numba and numpy {numba_s:.2f} s, the model's schema {model_s:.2f} s)"
    )


def two_threads(ours: Architecture) -> None:
    one = simulate(ours, replications=2, threads=1).wall_s
    two = simulate(ours, replications=2, threads=2).wall_s
    print(f"two replications: {one:.2f} s in one thread, {two:.2f} s in two: {one / two:.2f}x")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the requests, one round")
    quick = parser.parse_args().quick
    scale, rounds = (10, 1) if quick else (1, 3)
    cold, _ = _timed(warm_up)
    print(f"first warm-up in this process: {cold:.2f} s")
    w1 = w1_model(1_000_000 // scale)
    w2 = w2_model(200_000 // scale, W2_RATE)
    compare("W1", w1, simpy_w1, 100_000 // scale, rounds)
    compare("W2", w2, lambda n: simpy_w2(n, W2_RATE), 5_000 // min(scale, 2), rounds)
    two_threads(w1)
    warm_load()


if __name__ == "__main__":
    main()
