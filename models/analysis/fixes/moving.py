"""Whether a call can be made a message without new trouble."""

from __future__ import annotations

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import tells_uncleared
from models.analysis.graph.components import components
from models.analysis.messages.handling import handling
from models.analysis.reach import link_rate
from models.analysis.technologies import most_bytes
from models.architecture import Link, allowed


def may_be_message(facts: Facts, link: Link) -> bool:
    """Whether, as a message, it is no larger than its channel carries and comes no faster than it is handled."""
    size, technology = facts.said(link, "payload_bytes"), facts.said(link, "technology")
    limit = None if technology is None else most_bytes(str(technology))
    if size is not None and limit is not None and size > limit:
        return False
    rate, handles = link_rate(facts, link.id), handling(facts, link)
    return rate is None or handles is None or handles.keeps_up(rate)


def may_leave_circle(facts: Facts, link: Link) -> bool:
    """Whether the call is in no circle of calls, or none is left without it but what begins with the same service.

    A circle of which a part is left is another finding; such a one is to be broken as a whole.
    """
    if link.style != "sync" or not facts.in_one_cycle(link):
        return True
    members = facts.sync_components[facts.component_of[link.source]]
    onward = {
        member: [one.target for one in facts.sync_from[member] if one is not link and facts.in_one_cycle(one)]
        for member in members
    }
    left = [part for part in components(onward) if len(part) > 1 or part[0] in onward[part[0]]]
    return all(min(part) == min(members) for part in left)


def may_be_event(facts: Facts, link: Link) -> bool:
    """Whether it may be an event as well: the ends allow it, and no contract changes hands with the style, as that of
    a call belongs to who is called and that of an event to who publishes it. Nor is an event said to be published with
    it: those two would then have to be sent together.
    """
    ends = facts.kind[link.source], facts.kind[link.target]
    alone = facts.said(link, "contract") is None and link.id not in facts.once(_beside)
    if tells_uncleared(facts.architecture, link):
        return False
    return alone and allowed("event", *ends) and may_be_message(facts, link)


def _beside(facts: Facts) -> frozenset[str]:
    """Shared fact: the links with which events are said to be published."""
    return frozenset(other for others in facts.stating("published_with").values() for other in others)
