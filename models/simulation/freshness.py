"""How old data is when its readers read it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from models.architecture import said
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.simulation.compiler import Compiled
from models.simulation.replication import Replication
from models.simulation.statistics import quantile
from models.simulation.wording import time

_SHORT_MS, _FEW = 1000.0, 20.0
"""What is unread for no longer, or is no more than so many, is not worth a word."""
UNKNOWN = {"mean": None, "p95": None}
_STALE = QT_TRANSLATE_NOOP(
    "verdict",
    "{reader} reads data of {store} that is {mean} old on average, 5% of it older than {p95}: {wanted} is wanted.",
)
_BEHIND = QT_TRANSLATE_NOOP(
    "verdict",
    "{reader} falls behind the changes in {store}: about {n} are unread at the end, the oldest for {age}; it takes at "
    "most {batch} every {interval}.",
)
_LATE = QT_TRANSLATE_NOOP(
    "verdict", "{reader} falls behind the changes in {store}: about {n} are unread at the end, the oldest for {age}."
)


def freshness(replications: Sequence[Replication], epoch: int) -> dict[str, dict[str, float | None]]:
    """By the link of each reader that read a change: mean (exact) and 95th percentile (within 1%) of the changes'
    age in ms when they reached it, over those read since the epoch began."""
    found = {}
    for row, name in enumerate(replications[0].compiled.program.names.readers):
        histogram: Any = sum(replication.state.HF[row, epoch:].sum(axis=0) for replication in replications)
        n = int(histogram.sum())
        if n:
            ages = [replication.state.FS[row, epoch:] for replication in replications]
            total = sum(float(age[:, 0].sum()) for age in ages)
            largest = max(float(np.max(age[:, 1])) for age in ages)
            found[name] = {"mean": total / n, "p95": quantile(histogram, 0.95, largest)}
    return found


def behind(compiled: Compiled, replications: Sequence[Replication]) -> list[Text]:
    """A sentence for each reader that leaves changes unread for more than two of its intervals, in most of
    the runs: it cannot keep up, or reads nothing any more."""
    architecture = compiled.architecture
    found = []
    for row, name in enumerate(compiled.program.names.readers):
        interval = float(compiled.program.arrays["PO"].interval[row])
        batch = int(compiled.program.arrays["PO"].batch[row])
        unread, ages = [], []
        for replication in replications:
            n, age = _unread(replication, row, compiled.duration_ms)
            unread.append(n)
            ages.append(age)
        late = sum(age > max(2 * interval, _SHORT_MS) for age in ages)
        n, age = sum(unread) / len(unread), sum(ages) / len(ages)
        if 2 * late <= len(replications) or n < _FEW:
            continue
        link = architecture.link_by_id[name]
        reader, store = _ends(compiled, row, name)
        told = {"reader": reader, "store": store, "n": f"{n:,.0f}", "age": time(age)}
        if batch >= 0 and interval > 0 and said(architecture, link, "batch_limit") is not None:
            found.append(say("verdict", _BEHIND, **told, batch=f"{batch:,}", interval=time(interval)))
        else:
            found.append(say("verdict", _LATE, **told))
    return found


def _unread(replication: Replication, row: int, end_ms: float) -> tuple[float, float]:
    """(how many changes a reader has not read at the end, for how many ms the oldest of them)."""
    state = replication.state
    reader = state.PO[row]
    queue = state.Q[int(reader.queue)]
    n, age = float(queue.n), 0.0
    if queue.n:
        age = end_ms - float(state.F["t_sent"][int(queue.head)])
    others = end_ms - float(reader.next_other)
    if reader.other_rate > 0 and others > 0:
        n += others * float(reader.other_rate)
        age = max(age, others)
    return n, age


def _ends(compiled: Compiled, row: int, link_id: str) -> tuple[str, str]:
    """The labels of a reader and of what it reads."""
    architecture = compiled.architecture
    target = architecture.link_by_id[link_id].target
    drawn = architecture.element_by_id[target].kind == "datastore"
    reader = compiled.program.names.stations[int(compiled.program.arrays["PO"].reader[row])]
    return architecture.label(reader), architecture.label(target if drawn else link_id)


def stale(compiled: Compiled, links: dict[str, dict[str, Any]]) -> list[Text]:
    """A sentence for each reader of whose data more than 5% is older than its link says it may be."""
    architecture = compiled.architecture
    found = []
    for row, name in enumerate(compiled.program.names.readers):
        link = architecture.link_by_id[name]
        reader, store = _ends(compiled, row, name)
        wanted, ages = said(architecture, link, "freshness_ms"), links[name]["freshness_ms"]
        if wanted is None or ages["p95"] is None or ages["p95"] <= wanted:
            continue
        found.append(
            say(
                "verdict",
                _STALE,
                reader=reader,
                store=store,
                mean=time(ages["mean"]),
                p95=time(ages["p95"]),
                wanted=time(wanted),
            )
        )
    return found
