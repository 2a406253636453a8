"""What one more event would set off in journeys that are followed along all links."""

from __future__ import annotations

import math
from collections.abc import Mapping

from models.analysis.facts import Facts
from models.analysis.journeys.latency import WORKING, followed_ms, holds, loads, work_ms
from models.analysis.journeys.workers import said_workers
from models.analysis.messages.consumers import consuming, drawn_work, speed
from models.analysis.messages.handling import arrivals, handling, takers
from models.analysis.reach import followed_rates, followed_rates_with, known_rates, rate_of
from models.analysis.stores.connections import overfilled
from models.analysis.stores.store_uses import counts_with_journeys
from models.architecture import EventLink, Link, SharedDataLink


def overloads(facts: Facts, event: EventLink, reader: SharedDataLink) -> bool | None:
    """Whether D05, M07 or R09 would tell of anything that they do not tell of now, if the event woke the reader.

    None where more than sums of rates decides: rates that nobody said or that change, other readers who are told of
    changes, steps with work of their own, and workers of whom all might be busy.
    """
    loads = [journey.load for journey in facts.followed_journeys]
    if facts.stating("notified_by") or any(rate_of(load) is None or (load and load.profile) for load in loads):
        return None
    before, after = facts.once(followed_rates), followed_rates_with(facts, event)
    if not after.get(event.id):
        return None
    added = {link_id: rate - before.get(link_id, 0.0) for link_id, rate in after.items()}
    more = {link_id: rate for link_id, rate in added.items() if rate}
    if _may_keep_all_busy(facts, event, more):
        return None
    return _overfills(facts, {**more, reader.id: more.get(reader.id, 0.0)}, reader, after[event.id]) or _outruns(
        facts, event, more, after
    )


def _overfills(facts: Facts, more: Mapping[str, float], reader: SharedDataLink, looks: float) -> bool:
    uses: dict[str, list[tuple[Link, float]]] = {}
    for link_id, rate in more.items():
        link = facts.architecture.link_by_id.get(link_id)
        if link is not None and link.style == "shared_data" and (rate or link is reader):
            rate = rate if counts_with_journeys(facts, link) else 0.0
            uses.setdefault(link.target, []).append((link, rate + looks if link is reader else rate))
    return any(overfilled(facts, store, changed) for store, changed in uses.items())


def _may_keep_all_busy(facts: Facts, event: EventLink, more: Mapping[str, float]) -> bool:
    """Whether some workers that are not all busy now would be."""
    answers, known = facts.once(followed_ms), facts.once(loads)
    held: dict[str, float] = {}
    for link_id, rate in more.items():
        link = facts.architecture.link_by_id.get(link_id, event)
        if link.style != "shared_data" and facts.kind[link.target] in WORKING:
            each = answers.get(link.target, 0.0) if holds(facts, link.target) else work_ms(facts, link.target)
            held[link.target] = held.get(link.target, 0.0) + rate * each
    for element_id, added in held.items():
        workers = said_workers(facts, element_id)
        if workers is None or added <= 0:
            continue
        now = known[element_id].held if element_id in known else 0.0
        if now < math.prod(workers) * 1000.0 <= now + added:
            return True
    return False


def _outruns(facts: Facts, event: EventLink, more: Mapping[str, float], after: Mapping[str, float]) -> bool | None:
    most = speed(facts, event)
    if most is not None and after[event.id] >= most * (1 - 1e-9):
        return True
    for link in facts.once(consuming):
        together = facts.once(takers).get(link.source, [link])
        if link is not together[0] or not any(more.get(taker.id) for taker in together):
            continue
        if any(facts.once(drawn_work).get(taker.id) for taker in together):
            return None
        handles = [one.per_s for taker in together if (one := handling(facts, taker)) is not None]
        rate = arrivals(facts, link)
        if rate is None and not any(taker.id in facts.once(known_rates) for taker in together):
            rate = 0.0
        if rate is None or len(handles) < len(together):
            continue
        capacity = sum(handles) * (1 - 1e-9)
        if rate < capacity <= rate + sum(more.get(taker.id, 0.0) for taker in together):
            return True
    return False
