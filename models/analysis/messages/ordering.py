"""Events that must stay in order, and how many of them a consumer works on at once."""

from __future__ import annotations

import math
from collections.abc import Iterator

from models.analysis.facts import Facts
from models.analysis.messages.consumers import at_once, instances_of
from models.architecture import NO_ORDER_KEY, EventLink, Link
from models.architecture.kinds import CHANNELS


def ordered(facts: Facts) -> list[EventLink]:
    """Shared fact: links whose events must stay in order and have no key that anyone said.

    It counts where they are published, else where they are consumed.
    """
    return list(_ordered(facts))


def _ordered(facts: Facts) -> Iterator[EventLink]:
    for link_id, wanted in facts.stating("order_required").items():
        link = facts.architecture.link_by_id[link_id]
        if wanted is not True or not isinstance(link, EventLink) or _has_key(facts, link):
            continue
        if facts.kind[link.source] == "topic":
            into = [one for one in facts.architecture.links_to[link.source] if one.style == "event"]
            if any(facts.said(one, "order_required") is True or _has_key(facts, one) for one in into):
                continue
        yield link


def keyless(facts: Facts, link: Link) -> bool:
    """Whether events are said to have no key: on their link, or wherever they are published to its topic."""
    if (said := facts.said(link, "order_key")) is not None or facts.kind[link.source] != "topic":
        return said == NO_ORDER_KEY
    into = [one for one in facts.architecture.links_to[link.source] if one.style == "event"]
    return bool(into) and all(facts.said(one, "order_key") == NO_ORDER_KEY for one in into)


def _has_key(facts: Facts, link: Link) -> bool:
    return facts.said(link, "order_key") not in (None, NO_ORDER_KEY)


def ordered_into(facts: Facts) -> dict[str, list[EventLink]]:
    """Shared fact: id of a consumer -> the links of `ordered` whose events it takes."""
    found: dict[str, list[EventLink]] = {}
    for link in facts.once(ordered):
        for consumer in dict.fromkeys(out.target for out in takers_in_order(facts, link)):
            found.setdefault(consumer, []).append(link)
    return found


def takers_in_order(facts: Facts, link: EventLink) -> list[Link]:
    """The links over which these events come to consumers, but for those with a key of their own, by id."""
    if facts.kind[link.target] not in CHANNELS:
        return [link]
    onward = (out for out in facts.architecture.links_from[link.target] if out.style == "event")
    return sorted((out for out in onward if not _has_key(facts, out)), key=lambda out: out.id)


def competing(facts: Facts, link: Link) -> float | None:
    """Events of one service in work at once, as said: instances times stated concurrency; None when nobody said."""
    return competing_of(facts, link, instances_of(facts, link.target))


def competing_of(facts: Facts, link: Link, instances: int | None) -> float | None:
    """As `competing`, if it ran so many instances.

    A partition is taken by one consumer, which works on one event of it at a time.
    """
    partitions = float(facts.elements_stating("partitions").get(link.source, math.inf))
    if partitions == 1:
        return 1.0
    each = at_once(facts, link)
    if instances is None:
        return None if each is None or each <= 1 else min(each, partitions)
    return min(float(instances) if each is None else instances * each, partitions)
