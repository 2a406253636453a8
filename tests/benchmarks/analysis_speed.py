"""How long a full analysis takes: `python tests/benchmarks/analysis_speed.py`. Prints; never fails on time."""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.analysis import analyse, analysis_json
from models.architecture import Architecture, replace

RUNS = 5


def random_system(services: int, links: int, seed: int = 1) -> Architecture:
    """Clients, layered services with some calls back, stores, queues and topics; a third of attributes said."""
    draw = random.Random(seed)
    stores, channels, clients = services // 5, services // 10, max(1, services // 50)
    elements: list[dict[str, object]] = [{"id": f"c{i}", "kind": "client"} for i in range(clients)]
    elements += [{"id": f"s{i}", "kind": "service", "availability": 0.999} for i in range(services)]
    elements += [{"id": f"d{i}", "kind": "datastore", "store": "relational"} for i in range(stores)]
    elements += [{"id": f"q{i}", "kind": "topic"} for i in range(channels)]
    made: list[dict[str, object]] = []
    for number in range(links):
        here = draw.randrange(services)
        ahead = min(services - 1, here + 1 + int(draw.expovariate(0.02)))
        link: dict[str, object] = {"id": f"l{number}", "source": f"s{here}", "target": f"s{ahead}", "style": "sync"}
        kind = draw.random()
        if kind < 0.02:
            link["source"] = f"c{draw.randrange(clients)}"
        elif kind < 0.2:
            link |= {"target": f"d{draw.randrange(stores)}", "style": "shared_data", "access": "read_write"}
        elif kind < 0.3:
            link |= {"target": f"q{draw.randrange(channels)}", "style": "event", "payload": "id_only"}
        elif kind < 0.4:
            link |= {"source": f"q{draw.randrange(channels)}", "style": "event"}
        elif kind < 0.401:
            link["target"] = f"s{draw.randrange(services)}"
        if link["style"] in ("sync", "shared_data") and draw.random() < 0.33:
            link |= {"timeout_ms": draw.choice([100, 500, 1000]), "retry": {"max_attempts": draw.choice([1, 2, 3])}}
        made.append(link)
    return Architecture.model_validate({"elements": elements, "links": made})


def main() -> None:
    """Prints milliseconds for three sizes, and the ratio of the last two."""
    typical: list[float] = []
    for services, links in ((100, 300), (1_000, 2_000), (1_000, 3_000), (10_000, 30_000)):
        system = random_system(services, links)
        times = []
        for _ in range(RUNS):
            fresh = replace(system)  # a new value: nothing worked out for the last run is there
            start = time.perf_counter()
            found = analyse(fresh)
            times.append(1000 * (time.perf_counter() - start))
        typical.append(sorted(times)[RUNS // 2])
        start = time.perf_counter()
        analysis_json(fresh, found)
        told = 1000 * (time.perf_counter() - start)
        print(
            f"{services:6} services {links:6} links: {typical[-1]:8.1f} ms (best {min(times):.1f}), "
            f"{len(found.each)} findings, as JSON with fixes {told:.0f} ms"
        )
    print(f"10,000 services against 1,000: x {typical[-1] / typical[-2]:.1f}")


if __name__ == "__main__":
    main()
