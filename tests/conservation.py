"""What no run may break: laws of conservation, checked after every simulation of every test, to the last request.

Each law compares what the kernel counted with what it still holds at the end: frames in flight, queues, messages.
Nothing here is statistical: sums of times agree to rounding, counts exactly. The laws hold of the whole run, warm-up
included; `of_result` checks what of them survives in the published numbers.
"""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from models.simulation.compiler import Compiled
from models.simulation.kernel.layout import (
    BUFFERED,
    C_ACKNOWLEDGED,
    C_DEAD_LETTERED,
    C_DELIVERED,
    C_DROPPED,
    C_PUBLISHED,
    C_REDELIVERED,
    CALLEE,
    MESSAGE,
    NONE,
    P_ANSWER,
    P_CALLING,
    P_ENDED,
    P_POOLED,
    P_QUEUED,
    P_QUEUED_AGAIN,
    P_STORED,
    PENDING,
    READER,
    ROOT,
    UNREAD,
)
from models.simulation.replication import Replication
from models.simulation.result import Result

ROUNDING = 1e-7


def near(one: float, other: float, scale: float) -> bool:
    """Whether two sums of times are equal but for rounding; `scale` is the size of what was added up."""
    return math.isclose(one, other, rel_tol=ROUNDING, abs_tol=ROUNDING * max(scale, 1.0))


def of_run(compiled: Compiled, replications: Sequence[Replication], result: Result) -> None:
    """Check a run and its result. Raises AssertionError."""
    for replication in replications:
        if replication.done:
            of_replication(compiled, replication)
    of_result(result)


def of_replication(compiled: Compiled, replication: Replication) -> None:
    """Check one finished replication."""
    state = replication.state
    frames = state.F
    held = _held(state)
    _of_journeys(compiled, replication, frames, held)
    _of_stations(compiled, replication, frames, held)
    _of_links(compiled, replication, frames, held)
    _of_channels(compiled, replication, frames, held)
    _of_readers(compiled, replication, frames, held)
    _of_windows(compiled, replication)


def _held(state: Any) -> Any:
    """Which frames are in use: those not on the list of the free ones."""
    at, n = int(state.G[0].free), int(state.G[0].free_n)
    following = state.F["next"].tolist()
    free = []
    for _ in range(n):
        free.append(at)
        at = following[at]
    assert len(set(free)) == n, "a frame is free twice"
    held = np.ones(len(following), dtype=bool)
    held[free] = False
    return held


def _is_direct(frames: Any) -> Any:
    """Which frames are journeys at the one station they call."""
    return (frames["kind"] == CALLEE) & (frames["parent"] == -1) & (frames["consumer"] == -1)


def _of_journeys(compiled: Compiled, replication: Replication, frames: Any, held: Any) -> None:
    state = replication.state
    epochs = len(state.EP)
    tallies = state.JT.reshape(-1, epochs)
    journeys = held & ((frames["kind"] == ROOT) | _is_direct(frames))
    waiting = journeys & (frames["phase"] != P_ENDED)
    ended = journeys & (frames["phase"] == P_ENDED)
    changes = (frames["kind"] == UNREAD) | (frames["consumer"] == READER)
    later = (frames["kind"] == MESSAGE) | (frames["kind"] == PENDING) | (frames["kind"] == BUFFERED)
    messages = held & (later | changes) & (frames["root"] >= 0)
    for j, journey in enumerate(compiled.journeys):
        for epoch in range(epochs):
            row, where = tallies[j, epoch], f"{journey.id}, epoch {epoch}"
            mine = (frames["journey"] == j) & (frames["epoch"] == epoch)
            answered = int(row.succeeded + row.degraded)
            assert row.offered == answered + row.failed + int((waiting & mine).sum()), f"offered: {where}"
            assert row.failed == int(state.ER[j, epoch].sum()), f"failures have causes: {where}"
            assert answered == int(state.HL[j, epoch].sum()), f"the histogram holds every answer: {where}"
            assert row.silent_wrong <= answered, where
            parts = float(row.b_wait + row.b_work + row.b_net + row.b_back)
            assert near(parts, float(row.sum_ms), float(row.sum_ms)), (
                f"wait, work, network and backoff make up the latency: {where}: {parts} of {row.sum_ms}"
            )
            assert min(row.b_wait, row.b_work, row.b_net, row.b_back) >= -ROUNDING * max(float(row.sum_ms), 1.0), where
            if state.JO[j].asynchronous:
                under_way = ended & mine & (frames["cause"] == 0)
                assert answered == row.completed + row.incomplete + int(under_way.sum()), f"completed: {where}"
                assert row.completed == int(state.HC[j, epoch].sum()), where
    under_way_of = Counter(zip(frames["root"][messages].tolist(), frames["root_life"][messages].tolist(), strict=True))
    roots = np.flatnonzero(journeys)
    known = zip(roots.tolist(), *(frames[name][roots].tolist() for name in ("life", "outstanding")), strict=True)
    for root, life, outstanding in known:
        assert outstanding == under_way_of[root, life], "each message under way is known to its journey"


