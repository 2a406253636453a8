"""How fast messages come to their consumers, and how fast those handle them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from models.analysis.facts import Facts
from models.analysis.journeys.latency import loads
from models.analysis.messages.consumers import at_once, consuming, drawn_work, instances_of, mean_work_ms
from models.analysis.reach import lasting_link_rate
from models.architecture import Link


def arrivals(facts: Facts, link: Link) -> float | None:
    """Messages per second to a consumer at the journeys' lasting rates; those of a queue to all its consumers together.

    None where some journey has no rate, or none comes by.
    """
    if facts.kind[link.source] == "queue":
        return facts.once(_queue_arrivals).get(link.source)
    return lasting_link_rate(facts, link.id)


def _queue_arrivals(facts: Facts) -> dict[str, float]:
    found = {}
    for queue, competing in facts.once(takers).items():
        rates = [lasting_link_rate(facts, taker.id) for taker in competing]
        known = [rate for rate in rates if rate is not None]
        if len(known) == len(rates):
            found[queue] = sum(known)
    return found


def takers(facts: Facts) -> dict[str, list[Link]]:
    """Shared fact: queue -> the links over which its messages are taken, by id; each message over one of them."""
    found: dict[str, list[Link]] = {}
    for link in facts.once(consuming):
        if facts.kind[link.source] == "queue":
            found.setdefault(link.source, []).append(link)
    return found


@dataclass(frozen=True, slots=True)
class Handling:
    """What a consumer can do, as said: its mean work in ms, its instances, and what each works on at once."""

    work_ms: float
    instances: int
    slots: float

    @property
    def per_s(self) -> float:
        """Messages per second."""
        return self.instances * self.slots * 1000.0 / self.work_ms

    def keeps_up(self, rate: float) -> bool:
        """Whether a backlog shrinks at so many messages per second."""
        return rate < self.per_s * (1 - 1e-9)


def handling(facts: Facts, link: Link) -> Handling | None:
    """How the target handles what comes over the link; None where nobody said, or nothing limits it."""
    work, instances, slots = mean_handled_ms(facts, link), instances_of(facts, link.target), at_once(facts, link)
    if work is None or work <= 0 or instances is None or slots is None or math.isinf(slots):
        return None
    return Handling(work, instances, slots)


def mean_handled_ms(facts: Facts, link: Link) -> float | None:
    """Mean stated work in ms on what comes over the link at the journeys' rates, with what their steps say of it."""
    load = facts.once(loads).get(link.target)
    rate = 0.0 if load is None else load.by_link.get(link.id, 0.0)
    if load is None or rate <= 0 or not (load.worked.get(link.id) or facts.once(drawn_work).get(link.id)):
        return mean_work_ms(facts, link.target)
    return load.worked[link.id] / rate
