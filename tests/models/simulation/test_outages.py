"""Crashes of queues, topics, links and clients; surges of users and batches; what publishers and callers keep."""

from typing import Any

import pytest

from models.architecture import Architecture
from models.simulation import Result, simulate
from tests.models.simulation.building import (
    Json,
    check_conservation,
    client,
    closed,
    journey,
    model,
    regular,
    service,
    station,
    sync,
    with_scenario,
)

DOWN = {"fault": "crash", "from_ms": 2005, "until_ms": 4005}


def link(source: str, target: str, style: str = "async", **more: Any) -> Json:
    return {"id": f"{source}-{target}", "source": source, "target": target, "style": style, "network_ms": 0, **more}


def run(architecture: Architecture, *faults: Json, duration_ms: float = 10_000) -> Result:
    result = simulate(with_scenario(architecture, duration_ms=duration_ms, faults=list(faults)))
    check_conservation(result)
    return result


def queued(
    *,
    queue: Json | None = None,
    put: Json | None = None,
    take: Json | None = None,
    step: Json | None = None,
    work: float = 1,
) -> Architecture:
    return model(
        [
            client(),
            service("shop", 0, "unlimited"),
            {"id": "jobs", "kind": "queue", **(queue or {})},
            service("worker", work, "unlimited"),
            {"id": "rack", "kind": "group", "group_type": "host"},
        ],
        [sync("users", "shop"), link("shop", "jobs", **(put or {})), link("jobs", "worker", **(take or {}))],
        [
            journey(
                regular(100),
                [
                    {
                        "link": "users-shop",
                        "steps": [{"link": "shop-jobs", "steps": [{"link": "jobs-worker"}], **(step or {})}],
                    }
                ],
            )
        ],
    )


def announced(style: Json, **more: Any) -> Architecture:
    return model(
        [
            client(),
            service("shop", 20, "unlimited"),
            {"id": "news", "kind": "topic"},
            service("a", 1, 9),
            service("b", 1, 9),
        ],
        [
            sync("users", "shop"),
            link("shop", "news", "event", **style),
            link("news", "a", "event"),
            link("news", "b", "event"),
        ],
        [journey(regular(100), [{"link": "users-shop", "steps": [{"link": "shop-news"}]}], **more)],
    )


def test_a_queue_that_is_down_refuses_its_publishers_at_once() -> None:
    result = run(queued(), {**DOWN, "target": "jobs"})
    row = result.journeys["visit"]
    assert row["errors"]["crashed"] == row["failed"] == 200
    assert result.channels["jobs"]["published"] == 800


def test_a_queue_that_is_silently_down_swallows_what_it_is_sent() -> None:
    row = run(queued(), {**DOWN, "target": "jobs", "silent": True}).journeys["visit"]
    assert (row["failed"], row["incomplete"]) == (0, 200)


def test_what_makes_up_for_a_refused_message_is_done() -> None:
    result = run(queued(step={"on_failure": [{"work_ms": 50}]}), {**DOWN, "target": "jobs"})
    assert result.elements["shop"]["mean_busy"] == pytest.approx(200 * 50 / 10_000)
    assert result.journeys["visit"]["failed"] == 200


def test_what_a_queue_has_stored_survives_and_is_delivered_afterwards() -> None:
    idle = {"fault": "crash", "target": "worker", "from_ms": 1005, "until_ms": 3005}
    result = run(queued(), idle, {**DOWN, "target": "jobs"})
    assert result.journeys["visit"]["incomplete"] == 0
    assert result.channels["jobs"]["acknowledged"] == result.channels["jobs"]["published"] == 800
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(2996, abs=1)


def test_a_queue_that_is_down_hears_of_no_work_done_and_delivers_it_again() -> None:
    take = {"delivery": {"visibility_timeout_ms": 3000}}
    result = run(queued(work=50, take=take), {**DOWN, "target": "jobs"})
    assert result.channels["jobs"]["redelivered"] == 5
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(3050)
    at_once = run(queued(work=50, take={"delivery": {"visibility_timeout_ms": 0}}), {**DOWN, "target": "jobs"})
    assert at_once.channels["jobs"]["redelivered"] == 5
    assert at_once.journeys["visit"]["completion_ms"]["max"] == pytest.approx(2095)


@pytest.mark.parametrize(("replicas", "gone", "failed"), [(3, 2, 0), (3, 3, 200), (3, None, 200), (None, 1, 200)])
def test_a_replicated_queue_is_up_as_long_as_one_replica_is(
    replicas: int | None, gone: int | None, failed: int
) -> None:
    queue = {"replicas": replicas} if replicas else {}
    fault = {**DOWN, "target": "jobs", **({"instances": gone} if gone else {})}
    assert run(queued(queue=queue), fault).journeys["visit"]["failed"] == failed


def test_a_broker_takes_its_queues_down_with_it() -> None:
    assert run(queued(queue={"broker": "rack"}), {**DOWN, "target": "rack"}).journeys["visit"]["failed"] == 200


