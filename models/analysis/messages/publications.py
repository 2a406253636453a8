"""Who announces what, and who of those who hear it comes back to ask."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.analysis.facts import Facts
from models.architecture import EventLink, Link, LinkStep, SyncLink
from models.architecture.steps import every_step, journeys_used, links_used

_BETWEEN = ("gateway", "bff", "adapter")


@dataclass(frozen=True, slots=True)
class Publication:
    """What one publisher announces: its links, and how it reaches whom (consumer, consuming link, call back).

    `back` is the consumer's synchronous call to the publisher, or the two through a gateway.
    """

    subject: str
    publisher: str
    links: tuple[EventLink, ...]
    called_back: tuple[tuple[str, EventLink, tuple[SyncLink, ...]], ...]


def publications(facts: Facts) -> list[Publication]:
    """Shared fact: every publication of which some consumer calls its publisher back, by subject.

    Events straight to services share one implied topic per publisher.
    """
    found = []
    callers = facts.once(_callers)
    straight: dict[str, list[EventLink]] = {}
    for link_id, source, target, _, link in facts.arcs_of("event"):
        if source not in callers or facts.kind[source] == "topic" or not isinstance(link, EventLink):
            continue
        if facts.kind[target] != "topic":
            straight.setdefault(source, []).append(link)
        elif back := _called_back(facts, source, facts.once(_consumers).get(target, [])):
            found.append(Publication(link_id, source, (link,), back))
    for publisher, links in straight.items():
        thick = [link for link in links if facts.said(link, "payload") not in (None, "id_only")]
        rest = [link for link in links if link not in thick]
        back = _called_back(facts, publisher, [(link.target, link) for link in rest])
        if back:
            subject = back[0][1].id if len(back) == 1 else publisher
            used = tuple(dict.fromkeys(link.id for _, link, _ in back))
            found.append(Publication(subject, publisher, tuple(link for link in rest if link.id in used), back))
    return sorted(found, key=lambda publication: publication.subject)


def _called_back(
    facts: Facts, publisher: str, consuming: list[tuple[str, EventLink]]
) -> tuple[tuple[str, EventLink, tuple[SyncLink, ...]], ...]:
    """By the first link to each consumer that says what is in the event, else by the first."""
    found: dict[str, tuple[str, EventLink, tuple[SyncLink, ...]]] = {}
    calling = facts.once(_callers)[publisher]
    coming = [one for one in consuming if one[0] in calling and one[0] != publisher]
    for consumer, link in sorted(coming, key=lambda one: facts.said(one[1], "payload") is None):
        if consumer in found:
            continue
        ways = _ways_back(facts, consumer, publisher)
        if back := next((way for way in ways if may_react_with(facts, link, way[0])), None):
            found[consumer] = (consumer, link, back)
    return tuple(found.values())


def _consumers(facts: Facts) -> dict[str, list[tuple[str, EventLink]]]:
    """Shared fact: topic -> who takes its events and by which link, by the ids of these."""
    found: dict[str, list[tuple[str, EventLink]]] = {}
    for _, source, target, _, link in facts.arcs_of("event"):
        if facts.kind[source] == "topic" and isinstance(link, EventLink):
            found.setdefault(source, []).append((target, link))
    return found


def may_react_with(facts: Facts, consuming: Link, link: Link) -> bool:
    """Whether the consumer of an event may use a link of its own in reaction to it.

    Not where drawn journeys tell of both and the link stands elsewhere: the consumer then has other reasons to use it.
    """
    drawn = facts.once(_drawn_links)
    if consuming.id not in drawn or link.id not in drawn:
        return True
    return link.id in facts.once(_drawn_below).get(consuming.id, ())


def _drawn_links(facts: Facts) -> frozenset[str]:
    """Shared fact: ids of the links that steps of drawn journeys use."""
    return frozenset(link_id for journey in facts.journeys for link_id in links_used(journey.steps))


def _drawn_below(facts: Facts) -> dict[str, set[str]]:
    """Shared fact: id of a consuming link -> ids of the links that its consumers use below some step of it."""
    found: dict[str, set[str]] = {}
    if not facts.journeys:
        return found
    consuming = {arc[0] for arc in facts.arcs_of("event") if facts.kind[arc[2]] != "topic"}
    for journey in facts.journeys:
        for step in every_step(journey.steps):
            if isinstance(step, LinkStep) and step.link in consuming:
                below = found.setdefault(step.link, set())
                below.update(links_used(step.steps))
                for used in journeys_used(step.steps):
                    below.update(_links_of_journey(facts, used))
    return found


def _links_of_journey(facts: Facts, journey_id: str) -> set[str]:
    """Ids of the links that a journey uses, by itself and through those it uses."""
    seen, waiting, found = {journey_id}, [journey_id], set[str]()
    while waiting:
        steps = facts.architecture.journey_by_id[waiting.pop()].steps
        found.update(links_used(steps))
        more = [used for used in journeys_used(steps) if used not in seen]
        seen.update(more)
        waiting += more
    return found


def _ways_back(facts: Facts, consumer: str, publisher: str) -> Iterator[tuple[SyncLink, ...]]:
    """The calls straight to the publisher, then those through a gateway."""
    between = facts.once(_between)
    calls = facts.remote_sync_from(consumer)
    yield from ((link,) for link in calls if link.target == publisher)
    for link in calls if between else ():
        if link.target in between:
            yield from ((link, onward) for onward in facts.remote_sync_from(link.target) if onward.target == publisher)


def _callers(facts: Facts) -> dict[str, set[str]]:
    """Shared fact: publisher -> who calls it over the network, straight or through a gateway; of those with any."""
    found: dict[str, set[str]] = {}
    between = facts.once(_between)
    wanted = {arc[1] for arc in facts.arcs_of("event")} | between
    for _, source, target in facts.calls:
        if target not in wanted:
            continue
        if target in found:
            found[target].add(source)
        else:
            found[target] = {source}
    through = [(target, callers & between) for target, callers in found.items()] if between else []
    more = {target: set().union(*[found.get(door, ()) for door in doors]) for target, doors in through if doors}
    for target, callers in more.items():
        found[target] = found[target] | callers
    return found


def _between(facts: Facts) -> frozenset[str]:
    """Shared fact: the services that pass calls on to others."""
    return frozenset([service_id for service_id, role in facts.elements_stating("role").items() if role in _BETWEEN])


def payload_of(facts: Facts, publication: Publication) -> str | None:
    """What the publisher says is in the event, else what its consumers say."""
    told = [facts.said(link, "payload") for link in publication.links]
    told += [facts.said(link, "payload") for _, link, _ in publication.called_back]
    return next((payload for payload in told if payload is not None), None)
