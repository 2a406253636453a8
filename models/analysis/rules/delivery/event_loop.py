"""M08: an event that comes back as its own cause."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, by_label
from models.analysis.fixes.repairs import set_on_links
from models.analysis.graph.components import components
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, Link
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

GUARD = "a hop count"


def check(facts: Facts) -> Iterator[Flaw]:
    unguarded: dict[str, list[Link]] = {}
    guarded = {link_id for link_id, guard in facts.stating("guard").items() if guard != "none"}
    for link in facts.links_of("event"):
        if link.id not in guarded:
            unguarded.setdefault(link.source, []).append(link)
            unguarded.setdefault(link.target, [])
    for members in components({source: [link.target for link in links] for source, links in unguarded.items()}):
        inside = set(members)
        links = [link for member in members for link in unguarded[member] if link.target in inside]
        if not links:
            continue
        names = by_label(facts, [member for member in members if facts.kind[member] != "topic"])
        yield Flaw(
            subject=members[0],
            severity="warning",
            message=_message(facts, names),
            elements=tuple(members)[:MOST_NAMED],
            links=tuple(sorted(link.id for link in links)),
            path=_round(members[0], unguarded, inside),
            fixes=partial(_fixes, [link.id for link in links if facts.kind[link.source] != "topic"]),
        )


def _message(facts: Facts, names: list[str]) -> Text:
    if len(names) == 1:
        return say("rules", _ALONE, name=facts.label(names[0]))
    return say("rules", _MESSAGE, names=naming([facts.label(name) for name in names]))


def _round(start: str, links: dict[str, list[Link]], inside: set[str]) -> tuple[str, ...]:
    """The shortest way from a member back to itself."""
    came: dict[str, Link] = {}
    waiting = [start]
    while waiting and start not in came:
        here = waiting.pop(0)
        for link in links[here]:
            if link.target in inside and link.target not in came:
                came[link.target] = link
                waiting.append(link.target)
    found, here = [start], start
    while True:
        link = came[here]
        found += [link.id, link.source]
        here = link.source
        if here == start:
            return tuple(reversed(found))


def _fixes(link_ids: list[str]) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_guard, link_ids)),)


def _guard(link_ids: list[str], architecture: Architecture) -> Architecture:
    return set_on_links(architecture, link_ids, {"guard": GUARD}, "M08")


_MESSAGE = QT_TRANSLATE_NOOP("rules", "Events go round in a circle and nothing stops them: {names}.")
_ALONE = QT_TRANSLATE_NOOP("rules", "{name} reacts to its own events, and nothing stops that.")
_FIX = QT_TRANSLATE_NOOP("rules", "Stop the loop: count the hops and drop an event that has come round")

RULE = Rule(
    code="M08",
    name="event-loop",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Event loop")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "Event links lead back to where they began, and none of them has a guard."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "If every event sets off the next, one change goes round for ever and drives the whole "
            "circle to its limit. "
            "No single team sees more than its own step.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Price reacts to stock changes, Stock reacts to price changes, and so on for ever."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Publish only when something really changed, carry a hop count or the first cause with the "
            "event and drop it "
            "when it comes round, or break the circle.",
        ),
    ),
    source="S8",
    check=check,
    shape=True,
    rests_on=("style", "guard"),
)
