"""Autoscaling, replicas of stores, and what hosts take down with them."""

from typing import Any

import pytest
from pydantic import ValidationError

from models.architecture import Architecture
from models.simulation import Result, simulate
from tests.models.simulation.building import (
    Json,
    client,
    exponential,
    journey,
    model,
    poisson,
    regular,
    service,
    sync,
    with_scenario,
)

SCALING = {"min": 2, "max": 20, "target_utilisation": 0.5, "delay_ms": 10_000}


def run(architecture: Architecture, duration_ms: float = 200_000, **more: Any) -> Result:
    return simulate(with_scenario(architecture, duration_ms=duration_ms, **more))


def scaled(load: Json, work_ms: Any = 100, workers: Any = 4, **more: Any) -> Architecture:
    told = {"instances": 2, "startup_ms": 5_000, "autoscale": SCALING, **more}
    return model(
        [client(), service(work_ms=work_ms, workers=workers, **told)],
        [sync("users", "server")],
        [journey(load, [{"link": "users-server"}])],
    )


def instances(result: Result, at_ms: float) -> float:
    times = result.series["t_ms"]
    return float(result.series["elements"]["server"]["instances"][max(i for i, t in enumerate(times) if t <= at_ms)])


@pytest.mark.parametrize("balancing", ["round_robin", "random", "least_busy", "shared_queue"])
def test_instances_settle_where_utilisation_meets_its_target(balancing: str) -> None:
    """118/s x 100 ms keep 11.8 workers busy: at 4 workers each and half of them busy that is 5.9, so 6 instances."""
    result = run(scaled(regular(118), load_balancing=balancing), warm_up_ms=100_000)
    assert instances(result, 190_000) == 6
    assert result.elements["server"]["utilisation"] == pytest.approx(11.8 / 24, rel=0.01)
    assert result.journeys["visit"]["failed"] == 0


def test_added_instances_serve_after_the_delay_and_the_start() -> None:
    """Seen at 10 s, 2 instances at 100% are wanted to be 4; they serve 10 + 5 s later."""
    result = run(scaled(poisson(400)), duration_ms=40_000)
    line = result.series["elements"]["server"]["instances"]
    times = result.series["t_ms"]
    assert [n for t, n in zip(times, line, strict=True) if t < 24_500] == [2.0] * sum(t < 24_500 for t in times)
    assert instances(result, 26_000) == 4


def test_instances_never_leave_their_bounds() -> None:
    high = run(scaled(poisson(400), autoscale={**SCALING, "max": 3}), duration_ms=100_000)
    assert max(high.series["elements"]["server"]["instances"]) == 3
    assert high.elements["server"]["utilisation"] > 0.9
    low = run(scaled(poisson(0.1), instances=8), duration_ms=100_000)
    assert instances(low, 0) == 8
    assert instances(low, 90_000) == 2


@pytest.mark.parametrize("balancing", ["round_robin", "shared_queue"])
def test_removed_instances_finish_their_work(balancing: str) -> None:
    """A load that comes and goes: every request is answered, however often instances come and go."""
    times = (0, 20_000, 40_000, 60_000, 100_000, 120_000, 150_000)
    waves = {"profile": list(zip(times, (10, 300, 300, 1, 1, 200, 0), strict=True))}
    result = run(scaled(waves, exponential(100), load_balancing=balancing))
    line = result.series["elements"]["server"]["instances"]
    assert max(line) >= 8 and line[-1] == 2
    row = result.journeys["visit"]
    assert row["offered"] == row["succeeded"] > 5_000
    assert result.elements["server"]["utilisation"] <= 1


def test_instances_that_are_not_in_force_do_not_come_up_after_a_crash() -> None:
    faults = [{"fault": "crash", "target": "server", "from_ms": 100_000, "until_ms": 110_000}]
    result = run(scaled(regular(40)), faults=faults, duration_ms=150_000)
    assert instances(result, 95_000) == instances(result, 115_000) == 2
    assert result.elements["server"]["completed"] == pytest.approx(40 * 140, abs=20)
    assert result.journeys["visit"]["errors"]["crashed"] == pytest.approx(400, abs=10)


def test_scaling_follows_messages_too() -> None:
    architecture = model(
        [client(), service("worker", 100, 1, autoscale={**SCALING, "min": 1}, startup_ms=0)],
        [{"id": "send", "source": "users", "target": "worker", "style": "async", "network_ms": 0}],
        [journey(regular(20), [{"link": "send"}])],
    )
    result = run(architecture, warm_up_ms=150_000)
    assert result.series["elements"]["worker"]["instances"][-1] == pytest.approx(4, abs=1)
    assert result.channels["send"]["max_depth"] <= 1


def test_unlimited_workers_give_no_utilisation_to_follow_and_that_is_told() -> None:
    result = run(scaled(poisson(10), workers="unlimited"), duration_ms=20_000)
    assert any("no utilisation to follow" in str(sentence) for sentence in result.ignored)


def replicated(n: int, access: str, **more: Any) -> Architecture:
    return model(
        [
            client(),
            service("user", 0, "unlimited"),
            {"id": "store", "kind": "datastore", "connections": 1, "work_ms": exponential(50), "replicas": n, **more},
        ],
        [
            sync("users", "user"),
            {"id": "data", "source": "user", "target": "store", "style": "shared_data", "access": access}
            | {"network_ms": 0},
        ],
        [journey(poisson(16), [{"link": "users-user", "steps": [{"link": "data"}]}])],
    )


