"""What a blast radius looks at in one replication: the requests begun before, during and after the fault."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from models.evidence.execution import Job, compiled, replicate
from models.simulation import SimulationError
from models.simulation.kernel.layout import COUNTED
from models.simulation.replication import Replication
from models.simulation.statistics import quantile

PERIODS = ("before", "during", "after")


def observe(job: Job, stop: threading.Event | None) -> dict[str, Any]:
    """The replications of a job as plain data: {"replications": [...]}; else {"error": sentence}, or {"left_out": True}
    when the simulator does not follow the fault. See `_observation` for one replication."""
    try:
        program = compiled(job)
        if program.scenario is not None and program.scenario.faults and not program.triggers:
            return {"left_out": True}
        numbers = range(job.first, job.first + job.count)
        return {"replications": [_observation(replicate(program, job, number, stop)) for number in numbers]}
    except SimulationError as error:
        return {"error": str(error)}


def _observation(replication: Replication) -> dict[str, Any]:
    """{"window_ms", "events", "queued": waiting requests and messages per window, "arrivals": {element: n},
    "calls": {link: n}, "channels": {id: counts}, "journeys": {id: {"good": answers per window, and per period
    "offered", "answered", "degraded", "incomplete", "silent_wrong", "mean_ms", "p95_ms"}}}."""
    names, state = replication.compiled.program.names, replication.state
    return {
        "window_ms": replication.window_ms,
        "events": replication.events,
        "queued": [float(n) for n in state.WS[:, :, 1].sum(axis=1) + state.WC.sum(axis=1)],
        "arrivals": {name: int(n) for name, n in zip(names.stations, state.ST.arrivals, strict=True)},
        "calls": {name: int(n) for name, n in zip(names.links, state.LK.calls, strict=False)},
        "journeys": {
            name: {
                "good": [float(n) for n in np.nan_to_num(state.WJ[:, j, 0])],
                **{period: _journey(replication, j, epoch) for epoch, period in enumerate(PERIODS)},
            }
            for j, name in enumerate(names.journeys)
        },
        "channels": {name: _channel(replication, name) for name in dict.fromkeys(names.channels)},
    }


def _journey(replication: Replication, j: int, epoch: int) -> dict[str, Any]:
    state = replication.state
    row = state.JT[j * len(state.EP) + epoch]
    answered = int(row.succeeded + row.degraded)
    return {
        "offered": int(row.offered),
        "answered": answered,
        "degraded": int(row.degraded),
        "incomplete": int(row.incomplete),
        "silent_wrong": int(row.silent_wrong),
        "mean_ms": float(row.sum_ms) / answered if answered else None,
        "p95_ms": quantile(state.HL[j, epoch], 0.95, float(row.max_ms)),
    }


def _channel(replication: Replication, name: str) -> dict[str, int]:
    state = replication.state
    rows = [c for c, shown in enumerate(replication.compiled.program.names.channels) if shown == name]
    counts = dict(zip(COUNTED, (int(n) for n in state.CE[rows].sum(axis=(0, 1))), strict=True))
    ended = counts["acknowledged"] + counts["dropped"] + counts["dead_lettered"]
    return {
        "published": counts["published"],
        "lost": counts["dropped"],
        "duplicated": counts["duplicates"],
        "dead_lettered": counts["dead_lettered"],
        "waiting": counts["published"] - ended,
    }
