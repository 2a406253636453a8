"""How long the fixes of every finding take: `python tests/benchmarks/fixes_speed.py [shape] [services]`.

Prints processor time by rule, the longest first; never fails on time. `check` tells the titles of all fixes, so they
are part of what a person waits for. A rule that takes too long is left after some seconds, and the rest estimated.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from models.analysis import Finding, analyse
from models.architecture import Architecture
from tests.models.analysis.flawed import ELEMENTS, LINKS, TARGETS

MOST_S = 3.0
"""A rule may take so long; what is left of it is estimated."""
TOLD = 10
"""So many rules are printed of each shape."""
Part = dict[str, Any]


class Drawing:
    """A system that is being drawn: links lead from a service to one of the next few, so that there are layers."""

    def __init__(
        self, services: int, links: int, *, talkative: float, styles: str = "ssssadeee", seed: int = 1
    ) -> None:
        self.dice = random.Random(seed)
        self.talkative = talkative
        self.services = services
        self.stores, self.channels, self.clients = services // 10, services // 20, max(2, services // 20)
        self.elements = self._elements()
        self.links = [self._link(i, self.dice.choice(styles)) for i in range(links)]
        self.links += [
            self._saying("sync", {"id": f"in{i}", "source": f"c{i}", "target": f"s{i}"}) for i in range(self.clients)
        ]
        self.out_of: dict[str, list[Part]] = {}
        for link in self.links:
            self.out_of.setdefault(link["source"], []).append(link)
        self.journeys: list[Part] = []

    def model(self, **more: Any) -> Architecture:
        whole = {"elements": self.elements, "links": self.links, "journeys": self.journeys, **more}
        return Architecture.model_validate(whole)

    def some(self, said: dict[str, list[Any]]) -> Part:
        """Of some attributes a value."""
        return {name: self.dice.choice(values) for name, values in said.items() if self.dice.random() < self.talkative}

    def _elements(self) -> list[Part]:
        found: list[Part] = [{"id": f"c{i}", "kind": "client"} for i in range(self.clients)]
        for i in range(self.services):
            told = {**self.some(ELEMENTS["service"]), "groups": [f"g{i % 30}"], "owner": f"team {i % 40}"}
            found.append({"id": f"s{i}", "kind": "service", **told})
        found += [{"id": f"d{i}", "kind": "datastore", **self.some(ELEMENTS["datastore"])} for i in range(self.stores)]
        found += [{"id": f"q{i}", "kind": "queue", **self.some(ELEMENTS["queue"])} for i in range(self.channels)]
        found += [{"id": f"t{i}", "kind": "topic", **self.some(ELEMENTS["topic"])} for i in range(self.channels)]
        return found + [{"id": f"g{i}", "kind": "group", "group_type": "bounded_context"} for i in range(30)]

    def _saying(self, style: str, link: Part) -> Part:
        return {**link, "style": style, **self.some(LINKS[style])}

    def _link(self, number: int, kind: str) -> Part:
        dice, here = self.dice, self.dice.randrange(self.services)
        ahead = f"s{min(self.services - 1, here + 1 + int(dice.expovariate(4 / self.services)))}"
        ends = {"id": f"l{number}", "source": f"s{here}", "target": ahead}
        if kind == "s":
            return self._saying("sync", ends)
        if kind == "d":
            return self._saying("shared_data", {**ends, "target": f"d{dice.randrange(self.stores)}"})
        channel = f"{'q' if kind == 'a' else 't'}{dice.randrange(self.channels)}"
        by = dice.choice([{}, {"target": channel}, {"source": channel}])
        link = self._saying("async" if kind == "a" else "event", {**ends, **by})
        return link

    def journey(self, number: int, *, steps: int, **more: Any) -> None:
        """One that follows some links from a client, with choices and what starts at once; without steps where 0."""
        self.left = steps
        entry = f"c{number % self.clients}"
        target = self.some(TARGETS)
        told = {"id": f"j{number}", "entry": entry, "load": {"open": {"rate_per_s": 5}}, "target": target, **more}
        if steps:
            told["steps"] = self._steps(entry, 7)
        self.journeys.append(told)

    def _steps(self, here: str, depth: int) -> list[Part]:
        found: list[Part] = []
        ways = self.out_of.get(here, []) if depth else []
        for link in self.dice.sample(ways, min(3, len(ways))):
            if self.left <= 0:
                break
            self.left -= 1
            step: Part = {"link": link["id"]}
            if found:
                step |= {"needs_previous": False, "parallel": self.dice.random() < 0.3}
            if link["style"] != "shared_data" and (inner := self._steps(link["target"], depth - 1)):
                step["steps"] = inner
            if link.get("reply") in ("queue", "callback") and depth > 2:
                step["on_reply"] = self._steps(here, 1)
            if self.dice.random() < 0.1:
                step = {"choice": [{"weight": 3, "steps": [step]}, {"weight": 1}]}
            found.append(step)
        return found


def flawed_with(journeys: int, steps: int, talkative: float, **more: Any) -> Callable[[int], Architecture]:
    def shape(services: int) -> Architecture:
        drawing = Drawing(services, 3 * services, talkative=talkative, **more)
        for i in range(journeys):
            drawing.journey(i, steps=steps)
        return drawing.model()

    return shape


SHAPES: dict[str, Callable[[int], Architecture]] = {
    "said, no journeys": flawed_with(0, 0, 0.7),
    "said, drawn journeys": flawed_with(100, 90, 0.7),
    "said, followed journeys": flawed_with(100, 0, 0.7),
    "half said, drawn journeys": flawed_with(100, 90, 0.4),
    "hardly said, followed journeys": flawed_with(50, 0, 0.15),
    "events and stores": flawed_with(50, 60, 0.6, styles="saaddee"),
    "calls alone, followed journeys": flawed_with(50, 0, 0.6, styles="s"),
}


def seconds_by_rule(system: Architecture) -> list[tuple[float, str, int, int]]:
    """(seconds, rule, its findings, how many of them have a fix), the longest first."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in analyse(system).findings:
        for one in (finding, *finding.members):
            by_rule.setdefault(one.rule, []).append(one)
    found = []
    for rule, findings in by_rule.items():
        start, done, fixed = time.process_time(), 0, 0
        for finding in findings:
            str(finding.message), str(finding.arithmetic), finding.demonstration
            fixed += bool([str(fix.title) for fix in finding.fixes])
            done += 1
            if time.process_time() - start > MOST_S:
                break
        share = len(findings) / done
        found.append(((time.process_time() - start) * share, rule, len(findings), round(fixed * share)))
    return sorted(found, reverse=True)


def main() -> None:
    """Prints, of every shape or of one, the rules that took longest."""
    wanted, services = [*sys.argv[1:2]], int(next(iter(sys.argv[2:3]), 1000))
    for name, shape in SHAPES.items():
        if wanted and wanted[0] not in ("all", name):
            continue
        found = seconds_by_rule(shape(services))
        print(f"{name}, {services} services: {sum(seconds for seconds, *_ in found):.2f} s")
        for seconds, rule, findings, fixed in found[:TOLD]:
            print(f"  {rule} {seconds:6.2f} s, {findings} findings, {fixed} with fixes")


if __name__ == "__main__":
    main()
