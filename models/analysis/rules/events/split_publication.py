"""E04: events that belong together and are sent one by one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.components import components
from models.analysis.facts import Facts, naming
from models.analysis.repairs import by_fix
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Rule, in_words
from models.architecture import Architecture
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    links = facts.architecture.link_by_id
    for together in facts.once(publications_together):
        if not any(facts.said(links[link_id], "outbox") is False for link_id in together):
            continue
        source, targets = links[together[0]].source, [links[link_id].target for link_id in together]
        yield Flaw(
            subject=together[0],
            severity="error",
            message=say(
                "rules",
                _MESSAGE,
                source=facts.label(source),
                count=len(together),
                names=naming([facts.label(target) for target in targets]),
            ),
            elements=tuple(dict.fromkeys((source, *targets)))[:MOST_NAMED],
            links=tuple(together),
            path=(source, together[0], targets[0]),
            fixes=partial(_fixes, together),
        )


def publications_together(facts: Facts) -> list[list[str]]:
    """Shared fact: link ids of events that must be published together, as said on any of them, each group sorted."""
    joined: dict[str, list[str]] = {}
    links = facts.architecture.link_by_id
    for link_id, others in facts.stating("published_with").items():
        for other in others:
            if other != link_id and other in links and "outbox" in type(links[other]).model_fields:
                joined.setdefault(link_id, []).append(other)
                joined.setdefault(other, []).append(link_id)
    return sorted(members for members in components(joined) if len(members) > 1)


def waits(facts: Facts) -> Iterator[tuple[str, str]]:
    links = facts.architecture.link_by_id
    for together in facts.once(publications_together):
        said = {link_id: facts.said(links[link_id], "outbox") for link_id in together}
        if False not in said.values():
            yield from ((link_id, "outbox") for link_id, outbox in said.items() if outbox is None)


def _fixes(link_ids: list[str]) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_outbox, link_ids)),)


def _outbox(link_ids: list[str], architecture: Architecture) -> Architecture:
    left = [link_id for link_id in link_ids if link_id in architecture.link_by_id]
    return set_attributes(architecture, left, {"outbox": True}, provenance=by_fix("E04"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "{source} publishes {count} events that belong together, to {names}, without an outbox: when it dies in between, "
    "some are lost.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Publish them through one outbox")

RULE = Rule(
    code="E04",
    name="split-publication",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Split publication")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "Events are said to be published together, and one of them is said to have no outbox."
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