def test_overlapping_outages_of_a_queue_last_as_long_as_their_union() -> None:
    later = {"fault": "crash", "target": "jobs", "from_ms": 3005, "until_ms": 5005}
    assert run(queued(), {**DOWN, "target": "jobs"}, later).journeys["visit"]["failed"] == 300


@pytest.mark.parametrize(
    "fault",
    [
        {"fault": "partition", "target": "shop-news"},
        {"fault": "omission", "target": "shop-news", "probability": 0.5},
        {"fault": "crash", "target": "shop-news"},
        {"fault": "crash", "target": "news"},
        {"fault": "crash", "target": "news", "silent": True},
    ],
)
def test_an_outbox_sends_again_what_does_not_arrive(fault: Json) -> None:
    fault = {**fault, "from_ms": 2005, "until_ms": 4005}
    plain = run(announced({}), fault).journeys["visit"]
    assert plain["incomplete"] + plain["failed"] > 80
    kept = run(announced({"outbox": True}), fault)
    row = kept.journeys["visit"]
    assert (row["incomplete"], row["failed"]) == (0, 0)
    assert row["completion_ms"]["max"] > 1000
    assert kept.channels["news"]["acknowledged"] == 2 * kept.channels["news"]["published"]
    assert kept.links["shop-news"]["attempts"] > kept.links["shop-news"]["calls"] + 80


def test_an_event_published_before_the_commit_comes_before_the_work_and_survives_its_failure() -> None:
    """The shop works 20 ms: a crash meanwhile leaves two events about orders that were never placed."""
    fault = {"fault": "crash", "target": "shop", "from_ms": 2005, "until_ms": 2006}
    early = run(announced({"published": "before_commit"}), fault)
    late = run(announced({"published": "after_commit"}), fault)
    assert early.journeys["visit"]["failed"] == late.journeys["visit"]["failed"] == 2
    assert early.channels["news"]["published"] == 1000
    assert late.channels["news"]["published"] == 996
    both = run(announced({"published": "before_commit", "outbox": True}), fault)
    assert both.channels["news"]["published"] == 996


def fetched(step: Json | None = None, **style: Any) -> Result:
    architecture = model(
        [client(), service("shop", 5, 9), {"id": "news", "kind": "topic"}, service("a", 1, 9), service("b", 1, 9)],
        [
            sync("users", "shop"),
            link("shop", "news", "event", **style),
            link("news", "a", "event"),
            link("news", "b", "event"),
            sync("a", "shop"),
        ],
        [
            journey(
                regular(10),
                [{"link": "users-shop", "steps": [{"link": "shop-news", "steps": [step] if step else []}]}],
            )
        ],
    )
    return run(architecture)


def test_consumers_of_an_event_without_its_data_call_back_for_it() -> None:
    result = fetched(payload="id_only")
    assert result.links["a-shop"]["calls"] == 100
    assert result.elements["shop"]["completed"] == 200
    assert result.journeys["visit"]["completion_ms"]["mean"] == pytest.approx(5 + 1 + 5)
    assert any("b has no call back to shop" in str(sentence) for sentence in result.ignored)
    assert fetched().links["a-shop"]["calls"] == 0


def test_a_call_back_that_the_journey_tells_is_not_made_twice() -> None:
    step = {"link": "news-a", "steps": [{"link": "a-shop"}]}
    assert fetched(step, payload="id_only").links["a-shop"]["calls"] == 100


@pytest.mark.parametrize(("silent", "cause"), [(False, "crashed"), (True, "timeout")])
def test_a_link_that_is_down_refuses_calls_or_swallows_them(silent: bool, cause: str) -> None:
    architecture = station(regular(100), 50, "unlimited", link={"timeout_ms": 200})
    row = run(architecture, {**DOWN, "target": "users-server", "silent": silent}).journeys["visit"]
    assert row["errors"][cause] == row["failed"] == 205
    assert row["succeeded"] == 790


def test_calls_under_way_over_a_link_fail_at_the_moment_it_goes_down() -> None:
    architecture = station(regular(100), 1000, "unlimited", link={"retry": {"max_attempts": 2, "backoff": "none"}})
    result = run(architecture, {"fault": "crash", "target": "users-server", "from_ms": 2005, "until_ms": 2005.5})
    assert result.journeys["visit"]["failed"] == 100
    assert result.links["users-server"]["attempts"] == 1100


def test_a_consumer_behind_a_link_that_is_down_gets_its_messages_afterwards() -> None:
    row = run(queued(), {**DOWN, "target": "jobs-worker"}).journeys["visit"]
    assert (row["failed"], row["incomplete"]) == (0, 0)
    assert row["completion_ms"]["max"] == pytest.approx(1996)


def test_journeys_of_a_client_that_crashes_are_lost_and_none_begins() -> None:
    result = run(station(regular(100), 55, "unlimited"), {**DOWN, "target": "users"})
    row = result.journeys["visit"]
    assert row["offered"] == 800
    assert row["errors"]["crashed"] == row["failed"] == 6
    assert result.elements["server"]["completed"] == row["succeeded"] + 6


