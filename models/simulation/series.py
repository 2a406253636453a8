"""Time series of a result, the same shape while it runs and at the end."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.simulation.replication import Replication
from models.simulation.statistics import t_quantile


def as_list(values: Any) -> list[float | None]:
    """Numbers for JSON: undefined is None."""
    return [None if value != value else float(value) for value in values]


def mean_over(arrays: Sequence[Any]) -> Any:
    """The mean over replications, leaving out what is undefined."""
    if len(arrays) == 1:
        return arrays[0]
    whole = np.stack(arrays)
    known = ~np.isnan(whole)
    count = known.sum(axis=0)
    total = np.where(known, whole, 0.0).sum(axis=0)
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _band(lines: Sequence[Any]) -> dict[str, list[float | None]]:
    """The 95% interval of mean rates over replications, per window, by Student's t; rates are never below 0."""
    n = len(lines)
    if n < 2:
        return {name: [None] * len(lines[0]) for name in ("goodput_low_per_s", "goodput_high_per_s")}
    rates = np.stack(lines)
    mean, half = rates.mean(axis=0), t_quantile(n - 1) * rates.std(axis=0, ddof=1) / np.sqrt(n)
    return {"goodput_low_per_s": as_list(np.maximum(mean - half, 0)), "goodput_high_per_s": as_list(mean + half)}


def series(replications: Sequence[Replication], windows: int | None = None) -> dict[str, Any]:
    """`t_ms` (when each window begins) and one list per journey, element, channel and link with a circuit breaker
    (the share of each window that it was open). The low and high goodput bound the mean over replications with 95%
    confidence; they are undefined for one replication.

    With `windows` only the first that many, closed ones.
    """
    first = replications[0]
    names = first.compiled.program.names
    n = first.windows if windows is None else windows
    t_ms = [i * first.window_ms for i in range(n)]
    lengths = np.minimum(first.window_ms, first.compiled.duration_ms - np.array(t_ms)) / 1000 if n else np.ones(0)
    journeys = mean_over([replication.state.WJ[:n] for replication in replications])
    stations = mean_over([replication.state.WS[:n] for replication in replications])
    depths = mean_over([replication.state.WC[:n] for replication in replications])
    workers = workers_of(first)
    scaled = {int(row.station): k for k, row in enumerate(first.state.AU)}
    force = mean_over([replication.state.WF[:n] for replication in replications])
    elements: dict[str, Any] = {}
    for s, name in enumerate(names.stations):
        busy = stations[:, s, 0]
        if s in scaled:
            there = force[:, scaled[s]]
            used = np.minimum(busy / (there * workers[s] / first.state.ST[s].instances), 1.0)
            elements[name] = {
                "utilisation": as_list(used),
                "queue": as_list(stations[:, s, 1]),
                "instances": as_list(there),
            }
            continue
        elements[name] = {
            "utilisation": as_list(busy / workers[s]) if workers[s] > 0 else [None] * n,
            "queue": as_list(stations[:, s, 1]),
        }
    channels: dict[str, Any] = {}
    for c, name in enumerate(names.channels):
        if not name:
            continue
        before = channels.get(name)
        depth = depths[:, c] if before is None else depths[:, c] + np.array(before["depth"])
        channels[name] = {"depth": as_list(depth)}
    opened = mean_over([replication.state.WB[:n] for replication in replications])
    rows = first.state.LK
    return {
        "t_ms": t_ms,
        "journeys": {
            name: {
                "goodput_per_s": as_list(journeys[:, j, 0] / lengths),
                **_band([replication.state.WJ[:n, j, 0] / lengths for replication in replications]),
                "p99_ms": as_list(journeys[:, j, 2]),
                "failed_per_s": as_list(journeys[:, j, 1] / lengths),
            }
            for j, name in enumerate(names.journeys)
        },
        "elements": elements,
        "channels": channels,
        "links": {
            name: {"breaker_open": as_list(opened[:, int(rows[i].b_row)])}
            for i, name in enumerate(names.links)
            if rows[i].breaker
        },
    }


def workers_of(replication: Replication) -> list[float]:
    """Workers of each station over all its instances; 0 when unlimited."""
    stations = replication.state.ST
    return [float(max(0, row.workers) * row.instances) for row in stations]


def workers_in_force(replications: Sequence[Replication], epoch: int, length_ms: float) -> list[float]:
    """Workers of each station over the instances that were in force on average since an epoch began."""
    workers = workers_of(replications[0])
    for k, row in enumerate(replications[0].state.AU):
        areas = [
            float(replication.state.AU.area[k] - replication.snapshots[epoch]["AU"].area[k])
            for replication in replications
        ]
        s = int(row.station)
        there = sum(areas) / len(areas) / length_ms
        workers[s] *= there / float(replications[0].state.ST[s].instances)
    return workers
