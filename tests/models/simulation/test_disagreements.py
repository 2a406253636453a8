"""What the oracle found: each of these once ran otherwise than the description of the semantics says."""

from typing import Any

import pytest

from models.simulation import Result, simulate
from tests.models.simulation.building import (
    Json,
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


def listener(delivery: Json, faults: list[Json] | None = None, work_ms: Any = 10, **more: Any) -> Result:
    """A client that sends one message a second, 100.5 ms on the way, to a service that takes it from a queue."""
    architecture = model(
        [client(), {"id": "post", "kind": "queue"}, service(work_ms=work_ms, workers=4, **more)],
        [
            {"id": "send", "source": "users", "target": "post", "style": "async", "network_ms": 1},
            {
                "id": "take",
                "source": "post",
                "target": "server",
                "style": "async",
                "network_ms": 100.5,
                "delivery": delivery,
            },
        ],
        [journey(regular(1), [{"link": "send"}])],
    )
    return simulate(with_scenario(architecture, duration_ms=10_000, faults=faults or []))


def test_the_work_of_a_hedge_that_lost_is_wasted() -> None:
    architecture = station(regular(1), 100, workers=4, link={"hedge_after_ms": 50})
    result = simulate(with_scenario(architecture, duration_ms=10_000))
    assert result.links["users-server"]["attempts"] == 20
    assert result.elements["server"]["wasted_ms"] == pytest.approx(10 * 100)


def test_the_work_on_a_message_that_went_to_another_meanwhile_is_wasted() -> None:
    result = listener({"visibility_timeout_ms": 300, "max_deliveries": 2}, work_ms=250)
    assert result.channels["post"]["duplicates"] == 20
    assert result.elements["server"]["wasted_ms"] == pytest.approx(20 * 250)


def test_a_message_that_its_consumer_never_saw_comes_again_after_the_visibility_timeout() -> None:
    fault = {"fault": "omission", "target": "server", "from_ms": 0, "until_ms": 1000}
    result = listener({"visibility_timeout_ms": 2000}, [fault])
    assert result.channels["post"]["redelivered"] == 1
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(1 + 2000 + 100.5 + 10)


def test_a_message_on_its_way_to_an_instance_that_goes_down_comes_again_after_the_visibility_timeout() -> None:
    fault = {"fault": "crash", "target": "server", "from_ms": 50, "until_ms": 200}
    result = listener({"visibility_timeout_ms": 2000}, [fault])
    assert result.channels["post"]["redelivered"] == 1
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(1 + 2000 + 100.5 + 10)


def test_a_message_delivered_at_most_once_and_lost_on_the_way_is_lost() -> None:
    fault = {"fault": "omission", "target": "take", "from_ms": 500, "until_ms": 3500}
    result = listener({"guarantee": "at_most_once"}, [fault])
    assert result.channels["post"]["dropped"] == 3
    assert result.journeys["visit"]["incomplete"] == 3
    assert result.channels["post"]["waiting"] == 0


def test_an_answer_that_is_wrong_in_two_ways_is_noticed_when_either_is() -> None:
    faults = [{"fault": "response", "target": "server", "probability": 1, "detected": d} for d in (True, False)]
    result = simulate(with_scenario(station(regular(10), 10), duration_ms=10_000, faults=faults))
    assert result.journeys["visit"]["errors"]["wrong_response"] == 100
    assert result.journeys["visit"]["silent_wrong"] == 0


def test_a_short_queue_does_not_drop_what_its_consumers_take_at_once() -> None:
    load = {"schedule": {"every_ms": 1000, "batch": 8}}
    architecture = model(
        [client(), {"id": "post", "kind": "queue", "max_length": 2}, service(work_ms=10, workers=4)],
        [
            {"id": "send", "source": "users", "target": "post", "style": "async", "network_ms": 1},
            {"id": "take", "source": "post", "target": "server", "style": "async", "network_ms": 1},
        ],
        [journey(load, [{"link": "send"}])],
    )
    result = simulate(with_scenario(architecture, duration_ms=9_500))
    assert result.channels["post"]["published"] == 80
    assert result.channels["post"]["acknowledged"] == 10 * (4 + 2)
    assert result.channels["post"]["dropped"] == 10 * 2


def test_a_message_for_instances_behind_one_queue_goes_to_the_worker_that_is_free() -> None:
    every = {"schedule": {"every_ms": 1000, "batch": 1}}
    architecture = model(
        [
            client(),
            {"id": "post", "kind": "queue"},
            service(work_ms=10, instances=2) | {"load_balancing": "shared_queue"},
        ],
        [
            sync("users", "server"),
            {"id": "send", "source": "users", "target": "post", "style": "async", "network_ms": 1},
            {"id": "take", "source": "post", "target": "server", "style": "async", "network_ms": 1},
        ],
        [
            journey(every, [{"link": "users-server", "work_ms": 700}], id="ask"),
            journey(every, [{"link": "send"}]),
        ],
    )
    result = simulate(with_scenario(architecture, duration_ms=9_500))
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(1 + 1 + 10)


def test_a_reader_that_writes_elsewhere_still_gets_what_it_reads() -> None:
    """A change whose reader leaves another change in a second store: the first one's row was taken for the second's."""

    def data(source: str, store: str, **more: Any) -> Json:
        return {"id": f"{source}-{store}", "source": source, "target": store, "style": "shared_data", **more}

    architecture = model(
        [
            client(),
            *(service(name, 0, "unlimited") for name in ("writer", "reader")),
            *({"id": name, "kind": "datastore", "work_ms": 0} for name in ("first", "second")),
        ],
        [
            sync("users", "writer"),
            data("writer", "first", access="write"),
            data("reader", "first", access="read", poll_interval_ms=100),
            data("reader", "second", access="write"),
        ],
        [
            journey(
                regular(10),
                [
                    {
                        "link": "users-writer",
                        "steps": [
                            {
                                "link": "writer-first",
                                "steps": [{"link": "reader-first", "steps": [{"link": "reader-second"}]}],
                            }
                        ],
                    }
                ],
            )
        ],
    )
    result = simulate(with_scenario(architecture, duration_ms=10_000))
    assert result.links["reader-second"]["calls"] == pytest.approx(100, abs=2)
    assert result.links["reader-first"]["freshness_ms"]["mean"] == pytest.approx(50, abs=52)
    assert result.journeys["visit"]["completed"] == pytest.approx(100, abs=2)


def test_a_message_whose_time_is_up_while_a_consumer_has_it_is_not_delivered_again() -> None:
    """It fails again and again, each time after 100.5 ms; kept for 300 ms, it is tried three times."""
    architecture = model(
        [
            client(),
            {"id": "post", "kind": "queue", "message_ttl_ms": 300},
            service(work_ms=10, workers=1, availability=0),
        ],
        [
            {"id": "send", "source": "users", "target": "post", "style": "async", "network_ms": 1},
            {"id": "take", "source": "post", "target": "server", "style": "async", "network_ms": 100.5},
        ],
        [journey(regular(1), [{"link": "send"}])],
    )
    counts = simulate(with_scenario(architecture, duration_ms=9_900)).channels["post"]
    assert counts["published"] == counts["dropped"] == 10
    assert counts["delivered"] == 30
    assert counts["redelivered"] == 20


def test_the_mean_wait_counts_a_request_once_however_often_it_waits_for_a_worker() -> None:
    """Little's law: the mean queue is the arrival rate times the mean wait."""
    architecture = model(
        [client(), service("shop", 30, 1, threading="nonblocking"), service("helper", 5, "unlimited")],
        [sync("users", "shop"), sync("shop", "helper")],
        [
            journey(
                regular(16),
                [{"link": "users-shop", "steps": [{"link": "shop-helper"}, {"work_ms": 30}]}],
            )
        ],
    )
    row = simulate(with_scenario(architecture, duration_ms=100_000)).elements["shop"]
    assert row["mean_wait_ms"] > 0
    assert row["mean_queue"] == pytest.approx(16 * row["mean_wait_ms"] / 1000, rel=0.01)


def test_calls_that_wait_for_a_connection_get_one_when_a_crash_of_the_link_frees_it_and_are_refused() -> None:
    """The first call hangs and holds the only connection; 50 more wait for it. At 1005 ms all are refused."""
    architecture = station(regular(50), 10, workers=4, link={"connection_pool": 1})
    faults = [
        {"fault": "omission", "target": "server", "from_ms": 0},
        {"fault": "crash", "target": "users-server", "from_ms": 1005},
    ]
    result = simulate(with_scenario(architecture, duration_ms=2000, faults=faults))
    assert result.links["users-server"]["attempts"] == result.journeys["visit"]["errors"]["crashed"] == 100


def test_the_pause_before_an_attempt_ends_with_its_client() -> None:
    retry = {"max_attempts": 2, "backoff": "fixed", "base_ms": 400}
    architecture = station(regular(1), 10, link={"retry": retry}, availability=0)
    faults = [{"fault": "crash", "target": "users", "from_ms": 100}]
    result = simulate(with_scenario(architecture, duration_ms=2000, faults=faults))
    assert result.links["users-server"]["backoff_ms"] == pytest.approx(100)


def test_a_transaction_keeps_its_connection_while_its_caller_waits_for_a_reply() -> None:
    """Two connections, 10 ms of work and 90 ms for the reply: 20 a second, whoever keeps the state of the request."""
    for state in ("memory", "stored"):
        architecture = model(
            [
                client(),
                service("shop", 0, "unlimited", instances=2),
                service("worker", 90, "unlimited"),
                {"id": "store", "kind": "datastore", "work_ms": 0, "connections": 2},
            ],
            [
                sync("users", "shop"),
                {
                    "id": "shop-store",
                    "source": "shop",
                    "target": "store",
                    "style": "shared_data",
                    "network_ms": 0,
                    "transaction_ms": 10,
                    "spans_calls": True,
                },
                {
                    "id": "shop-worker",
                    "source": "shop",
                    "target": "worker",
                    "style": "async",
                    "network_ms": 0,
                    "reply": "queue",
                    "awaited": True,
                    "pending_state": state,
                },
            ],
            [
                journey(
                    closed(10, 0),
                    [{"link": "users-shop", "steps": [{"link": "shop-store"}, {"link": "shop-worker"}]}],
                )
            ],
        )
        result = simulate(with_scenario(architecture, duration_ms=20_000))
        assert result.journeys["visit"]["goodput_per_s"] == pytest.approx(20, rel=0.01)
        assert result.elements["store"]["utilisation"] == pytest.approx(1, rel=0.01)
