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

UNKNOWN = {"mean": None, "p95": None}
_STALE = QT_TRANSLATE_NOOP(
    "verdict",
    "{reader} reads data of {store} that is {mean} old on average, 5% of it older than {p95}: {wanted} is wanted.",
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


def stale(compiled: Compiled, links: dict[str, dict[str, Any]]) -> list[Text]:
    """A sentence for each reader of whose data more than 5% is older than its link says it may be."""
    architecture = compiled.architecture
    found = []
    for row, name in enumerate(compiled.program.names.readers):
        link = architecture.link_by_id[name]
        reader = compiled.program.names.stations[int(compiled.program.arrays["PO"].reader[row])]
        drawn = architecture.element_by_id[link.target].kind == "datastore"
        wanted, ages = said(architecture, link, "freshness_ms"), links[name]["freshness_ms"]
        if wanted is None or ages["p95"] is None or ages["p95"] <= wanted:
            continue
        found.append(
            say(
                "verdict",
                _STALE,
                reader=architecture.label(reader),
                store=architecture.label(link.target if drawn else name),
                mean=time(ages["mean"]),
                p95=time(ages["p95"]),
                wanted=time(wanted),
            )
        )
    return found
