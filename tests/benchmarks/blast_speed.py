"""How long a blast radius takes: `python tests/benchmarks/blast_speed.py [--quick]`. Prints; never fails on time.

Twelve services (two instances each) with stores and a topic, three journeys of about four calls each, 2 simulated
minutes at 100 requests/s, 10 replications of every fault on every element. Processor seconds over the number of
processors is what a quiet machine takes.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.architecture import Architecture
from models.evidence.blast_radius import blast_radius
from models.simulation import simulate, warm_up

SERVICES = 12
RATE_PER_S = 100.0
MINUTES = 2


def shop(rate_per_s: float) -> Architecture:
    """Three journeys through twelve services: each enters at a gateway of its own and calls three more, one after the
    other and side by side; one publishes to a topic with two subscribers."""
    elements: list[dict[str, Any]] = [{"id": "users", "kind": "client"}]
    elements += [
        {
            "id": f"s{i}",
            "kind": "service",
            "instances": 2,
            "workers": 16,
            "queue_limit": 100,
            "work_ms": {"lognormal": {"p50": 8, "p99": 60}},
        }
        for i in range(SERVICES)
    ]
    elements += [{"id": "changes", "kind": "topic"}]
    links: list[dict[str, Any]] = []

    def call(source: str, target: str) -> str:
        links.append(
            {
                "id": f"{source}-{target}",
                "source": source,
                "target": target,
                "style": "sync",
                "timeout_ms": 1000,
                "retry": {"max_attempts": 2, "backoff": "exponential", "base_ms": 50, "jitter": "full"},
            }
        )
        return f"{source}-{target}"

    def event(source: str, target: str) -> str:
        links.append({"id": f"{source}-{target}", "source": source, "target": target, "style": "event"})
        return f"{source}-{target}"

    journeys = []
    for j in range(3):
        gateway, first, second, third = (f"s{4 * j + k}" for k in range(4))
        inner: list[dict[str, Any]] = [
            {"link": call(gateway, first)},
            {"link": call(gateway, second), "parallel": True},
            {"link": call(gateway, third)},
        ]
        if j == 0:
            taken = [{"link": event("changes", "s5")}, {"link": event("changes", "s9")}]
            inner[-1]["steps"] = [{"link": event(third, "changes"), "steps": taken}]
        journeys.append(
            {
                "id": f"j{j}",
                "entry": "users",
                "load": {"open": {"rate_per_s": rate_per_s / 3}},
                "steps": [{"link": call("users", gateway), "steps": inner}],
            }
        )
    scenario = {"id": "busy", "duration_ms": MINUTES * 60_000, "seed": 1, "replications": 10}
    return Architecture.model_validate(
        {"name": "Twelve services", "elements": elements, "links": links, "journeys": journeys, "scenarios": [scenario]}
    )


def main() -> None:
    """Prints the time of one run, then of the whole blast radius."""
    warm_up()
    architecture = shop(RATE_PER_S)
    once = simulate(architecture, replications=1)
    print(f"one run: {once.events:,} events in {once.wall_s:.3f} s")
    replications = 2 if "--quick" in sys.argv else 10
    began, used = time.perf_counter(), time.process_time()
    found = blast_radius(architecture, replications=replications)
    wall, processor = time.perf_counter() - began, time.process_time() - used
    tried = sum(cell.reason is None for cell in found.cells)
    runs = replications * (tried + 1)
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    print(f"blast radius: {tried} faults, {runs} runs in {wall:.1f} s ({1000 * wall / runs:.1f} ms each)")
    print(f"processor time {processor:.1f} s: {processor / processors:.1f} s on {processors} quiet processors")


if __name__ == "__main__":
    main()
