"""The views of a whole architecture against numbers worked out by hand."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.analysis import analyse
from models.analysis.views import amplification, crossings, facts_of, needs, up_together, utilisation, waterfalls
from models.architecture import Architecture
from tests.models.analysis.case_files import written_out

SHOP = written_out(
    {
        "elements": {
            "web": "client",
            "shop": {
                "is": "service",
                "availability": 0.999,
                "instances": 2,
                "workers": 10,
                "work_ms": 20,
                "owner": "sales",
            },
            "pay": {
                "is": "service",
                "availability": 0.99,
                "instances": 1,
                "workers": 4,
                "work_ms": 30,
                "owner": "money",
            },
            "bank": {"is": "external", "availability": 0.95, "workers": 8, "work_ms": 50},
            "orders": {"is": "datastore", "connections": 10, "work_ms": 5, "owner": "sales"},
            "mail": {"is": "service", "instances": 1, "workers": 1, "work_ms": 100, "threading": "nonblocking"},
        },
        "links": {
            "in": {"is": "sync web shop", "timeout_ms": 1000, "network_ms": 1},
            "to-pay": {"is": "sync shop pay", "timeout_ms": 500, "retry": {"max_attempts": 2}, "network_ms": 1},
            "to-bank": {"is": "sync pay bank", "timeout_ms": 300, "retry": {"max_attempts": 3}, "network_ms": 1},
            "save": {"is": "shared_data shop orders", "timeout_ms": 100, "network_ms": 0},
            "tell": {"is": "async shop mail"},
        },
        "journeys": [
            {
                "id": "buy",
                "entry": "web",
                "load": {"open": {"rate_per_s": 10}},
                "target": {"availability": 0.95},
                "steps": [
                    {
                        "link": "in",
                        "steps": [
                            {"link": "to-pay", "steps": [{"link": "to-bank"}]},
                            {"link": "save", "calls": 2},
                            {"link": "tell", "probability": 0.5},
                        ],
                    }
                ],
            }
        ],
    }
)


def test_a_journey_needs_at_once_all_but_what_it_tells_later() -> None:
    (found,) = up_together(facts_of(SHOP))
    assert found.members == ("bank", "orders", "pay", "shop")
    assert found.availability == pytest.approx(0.999 * 0.99 * 0.95)
    assert (found.stated, found.target, found.drawn) == (3, 0.95, True)


def test_each_service_needs_what_it_waits_for_and_a_router_what_its_most_demanding_request_does() -> None:
    found = needs(facts_of(SHOP))
    assert {one: (needed.count, needed.severity) for one, needed in found.services.items()} == {
        "mail": (0, None),
        "pay": (1, None),
        "shop": (3, "info"),
    }
    assert found.members("shop") == ("bank", "orders", "pay")
    assert found.availability("shop") == pytest.approx(0.99 * 0.95)
    assert found.availability("mail") is None
    routed = {
        "elements": {"g": {"is": "service", "role": "gateway"}, **dict.fromkeys("abc", "service")},
        "links": {"ga": "sync g a", "ab": "sync a b", "gc": "sync g c"},
    }
    routing = needs(facts_of(written_out(routed)))
    assert (routing.members("g"), routing.services["g"].by_link) == (("a", "b"), True)


def test_attempts_multiply_down_to_each_link() -> None:
    found = {one.link: (one.calls, one.start) for one in amplification(facts_of(SHOP)).values()}
    assert found == {"in": (1, "web"), "to-pay": (2, "web"), "to-bank": (6, "web")}


def test_the_waterfall_gives_what_each_callee_needs_and_its_fix_fits_all() -> None:
    found = waterfalls(facts_of(SHOP))
    (journey,) = found.journeys
    rows = {one.link: (one.depth, one.given, one.needed) for one in journey.budgets}
    assert rows == {
        "in": (1, 1000, 500 * 2 + 2 * 100),
        "to-pay": (2, 500, 300 * 3),
        "save": (2, 100, 0),
        "to-bank": (3, 300, 0),
    }
    assert [one.link for one in journey.budgets if one.overrun] == ["in", "to-pay"]
    assert found.fix is not None
    fixed = found.fix.apply(SHOP)
    again = waterfalls(facts_of(fixed))
    assert again.fix is None
    assert not any(one.overrun for one in again.journeys[0].budgets)
    assert {one.link: one.given for one in again.journeys[0].budgets} == {
        one.link: one.suggested for one in journey.budgets
    }
    assert "R03" not in {one.rule for one in analyse(fixed).each}


def test_only_links_between_two_said_owners_cross() -> None:
    found = [(one.link, one.source_owner, one.target_owner) for one in crossings(facts_of(SHOP))]
    assert found == [("to-pay", "sales", "money")]


def test_a_team_owns_its_members() -> None:
    elements = {
        "t": {"is": "group", "group_type": "team", "name": "Blue"},
        "a": {"is": "service", "groups": ["t"]},
        "b": {"is": "service", "owner": "red"},
    }
    found = crossings(facts_of(written_out({"elements": elements, "links": {"l": "sync a b"}})))
    assert [(one.source_owner, one.target_owner) for one in found] == [("Blue", "red")]


def test_busy_workers_are_arrivals_times_the_time_held() -> None:
    found = utilisation(facts_of(SHOP))
    pay_answer = 30 + 50 + 2
    shop_held = 20 + (pay_answer + 2) + 2 * 5
    expected = {
        "shop": (10, 10 * shop_held / 1000, 20),
        "pay": (10, 10 * pay_answer / 1000, 4),
        "bank": (10, 10 * 50 / 1000, 8),
        "orders": (20, 20 * 5 / 1000, 10),
        "mail": (5, 5 * 100 / 1000, 1),
    }
    assert {one: (row.rate_per_s, row.busy, row.capacity) for one, row in found.items()} == {
        one: (rate, pytest.approx(busy), capacity) for one, (rate, busy, capacity) in expected.items()
    }
    assert found["pay"].share == pytest.approx(10 * pay_answer / 1000 / 4)
    assert found["shop"].assumed == ()


def test_a_followed_journey_loads_as_its_drawn_twin() -> None:
    data = SHOP.model_dump(exclude_none=True, by_alias=True)
    drawn = data["journeys"][0]
    for link in data["links"]:
        if link["id"] == "save":
            link["calls_per_request"] = 2
        if link["id"] == "tell":
            link["probability"] = 0.5
    data["journeys"] = [{**drawn, "steps": []}]
    followed = utilisation(facts_of(Architecture.model_validate(data)))
    for one, row in utilisation(facts_of(SHOP)).items():
        assert followed[one].rate_per_s == pytest.approx(row.rate_per_s)
        assert followed[one].busy == pytest.approx(row.busy)


def test_what_nobody_said_is_assumed_and_named() -> None:
    short = {
        "elements": {"u": "client", "a": "service"},
        "links": {"l": "sync u a"},
        "journeys": [{"id": "j", "entry": "u", "load": {"open": {"rate_per_s": 100}}, "steps": [{"link": "l"}]}],
    }
    row = utilisation(facts_of(written_out(short)))["a"]
    assert (row.busy, row.capacity) == (pytest.approx(100 * 0.010), 16)
    assert row.assumed == ("instances", "workers", "work_ms")


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 6), st.integers(1, 4)), max_size=12))
def test_amplification_by_the_graph_is_the_greatest_product_of_all_paths(drawn: list[tuple[int, int, int]]) -> None:
    edges = [edge for edge in drawn if edge[0] < edge[1]]
    model = written_out(
        {
            "elements": {f"s{i}": "service" for i in range(7)},
            "links": {
                f"l{i}": {"is": f"sync s{a} s{b}", "retry": {"max_attempts": n}} for i, (a, b, n) in enumerate(edges)
            },
        }
    )
    entries = {low for low, _, _ in edges} - {high for _, high, _ in edges}
    worst: dict[str, float] = {}

    def walk(here: int, calls: float) -> None:
        for i, (low, high, attempts) in enumerate(edges):
            if low == here:
                worst[f"l{i}"] = max(worst.get(f"l{i}", 0.0), calls * attempts)
                walk(high, calls * attempts)

    for entry in entries:
        walk(entry, 1.0)
    assert {one: row.calls for one, row in amplification(facts_of(model)).items()} == worst
    assert all(math.isfinite(row.calls) for row in amplification(facts_of(model)).values())


def test_work_that_a_step_states_counts_instead_of_the_elements_own() -> None:
    short = {
        "elements": {"u": "client", "a": {"is": "service", "instances": 1, "workers": 4, "work_ms": 10}},
        "links": {"ua": "sync u a"},
        "journeys": [
            {
                "id": "j",
                "entry": "u",
                "load": {"open": {"rate_per_s": 5}},
                "steps": [{"link": "ua", "work_ms": 300, "steps": [{"work_ms": 100}]}],
            }
        ],
    }
    assert utilisation(facts_of(written_out(short)))["a"].busy == pytest.approx(5 * 0.4)


def test_messages_multiply_by_their_deliveries_as_far_as_these_are_said() -> None:
    model = written_out(
        {
            "elements": {"a": "service", "b": "service", "c": "service", "d": "service", "q": "queue", "t": "topic"},
            "links": {
                "in": "async a q",
                "out": {"is": "async q b", "delivery": {"max_deliveries": 5}},
                "direct": {"is": "async a c", "delivery": {"max_deliveries": 4}},
                "told": "event b t",
                "heard": {"is": "event t d", "delivery": {"max_deliveries": "unlimited"}},
                "once": {"is": "event t c", "delivery": {"max_deliveries": 6, "guarantee": "at_most_once"}},
            },
        }
    )
    found = {one.link: (one.calls, one.start) for one in amplification(facts_of(model)).values()}
    assert found == {"out": (5, "q"), "direct": (4, "a"), "heard": (math.inf, "t")}


def test_what_waits_for_a_call_without_a_timeout_waits_without_limit() -> None:
    elements = {"u": "client", "a": "service", "b": "service", "c": "service", "d": "service"}
    links = {
        "ua": {"is": "sync u a", "timeout_ms": 1000},
        "ab": {"is": "sync a b", "timeout_ms": 300},
        "bc": {"is": "sync b c", "timeout_ms": "none"},
    }
    model = written_out({"elements": elements, "links": links})
    limited = {"is": "sync b d", "timeout_ms": 400}
    longer = written_out({"elements": elements, "links": {**links, "bd": limited}})
    rows = {one.link: one for one in waterfalls(facts_of(longer)).journeys[0].budgets}
    assert {name: (one.needed, one.unbounded, one.overrun) for name, one in rows.items()} == {
        "ua": (300, False, False),
        "ab": (math.inf, True, True),
        "bc": (0, False, False),
        "bd": (0, False, False),
    }
    rows = {one.link: one for one in waterfalls(facts_of(model)).journeys[0].budgets}
    assert (rows["ab"].needed, rows["ab"].overrun) == (math.inf, False)


def test_who_learns_the_time_left_does_not_overrun() -> None:
    short = {
        "elements": {"u": "client", "a": "service", "b": "service"},
        "links": {
            "ua": {"is": "sync u a", "timeout_ms": 100, "propagates_deadline": True},
            "ab": {"is": "sync a b", "timeout_ms": 300},
        },
    }
    (row, _) = waterfalls(facts_of(written_out(short))).journeys[0].budgets
    assert (row.given, row.needed, row.overrun) == (100, 300, False)
