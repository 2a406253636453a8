"""Findings demonstrated on models whose behaviour is known beforehand, and on every sample."""

import json
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from models import resources
from models.analysis import Finding, analyse
from models.architecture import Architecture, Scenario, replace
from models.architecture.scenarios import Timing
from models.evidence.assumed_numbers import Variant, numbers, scaled, variants
from models.evidence.demonstration import Demonstration, DemonstrationError, demonstrate, first_fix
from models.formats import native
from models.simulation import Cancelled, SimulationError
from tests.models.simulation.building import client, exponential, journey, model, poisson, regular, service, sync

SAMPLES = sorted(path.name.removesuffix(".loadpath.json") for path in (resources.root() / "samples").glob("*.json"))
SHOWN = {"T01", "T02", "T08", "R01", "R03", "R05", "M01", "M02", "D01", "E01"}
SMALL: dict[str, Any] = {"replications": 4, "events": 1}
"""A few replications, no repetition with other numbers."""


@cache
def sample(name: str) -> Architecture:
    return native.load(resources.path("samples", f"{name}.loadpath.json")).architecture


@cache
def shown(name: str, finding: str) -> Demonstration:
    return demonstrate(sample(name), finding, **SMALL)


def waiting_without_limit(timeout_ms: Any = "none") -> Architecture:
    """Front serves two journeys with four workers; one of them waits for Back and has no timeout."""
    return model(
        [client(), service("front", 5, 4), service("back", exponential(40), 50), service("quick", 1, 10)],
        [
            sync("users", "front", timeout_ms=60_000),
            sync("front", "back", timeout_ms=timeout_ms),
            sync("front", "quick", timeout_ms=50),
        ],
        [
            journey(poisson(20), [{"link": "users-front", "steps": [{"link": "front-back"}]}], id="slow"),
            journey(poisson(20), [{"link": "users-front", "steps": [{"link": "front-quick"}]}], id="fast"),
        ],
    )


def test_a_timeout_frees_the_workers_for_everyone_else() -> None:
    found = demonstrate(waiting_without_limit(), "R01:front-back", **SMALL)
    assert [str(sentence) for sentence in found.injected] == ["back is 100 times slower from 30 s to 60 s"]
    assert found.fix is not None and "timeout" in str(found.fix.title)
    assert found.harm is not None and found.effect is not None and found.cost is not None
    harm, effect, cost = (part.row("fast", "p99_ms") for part in (found.harm, found.effect, found.cost))
    assert harm is not None and harm.better is False and (harm.new or 0) > 20 * (harm.old or 1)
    assert effect is not None and effect.better is True
    assert cost is not None and abs(cost.difference or 0) < 5
    failing = found.effect.row("slow", "failed")
    assert failing is not None and failing.better is False, "what does not wait for ever fails instead"
    said = str(found.verdict)
    assert "p99 of fast falls by" in said
    assert "At a price: availability of slow falls by" in said


