"""How long a full analysis takes: `python tests/benchmarks/analysis_speed.py`. Prints; never fails on time.

Wall-clock and processor time, the best of several runs of each: the first says what a person waits for, the second
what is left of it when other programs take their share. Models without journeys and with one journey for each client.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.analysis import analyse, analysis_json, catalogue
from models.architecture import Architecture, Journey, Load, replace

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


def with_journeys(system: Architecture) -> Architecture:
    """The system with a journey from every client, followed along all its links, at ten requests per second."""
    load = Load.model_validate({"open": {"rate_per_s": 10}})
    clients = [element.id for element in system.elements if element.kind == "client"]
    return replace(system, journeys=tuple(Journey(id=f"j-{client}", entry=client, load=load) for client in clients))


def main() -> None:
    """Prints milliseconds for several sizes, and the ratio of 10,000 services to 1,000."""
    best: dict[int, float] = {}
    print(f"{len(catalogue())} rules, best of {RUNS}")
    for services, links, journeys in (
        (100, 300, False),
        (1_000, 2_000, False),
        (1_000, 3_000, True),
        (1_000, 3_000, False),
        (10_000, 30_000, False),
    ):
        system = random_system(services, links)
        system = with_journeys(system) if journeys else system
        waited, worked = [], []
        for _ in range(RUNS):
            fresh = replace(system)  # a new value: nothing worked out for the last run is there
            start, busy = time.perf_counter(), time.process_time()
            found = analyse(fresh)
            waited.append(1000 * (time.perf_counter() - start))
            worked.append(1000 * (time.process_time() - busy))
        best[services] = min(worked)
        start = time.process_time()
        single = len(found.each)
        opened = 1000 * (time.process_time() - start)
        start = time.process_time()
        analysis_json(fresh, found)
        told = 1000 * (time.process_time() - start)
        print(
            f"{services:6} services {links:6} links{', journeys' if journeys else '':10} wall {min(waited):7.1f} ms, "
            f"processor {min(worked):7.1f} ms; {single} findings; opening roll-ups {opened:.0f} ms, "
            f"JSON with fixes {told:.0f} ms"
        )
    print(f"10,000 services against 1,000, processor time: x {best[10_000] / best[1_000]:.1f}")


if __name__ == "__main__":
    main()
