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
    busy = facts.once(_busy)[store_id]
    held = facts.once(_held_ms)
    added = sum(rate * held[link.id] / 1000.0 for link, rate in more)
    most = facts.threshold("D05", "share", store.id) * store.connections * (1 - 1e-9)
    return busy < most <= busy + added


def _busy(facts: Facts) -> dict[str, float]:
    """Shared fact: store id -> connections in use at a time, where its work is said."""
    stores = [store for store in facts.elements_of("datastore") if isinstance(store, Datastore)]
    return {
        store.id: busy_connections(holding(facts, store, store.work_ms))
        for store in stores
        if store.work_ms is not None
    }


def _held_ms(facts: Facts) -> dict[str, float]:
    """Shared fact: id of a data access -> ms for which a use holds a connection, where the store's work is said."""
    found = {}
    for link in facts.links_of("shared_data"):
        store = facts.architecture.element_by_id[link.target]
        if isinstance(store, Datastore) and store.work_ms is not None:
            found[link.id] = held_ms(facts, link, store.work_ms)
    return found