def retried_three_times_over() -> Architecture:
    retry = {"max_attempts": 3, "backoff": "none"}
    chain = ("users", "one", "two", "three")
    steps: list[Any] = []
    for source, target in reversed(list(pairwise(chain))):
        steps = [{"link": f"{source}-{target}", "steps": steps}]
    return model(
        [client(), *(service(name, 2, 20) for name in chain[1:])],
        [
            sync(source, target, timeout_ms=2_000 // 3**i, retry=retry)
            for i, (source, target) in enumerate(pairwise(chain))
        ],
        [journey(regular(20), steps)],
    )


def test_retries_of_retries_are_counted_and_their_fix_cuts_them() -> None:
    found = demonstrate(retried_three_times_over(), "R05:visit", **SMALL)
    assert [str(sentence) for sentence in found.injected] == ["three is down from 30 s to 35 s"]
    assert found.harm is not None and found.effect is not None and found.robustness is not None
    harm, effect = found.harm.row(None, "calls"), found.effect.row(None, "calls")
    # 20/s for 5 s, each instead of 3 calls: 3 from the client, 9 by the first service, 27 by the second
    assert harm is not None and harm.difference == pytest.approx(100 * (3 + 9 + 27 - 3), rel=0.02)
    assert effect is not None and effect.better is True
    assert found.robustness.headline is not None and found.robustness.headline.measure == "calls"


def test_a_fix_that_nothing_needs_at_this_load_shows_no_difference() -> None:
    generous = model(
        [client(), service("front", 1, 50), service("back", 1, 50)],
        [
            sync("users", "front", timeout_ms=5_000),
            sync("front", "back", timeout_ms=4_000, retry={"max_attempts": 3, "backoff": "none"}),
        ],
        [journey(regular(5), [{"link": "users-front", "steps": [{"link": "front-back"}]}])],
    )
    found = demonstrate(generous, "R03:users-front", replications=3)
    assert not found.difference_shown
    assert "No difference shown at this load." in str(found.verdict)
    assert "When nothing fails no cost of the fix is shown." in str(found.verdict)


def test_a_message_that_kills_worker_after_worker_is_stopped_by_a_limit() -> None:
    found = shown("poison-message", "M01:lists-reader")
    assert found.effect is not None
    completed, waiting = found.effect.row("new-prices", "completed"), found.effect.row(None, "waiting")
    assert completed is not None and completed.better is True
    assert waiting is not None and waiting.better is True
    assert found.effect.row(None, "dead_lettered") is not None
    assert "With the fix (Deliver 5 times at most" in str(found.verdict)


def test_a_message_that_vanishes_is_kept_by_a_dead_letter_queue() -> None:
    found = shown("music-shop", "M02:placed-warehouse")
    assert found.scenario.duration_ms == 360_000, (
        "five deliveries, each half a minute after the other, after three more"
    )
    assert found.effect is not None
    lost = found.effect.row(None, "lost")
    assert lost is not None and lost.difference == -1 and lost.better is True


def test_waiting_for_nothing_costs_what_the_callee_costs() -> None:
    found = shown("long-chain", "T08:trip-audit")
    assert found.fix is not None and found.fix.applicability == "review"
    assert found.effect is not None
    availability = found.effect.row("book-trip", "availability")
    assert availability is not None and availability.better is True and (availability.difference or 0) > 0.2
    assert any("Of 2 fixes on offer the first is shown" in str(note) for note in found.notes)


def test_an_event_that_says_everything_saves_the_calls_back() -> None:
    found = shown("thin-events", "E01:customer-changed")
    assert [fault.target for fault in found.scenario.faults] == ["agent"], "load enters where requests do"
    assert found.cost is not None and found.effect is not None
    calls, answered = found.cost.row(None, "calls"), found.effect.row("change-address", "availability")
    assert calls is not None and calls.better is True
    assert answered is not None and answered.better is True


def test_calls_back_end_with_the_fix_also_where_nobody_drew_a_journey() -> None:
    event = {"style": "event"}
    thin = model(
        [client(), service("order", 1, 20), {"id": "placed", "kind": "topic"}, service("stock", 1, 20)],
        [
            sync("users", "order", timeout_ms=500),
            {"id": "announce", "source": "order", "target": "placed", "payload": "id_only", **event},
            {"id": "react", "source": "placed", "target": "stock", **event},
            sync("stock", "order", timeout_ms=200),
        ],
        [],
    )
    found = demonstrate(thin, "E01:announce", **SMALL)
    assert found.cost is not None
    calls = found.cost.row(None, "calls")
    # 10/s for 120 s, each with one call back
    assert calls is not None and calls.difference == pytest.approx(-1_200, rel=0.1)


def test_without_a_fix_only_the_harm_is_shown() -> None:
    found = shown("long-chain", "T01:web")
    assert found.fix is None and found.effect is None and found.cost is None and found.robustness is None
    assert found.harm is not None and found.harm.difference_shown
    assert any("only what it costs is shown" in str(note) for note in found.notes)
    assert not found.difference_shown


def test_a_fix_that_takes_work_for_granted_says_so() -> None:
    found = shown("shared-database", "D01:erp/back-office")
    assert found.fix is not None and found.fix.applicability == "advice"
    assert any("The fix is advice" in str(note) for note in found.notes)


def test_safe_fixes_and_those_to_review_come_before_advice() -> None:
    findings = analyse(sample("music-shop"))
    finding = findings.finding("R07:order-payment")
    assert finding is not None and finding.fixes[0].applicability == "advice"
    fix, repaired, _ = first_fix(sample("music-shop"), finding)
    assert fix is not None and fix.applicability == "review" and repaired is not None


def test_every_verdict_names_the_numbers_nobody_said_and_repeats_with_others() -> None:
    found = demonstrate(waiting_without_limit(), "R01:front-back", replications=4)
    assert found.unsaid == () and "Every number this leans on was said by someone." in str(found.verdict)
    plain = waiting_without_limit().model_dump(exclude_unset=True)
    for link in plain["links"]:
        del link["network_ms"]
    del plain["elements"][3]["work_ms"]
    found = demonstrate(Architecture.model_validate(plain), "R01:front-back", replications=4)
    assert set(found.unsaid) == {
        "users-front.network_ms",
        "front-back.network_ms",
        "front-quick.network_ms",
        "quick.work_ms",
    }
    assert found.robustness is not None
    assert found.robustness.tried == 8 and found.robustness.left_out == ()
    assert [len(one.variant.paths) for one in found.robustness.repetitions] == [1] * 8
    assert f"it holds in {found.robustness.holds} of 8" in str(found.verdict)
    assert "the time quick works on a call (10 ms on average)" in str(found.verdict)
    assert not any(path in str(found.verdict) for path in found.unsaid)


def test_a_verdict_that_hangs_on_an_assumed_number_says_on_which(monkeypatch: pytest.MonkeyPatch) -> None:
    """The callee's time is assumed, 10 ms: 20 times that, with e^-6 = 0.25% beyond the 1200 ms that the fix sets; half
    of it, and hardly anything is (e^-12)."""
    hanging = model(
        [client(), service("front", 1, 200), {"id": "back", "kind": "service", "instances": 1, "workers": 500}],
        [
            sync("users", "front", timeout_ms=3_000),
            sync("front", "back", timeout_ms=2_500, retry={"max_attempts": 2, "backoff": "none"}),
        ],
        [journey(regular(20), [{"link": "users-front", "steps": [{"link": "front-back"}]}])],
    )
    slow = Timing(target="back", from_ms=30_000, until_ms=60_000, factor=20.0)
    told = Scenario(id="slow", duration_ms=120_000, seed=1, faults=(slow,))
    monkeypatch.setattr("models.evidence.demonstration.demonstration", lambda *_: told)
    found = demonstrate(hanging, "R03:users-front", replications=16)
    assert found.robustness is not None
    assert {(one.variant.paths, one.variant.factor): one.holds for one in found.robustness.repetitions} == {
        (("back.work_ms",), 0.5): False,
        (("back.work_ms",), 2.0): True,
    }
    assert "it holds in 1 of 2; not with the time back works on a call at half." in str(found.verdict)


def test_a_bound_on_the_work_is_kept_and_told() -> None:
    few = demonstrate(sample("shared-database"), "R01:reporting-erp", events=1)
    assert few.replications == 4
    assert any("4 replications were run instead of 10" in str(note) for note in few.notes)
    assert few.robustness is not None and few.robustness.tried == 0 and few.robustness.left_out
    assert "too large to repeat" in str(few.verdict)


def test_what_no_journey_uses_is_said_to_be_so() -> None:
    told = waiting_without_limit().model_dump(exclude_unset=True)
    told["journeys"] = told["journeys"][1:]
    found = demonstrate(Architecture.model_validate(told), "R01:front-back", **SMALL)
    assert "No journey comes by what this finding is about" in " ".join(str(note) for note in found.notes)
    assert not found.difference_shown


def test_the_same_demonstration_gives_the_same_bytes_whatever_the_threads() -> None:
    told = [
        json.dumps(
            demonstrate(waiting_without_limit(), "R01:front-back", threads=n, **SMALL).as_json(), allow_nan=False
        )
        for n in (1, 3)
    ]
    assert told[0] == told[1]


def test_a_demonstration_can_be_watched_and_cancelled() -> None:
    shares: list[float] = []
    demonstrate(waiting_without_limit(), "R01:front-back", replications=3, progress=shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0
    with pytest.raises(Cancelled):
        demonstrate(waiting_without_limit(), "R01:front-back", cancelled=lambda: True)


def test_settings_and_load_come_from_the_scenario_that_is_named() -> None:
    base = Scenario.model_validate({"id": "evening", "load_factor": 0.5, "set": {"front.workers": 3}, "seed": 9})
    found = demonstrate(waiting_without_limit(), "R01:front-back", scenario=base, **SMALL)
    usual = demonstrate(waiting_without_limit(), "R01:front-back", **SMALL)
    assert found.scenario.seed == 9 and found.scenario.load_factor == 0.5
    assert found.events < 0.8 * usual.events


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        ("R01:order-paiment", 'no finding "R01:order-paiment" in this model (did you mean "R01:order-payment"?)'),
        ("R07:order-payment", "judged by the model's shape"),
        ("M02:*", "M02:* stands for 2 findings; demonstrate one of them: "),
    ],
)
def test_what_cannot_be_demonstrated_is_told_with_the_reason(finding: str, said: str) -> None:
    with pytest.raises(DemonstrationError) as caught:
        demonstrate(sample("music-shop"), finding)
    assert said in str(caught.value.text)


