"""Rules that follow journeys against the plainest way to say what they mean, step by step."""

from __future__ import annotations

from math import prod

import pytest
from hypothesis import given

from models.analysis.facts import Facts
from models.analysis.journeys.latency import journey_ms
from models.analysis.journeys.slowest import shares
from models.architecture import replace
from tests.models.analysis.drawn import (
    Drawn,
    Link,
    Said,
    Step,
    drawn,
    every_step,
    findings,
    longest_way,
    together,
    turns,
)

STEP: Said = {"calls": [1, 2], "parallel": [True, False, False], "needs_previous": [False, False, False, True]}


def up_for(system: Drawn, steps: list[Step]) -> set[int]:
    """Services that must be up for the answer: s0, and whoever is called on the way to it."""
    found = {0}

    def walk(inner: list[Step]) -> None:
        for step in inner:
            if step.waited_for:
                found.add(step.link.target)
                walk(step.steps)

    walk(steps)
    return found


PROMISES: Said = {"target": [{"availability": 0.85}, {"availability": 0.95}]}


@given(drawn(service={"availability": [0.9, 0.99]}, journey=PROMISES))
def test_availability_is_the_product_of_all_that_the_answer_needs(system: Drawn) -> None:
    expected = set()
    for i, (said, steps) in enumerate(system.journeys):
        known = [system.services[one].get("availability") for one in up_for(system, steps)]
        if "target" in said and prod(one for one in known if one) < said["target"]["availability"] - 1e-9:
            expected.add(f"j{i}")
    assert set(findings(system.model(), "T03")) == expected


@given(
    drawn(
        service={"instances": [1, 2], "stateless": [True, False]},
        journey={"target": [{"availability": 0.9}, {"mean_ms": 5}]},
    )
)
def test_a_single_instance_is_one_that_a_promised_answer_needs(system: Drawn) -> None:
    promised = {
        one
        for said, steps in system.journeys
        if "availability" in said.get("target", {})
        for one in up_for(system, steps)
    }
    expected = {
        f"s{one}"
        for one in promised
        if system.services[one].get("instances") == 1 and system.services[one].get("stateless") is True
    }
    assert set(findings(system.model(), "R12")) == expected


def waited_ms(system: Drawn, step: Step) -> float:
    if not step.waited_for:
        return 0.0
    way = 2.0 * step.link.said.get("network_ms", 0)
    return float(step.calls * (system.work(step.link.target) + way + answer_ms(system, step.steps)))


def answer_ms(system: Drawn, steps: list[Step]) -> float:
    return longest_way(steps, lambda step: waited_ms(system, step))


WORK: Said = {"work_ms": [5, 30, 80]}
WAY: Said = {"network_ms": [0, 4]}
MEANS: Said = {"target": [{"mean_ms": 60}, {"mean_ms": 200}, {"p99_ms": 100}]}


@given(drawn(service=WORK, link=WAY, step=STEP, journey=MEANS))
def test_latency_is_the_longest_of_all_ways_through_a_journey(system: Drawn) -> None:
    expected = set()
    for i, (said, steps) in enumerate(system.journeys):
        took = system.work(0) + answer_ms(system, steps)
        if "target" in said and took > min(said["target"].values()) + 1e-6:
            expected.add(f"j{i}")
    assert set(findings(system.model(), "T10")) == expected


@given(drawn(service=WORK, link=WAY, step=STEP, journey=MEANS))
def test_serial_calls_are_a_row_of_calls_of_one_turn_that_need_no_other(system: Drawn) -> None:
    expected: dict[str, list[tuple[str, ...]]] = {}
    for i, (said, steps) in enumerate(system.journeys):
        limit = min(100, 0.5 * min(said["target"].values())) if "target" in said else 100
        for turn in turns(steps):
            for first in range(len(turn)):
                for last in range(first + 2, len(turn) + 1):
                    row = turn[first:last]
                    free = [step.said.get("needs_previous") is False and not step.said.get("parallel") for step in row]
                    alike = all(step.waited_for for step in row) and all(free[1:])
                    if alike and sum(waited_ms(system, step) for step in row) > limit + 1e-6:
                        expected.setdefault(f"j{i}", []).append(tuple(step.link.id for step in row))
    found = findings(system.model(), "T05")
    assert {one.journey for one in found.values()} == set(expected)
    for one in found.values():
        rows = [row for row in expected[one.journey or ""] if row[0] == one.links[0]]
        assert {link_id for row in rows for link_id in row} >= set(one.links)
        assert any(set(row) <= set(one.links) for row in rows)


