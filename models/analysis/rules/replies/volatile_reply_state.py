"""Q02: a reply that finds nobody who remembers the question."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.fixes.repairs import by_fix
from models.analysis.messages.consumers import instances_said, most_instances
from models.analysis.messages.replies import asking, remembering, said_of_reply
from models.analysis.rule import Finding, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Fault, Service
from models.architecture.edits import set_attributes
from models.architecture.scenarios import Crash, Timing
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link, asks in facts.once(remembering):
        if most_instances(facts, asks) > 1 or asks.restarts is True:
            yield Flaw(
                subject=link.id,
                severity="error",
                message=_message(facts, asks, link.target),
                elements=tuple(dict.fromkeys((link.source, link.target))),
                links=(link.id,),
                path=(link.source, link.id, link.target),
                fixes=partial(_fixes, link.id),
            )


def _message(facts: Facts, asks: Service, target: str) -> Text:
    names: dict[str, object] = {"source": facts.label(asks.id), "target": facts.label(target)}
    most = most_instances(facts, asks)
    if most > 1:
        return say("rules", _SEVERAL if asks.autoscale is None else _UP_TO, **names, count=figure(most))
    return say("rules", _RESTARTS, **names)


def waits(facts: Facts) -> Iterator[Lack]:
    for link in facts.once(asking):
        asks = facts.architecture.element_by_id[link.source]
        if not isinstance(asks, Service):
            continue
        state = said_of_reply(facts, link, "pending_state")
        if state is None:
            yield "pending_state", (link.id,)
        elif state == "memory" and most_instances(facts, asks) == 1 and asks.restarts is not True:
            if instances_said(facts, asks) is None:
                yield "instances", (asks.id,)
            if asks.restarts is None:
                yield "restarts", (asks.id,)


def _fixes(link_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_stored, link_id)),)


def _stored(link_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"pending_state": "stored"}, provenance=by_fix("Q02"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """While answers take a hundred times as long, one instance of whoever asks goes down for ten seconds."""
    return (
        Crash(target=finding.path[0], from_ms=30_000, until_ms=40_000, instances=1),
        Timing(target=finding.path[-1], from_ms=20_000, until_ms=40_000, factor=100.0),
    )


_SEVERAL = QT_TRANSLATE_NOOP(
    "rules",
    "{source} keeps its requests to {target} in memory: a reply helps only the one of its {count} instances that "
    "asked, if that still lives.",
)
_UP_TO = QT_TRANSLATE_NOOP(
    "rules",
    "{source} keeps its requests to {target} in memory: a reply helps only the one of its up to {count} instances that "
    "asked, if that still lives.",
)
_RESTARTS = QT_TRANSLATE_NOOP(
    "rules",
    "{source} keeps its requests to {target} in memory, and its instances come and go: a reply may find nobody who "
    "remembers the question.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Store what has been asked, so that any instance can take the reply")

RULE = Rule(
    code="Q02",
    name="volatile-reply-state",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Volatile reply state")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "An asynchronous request expects a reply, whoever asks keeps the open request in memory, and has more than "
            "one instance or instances that come and go.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The reply may come minutes later. When the instance that asked has crashed or been replaced, or another "
            "one takes the reply, nobody knows what it belongs to, and the request is lost half way.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order has three instances and remembers in memory which orders wait for Payment."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Store the open request under its correlation id before sending it. Any instance can then take the reply, "
            "also after a restart.",
        ),
    ),
    source="S7.1",
    check=check,
    rests_on=("style", "reply", "pending_state"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("incomplete", "availability"),
)
