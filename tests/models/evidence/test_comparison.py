"""Two versions of a model with common random numbers: the difference is the change's, and is said with its interval."""

import json
import math
from typing import Any

import pytest

from models import resources
from models.architecture import Architecture, Scenario, replace
from models.architecture.settings import with_settings
from models.evidence.comparison import REPLICATIONS, compare
from models.evidence.figures import signed, spread
from models.evidence.sentences import told, verdict
from models.formats import native
from models.simulation import Cancelled, SimulationError, replicate
from models.simulation.statistics import interval, t_quantile
from tests.models.simulation.building import client, exponential, journey, model, poisson, regular, service, sync

TEN_SECONDS = Scenario(id="run", duration_ms=10_000.0, warm_up_ms=0.0, seed=1)


def two_journeys() -> Architecture:
    return model(
        [client(), service("shop", exponential(10), 1), service("desk", exponential(10), 2)],
        [sync("users", "shop", network_ms=exponential(1)), sync("users", "desk", network_ms=exponential(1))],
        [
            journey(poisson(70), [{"link": "users-shop"}], id="buy"),
            journey(poisson(30), [{"link": "users-desk"}], id="ask"),
        ],
    )


def sample(name: str) -> Architecture:
    return native.load(resources.path("samples", f"{name}.loadpath.json")).architecture


def test_an_edit_leaves_the_luck_of_everything_else_alone() -> None:
    old = two_journeys()
    more = old.model_dump(exclude_unset=True)
    more["elements"] = [service("another", 5), *more["elements"]]
    more["links"] = [sync("desk", "another"), *more["links"]]
    more["journeys"][1]["steps"] = [{"link": "users-desk", "steps": [{"link": "desk-another"}]}]
    found = compare(old, Architecture.model_validate(more), TEN_SECONDS)
    for row in found.rows:
        if row.subject == "buy" and row.interval is not None:
            assert row.interval == (0.0, 0.0), row
    slower = found.row("ask", "mean_ms")
    assert slower is not None and slower.better is False
    assert found.only_new == (("element", "another"), ("link", "desk-another"))
    assert found.only_old == ()


def test_common_random_numbers_make_the_difference_far_more_certain() -> None:
    old = two_journeys()
    new = with_settings(old, {"shop.work_ms": {"exponential": {"mean": 9.5}}})

    def means(architecture: Architecture, seed: int) -> list[float]:
        run = replicate(architecture, TEN_SECONDS, seed=seed, replications=40)
        return [sample.journeys["buy"]["latency_ms"]["mean"] for sample in run.samples(0.0)]

    before, after, elsewhere = means(old, 1), means(new, 1), means(new, 2)
    paired = variance([b - a for a, b in zip(before, after, strict=True)])
    independent = variance([b - a for a, b in zip(before, elsewhere, strict=True)])
    assert paired < independent / 10


def variance(values: list[float]) -> float:
    mean = sum(values) / len(values)
    return sum((value - mean) ** 2 for value in values) / (len(values) - 1)


def test_the_interval_is_students_over_the_paired_differences() -> None:
    old = two_journeys()
    new = with_settings(old, {"shop.work_ms": {"exponential": {"mean": 9}}})
    found = compare(old, new, TEN_SECONDS, replications=7, judged=[("buy", "mean_ms")])
    sides = [
        [one.journeys["buy"]["latency_ms"]["mean"] for one in replicate(v, TEN_SECONDS, replications=7).samples(0.0)]
        for v in (old, new)
    ]
    differences = [b - a for a, b in zip(*sides, strict=True)]
    row = found.row("buy", "mean_ms")
    assert row is not None and row.interval is not None
    mean = sum(differences) / 7
    half = 2.446912 * math.sqrt(variance(differences) / 7)
    assert row.difference == pytest.approx(mean)
    assert row.interval == pytest.approx((mean - half, mean + half), rel=1e-4)
    assert row.better is True


def test_figures_judged_together_hold_together() -> None:
    old = two_journeys()
    alone = compare(old, old, TEN_SECONDS, replications=2, judged=[("buy", "mean_ms")])
    together = compare(old, old, TEN_SECONDS, replications=2)
    assert [row.level for row in alone.judged] == [0.95]
    assert len(together.judged) == 6
    assert {row.level for row in together.judged} == {1 - 0.05 / 6}
    assert {row.level for row in together.rows if not row.judged} == {0.95}


@pytest.mark.parametrize(
    ("freedom", "share", "expected"), [(9, 0.9975, 3.68966), (9, 0.975, 2.26216), (4, 0.995, 4.60409)]
)
def test_quantiles_of_students_t_are_those_of_the_tables(freedom: int, share: float, expected: float) -> None:
    assert t_quantile(freedom, share) == pytest.approx(expected, abs=0.01)


def test_a_change_without_randomness_is_known_exactly() -> None:
    def constant(work_ms: float) -> Architecture:
        return model(
            [client(), service("shop", work_ms)],
            [sync("users", "shop")],
            [journey(regular(20), [{"link": "users-shop"}])],
        )

    found = compare(constant(10), constant(7), TEN_SECONDS)
    row = found.row("visit", "mean_ms")
    assert row is not None
    assert (row.old, row.new) == (pytest.approx(10), pytest.approx(7))
    assert row.interval == pytest.approx((-3, -3))
    assert str(told(found, row)) == "mean response time of visit falls by 3 ms (95%: 3 to 3)"
    assert "falls by" in str(verdict(found))


