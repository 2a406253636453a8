"""Asynchronous request-response: state in memory or stored, awaited or not, timeouts, progress, ways back."""

from typing import Any

import pytest

from models.simulation import Result, simulate
from tests.models.simulation.building import (
    Json,
    check_conservation,
    client,
    journey,
    model,
    regular,
    service,
    sync,
    with_scenario,
)


def link(source: str, target: str, style: str = "async", **more: Any) -> Json:
    return {"id": f"{source}-{target}", "source": source, "target": target, "style": style, "network_ms": 0, **more}


def asking(
    *,
    shop: Json | None = None,
    worker: Json | None = None,
    rate: float = 100,
    step: Json | None = None,
    more_elements: tuple[Json, ...] = (),
    more_links: tuple[Json, ...] = (),
    **ask: Any,
) -> Any:
    """A shop asks a worker, who takes two seconds, and hears later."""
    return model(
        [
            client(),
            service("shop", **({"work_ms": 0, "workers": "unlimited", "instances": 4} | (shop or {}))),
            service("worker", **({"work_ms": 2000, "workers": "unlimited"} | (worker or {}))),
            *more_elements,
        ],
        [sync("users", "shop"), link("shop", "worker", **({"reply": "queue"} | ask)), *more_links],
        [journey(regular(rate), [{"link": "users-shop", "steps": [{"link": "shop-worker", **(step or {})}]}])],
    )


def run(architecture: Any, *faults: Json, duration_ms: float = 15_000) -> Result:
    result = simulate(with_scenario(architecture, duration_ms=duration_ms, faults=list(faults)))
    check_conservation(result)
    return result


ONE_DIES = {"fault": "crash", "target": "shop", "instances": 1, "from_ms": 10_005}


@pytest.mark.parametrize(("state", "lost"), [("memory", 50), ("stored", 0)])
def test_replies_to_an_instance_that_died_are_lost_unless_the_state_is_stored(state: str, lost: int) -> None:
    """100 requests a second over 4 instances, each 2 s under way: 100 x 2 / 4 are waited for by the one that dies."""
    row = run(asking(pending_state=state), ONE_DIES).journeys["visit"]
    assert row["incomplete"] == lost
    assert row["failed"] == row["errors"]["crashed"] == 124


@pytest.mark.parametrize(("until_ms", "lost"), [(10_006, 50), (10_500, 50)])
def test_an_instance_that_has_restarted_has_forgotten_what_it_asked(until_ms: float, lost: int) -> None:
    row = run(asking(pending_state="memory"), {**ONE_DIES, "until_ms": until_ms}).journeys["visit"]
    assert row["incomplete"] == lost


def test_a_named_queue_counts_the_replies_and_those_nobody_takes() -> None:
    queue = {"id": "replies", "kind": "queue"}
    result = run(asking(pending_state="memory", reply_queue="replies", more_elements=(queue,)), ONE_DIES)
    counts = result.channels["replies"]
    assert counts["published"] == 1176 + 50
    assert counts["dropped"] == 50
    assert counts["acknowledged"] == 1176


@pytest.mark.parametrize(("attribute", "value"), [("max_length", 3), ("message_ttl_ms", 50)])
def test_limits_of_a_reply_queue_are_told_to_have_no_effect(attribute: str, value: int) -> None:
    def told(**said: Any) -> str:
        queue = {"id": "replies", "kind": "queue", "name": "Replies", **said}
        result = run(asking(reply_queue="replies", more_elements=(queue,)), duration_ms=3000)
        return "; ".join(str(sentence) for sentence in result.ignored)

    assert told(**{attribute: value}) == f"{attribute} of Replies: does not act on replies"
    assert told(**{attribute: "unlimited" if attribute == "max_length" else "none"}) == ""


def test_a_journey_that_awaits_the_reply_answers_with_it() -> None:
    row = run(asking(awaited=True, worker={"work_ms": 300})).journeys["visit"]
    assert row["latency_ms"]["mean"] == pytest.approx(300)
    assert row["breakdown_ms"] == {"wait": 0.0, "work": pytest.approx(300), "network": 0.0, "backoff": 0.0}


def test_requests_and_replies_travel_and_wait_and_the_breakdown_says_so() -> None:
    architecture = asking(awaited=True, rate=1, network_ms=7, worker={"work_ms": 300, "workers": 1})
    row = run(architecture).journeys["visit"]
    assert row["latency_ms"]["mean"] == pytest.approx(314)
    assert row["breakdown_ms"]["network"] == pytest.approx(14)
    batch = asking(awaited=True, worker={"work_ms": 300, "workers": 1}).model_dump(exclude_unset=True)
    batch["journeys"][0]["load"] = {"schedule": {"every_ms": 1e9, "batch": 3}}
    row = run(type(architecture).model_validate(batch)).journeys["visit"]
    assert row["latency_ms"]["mean"] == pytest.approx(600)
    assert row["breakdown_ms"]["wait"] == pytest.approx(300)


