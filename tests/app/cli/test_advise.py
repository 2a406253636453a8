"""`loadpath advise`: readable at 80 columns, machine-readable as JSON, and every mistake one sentence."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.cli.terminal import cell_width
from models import resources
from models.analysis.advisor import FORMS, QUESTIONS
from models.formats import native
from tests.app.cli.conftest import Run, is_one_sentence

Sample = Callable[[str], Path]
NAMES = [name.removesuffix(".loadpath.json") for name in resources.names("samples", suffix=".loadpath.json")]


def test_the_advice_names_styles_reasons_sections_and_questions(run: Run, sample: Sample) -> None:
    done = run("advise", sample("music-shop"), "order-payment")
    assert done.code == 0
    assert done.err == ""
    for words in ("Styles, best first", "What is known", "What is not known", "(S4)", "as it is now", "Carried by"):
        assert words in done.out
    assert "Order" in done.out
    assert "Payment" in done.out


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_sample_is_advised_on_within_80_columns(run: Run, sample: Sample, name: str) -> None:
    path = sample(name)
    for link in native.load(path).architecture.links:
        done = run("advise", path, link.id)
        assert (done.code, done.err) == (0, "")
        assert max(cell_width(line) for line in done.out.splitlines()) <= 80
        assert "{" not in done.out


def test_json_holds_every_style_and_every_question(run: Run, sample: Sample) -> None:
    done = run("advise", sample("music-shop"), "order-payment", "--format", "json")
    told = json.loads(done.out)
    assert told["link"] == "order-payment"
    assert {style["id"] for style in told["styles"]} == set(FORMS)
    assert [question["id"] for question in told["questions"]] == list(QUESTIONS)
    for style in told["styles"]:
        grounds = [*style["for"], *style["against"]]
        assert style["score"] == sum(ground["weight"] for ground in grounds)
        assert all(ground["source"].startswith("S") and ground["text"] for ground in grounds)
    assert told["current"] == "sync"


def test_answers_are_read_with_their_units_and_change_the_order(run: Run, sample: Sample) -> None:
    path = sample("music-shop")

    def best(*answers: str) -> dict[str, Any]:
        given = [word for answer in answers for word in ("--answer", answer)]
        told: dict[str, Any] = json.loads(run("advise", path, "order-payment", *given, "--format", "json").out)
        return told

    quick = best("result_needed=yes", "answer_ms=0.1 s", "must_not_wait=no")
    assert quick["best"] == "sync"
    told = {question["id"]: (question["answer"], question["from"]) for question in quick["questions"]}
    assert told["answer_ms"] == (100, "given")
    assert told["must_not_wait"] == (False, "given")
    assert best("result_needed=yes", "answer_ms=2 min")["best"] == "async_request"
    away = ("result_needed=no", "must_not_wait=yes", "target_may_be_down=yes", "consumers=5", "consumers_known=no")
    assert best(*away)["best"] == "event"
    assert best("payload_bytes=3 GiB", "result_needed=no", "rate_per_s=unknown")["best"] == "shared_data"


def test_the_same_question_gets_the_same_bytes(run: Run, sample: Sample) -> None:
    path = sample("thin-events")
    link = native.load(path).architecture.links[0].id
    assert run("advise", path, link).out == run("advise", path, link).out


def test_a_link_may_be_named(run: Run, sample: Sample) -> None:
    path = sample("music-shop")
    architecture = native.load(path).architecture
    label = architecture.label("order-payment")
    assert run("advise", path, label).out == run("advise", path, "order-payment").out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["order-paymnt"], ["order-paymnt", "the nearest: order-payment"]),
        (["order"], ['"order" is no link but an element', "order-payment"]),
        (["zzz"], ["no link", "it has: "]),
        (["order-payment", "--answer", "result_neded=yes"], ['did you mean "result_needed"', "answer_ms"]),
        (["order-payment", "--answer", "result_needed=perhaps"], ["perhaps", "yes, no, unknown"]),
        (["order-payment", "--answer", "decides=me"], ["sender, receiver, unknown"]),
        (["order-payment", "--answer", "answer_ms=soon"], ["answer_ms", "like 250 ms"]),
        (["order-payment", "--answer", "answer_ms=-5"], ["answer_ms", "allowed: "]),
        (["order-payment", "--answer", "availability=120 %"], ["availability", "0 to 1"]),
        (["order-payment", "--answer", "consumers=1.5"], ["consumers", "whole number"]),
        (["order-payment", "--answer", "result_needed"], ["QUESTION=VALUE"]),
        (["order-payment", "--answer", "legacy=yes", "--answer", "legacy=no"], ["legacy", "twice"]),
        ([], ["required"]),
    ],
)
def test_a_mistake_is_one_sentence_that_says_what_would_do(
    run: Run, sample: Sample, arguments: list[str], words: list[str]
) -> None:
    done = run("advise", sample("music-shop"), *arguments)
    assert done.code == 2
    assert done.out == ""
    assert is_one_sentence(done.err)
    for word in words:
        assert word in done.err
