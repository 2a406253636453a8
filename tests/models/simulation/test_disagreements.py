"""What the oracle found: each of these once ran otherwise than the description of the semantics says."""

from typing import Any

import pytest

from models.simulation import Result, simulate
from tests.models.simulation.building import (
    Json,
    client,
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
