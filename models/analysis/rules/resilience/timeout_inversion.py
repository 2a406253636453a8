"""R03: a caller that gives up before its callee does."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from itertools import chain

from models.analysis.facts import Facts, derived_note, figure, listed, path_of
from models.analysis.figures import apart
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Rule, in_words
from models.analysis.timeouts.budgets import Context, Known, Waits, contexts, critical, longest, names_several, waits
from models.analysis.timeouts.fitting import fitted
from models.analysis.timeouts.from_the_top import fix_from_the_top, run_together
from models.architecture import Architecture, Fault, Link
from models.architecture.scenarios import Omission
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    stated = facts.once(waits)
    worst: dict[tuple[str | None, str], tuple[float, Context]] = {}
    known: Known = {}
    for context in facts.once(contexts):
        total = longest(context.term, stated, known)
        if total > context.patience_ms * (1 + 1e-9):
            owner = (None, context.journey or "") if context.link is None else (context.link, "")
            if owner not in worst or total > worst[owner][0]:
                worst[owner] = total, context
    for total, context in worst.values():
        yield _flaw(facts, context, total, stated, known)


def _flaw(facts: Facts, context: Context, total: float, stated: Waits, known: Known) -> Flaw:
    uses = critical(context.term, stated, known)
    links = facts.architecture.link_by_id
    path = [context.start]
    if context.link is not None:
        path += [context.link, links[context.link].target]
    first = max(uses, key=lambda link_id: (uses[link_id] * stated[link_id].worst(), link_id))
    path += path_of(path[-1], (*_within_process(facts, path[-1], links[first].source), links[first]))[1:]
    blamed = ([] if context.link is None else [context.link]) + list(uses)
    elements = dict.fromkeys((context.start, *chain.from_iterable([facts.ends[link_id] for link_id in blamed])))
    return Flaw(
        subject=context.link or facts.subject(facts.architecture.journey_by_id[context.journey or ""]),
        severity="error" if context.retries else "warning",
        message=partial(_message, facts, context, total),
        elements=tuple(elements)[:MOST_NAMED],
        links=tuple(blamed),
        journey=context.journey,
        path=tuple(path),
        arithmetic=partial(_sum, facts, context, uses, stated, total),
        assumed=_assumed(facts, context),
        fixes=partial(_fixes, facts, context),
    )


def _within_process(facts: Facts, start: str, end: str) -> tuple[Link, ...]:
    """The calls within one process from `start` to `end`; none where they do not lead there."""
    if start == end or not facts.in_process:
        return ()
    ways: dict[str, tuple[Link, ...]] = {start: ()}
    waiting = [start]
    for here in waiting:
        for link in facts.sync_from[here]:
            if link.target not in ways and not facts.remote(link):
                ways[link.target] = (*ways[here], link)
                waiting.append(link.target)
    return ways.get(end, ())


def _assumed(facts: Facts, context: Context) -> tuple[Text, ...]:
    """That all links of the callee are waited for, where there are several and nobody drew a journey."""
    followed = context.journey is None or not facts.architecture.journey_by_id[context.journey].steps
    if not followed or not names_several(context.term):
        return ()
    start = context.start if context.link is None else facts.architecture.link_by_id[context.link].target
    return (derived_note(facts, start),)


def _message(facts: Facts, context: Context, total: float) -> Text:
    patience, worst = apart(context.patience_ms, total)
    figures: dict[str, object] = {"patience": patience, "worst": worst}
    if context.link is None:
        template = _CLIENT_FOREVER if math.isinf(total) else _CLIENT
        journey = facts.label(context.journey or "")
        return say("rules", template, journey=journey, entry=facts.label(context.start), **figures)
    link = facts.architecture.link_by_id[context.link]
    names: dict[str, object] = {"source": facts.label(link.source), "target": facts.label(link.target)}
    return say("rules", _FOREVER if math.isinf(total) else _MESSAGE, **names, **figures)


def _sum(facts: Facts, context: Context, uses: dict[str, float], stated: Waits, total: float) -> Text:
    parts: list[Text | str] = []
    for link_id, calls in list(uses.items())[:MOST_NAMED]:
        wait = stated[link_id]
        limit = figure(wait.timeout_ms or 0.0)
        told = say("rules", _ONCE, limit=limit)
        if math.isinf(wait.attempts):
            told = say("rules", _UNLIMITED, limit=limit)
        elif wait.attempts != 1:
            told = say("rules", _TRIES, limit=limit, attempts=figure(wait.attempts))
        if wait.backoff_ms and not math.isinf(wait.backoff_ms):
            told = say("rules", _PAUSES, wait=told, backoff=figure(wait.backoff_ms))
        if calls != 1:
            told = say("rules", _CALLS_OF_SUM if wait.backoff_ms else _CALLS, wait=told, calls=figure(calls))
        parts.append(listed([facts.label(link_id), told], " "))
    if len(uses) > MOST_NAMED:
        parts.append("...")
    template = _SUM_FOREVER if math.isinf(total) else _SUM
    patience, whole = apart(context.patience_ms, total)
    if list(uses.values()) == [1.0] and total == stated[next(iter(uses))].timeout_ms:
        only = listed([facts.label(next(iter(uses))), say("rules", _ONCE, limit=whole)], " ")
        return say("rules", _ALONE, term=only, patience=patience)
    return say("rules", template, terms=listed(parts, " + "), total=whole, patience=patience)


def _fixes(facts: Facts, context: Context) -> tuple[Fix, ...]:
    owner = context.link or context.journey or ""
    fitting = None if owner in facts.once(run_together) else fitted(facts, context)
    if fitting is None:
        return fix_from_the_top(facts, owner, "R03")
    raised = fitting.timeouts.get(context.link or "") or fitting.clients.get(context.journey or "")
    title = say("rules", _FIX, patience=figure(context.patience_ms), figures=fitting.told(facts))
    if raised is not None and raised > context.patience_ms:
        title = say("rules", _RAISE, patience=figure(context.patience_ms), figures=fitting.told(facts))
    return (Fix(title, "review", lambda architecture: fitting.apply(architecture, "R03")),)


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """For a while three of ten requests to what is waited for longest get lost, and are waited for in vain."""
    lost = finding.path[-2]
    return (Omission(target=lost, from_ms=30_000, until_ms=60_000, probability=0.3, direction="request"),)


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} gives up on {target} after {patience} ms, while {target} may go on waiting for {worst} ms."
)
_FOREVER = QT_TRANSLATE_NOOP(
    "rules", "{source} gives up on {target} after {patience} ms, while {target} may go on trying without limit."
)
_CLIENT = QT_TRANSLATE_NOOP(
    "rules", "{journey}: its client gives up after {patience} ms, while {entry} may go on waiting for {worst} ms."
)
_CLIENT_FOREVER = QT_TRANSLATE_NOOP(
    "rules", "{journey}: its client gives up after {patience} ms, while {entry} may go on trying without limit."
)
_ONCE = QT_TRANSLATE_NOOP("rules", "{limit} ms")
_TRIES = QT_TRANSLATE_NOOP("rules", "{limit} ms x {attempts} attempts")
_UNLIMITED = QT_TRANSLATE_NOOP("rules", "{limit} ms x unlimited attempts")
_PAUSES = QT_TRANSLATE_NOOP("rules", "{wait} + {backoff} ms backoff")
_CALLS = QT_TRANSLATE_NOOP("rules", "{wait} x {calls} calls")
_CALLS_OF_SUM = QT_TRANSLATE_NOOP("rules", "({wait}) x {calls} calls")
_SUM = QT_TRANSLATE_NOOP("rules", "{terms} = {total} ms > {patience} ms")
_ALONE = QT_TRANSLATE_NOOP("rules", "{term} > {patience} ms")
_SUM_FOREVER = QT_TRANSLATE_NOOP("rules", "{terms} = no limit > {patience} ms")
_FIX = QT_TRANSLATE_NOOP("rules", "Fit what is waited for into {patience} ms: {figures}")
_RAISE = QT_TRANSLATE_NOOP("rules", "Raise the budget of {patience} ms, too short for what is below it: {figures}")

RULE = Rule(
    code="R03",
    name="timeout-inversion",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Timeout inversion")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A caller's stated timeout is shorter than what its callee may wait for in the worst case: timeouts times "
            "attempts plus the pauses between them, one after the other added up, parallel ones by their longest. An "
            "error when the caller retries. Silent where deadlines propagate.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The caller has gone, but the callee goes on working for nobody. With a retry there are then two of them, "
            "and three: load grows exactly when things are slow.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules",
            "Shop waits 1000 ms for Order, which waits 800 ms for Payment, three times.",
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Divide the time from the top: what the client is ready to wait is the budget, and every layer below gets "
            "a part of it, retries and pauses included. Where that is less than an answer takes, try less often or "
            "make the budget longer: too short a timeout fails when nothing else does. Or propagate the deadline.",
        ),
    ),
    source="S4.3",
    check=check,
    rests_on=("style", "timeout_ms", "retry"),
    demonstrate=demonstrate,
    measures=("availability", "p99_ms", "wasted_ms"),
)
