"""The style advisor: when each reason speaks, which style comes first, and where answers come from."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from models import resources
from models.analysis.advisor import (
    FORMS,
    QUESTIONS,
    REASONS,
    UNKNOWN,
    Advice,
    Answer,
    AnswerError,
    FormId,
    Ground,
    RankedStyle,
    adopt,
    advise,
    listed,
    value_of,
)
from models.architecture import Architecture
from models.architecture.edits import set_attributes
from models.formats import native
from tests.models.analysis.case_files import written_out

Answers = dict[str, Any]
LINK = "order-payment"
SECTIONS = {f"S{number}" for number in range(1, 10)}
MIB, GIB = 1024.0**2, 1024.0**3
SAMPLES = [
    (name, link.id)
    for name in resources.names("samples", suffix=".loadpath.json")
    for link in native.load(resources.path("samples", name)).architecture.links
]


def two(link: Answers | None = None, **elements: Answers) -> Architecture:
    """Order talks to Payment."""
    ends = {name: {"is": "service", "name": name.title(), **elements.get(name, {})} for name in ("order", "payment")}
    written = {"is": "sync order payment", **(link or {})}
    return written_out({"elements": ends, "links": {"order-payment": written}})


def asked(answers: Answers, model: Architecture | None = None) -> Advice:
    return advise(model or two(), "order-payment", answers)


def style(advice: Advice, form: str) -> RankedStyle:
    return next(one for one in advice.styles if one.form.id == form)


def ground(advice: Advice, reason: str) -> Ground | None:
    return next((one for ranked in advice.styles for one in ranked.grounds if one.id == reason), None)


def answer(advice: Advice, question: str) -> Answer:
    return next(one for one in advice.answers if one.question.id == question)


def order_of(advice: Advice) -> list[str]:
    return [one.form.id for one in advice.styles]


NEEDED, NOT_NEEDED = {"result_needed": True}, {"result_needed": False}
QUICK, LONG = {"answer_ms": 500}, {"answer_ms": 2000}
BULK, LESS = {"payload_bytes": 8 * MIB + 1}, {"payload_bytes": 8 * MIB}
NO_BROKER, BROKER = {"messaging_in_use": False}, {"messaging_in_use": True}
REASON_CASES: dict[str, tuple[Answers, Answers]] = {
    "sync-result-soon": (NEEDED | QUICK, NEEDED | {"answer_ms": 501}),
    "sync-result": (NEEDED, NEEDED | QUICK),
    "sync-tells-failure": ({"failure_handled": True}, {"failure_handled": True, "must_not_wait": True}),
    "sync-familiar": (NO_BROKER, BROKER),
    "sync-needless-wait": (NOT_NEEDED, NEEDED),
    "sync-must-not-wait": ({"must_not_wait": True}, {"must_not_wait": False}),
    "sync-long-work": (LONG, {"answer_ms": 1999}),
    "sync-too-late": ({"answer_ms": 301, "patience_ms": 300}, {"answer_ms": 300, "patience_ms": 300}),
    "sync-coupled-in-time": ({"target_may_be_down": True}, {"target_may_be_down": False}),
    "sync-fails-along": ({"availability": 0.99}, {"availability": 0.999}),
    "sync-reply-lost": ({"source_restarts": True}, {"source_restarts": True} | QUICK),
    "sync-bursts": ({"bursts": True}, {"bursts": False}),
    "sync-one-by-one": ({"consumers": 2}, {"consumers": 1}),
    "sync-bulk": (BULK, LESS),
    "request-long-work": (NEEDED | LONG, NOT_NEEDED | LONG),
    "request-goes-on": (NEEDED | {"must_not_wait": True}, {"must_not_wait": True}),
    "request-kept": ({"target_may_be_down": True}, {"target_may_be_down": True} | NOT_NEEDED),
    "request-buffers": ({"bursts": True}, {"bursts": True} | NOT_NEEDED),
    "request-tells-failure": ({"failure_handled": True}, {"failure_handled": False}),
    "request-any-instance": ({"source_restarts": True} | NEEDED, {"source_restarts": True}),
    "request-correlation": (NEEDED, NOT_NEEDED),
    "request-no-reply-needed": (NOT_NEEDED, NEEDED),
    "request-detour": (NEEDED | QUICK, NEEDED | QUICK | {"must_not_wait": True}),
    "request-one-receiver": ({"consumers": 3}, {"consumers": 1}),
    "request-bulk": (BULK, LESS),
    "request-unfamiliar": (NO_BROKER, {}),
    "command-no-result": (NOT_NEEDED, NEEDED),
    "command-goes-on": ({"must_not_wait": True}, NEEDED | {"must_not_wait": True}),
    "command-kept": ({"target_may_be_down": True}, {}),
    "command-buffers": ({"bursts": True}, {}),
    "command-sender-decides": ({"decides": "sender"}, {"decides": "receiver"}),
    "command-one-receiver": ({"consumers": 1}, {"consumers": 1} | NEEDED),
    "command-no-answer": (NEEDED, NOT_NEEDED),
    "command-silent-failure": ({"failure_handled": True}, {"failure_handled": False}),
    "command-many": ({"consumers": 2}, {"consumers": 1}),
    "command-receiver-decides": ({"decides": "receiver"}, {"decides": "sender"}),
    "command-unknown-consumers": ({"consumers_known": False}, {"consumers_known": True}),
    "command-bulk": ({"payload_bytes": MIB, "rate_per_s": 1}, {"payload_bytes": MIB, "rate_per_s": 0.2}),
    "command-unfamiliar": (NO_BROKER, BROKER),
    "event-many": ({"consumers": 2}, {"consumers": 1}),
    "event-unknown-consumers": ({"consumers_known": False}, {"consumers_known": True}),
    "event-receiver-decides": ({"decides": "receiver"}, {"decides": "sender"}),
    "event-goes-on": ({"must_not_wait": True}, NEEDED | {"must_not_wait": True}),
    "event-kept": ({"target_may_be_down": True}, {"target_may_be_down": False}),
    "event-no-result": (NOT_NEEDED, {}),
    "event-no-answer": (NEEDED, {}),
    "event-silent-failure": ({"failure_handled": True}, {"failure_handled": False}),
    "event-sender-decides": ({"decides": "sender"}, {"decides": "receiver"}),
    "event-one-known": ({"consumers": 1, "consumers_known": True}, {"consumers": 1}),
    "event-size": ({"payload_bytes": 1e6}, {"payload_bytes": 999_999}),
    "event-bulk": (BULK, LESS),
    "event-personal-data": ({"personal_data": True}, {"personal_data": False}),
    "event-unfamiliar": (NO_BROKER, BROKER),
    "data-bulk": (BULK, LESS),
    "data-legacy": ({"legacy": True}, {"legacy": False}),
    "data-may-be-late": ({"may_lag_ms": 60_000}, {"may_lag_ms": 59_999}),
    "data-kept": ({"target_may_be_down": True}, {"target_may_be_down": False}),
    "data-next-poll": ({"may_lag_ms": 1000}, {"may_lag_ms": 1001}),
    "data-no-answer": (NEEDED, NOT_NEEDED),
    "data-several-write": ({"several_write": True}, {"several_write": False}),
    "data-structure-shared": ({"consumers": 2}, {"consumers": 1}),
    "data-silent-failure": ({"failure_handled": True}, {"failure_handled": False}),
}
NOT_ASKED = {
    "sync-fallback": (
        two({"fallback": "cached"}),
        two({"fallback": "none", "needs": {"target_may_be_down": True}}),
    ),
    "sync-in-process": (two(order={"deployed_with": "payment"}), two()),
}


def test_every_reason_has_a_case_and_a_place_in_the_text_on_styles() -> None:
    assert REASON_CASES.keys() | NOT_ASKED.keys() == {reason.id for reason in REASONS}
    assert len({reason.id for reason in REASONS}) == len(REASONS)
    assert {reason.section for reason in REASONS} <= SECTIONS
    assert {one.section for one in QUESTIONS.values()} <= SECTIONS
    assert all(reason.weight > 0 for reason in REASONS)


@pytest.mark.parametrize("reason", REASON_CASES)
def test_a_reason_speaks_when_what_it_rests_on_is_known_and_only_then(reason: str) -> None:
    holds, holds_not = REASON_CASES[reason]
    found = ground(asked(holds), reason)
    assert found is not None
    told = str(found.text)
    assert "Order" in told or "Payment" in told
    assert "{" not in told
    assert ground(asked(holds_not), reason) is None
    assert ground(asked({}), reason) is None


@pytest.mark.parametrize("reason", NOT_ASKED)
def test_a_reason_that_rests_on_the_model_alone_speaks_only_then(reason: str) -> None:
    holds, holds_not = NOT_ASKED[reason]
    assert ground(asked({}, holds), reason) is not None
    assert ground(asked({}, holds_not), reason) is None


def test_what_is_deployed_together_is_not_coupled_in_time() -> None:
    together = {"target_may_be_down": True, "availability": 0.9}
    found = asked(together, two(order={"deployed_with": "payment"}))
    assert ground(found, "sync-coupled-in-time") is None
    assert ground(found, "sync-fails-along") is None


def test_every_style_has_reasons_for_and_against() -> None:
    sides = {(reason.form, reason.side) for reason in REASONS}
    assert sides == {(form, side) for form in FORMS for side in ("for", "against")}


@pytest.mark.parametrize(
    ("best", "answers"),
    [
        ("sync", NEEDED | {"answer_ms": 40}),
        ("sync", NEEDED | {"answer_ms": 40, "must_not_wait": False, "failure_handled": True}),
        ("sync", NEEDED | {"answer_ms": 40} | NO_BROKER),
        ("async_request", NEEDED | {"answer_ms": 30_000}),
        ("async_request", NEEDED | {"must_not_wait": True}),
        ("async_request", NEEDED | {"answer_ms": 30_000, "target_may_be_down": True, "failure_handled": True}),
        ("async_command", NOT_NEEDED | {"decides": "sender"}),
        ("async_command", NOT_NEEDED | {"consumers": 1, "consumers_known": True, "target_may_be_down": True}),
        ("event", {"must_not_wait": True, "target_may_be_down": True, "consumers": 4, "consumers_known": False}),
        ("event", NOT_NEEDED | {"decides": "receiver"}),
        ("event", {"consumers_known": False}),
        ("shared_data", {"payload_bytes": 2 * GIB}),
        ("shared_data", {"payload_bytes": 2 * GIB} | NOT_NEEDED),
        ("shared_data", {"legacy": True, "may_lag_ms": 3_600_000}),
    ],
)
def test_the_style_that_the_text_recommends_comes_first(best: str, answers: Answers) -> None:
    advice = asked(answers)
    assert order_of(advice)[0] == best
    assert advice.best is not None
    assert advice.best.form.id == best
    assert advice.best.score > 0


@pytest.mark.parametrize(
    ("answers", "more"),
    [
        (NEEDED | {"answer_ms": 40}, {"must_not_wait": True}),
        (NEEDED | {"answer_ms": 40}, {"target_may_be_down": True}),
        ({}, {"bursts": True}),
        ({}, {"availability": 0.9}),
    ],
)
def test_what_speaks_against_waiting_lowers_the_synchronous_call(answers: Answers, more: Answers) -> None:
    assert style(asked(answers | more), "sync").score < style(asked(answers), "sync").score


def test_the_score_is_the_sum_of_what_is_told() -> None:
    advice = asked(NEEDED | LONG | {"consumers": 3, "legacy": True, "target_may_be_down": True})
    for one in advice.styles:
        assert one.score == sum(found.weight for found in one.grounds)
        assert all((found.weight > 0) == (found.side == "for") for found in one.grounds)
    scores = [one.score for one in advice.styles if one.allowed]
    assert scores == sorted(scores, reverse=True)


def test_nothing_known_recommends_nothing() -> None:
    advice = asked({})
    assert advice.best is None
    assert "Nothing is known" in str(advice.verdict)
    assert order_of(advice)[0] == "sync"
    assert all(one.value is None for one in advice.answers)


def test_names_and_figures_are_the_architects_own() -> None:
    told = str(getattr(ground(asked({"availability": 0.99}), "sync-fails-along"), "text", ""))
    assert told == "Payment is up 99% of the time: Order would fail with it for 7.2 h in 30 days."
    told = str(getattr(ground(asked({"payload_bytes": 2 * MIB, "rate_per_s": 3}), "data-bulk"), "text", ""))
    assert (
        told == "Volume is no problem for common data, and Order has much: 2 MiB, 3 times a second, 21.1 GiB an hour."
    )


def test_the_policy_decides_what_is_bulk() -> None:
    policy = {"thresholds": [{"rule": "D08", "name": "mebibytes", "where": "*", "value": 1}]}
    strict = Architecture.model_validate({**two().model_dump(exclude_none=True, by_alias=True), "policy": policy})
    assert ground(asked(LESS, strict), "data-bulk") is not None


def test_it_says_so_when_the_link_is_already_what_suits_best() -> None:
    already = asked(NEEDED | {"answer_ms": 40})
    assert "already" in str(already.verdict)
    assert [one.form.id for one in already.styles if one.current] == ["sync"]
    other = asked(NEEDED | {"answer_ms": 40}, two({"is": "event order payment"}))
    assert "suits better than event" in str(other.verdict)
    unknown = {"target_may_be_down": True, "result_needed": UNKNOWN}
    tied = asked(unknown, two({"is": "async order payment", "reply": "none"}))
    assert "nothing suits better" in str(tied.verdict)
    assert "event" in str(tied.verdict)


def test_the_verdict_owns_up_when_nothing_suits() -> None:
    least = str(asked(NEEDED | LONG | NO_BROKER | {"consumers": 3}).verdict)
    assert least.startswith("More speaks against each style than for it: least against asynchronous request-response;")
    writers = {
        "order-payment": {"is": "shared_data order db", "access": "write"},
        "b": {"is": "shared_data stock db", "access": "write"},
    }
    model = written_out({"elements": {"order": "service", "stock": "service", "db": "datastore"}, "links": writers})
    told = str(asked({}, model).verdict)
    assert "nothing else can run from Service to Datastore, though more speaks against it" in told
    bulk = {"payload_bytes": 2 * GIB, "needs": {"result_needed": False}}
    queue = written_out(
        {"elements": {"order": "service", "jobs": "queue"}, "links": {LINK: {"is": "async order jobs", **bulk}}}
    )
    assert "common data would suit best, but cannot run from Service to Queue" in str(asked({}, queue).verdict)


def test_given_answers_come_before_saved_ones_and_those_before_the_model() -> None:
    model = two({"result_needed": False, "needs": {"result_needed": True}})
    told = answer(asked({}, two({"result_needed": False})), "result_needed")
    assert (told.value, told.origin) == (False, "model")
    told = answer(asked({}, model), "result_needed")
    assert (told.value, told.origin) == (True, "saved")
    told = answer(asked({"result_needed": "no"}, model), "result_needed")
    assert (told.value, told.origin) == (False, "given")
    told = answer(asked({"result_needed": UNKNOWN}, model), "result_needed")
    assert (told.value, told.origin) == (None, "given")


@pytest.mark.parametrize(
    ("question", "value", "link", "order", "payment"),
    [
        ("result_needed", True, {"operation": "read"}, {}, {}),
        ("result_needed", False, {"is": "async order payment", "reply": "none"}, {}, {}),
        ("must_not_wait", False, {"is": "async order payment", "awaited": True}, {}, {}),
        ("patience_ms", 250, {"timeout_ms": 250}, {}, {}),
        ("patience_ms", None, {"timeout_ms": "none"}, {}, {}),
        ("payload_bytes", 4096, {"payload_bytes": 4096}, {}, {}),
        ("may_lag_ms", 9000, {"is": "shared_data order payment", "freshness_ms": 9000}, {}, {}),
        ("personal_data", True, {"personal_data": True}, {}, {}),
        ("target_may_be_down", True, {"fallback": "default"}, {}, {}),
        ("target_may_be_down", None, {"fallback": "none"}, {}, {}),
        ("availability", 0.98, {}, {}, {"availability": 0.98}),
        ("answer_ms", 70, {}, {}, {"work_ms": 70}),
        ("answer_ms", 92.1, {}, {}, {"work_ms": {"exponential": {"mean": 20}}}),
        ("source_restarts", True, {}, {"restarts": True}, {}),
        ("source_restarts", True, {}, {"autoscale": {"min": 1, "max": 4}}, {}),
        ("legacy", True, {}, {}, {"tags": ["Legacy"]}),
        ("legacy", True, {}, {"supports": ["FTP", "files"]}, {}),
        ("legacy", None, {}, {"supports": ["FTP", "HTTP"]}, {}),
        ("rate_per_s", None, {}, {}, {}),
    ],
)
def test_the_model_answers_what_it_says(
    question: str, value: object, link: Answers, order: Answers, payment: Answers
) -> None:
    found = answer(asked({}, two(link, order=order, payment=payment)), question)
    assert found.value == (value if value is None or isinstance(value, bool) else pytest.approx(value))
    assert found.origin == (None if value is None else "model")
    assert (found.basis is None) == (value is None)


def with_bank(bank: Answers, work: float = 30) -> Architecture:
    """Payment itself needs the bank."""
    return written_out(
        {
            "elements": {
                "order": "service",
                "payment": {"is": "service", "work_ms": work},
                "bank": {"is": "external", **bank},
            },
            "links": {"order-payment": "sync order payment", "payment-bank": "sync payment bank"},
        }
    )


def test_how_long_an_answer_takes_is_known_only_when_all_work_in_it_is_said() -> None:
    assert answer(asked({}, with_bank({"work_ms": 100})), "answer_ms").value == pytest.approx(132)
    assert answer(asked({}, with_bank({})), "answer_ms").value is None
    long = answer(asked({}, with_bank({}, work=5000)), "answer_ms")
    assert long.value == 5000
    assert str(long.basis).startswith("at least")


def test_consumers_loads_and_failures_are_read_from_topic_and_journey() -> None:
    steps = [{"link": "order-placed", "steps": [{"link": "a"}, {"link": "b"}]}]
    model = written_out(
        {
            "elements": {
                "order": "service",
                "placed": "topic",
                "mail": "service",
                "stock": "service",
                "user": "client",
            },
            "links": {
                "user-order": "sync user order",
                "order-placed": "event order placed",
                "a": "event placed mail",
                "b": "event placed stock",
            },
            "journeys": [
                {
                    "id": "j",
                    "name": "Place order",
                    "entry": "user",
                    "client_timeout_ms": 900,
                    "load": {"profile": [[0, 5], [1000, 50]]},
                    "steps": [{"link": "user-order", "steps": steps, "on_failure": [{"link": "user-order"}]}],
                }
            ],
        }
    )
    topic = advise(model, "order-placed")
    assert answer(topic, "consumers").value == 2
    assert answer(topic, "consumers_known").value is False
    assert answer(topic, "rate_per_s").value == 50
    assert answer(topic, "bursts").value is True
    assert answer(topic, "patience_ms").value is None
    assert answer(topic, "messaging_in_use").value is True
    call = advise(model, "user-order")
    assert answer(call, "patience_ms").value == 900
    assert answer(call, "failure_handled").value is True
    assert "Place order" in str(answer(call, "failure_handled").basis)


def test_who_writes_the_same_data_is_read_from_the_links_to_the_store() -> None:
    def model(access: str) -> Architecture:
        links = {
            "order-payment": {"is": "shared_data order db", "access": "write"},
            "b": {"is": "shared_data stock db", "access": access},
        }
        return written_out({"elements": {"order": "service", "stock": "service", "db": "datastore"}, "links": links})

    assert answer(asked({}, model("read_write")), "several_write").value is True
    assert answer(asked({}, model("read")), "several_write").value is False


def test_a_channel_with_one_user_stands_for_that_user() -> None:
    model = written_out(
        {
            "elements": {"order": {"is": "service", "name": "Order"}, "jobs": "queue", "mail": "service"},
            "links": {"order-payment": "async order jobs", "out": "async jobs mail"},
        }
    )
    told = str(answer(asked({}, model), "result_needed").text)
    assert told == f"Does Order need a result from {model.label('mail')}?"


def test_what_an_import_guessed_is_said_to_be_guessed() -> None:
    provenance = {"payload_bytes": {"from": "guess", "note": "from a schema"}}
    found = answer(asked({}, two({"payload_bytes": 100, "provenance": provenance})), "payload_bytes")
    assert "guessed" in str(found.basis)


def test_what_the_ends_do_not_allow_comes_last_and_is_named() -> None:
    model = written_out(
        {
            "elements": {"order": "service", "db": "datastore"},
            "links": {"order-payment": {"is": "shared_data order db", "needs": {"must_not_wait": True}}},
        }
    )
    advice = asked({}, model)
    assert [one.allowed for one in advice.styles] == [True, False, False, False, False]
    assert order_of(advice)[0] == "shared_data"


def test_saved_answers_that_answer_nothing_are_noted_and_not_used() -> None:
    advice = asked({}, two({"needs": {"colour": "red", "answer_ms": -3, "legacy": "yes"}}))
    assert len(advice.notes) == 2
    assert "colour" in str(advice.notes[1])
    assert answer(advice, "answer_ms").value is None
    assert answer(advice, "legacy").value is True


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("result_needed", "maybe"),
        ("result_needed", 1),
        ("answer_ms", "soon"),
        ("answer_ms", -1),
        ("answer_ms", True),
        ("answer_ms", "nan"),
        ("answer_ms", "inf"),
        ("availability", 1.1),
        ("consumers", 1.5),
        ("decides", "nobody"),
        ("decides", True),
        ("decides", None),
    ],
)
def test_what_answers_no_question_is_refused_with_what_is_allowed(name: str, value: object) -> None:
    with pytest.raises(AnswerError, match="allowed: "):
        value_of(QUESTIONS[name], value)


def test_an_unknown_question_is_refused_with_the_nearest() -> None:
    with pytest.raises(AnswerError, match='did you mean "result_needed"'):
        asked({"result_neded": True})


@pytest.mark.parametrize(
    ("answers", "order", "payment", "form", "names"),
    [
        ({}, {}, {}, "sync", ["HTTP", "gRPC"]),
        ({}, {"supports": ["SOAP", "FTP"]}, {"supports": ["ftp", "soap"]}, "sync", ["SOAP"]),
        ({}, {"supports": ["REST", "Kafka"]}, {}, "event", ["Kafka"]),
        ({}, {"supports": ["REST", "Kafka"]}, {}, "shared_data", []),
        ({"legacy": True}, {}, {}, "shared_data", ["File", "FTP"]),
        ({}, {"supports": ["HTTPS"]}, {}, "async_request", ["HTTPS"]),
        ({"payload_bytes": 2e6}, {}, {}, "event", ["RabbitMQ"]),
        ({}, {"supports": ["Carrier pigeon"]}, {}, "sync", []),
    ],
)
def test_technologies_carry_the_style_and_are_supported(
    answers: Answers, order: Answers, payment: Answers, form: str, names: list[str]
) -> None:
    found = style(asked(answers, two(order=order, payment=payment)), form)
    assert [carrier.name for carrier in found.technologies][: max(1, len(names))] == names


def test_ends_that_support_nothing_to_carry_a_style_speak_against_it() -> None:
    advice = asked({}, two(payment={"supports": ["FTP"]}))
    against = ground(advice, "sync-unsupported")
    assert against is not None
    assert against.section == "S2"
    assert "Payment supports FTP" in str(against.text)
    assert ground(advice, "shared_data-unsupported") is None
    assert order_of(advice)[0] == "shared_data"
    assert ground(asked({}, two(payment={"supports": ["HTTP"]})), "sync-unsupported") is None
    for names in (["Carrier pigeon"], ["Carrier pigeon", "FTP"]):
        assert ground(asked({}, two(payment={"supports": names})), "sync-unsupported") is None
    apart = ground(asked({}, two(order={"supports": ["gRPC"]}, payment={"supports": ["SOAP"]})), "sync-unsupported")
    assert apart is not None
    assert "the other end" in str(apart.text)


def test_a_technology_that_is_too_small_or_not_supported_is_left_out_with_the_reason() -> None:
    left_out = style(asked({"payload_bytes": 2e6}), "event").left_out
    assert [carrier.name for carrier in left_out] == ["Kafka"]
    assert "1 MB" in str(left_out[0].reason)
    apart = two({"technology": "HTTP"}, order={"supports": ["gRPC"]}, payment={"supports": ["gRPC", "SOAP"]})
    found = style(asked({}, apart), "sync")
    assert [carrier.name for carrier in found.technologies] == ["gRPC"]
    assert [(carrier.name, str(carrier.reason)) for carrier in found.left_out] == [
        ("HTTP", "Order does not support it"),
        ("SOAP", "Order does not support it"),
    ]


def test_technology_in_use_comes_before_what_the_model_has_and_that_before_the_usual() -> None:
    model = written_out(
        {
            "elements": {
                "order": "service",
                "payment": "service",
                "jobs": {"is": "queue", "name": "Jobs", "technology": "NATS"},
            },
            "links": {"order-payment": {"is": "async order payment", "technology": "JMS"}},
        }
    )
    found = style(asked({}, model), "async_command").technologies
    assert [carrier.name for carrier in found][:3] == ["JMS", "NATS", "RabbitMQ"]
    assert str(found[1].reason) == "Jobs runs on it"


def test_technologies_are_named_with_their_reason_unless_it_is_only_that_they_can() -> None:
    found = style(asked({}, two({"technology": "gRPC"})), "sync").technologies
    assert listed(found, str) == "gRPC (in use on this link), HTTP, GraphQL, SOAP"


@pytest.mark.parametrize("form", FORMS)
def test_adopting_a_style_makes_the_link_that_style(form: FormId) -> None:
    before = two({"needs": {"legacy": True}, "payload_bytes": 10})
    after = adopt(before, "order-payment", form)
    link = after.link_by_id["order-payment"]
    assert [one.form.id for one in advise(after, link.id).styles if one.current] == [form]
    assert link.needs == {"legacy": True}
    assert link.payload_bytes == 10
    assert adopt(after, link.id, form) == after


def test_a_message_is_a_request_when_it_is_answered() -> None:
    def now(link: Answers) -> str:
        advice = asked({}, two({"is": "async order payment", **link}))
        return next(one.form.id for one in advice.styles if one.current)

    assert now({"reply": "callback"}) == "async_request"
    assert now({"awaited": True}) == "async_request"
    assert now({"reply": "none"}) == "async_command"
    assert now({}) == "async_command"
    assert any("taken for a command" in str(note) for note in asked({}, two({"is": "async order payment"})).notes)
    callback = two({"is": "async order payment", "reply": "callback"})
    assert adopt(callback, "order-payment", "async_request") == callback


@pytest.mark.parametrize(("sample", "link"), SAMPLES)
def test_every_link_of_every_sample_gets_advice(sample: str, link: str) -> None:
    architecture = native.load(resources.path("samples", sample)).architecture
    advice = advise(architecture, link)
    told = json.dumps(advice.as_json(), allow_nan=False)
    assert told == json.dumps(advise(architecture, link).as_json())
    assert not re.search(r"\{\w+\}", " ".join(re.findall(r'"text": "([^"]*)"', told)))
    assert {one.form.id for one in advice.styles} == set(FORMS)
    assert [one.allowed for one in advice.styles if one.current] == [True]
    for one in advice.styles:
        if one.allowed:
            adopt(architecture, link, one.form.id)


def test_every_saved_answer_can_be_saved_and_read_back() -> None:
    values = {"yes_no": True, "choice": "receiver", "number": 1.0}
    needs = {one.id: values[one.kind] for one in QUESTIONS.values()}
    model = set_attributes(two(), ["order-payment"], {"needs": needs})
    again = native.loads(native.dumps(model), "model").architecture
    found = advise(again, "order-payment")
    assert {one.question.id: one.value for one in found.answers} == needs
    assert {one.origin for one in found.answers} == {"saved"}


def test_every_sentence_of_the_advisor_is_marked_for_translation() -> None:
    folder = Path(__file__).resolve().parents[3] / "models" / "analysis" / "advisor"
    source = "\n".join(path.read_text("utf-8") for path in sorted(folder.glob("*.py")))
    marked = set()
    for found in re.findall(r'QT_TRANSLATE_NOOP\(\s*"advisor",\s*((?:(?:"[^"]*"|\'[^\']*\')\s*)+)', source):
        marked.add("".join(a or b for a, b in re.findall(r'"([^"]*)"|\'([^\']*)\'', found)))
    templates = {reason.template for reason in REASONS} | {form.label for form in FORMS.values()}
    templates |= {text for one in QUESTIONS.values() for text in (one.text, one.why, one.label)}
    advice = asked({"decides": "sender", "legacy": True, "answer_ms": 5}, two(payment={"supports": ["FTP"]}))
    texts = [advice.verdict, *advice.notes, *(one.told for one in advice.answers if not isinstance(one.told, str))]
    texts += [carrier.reason for one in advice.styles for carrier in (*one.technologies, *one.left_out)]
    templates |= {text.template for text in texts if text.context == "advisor"}
    assert templates <= marked
