"""M08: an event that comes back as its own cause."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, by_label
from models.analysis.fixes.repairs import set_on_links
from models.analysis.graph.components import components
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Rule, in_words
from models.architecture import Architecture
from models.architecture.model import Arc
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

GUARD = "a hop count"


def check(facts: Facts) -> Iterator[Flaw]:
    unguarded: dict[str, list[Arc]] = {}
    guarded = {link_id for link_id, guard in facts.stating("guard").items() if guard != "none"}
    for arc in facts.arcs_of("event"):
        if arc[0] not in guarded:
            unguarded.setdefault(arc[1], []).append(arc)
            unguarded.setdefault(arc[2], [])
    for members in components({source: [arc[2] for arc in arcs] for source, arcs in unguarded.items()}):
        inside = set(members)
        arcs = [arc for member in members for arc in unguarded[member] if arc[2] in inside]
        if not arcs:
            continue
        names = by_label(facts, [member for member in members if facts.kind[member] != "topic"])
        yield Flaw(
            subject=members[0],
            severity="warning",
            message=_message(facts, names),
            elements=tuple(members)[:MOST_NAMED],
            links=tuple(sorted([arc[0] for arc in arcs])),
            path=_round(members[0], unguarded, inside),
            fixes=partial(_fixes, [arc[0] for arc in arcs if facts.kind[arc[1]] != "topic"]),
        )


def _message(facts: Facts, names: list[str]) -> Text:
    if len(names) == 1:
        return say("rules", _ALONE, name=facts.label(names[0]))
    return say("rules", _MESSAGE, names=naming([facts.label(name) for name in names]))


def _round(start: str, arcs: dict[str, list[Arc]], inside: set[str]) -> tuple[str, ...]:
    """The shortest way from a member back to itself."""
    came: dict[str, Arc] = {}
    waiting = [start]
    while waiting and start not in came:
        here = waiting.pop(0)
        for arc in arcs[here]:
            target = arc[2]
            if target in inside and target not in came:
                came[target] = arc
                waiting.append(target)
    found, here = [start], start
    while True:
        link_id, here = came[here][:2]
        found += [link_id, here]
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