def _of_stations(compiled: Compiled, replication: Replication, frames: Any, held: Any) -> None:
    state, end = replication.state, compiled.duration_ms
    callees = held & ((frames["kind"] == CALLEE) | (frames["kind"] == PENDING))
    awaiting = {int(row.station) for row in state.AS if row.awaited}
    for s, name in enumerate(compiled.program.names.stations):
        row = state.ST[s]
        mine = callees & (frames["station"] == s)
        queued = held & (frames["station"] == s) & np.isin(frames["phase"], (P_QUEUED, P_QUEUED_AGAIN))
        holding = held & (frames["station"] == s) & (frames["holding"] == 1)
        instances = range(int(row["first"]), int(row["first"] + row["instances"]))
        at_work = [int((holding & (frames["inst"] == i)).sum()) for i in instances]
        assert [int(state.IN[i].busy) for i in instances] == at_work, f"workers busy at {name}"
        capacity = math.inf if row.workers < 0 else int(row.workers)
        if row.sharing:
            at_full_speed = sum(min(n, capacity) for n in at_work)
            assert (int(row.busy), int(row.queued)) == (at_full_speed, sum(at_work) - at_full_speed), name
        else:
            assert int(row.busy) == sum(at_work), f"busy at {name}"
            assert max(at_work, default=0) <= capacity, name
            queues = {int(state.IN[i].queue) for i in instances}
            assert int(row.queued) == int(queued.sum()) == sum(int(state.Q[q].n) for q in queues), f"queue at {name}"
            still = float((end - frames["t_wait"][queued]).sum())
            spent = float(row.sum_wait + row.lost_wait) + still
            assert near(float(row.area_queue), spent, spent), (
                f"Little's law of the queue at {name}: {row.area_queue} against {spent}"
            )
        if capacity < math.inf:
            assert row.area_busy <= capacity * row.instances * end * (1 + ROUNDING), f"more than all busy at {name}"
        if row.nonblocking == 0 and s not in awaiting:
            inside = mine & ((frames["holding"] == 1) | np.isin(frames["phase"], (P_QUEUED, P_QUEUED_AGAIN)))
            stay = float(row.sum_sojourn + row.lost_stay) + float((end - frames["t_start"][inside]).sum())
            area = float(row.area_busy + row.area_queue)
            assert near(area, stay, stay), f"Little's law at {name}: {area} against {stay}"
            assert row.arrivals >= row.completed + row.rejected + int(inside.sum()), f"arrivals at {name}"
        assert row.wasted >= -ROUNDING * end, name


def _of_links(compiled: Compiled, replication: Replication, frames: Any, held: Any) -> None:
    state = replication.state
    names = compiled.program.names.links
    for i in range(len(state.LK)):
        row, name = state.LK[i], names[i] if i < len(names) else "a client"
        calling = held & (frames["link"] == i) & (frames["phase"] == P_CALLING)
        pooled = held & (frames["link"] == i) & (frames["phase"] == P_POOLED)
        assert int(row.in_use) == int(calling.sum()), f"connections in use over {name}"
        if row.pool >= 0:
            assert row.in_use <= row.pool, f"pool of {name}"
            assert int(state.Q[int(row.pool_queue)].n) == int(pooled.sum()), f"waiting for a connection over {name}"
        if row.bulkhead >= 0:
            assert row.in_use <= row.bulkhead, f"bulkhead of {name}"
        assert row.answered <= min(row.attempts, row.calls), name
        tried = int(row.attempts + row.rejected + row.breaker_rejected)
        given_up = int(row.timeouts) + int(pooled.sum()) if row.pool >= 0 else 0
        if not (row.pool >= 0 and state.ST.lost_stay.any()):
            assert row.calls <= tried + given_up, f"every call over {name} is tried"
        assert 0 <= row.breaker_open_ms <= compiled.duration_ms * (1 + ROUNDING), f"breaker of {name}"
        assert row.backoff_ms >= -ROUNDING, name


