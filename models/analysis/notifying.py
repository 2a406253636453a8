"""Letting readers of common data be told of a change instead of looking for it."""

from __future__ import annotations

from collections.abc import Iterator

from models.analysis.connections import overfilled
from models.analysis.consumers import instances_of, mean_work_ms
from models.analysis.datasets import access_of
from models.analysis.facts import Facts
from models.analysis.repairs import DELIVERIES, by_fix, link_of, with_dead_letters
from models.analysis.store_uses import changes_per_s, polls
from models.analysis.trial import brings_error
from models.architecture import Architecture, Delivery, EventLink, SharedDataLink, allowed
from models.architecture.edits import add_link, fresh_id, set_attributes


def polling(facts: Facts) -> Iterator[tuple[SharedDataLink, float]]:
    """Links on which somebody looks for changes without being told of them, and every how many ms."""
    for link_id, interval in facts.once(polls).items():
        link = facts.architecture.link_by_id[link_id]
        if isinstance(link, SharedDataLink) and facts.said(link, "notified_by") is None:
            yield link, interval


def notifier(facts: Facts, reader: SharedDataLink) -> str | None:
    """Who could tell the reader of changes: the first other service that writes the same data, by id, if it may."""
    wanted = facts.said(reader, "dataset")
    for link in facts.links:
        if link.style != "shared_data" or link.target != reader.target or link.source == reader.source:
            continue
        dataset = facts.said(link, "dataset")
        same = dataset is None or wanted is None or dataset == wanted
        kinds = facts.kind[link.source], facts.kind[reader.source]
        if same and access_of(facts, link)[1] and allowed("event", *kinds):
            return link.source if _keeps_up(facts, reader, link.source) else None
    return None


def _keeps_up(facts: Facts, reader: SharedDataLink, writer: str) -> bool:
    """Whether the reader handles as many events as the writer would send, and the store as many looks, as was said.

    Where no journey is followed along the links of the writer, none comes by the event: there is a look for each
    change, and nothing else to judge.
    """
    if writer not in facts.once(_followed):
        return not overfilled(facts, reader, changes_per_s(facts, reader))
    judged = [] if facts.architecture.element_by_id[reader.target].__dict__.get("connections") is None else ["D05"]
    if mean_work_ms(facts, reader.source) is not None and instances_of(facts, reader.source) is not None:
        judged.append("M07")
    return not judged or not brings_error(facts, notified(facts.architecture, reader.id, writer, ""), judged)


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
    """The reader woken by an event of the writer."""
    reader = link_of(architecture, reader_id)
    event_id = fresh_id(architecture, f"{writer}-{reader.source}-changed")
    event = EventLink(id=event_id, source=writer, target=reader.source, delivery=Delivery(max_deliveries=DELIVERIES))
    architecture = add_link(architecture, event)
    architecture = with_dead_letters(architecture, [event_id], code)
    return set_attributes(architecture, [reader_id], {"notified_by": event_id}, provenance=by_fix(code))
