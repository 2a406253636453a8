"""Who takes messages, from where, and how many at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from operator import itemgetter

from models.analysis.facts import Facts
from models.architecture import Group, Link, LinkStep, Service, mean_of
from models.architecture.kinds import CHANNELS
from models.architecture.model import Arc
from models.architecture.steps import every_step
from models.architecture.values import AnyDistribution


def consuming(facts: Facts) -> list[Link]:
    """Shared fact: the links over which messages and events are delivered to someone, by id."""
    kind = facts.kind
    sent = (*facts.arcs_of("async"), *facts.arcs_of("event"))
    found = [arc for arc in sent if kind[arc[1]] in CHANNELS or kind[arc[2]] not in CHANNELS]
    return [arc[4] for arc in sorted(found, key=itemgetter(0))]


def aside(facts: Facts) -> frozenset[str]:
    """Shared fact: queues that hold dead letters or replies: they are filled and emptied by other means than links."""
    found = set(facts.elements_stating("dead_letter").values())
    found |= set(facts.stating("delivery.dead_letter").values()) | set(facts.stating("reply_queue").values())
    return frozenset(found & set(facts.kind))


def dead_letters(facts: Facts) -> frozenset[str]:
    """Shared fact: queues that messages go to after their last delivery."""
    found = set(facts.elements_stating("dead_letter").values()) | set(facts.stating("delivery.dead_letter").values())
    return frozenset(found & set(facts.kind))


def publishing(facts: Facts) -> Iterator[Arc]:
    """The links over which messages and events enter a channel, explicit or implied."""
    for style in ("async", "event"):
        for arc in facts.arcs_of(style):
            if facts.kind[arc[1]] not in CHANNELS:
                yield arc


def at_once(facts: Facts, link: Link) -> float | None:
    """Messages that one instance works on at once: the stated concurrency, else its workers; None when nobody said."""
    stated = facts.said(link, "delivery.concurrency")
    if stated is not None:
        return float(stated)
    target = facts.architecture.element_by_id[link.target]
    workers = target.workers if target.kind in ("service", "external") else None
    return None if workers is None else float("inf") if workers == "unlimited" else float(workers)


def work_of(facts: Facts, element_id: str) -> AnyDistribution | None:
    """The stated work per request or message of a service or external."""
    element = facts.architecture.element_by_id[element_id]
    return element.work_ms if element.kind in ("service", "external") else None


def speed(facts: Facts, link: Link) -> float | None:
    """Messages per second that the target could take over the link, as said; None where that is open."""
    work, instances, slots = mean_work_ms(facts, link.target), instances_of(facts, link.target), at_once(facts, link)
    if not work or instances is None or slots is None or math.isinf(slots):
        return None
    return instances * slots * 1000.0 / work


def works_over(facts: Facts, link: Link) -> list[AnyDistribution]:
    """The stated work on what comes over a link: of the steps that tell it, and the target's own for all others."""
    drawn = facts.once(drawn_work).get(link.id)
    own = work_of(facts, link.target)
    if drawn is None:
        return [] if own is None else [own]
    every = (own if work is None else work for work in drawn)
    return [work for work in every if work is not None]


def drawn_work(facts: Facts) -> dict[str, list[AnyDistribution | None]]:
    """Shared fact: id of a consuming link -> what its steps in drawn journeys say of the work, or None."""
    wanted = {link.id for link in facts.once(consuming)}
    found: dict[str, list[AnyDistribution | None]] = {}
    for journey in facts.journeys if wanted else ():
        for step in every_step(journey.steps):
            if isinstance(step, LinkStep) and step.link in wanted:
                found.setdefault(step.link, []).append(step.work_ms)
    return found


def mean_work_ms(facts: Facts, element_id: str) -> float | None:
    """Its mean in ms."""
    work = work_of(facts, element_id)
    return None if work is None else mean_of(work)


def instances_of(facts: Facts, element_id: str) -> int | None:
    """The most instances that are said to run at once; an external counts as one."""
    element = facts.architecture.element_by_id[element_id]
    return instances_said(facts, element) if isinstance(element, Service) else 1


def instances_said(facts: Facts, service: Service) -> int | None:
    """The most instances that are said to run at once; None when nobody said.

    Its own number, else those placed on hosts; more where it scales.
    """
    most = service.instances
    if most is None:
        most = facts.once(_placed).get(service.id)
    return most if service.autoscale is None else max(most or 1, service.autoscale.max)


def most_instances(facts: Facts, service: Service) -> int:
    """As `instances_said`; 1 when nobody said."""
    return instances_said(facts, service) or 1


def _placed(facts: Facts) -> dict[str, int]:
    """Shared fact: service id -> instances that groups say they run of it, on all their replicas."""
    found: dict[str, int] = {}
    for group in facts.elements_of("group"):
        if isinstance(group, Group):
            for service_id, each in group.placement.items():
                found[service_id] = found.get(service_id, 0) + each * (group.replicas or 1)
    return found