def test_users_of_a_client_that_was_down_begin_when_it_is_back() -> None:
    result = run(station(closed(10, 90), 10, "unlimited"), {**DOWN, "target": "users"})
    assert result.journeys["visit"]["offered"] == pytest.approx(10 * 10 * 8, abs=20)
    forever = run(station(closed(10, 90), 10, "unlimited"), {"fault": "crash", "target": "users", "from_ms": 2005})
    assert forever.journeys["visit"]["offered"] == pytest.approx(200, abs=10)


def test_a_client_that_crashes_stops_what_it_does_at_the_same_time() -> None:
    architecture = model(
        [client(), service("a", 100, "unlimited"), service("b", 1, "unlimited"), service("c", 1, "unlimited")],
        [sync("users", "a"), sync("users", "b", connection_pool=50), sync("users", "c")],
        [
            journey(
                regular(100),
                [{"link": "users-a"}, {"link": "users-b", "parallel": True}, {"link": "users-c"}],
                client_timeout_ms=5000,
            )
        ],
    )
    result = run(architecture, {**DOWN, "target": "users"})
    assert result.journeys["visit"]["errors"]["crashed"] == 10
    assert result.elements["c"]["completed"] == result.journeys["visit"]["succeeded"]


def test_a_surge_brings_more_users_and_takes_them_away() -> None:
    surge = {"fault": "load", "target": "users", "factor": 3.0, "from_ms": 2000, "until_ms": 4000}
    usual = run(station(closed(10, 90), 10, "unlimited")).journeys["visit"]["offered"]
    more = run(station(closed(10, 90), 10, "unlimited"), surge).journeys["visit"]["offered"]
    assert more - usual == pytest.approx(2 * 20 * 10, abs=25)
    fewer = run(station(closed(10, 90), 10, "unlimited"), {**surge, "factor": 0.0}).journeys["visit"]["offered"]
    assert usual - fewer == pytest.approx(2 * 10 * 10, abs=25)


def test_a_surge_makes_batches_larger_and_two_at_once_multiply() -> None:
    architecture = station({"schedule": {"every_ms": 1000, "batch": 10}}, 1, "unlimited")
    surge = {"fault": "load", "target": "users", "factor": 3.0, "from_ms": 2000, "until_ms": 4000}
    assert run(architecture, surge).journeys["visit"]["offered"] == 8 * 10 + 2 * 30
    other = {"fault": "load", "target": "users", "factor": 2.0, "from_ms": 3000, "until_ms": 5000}
    assert run(architecture, surge, other).journeys["visit"]["offered"] == 7 * 10 + 30 + 60 + 20
    none = {**surge, "factor": 0.0}
    assert run(architecture, none).journeys["visit"]["offered"] == 8 * 10


def buffered(**more: Any) -> Architecture:
    return model(
        [client(), service("shop", 0, "unlimited"), service("mail", 10, "unlimited", **more.pop("mail", {}))],
        [sync("users", "shop"), sync("shop", "mail", fallback="buffer", **more)],
        [journey(regular(100), [{"link": "users-shop", "steps": [{"link": "shop-mail"}]}])],
    )


def test_a_call_kept_by_a_fallback_is_sent_until_it_succeeds() -> None:
    result = run(buffered(), {**DOWN, "target": "mail"})
    row = result.journeys["visit"]
    assert (row["degraded"], row["failed"], row["incomplete"]) == (201, 0, 0)
    assert row["completed"] == row["succeeded"] + row["degraded"]
    assert result.links["shop-mail"]["calls"] == 1000
    assert result.links["shop-mail"]["attempts"] == 1000 + 101 * 2 + 100
    assert row["completion_ms"]["max"] == pytest.approx(2015)
    assert row["latency_ms"]["max"] == 10


def test_a_kept_call_that_can_never_succeed_is_lost() -> None:
    fault = {"fault": "response", "target": "mail", "permanent_share": 1.0, "from_ms": 2005, "until_ms": 4005}
    row = run(buffered(errors="typed"), fault).journeys["visit"]
    assert (row["degraded"], row["incomplete"]) == (200, 200)


def test_kept_calls_still_wait_at_the_end_when_nothing_brings_their_target_back() -> None:
    row = run(buffered(), {"fault": "crash", "target": "mail", "from_ms": 2005}).journeys["visit"]
    assert (row["degraded"], row["incomplete"], row["completed"]) == (800, 0, 200)


@pytest.mark.parametrize("target", ["worker", "jobs-worker"])
@pytest.mark.parametrize(("visibility_ms", "last_ms"), [(3000, 3001), (0, 1996)])
def test_a_delivery_that_is_lost_is_made_again_when_it_is_missed(
    target: str, visibility_ms: float, last_ms: float
) -> None:
    fault = {**DOWN, "fault": "omission", "target": target}
    result = run(queued(take={"delivery": {"visibility_timeout_ms": visibility_ms}}), fault)
    assert result.journeys["visit"]["incomplete"] == 0
    assert result.channels["jobs"]["redelivered"] == (200 if visibility_ms else 0)
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(last_ms)
