"""T04: services that wait for each other in a circle."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain

from models.analysis.facts import Facts
from models.analysis.fixes.moving import may_be_message
from models.analysis.fixes.repairs import as_messages
from models.analysis.graph.acyclic import Acyclic
from models.analysis.graph.ways import shortest_round
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Help, Rule
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    circling: dict[str, list[str]] = {}
    for link_id, source, _ in facts.calls if facts.in_circles else ():
        if link_id in facts.in_circles:
            circling.setdefault(source, []).append(link_id)
    for index in sorted(facts.cyclic, key=lambda index: facts.sync_components[index][0]):
        members = facts.sync_components[index]
        remote = list(chain.from_iterable([circling.get(member, ()) for member in members]))
        if remote:
            yield Flaw(
                subject=members[0],
                severity="error",
                message=partial(_message, facts, members),
                elements=tuple(members[:MOST_NAMED]),
                links=tuple(remote),
                path=shortest_round(facts, members[0]),
                fixes=partial(_fixes, facts, members),
            )


def _message(facts: Facts, members: list[str]) -> Text:
    template = _MESSAGE if all(facts.kind[member] == "service" for member in members) else _MIXED
    names = naming([facts.label(member) for member in members])
    return say("rules", _SELF if len(members) == 1 else template, names=names, count=len(members))


def _fixes(facts: Facts, members: list[str]) -> tuple[Fix, ...]:
    """Turn the links that close a circle into events, those whose result nobody needs first."""
    inside = [link for member in members for link in facts.sync_from[member] if facts.in_one_cycle(link)]
    remote = [link for link in inside if facts.remote(link)]
    order = {False: 0, None: 1, True: 2}
    ranked = sorted(remote, key=lambda link: (-order[facts.said(link, "result_needed")], link.id))
    kept = Acyclic(members)
    own = {link.id for link in remote}
    movable = {link.id for link in remote if may_be_message(facts, link)}
    within = [link for member in members for link in facts.sync_from[member] if link.id not in own]
    stuck = [link for link in ranked if link.id not in movable]
    free = [link for link in ranked if link.id in movable]
    circling = [*(link for link in within if facts.in_one_cycle(link)), *stuck, *free]
    broken = [link for link in circling if not kept.add(link.source, link.target)]
    if not broken or any(link.id not in movable for link in broken):
        return ()
    agreed = all(facts.said(link, "result_needed") is False for link in broken)
    ids = tuple(link.id for link in broken)
    title = say("rules", _FIX, links=naming([facts.label(link_id) for link_id in ids]))
    return (
        Fix(
            title,
            "review" if agreed else "advice",
            lambda architecture: as_messages(architecture, ids, "T04", style="event"),
        ),
    )


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{count} services wait for each other in a circle: {names}.")
_MIXED = QT_TRANSLATE_NOOP("rules", "{count} systems, not all of them ours, wait for each other in a circle: {names}.")
_SELF = QT_TRANSLATE_NOOP("rules", "{names} calls itself and waits for its own answer.")
_FIX = QT_TRANSLATE_NOOP("rules", "Break the circle with an event: {links}")

RULE = Rule(
    code="T04",
    name="synchronous-cycle",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Synchronous cycle")),
    severity="error",
    grade="stated",
    help=Help(
        what=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "Synchronous calls lead from a service back to itself, directly or through others, so that each may "
                "be waiting for the next all the way round.",
            ),
        ),
        why=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "Services in a circle can only be up, deployed and changed together. Under load each holds a worker "
                "while it waits for the next, until none is left and they all wait for ever.",
            ),
        ),
        example=say("rules", QT_TRANSLATE_NOOP("rules", "Order calls Stock, and to answer, Stock calls Order back.")),
        fix=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "Turn one of the calls into an event, or move what both need into a service of its own. Passing the "
                "needed data along in the first call often makes the call back unnecessary.",
            ),
        ),
    ),
    source="peers",
    check=check,
    shape=True,
)
