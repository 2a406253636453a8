"""Queues, topics and implied channels: competing consumers, copies, redelivery, dead letters, completion."""

import math
from typing import Any

import pytest

from models.simulation import Result, simulate
from tests.models.simulation.building import (
    Json,
    check_conservation,
    client,
    estimates,
    exponential,
    journey,
    model,
    poisson,
    regular,
    service,
    sync,
    with_scenario,
)


def link(source: str, target: str, style: str = "async", **more: Any) -> Json:
    return {"id": f"{source}-{target}", "source": source, "target": target, "style": style, "network_ms": 0, **more}


def queued(
    load: Json,
    consumer: Json,
    delivery: Json | None = None,
    queue: Json | None = None,
    more_elements: tuple[Json, ...] = (),
) -> Any:
    """A client publishes to a queue from which one service takes."""
    return model(
        [client(), {"id": "jobs", "kind": "queue", **(queue or {})}, consumer, *more_elements],
        [link("users", "jobs"), link("jobs", "worker", delivery=delivery)],
        [journey(load, [{"link": "users-jobs", "steps": [{"link": "jobs-worker"}]}])],
    )


def run(architecture: Any, duration_ms: float = 10_000, **settings: Any) -> Any:
    result = simulate(with_scenario(architecture, duration_ms=duration_ms, **settings))
    check_conservation(result)
    return result


def test_publishing_costs_the_caller_nothing_and_completion_comes_later() -> None:
    row = run(queued(regular(10), service("worker", 30, 1))).journeys["visit"]
    assert row["latency_ms"]["mean"] == 0
    assert row["completion_ms"]["mean"] == pytest.approx(30)
    assert row["incomplete"] == 0


def test_a_queue_with_one_worker_is_m_m_1() -> None:
    architecture = queued(poisson(8), service("worker", exponential(100), 1))
    found = estimates(
        architecture,
        {
            "completion": lambda result: result.journeys["visit"]["completion_ms"]["mean"],
            "age": lambda result: result.channels["jobs"]["mean_age_ms"],
            "depth": lambda result: result.channels["jobs"]["mean_depth"],
        },
        duration_ms=5_000_000,
        warm_up_ms=100_000,
    )
    assert found["completion"].agrees_with(500, tightness=0.05)
    assert found["age"].agrees_with(400, tightness=0.05)
    assert found["depth"].agrees_with(3.2, tightness=0.05)


def test_each_publish_and_each_delivery_takes_its_own_way() -> None:
    architecture = model(
        [client(), {"id": "jobs", "kind": "queue"}, service("worker", 10, 5)],
        [link("users", "jobs", network_ms=3), link("jobs", "worker", network_ms=4)],
        [journey(regular(10), [{"link": "users-jobs", "steps": [{"link": "jobs-worker"}]}])],
    )
    assert run(architecture).journeys["visit"]["completion_ms"]["mean"] == pytest.approx(17)


def test_a_message_straight_to_a_service_travels_once() -> None:
    architecture = model(
        [client(), service("worker", 10, 5), service("after", 5, 1)],
        [link("users", "worker", network_ms=3), sync("worker", "after")],
        [journey(regular(10), [{"link": "users-worker", "steps": [{"link": "worker-after"}]}])],
    )
    result = run(architecture)
    assert result.journeys["visit"]["completion_ms"]["mean"] == pytest.approx(18)
    assert result.channels["users-worker"]["published"] == pytest.approx(100, abs=1)


def test_every_subscriber_of_a_topic_gets_a_copy() -> None:
    architecture = model(
        [
            client(),
            {"id": "news", "kind": "topic"},
            service("desk", 0, 1),
            service("a", 10, 1),
            service("b", 40, 1),
            service("c", 1, 1),
        ],
        [
            sync("users", "desk"),
            link("desk", "news", "event"),
            link("news", "a", "event"),
            link("news", "b", "event"),
            sync("a", "c"),
        ],
        [
            journey(
                regular(10),
                [
                    {
                        "link": "users-desk",
                        "steps": [{"link": "desk-news", "steps": [{"link": "news-a", "steps": [{"link": "a-c"}]}]}],
                    }
                ],
            )
        ],
    )
    result = run(architecture)
    offered = result.journeys["visit"]["offered"]
    assert result.channels["news"]["published"] == pytest.approx(offered, abs=2)
    assert result.elements["b"]["completed"] == pytest.approx(offered, abs=1)
    assert result.elements["c"]["completed"] == pytest.approx(offered, abs=1)
    assert result.journeys["visit"]["completion_ms"]["mean"] == pytest.approx(40)


