"""Topics: partitions, order, retention; queues: expiry, messages taken ahead, replay of dead letters."""

from typing import Any

import pytest

from models.architecture import Architecture
from models.simulation import Result, simulate
from tests.models.simulation.building import (
    Json,
    check_conservation,
    client,
    exponential,
    journey,
    model,
    poisson,
    regular,
    service,
    with_scenario,
)

BATCH = {"schedule": {"every_ms": 1e9, "batch": 12}}


def link(source: str, target: str, style: str = "event", **more: Any) -> Json:
    return {"id": f"{source}-{target}", "source": source, "target": target, "style": style, "network_ms": 0, **more}


def topic(
    load: Json, *, reader: Json | None = None, hear: Json | None = None, desk: Json | None = None, **said: Any
) -> Any:
    """A desk publishes to a topic that one service reads, 100 ms a message, as many at once as come."""
    return model(
        [
            service("desk", 0, "unlimited"),
            {"id": "news", "kind": "topic", **said},
            service("reader", **({"work_ms": 100, "workers": "unlimited"} | (reader or {}))),
        ],
        [link("desk", "news", **(desk or {})), link("news", "reader", **(hear or {}))],
        [journey(load, [{"link": "desk-news", "steps": [{"link": "news-reader"}]}], entry="desk")],
    )


def queue(
    load: Json, *, worker: Json | None = None, take: Json | None = None, more: tuple[Json, ...] = (), **said: Any
) -> Any:
    return model(
        [
            client(),
            {"id": "jobs", "kind": "queue", **said},
            service("worker", **({"work_ms": 100} | (worker or {}))),
            *more,
        ],
        [link("users", "jobs", "async"), link("jobs", "worker", "async", **(take or {}))],
        [journey(load, [{"link": "users-jobs", "steps": [{"link": "jobs-worker"}]}])],
    )


def run(architecture: Architecture, *faults: Json, duration_ms: float = 10_000, seed: int = 1) -> Result:
    result = simulate(with_scenario(architecture, duration_ms=duration_ms, faults=list(faults)), seed=seed)
    check_conservation(result)
    return result


def completion(result: Result, name: str = "max") -> float:
    return float(result.journeys["visit"]["completion_ms"][name])


@pytest.mark.parametrize(("partitions", "last_ms"), [(1, 1200), (3, 400), (4, 300), (12, 100)])
def test_partitions_bound_how_many_messages_are_worked_on(partitions: int, last_ms: float) -> None:
    result = run(topic(BATCH, partitions=partitions))
    assert completion(result) == pytest.approx(last_ms)
    assert result.channels["news"]["published"] == result.channels["news"]["acknowledged"] == 12


def test_without_partitions_or_order_nothing_bounds_them() -> None:
    assert completion(run(topic(BATCH))) == pytest.approx(100)


@pytest.mark.parametrize("where", ["desk", "hear"])
def test_where_the_order_counts_one_message_is_worked_on_at_a_time(where: str) -> None:
    said: Any = {where: {"order_required": True}}
    assert completion(run(topic(BATCH, **said))) == pytest.approx(1200)
    assert completion(run(topic(BATCH, desk={"order_required": True}, partitions=3))) == pytest.approx(1200)


def test_an_ordered_event_straight_to_a_service_is_worked_on_alone() -> None:
    architecture = model(
        [service("desk", 0, "unlimited"), service("reader", 100, "unlimited")],
        [link("desk", "reader", order_required=True)],
        [journey(BATCH, [{"link": "desk-reader"}], entry="desk")],
    )
    assert completion(run(architecture)) == pytest.approx(1200)