def test_every_rule_that_can_be_shown_is_shown_on_some_sample() -> None:
    found = {finding.rule for name in SAMPLES for finding in shown_findings(name)}
    assert found >= SHOWN


@cache
def shown_findings(name: str) -> list[Finding]:
    return [finding for finding in analyse(sample(name)).each if finding.demonstration]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_finding_of_every_rule_that_a_sample_breaks_is_demonstrated(name: str) -> None:
    for finding in {finding.rule: finding for finding in shown_findings(name)}.values():
        found = demonstrate(sample(name), finding, replications=2, events=1)
        told = found.as_json()
        json.dumps(told, allow_nan=False)
        faulty = bool(found.scenario.faults)
        assert bool(told["injected"]) == faulty, finding.id
        assert (found.harm is not None) == faulty
        assert (found.effect is None) == (first_fix(sample(name), finding)[0] is None)
        assert ("Injected into 2 runs" if faulty else "2 runs of") in str(found.verdict)
        assert "nan" not in str(found.verdict)


def test_numbers_are_halved_and_doubled_and_words_are_not() -> None:
    assert scaled(16, 0.5) == 8 and scaled(16, 2.0) == 32
    assert scaled(1, 0.5) is None and scaled(3, 0.5) is None
    assert scaled(0.5, 2.0) == 1.0
    assert scaled("unlimited", 2.0) is None and scaled(True, 2.0) is None and scaled(None, 2.0) is None
    assert scaled({"exponential": {"mean": 10.0}}, 0.5) == {"exponential": {"mean": 5.0}}
    assert scaled({"lognormal": {"mean": 10.0, "cv": 2.0}}, 2.0) == {"lognormal": {"mean": 20.0, "cv": 2.0}}
    assert scaled({"open": {"rate_per_s": 10.0, "arrivals": "poisson"}}, 2.0) == {
        "open": {"rate_per_s": 20.0, "arrivals": "poisson"}
    }


