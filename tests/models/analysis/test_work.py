"""How much is done for an answer, counted in calls of functions and not by a clock."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from types import FrameType
from typing import Any

import pytest

from models.analysis import Finding, analyse, catalogue
from models.analysis.facts import Facts
from models.analysis.fixes import notifying
from models.analysis.fixes.notifying import keeps_up, polling, writer_for
from models.analysis.views import amplification, facts_of, up_together, utilisation, waterfalls
from models.architecture import Architecture
from tests.benchmarks.fixes_speed import flawed_with

SERVICES = 60
SHAPES = {
    "drawn journeys": flawed_with(10, 40, 0.7),
    "followed journeys": flawed_with(10, 0, 0.7),
    "events and stores": flawed_with(10, 40, 0.6, styles="saaddee"),
}
MOST_FACTS = 3
"""A finding may look at so many models besides its own for the sake of its fixes, whatever the size of the system."""


def calls_of(work: Callable[[], object]) -> int:
    """How many Python functions are called."""
    count = 0

    def note(_frame: FrameType, event: str, _of: Any) -> None:
        nonlocal count
        count += event == "call"

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def used_twice(levels: int) -> Architecture:
    """A chain of services; the journey of each uses that of the next twice, the last one 2^levels times."""
    said = {"work_ms": 5, "availability": 0.9, "instances": 1, "workers": 4, "threading": "blocking"}
    elements: list[dict[str, Any]] = [{"id": "c", "kind": "client"}]
    elements += [{"id": f"s{i}", "kind": "service", **said} for i in range(levels + 1)]
    call: dict[str, Any] = {"style": "sync", "timeout_ms": 100, "result_needed": False, "retry": {"max_attempts": 2}}
    links: list[dict[str, Any]] = [{"id": "in", "source": "c", "target": "s0", "style": "sync"}]
    links += [{"id": f"l{i}", "source": f"s{i}", "target": f"s{i + 1}", **call} for i in range(levels)]
    promise = {"load": {"open": {"rate_per_s": 1}}, "target": {"mean_ms": 5, "availability": 0.99}}
    first = {"id": "j", "entry": "c", "client_timeout_ms": 1000, "steps": [{"link": "in", "steps": [{"use": "j0"}]}]}
    journeys: list[dict[str, Any]] = [{**promise, **first}]
    for i in range(levels):
        step = {"link": f"l{i}", "steps": [{"use": f"j{i + 1}"}] if i < levels - 1 else []}
        journeys.append({"id": f"j{i}", "entry": f"s{i}", "steps": [step, step]})
    return Architecture.model_validate({"elements": elements, "links": links, "journeys": journeys})


def told(finding: Finding) -> None:
    """All that a person may read of it."""
    str(finding.message), str(finding.arithmetic), [str(fix.title) for fix in finding.fixes]


def test_journeys_that_use_each_other_twice_are_gone_through_once() -> None:
    def work(architecture: Architecture) -> None:
        for finding in analyse(architecture).each:
            told(finding)
        for view in (up_together, amplification, waterfalls, utilisation):
            view(facts_of(architecture))

    few, many = used_twice(5), used_twice(10)
    work(few)  # what is worked out once per process is not counted
    assert calls_of(lambda: work(many)) < 5 * calls_of(lambda: work(few))


@pytest.mark.parametrize("shape", SHAPES)
def test_fixes_look_at_few_other_models(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    built = 0
    begin = Facts.__init__

    def counted(self: Facts, *given: Any, **named: Any) -> None:
        nonlocal built
        built += 1
        begin(self, *given, **named)

    findings = analyse(SHAPES[shape](SERVICES)).each
    monkeypatch.setattr(Facts, "__init__", counted)
    most: dict[str, int] = {}
    for finding in findings:
        before = built
        told(finding)
        most[finding.rule] = max(most.get(finding.rule, 0), built - before)
    assert {rule: count for rule, count in most.items() if count > MOST_FACTS} == {}


@pytest.mark.parametrize("seed", range(3))
def test_readers_that_could_be_told_of_changes_are_judged_without_trying_it(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = Facts(flawed_with(10, 0, 0.7, seed=seed)(SERVICES), catalogue())
    assert all(journey.load and journey.load.open for journey in facts.followed_journeys)
    asked = [(link, writer) for link, _ in polling(facts) if (writer := writer_for(facts, link)) is not None]
    assert len(asked) > 3 and not facts.stating("notified_by")
    tried: list[str] = []

    def noted(_facts: Facts, _after: Architecture, codes: Iterable[str]) -> bool:
        tried.extend(codes)
        return False

    monkeypatch.setattr(notifying, "brings_error", noted)
    for link, writer in asked:
        keeps_up(facts, link, writer)
    assert tried == []