def test_a_change_that_nothing_feels_shows_no_difference() -> None:
    old = two_journeys()
    new = with_settings(old, {"users-shop.timeout_ms": 9_000, "desk.workers": 50, "desk.queue_limit": 500})
    found = compare(with_settings(old, {"desk.workers": 40}), new, TEN_SECONDS)
    assert not found.difference_shown
    assert str(verdict(found)) == "No difference shown at this load."


def test_luck_alone_rarely_passes_for_a_difference() -> None:
    """Independent runs of one model: at 95% about one comparison in twenty shows something; 30 show few."""
    run = replicate(two_journeys(), replace(TEN_SECONDS, duration_ms=3_000.0), replications=600)
    values = [one.journeys["buy"]["latency_ms"]["mean"] for one in run.samples(0.0)]
    wrong = 0
    for k in range(30):
        differences = [values[20 * k + i] - values[20 * k + 10 + i] for i in range(10)]
        found = interval(differences)
        assert found is not None
        wrong += not found[0] <= 0 <= found[1]
    assert wrong <= 5


def test_what_only_one_version_has_is_left_out_of_the_other_and_told() -> None:
    old = two_journeys()
    without = old.model_dump(exclude_unset=True)
    without["elements"] = [element for element in without["elements"] if element["id"] != "desk"]
    without["links"] = [link for link in without["links"] if link["id"] != "users-desk"]
    without["journeys"] = without["journeys"][:1]
    told_so = Scenario.model_validate(
        {
            "id": "hard",
            "duration_ms": 5000,
            "set": {"desk.workers": 4, "shop.workers": 2},
            "faults": [{"fault": "crash", "target": "desk", "from_ms": 1000, "until_ms": 2000}],
            "expect": [{"journey": "ask", "metric": "p99_ms", "at_most": 5}],
        }
    )
    found = compare(old, Architecture.model_validate(without), told_so, replications=2)
    notes = [str(note) for note in found.notes]
    assert any("desk.workers is set for one version only" in note for note in notes)
    assert any("The fault on desk strikes one version only" in note for note in notes)
    assert {row.subject for row in found.rows} == {"buy", None}
    assert set(found.only_old) == {("element", "desk"), ("link", "users-desk"), ("journey", "ask")}


def test_coming_back_at_all_is_compared_by_how_often() -> None:
    found = compare(sample("retry-storm"), sample("retry-storm-repaired"), "one-instance-crashes")
    row = found.row("request", "recovery_ms")
    assert row is not None
    assert row.interval is None
    assert row.known[0] <= 1 and row.known[1] == found.replications == REPLICATIONS
    assert row.better is True
    name = found.label("request")
    assert str(told(found, row)) == f"{name} comes back in 10 of 10 runs instead of {row.known[0]}"
    assert "availability of" in str(verdict(found)) and "rises by" in str(verdict(found))


def test_both_versions_are_counted_from_the_same_time() -> None:
    old = two_journeys()
    new = with_settings(old, {"shop.workers": 3})
    found = compare(old, new, Scenario(id="steady", duration_ms=40_000.0), replications=2)
    assert found.warm_up_ms >= 0
    for count in ("failed", "degraded"):
        row = found.row("buy", count)
        assert row is not None and row.difference == 0


def test_the_same_comparison_gives_the_same_bytes_whatever_the_threads() -> None:
    old, new = two_journeys(), with_settings(two_journeys(), {"shop.workers": 2})
    once = compare(old, new, TEN_SECONDS, threads=1).as_json()
    again = compare(old, new, TEN_SECONDS, threads=3).as_json()
    assert json.dumps(once, allow_nan=False) == json.dumps(again, allow_nan=False)


def test_a_comparison_can_be_watched_and_cancelled() -> None:
    shares: list[float] = []
    compare(two_journeys(), two_journeys(), TEN_SECONDS, replications=2, progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0
    with pytest.raises(Cancelled):
        compare(two_journeys(), two_journeys(), TEN_SECONDS, replications=2, cancelled=lambda: True)


def test_an_unknown_scenario_is_one_sentence() -> None:
    with pytest.raises(SimulationError, match='There is no scenario "night" in either version'):
        compare(two_journeys(), two_journeys(), "night")


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("p99_ms", (812.3, 790.1, 834.4), ("812 ms", "790", "834")),
        ("p99_ms", (2643.9, 2618.0, 2671.2), ("2.644 s", "2.618", "2.671")),
        ("availability", (0.2524, 0.2477, 0.2573), ("25.24 percentage points", "24.77", "25.73")),
        ("failed", (1584.4, 1549.1, 1619.3), ("1,584", "1,549", "1,619")),
        ("goodput_per_s", (14.61, 14.2, 15.1), ("14.61/s", "14.20", "15.10")),
    ],
)
def test_a_size_is_told_to_the_digits_that_mean_something(name: str, values: Any, expected: Any) -> None:
    size, low, high = spread(name, *values)
    assert (str(size), low, high) == expected


def test_a_difference_bears_its_sign() -> None:
    assert signed("p99_ms", -998.0) == "−998 ms"
    assert signed("availability", 0.12) == "+12 pp"
    assert signed("failed", 0.0) == "0"
    assert signed("failed", None) == "–"