def test_a_partition_belongs_to_one_instance_and_moves_when_that_dies() -> None:
    """Four partitions on two instances of one worker each: two messages at a time, and one when an instance is down."""
    architecture = topic(
        BATCH, partitions=4, reader={"instances": 2, "workers": 1}, hear={"delivery": {"concurrency": 1}}
    )
    assert completion(run(architecture)) == pytest.approx(600)
    one = {"fault": "crash", "target": "reader", "instances": 1, "from_ms": 0}
    assert completion(run(architecture, one)) == pytest.approx(1200)


def test_each_partition_is_a_queue_with_one_server() -> None:
    """Messages with a key fall on 4 partitions at random: each is M/M/1 at 8 / 10 per second, mean 0.5 s."""
    architecture = topic(poisson(32), partitions=4, desk={"order_key": "order"}, reader={"work_ms": exponential(100)})
    means = [completion(run(architecture, duration_ms=2_000_000, seed=seed), "mean") for seed in range(1, 6)]
    mean = sum(means) / len(means)
    error = (sum((value - mean) ** 2 for value in means) / (len(means) - 1) / len(means)) ** 0.5
    assert error < 15
    assert abs(mean - 500) < 3 * error + 1


def test_messages_without_a_key_take_the_partitions_in_turn() -> None:
    """Every fourth of a Poisson stream is Erlang-4: E4/M/1 at 0.8 waits much less than M/M/1. sigma = .6437 solves
    sigma = (4 lam / (4 lam + mu - mu sigma))^4 with lam 8, mu 10; mean = .1 / (1 - sigma)."""
    sigma = 0.5
    for _ in range(500):
        sigma = (32 / (32 + 10 * (1 - sigma))) ** 4
    unsaid = topic(poisson(32), partitions=4, reader={"work_ms": exponential(100)})
    architecture = topic(poisson(32), partitions=4, desk={"order_key": "none"}, reader={"work_ms": exponential(100)})
    assert completion(run(architecture), "mean") == completion(run(unsaid), "mean")
    means = [completion(run(architecture, duration_ms=2_000_000, seed=seed), "mean") for seed in range(1, 6)]
    mean = sum(means) / len(means)
    error = (sum((value - mean) ** 2 for value in means) / (len(means) - 1) / len(means)) ** 0.5
    assert error < 10
    assert abs(mean - 100 / (1 - sigma)) < 3 * error + 1


def two_topics(first_key: str | None, second_key: str | None) -> Any:
    """A desk tells two topics of each order; each reader works 1 s on a message, one at a time and partition."""

    def said(key: str | None) -> Json:
        return {} if key is None else {"order_key": key}

    return model(
        [
            service("desk", 0, "unlimited"),
            {"id": "news", "kind": "topic", "partitions": 8},
            service("reader", 10, "unlimited"),
        ],
        [
            link("desk", "news", **said(first_key)),
            {**link("desk", "news", **said(second_key)), "id": "desk-more"},
            link("news", "reader"),
        ],
        [
            journey(
                regular(10),
                [
                    {"link": "desk-news", "steps": [{"link": "news-reader"}]},
                    {"link": "desk-more", "steps": [{"link": "news-reader"}]},
                ],
                entry="desk",
            )
        ],
    )


@pytest.mark.parametrize(("second_key", "same"), [("order", 1.0), ("customer", 0.125)])
def test_messages_of_one_journey_with_one_key_go_to_one_partition(second_key: str, same: float) -> None:
    """Two messages published at once take 10 ms in different partitions, 20 ms in the same one."""
    result = run(two_topics("order", second_key), duration_ms=400_000)
    share = (completion(result, "mean") - 10) / 10
    assert share == pytest.approx(same, abs=0 if same == 1 else 3 * (same * (1 - same) / 4000) ** 0.5)


def test_a_key_spreads_journeys_over_all_partitions_evenly() -> None:
    """4,000 orders on 8 partitions: a batch of them takes as long as the fullest has messages, 500 and a little."""
    architecture = topic({"schedule": {"every_ms": 1e9, "batch": 4000}}, partitions=8, desk={"order_key": "order"})
    result = run(architecture, duration_ms=100_000)
    assert 500 * 100 <= completion(result) < 500 * 100 + 5 * (4000 / 8 * 7 / 8) ** 0.5 * 100
    assert completion(result, "mean") == pytest.approx(25_050, rel=0.03)