def test_reads_are_spread_over_replicas_and_writes_go_to_the_first() -> None:
    """16/s of 50 ms: one replica alone is 80% busy (response 250 ms, M/M/1); two that share reads 40% each."""
    reads = run(replicated(2, "read"), 2_000_000, warm_up_ms=10_000)
    writes = run(replicated(2, "write"), 2_000_000, warm_up_ms=10_000)
    assert reads.elements["store"]["utilisation"] == pytest.approx(0.4, rel=0.02)
    assert reads.journeys["visit"]["latency_ms"]["mean"] < 80
    assert writes.elements["store"]["mean_busy"] == pytest.approx(0.8, rel=0.02)
    assert writes.journeys["visit"]["latency_ms"]["mean"] == pytest.approx(250, rel=0.1)


@pytest.mark.parametrize("access", ["read", "write"])
def test_the_replicas_left_serve_when_one_is_down(access: str) -> None:
    faults = [{"fault": "crash", "target": "store", "instances": 1, "from_ms": 50_000, "until_ms": 100_000}]
    three = run(replicated(3, access), 150_000, faults=faults)
    assert three.journeys["visit"]["errors"]["crashed"] <= 30
    alone = run(replicated(1, access), 150_000, faults=faults)
    assert alone.journeys["visit"]["errors"]["crashed"] > 700


def test_all_replicas_down_is_an_outage() -> None:
    faults = [{"fault": "crash", "target": "store", "from_ms": 50_000, "until_ms": 100_000}]
    assert run(replicated(3, "read"), 150_000, faults=faults).journeys["visit"]["errors"]["crashed"] > 700


def two_stores(server: str, **host: Any) -> Architecture:
    return model(
        [
            client(),
            service("user", 0, "unlimited"),
            {"id": "orders", "kind": "datastore", "work_ms": 1, "server": server},
            {"id": "stock", "kind": "datastore", "work_ms": 1, "server": server},
            {"id": "box", "kind": "group", "group_type": "host", **host},
        ],
        [
            sync("users", "user"),
            *(
                {"id": f"to-{store}", "source": "user", "target": store, "style": "shared_data"}
                for store in ("orders", "stock")
            ),
        ],
        [
            journey(poisson(20), [{"link": "users-user", "steps": [{"link": f"to-{store}"}]}], id=store)
            for store in ("orders", "stock")
        ],
    )


@pytest.mark.parametrize(("server", "host"), [("box", {}), ("Big box", {"name": "Big box"})])
def test_a_crash_of_the_server_takes_all_its_stores(server: str, host: Json) -> None:
    faults = [{"fault": "crash", "target": "box", "from_ms": 5_000, "until_ms": 10_000}]
    result = run(two_stores(server, **host), 20_000, faults=faults)
    assert result.journeys["orders"]["errors"]["crashed"] > 70
    assert result.journeys["stock"]["errors"]["crashed"] > 70
    assert any("do not slow each other down" in str(sentence) for sentence in result.ignored)


def hosts(**group: Any) -> Architecture:
    """Four instances, two on each of two hosts, in one zone."""
    placement = {"placement": {"server": 2}}
    return model(
        [
            client(),
            service(work_ms=10, workers=1, instances=4),
            {"id": "one", "kind": "group", "group_type": "host", "parent": "zone", **placement},
            {"id": "two", "kind": "group", "group_type": "host", "parent": "zone", **placement},
            {"id": "rack", "kind": "group", "group_type": "host", "replicas": 2, **placement, **group},
            {"id": "zone", "kind": "group", "group_type": "zone"},
        ],
        [sync("users", "server")],
        [journey(regular(100), [{"link": "users-server"}])],
    )


@pytest.mark.parametrize(
    ("target", "instances", "lost"), [("one", "all", 0.5), ("two", 1, 0.25), ("rack", 1, 0.5), ("rack", "all", 1.0)]
)
def test_a_crash_of_a_host_takes_exactly_the_instances_placed_there(target: str, instances: Any, lost: float) -> None:
    fault = {"fault": "crash", "target": target, "instances": instances, "from_ms": 0, "until_ms": 10_000}
    row = run(hosts(), 10_000, faults=[fault]).journeys["visit"]
    assert row["errors"]["crashed"] / row["offered"] == pytest.approx(lost, abs=0.01)


def test_two_hosts_down_take_different_instances_and_their_zone_takes_both() -> None:
    for targets in (["one", "two"], ["zone"]):
        faults = [{"fault": "crash", "target": target, "from_ms": 0, "until_ms": 10_000} for target in targets]
        row = run(hosts(), 10_000, faults=faults).journeys["visit"]
        assert row["errors"]["crashed"] == row["offered"]


def test_a_slow_host_slows_its_own_instances_only() -> None:
    """Of 4 instances in turn, two take 30 ms, two take 10 ms."""
    fault = {"fault": "timing", "target": "two", "factor": 3, "from_ms": 0, "until_ms": 10_000}
    latency = run(hosts(), 10_000, faults=[fault]).journeys["visit"]["latency_ms"]
    assert latency["mean"] == pytest.approx(20, rel=0.01)
    assert latency["max"] == pytest.approx(30)


@pytest.mark.parametrize("kind", ["omission", "response", "partition"])
def test_other_faults_of_a_host_meet_its_share_of_the_calls(kind: str) -> None:
    architecture = hosts()
    told = architecture.model_dump(exclude_unset=True)
    told["links"][0]["timeout_ms"] = 500
    fault = {"fault": kind, "target": "one", "from_ms": 0, "until_ms": 60_000}
    row = run(Architecture.model_validate(told), 60_000, faults=[fault]).journeys["visit"]
    assert row["failed"] / row["offered"] == pytest.approx(0.5, abs=0.02)


def test_bounds_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(ValidationError, match="autoscale's max must not be below its min"):
        scaled(poisson(1), autoscale={**SCALING, "max": 1})
