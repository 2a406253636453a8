"""What both sides are compared on: one flat table of numbers, "links.a-b.attempts" and so on."""

from collections.abc import Sequence
from typing import Any

from models.architecture import Architecture, Scenario
from tests.models.simulation.oracle.channels import Channel
from tests.models.simulation.oracle.simulator import Simulator
from tests.models.simulation.oracle.stations import Station

Table = dict[str, float | None]
COUNTED = ("published", "delivered", "acknowledged", "redelivered", "dead_lettered", "dropped", "duplicates")


def observe(architecture: Architecture, scenario: Scenario, seed: int) -> Table:
    """One run of the oracle."""
    simulator = Simulator(architecture, scenario, seed).run()
    found: Table = {}
    for name, tally in simulator.tallies.items():
        good = tally.succeeded + tally.degraded
        row: dict[str, Any] = {
            "offered": tally.offered,
            "succeeded": tally.succeeded,
            "degraded": tally.degraded,
            "failed": tally.failed,
            "in_flight": tally.offered - good - tally.failed,
            "incomplete": tally.incomplete,
            "completed": tally.completed,
            "silent_wrong": tally.silent_wrong,
            "latency_ms.mean": _mean(tally.latencies),
            "latency_ms.max": max(tally.latencies, default=None),
            "completion_ms.mean": _mean(tally.completions),
            "completion_ms.max": max(tally.completions, default=None),
        }
        for cause, n in tally.errors.items():
            row[f"errors.{cause}"] = n
        for part in ("wait", "work", "network", "backoff"):
            row[f"breakdown_ms.{part}"] = getattr(tally.spent, part) / good if good else None
        found |= {f"journeys.{name}.{key}": value for key, value in row.items()}
    for station in simulator.stations.values():
        if station.name in simulator.wires and station.tally.arrivals == 0:
            continue  # a store that nobody drew is there only when it is used
        found |= _of_station(station, simulator)
    for wire in simulator.wires.values():
        row = {
            name: getattr(wire.tally, name)
            for name in ("calls", "attempts", "timeouts", "rejected", "breaker_rejected", "breaker_open_ms")
        }
        row |= {"backoff_ms": wire.tally.backoff_ms, "mean_ms": _mean(wire.tally.answers)}
        if wire.name in simulator.requests.data.readers:
            row["freshness_ms.mean"] = _mean(wire.tally.ages)
        found |= {f"links.{wire.name}.{key}": value for key, value in row.items()}
    every = [channel for channels in simulator.channels.values() for channel in channels]
    for name in dict.fromkeys(channel.shown_as for channel in every):
        found |= _of_channels(name, [channel for channel in every if channel.shown_as == name], simulator.end)
    return found


def picked(result: dict[str, Any], names: Sequence[str]) -> Table:
    """The same numbers from what `simulate --json` writes."""
    found: Table = {}
    for name in names:
        section, rest = name.split(".", 1)
        part = max((key for key in result[section] if rest.startswith(f"{key}.")), key=len)
        value: Any = result[section][part]
        for key in rest[len(part) + 1 :].split("."):
            value = value[key]
        found[name] = value
    return found


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _of_station(station: Station, simulator: Simulator) -> Table:
    tally, length = station.tally, simulator.end
    busy = station.busy.area() / length
    capacity = station.workers * len(station.instances)
    if station.name in simulator.scalers:
        capacity = station.workers * simulator.scalers[station.name].force.area() / length
    row: dict[str, Any] = {
        "arrivals": tally.arrivals,
        "completed": tally.completed,
        "rejected": tally.rejected,
        "wasted_ms": tally.wasted_ms,
        "mean_busy": busy,
        "utilisation": min(busy / capacity, 1.0) if capacity < float("inf") else None,
        "mean_queue": station.waiting.area() / length,
        "max_queue": station.waiting.highest,
        "mean_sojourn_ms": _mean(tally.sojourns),
    }
    waited = sum(tally.waits) + tally.shared_ms + tally.waited_again_ms
    row["mean_wait_ms"] = waited / len(tally.waits) if tally.waits else None
    return {f"elements.{station.name}.{key}": value for key, value in row.items()}


def _of_channels(name: str, channels: list[Channel], length: float) -> Table:
    """The subscriptions of a topic share its row; a message to a topic is published once."""
    row: dict[str, Any] = {key: sum(channel.counted[key] for channel in channels) for key in COUNTED}
    settled = row["acknowledged"] + row["dropped"] + row["dead_lettered"]
    row["waiting"] = row["published"] - settled
    row["published"] = max(channel.counted["published"] for channel in channels)
    row["mean_depth"] = sum(channel.depth.area() for channel in channels) / length
    row["mean_age_ms"] = _mean([age for channel in channels for age in channel.ages])
    return {f"channels.{name}.{key}": value for key, value in row.items()}
