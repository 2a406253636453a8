"""R01: a call that may wait for ever."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure, provenance_note
from models.analysis.messages.replies import said_of_reply
from models.analysis.rule import Finding, Fix, Flaw, Help, RollUp, Rule, Silences
from models.analysis.timeouts.choosing import refitted, set_timeouts, suggested
from models.analysis.unsaid import unsaid
from models.architecture import Architecture, Fault, Link
from models.architecture.scenarios import Timing
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw | Silences]:
    called = [link_id for link_id, _, _ in facts.calls]
    accessed = [link.id for link in facts.links_of("shared_data")]
    replied = [link.id for link in facts.links_of("async") if _waits_for_reply(facts, link)]
    return unsaid(facts, "timeout_ms", "none", [*called, *accessed, *replied], partial(_flaw, facts))


def _flaw(facts: Facts, link_id: str) -> Flaw:
    link = facts.architecture.link_by_id[link_id]
    said_none = facts.said(link, "timeout_ms") == "none"
    return Flaw(
        subject=link.id,
        severity="error",
        message=partial(_message, facts, link, said_none),
        elements=facts.ends[link.id],
        links=(link.id,),
        path=(link.source, link.id, link.target),
        fixes=partial(_fixes, facts, link),
        absence=None if said_none else "timeout_ms",
    )


def _message(facts: Facts, link: Link, said_none: bool) -> Text:
    return say(
        "rules",
        _NONE if said_none else _NOT_SAID,
        source=facts.label(link.source),
        target=facts.label(link.target),
        seen=provenance_note(facts, link, "timeout_ms"),
    )


def _waits_for_reply(facts: Facts, link: Link) -> bool:
    replies = said_of_reply(facts, link, "reply") in ("queue", "callback") or facts.said(link, "awaited") is True
    return replies and facts.kind[link.source] != "queue" and facts.remote(link)


def _fixes(facts: Facts, link: Link) -> tuple[Fix, ...]:
    value = suggested(facts, [link.id]).get(link.id)
    if value is None:
        fitting = refitted(facts, link)
        if fitting is None:
            return ()
        title = say("rules", _REFIT, value=figure(fitting.timeouts[link.id]), figures=fitting.told(facts, link.id))
        return (Fix(title, "review", lambda architecture: fitting.apply(architecture, "R01")),)
    said_none = facts.said(link, "timeout_ms") == "none"
    return (
        Fix(
            say("rules", _FIX, value=figure(value)),
            "review" if said_none else "safe",
            lambda architecture: set_timeouts(architecture, {link.id: value}, "R01"),
        ),
    )


def _set_all(architecture: Architecture, link_ids: tuple[str, ...]) -> Architecture:
    facts = Facts(architecture, {RULE.code: RULE})
    left = [link_id for link_id in link_ids if link_id in architecture.link_by_id]
    return set_timeouts(architecture, suggested(facts, left), "R01")


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """What is called becomes a hundred times slower for a while."""
    return (Timing(target=finding.path[-1], from_ms=30_000, until_ms=60_000, factor=100.0),)


_NONE = QT_TRANSLATE_NOOP("rules", "{source} waits for {target} without any limit: the timeout is said to be none.")
_NOT_SAID = QT_TRANSLATE_NOOP("rules", "Nobody has said how long {source} waits for {target}{seen}.")
_FIX = QT_TRANSLATE_NOOP("rules", "Set a timeout of {value} ms")
_REFIT = QT_TRANSLATE_NOOP("rules", "Set a timeout of {value} ms and fit the other budgets to it: {figures}")

RULE = Rule(
    code="R01",
    name="missing-timeout",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Missing timeout")),
    severity="error",
    grade="stated",
    help=Help(
        what=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "A synchronous call, a data access or a message whose reply is expected has no timeout. An error when "
                "the timeout is said to be none; a warning when nobody has said.",
            ),
        ),
        why=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "Always a timeout, so that nothing waits for ever: without one a callee that hangs holds a worker of "
                "its caller with every request, until the caller has none left and hangs too.",
            ),
        ),
        example=say(
            "rules",
            QT_TRANSLATE_NOOP("rules", "Order calls Payment with no timeout; when Payment hangs, so does Order."),
        ),
        fix=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "Set a timeout somewhat above the time the whole answer takes in 99 of 100 cases (half as long again), "
                "and below the time that the caller's own callers wait.",
            ),
        ),
    ),
    source="S7.1",
    check=check,
    rests_on=("style", "timeout_ms"),
    roll_up=RollUp(
        message=say("rules", QT_TRANSLATE_NOOP("rules", "{count} calls and data accesses have no stated timeout.")),
        title=say("rules", QT_TRANSLATE_NOOP("rules", "Set {count} timeouts")),
        apply=_set_all,
        select=lambda facts, link_ids: tuple(suggested(facts, link_ids)),
    ),
    demonstrate=demonstrate,
    measures=("p99_ms", "availability", "in_flight"),
)
