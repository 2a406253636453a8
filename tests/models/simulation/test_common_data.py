"""Common data: polling, batches, notification, the age of data when it is read."""

from typing import Any

import pytest

from models.architecture import Architecture
from models.simulation import Result, SimulationError, simulate
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


def store(**more: Any) -> Json:
    return {"id": "store", "kind": "datastore", "work_ms": 0, **more}


def data(source: str, id: str, access: str, **more: Any) -> Json:
    return {
        "id": id,
        "source": source,
        "target": "store",
        "style": "shared_data",
        "access": access,
        "network_ms": 0,
        **more,
    }


def reading(load: Json, follows: list[Json] | None = None, kept: Json | None = None, **reader: Any) -> Architecture:
    """A writer that puts one change per request, and a reader of the same store."""
    write: Json = {"link": "write"}
    if follows is not None:
        write["steps"] = [{"link": "read", "steps": follows}]
    return model(
        [client(), service("writer", 0, "unlimited"), service("reader", 0, "unlimited"), kept or store()],
        [sync("users", "writer"), data("writer", "write", "write"), data("reader", "read", "read", **reader)],
        [journey(load, [{"link": "users-writer", "steps": [write]}])],
    )


def age(name: str, link: str = "read") -> Any:
    return lambda result: float(result.links[link]["freshness_ms"][name])


def run(architecture: Architecture, duration_ms: float = 100_000, **more: Any) -> Result:
    result = simulate(with_scenario(architecture, duration_ms=duration_ms, **more))
    check_conservation(result)
    return result


def test_data_polled_every_interval_is_half_of_it_old_on_average() -> None:
    """Changes at random times find the next poll U(0, T) away: mean T / 2, 95% of them within 0.95 T."""
    found = estimates(
        reading(poisson(5), poll_interval_ms=10_000), {"mean": age("mean"), "p95": age("p95")}, duration_ms=400_000
    )
    assert found["mean"].agrees_with(5_000)
    assert found["p95"].agrees_with(9_500)


def test_changes_by_others_are_as_old_as_those_of_journeys() -> None:
    found = estimates(
        reading(poisson(0), poll_interval_ms=2_000, changes_per_s=20),
        {"mean": age("mean"), "p95": age("p95")},
        duration_ms=100_000,
    )
    assert found["mean"].agrees_with(1_000)
    assert abs(found["p95"].mean - 1_900) < 0.01 * 1_900 + 3 * found["p95"].error


def test_a_consequence_begins_at_the_readers_next_poll() -> None:
    """A write waits U(0, T) for the poll, then for the reader's 50 ms of work; the response does not."""
    architecture = reading(poisson(20), [{"work_ms": 50.0}], poll_interval_ms=1_000)
    found = estimates(
        architecture,
        {
            "response": lambda result: result.journeys["visit"]["latency_ms"]["mean"] + 1,
            "completion": lambda result: result.journeys["visit"]["completion_ms"]["mean"],
        },
        duration_ms=60_000,
    )
    assert found["response"].mean == 1
    assert found["completion"].agrees_with(550)


def test_a_poll_is_a_real_access_to_the_store() -> None:
    result = run(reading(poisson(0), poll_interval_ms=100, kept=store(work_ms=25, connections=1)))
    assert result.elements["store"]["arrivals"] == pytest.approx(1_000, abs=1)
    assert result.elements["store"]["utilisation"] == pytest.approx(0.25, abs=0.001)
    assert result.links["read"]["calls"] == result.links["read"]["attempts"] == result.elements["store"]["arrivals"]
    assert result.links["read"]["mean_ms"] == pytest.approx(25)


def test_a_poll_that_outlasts_its_interval_stands_for_the_polls_it_misses() -> None:
    result = run(reading(poisson(0), poll_interval_ms=100, kept=store(work_ms=250, connections=1)))
    assert result.elements["store"]["arrivals"] == pytest.approx(100_000 / 300, abs=2)
    assert result.elements["store"]["max_queue"] == 0


def test_a_batch_bounds_what_a_poll_takes() -> None:
    """Ten changes a second, five per poll every second: half of them wait for ever, and the lag grows by one half."""
    bounded = run(reading(regular(10), [], poll_interval_ms=1_000, batch_limit=5))
    assert bounded.journeys["visit"]["completed"] == pytest.approx(500, abs=5)
    assert bounded.links["read"]["freshness_ms"]["p95"] == pytest.approx(0.95 * 50_000, rel=0.02)
    others = run(reading(poisson(0), poll_interval_ms=1_000, batch_limit=5, changes_per_s=10))
    assert others.links["read"]["freshness_ms"]["mean"] == pytest.approx(25_000, rel=0.1)


