"""The workloads of `simulation_speed`: each as a model for Loadpath, and as a process in SimPy with the same logic.

W1: M/M/1 at 0.8. W2: a chain of ten services, 8 workers each held during calls, exponential work of 1 ms, Poisson
arrivals at about 30% utilisation, a timeout of 200 ms per hop with two retries and exponential backoff from 10 ms.
W3: a random acyclic graph of 50 services at 70% each: three entries call three services each, which call two more and
publish to a topic with two subscribers; every other service calls in parallel; workers are free during calls.
`ladder`: rows of five services in a chain, for the growth with the size of the model.
"""

import itertools
import random
from collections.abc import Generator
from typing import Any

import simpy

from models.architecture import Architecture

CHAIN = 10
W2_RATE = 240.0  # the first service holds a worker for 10 ms per request: 240 / s x 10 ms / 8 = 30%
W2_TIMEOUT, W2_BASE = 200.0, 10.0
W3_RATE, W3_WORKERS, W3_LOAD = 600.0, 4, 0.7
ENTRIES, MIDDLE, CALLED, LISTENING = 3, 9, 18, 20

Json = dict[str, Any]
Process = Generator[Any, Any, Any]


def service(name: str, workers: int, mean_ms: float, **more: Any) -> Json:
    work = {"exponential": {"mean": mean_ms}}
    return {"id": name, "kind": "service", "instances": 1, "workers": workers, "work_ms": work, **more}


def link(source: str, target: str, style: str = "sync", **more: Any) -> Json:
    return {"id": f"{source}-{target}", "source": source, "target": target, "style": style, "network_ms": 0, **more}


def journey(name: str, rate: float, steps: list[Json]) -> Json:
    load = {"open": {"rate_per_s": rate, "arrivals": "poisson"}}
    return {"id": name, "entry": "users", "load": load, "steps": steps}


def model(elements: list[Json], links: list[Json], journeys: list[Json], duration_ms: float) -> Architecture:
    return Architecture.model_validate(
        {
            "elements": [{"id": "users", "kind": "client"}, *elements],
            "links": links,
            "journeys": journeys,
            "scenarios": [{"id": "run", "duration_ms": duration_ms, "warm_up_ms": 0, "seed": 1}],
        }
    )


def _chain(names: list[str], **more: Any) -> tuple[list[Json], list[Json]]:
    """The links along a chain, and the steps that follow them."""
    links = [link(source, target, **more) for source, target in itertools.pairwise(names)]
    steps: list[Json] = []
    for one in reversed(links):
        steps = [{"link": one["id"], "steps": steps}]
    return links, steps


def w1_model(requests: int) -> Architecture:
    links, steps = _chain(["users", "server"], timeout_ms="none", retry="none")
    return model([service("server", 1, 100.0)], links, [journey("visit", 8.0, steps)], requests / 8.0 * 1000)


def w2_model(requests: int, rate: float = W2_RATE) -> Architecture:
    names = [f"s{i}" for i in range(CHAIN)]
    retry = {"max_attempts": 3, "backoff": "exponential", "base_ms": W2_BASE, "jitter": "none"}
    links, steps = _chain(["users", *names], timeout_ms=W2_TIMEOUT, retry=retry)
    stations = [service(name, 8, 1.0) for name in names]
    return model(stations, links, [journey("visit", rate, steps)], requests / rate * 1000)


def ladder_model(services: int, requests: int) -> Architecture:
    """Chains of five services, one worker each at 50%, a journey for each chain."""
    elements: list[Json] = []
    links: list[Json] = []
    journeys: list[Json] = []
    chains = services // 5
    for c in range(chains):
        names = [f"c{c}s{k}" for k in range(5)]
        elements += [service(name, 1, 5.0, threading="nonblocking") for name in names]
        found, steps = _chain(["users", *names], timeout_ms="none", retry="none")
        links += found
        journeys.append(journey(f"j{c}", 100.0, steps))
    return model(elements, links, journeys, requests / (100.0 * chains) * 1000)


def w3_calls() -> tuple[list[list[int]], list[list[int]], list[float]]:
    """(who calls whom, who publishes to which subscribers, mean work in ms) of the 50 services of W3."""
    choice = random.Random(50)

    def deal(first: int, n: int, hands: int, each: int) -> list[list[int]]:
        cards: list[int] = []
        while len(cards) < hands * each:
            more = list(range(first, first + n))
            choice.shuffle(more)
            cards += more
        dealt = [cards[k * each : (k + 1) * each] for k in range(hands)]
        return dealt if all(len(set(hand)) == each for hand in dealt) else deal(first, n, hands, each)

    total = ENTRIES + MIDDLE + CALLED + LISTENING
    calls: list[list[int]] = [[] for _ in range(total)]
    hears: list[list[int]] = [[] for _ in range(total)]
    calls[:ENTRIES] = deal(ENTRIES, MIDDLE, ENTRIES, 3)
    middle = slice(ENTRIES, ENTRIES + MIDDLE)
    calls[middle] = deal(ENTRIES + MIDDLE, CALLED, MIDDLE, 2)
    hears[middle] = deal(ENTRIES + MIDDLE + CALLED, LISTENING, MIDDLE, 2)
    rate = [W3_RATE / ENTRIES] * ENTRIES + [0.0] * (total - ENTRIES)
    for i in range(total):
        for target in (*calls[i], *hears[i]):
            rate[target] += rate[i]
    return calls, hears, [1000 * W3_LOAD * W3_WORKERS / each if each else 1.0 for each in rate]


