"""`loadpath demonstrate`: what it prints and writes, and what it says when there is nothing to show."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.app.cli.conftest import Run, is_one_sentence

Sample = Callable[[str], Path]
FEW = ("--replications", "3")


def test_a_demonstration_is_told_in_words_and_in_figures(run: Run, sample: Sample) -> None:
    told = run("demonstrate", sample("poison-message"), "--finding", "M01:lists-reader", *FEW)
    assert told.code == 0
    assert told.err == ""
    words = " ".join(told.out.split())
    assert "Injected into 3 runs" in words
    assert "completed requests of New prices: " in words
    assert "With these at half and at double (3 runs each) it holds in 8 of 8." in words
    for heading in ("What the fault does", "What the fix changes, with the fault", "What the fix costs"):
        assert heading in told.out
    assert "Assumed, because nobody said it (4):" in told.out
    assert max(len(line) for line in told.out.splitlines()) <= 110


def test_the_json_of_a_demonstration_has_every_figure(run: Run, sample: Sample, tmp_path: Path) -> None:
    path = tmp_path / "shown.json"
    done = run("demonstrate", sample("long-chain"), "--finding", "T08:trip-audit", *FEW, "--json", path)
    assert done.code == 0
    assert str(path) in done.out
    told = json.loads(path.read_text("utf-8"))
    assert told["finding"] == "T08:trip-audit"
    assert told["fix"]["applicability"] == "review"
    assert told["faults"] == [
        {"fault": "timing", "target": "audit", "from_ms": 30000.0, "until_ms": 60000.0, "factor": 10.0}
    ]
    assert told["replications"] == 3 and told["difference_shown"] is True
    for part in ("harm", "effect", "cost"):
        for row in told[part]["rows"]:
            assert row.keys() == {
                *("subject", "metric", "old", "new", "difference", "ci"),
                *("level", "judged", "shown", "better", "known"),
            }
    assert told["robustness"]["holds"] <= told["robustness"]["tried"] == 16
    assert set(told["assumptions"]) >= {"trip-audit.network_ms"}
    written = run("demonstrate", sample("long-chain"), "--finding", "T08:trip-audit", *FEW, "--json", "-")
    assert json.loads(written.out) == told


def test_a_seed_and_a_scenario_are_taken(run: Run, sample: Sample) -> None:
    arguments = ("demonstrate", sample("long-chain"), "--finding", "T02:book-trip", "--replications", "2")
    told = run(*arguments, "--seed", "7", "--scenario", "ordinary-day")
    assert told.code == 0
    assert "seed 7" in told.out
    unknown = run(*arguments, "--scenario", "night")
    assert unknown.code == 2
    assert is_one_sentence(unknown.err)


def test_an_unknown_finding_is_answered_with_the_nearest(run: Run, sample: Sample) -> None:
    told = run("demonstrate", sample("music-shop"), "--finding", "R01:order-paymnt")
    assert told.code == 2
    assert told.out == ""
    assert is_one_sentence(told.err)
    assert 'did you mean "R01:order-payment"?' in told.err


def test_a_finding_that_cannot_be_shown_says_why(run: Run, sample: Sample) -> None:
    for finding, reason in (("R02:payment-bank", "judged by the model's shape"), ("M02:*", "demonstrate one of them")):
        told = run("demonstrate", sample("music-shop"), "--finding", finding)
        assert told.code == 2
        assert is_one_sentence(told.err)
        assert reason in told.err


def test_one_replication_has_no_interval_and_is_refused(run: Run, sample: Sample) -> None:
    told = run("demonstrate", sample("music-shop"), "--finding", "T01:order", "--replications", "1")
    assert told.code == 2
    assert "whole number from 2" in told.err


def test_the_finding_must_be_named(run: Run, sample: Sample) -> None:
    told = run("demonstrate", sample("music-shop"))
    assert told.code == 2
    assert "--finding" in told.err