def test_nobody_holds_a_worker_while_waiting_for_a_reply() -> None:
    result = run(asking(awaited=True, shop={"instances": 1, "workers": 1}))
    assert result.elements["shop"]["utilisation"] == 0
    assert result.journeys["visit"]["latency_ms"]["max"] == pytest.approx(2000)


def test_a_reply_that_comes_too_late_fails_the_journey_that_waits() -> None:
    repair = {"on_failure": [{"work_ms": 40}]}
    architecture = asking(awaited=True, timeout_ms=1500, step=repair)
    result = run(architecture, duration_ms=5000)
    row = result.journeys["visit"]
    assert row["errors"]["timeout"] == row["failed"] == result.links["shop-worker"]["timeouts"] - 4
    assert result.elements["shop"]["mean_busy"] == pytest.approx(0.04 * 350 / 5, rel=0.02)


def test_a_reply_that_comes_after_its_state_is_gone_is_ignored() -> None:
    step = {"on_reply": [{"work_ms": 10}]}
    result = run(asking(timeout_ms=1500, step=step), duration_ms=5000)
    assert result.journeys["visit"]["incomplete"] == 300
    assert result.links["shop-worker"]["timeouts"] == 350
    assert result.elements["shop"]["mean_busy"] == 0


def test_what_a_reply_sets_off_is_work_of_the_asking_service() -> None:
    step = {"on_reply": [{"work_ms": 10}]}
    result = run(asking(step=step, shop={"instances": 1, "workers": 1}, rate=50), duration_ms=12_000)
    assert result.journeys["visit"]["completion_ms"]["mean"] == pytest.approx(2010)
    assert result.elements["shop"]["mean_busy"] == pytest.approx(0.5 * 10 / 12, rel=0.01)


def test_an_awaited_reply_is_worked_on_before_the_answer() -> None:
    row = run(asking(awaited=True, step={"on_reply": [{"work_ms": 10}]})).journeys["visit"]
    assert row["latency_ms"]["mean"] == pytest.approx(2010)


def test_a_progress_reply_starts_the_timeout_anew_when_the_work_begins() -> None:
    """One worker, two at a time: the second waits 2 s, then works 2 s. It reports when it begins."""
    slow: Any = {"worker": {"work_ms": 2000, "workers": 1}, "awaited": True, "timeout_ms": 2500}
    for progress, failed in ((False, 1), (True, 0)):
        said = asking(**slow, progress_replies=progress).model_dump(exclude_unset=True)
        said["journeys"][0]["load"] = {"schedule": {"every_ms": 1e9, "batch": 2}}
        row = run(type(asking()).model_validate(said)).journeys["visit"]
        assert row["failed"] == failed


def test_a_callback_that_finds_nobody_is_lost_and_a_queue_keeps_the_reply() -> None:
    fault = {"fault": "crash", "target": "shop", "from_ms": 4005, "until_ms": 5005}
    kept = run(asking(pending_state="stored"), fault).journeys["visit"]
    lost = run(asking(pending_state="stored", reply="callback"), fault).journeys["visit"]
    assert kept["incomplete"] == 0
    assert kept["completion_ms"]["max"] == pytest.approx(3000, abs=11)
    assert lost["incomplete"] == 100


def test_a_reply_that_its_link_loses_never_comes() -> None:
    fault = {"fault": "omission", "target": "worker-replies", "from_ms": 0, "until_ms": 5005}
    queue = {"id": "replies", "kind": "queue"}
    drawn = (link("worker", "replies"), link("replies", "shop"))
    row = run(asking(reply_queue="replies", more_elements=(queue,), more_links=drawn), fault).journeys["visit"]
    assert row["incomplete"] == 301


@pytest.mark.parametrize("silent", [False, True])
def test_replies_a_queue_holds_wait_while_it_is_down_and_those_sent_to_it_silently_are_lost(silent: bool) -> None:
    """The shop is down from 4 to 6 s and the queue from 5 to 7: replies of the first second wait until 7."""
    queue = {"id": "replies", "kind": "queue"}
    architecture = asking(reply_queue="replies", pending_state="stored", more_elements=(queue,))
    shop = {"fault": "crash", "target": "shop", "from_ms": 4005, "until_ms": 6005}
    down = {"fault": "crash", "target": "replies", "from_ms": 5005, "until_ms": 7005, "silent": silent}
    result = run(architecture, shop, down)
    assert result.journeys["visit"]["incomplete"] == (100 if silent else 0)
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(7005 - 2010)
    assert result.channels["replies"]["max_depth"] == 100