def test_changes_by_others_fill_batches() -> None:
    """9 of 10 changes are by others: of 2 a second that are read, one fifth is the journey's."""
    result = run(reading(poisson(1), [], poll_interval_ms=500, batch_limit=1, changes_per_s=9))
    assert result.journeys["visit"]["completed"] == pytest.approx(20, abs=12)
    assert result.journeys["visit"]["completed"] > 0


def test_a_failed_poll_leaves_the_changes_to_the_next_one() -> None:
    """Polls fail from 20 to 40 s: what was written then is read afterwards, and nothing is lost."""
    faults = [{"fault": "omission", "target": "read", "from_ms": 20_000, "until_ms": 40_000}]
    result = run(reading(regular(10), [], poll_interval_ms=1_000, timeout_ms=500), faults=faults)
    assert result.journeys["visit"]["completed"] >= 985
    assert result.journeys["visit"]["completion_ms"]["max"] == pytest.approx(21_000, abs=1_000)
    assert result.links["read"]["timeouts"] == pytest.approx(20, abs=1)


def test_a_reader_that_is_down_reads_on_when_it_is_back() -> None:
    faults = [{"fault": "crash", "target": "reader", "from_ms": 20_000, "until_ms": 40_000}]
    slow = reading(regular(10), [{"work_ms": 300.0}], poll_interval_ms=1_000)
    result = run(slow, faults=faults)
    assert result.journeys["visit"]["incomplete"] == 0
    assert result.journeys["visit"]["completed"] >= 980
    assert result.elements["store"]["arrivals"] == pytest.approx(1_000 + 80, abs=2)


def test_data_older_than_what_is_wanted_is_named_in_the_verdict() -> None:
    stale = run(reading(poisson(10), poll_interval_ms=10_000, freshness_ms=2_000))
    assert "reader reads data of store that is 4.95 s old" in str(stale.verdict)
    assert "2 s is wanted" in str(stale.verdict)
    fresh = run(reading(poisson(10), poll_interval_ms=10_000, freshness_ms=10_000))
    assert "is wanted" not in str(fresh.verdict)


def notified(**more: Any) -> Architecture:
    return model(
        [client(), service("writer", 0, "unlimited"), service("reader", 0, "unlimited"), store()],
        [
            sync("users", "writer"),
            data("writer", "write", "write"),
            data("reader", "read", "read", notified_by="tell", **more),
            {"id": "tell", "source": "writer", "target": "reader", "style": "event", "network_ms": 40},
        ],
        [
            journey(
                regular(5),
                [{"link": "users-writer", "steps": [{"link": "write", "steps": [{"link": "read"}]}, {"link": "tell"}]}],
            )
        ],
    )


def test_a_notified_reader_reads_when_the_notification_has_reached_it() -> None:
    result = run(notified())
    assert result.links["read"]["freshness_ms"]["mean"] == pytest.approx(40, abs=0.5)
    assert result.journeys["visit"]["completion_ms"]["p99"] == pytest.approx(40, rel=0.02)
    assert result.elements["store"]["arrivals"] == pytest.approx(2 * result.journeys["visit"]["offered"], abs=2)


def test_a_write_sends_the_notification_where_no_step_does() -> None:
    told = notified().model_dump(exclude_unset=True)
    told["journeys"][0]["steps"][0]["steps"] = told["journeys"][0]["steps"][0]["steps"][:1]
    result = run(Architecture.model_validate(told))
    assert result.links["read"]["freshness_ms"]["mean"] == pytest.approx(40, abs=0.5)


def test_a_lost_notification_is_made_up_for_by_the_next_poll() -> None:
    faults = [{"fault": "omission", "target": "tell", "from_ms": 0, "until_ms": 100_000}]
    result = run(notified(poll_interval_ms=2_000), faults=faults)
    assert result.links["read"]["freshness_ms"]["mean"] == pytest.approx(1_000, rel=0.1)


def test_a_reader_of_a_step_polls_at_the_assumed_interval_when_nobody_said_one() -> None:
    result = run(reading(poisson(20), []))
    assert result.assumptions["read.poll_interval_ms"] == 1_000
    assert result.links["read"]["freshness_ms"]["mean"] == pytest.approx(500, rel=0.1)