def test_many_assumed_numbers_are_varied_together_except_those_in_question() -> None:
    architecture = model(
        [client(), *({"id": f"s{i}", "kind": "service"} for i in range(12))],
        [{"id": f"l{i}", "source": "users", "target": f"s{i}", "style": "sync"} for i in range(12)],
        [],
    )
    assumed: dict[str, Any] = {f"s{i}.workers": 16 for i in range(12)} | {f"s{i}.discipline": "fifo" for i in range(12)}
    assumed |= {"users.load": {"open": {"rate_per_s": 10.0}}, "faults[0].count": 1}
    made = variants(assumed, {"s3"}, architecture)
    assert len(numbers(assumed)) == 13
    assert [(v.attribute, len(v.paths), v.factor) for v in made] == [
        ("workers", 1, 0.5),
        ("workers", 1, 2.0),
        ("workers", 11, 0.5),
        ("workers", 11, 2.0),
        ("load", 0, 0.5),
        ("load", 0, 2.0),
    ]
    changed, scenario = made[2].applied(architecture, Scenario(id="x"))
    workers = {element.id: getattr(element, "workers", None) for element in changed.elements}
    assert workers["s0"] == 8 and workers["s3"] is None
    assert scenario.load_factor is None
    assert made[4].applied(architecture, Scenario(id="x", load_factor=3.0))[1].load_factor == 1.5


def test_a_number_that_only_the_fix_brings_is_varied_with_the_fix() -> None:
    architecture = waiting_without_limit()
    variant = Variant("workers", ("late.workers",), 2.0, {"late.workers": 32})

    def fix(version: Architecture) -> Architecture:
        told = version.model_dump(exclude_unset=True)
        told["elements"] = [*told["elements"], {"id": "late", "kind": "service"}]
        return Architecture.model_validate(told)

    scenario = Scenario(id="x")
    assert variant.applied(architecture, scenario)[0] == architecture
    repaired, _ = variant.applied(architecture, scenario, fix)
    assert getattr(repaired.element_by_id["late"], "workers", None) == 32


def test_a_model_that_cannot_be_simulated_says_so() -> None:
    wrong = replace(Scenario(id="x"), set={"front.wrokers": 3})
    with pytest.raises(SimulationError, match="wrokers"):
        demonstrate(waiting_without_limit(), "R01:front-back", scenario=wrong)