def test_an_acknowledgement_that_is_lost_repeats_the_work_and_the_reply_comes_then() -> None:
    fault = {"fault": "omission", "target": "shop-worker", "direction": "reply", "from_ms": 0, "until_ms": 5005}
    row = run(asking(), fault, duration_ms=60_000).journeys["visit"]
    assert row["incomplete"] == 0
    assert row["completion_ms"]["max"] == pytest.approx(32_000)


def test_a_request_through_a_queue_is_answered_through_the_broker() -> None:
    architecture = model(
        [client(), service("shop", 0, "unlimited"), {"id": "jobs", "kind": "queue"}, service("worker", 100, 8)],
        [
            sync("users", "shop"),
            link("shop", "jobs", reply="queue", awaited=True, network_ms=3),
            link("jobs", "worker", network_ms=4),
        ],
        [
            journey(
                regular(10),
                [{"link": "users-shop", "steps": [{"link": "shop-jobs", "steps": [{"link": "jobs-worker"}]}]}],
            )
        ],
    )
    assert run(architecture).journeys["visit"]["latency_ms"]["mean"] == pytest.approx(100 + 2 * (3 + 4))


def test_replies_take_the_links_that_were_drawn_for_them() -> None:
    queue = {"id": "replies", "kind": "queue"}
    drawn = (link("worker", "replies", network_ms=20), link("replies", "shop", network_ms=30))
    architecture = asking(reply_queue="replies", awaited=True, more_elements=(queue,), more_links=drawn, network_ms=1)
    result = run(architecture)
    assert result.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(2051)
    assert result.links["worker-replies"]["calls"] == result.links["replies-shop"]["calls"] + 2


def test_a_client_may_ask_and_go_on_when_the_reply_comes() -> None:
    architecture = model(
        [client(), service("worker", 100, 8)],
        [link("users", "worker", reply="queue", awaited=True)],
        [journey(regular(10), [{"link": "users-worker", "on_reply": [{"work_ms": 7}]}])],
    )
    assert run(architecture).journeys["visit"]["latency_ms"]["mean"] == pytest.approx(107)
    said = architecture.model_dump(exclude_unset=True)
    said["links"][0]["awaited"] = False
    row = run(type(architecture).model_validate(said)).journeys["visit"]
    assert (row["latency_ms"]["mean"], row["completion_ms"]["mean"]) == (0, pytest.approx(107))


def test_a_dead_letter_leaves_nothing_to_wait_for_but_a_timeout() -> None:
    worker = {"availability": 0, "work_ms": 1}
    row = run(asking(worker=worker, delivery={"max_deliveries": 2})).journeys["visit"]
    assert row["incomplete"] == row["succeeded"] == 1500
    row = run(asking(worker=worker, delivery={"max_deliveries": 2}, awaited=True, timeout_ms=100)).journeys["visit"]
    assert row["errors"]["timeout"] == 1490


def test_a_duplicate_delivery_replies_twice_and_the_first_reply_counts() -> None:
    result = run(asking(awaited=True, delivery={"visibility_timeout_ms": 1500}, rate=10))
    assert result.channels["shop-worker"]["redelivered"] > 0
    assert result.journeys["visit"]["latency_ms"]["max"] == pytest.approx(2000)


def test_what_is_said_of_a_reply_nobody_sends_is_told() -> None:
    architecture = asking(reply="none", awaited=True, timeout_ms=100)
    told = [str(sentence) for sentence in run(architecture).ignored]
    assert [sentence for sentence in told if "no reply is said" in sentence] == [
        "awaited of shop → worker: no reply is said",
        "timeout_ms of shop → worker: no reply is said",
    ]


def test_work_set_off_by_a_reply_moves_to_another_instance_when_its_own_dies() -> None:
    step = {"on_reply": [{"work_ms": 400}]}
    shop = {"instances": 2, "workers": "unlimited"}
    fault = {"fault": "crash", "target": "shop", "instances": 1, "from_ms": 5005}
    stored = run(asking(step=step, shop=shop, pending_state="stored"), fault).journeys["visit"]
    memory = run(asking(step=step, shop=shop, pending_state="memory"), fault).journeys["visit"]
    assert stored["incomplete"] == 0
    assert stored["completion_ms"]["max"] == pytest.approx(2800, abs=21)
    assert memory["incomplete"] == 100 + 20


