"""T08: waiting for an answer that nobody needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, ends
from models.analysis.fixes.moving import may_be_event, may_be_message, may_leave_circle
from models.analysis.fixes.repairs import as_messages
from models.analysis.rule import Finding, Fix, Flaw, Help, Lack, Rule
from models.architecture import Architecture, Fault, SyncLink
from models.architecture.kinds import allowed
from models.architecture.scenarios import Timing
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    needed = facts.stating("result_needed")
    for link in facts.sync_links if needed else ():
        if needed.get(link.id) is False:
            names = {"source": facts.label(link.source), "target": facts.label(link.target)}
            yield Flaw(
                subject=link.id,
                severity="warning",
                message=say("rules", _MESSAGE, **names),
                elements=ends(link),
                links=(link.id,),
                path=(link.source, link.id, link.target),
                fixes=partial(_fixes, facts, link),
            )


def waits(facts: Facts) -> Iterator[Lack]:
    known = facts.stating("result_needed")
    yield "result_needed", [link_id for link_id, _, _ in facts.calls if link_id not in known]


def _fixes(facts: Facts, link: SyncLink) -> tuple[Fix, ...]:
    ends = facts.kind[link.source], facts.kind[link.target]
    found: list[Fix] = []
    if not may_leave_circle(facts, link):
        return ()
    if allowed("async", *ends) and may_be_message(facts, link):
        title = say("rules", _AS_MESSAGE, target=facts.label(link.target))
        found.append(Fix(title, "review", lambda architecture: as_messages(architecture, [link.id], "T08")))
    if may_be_event(facts, link):
        title = say("rules", _AS_EVENT, source=facts.label(link.source), target=facts.label(link.target))
        found.append(
            Fix(title, "review", lambda architecture: as_messages(architecture, [link.id], "T08", style="event"))
        )
    return tuple(found)


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """What is waited for in vain becomes ten times slower for a while."""
    return (Timing(target=finding.path[-1], from_ms=30_000, until_ms=60_000, factor=10.0),)


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{source} waits for {target} although its answer does not need the result.")
_AS_MESSAGE = QT_TRANSLATE_NOOP("rules", "Send {target} a message instead of waiting for it")
_AS_EVENT = QT_TRANSLATE_NOOP("rules", "Let {source} publish an event to which {target} reacts")

RULE = Rule(
    code="T08",
    name="unneeded-wait",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unneeded wait")),
    severity="warning",
    grade="stated",
    help=Help(
        what=say(
            "rules",
            QT_TRANSLATE_NOOP("rules", "A synchronous call whose result is said not to be needed for the answer."),
        ),
        why=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "The caller takes on the callee's latency and its failures and gets nothing for them: when the callee "
                "is down, work fails that could have gone on.",
            ),
        ),
        example=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules", "Order waits until Loyalty has booked the points, which the order does not depend on."
            ),
        ),
        fix=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "Put the work on a queue, or publish an event to which the other service reacts in its own time.",
            ),
        ),
    ),
    source="S4.3",
    check=check,
    rests_on=("style", "result_needed"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("p99_ms", "availability"),
)
