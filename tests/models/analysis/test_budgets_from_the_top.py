"""Where many budgets are amiss together, one fix sets them all; where few are, each has a fix of its own."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.analysis import analyse
from models.analysis.facts import Facts
from models.analysis.figures import rounded_up
from models.analysis.timeouts.floors import floor_ms
from models.analysis.timeouts.from_the_top import from_the_top, run_together
from models.architecture import Architecture
from tests.models.analysis.case_files import written_out


def chain(length: int, *, timeout_ms: float = 100.0, loop: bool = False) -> Architecture:
    """A client and services one behind the other, each of which tries twice; with `loop` the last calls the first."""
    ends = [("c", "s0"), *((f"s{i}", f"s{i + 1}") for i in range(length - 1))]
    ends += [(f"s{length - 1}", "s0")] if loop else []
    return written_out(
        {
            "elements": {"c": {"is": "client"}} | {f"s{i}": {"is": "service", "work_ms": 5} for i in range(length)},
            "links": {
                f"l{i}": {"is": f"sync {here} {there}", "timeout_ms": timeout_ms, "retry": {"max_attempts": 2}}
                for i, (here, there) in enumerate(ends)
            },
        }
    )


def tangle(seed: int) -> Architecture:
    """Services that call those behind them: timeouts, attempts and pauses at random, some journeys with a patience."""
    draw = random.Random(seed)
    size = draw.randint(8, 30)
    elements = {"c": {"is": "client"}} | {
        f"s{i}": {"is": "service", "work_ms": draw.choice([1, 5, {"exponential": {"mean": 20}}])} for i in range(size)
    }
    links: dict[str, dict[str, object]] = {"l": {"is": "sync c s0", "timeout_ms": draw.choice([50, 500, 5000])}}
    for i in range(2 * size):
        here = draw.randrange(size - 1)
        link: dict[str, object] = {"is": f"sync s{here} s{draw.randrange(here + 1, size)}"}
        if draw.random() < 0.9:
            link["timeout_ms"] = draw.choice([1, 20, 100, 700, 4000])
        if draw.random() < 0.6:
            attempts = draw.choice([2, 3, 6, "unlimited"])
            link["retry"] = {"max_attempts": attempts, "backoff": "exponential", "base_ms": draw.choice([5, 300])}
        if draw.random() < 0.2:
            link["calls_per_request"] = draw.choice([2, 5])
        if draw.random() < 0.2:
            link["parallel_with_previous"] = True
        links[f"l{i}"] = link
    journeys = [{"id": "j", "entry": "c", "client_timeout_ms": draw.choice([80, 900])}] if draw.random() < 0.5 else []
    return written_out({"elements": elements, "links": links, "journeys": journeys})


def amiss(model: Architecture) -> set[str]:
    return {one.id for one in analyse(model).each if one.rule in ("R03", "R04")}


@settings(deadline=None)
@given(st.integers(0, 10**6))
def test_set_from_the_top_all_budgets_fit_and_no_answer_is_cut_off(seed: int) -> None:
    model = tangle(seed)
    facts = Facts(model, {})
    plan = from_the_top(facts)
    after = plan.apply(model, "R03")
    assert amiss(after) == set()
    errors = {one.id for one in analyse(model).each if one.severity == "error"}
    assert {one.id for one in analyse(after).each if one.severity == "error"} <= errors
    for link_id, value in plan.timeouts.items():
        was = model.link_by_id[link_id].__dict__["timeout_ms"]
        assert value >= min(was, rounded_up(floor_ms(facts, model.link_by_id[link_id]))) * (1 - 1e-9)
    assert from_the_top(Facts(after, {})).apply(after, "R03") == after


@pytest.mark.parametrize(("length", "together"), [(13, 0), (14, 13), (40, 39)])
def test_more_than_twelve_budgets_amiss_together_are_mended_at_once(length: int, together: int) -> None:
    model = chain(length)
    assert len(run_together(Facts(model, {}))) == together
    found = [one for one in analyse(model).each if one.rule in ("R03", "R04")]
    titles = {str(fix.title) for one in found for fix in one.fixes}
    assert all(len(one.fixes) == 1 for one in found)
    assert any("Set all budgets from the top" in title for title in titles) == bool(together)
    if together:
        inverted = {str(fix.title) for one in found if one.rule == "R03" for fix in one.fixes}
        assert len(inverted) == 1
        assert "timeouts" in inverted.pop()
        assert amiss(found[0].fixes[0].apply(model)) == set()


def test_timeouts_in_a_circle_of_calls_stay_as_they_are() -> None:
    model = chain(20, loop=True)
    found = [one for one in analyse(model).each if one.rule == "R03"]
    assert len(found) > 12
    assert not any(one.fixes for one in found if one.id != "R03:l0")
    plan = from_the_top(Facts(model, {}))
    assert set(plan.timeouts) <= {"l0"}
    assert "R03:l0" not in amiss(plan.apply(model, "R03"))