def test_readers_of_other_data_in_the_store_see_nothing() -> None:
    architecture = reading(poisson(20), poll_interval_ms=1_000)
    told = architecture.model_dump(exclude_unset=True)
    told["links"][1]["dataset"], told["links"][2]["dataset"] = "orders", "customers"
    assert run(Architecture.model_validate(told)).links["read"]["freshness_ms"] == {"mean": None, "p95": None}


def test_the_target_of_a_link_without_a_store_reads_what_its_source_writes() -> None:
    architecture = model(
        [client(), service("writer", 0, "unlimited"), service("reader", 20, "unlimited")],
        [
            sync("users", "writer"),
            {
                "id": "share",
                "source": "writer",
                "target": "reader",
                "style": "shared_data",
                "poll_interval_ms": 1_000,
                "network_ms": 0,
            },
        ],
        [journey(poisson(20), [{"link": "users-writer", "steps": [{"link": "share", "steps": [{"work_ms": 80.0}]}]}])],
    )
    result = run(architecture)
    assert result.links["share"]["freshness_ms"]["mean"] == pytest.approx(500, rel=0.1)
    assert result.journeys["visit"]["completion_ms"]["mean"] == pytest.approx(600, rel=0.1)
    assert result.elements["reader"]["completed"] > 1_800


def test_steps_of_others_under_an_access_are_told() -> None:
    architecture = reading(poisson(1), [])
    told = architecture.model_dump(exclude_unset=True)
    told["links"][1]["access"] = "read"
    assert any(
        "no readers of what it writes" in str(sentence) for sentence in run(Architecture.model_validate(told)).ignored
    )


def transactions(rate: float, connections: int, **link: Any) -> Architecture:
    return model(
        [client(), service("writer", 0, "unlimited"), store(connections=connections)],
        [sync("users", "writer"), data("writer", "write", "write", **link)],
        [journey(poisson(rate), [{"link": "users-writer", "steps": [{"link": "write"}]}])],
    )


def test_a_transaction_holds_its_connection() -> None:
    """M/D/1 with 8/s and 100 ms: utilisation 0.8, response 0.3 s (Pollaczek-Khinchine)."""
    found = estimates(
        transactions(8, 1, transaction_ms=100),
        {
            "mean": lambda result: result.journeys["visit"]["latency_ms"]["mean"],
            "busy": lambda result: result.elements["store"]["utilisation"],
        },
        duration_ms=2_000_000,
        warm_up_ms=50_000,
    )
    assert found["mean"].agrees_with(300)
    assert found["busy"].agrees_with(0.8)


def test_a_transaction_lasts_at_least_as_long_as_its_work() -> None:
    short = transactions(1, 1, transaction_ms=100)
    told = short.model_dump(exclude_unset=True)
    told["elements"][2]["work_ms"] = 150
    assert run(Architecture.model_validate(told)).links["write"]["mean_ms"] == pytest.approx(150, rel=0.2)
    assert run(short).journeys["visit"]["latency_ms"]["p50"] == pytest.approx(100, rel=0.01)


def spanning(spans: bool) -> Architecture:
    """A transaction, a call of 80 ms to someone else, on one connection."""
    return model(
        [client(), service("writer", 0, "unlimited"), service("other", 80, "unlimited"), store(connections=1)],
        [
            sync("users", "writer"),
            data("writer", "write", "write", transaction_ms=20, spans_calls=spans),
            sync("writer", "other"),
        ],
        [journey(poisson(6), [{"link": "users-writer", "steps": [{"link": "write"}, {"link": "writer-other"}]}])],
    )


def test_a_transaction_that_spans_calls_holds_its_connection_until_they_are_over() -> None:
    """M/D/1: 6/s and 100 ms with the call inside, 20 ms and the call afterwards without."""
    measures = {
        "mean": lambda result: result.journeys["visit"]["latency_ms"]["mean"],
        "busy": lambda result: result.elements["store"]["utilisation"],
    }
    spans = estimates(spanning(True), measures, duration_ms=1_000_000, warm_up_ms=20_000)
    assert spans["mean"].agrees_with(100 + 0.6 * 100 / (2 * 0.4))
    assert spans["busy"].agrees_with(0.6)
    apart = estimates(spanning(False), measures, duration_ms=1_000_000, warm_up_ms=20_000)
    assert apart["mean"].agrees_with(20 + 0.12 * 20 / (2 * 0.88) + 80)
    assert apart["busy"].agrees_with(0.12)