@given(drawn(link={"calls_per_request": [1, 3]}, step={"calls": [1, 2]}))
def test_calls_that_one_answer_waits_for_are_counted_along_every_way(system: Drawn) -> None:
    def calls(steps: list[Step]) -> float:
        return sum(step.calls * (1 + calls(step.steps)) for step in steps if step.waited_for)

    def whole(service: int) -> float:
        ways = [one for one in system.links if one.source == service and one.style == "sync"]
        return float(sum(one.said.get("calls_per_request", 1) * (1 + whole(one.target)) for one in ways))

    counts = {f"j{i}": 1 + calls(steps) for i, (_, steps) in enumerate(system.journeys)}
    called = {0, *(one.target for one in system.links)}
    counts |= {f"s{one.source}": whole(one.source) for one in system.links if one.source not in called}
    expected = {start for start, count in counts.items() if 1 - 0.99**count > 0.1}
    assert set(findings(system.model(), "T12")) == expected


RETRIES = [
    {"max_attempts": 2},
    {"max_attempts": 3, "backoff": "fixed", "base_ms": 20},
    {"max_attempts": 3, "backoff": "exponential", "base_ms": 20},
    {"max_attempts": 4, "backoff": "exponential", "base_ms": 20, "cap_ms": 30},
]


def worst_ms(link: Link) -> float:
    """All attempts time out, with every pause in between at its longest; nothing where no timeout was said."""
    if "timeout_ms" not in link.said:
        return 0.0
    retry = link.said.get("retry", {})
    pauses = retry.get("max_attempts", 1) - 1
    base, cap = retry.get("base_ms", 0), retry.get("cap_ms", float("inf"))
    each = [base * (2**k if retry.get("backoff") == "exponential" else 1) for k in range(pauses)]
    return float(link.said["timeout_ms"] * (pauses + 1) + sum(min(cap, pause) for pause in each))


@given(
    drawn(
        link={"timeout_ms": [50, 100, 200, 400], "retry": RETRIES, "propagates_deadline": [True]},
        step={"calls": [1, 2], "parallel": [True, False]},
    )
)
def test_a_timeout_is_inverted_when_some_journey_lets_the_callee_wait_longer(system: Drawn) -> None:
    expected: dict[str, str] = {}
    used = [step for _, steps in system.journeys for step in every_step(steps)]
    for link in system.links:
        turn_below = [step.steps for step in used if step.link is link]
        if not turn_below:
            whole = [Step(one, {}, []) for one in system.links if one.source == link.target]
            turn_below = [whole] if whole else []
        patience = link.said.get("timeout_ms")
        if link.style != "sync" or patience is None or link.said.get("propagates_deadline"):
            continue
        worst = max((longest_way(turn, lambda step: _worst_of(step)) for turn in turn_below), default=0.0)
        if worst > patience + 1e-6:
            expected[link.id] = "error" if "retry" in link.said else "warning"
    assert {subject: one.severity for subject, one in findings(system.model(), "R03").items()} == expected


def _worst_of(step: Step) -> float:
    return step.calls * worst_ms(step.link) if step.waited_for else 0.0


@given(drawn(service={"work_ms": [5, 30, 80]}, link={"timeout_ms": [20, 60, 150], "network_ms": [0, 4]}, step=STEP))
def test_a_timeout_is_too_short_when_the_whole_answer_takes_longer_in_some_journey(system: Drawn) -> None:
    """With constant times the 99th percentile of an answer is what it takes."""
    used = [step for _, steps in system.journeys for step in every_step(steps)]
    expected = set()
    for link in system.links:
        own = system.work(link.target) + 2 * link.said.get("network_ms", 0)
        answers = [own + answer_ms(system, step.steps) for step in used if step.link is link]
        if not answers and link.style == "sync":
            answers = [own + _whole_answer(system, link.target)]
        if "timeout_ms" in link.said and max(answers) > link.said["timeout_ms"] + 1e-6:
            expected.add(link.id)
    assert set(findings(system.model(), "R04")) == expected