def _of_channels(compiled: Compiled, replication: Replication, frames: Any, held: Any) -> None:
    state, end = replication.state, compiled.duration_ms
    here = held & (frames["kind"] == MESSAGE)
    stored = here & (frames["phase"] == P_STORED)
    replies = here & (frames["phase"] == P_ANSWER)
    delivered = here & (frames["phase"] != P_STORED) & ((frames["consumer"] >= 0) | replies)
    for c, name in enumerate(compiled.program.names.channels):
        row = state.CH[c]
        assert int(row.n) == int((stored & (frames["chan"] == c)).sum()), f"depth of {name}, row {c}"
        if row.home != c:
            assert not state.CE[c].any(), f"row {c} is counted where it belongs"
            continue
        parts = np.flatnonzero(state.CH.home == c)
        mine = np.isin(frames["chan"], parts)
        assert int(row.depth) == int(state.CH.n[parts].sum()), f"depth of {name}"
        assert all(state.CH.out[part] >= 0 and (not row.lane or state.CH.out[part] <= 1) for part in parts), name
        expires = bool(row.ttl < math.inf)
        for epoch in range(len(state.EP)):
            counts = state.CE[c, epoch]
            there = mine & (frames["epoch"] == epoch)
            left = int((stored & there).sum()), int((delivered & there).sum())
            gone = int(counts[C_ACKNOWLEDGED] + counts[C_DROPPED] + counts[C_DEAD_LETTERED])
            assert int(counts[C_PUBLISHED]) == gone + sum(left), f"published: {name}, epoch {epoch}"
            ends = int(counts[C_ACKNOWLEDGED] + counts[C_REDELIVERED] + counts[C_DEAD_LETTERED]) + left[1]
            unread = int(counts[C_DEAD_LETTERED]) if expires else 0
            assert ends - unread <= counts[C_DELIVERED] <= ends + counts[C_DROPPED], (
                f"deliveries: {name}, epoch {epoch}"
            )
        waited = float(row.sum_age) + float((end - frames["t_wait"][stored & mine]).sum())
        if not expires and not state.CE[c, :, C_DROPPED].any():
            assert near(float(row.area), waited, waited), f"Little's law of {name}: {row.area} against {waited}"


def _of_readers(compiled: Compiled, replication: Replication, frames: Any, held: Any) -> None:
    state = replication.state
    for p, name in enumerate(compiled.program.names.readers):
        row = state.PO[p]
        unread = held & (frames["kind"] == UNREAD) & (frames["entry"] == p) & (frames["consumer"] == NONE)
        assert int(state.Q[int(row.queue)].n) == int(unread.sum()), f"changes that {name} has not read"
        assert state.HF[p].sum() > 0 or not state.FS[p].any(), f"ages of what {name} has read"


def _of_windows(compiled: Compiled, replication: Replication) -> None:
    state = replication.state
    starts = np.arange(replication.windows) * replication.window_ms
    lengths = np.minimum(replication.window_ms, compiled.duration_ms - starts)
    tallies = state.JT.reshape(-1, len(state.EP))
    for j, journey in enumerate(compiled.journeys):
        good = int(tallies[j].succeeded.sum() + tallies[j].degraded.sum())
        assert int(state.WJ[:, j, 0].sum()) == good, f"answers over time: {journey.id}"
        assert int(state.WJ[:, j, 1].sum()) == int(tallies[j].failed.sum()), f"failures over time: {journey.id}"
    for s, name in enumerate(compiled.program.names.stations):
        for k, area in enumerate((state.ST[s].area_busy, state.ST[s].area_queue)):
            over_time = float((state.WS[:, s, k] * lengths).sum())
            assert near(over_time, float(area), float(area)), f"busy and queue over time: {name}"
    for c, name in enumerate(compiled.program.names.channels):
        over_time = float((state.WC[:, c] * lengths).sum())
        assert near(over_time, float(state.CH[c].area), float(state.CH[c].area)), f"depth over time: {name}"


def of_result(result: Result) -> None:
    """Check the published numbers of a run."""
    for name, row in result.journeys.items():
        answered = row["succeeded"] + row["degraded"]
        assert row["offered"] == answered + row["failed"] + row["in_flight"] and row["in_flight"] >= 0, name
        assert sum(row["errors"].values()) == row["failed"], name
        assert row["silent_wrong"] <= answered and row["incomplete"] + row["completed"] <= answered, name
        if answered:
            _of_times(name, row["latency_ms"])
            parts = [row["breakdown_ms"][part] for part in ("wait", "work", "network", "backoff")]
            assert near(sum(parts), row["latency_ms"]["mean"], row["latency_ms"]["max"]), f"breakdown of {name}"
    for name, row in result.elements.items():
        assert row["utilisation"] is None or -ROUNDING <= row["utilisation"] <= 1 + ROUNDING, name
        if row["arrivals"] and result.warm_up_ms == 0:
            assert row["completed"] + row["rejected"] <= row["arrivals"], name
    for name, row in result.channels.items():
        settled = row["acknowledged"] + row["dropped"] + row["dead_lettered"] + row["waiting"]
        copies = settled // row["published"] if row["published"] else 1
        assert copies * row["published"] == settled and row["waiting"] >= 0, name


def _of_times(name: str, row: dict[str, Any]) -> None:
    most = row["max"] * (1 + ROUNDING)
    assert 0 <= row["p50"] <= row["p95"] <= row["p99"] <= most and row["mean"] <= most, name
    if row.get("mean_ci95"):
        assert row["mean_ci95"][0] <= row["mean_ci95"][1], name
