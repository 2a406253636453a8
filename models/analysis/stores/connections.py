"""How many connections of a store are in use at a time, on average."""

from __future__ import annotations

from collections.abc import Iterable

from models.analysis.facts import Facts
from models.analysis.journeys.latency import loads
from models.analysis.stores.store_uses import held_ms, store_uses
from models.architecture import Datastore, Link, SharedDataLink
from models.architecture.values import AnyDistribution


def holding(facts: Facts, store: Datastore, work: AnyDistribution) -> list[tuple[float, float, SharedDataLink]]:
    """(uses per second, ms for which each holds a connection, link) of all whose uses are known, by id."""
    uses = facts.once(store_uses).get(store.id)
    if uses is None:
        return []
    spanned = facts.once(loads)[store.id].spanned
    return [(rate, held_ms(facts, link, work) + spanned.get(link.id, 0.0) / rate, link) for link, rate in uses]


def busy_connections(held: Iterable[tuple[float, float, SharedDataLink]]) -> float:
    """Connections in use at a time: Little's law."""
    return sum(rate * took / 1000.0 for rate, took, _ in held)


def overfilled(facts: Facts, store_id: str, more: Iterable[tuple[Link, float]]) -> bool:
    """Whether D05 would tell of a store, but does not now, if it were used so much oftener per second over links."""
    store = facts.architecture.element_by_id[store_id]
    if not isinstance(store, Datastore) or not isinstance(store.connections, int) or store.work_ms is None:
        return False
    busy = busy_connections(holding(facts, store, store.work_ms))
    added = sum(rate * held_ms(facts, link, store.work_ms) / 1000.0 for link, rate in more)
    most = facts.threshold("D05", "share", store.id) * store.connections * (1 - 1e-9)
    return busy < most <= busy + added