def test_consumers_of_one_queue_compete() -> None:
    architecture = model(
        [client(), {"id": "jobs", "kind": "queue"}, service("a", 10, 1), service("b", 10, 1)],
        [link("users", "jobs"), link("jobs", "a"), link("jobs", "b")],
        [journey(regular(150), [{"link": "users-jobs", "steps": [{"link": "jobs-a"}, {"link": "jobs-b"}]}])],
    )
    result = run(architecture)
    done = [result.elements[name]["completed"] for name in ("a", "b")]
    assert sum(done) == pytest.approx(1500, abs=3)
    assert min(done) > 700


def test_concurrency_bounds_how_many_messages_are_worked_on() -> None:
    architecture = queued(regular(100), service("worker", 100, 50), delivery={"concurrency": 3})
    result = run(architecture)
    assert result.elements["worker"]["mean_busy"] == pytest.approx(3, rel=0.01)
    assert result.channels["jobs"]["waiting"] > 600


def test_an_outage_of_the_consumer_leaves_a_backlog_that_drains() -> None:
    architecture = queued(regular(80), service("worker", 10, 1))
    faults = [{"fault": "crash", "target": "worker", "from_ms": 10_000, "until_ms": 70_000}]
    result = run(architecture, duration_ms=400_000, faults=faults)
    assert result.channels["jobs"]["max_depth"] == 4800
    depth, times = result.series["channels"]["jobs"]["depth"], result.series["t_ms"]
    window = times[1] - times[0]
    drained = [at for at, length in zip(times, depth, strict=True) if at > 70_000 and length < 1]
    assert abs(drained[0] - 70_000 - 240_000) <= 2 * window < 6_000


def test_what_keeps_failing_is_delivered_up_to_the_maximum_and_then_put_aside() -> None:
    architecture = queued(
        regular(1000),
        service("worker", 0, "unlimited", availability=0.8),
        delivery={"max_deliveries": 5, "dead_letter": "failed"},
        more_elements=({"id": "failed", "kind": "queue"},),
    )
    result = run(architecture, duration_ms=1_000_000)
    channel = result.channels["jobs"]
    n = channel["published"]
    tries = [(0.8 * 0.2 ** (k - 1), k) for k in range(1, 5)] + [(0.2**4, 5)]
    mean = sum(share * k for share, k in tries)
    spread = math.sqrt(sum(share * k * k for share, k in tries) - mean**2)
    assert mean == pytest.approx(1.2496)
    assert abs(channel["delivered"] / n - mean) <= 3 * spread / math.sqrt(n)
    assert abs(channel["dead_lettered"] / n - 0.00032) <= 3 * math.sqrt(0.00032 / n)
    assert result.channels["failed"]["waiting"] == channel["dead_lettered"]
    assert result.journeys["visit"]["incomplete"] == channel["dead_lettered"]


def test_without_a_dead_letter_queue_the_message_is_dropped_and_counted() -> None:
    architecture = queued(regular(10), service("worker", 1, 1, availability=0), delivery={"max_deliveries": 2})
    result = run(architecture)
    channel = result.channels["jobs"]
    assert channel["dropped"] == channel["published"]
    assert channel["delivered"] == 2 * channel["published"]
    assert result.journeys["visit"]["incomplete"] == result.journeys["visit"]["succeeded"]


def test_at_most_once_never_delivers_again() -> None:
    delivery = {"guarantee": "at_most_once"}
    channel = run(queued(regular(100), service("worker", 1, 1, availability=0.5), delivery=delivery)).channels["jobs"]
    assert (
        channel["delivered"]
        == channel["published"]
        == channel["acknowledged"] + channel["dropped"] + channel["waiting"]
    )
    assert channel["redelivered"] == 0


def test_work_longer_than_the_visibility_timeout_is_delivered_again() -> None:
    architecture = queued(
        regular(10), service("worker", exponential(10_000), "unlimited"), delivery={"visibility_timeout_ms": 30_000}
    )
    result = run(architecture, duration_ms=10_000_000)
    channel = result.channels["jobs"]
    first = math.exp(-3)
    assert first == pytest.approx(0.049787, abs=1e-6)
    tried = channel["delivered"]
    assert abs(channel["redelivered"] / tried - first) <= 3 * math.sqrt(first * (1 - first) / tried)
    late = channel["redelivered"] - channel["duplicates"]
    assert 0 <= late <= 10 * 10 * first + 3 * math.sqrt(10 * 10 * first)  # deliveries past their time still at work


def test_a_crashed_consumer_leaves_its_message_invisible_for_a_while() -> None:
    architecture = queued(
        {"schedule": {"every_ms": 1e9, "batch": 1}},
        service("worker", 1000, 1),
        delivery={"visibility_timeout_ms": 7000},
    )
    faults = [{"fault": "crash", "target": "worker", "from_ms": 500, "until_ms": 600}]
    row = run(architecture, duration_ms=20_000, faults=faults).journeys["visit"]
    assert row["completion_ms"]["mean"] == pytest.approx(8000)
    at_once = queued(
        {"schedule": {"every_ms": 1e9, "batch": 1}}, service("worker", 1000, 1), delivery={"visibility_timeout_ms": 0}
    )
    row = run(at_once, duration_ms=20_000, faults=faults).journeys["visit"]
    assert row["completion_ms"]["mean"] == pytest.approx(1600)


