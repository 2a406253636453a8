"""Small random systems with drawn journeys, as plain data, for rules that follow what waits for what.

Services s0 to s5 call and message those of a higher number; the client u calls s0. A journey is a tree of steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

from hypothesis import strategies as st

from models.analysis import Finding, analyse
from models.architecture import Architecture
from tests.models.analysis.case_files import written_out

SERVICES = 6


@dataclass
class Link:
    """A sync call unless another style is said; times in ms, all constant."""

    id: str
    source: int
    target: int
    style: str
    said: dict[str, Any]


@dataclass
class Step:
    link: Link
    said: dict[str, Any]
    steps: list[Step]

    @property
    def calls(self) -> int:
        own: int | None = self.said.get("calls")
        return int(self.link.said.get("calls_per_request", 1)) if own is None else own

    @property
    def waited_for(self) -> bool:
        return self.link.style == "sync"


@dataclass
class Drawn:
    """`journeys`: fields of each journey, and its steps; the first step is the client's call of s0."""

    services: list[dict[str, Any]]
    links: list[Link]
    journeys: list[tuple[dict[str, Any], list[Step]]]

    def model(self) -> Architecture:
        elements: dict[str, Any] = {f"s{i}": {"is": "service", **said} for i, said in enumerate(self.services)}
        links = {one.id: {"is": f"{one.style} s{one.source} s{one.target}", **one.said} for one in self.links}
        links["in"] = {"is": "sync u s0", "network_ms": 0}
        journeys = [
            {"id": f"j{i}", "entry": "u", **said, "steps": [{"link": "in", "steps": list(map(_told, steps))}]}
            for i, (said, steps) in enumerate(self.journeys)
        ]
        return written_out({"elements": {"u": "client", **elements}, "links": links, "journeys": journeys})

    def work(self, service: int) -> float:
        return float(self.services[service].get("work_ms", 0))


def _told(step: Step) -> dict[str, Any]:
    return {"link": step.link.id, **step.said, "steps": list(map(_told, step.steps))}


def findings(model: Architecture, rule: str) -> dict[str, Finding]:
    """Subject -> finding of one rule."""
    return {one.id.partition(":")[2]: one for one in analyse(model).each if one.rule == rule}


def every_step(steps: list[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from every_step(step.steps)


def turns(steps: list[Step]) -> Iterator[list[Step]]:
    """What one service does in one turn, for every turn."""
    yield steps
    for step in steps:
        yield from turns(step.steps)


def together(steps: list[Step]) -> list[list[Step]]:
    """The steps in groups that start at once, one group after the other."""
    groups: list[list[Step]] = []
    for step in steps:
        if step.said.get("parallel") and groups:
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def longest_way(steps: list[Step], time_of: Callable[[Step], float]) -> float:
    """The greatest of all sums that take one step of every group that starts at once."""
    ways = product(*together(steps))
    return max(sum(time_of(step) for step in way) for way in ways)


Said = dict[str, list[Any]]
"""Attribute -> the values to choose from."""


def some(dice: Random, said: Said) -> dict[str, Any]:
    """Of most attributes a value."""
    return {name: dice.choice(values) for name, values in said.items() if dice.random() < 0.85}


def drawn(
    *,
    service: Said | None = None,
    link: Said | None = None,
    step: Said | None = None,
    journey: Said | None = None,
    styles: tuple[str, ...] = ("sync", "sync", "sync", "async", "event"),
) -> st.SearchStrategy[Drawn]:
    """Systems; what may be said of their parts is given as attribute -> values. A number stands for each of them."""

    def system(seed: int) -> Drawn:
        dice = Random(seed)
        services = [some(dice, service or {}) for _ in range(SERVICES)]
        links = []
        for i in range(dice.randint(1, 9)):
            low, high = sorted(dice.sample(range(SERVICES), 2)) if i else (0, dice.randint(1, SERVICES - 1))
            style = dice.choice(styles)
            links.append(Link(f"l{i}", low, high, style, some(dice, link or {}) if style == "sync" else {}))

        def steps(here: int, depth: int) -> list[Step]:
            ways = [one for one in links if one.source == here]
            chosen = [dice.choice(ways) for _ in range(dice.choice([0, 1, 2, 2, 3]))] if ways and depth else []
            return [Step(one, some(dice, step or {}), steps(one.target, depth - 1)) for one in chosen]

        journeys = [(some(dice, journey or {}), steps(0, 4)) for _ in range(dice.randint(1, 2))]
        return Drawn(services, links, journeys)

    return st.integers(0, 10**9).map(system)