def cached(hit_ratio: float, between: list[Json] | None = None, **more: Any) -> Architecture:
    """A cache before a database, with other steps between and after."""
    steps = [{"link": "ask"}, *(between or []), {"link": "read"}, {"work_ms": 5.0}]
    return model(
        [
            client(),
            service("reader", 0, "unlimited"),
            {"id": "cache", "kind": "datastore", "store": "cache", "work_ms": 1, "hit_ratio": hit_ratio},
            {"id": "second", "kind": "datastore", "store": "cache", "work_ms": 1, "hit_ratio": 0.5},
            store(work_ms=exponential(50), connections=1),
        ],
        [
            sync("users", "reader"),
            data("reader", "ask", "read") | {"target": "cache"},
            data("reader", "again", "read") | {"target": "second"},
            data("reader", "read", "read", **more),
        ],
        [journey(poisson(30), [{"link": "users-reader", "steps": steps}])],
    )


def test_a_hit_in_the_cache_saves_the_reading_of_the_database() -> None:
    """M/M/1 behind a cache that hits 70%: 9 of 30 a second reach the database (Burke: thinning by a coin)."""
    found = estimates(
        cached(0.7),
        {
            "misses": lambda result: result.links["read"]["calls"] / result.links["ask"]["calls"],
            "busy": lambda result: result.elements["store"]["utilisation"],
            "mean": lambda result: result.journeys["visit"]["latency_ms"]["mean"],
        },
        duration_ms=400_000,
        warm_up_ms=10_000,
    )
    assert found["misses"].agrees_with(0.3)
    assert found["busy"].agrees_with(0.45)
    assert found["mean"].agrees_with(1 + 5 + 0.3 * 50 / (1 - 0.45))


def test_steps_between_cache_and_database_are_done_either_way() -> None:
    result = run(cached(0.9, [{"work_ms": 7.0}]))
    assert result.journeys["visit"]["latency_ms"]["p50"] == pytest.approx(13, rel=0.01)
    assert result.links["read"]["calls"] / result.links["ask"]["calls"] == pytest.approx(0.1, abs=0.03)


def test_a_second_cache_is_asked_when_the_first_misses() -> None:
    result = run(cached(0.6, [{"link": "again"}]))
    asked = result.links["ask"]["calls"]
    assert result.links["again"]["calls"] / asked == pytest.approx(0.4, abs=0.03)
    assert result.links["read"]["calls"] / asked == pytest.approx(0.2, abs=0.03)


def test_a_hit_ratio_without_anything_to_save_is_told() -> None:
    result = run(cached(0.6))
    assert any("hit_ratio of second" in str(sentence) for sentence in result.ignored)
    assert not any("hit_ratio of cache" in str(sentence) for sentence in result.ignored)


def test_a_journey_nobody_drew_leaves_polling_to_the_reader() -> None:
    told = reading(poisson(1), poll_interval_ms=1_000).model_dump(exclude_unset=True)
    told["journeys"] = []
    result = run(Architecture.model_validate(told))
    assert result.links["read"]["calls"] == pytest.approx(100, abs=1)
    assert result.links["read"]["freshness_ms"]["mean"] == pytest.approx(500, rel=0.15)


def test_more_changes_than_can_be_followed_are_refused() -> None:
    with pytest.raises(SimulationError, match="lower changes_per_s"):
        run(reading(poisson(1), poll_interval_ms=1_000, changes_per_s=1e9))


@pytest.mark.parametrize("others", [0, 20])
def test_a_reader_that_cannot_keep_up_is_told_in_the_verdict(others: float) -> None:
    """20 changes a second, 10 of them read: half of those of 60 s are unread at the end."""
    architecture = reading(regular(20 - others), poll_interval_ms=1000, batch_limit=10, changes_per_s=others)
    result = run(architecture, duration_ms=60_000)
    assert "falls behind the changes in" in str(result.verdict)
    assert "it takes at most 10 every 1 s" in str(result.verdict)
    assert not result.settled
    enough = reading(regular(20 - others), poll_interval_ms=1000, batch_limit=40, changes_per_s=others)
    assert "falls behind" not in str(run(enough, duration_ms=60_000).verdict)
