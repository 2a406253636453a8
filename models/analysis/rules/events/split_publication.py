"""E04: events that belong together and are sent one by one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, path_of
from models.analysis.fixes.repairs import set_on_links
from models.analysis.graph.components import components
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture
from models.architecture.kinds import CHANNELS
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    links = facts.architecture.link_by_id
    for together in facts.once(publications_together):
        events = [link_id for link_id in together if links[link_id].style == "event"]
        without = [link_id for link_id in events if facts.said(links[link_id], "outbox") is False]
        if not without:
            continue
        sources = dict.fromkeys(links[link_id].source for link_id in together)
        targets = dict.fromkeys(links[link_id].target for link_id in together)
        yield Flaw(
            subject=together[0],
            severity="error",
            message=say(
                "rules",
                _template(len(sources), len(events) == len(together)),
                source=naming([facts.label(source) for source in sources]),
                count=len(together),
                names=naming([facts.label(target) for target in targets]),
            ),
            elements=tuple(dict.fromkeys((*sources, *targets)))[:MOST_NAMED],
            links=tuple(together),
            path=path_of(links[together[0]].source, [links[together[0]]]),
            cause=f"M05:{without[0]}",
            fixes=partial(_fixes, events, len(sources)),
        )


def _template(sources: int, only_events: bool) -> str:
    if sources > 1:
        return _APART
    return _MESSAGE if only_events else _MIXED


def publications_together(facts: Facts) -> list[list[str]]:
    """Shared fact: link ids of an event and what must be done together with it, as said on any of them, each sorted."""
    joined: dict[str, list[str]] = {}
    for link_id, others in facts.stating("published_with").items():
        if not _sends(facts, link_id):
            continue
        for other in others:
            if other != link_id and _sends(facts, other):
                joined.setdefault(link_id, []).append(other)
                joined.setdefault(other, []).append(link_id)
    return sorted(sorted(members) for members in components(joined) if len(members) > 1)


def _sends(facts: Facts, link_id: str) -> bool:
    """Whether the link's source does something of its own accord: a queue or topic hands on what was sent."""
    link = facts.architecture.link_by_id.get(link_id)
    return link is not None and facts.kind[link.source] not in CHANNELS


def waits(facts: Facts) -> Iterator[Lack]:
    links = facts.architecture.link_by_id
    for together in facts.once(publications_together):
        said = {
            link_id: facts.said(links[link_id], "outbox") for link_id in together if links[link_id].style == "event"
        }
        if False not in said.values():
            yield "outbox", [link_id for link_id, outbox in said.items() if outbox is None]


def _fixes(link_ids: list[str], sources: int) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX if sources == 1 else _FIX_EACH), "advice", partial(_outbox, link_ids)),)


def _outbox(link_ids: list[str], architecture: Architecture) -> Architecture:
    return set_on_links(architecture, link_ids, {"outbox": True}, "E04")


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "{source} publishes {count} events that belong together, to {names}, without an outbox: when it dies in between, "
    "some are lost.",
)
_MIXED = QT_TRANSLATE_NOOP(
    "rules",
    "{source} does {count} things that belong together, to {names}, without an outbox: when it dies in between, some "
    "are lost.",
)
_APART = QT_TRANSLATE_NOOP(
    "rules",
    "{count} events that belong together are published by {source}, to {names}, without an outbox: when one dies in "
    "between, some are lost.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Publish them through one outbox")
_FIX_EACH = QT_TRANSLATE_NOOP("rules", "Publish each through an outbox of its publisher")

RULE = Rule(
    code="E04",
    name="split-publication",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Split publication")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "An event is said to be published together with others, or with calls, messages or writes, and one of the "
            "events is said to have no outbox.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Each event is sent by itself. A crash between the first and the second leaves half a truth behind, and no "
            "consumer can tell that the other half is missing.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order publishes the sale to Accounting and the parcel to Shipping, one after the other."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Store all of them in one transaction in an outbox and publish from there, or make them one event."
        ),
    ),
    source="S8.2",
    check=check,
    rests_on=("style", "published_with", "outbox"),
    waits=waits,
)
