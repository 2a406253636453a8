"""A message that kills whoever works on it: worker after worker, until it is put aside."""

from typing import Any

import pytest

from models.architecture import Architecture
from models.simulation import Result, SimulationError, simulate
from tests.models.simulation.building import check_conservation, client, journey, model, regular, service, with_scenario


def readers(target: str = "jobs", limit: Any = "unlimited", seconds: float = 60, **more: Any) -> Architecture:
    """Four one-worker instances that take 20 quick messages a second; poison works 100 ms before it kills."""
    delivery = {"visibility_timeout_ms": more.pop("visibility_ms", 0), "max_deliveries": limit, "dead_letter": "failed"}
    architecture = model(
        [
            client(),
            service("reader", 100, 1, instances=4, startup_ms=30_000),
            {"id": "jobs", "kind": "queue"},
            {"id": "failed", "kind": "queue"},
        ],
        [
            {"id": "put", "source": "users", "target": "jobs", "style": "async", "network_ms": 0},
            {
                "id": "take",
                "source": "jobs",
                "target": "reader",
                "style": "async",
                "network_ms": 0,
                "delivery": delivery,
            },
        ],
        [journey(regular(20), [{"link": "put", "steps": [{"link": "take", "work_ms": 1}]}])],
    )
    faults = [{"fault": "poison", "target": target, "from_ms": 0, **more}]
    return with_scenario(architecture, duration_ms=seconds * 1000, faults=faults)


def told(architecture: Architecture) -> Result:
    result = simulate(architecture)
    check_conservation(result)
    return result


def test_without_a_limit_all_workers_are_down_and_the_backlog_grows_with_the_arrivals() -> None:
    result = told(readers(seconds=20))
    jobs = result.channels["jobs"]
    assert jobs["redelivered"] == 4
    assert jobs["acknowledged"] == 6  # those of the first 300 ms; then the last worker has the poison
    depth = dict(zip(result.series["t_ms"], result.series["channels"]["jobs"]["depth"], strict=True))
    times = sorted(depth)
    half = next(t for t in times if t >= 10_000)
    assert (depth[times[-1]] - depth[half]) / (times[-1] - half) * 1000 == pytest.approx(20, rel=0.02)


def test_with_five_deliveries_the_fifth_kill_is_the_last_and_three_workers_serve_again() -> None:
    before = told(readers(limit=5, seconds=30.15))
    assert before.channels["jobs"]["dead_lettered"] == 0
    after = told(readers(limit=5, seconds=30.25))
    assert after.channels["jobs"]["dead_lettered"] == 1
    result = told(readers(limit=5, seconds=59.98))
    assert result.channels["jobs"]["delivered"] - result.channels["jobs"]["acknowledged"] == 5
    assert result.channels["jobs"]["waiting"] == 0
    assert result.channels["failed"]["waiting"] == 1
    assert result.elements["reader"]["completed"] == result.channels["jobs"]["acknowledged"]


def test_a_message_that_stays_invisible_kills_only_when_it_is_delivered_again() -> None:
    result = told(readers(visibility_ms=4000, limit="unlimited", seconds=9.98))
    assert result.channels["jobs"]["redelivered"] == 2
    assert result.channels["jobs"]["waiting"] == 1


def test_several_poisonous_messages_kill_as_many_workers_at_once() -> None:
    result = told(readers(limit=1, count=3, seconds=20))
    assert result.channels["jobs"]["dead_lettered"] == 3
    assert result.channels["jobs"]["waiting"] <= 1
    assert told(readers(limit=1, count=4, seconds=20)).channels["jobs"]["waiting"] > 300


@pytest.mark.parametrize("target", ["jobs", "take", "put", "reader"])
def test_poison_may_be_aimed_at_the_queue_its_links_or_its_consumer(target: str) -> None:
    assert told(readers(target, limit=5)).channels["jobs"]["dead_lettered"] == 1


def test_poison_where_nobody_takes_messages_is_told() -> None:
    result = told(readers("users", seconds=5))
    assert [str(sentence) for sentence in result.ignored] == [
        "poison on users: nobody takes messages there, so nothing changes"
    ]


def test_poison_for_one_subscriber_of_a_topic_is_harmless_to_the_others() -> None:
    """Each subscriber gets a copy; one falls over again and again, the other works on it as on any message."""
    architecture = model(
        [
            service("press", 0, 1),
            {"id": "news", "kind": "topic"},
            *(service(name, 10, 1, startup_ms=500) for name in ("a", "b")),
        ],
        [
            {"id": "tell", "source": "press", "target": "news", "style": "event", "network_ms": 0},
            {"id": "to-a", "source": "news", "target": "a", "style": "event", "delivery": {"visibility_timeout_ms": 0}},
            {"id": "to-b", "source": "news", "target": "b", "style": "event"},
        ],
        [journey(regular(10), [{"link": "tell"}], entry="press")],
    )
    faults = [{"fault": "poison", "target": "to-a", "count": 2, "from_ms": 55}]
    result = told(with_scenario(architecture, duration_ms=5000, faults=faults))
    news = result.channels["news"]
    assert news["published"] == result.journeys["visit"]["offered"] + 2 == 52
    assert result.elements["b"]["completed"] == 52
    assert result.elements["a"]["completed"] == 1
    assert news["acknowledged"] == 53
    assert news["waiting"] == 51


def test_poison_without_measure_is_refused_in_a_sentence() -> None:
    with pytest.raises(SimulationError, match=r"poison on .* lower its count"):
        simulate(readers(count=900_000_000))


def test_a_crash_in_the_meantime_does_not_bring_the_dead_back_early() -> None:
    said = readers(limit=1, seconds=34).model_dump(exclude_unset=True)
    crash = {"fault": "crash", "target": "reader", "from_ms": 1000, "until_ms": 35_000}
    said["scenarios"][0]["faults"] = [*said["scenarios"][0]["faults"], crash]
    assert told(Architecture.model_validate(said)).channels["jobs"]["acknowledged"] == pytest.approx(20, abs=2)
