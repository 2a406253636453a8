"""Messages whose reply somebody waits for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from models.analysis.facts import Facts
from models.architecture import AsyncLink, Link, Service


def asking(facts: Facts) -> list[AsyncLink]:
    """Shared fact: the links over which requests go whose reply is expected, by id; the asking side, not a queue's.

    Whoever names a reply queue expects replies, unless it is said that there are none.
    """
    return list(_asking(facts))


def _asking(facts: Facts) -> Iterator[AsyncLink]:
    for link in facts.links_of("async"):
        if not isinstance(link, AsyncLink) or facts.kind[link.source] == "queue":
            continue
        reply = said_of_reply(facts, link, "reply")
        named = reply is None and said_of_reply(facts, link, "reply_queue") is not None
        if named or reply in ("queue", "callback") or facts.said(link, "awaited") is True:
            yield link


def said_of_reply(facts: Facts, link: Link, attribute: str) -> Any | None:
    """What is said of the reply by the link over which the request goes; else, behind a queue, by one that takes it."""
    said = facts.said(link, attribute)
    if said is None and link.style == "async" and facts.kind[link.target] == "queue":
        taking = (one for one in facts.architecture.links_from[link.target] if one.style == "async")
        said = next((told for one in taking if (told := facts.said(one, attribute)) is not None), None)
    return said


def asked_queues(facts: Facts) -> dict[str, list[Link]]:
    """Shared fact: id of a queue that takes requests whose reply is expected -> the links over which it hands them on.

    Whoever takes a request from there answers it.
    """
    queues = {link.target for link in facts.once(asking) if facts.kind[link.target] == "queue"}
    return {queue: list(facts.architecture.links_from[queue]) for queue in sorted(queues)}


def remembering(facts: Facts) -> list[tuple[AsyncLink, Service]]:
    """Shared fact: such a link, by id, and the service that keeps in memory alone what it has asked over it."""
    found = []
    for link in facts.once(asking):
        asks = facts.architecture.element_by_id[link.source]
        if isinstance(asks, Service) and said_of_reply(facts, link, "pending_state") == "memory":
            found.append((link, asks))
    return found
