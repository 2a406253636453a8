"""How often each store is used: by journeys, and by readers that look in their own time."""

from __future__ import annotations

from models.analysis.facts import Facts
from models.analysis.reach import known_rates
from models.architecture import ChoiceStep, Link, LinkStep, SharedDataLink
from models.architecture.journeys import AnyStep
from models.architecture.values import AnyDistribution, Constant, mean_of, quantile_of

_SHARES = 64


def polls(facts: Facts) -> dict[str, float]:
    """Shared fact: link id -> ms between two looks, of readers that look by the clock; what only writes does not."""
    found = facts.stating("poll_interval_ms").items()
    return {link_id: float(interval) for link_id, interval in found if _may_read(facts, link_id)}


def in_own_time(facts: Facts) -> frozenset[str]:
    """Shared fact: data accesses that begin when their reader looks or is told, not when a journey comes by.

    Those that poll or are notified, and those that a journey names under a write.
    """
    found = {link_id for link_id in facts.stating("notified_by") if _may_read(facts, link_id)}
    return frozenset(found | facts.once(polls).keys() | facts.once(beneath_writes))


def store_uses(facts: Facts) -> dict[str, list[tuple[SharedDataLink, float]]]:
    """Shared fact: datastore id -> its links with uses per second, of those whose uses are known, by id.

    Whoever only reads in its own time uses the store once per look and once per notification, however many changes it
    finds then. Journeys whose rate nobody said add nothing: the rates are lower bounds.
    """
    rates, clock = facts.once(known_rates), facts.once(polls)
    if not rates and not clock:
        return {}
    alone = facts.once(in_own_time)
    found: dict[str, list[tuple[SharedDataLink, float]]] = {}
    for link in facts.links_of("shared_data"):
        if not isinstance(link, SharedDataLink) or facts.kind[link.target] != "datastore":
            continue
        rate = 1000.0 / clock[link.id] if link.id in clock else 0.0
        if link.id in alone:
            rate += _notifications(facts, link)
        if counts_with_journeys(facts, link):
            rate += rates.get(link.id, 0.0)
        if rate > 0:
            found.setdefault(link.target, []).append((link, rate))
    return {store: found[store] for store in sorted(found)}


def counts_with_journeys(facts: Facts, link: Link) -> bool:
    """Whether journeys that come by a data access use the store then: not whoever only reads, in its own time."""
    only_reads = link.id in facts.once(beneath_writes) or facts.said(link, "access") == "read"
    return not only_reads or link.id not in facts.once(in_own_time)


def _notifications(facts: Facts, reader: Link) -> float:
    """How often a reader is told of changes per second.

    Where no journey comes by the link over which it is told, each write of the same data sends a notification.
    """
    rates = facts.once(known_rates)
    told_by = facts.stating("notified_by").get(reader.id)
    if told_by is None or told_by in rates:
        return rates.get(str(told_by), 0.0)
    return changes_per_s(facts, reader)


def changes_per_s(facts: Facts, reader: Link) -> float:
    """How often the data that it reads is written per second, as far as known."""
    rates, named = facts.once(known_rates), facts.stating("dataset")
    wanted = named.get(reader.id)
    return sum(
        rates.get(link.id, 0.0)
        for link in facts.architecture.links_to[reader.target]
        if link.id not in facts.once(in_own_time)
        and facts.said(link, "access") != "read"
        and (wanted is None or named.get(link.id) in (None, wanted))
    )


def held_ms(facts: Facts, link: Link, work: AnyDistribution) -> float:
    """Mean time a use holds a connection: the work, or the transaction where that is longer."""
    transaction = facts.said(link, "transaction_ms")
    if transaction is None:
        return mean_of(work)
    if isinstance(work, int | float | Constant):
        return max(float(transaction), mean_of(work))
    shares = ((i + 0.5) / _SHARES for i in range(_SHARES))
    return sum(max(float(transaction), quantile_of(work, share)) for share in shares) / _SHARES


def beneath_writes(facts: Facts) -> frozenset[str]:
    """Shared fact: data accesses that a drawn journey names under the writing of the same store."""
    links = facts.architecture.link_by_id
    found: set[str] = set()
    waiting: list[tuple[str | None, tuple[AnyStep, ...]]] = [(None, journey.steps) for journey in facts.journeys]
    while waiting:
        store, steps = waiting.pop()
        for step in steps:
            if isinstance(step, ChoiceStep):
                waiting += [(store, branch.steps) for branch in step.choice]
            elif isinstance(step, LinkStep):
                link = links[step.link]
                data = link.style == "shared_data"
                if data and link.target == store and _may_read(facts, link.id):
                    found.add(link.id)
                writes = data and facts.said(link, "access") != "read"
                waiting += [(link.target if writes else None, step.steps)]
                waiting += [(None, step.on_reply), (None, step.on_failure)]
    return frozenset(found)


def _may_read(facts: Facts, link_id: str) -> bool:
    link = facts.architecture.link_by_id[link_id]
    return isinstance(link, SharedDataLink) and facts.said(link, "access") != "write"
