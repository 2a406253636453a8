"""D07: communication through a store that may forget, or be gone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, by_label
from models.analysis.fixes.repairs import by_fix
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.analysis.stores.datasets import Dataset, datasets, shared_data
from models.architecture import Architecture, Datastore, SharedDataLink
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say

REPLICAS = 3


def check(facts: Facts) -> Iterator[Flaw]:
    for store, links in facts.once(_through):
        cache = store.store == "cache"
        if not cache and store.replicas != 1:
            continue
        users = by_label(facts, {link.source for link in links})
        shared = facts.once(shared_data).get(store.id)
        yield Flaw(
            subject=store.id,
            severity="warning",
            message=say(
                "rules",
                _CACHE if cache else _SINGLE,
                names=naming([facts.label(user) for user in users]),
                store=facts.label(store.id),
            ),
            elements=(store.id, *users)[:MOST_NAMED],
            links=tuple(link.id for link in links),
            path=(links[0].source, links[0].id, store.id),
            cause=f"D01:{shared[0].subject}" if shared else None,
            fixes=partial(_fixes, store),
        )


def _through(facts: Facts) -> list[tuple[Datastore, list[SharedDataLink]]]:
    """Shared fact: stores with data that one party writes and another reads, as said, and the links to such data."""
    found = []
    for store_id, sets in sorted(facts.once(datasets).items()):
        store = facts.architecture.element_by_id[store_id]
        if isinstance(store, Datastore):
            links = {link.id: link for _, one in sorted(sets.items()) if _is_read(facts, one) for link in one.links}
            if links:
                found.append((store, list(links.values())))
    return found


def _is_read(facts: Facts, dataset: Dataset) -> bool:
    """Whether somebody reads what somebody else writes."""
    if len(dataset.users) < 2:
        return False
    readers = dataset.readers(facts)
    return any(reader != writer for writer in dataset.writers(facts) for reader in readers)


def waits(facts: Facts) -> Iterator[Lack]:
    for store, _ in facts.once(_through):
        if store.store != "cache" and store.replicas is None:
            yield "replicas", (store.id,)


def _fixes(store: Datastore) -> tuple[Fix, ...]:
    if store.store == "cache":
        return (Fix(say("rules", _DURABLE, count=REPLICAS), "advice", partial(_replicate, store.id, True)),)
    return (Fix(say("rules", _FIX, count=REPLICAS), "review", partial(_replicate, store.id, False)),)


def _replicate(store_id: str, durable: bool, architecture: Architecture) -> Architecture:
    values: dict[str, object] = {"replicas": REPLICAS}
    if durable:
        values["store"] = "object_store"
    return set_attributes(architecture, [store_id], values, provenance=by_fix("D07"))


_SINGLE = QT_TRANSLATE_NOOP("rules", "{names} communicate through {store}, of which there is a single copy.")
_CACHE = QT_TRANSLATE_NOOP("rules", "{names} communicate through {store}, a cache, which may forget at any time.")
_FIX = QT_TRANSLATE_NOOP("rules", "Keep {count} replicas")
_DURABLE = QT_TRANSLATE_NOOP("rules", "Keep the data in a durable store with {count} replicas")

RULE = Rule(
    code="D07",
    name="fragile-store",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Fragile store")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "Services communicate through a store of which there is a single replica, or that is a cache."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Common data is only as dependable as the store: when its one copy is lost, so is everything that was "
            "said through it and not yet read. A cache drops data whenever it is short of memory.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Shop leaves baskets in a cache, and Order picks them up from there."),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Use a durable store with three replicas, and keep caches for what can be had again elsewhere."
        ),
    ),
    source="S6.3",
    check=check,
    rests_on=("style", "access", "dataset"),
    waits=waits,
)