def test_a_step_that_publishes_the_reply_is_the_reply_and_not_a_second_one() -> None:
    queue = {"id": "replies", "kind": "queue"}
    drawn = (link("worker", "replies"), link("replies", "shop"))
    architecture = asking(reply_queue="replies", awaited=True, more_elements=(queue,), more_links=drawn)
    said = architecture.model_dump(exclude_unset=True)
    told = {"link": "worker-replies", "steps": [{"link": "replies-shop", "work_ms": 30}]}
    said["journeys"][0]["steps"][0]["steps"][0]["steps"] = [told]
    result = run(type(architecture).model_validate(said))
    assert result.channels["replies"]["published"] == result.elements["worker"]["completed"]
    assert result.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(2030)


def test_one_who_is_asked_may_ask_another() -> None:
    architecture = model(
        [client(), service("shop", 0, 8), service("worker", 10, 1), service("helper", 50, 8)],
        [
            sync("users", "shop"),
            link("shop", "worker", reply="queue", awaited=True, delivery={"concurrency": 8}),
            link("worker", "helper", reply="queue", awaited=True, delivery={"max_deliveries": 1}),
        ],
        [
            journey(
                regular(50),
                [{"link": "users-shop", "steps": [{"link": "shop-worker", "steps": [{"link": "worker-helper"}]}]}],
            )
        ],
    )
    result = run(architecture)
    assert result.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(60)
    assert result.elements["worker"]["utilisation"] == pytest.approx(0.5, rel=0.01)
    down = {"fault": "crash", "target": "helper", "from_ms": 5005, "until_ms": 5015}
    assert run(architecture, down).channels["shop-worker"]["waiting"] <= 5


QUEUE: Json = {"id": "replies", "kind": "queue"}


@pytest.mark.parametrize(("silent", "redelivered", "incomplete"), [(False, 200, 0), (True, 0, 200)])
def test_who_cannot_publish_a_reply_to_a_queue_that_is_down_has_failed(
    silent: bool, redelivered: int, incomplete: int
) -> None:
    """Two seconds' replies find the queue down. Refused, each worker does its work once more, 2 s later; sent into
    nothing, they are gone."""
    down = {"fault": "crash", "target": "replies", "from_ms": 5005, "until_ms": 7005, "silent": silent}
    result = run(asking(reply_queue="replies", more_elements=(QUEUE,)), down)
    assert result.channels["shop-worker"]["redelivered"] == redelivered
    assert result.journeys["visit"]["incomplete"] == incomplete
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(2000 if silent else 4000)


def test_a_request_whose_reply_is_refused_again_and_again_is_given_up() -> None:
    down = {"fault": "crash", "target": "replies", "from_ms": 5005, "until_ms": 7005}
    architecture = asking(reply_queue="replies", more_elements=(QUEUE,), delivery={"max_deliveries": 1})
    result = run(architecture, down)
    assert result.channels["shop-worker"]["dropped"] == result.journeys["visit"]["incomplete"] == 200


def test_a_progress_reply_that_is_refused_fails_the_delivery_before_the_work() -> None:
    down = {"fault": "crash", "target": "replies", "from_ms": 3005, "until_ms": 4005}
    architecture = asking(
        reply_queue="replies", more_elements=(QUEUE,), progress_replies=True, delivery={"max_deliveries": 1}
    )
    result = run(architecture, down)
    assert result.channels["shop-worker"]["dropped"] == 200


@pytest.mark.parametrize("kind", ["crash", "partition"])
def test_replies_wait_in_their_queue_while_the_link_out_of_it_is_cut(kind: str) -> None:
    drawn = (link("worker", "replies"), link("replies", "shop"))
    architecture = asking(reply_queue="replies", more_elements=(QUEUE,), more_links=drawn)
    result = run(architecture, {"fault": kind, "target": "replies-shop", "from_ms": 5005, "until_ms": 7005})
    assert result.journeys["visit"]["incomplete"] == 0
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(7005 - 3010)
    assert result.channels["replies"]["max_depth"] == 200


def test_a_link_drawn_for_replies_that_is_down_fails_who_replies_over_it() -> None:
    drawn = (link("worker", "replies"), link("replies", "shop"))
    architecture = asking(reply_queue="replies", more_elements=(QUEUE,), more_links=drawn)
    result = run(architecture, {"fault": "crash", "target": "worker-replies", "from_ms": 5005, "until_ms": 7005})
    assert result.channels["shop-worker"]["redelivered"] == 200
    assert result.journeys["visit"]["incomplete"] == 0