def _whole_answer(system: Drawn, service: int) -> float:
    """What comes on top of its own work when it uses all its links, one after the other."""
    calls = [one for one in system.links if one.source == service and one.style == "sync"]
    ways = [2 * one.said.get("network_ms", 0) + system.work(one.target) for one in calls]
    return float(sum(ways)) + sum(_whole_answer(system, one.target) for one in calls)


@given(
    drawn(
        service={"work_ms": [5, 30], "instances": [1, 2], "workers": [1, 4], "threading": ["blocking", "nonblocking"]},
        step={"calls": [1, 2], "parallel": [True]},
        journey={"load": [{"open": {"rate_per_s": 10}}, {"open": {"rate_per_s": 70}}]},
    )
)
def test_workers_are_saturated_when_visits_times_what_each_holds_fill_them(system: Drawn) -> None:
    busy: dict[int, float] = {}

    def visit(service: int, steps: list[Step], rate: float) -> None:
        held = system.work(service)
        if system.services[service].get("threading") == "blocking":
            held += answer_ms(system, steps)
        busy[service] = busy.get(service, 0.0) + rate * held / 1000
        for step in steps:
            visit(step.link.target, step.steps, rate * step.calls)

    for said, steps in system.journeys:
        if "load" in said:
            visit(0, steps, said["load"]["open"]["rate_per_s"])
    expected = set()
    for service, load in busy.items():
        told = system.services[service]
        known = "instances" in told and "workers" in told and load > 0
        if known and load >= told["instances"] * told["workers"] - 1e-9:
            expected.add(f"s{service}")
    assert set(findings(system.model(), "R09")) == expected


@given(
    drawn(
        service={"work_ms": [5, 30, 80], "instances": [1, 2], "workers": [1, 4]},
        step={"calls": [1, 2]},
        journey={"load": [{"open": {"rate_per_s": 10}}, {"open": {"rate_per_s": 70}}]},
        styles=("sync", "async", "event"),
    )
)
def test_a_backlog_grows_when_all_runs_together_send_more_than_is_handled(system: Drawn) -> None:
    rates: dict[str, float] = {}
    unknown: set[str] = set()

    def visit(steps: list[Step], rate: float | None) -> None:
        for step in steps:
            if rate is None:
                unknown.add(step.link.id)
            else:
                rates[step.link.id] = rates.get(step.link.id, 0.0) + rate * step.calls
            visit(step.steps, None if rate is None else rate * step.calls)

    for said, steps in system.journeys:
        visit(steps, said["load"]["open"]["rate_per_s"] if "load" in said else None)
    expected = set()
    for link in system.links:
        told = system.services[link.target]
        known = link.id in rates and link.id not in unknown and {"work_ms", "instances", "workers"} <= set(told)
        if link.style == "sync" or not known:
            continue
        if rates[link.id] >= told["instances"] * told["workers"] * 1000 / told["work_ms"] - 1e-9:
            expected.add(link.id)
    assert set(findings(system.model(), "M07")) == expected


@given(drawn(link={"timeout_ms": [50]}, step={"parallel": [True]}))
def test_groups_that_start_at_once_hold_every_step_once(system: Drawn) -> None:
    """Of the oracle itself."""
    for _, steps in system.journeys:
        for turn in turns(steps):
            assert [step for group in together(turn) for step in group] == turn


@given(drawn(service=WORK, link=WAY, step=STEP))
def test_the_shares_of_a_journey_add_up_to_its_time_whether_drawn_or_followed(system: Drawn) -> None:
    drawn_model = system.model()
    followed = tuple(replace(journey, steps=()) for journey in drawn_model.journeys)
    for model in (drawn_model, replace(drawn_model, journeys=followed)):
        facts = Facts(model, {})
        for journey in model.journeys:
            assert sum(shares(facts, journey).values()) == pytest.approx(journey_ms(facts, journey))
