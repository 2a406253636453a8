"""R04: giving up on answers that are on their way."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from functools import partial

from models.analysis.answers import p99_of
from models.analysis.budgets import Wait, longest
from models.analysis.budgets import waits as stated_waits
from models.analysis.facts import Facts, figure
from models.analysis.latency import is_waited_for, least_p99_ms
from models.analysis.rule import Fix, Flaw, Rule, in_words
from models.analysis.timeouts import ROOM, rounded_up, set_timeouts, users_of
from models.architecture import Architecture, Link, quantile_of
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link, limit in _limited(facts):
        least = _least(facts, link)
        if limit >= least * (1 - 1e-9):
            continue
        yield Flaw(
            subject=link.id,
            severity="warning",
            message=say(
                "rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target), limit=figure(limit)
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=say("rules", _SUM, limit=figure(limit), least=figure(least)),
            fixes=partial(_fixes, facts, link, least),
        )


def _limited(facts: Facts) -> Iterator[tuple[Link, float]]:
    for link_id, limit in facts.stating("timeout_ms").items():
        link = facts.architecture.link_by_id[link_id]
        if not isinstance(limit, int | float) or link.style not in ("sync", "shared_data"):
            continue
        if is_waited_for(facts, link) and facts.remote(link):
            yield link, float(limit)


def _least(facts: Facts, link: Link) -> float:
    """A lower bound in ms on the 99th percentile of what the source waits for, from what was stated."""
    answer = facts.once(least_p99_ms).get(link.target, 0.0)
    network = facts.said(link, "network_ms")
    return answer if network is None else answer + 2 * quantile_of(network, 1e-9)


def waits(facts: Facts) -> Iterator[tuple[str, str]]:
    known = facts.elements_stating("work_ms")
    for link, _ in _limited(facts):
        if link.target not in known and facts.kind[link.target] in ("service", "external", "datastore"):
            yield link.target, "work_ms"


def _fixes(facts: Facts, link: Link, least: float) -> tuple[Fix, ...]:
    stated = facts.once(stated_waits)
    wait = stated.get(link.id, Wait(None, 1.0, 0.0))
    bound = p99_of(facts, link)
    for wanted in (rounded_up(ROOM * bound), rounded_up(1.2 * bound), rounded_up(bound), rounded_up(least)):
        given = ChainMap({link.id: Wait(wanted, wait.attempts, wait.backoff_ms)}, stated)
        above = facts.once(users_of).get(link.id, ())
        if all(longest(context.term, given) <= context.patience_ms for context in above):
            return (Fix(say("rules", _FIX, value=figure(wanted)), "review", partial(_raise, link.id, wanted)),)
    return ()


def _raise(link_id: str, wanted: float, architecture: Architecture) -> Architecture:
    return set_timeouts(architecture, {link_id: wanted}, "R04")


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} gives up on {target} after {limit} ms, though more than 1% of its answers take longer, idle."
)
_SUM = QT_TRANSLATE_NOOP("rules", "timeout {limit} ms < {least} ms, the least that the 99th percentile can be")
_FIX = QT_TRANSLATE_NOOP("rules", "Raise the timeout to {value} ms")

RULE = Rule(
    code="R04",
    name="timeout-below-latency",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Timeout below latency")),
    severity="warning",
    grade="assumed",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A timeout is shorter than the 99th percentile of the callee's whole answer, nested calls "
            "included. Percentiles "
            "are bounded from below, not added, and queueing comes on top.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Calls fail that would have succeeded, and the callee does the work for nothing. With "
            "retries the load rises, "
            "answers get slower, and still more of them time out.",
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
