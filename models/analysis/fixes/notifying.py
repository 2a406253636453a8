"""Letting readers of common data be told of a change instead of looking for it."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import DELIVERIES, by_fix, link_of, with_dead_letters
from models.analysis.fixes.retry_plans import calmed
from models.analysis.fixes.trial import brings_error
from models.analysis.messages.telling import overloads
from models.analysis.stores.connections import overfilled
from models.analysis.stores.datasets import access_of
from models.analysis.stores.store_uses import changes_per_s, polls
from models.architecture import Architecture, Delivery, EventLink, Link, SharedDataLink, allowed
from models.architecture.edits import add_link, fresh_id, set_attributes


def polling(facts: Facts) -> Iterator[tuple[SharedDataLink, float]]:
    """Links on which somebody looks for changes without being told of them, and every how many ms."""
    for link_id, interval in facts.once(polls).items():
        link = facts.architecture.link_by_id[link_id]
        if isinstance(link, SharedDataLink) and facts.said(link, "notified_by") is None:
            yield link, interval


def notifier(facts: Facts, reader: SharedDataLink) -> str | None:
    """Who could tell the reader of changes, if neither the reader nor anything that it sets off is overloaded then."""
    writer = writer_for(facts, reader)
    return writer if writer is not None and keeps_up(facts, reader, writer) else None


def writer_for(facts: Facts, reader: SharedDataLink) -> str | None:
    """The first other service that writes the same data, by its link's id."""
    wanted = facts.said(reader, "dataset")
    for link in sorted(facts.architecture.links_to[reader.target], key=attrgetter("id")):
        if link.style != "shared_data" or link.source == reader.source:
            continue
        dataset = facts.said(link, "dataset")
        same = dataset is None or wanted is None or dataset == wanted
        if same and access_of(facts, link)[1] and allowed("event", facts.kind[link.source], facts.kind[reader.source]):
            return link.source
    return None


def keeps_up(facts: Facts, reader: SharedDataLink, writer: str) -> bool:
    """Whether the reader handles as many events as the writer would send, and the store as many looks, as was said.

    Where no journey is followed along the links of the writer, none comes by the event: there is a look for each
    change, and nothing else to judge.
    """
    if writer not in facts.once(_followed):
        return not overfilled(facts, reader.target, [(reader, changes_per_s(facts, reader))])
    too_much = overloads(facts, _event(facts.architecture, reader, writer), reader)
    if too_much is None:
        too_much = brings_error(facts, notified(facts.architecture, reader.id, writer, ""), ("D05", "M07", "R09"))
    return not too_much


def _followed(facts: Facts) -> frozenset[str]:
    """Shared fact: the elements that journeys without steps come by."""
    found: set[str] = set()
    waiting = [journey.entry for journey in facts.followed_journeys]
    while waiting:
        here = waiting.pop()
        if here not in found:
            found.add(here)
            waiting += facts.targets[here]
    return frozenset(found)


def notified(architecture: Architecture, reader_id: str, writer: str, code: str) -> Architecture:
    """The reader woken by an event of the writer, where retries below it are kept at one layer if they multiply."""
    before = architecture
    reader = link_of(architecture, reader_id)
    event = _event(architecture, reader, writer)
    architecture = add_link(architecture, event)
    architecture = with_dead_letters(architecture, [event.id], code)
    architecture = set_attributes(architecture, [reader_id], {"notified_by": event.id}, provenance=by_fix(code))
    return calmed(before, architecture, code)


def _event(architecture: Architecture, reader: Link, writer: str) -> EventLink:
    event_id = fresh_id(architecture, f"{writer}-{reader.source}-changed")
    return EventLink(id=event_id, source=writer, target=reader.source, delivery=Delivery(max_deliveries=DELIVERIES))