def in_parallel(i: int) -> bool:
    """Whether service `i` of W3 makes its calls at once."""
    return i % 2 == 0


def w3_model(requests: int) -> Architecture:
    calls, hears, work = w3_calls()
    elements = [service(f"s{i}", W3_WORKERS, mean, threading="nonblocking") for i, mean in enumerate(work)]
    links: list[Json] = []
    plain = {"timeout_ms": "none", "retry": "none"}

    def steps(i: int) -> list[Json]:
        found: list[Json] = []
        for target in calls[i]:
            links.append(link(f"s{i}", f"s{target}", **plain))
            more = {"parallel": True} if in_parallel(i) else {}
            found.append({"link": links[-1]["id"], "steps": steps(target), **more})
        if hears[i]:
            topic = f"t{i}"
            elements.append({"id": topic, "kind": "topic"})
            links.append(link(f"s{i}", topic, "event"))
            heard = [link(topic, f"s{target}", "event") for target in hears[i]]
            links.extend(heard)
            found.append({"link": f"s{i}-{topic}", "steps": [{"link": one["id"]} for one in heard]})
        return found

    journeys = []
    for i in range(ENTRIES):
        links.append(link("users", f"s{i}", **plain))
        journeys.append(journey(f"visit{i}", W3_RATE / ENTRIES, [{"link": f"users-s{i}", "steps": steps(i)}]))
    return model(elements, links, journeys, requests / W3_RATE * 1000)


def simpy_w1(requests: int) -> float:
    """Mean response in ms."""
    random.seed(1)
    env = simpy.Environment()
    server = simpy.Resource(env, capacity=1)
    took: list[float] = []

    def visit() -> Process:
        began = env.now
        with server.request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1 / 100))
        took.append(env.now - began)

    def arrivals() -> Process:
        for _ in range(requests):
            yield env.timeout(random.expovariate(8 / 1000))
            env.process(visit())

    env.process(arrivals())
    env.run()
    return sum(took) / len(took)


def simpy_w2(requests: int) -> float:
    """Mean response in ms."""
    random.seed(1)
    env = simpy.Environment()
    stations = [simpy.Resource(env, capacity=8) for _ in range(CHAIN)]
    took: list[float] = []

    def served(level: int) -> Process:
        with stations[level].request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1.0))
            if level + 1 < CHAIN:
                return (yield from called(level + 1))
        return True

    def called(level: int) -> Process:
        for attempt in range(3):
            if attempt:
                yield env.timeout(W2_BASE * 2 ** (attempt - 1))
            answer = env.process(served(level))
            yield answer | env.timeout(W2_TIMEOUT)
            if answer.triggered and answer.value:
                return True
        return False

    def visit() -> Process:
        began = env.now
        if (yield from called(0)):
            took.append(env.now - began)

    def arrivals() -> Process:
        for _ in range(requests):
            yield env.timeout(random.expovariate(W2_RATE / 1000))
            env.process(visit())

    env.process(arrivals())
    env.run()
    return sum(took) / len(took)


def simpy_w3(requests: int) -> float:
    """Mean response in ms."""
    random.seed(1)
    calls, hears, work = w3_calls()
    env = simpy.Environment()
    stations = [simpy.Resource(env, capacity=W3_WORKERS) for _ in work]
    took: list[float] = []

    def served(i: int) -> Process:
        with stations[i].request() as turn:
            yield turn
            yield env.timeout(random.expovariate(1 / work[i]))
        if in_parallel(i) and len(calls[i]) > 1:
            yield env.all_of([env.process(served(target)) for target in calls[i]])
        else:
            for target in calls[i]:
                yield from served(target)
        for target in hears[i]:
            env.process(served(target))

    def visit() -> Process:
        began = env.now
        yield from served(random.randrange(ENTRIES))
        took.append(env.now - began)

    def arrivals() -> Process:
        for _ in range(requests):
            yield env.timeout(random.expovariate(W3_RATE / 1000))
            env.process(visit())

    env.process(arrivals())
    env.run()
    return sum(took) / len(took)