def test_poison_blocks_its_partition_and_no_other() -> None:
    delivery = {"visibility_timeout_ms": 200}
    reader = {"work_ms": 1, "instances": 4, "workers": 4, "startup_ms": 0}
    architecture = topic(regular(100), partitions=4, reader=reader, hear={"delivery": delivery})
    result = run(architecture, {"fault": "poison", "target": "news", "from_ms": 1})
    counts = result.channels["news"]
    assert counts["waiting"] == pytest.approx(250, abs=3)
    assert counts["acknowledged"] == pytest.approx(750, abs=3)


def test_what_nobody_reads_in_time_is_lost() -> None:
    architecture = topic(regular(100), retention_ms=1000, reader={"work_ms": 1})
    down = {"fault": "crash", "target": "reader", "from_ms": 2005, "until_ms": 6005}
    result = run(architecture, down)
    assert result.channels["news"]["dropped"] == result.journeys["visit"]["incomplete"] == 300
    assert result.channels["news"]["max_depth"] == 100
    assert completion(result) == pytest.approx(1000, abs=10)


@pytest.mark.parametrize("partitions", [None, 4])
def test_every_subscription_keeps_its_own_place(partitions: int | None) -> None:
    said = {"partitions": partitions} if partitions else {}
    architecture = model(
        [
            service("desk", 0, "unlimited"),
            {"id": "news", "kind": "topic", **said},
            service("a", 1, 8),
            service("b", 1, 8),
        ],
        [link("desk", "news"), link("news", "a"), link("news", "b")],
        [journey(regular(100), [{"link": "desk-news"}], entry="desk")],
    )
    down = {"fault": "crash", "target": "b", "from_ms": 5}
    result = run(architecture, down)
    assert result.elements["a"]["completed"] == 1000
    assert result.channels["news"]["published"] == 1000
    assert result.channels["news"]["waiting"] == 999


@pytest.mark.parametrize("aside", [True, False])
def test_a_message_too_old_is_put_aside_or_dropped(aside: bool) -> None:
    """One worker, 100 ms a message, 12 at once, at most 450 ms in the queue: five begin in time."""
    more = ({"id": "old", "kind": "queue"},) if aside else ()
    said: Json = {"dead_letter": "old"} if aside else {}
    result = run(queue(BATCH, worker={"workers": 1}, message_ttl_ms=450, more=more, **said))
    counts = result.channels["jobs"]
    assert (counts["acknowledged"], counts["dead_lettered" if aside else "dropped"]) == (5, 7)
    assert result.journeys["visit"]["incomplete"] == 7
    if aside:
        assert result.channels["old"]["waiting"] == 7


def test_a_message_that_comes_back_has_no_more_time_than_before() -> None:
    take = {"delivery": {"visibility_timeout_ms": 700}}
    down = {"fault": "crash", "target": "worker", "from_ms": 50, "until_ms": 60}
    load = {"schedule": {"every_ms": 1e9, "batch": 1}}
    expired = run(queue(load, take=take, message_ttl_ms=600), down).channels["jobs"]
    kept = run(queue(load, take=take, message_ttl_ms=800), down).channels["jobs"]
    assert (expired["dropped"], expired["acknowledged"]) == (1, 0)
    assert (kept["dropped"], kept["acknowledged"]) == (0, 1)


