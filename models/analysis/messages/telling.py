"""What one more event would set off in journeys that are followed along all links."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from models.analysis.facts import Facts
from models.analysis.journeys.latency import followed_ms, holds, loads, work_ms
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
    changes, and steps with work of their own.
    """
    loads = [journey.load for journey in facts.followed_journeys]
    if facts.stating("notified_by") or any(rate_of(load) is None or (load and load.profile) for load in loads):
        return None
    before, after = facts.once(followed_rates), followed_rates_with(facts, event)
    if not after.get(event.id):
        return None
    more = {link_id: rate - before.get(link_id, 0.0) for link_id, rate in after.items() if rate != before.get(link_id)}
    return (
        _keeps_all_busy(facts, event, more)
        or _overfills(facts, {**more, reader.id: more.get(reader.id, 0.0)}, reader, after[event.id])
        or _outruns(facts, event, more, after)
    )


def _overfills(facts: Facts, more: Mapping[str, float], reader: SharedDataLink, looks: float) -> bool:
    uses: dict[str, list[tuple[Link, float]]] = {}
    for link_id, rate in more.items():
        link = facts.architecture.link_by_id.get(link_id)
        if link is not None and link.style == "shared_data" and (rate or link is reader):
            rate = rate if counts_with_journeys(facts, link) else 0.0
            uses.setdefault(link.target, []).append((link, rate + looks if link is reader else rate))
    return any(overfilled(facts, store, changed) for store, changed in uses.items())


def _keeps_all_busy(facts: Facts, event: EventLink, more: Mapping[str, float]) -> bool:
    """Whether workers that are not all busy now would be, as R09 counts them."""
    spare = facts.once(_spare)
    added: dict[str, float] = {}
    for link_id, rate in more.items():
        link = facts.architecture.link_by_id.get(link_id, event)
        if link.target in spare and link.style != "shared_data":
            added[link.target] = added.get(link.target, 0.0) + rate * spare[link.target].held_ms
    return any(busy > 0 and spare[target].now + busy >= spare[target].most for target, busy in added.items())


@dataclass(frozen=True, slots=True)
class _Spare:
    """Workers that are not all busy: ms for which a request holds one; ms held per second now; and when all are."""

    held_ms: float
    now: float
    most: float


def _spare(facts: Facts) -> dict[str, _Spare]:
    """Shared fact: element id -> its workers, where it is said how many and not all of them are busy.

    They are held as `loads` says of the links of journeys without steps. Nobody waits for an event, so that no answer
    takes longer for one more: only the rates change.
    """
    answers, known = facts.once(followed_ms), facts.once(loads)
    found = {}
    for element_id in facts.kind:
        workers = said_workers(facts, element_id)
        if workers is None or math.isinf(workers[1]):
            continue
        held_ms = answers.get(element_id, 0.0) if holds(facts, element_id) else work_ms(facts, element_id)
        now = known[element_id].held if element_id in known else 0.0
        most = math.prod(workers) * 1000.0 * (1 - 1e-9)
        if now < most:
            found[element_id] = _Spare(held_ms, now, most)
    return found


def _handled(facts: Facts) -> dict[str, float]:
    """Shared fact: id of a link over which messages are taken -> messages per second, where something limits them."""
    return {link.id: one.per_s for link in facts.once(consuming) if (one := handling(facts, link)) is not None}


def _outruns(facts: Facts, event: EventLink, more: Mapping[str, float], after: Mapping[str, float]) -> bool | None:
    most = speed(facts, event)
    if most is not None and after[event.id] >= most * (1 - 1e-9):
        return True
    handled = facts.once(_handled)
    for link in facts.once(consuming):
        together = facts.once(takers).get(link.source, [link])
        if link is not together[0] or not any(more.get(taker.id) for taker in together):
            continue
        if any(facts.once(drawn_work).get(taker.id) for taker in together):
            return None
        handles = [handled[taker.id] for taker in together if taker.id in handled]
        rate = arrivals(facts, link)
        if rate is None and not any(taker.id in facts.once(known_rates) for taker in together):
            rate = 0.0
        if rate is None or len(handles) < len(together):
            continue
        capacity = sum(handles) * (1 - 1e-9)
        if rate < capacity <= rate + sum(more.get(taker.id, 0.0) for taker in together):
            return True
    return False