def test_a_full_queue_drops_what_comes_on_top() -> None:
    architecture = queued(regular(100), service("worker", 1000, 1), queue={"max_length": 5})
    result = run(architecture)
    assert result.channels["jobs"]["max_depth"] == 5
    assert result.channels["jobs"]["dropped"] > 900
    assert result.journeys["visit"]["incomplete"] == result.channels["jobs"]["dropped"]


def test_a_message_too_large_for_its_queue_fails_for_good() -> None:
    architecture = model(
        [client(), {"id": "jobs", "kind": "queue", "max_message_bytes": 1000}, service("worker", 1, 1)],
        [link("users", "jobs", payload_bytes=1001), link("jobs", "worker")],
        [journey(regular(10), [{"link": "users-jobs", "steps": [{"link": "jobs-worker"}]}])],
    )
    row = run(architecture).journeys["visit"]
    assert row["errors"]["oversize"] == row["failed"] == row["offered"]


def test_a_lost_message_makes_its_journey_incomplete() -> None:
    faults = [{"fault": "omission", "target": "users-jobs", "probability": 1.0}]
    row = run(queued(regular(10), service("worker", 1, 1)), faults=faults).journeys["visit"]
    assert row["succeeded"] == row["incomplete"] == row["offered"]


def test_messages_of_a_consumer_that_refuses_do_not_use_up_its_slots() -> None:
    architecture = queued(poisson(50), service("worker", 10, 5, availability=0.9))
    result = run(architecture, duration_ms=100_000)
    assert result.channels["jobs"]["waiting"] < 10


def test_consumption_goes_on_while_the_service_also_answers_calls() -> None:
    architecture = model(
        [client(), {"id": "jobs", "kind": "queue"}, service("worker", 10, 2)],
        [link("users", "jobs"), link("jobs", "worker"), sync("users", "worker")],
        [
            journey(regular(50), [{"link": "users-jobs", "steps": [{"link": "jobs-worker"}]}]),
            journey(regular(50), [{"link": "users-worker"}], id="call"),
        ],
    )
    result = run(architecture)
    assert result.elements["worker"]["utilisation"] == pytest.approx(0.5, rel=0.02)
    assert result.channels["jobs"]["acknowledged"] == pytest.approx(500, abs=3)


def faulty_consumer(fault: Json, **delivery: Any) -> Result:
    architecture = model(
        [client(), service("worker", 5, "unlimited"), {"id": "jobs", "kind": "queue"}],
        [
            {"id": "put", "source": "users", "target": "jobs", "style": "async", "network_ms": 0},
            {
                "id": "take",
                "source": "jobs",
                "target": "worker",
                "style": "async",
                "network_ms": 0,
                "delivery": {"visibility_timeout_ms": 100, "max_deliveries": 4, **delivery},
            },
        ],
        [journey(regular(100), [{"link": "put", "steps": [{"link": "take"}]}])],
    )
    result = simulate(with_scenario(architecture, duration_ms=20_000, faults=[fault]))
    check_conservation(result)
    return result


@pytest.mark.parametrize("target", ["worker", "take"])
def test_a_consumer_that_notices_its_mistake_gets_the_message_again(target: str) -> None:
    result = faulty_consumer({"fault": "response", "target": target, "probability": 0.5})
    jobs = result.channels["jobs"]
    assert jobs["delivered"] / jobs["published"] == pytest.approx(1.875, rel=0.05)
    assert jobs["dropped"] / jobs["published"] == pytest.approx(0.0625, rel=0.3)


@pytest.mark.parametrize(("visibility_ms", "waiting_ms"), [(0, 0), (200, 200)])
def test_a_lost_acknowledgement_repeats_the_work(visibility_ms: float, waiting_ms: float) -> None:
    fault = {"fault": "omission", "target": "worker", "direction": "reply", "probability": 0.5}
    result = faulty_consumer(fault, visibility_timeout_ms=visibility_ms)
    jobs = result.channels["jobs"]
    assert result.elements["worker"]["completed"] / jobs["published"] == pytest.approx(1.875, rel=0.05)
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(5 + 3 * max(5, waiting_ms), abs=0.1)


def test_a_mistake_nobody_notices_in_a_consumer_is_silent() -> None:
    result = faulty_consumer({"fault": "response", "target": "worker", "detected": False, "probability": 1.0})
    assert result.channels["jobs"]["redelivered"] == 0


def test_a_wrong_answer_over_a_link_into_a_queue_is_told_to_change_nothing() -> None:
    result = faulty_consumer({"fault": "response", "target": "put", "probability": 1.0})
    assert any("nothing comes back over it" in str(sentence) for sentence in result.ignored)