def test_messages_taken_ahead_wait_at_their_instance_while_their_time_runs() -> None:
    """Two instances take 1 + 5 each; of the 6 at an instance the last begins after 500 ms, when it is visible again."""
    worker = {"workers": 1, "instances": 2}
    take: Json = {"delivery": {"visibility_timeout_ms": 450, "prefetch": 5}}
    ahead = run(queue(BATCH, worker=worker, take=take)).channels["jobs"]
    take = {"delivery": {"visibility_timeout_ms": 450}}
    plain = run(queue(BATCH, worker=worker, take=take)).channels["jobs"]
    assert (plain["redelivered"], plain["duplicates"]) == (0, 0)
    assert ahead["redelivered"] == ahead["duplicates"] == 4
    assert ahead["acknowledged"] == 12


def test_no_more_than_the_concurrency_is_worked_on_however_much_is_taken_ahead() -> None:
    take = {"delivery": {"concurrency": 2, "prefetch": 4}}
    result = run(queue(BATCH, worker={"workers": "unlimited"}, take=take), duration_ms=600)
    assert result.elements["worker"]["mean_busy"] == pytest.approx(2)
    assert completion(result) <= 600


def test_an_instance_that_dies_loses_what_it_has_taken_ahead_until_it_is_visible_again() -> None:
    take = {"delivery": {"prefetch": 20, "visibility_timeout_ms": 3000}}
    down = {"fault": "crash", "target": "worker", "from_ms": 250, "until_ms": 260}
    result = run(queue(BATCH, worker={"workers": 1}, take=take), down)
    assert result.channels["jobs"]["redelivered"] == 10
    assert completion(result) == pytest.approx(4000)


def replayed(replay: bool, *faults: Json, **more: Any) -> Result:
    architecture = queue(
        regular(100),
        worker={"work_ms": 1, "workers": 4, **more},
        take={"delivery": {"max_deliveries": 2, "visibility_timeout_ms": 0}},
        more=({"id": "failed", "kind": "queue", "replay": replay},),
        dead_letter="failed",
    )
    return run(architecture, *faults)


def test_dead_letters_are_put_back_once_when_all_faults_are_over() -> None:
    wrong = {"fault": "response", "target": "worker", "from_ms": 2005, "until_ms": 4005}
    kept, back = replayed(False, wrong), replayed(True, wrong)
    assert kept.journeys["visit"]["incomplete"] == kept.channels["failed"]["waiting"] == 200
    assert back.journeys["visit"]["incomplete"] == back.channels["failed"]["waiting"] == 0
    assert back.channels["failed"]["acknowledged"] == 200
    assert back.channels["jobs"]["published"] == back.journeys["visit"]["offered"] + 200
    assert completion(back) == pytest.approx(2006 - 5, abs=60)


def test_a_dead_letter_that_fails_again_stays() -> None:
    wrong = {"fault": "response", "target": "worker", "from_ms": 2005, "until_ms": 2105}
    result = replayed(True, wrong, availability=0)
    assert result.channels["failed"]["acknowledged"] == 211
    assert result.journeys["visit"]["incomplete"] == result.channels["failed"]["waiting"]


def test_without_faults_nobody_looks_at_the_dead_letters() -> None:
    result = replayed(True, availability=0)
    assert result.channels["failed"]["acknowledged"] == 0
    assert result.journeys["visit"]["incomplete"] == result.channels["failed"]["waiting"] == 1000


def test_nobody_puts_poison_back() -> None:
    late = {"fault": "timing", "target": "worker", "factor": 2, "from_ms": 3000, "until_ms": 6000}
    result = replayed(True, {"fault": "poison", "target": "jobs", "from_ms": 100}, late, startup_ms=10)
    assert result.channels["failed"]["waiting"] == 1


def test_messages_take_the_partitions_in_turn_whatever_step_sends_them() -> None:
    """Two steps over one link send a message each to two partitions, 100 ms each: side by side, not one after the
    other."""
    said = topic({"schedule": {"every_ms": 1e9, "batch": 1}}, partitions=2).model_dump(exclude_unset=True)
    said["journeys"][0]["steps"] *= 2
    assert completion(run(Architecture.model_validate(said))) == pytest.approx(100)
