"""No fix cuts off answers that would have come: timeouts that fixes set are long enough for what is waited for."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import resources
from models.analysis import analyse
from models.analysis.facts import Facts
from models.analysis.timeouts.floors import floor_ms, least_ms
from models.analysis.views import facts_of, waterfalls
from models.architecture import Architecture, quantile_of
from models.formats import native
from tests.models.analysis.case_files import all_cases, written_out
from tests.models.analysis.test_cases import check_fix, found_by_id, offered

SAMPLES = resources.names("samples", suffix=".loadpath.json")


def sample(name: str) -> Architecture:
    return native.load(resources.path("samples", name)).architecture


def cut_off(model: Architecture) -> set[str]:
    return {one.id for one in analyse(model).each if one.rule in ("R03", "R04")}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_fix_in_a_sample_removes_its_finding_and_cuts_off_no_answer(name: str) -> None:
    model = sample(name)
    before = found_by_id(model)
    for finding, fix in offered(model):
        check_fix(model, finding, fix, before)


def test_all_timeouts_set_from_the_top_cut_off_no_answer() -> None:
    for model in [*map(sample, SAMPLES), *(case.model for case in all_cases())]:
        fix = waterfalls(facts_of(model)).fix
        if fix is not None:
            assert not cut_off(fix.apply(model)) - cut_off(model), model


@given(
    st.lists(st.integers(1, 400), min_size=2, max_size=6),
    st.lists(st.integers(1, 2000), min_size=6, max_size=6),
    st.lists(st.integers(1, 4), min_size=6, max_size=6),
    st.booleans(),
)
@settings(max_examples=100, deadline=None)
def test_a_chain_whose_budget_is_too_small_gets_one_that_fits(
    works: list[int], limits: list[int], attempts: list[int], constant: bool
) -> None:
    """Each service of a chain takes `works` on average and waits for the next as `limits` says, as often as said."""
    names = [f"s{i}" for i in range(len(works))]
    model = written_out(
        {
            "elements": {
                name: {"is": "service", "work_ms": work if constant else {"exponential": {"mean": work}}}
                for name, work in zip(names, works, strict=True)
            },
            "links": {
                f"l{i}": {
                    "is": f"sync {here} {there}",
                    "timeout_ms": "none" if i % 3 == 2 else limits[i],
                    "retry": {"max_attempts": attempts[i]},
                }
                for i, (here, there) in enumerate(itertools.pairwise(names))
            },
        }
    )
    facts = Facts(model, {})
    for finding in analyse(model).each:
        if finding.rule not in ("R01", "R03", "R04"):
            continue
        assert finding.fixes, finding.message
        for fix in finding.fixes:
            after = fix.apply(model)
            for link in after.links:
                was, now = (one.__dict__["timeout_ms"] for one in (model.link_by_id[link.id], link))
                if now != was:
                    assert isinstance(now, float)
                    assert now >= floor_ms(facts, link), fix.title
            left = cut_off(after)
            assert finding.id not in left
            assert not left - cut_off(model), fix.title


def test_what_a_step_says_of_its_work_counts_in_the_bound() -> None:
    model = written_out(
        {
            "elements": {"c": "client", "a": {"is": "service", "work_ms": 5}, "b": {"is": "service", "work_ms": 10}},
            "links": {"ca": "sync c a", "ab": {"is": "sync a b", "network_ms": 0, "timeout_ms": 200}},
            "journeys": [
                {"id": "j", "entry": "c", "steps": [{"link": "ca", "steps": [{"link": "ab", "work_ms": 4000}]}]}
            ],
        }
    )
    facts = facts_of(model)
    assert least_ms(facts, model.link_by_id["ab"]) == 4000
    assert least_ms(facts, model.link_by_id["ca"]) == 4005
    assert cut_off(model) == {"R04:ab"}


def test_the_bound_takes_one_tail_and_the_estimate_all_of_them() -> None:
    work = {"exponential": {"mean": 100}}
    model = written_out(
        {
            "elements": {"c": "client", **{name: {"is": "service", "work_ms": work} for name in "abd"}},
            "links": {
                "ca": {"is": "sync c a", "network_ms": 0},
                "ab": {"is": "sync a b", "network_ms": 0},
                "bd": {"is": "sync b d", "network_ms": 0},
            },
        }
    )
    facts, link = facts_of(model), model.link_by_id["ca"]
    tail = quantile_of(model.element_by_id["a"].__dict__["work_ms"], 0.99)
    assert least_ms(facts, link) == pytest.approx(tail, rel=1e-6)
    assert floor_ms(facts, link) == pytest.approx(300 + 3**0.5 * (tail - 100), rel=1e-6)
    assert floor_ms(facts, link) > 840.6, "the 99th percentile of an Erlang distribution of three stages of 100 ms"


def test_where_journeys_are_drawn_only_what_they_call_counts() -> None:
    backs = {f"s{i}": {"is": "service", "work_ms": 100} for i in range(20)}
    model = written_out(
        {
            "elements": {"c": "client", "g": {"is": "service", "work_ms": 1}, **backs},
            "links": {
                "cg": {"is": "sync c g", "network_ms": 0, "timeout_ms": 300},
                **{f"g{name}": {"is": f"sync g {name}", "network_ms": 0, "timeout_ms": 150} for name in backs},
            },
            "journeys": [
                {"id": f"j{name}", "entry": "c", "steps": [{"link": "cg", "steps": [{"link": f"g{name}"}]}]}
                for name in backs
            ],
        }
    )
    assert least_ms(facts_of(model), model.link_by_id["cg"]) == 101
    assert cut_off(model) == set()
