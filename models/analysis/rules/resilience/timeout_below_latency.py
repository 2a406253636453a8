"""R04: giving up on answers that are on their way."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.figures import apart, rounded_up
from models.analysis.journeys.answers import p99_of
from models.analysis.journeys.latency import is_waited_for
from models.analysis.messages.replies import asking
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.analysis.timeouts.budgets import Wait, longest
from models.analysis.timeouts.budgets import waits as stated_waits
from models.analysis.timeouts.choosing import refitted, set_timeouts
from models.analysis.timeouts.fitting import comfortable_ms, users_of
from models.analysis.timeouts.floors import floor_ms, least_ms
from models.analysis.timeouts.from_the_top import fix_from_the_top, run_together
from models.architecture import Architecture, Link
from models.architecture.kinds import CHANNELS
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link, limit in facts.once(_limited):
        least = least_ms(facts, link)
        if limit >= least * (1 - 1e-9):
            continue
        told, bound = apart(limit, least)
        yield Flaw(
            subject=link.id,
            severity="warning",
            message=say(
                "rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target), limit=told
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=say("rules", _SUM, limit=told, least=bound),
            fixes=partial(_fixes, facts, link),
        )


def _limited(facts: Facts) -> list[tuple[Link, float]]:
    """Shared fact: remote links whose source counts on an answer, and their timeouts in ms.

    Calls, accesses to data, and messages that ask for a reply, straight to whoever replies.
    """
    replied = {link.id for link in facts.once(asking) if facts.kind[link.target] not in CHANNELS}
    found: list[tuple[Link, float]] = []
    for link_id, limit in facts.stating("timeout_ms").items():
        if not isinstance(limit, int | float) or link_id in facts.in_process:
            continue
        link = facts.architecture.link_by_id[link_id]
        if link_id in replied if link.style == "async" else is_waited_for(facts, link):
            found.append((link, float(limit)))
    return found


def waits(facts: Facts) -> Iterator[Lack]:
    known = facts.elements_stating("work_ms")
    called = dict.fromkeys([link.target for link, _ in facts.once(_limited)])
    working = ("service", "external", "datastore")
    yield "work_ms", [target for target in called if target not in known and facts.kind[target] in working]


def _fixes(facts: Facts, link: Link) -> tuple[Fix, ...]:
    stated = facts.once(stated_waits)
    wait = stated.get(link.id, Wait(None, 1.0, 0.0))
    bound, likely = p99_of(facts, link), floor_ms(facts, link)
    for wanted in map(rounded_up, (comfortable_ms(facts, link), 1.2 * max(bound, likely), max(bound, likely), likely)):
        given = ChainMap({link.id: Wait(wanted, wait.attempts, wait.backoff_ms)}, stated)
        above = facts.once(users_of).get(link.id, ())
        if all(longest(context.term, given) <= context.patience_ms for context in above):
            return (Fix(say("rules", _FIX, value=figure(wanted)), "review", partial(_raise, link.id, wanted)),)
    fitting = None if link.id in facts.once(run_together) else refitted(facts, link, rounded_up(likely))
    if fitting is None:
        return fix_from_the_top(facts, link.id, "R04")
    title = say("rules", _REFIT, value=figure(rounded_up(likely)), figures=fitting.told(facts, link.id))
    return (Fix(title, "review", lambda architecture: fitting.apply(architecture, "R04")),)


def _raise(link_id: str, wanted: float, architecture: Architecture) -> Architecture:
    return set_timeouts(architecture, {link_id: wanted}, "R04")


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "{source} gives up on {target} after {limit} ms, although even without load more than 1% of its answers take "
    "longer.",
)
_SUM = QT_TRANSLATE_NOOP("rules", "timeout {limit} ms < {least} ms, the least that the 99th percentile can be")
_FIX = QT_TRANSLATE_NOOP("rules", "Raise the timeout to {value} ms")
_REFIT = QT_TRANSLATE_NOOP("rules", "Raise the timeout to {value} ms and fit the other budgets to it: {figures}")

RULE = Rule(
    code="R04",
    name="timeout-below-latency",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Timeout below latency")),
    severity="warning",
    grade="assumed",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A timeout is shorter than the 99th percentile of the callee's whole answer, nested calls included. "
            "Percentiles are bounded from below, not added, and queueing comes on top.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Calls fail that would have succeeded, and the callee does the work for nothing. With retries the load "
            "rises, answers get slower, and still more of them time out.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order gives Payment 200 ms, and one in a hundred payments takes 400 ms or more."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Raise the timeout above the slowest answers that are normal, or make the callee faster."
        ),
    ),
    source="S4.2",
    check=check,
    rests_on=("style", "timeout_ms"),
    waits=waits,
)
