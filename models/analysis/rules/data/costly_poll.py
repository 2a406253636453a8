"""D04: looking much more often than anything changes."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.figures import counted, rounded_up
from models.analysis.fixes.notifying import notified, notifier, polling
from models.analysis.fixes.repairs import by_fix
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, SharedDataLink
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link, interval in polling(facts):
        changes = facts.said(link, "changes_per_s")
        if changes is None:
            continue
        polls = 1000.0 / interval
        most = facts.threshold("D04", "polls", link.id)
        if polls <= most * changes * (1 + 1e-9):
            continue
        yield Flaw(
            subject=link.id,
            severity="info",
            message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=_ratio(polls, float(changes)),
            fixes=partial(_fixes, facts, link, most * float(changes)),
        )


def _ratio(polls: float, changes: float) -> Text:
    looks = counted(figure(polls), _POLL, _POLLS)
    if changes == 0:
        return say("rules", _NEVER, polls=looks)
    changed, ratio = counted(figure(changes), _CHANGE, _CHANGES), counted(figure(polls / changes), _ONCE, _RATIO)
    return say("rules", _SUM, polls=looks, changes=changed, ratio=ratio)


def waits(facts: Facts) -> Iterator[Lack]:
    yield "changes_per_s", [link.id for link, _ in polling(facts) if facts.said(link, "changes_per_s") is None]


def _fixes(facts: Facts, link: SharedDataLink, polls: float) -> tuple[Fix, ...]:
    found = []
    writer = notifier(facts, link)
    if writer is not None:
        title = say("rules", _NOTIFY, writer=facts.label(writer), reader=facts.label(link.source))
        found.append(Fix(title, "review", partial(_notified, link.id, writer)))
    interval = rounded_up(1000.0 / polls) if polls > 0 else math.inf
    needed = facts.said(link, "freshness_ms")
    if interval <= (math.inf if needed is None else needed) and not math.isinf(interval):
        found.append(Fix(say("rules", _SELDOM, interval=figure(interval)), "review", partial(_poll, link.id, interval)))
    return tuple(found)


def _notified(link_id: str, writer: str, architecture: Architecture) -> Architecture:
    return notified(architecture, link_id, writer, "D04")


def _poll(link_id: str, interval: float, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"poll_interval_ms": interval}, provenance=by_fix("D04"))


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{source} looks for changes in {target} much more often than anything changes.")
_SUM = QT_TRANSLATE_NOOP("rules", "{polls} / {changes} = {ratio}")
_POLLS = QT_TRANSLATE_NOOP("rules", "{count} polls per second")
_POLL = QT_TRANSLATE_NOOP("rules", "1 poll per second")
_CHANGES = QT_TRANSLATE_NOOP("rules", "{count} changes per second")
_CHANGE = QT_TRANSLATE_NOOP("rules", "1 change per second")
_RATIO = QT_TRANSLATE_NOOP("rules", "{count} polls per change")
_ONCE = QT_TRANSLATE_NOOP("rules", "1 poll per change")
_NEVER = QT_TRANSLATE_NOOP("rules", "{polls}, and no changes")
_NOTIFY = QT_TRANSLATE_NOOP("rules", "Let {writer} notify {reader} of changes by an event")
_SELDOM = QT_TRANSLATE_NOOP("rules", "Look every {interval} ms only")

RULE = Rule(
    code="D04",
    name="costly-poll",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Costly poll")),
    severity="info",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "A reader looks for changes in common data more than ten times per change."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Almost every look finds nothing, and each one costs the store a connection and work that those who "
            "write need. With every further reader it costs as much again.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Reporting looks for new contracts every second, and there is one in an hour."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Notify the reader when something has changed, or look as seldom as its freshness allows."
        ),
    ),
    source="S6.3",
    check=check,
    thresholds={"polls": 10},
    rests_on=("style", "poll_interval_ms", "changes_per_s"),
    waits=waits,
)
