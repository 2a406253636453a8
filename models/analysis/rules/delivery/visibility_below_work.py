"""M12: a message handed out again while it is still being worked on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure, figure_above
from models.analysis.figures import rounded_up
from models.analysis.fixes.repairs import by_fix
from models.analysis.messages.consumers import consuming, works_over
from models.analysis.rule import Finding, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Fault, Link, quantile_of
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say

ROOM = 1.5


def check(facts: Facts) -> Iterator[Flaw]:
    """A limit of 0 is none: the broker delivers again when it sees that the connection is lost."""
    limits = facts.stating("delivery.visibility_timeout_ms")
    for link in facts.once(consuming) if limits else ():
        limit, p99 = limits.get(link.id), _p99(facts, link)
        if not limit or p99 is None or limit >= p99 * (1 - 1e-9):
            continue
        if facts.said(link, "delivery.guarantee") == "at_most_once":
            continue
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say(
                "rules",
                _MESSAGE,
                source=facts.label(link.source),
                target=facts.label(link.target),
                limit=figure(limit),
                p99=figure_above(p99, limit),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=say("rules", _SUM, limit=figure(limit), p99=figure_above(p99, limit)),
            fixes=partial(_fixes, link.id, rounded_up(ROOM * p99)),
        )


def _p99(facts: Facts, link: Link) -> float | None:
    """The longest 99th percentile of the work on what comes over the link, in ms; None when nobody said."""
    return max([quantile_of(work, 0.99) for work in works_over(facts, link)], default=None)


def waits(facts: Facts) -> Iterator[Lack]:
    limits = facts.stating("delivery.visibility_timeout_ms")
    unlimited: list[str] = []
    unknown: list[str] = []
    for link in facts.once(consuming):
        limit = limits.get(link.id)
        if limit == 0:
            continue
        work = works_over(facts, link)
        if limit is None and work:
            unlimited.append(link.id)
        elif limit is not None and not work:
            unknown.append(link.target)
    yield "delivery.visibility_timeout_ms", unlimited
    yield "work_ms", unknown


def _fixes(link_id: str, wanted: float) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX, wanted=figure(wanted)), "review", partial(_raise, link_id, wanted)),)


def _raise(link_id: str, wanted: float, architecture: Architecture) -> Architecture:
    values = {"delivery.visibility_timeout_ms": wanted}
    return set_attributes(architecture, [link_id], values, provenance=by_fix("M12"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "A message from {source} is handed out again after {limit} ms, and {target} may work on it for {p99} ms: it is "
    "then worked on twice.",
)
_SUM = QT_TRANSLATE_NOOP("rules", "visibility timeout {limit} ms < 99th percentile of the work, {p99} ms")
_FIX = QT_TRANSLATE_NOOP("rules", "Raise the visibility timeout to {wanted} ms")

RULE = Rule(
    code="M12",
    name="visibility-below-work",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Visibility timeout below work")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A message becomes visible to other consumers before the 99th percentile of the work on it has passed. A "
            "timeout of 0 is none: the broker waits until the connection is lost.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The broker takes a slow consumer for a dead one and delivers again: two instances work on "
            "the same message, "
            "and under load, when work is slow, more and more messages come twice.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Video takes up to 5 minutes per film, and a film is handed out again after 30 seconds."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Raise the visibility timeout well above the slowest work, or let the consumer extend it "
            "by a heartbeat while "
            "it works.",
        ),
    ),
    source="S9",
    check=check,
    rests_on=("style", "delivery"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("duplicates", "redelivered"),
)
