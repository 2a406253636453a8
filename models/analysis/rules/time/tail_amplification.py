"""T12: so many calls that one of them is always slow."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial
from heapq import heappop, heappush

from models.analysis.facts import Facts, derived_note, figure
from models.analysis.figures import rounded_up
from models.analysis.fixes.repairs import by_fix
from models.analysis.journeys.answers import p99_of
from models.analysis.journeys.latency import is_waited_for, uses_of, waited_links, waiting_groups, waiting_place
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, ChoiceStep, Fault, Journey, Link, LinkStep, UseStep
from models.architecture.edits import set_attributes
from models.architecture.journeys import AnyStep
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

FEW = 100
"""A chain of no more calls than this is looked at call by call, of more by its beginning alone."""
Calls = dict[str, float]
"""Link id -> mean remote calls per request that the answer waits for; hedged ones left out."""


def check(facts: Facts) -> Iterator[Flaw]:
    for start, journey, total, calls in _starts(facts):
        about = (start,) if journey is None else (journey.id, start)
        most_slow = facts.threshold("T12", "share", *about) * (1 + 1e-12)
        if _slow(total) <= most_slow:
            continue
        shown = calls or _first(facts, start)
        most = sorted(sorted(shown), key=shown.__getitem__, reverse=True)
        if not calls:
            del most[MOST_NAMED:]
        targets = [facts.ends[link_id][-1] for link_id in most]
        yield Flaw(
            subject=start if journey is None else facts.subject(journey),
            severity="warning",
            message=partial(_message, facts, start if journey is None else journey.id, total),
            elements=tuple(dict.fromkeys((start, *targets)))[:MOST_NAMED],
            links=tuple(most),
            journey=None if journey is None else journey.id,
            path=(start,),
            arithmetic=partial(_sum, total),
            cause=_cause(total, calls, most_slow),
            assumed=() if journey is not None and journey.steps else (derived_note(facts, start),),
            fixes=partial(_fixes, facts, start, total, calls, facts.threshold("T12", "share", *about)),
            about=about,
        )


def _cause(total: float, calls: Calls | None, most_slow: float) -> str | None:
    """The chatty link with most calls, where one call instead of them were few enough in all."""
    if not calls:
        return None
    chatty = min(calls, key=lambda link_id: (-calls[link_id], link_id))
    return f"T06:{chatty}" if _slow(total - calls[chatty] + 1) <= most_slow else None


def _slow(calls: float) -> float:
    """The share of requests of which some call is slower than 99 of 100."""
    return 1.0 - math.pow(0.99, calls)


def _message(facts: Facts, start: str, total: float) -> Text:
    figures = {"count": figure(total), "percent": figure(_slow(total) * 100)}
    return say("rules", _MESSAGE, start=facts.label(start), **figures)


def _sum(total: float) -> Text:
    return say("rules", _SUM, count=figure(total), percent=figure(_slow(total) * 100))


def _starts(facts: Facts) -> Iterator[tuple[str, Journey | None, float, Calls | None]]:
    """Entry, journey, number of calls, and the calls themselves; None where they are followed and many."""
    for journey in facts.journeys:
        calls = _calls_of(facts, journey)
        yield journey.entry, journey, sum(calls.values()), calls
    followed: list[tuple[str, Journey | None]] = [(journey.entry, journey) for journey in facts.followed_journeys]
    followed += [(entry, None) for entry in facts.undrawn_entries]
    for entry, of in followed:
        few = None if facts.once(_at_least)[entry] > FEW else _below(facts, entry, FEW)
        yield entry, of, facts.once(_totals)[entry] if few is None else sum(few.values()), few


def _calls_of(facts: Facts, journey: Journey) -> Calls:
    """What a drawn journey comes to; one that others use is gone through once, however often they do."""
    known = facts.once(_drawn_calls)
    if journey.id not in known:
        calls: Calls = {}
        _collect(facts, journey.steps, 1.0, calls)
        known[journey.id] = calls
    return known[journey.id]


def _drawn_calls(_facts: Facts) -> dict[str, Calls]:
    return {}


def _collect(facts: Facts, steps: tuple[AnyStep, ...], weight: float, calls: Calls) -> None:
    for step in steps:
        if isinstance(step, LinkStep):
            link = facts.architecture.link_by_id[step.link]
            if is_waited_for(facts, link):
                uses = weight * uses_of(facts, link, step)
                if facts.remote(link) and facts.said(link, "hedge_after_ms") is None:
                    calls[link.id] = calls.get(link.id, 0.0) + uses
                _collect(facts, step.steps, uses, calls)
        elif isinstance(step, ChoiceStep):
            whole = sum(branch.weight for branch in step.choice)
            for branch in step.choice:
                _collect(facts, branch.steps, weight * branch.weight / whole, calls)
        elif isinstance(step, UseStep):
            for link_id, uses in _calls_of(facts, facts.architecture.journey_by_id[step.use]).items():
                calls[link_id] = calls.get(link_id, 0.0) + weight * uses


def _at_least(facts: Facts) -> dict[str, int]:
    """Shared fact: element id -> a number of links below it that is surely not too high."""
    found: dict[str, int] = {}
    waits_of = facts.once(waited_links)
    for members in facts.once(waiting_groups):
        numbers = []
        for member in members:
            here = waits_of.get(member, ())
            numbers.append(len(here) + max([found.get(target, 0) for _, _, target, uses, _ in here if uses], default=0))
        found.update(zip(members, numbers, strict=True))
    return found


def _totals(facts: Facts) -> dict[str, float]:
    """Shared fact: element id -> sum of all calls below it when every element uses all its links; circles once."""
    return _summed(facts, lambda _link, tail: tail)


def _removable(facts: Facts) -> dict[str, float]:
    """Shared fact: element id -> how many of them hedging can take away."""
    return _summed(facts, lambda link, tail: tail and _can_hedge(facts, link))


def _summed(facts: Facts, counts: Callable[[Link, bool], bool]) -> dict[str, float]:
    found: dict[str, float] = {}
    waits_of = facts.once(waited_links)
    for members in facts.once(waiting_groups):
        totals = []
        for member in members:
            total = 0.0
            for _, link, target, uses, tail in waits_of.get(member, ()):
                total += uses * (counts(link, tail) + found.get(target, 0.0))
            totals.append(total)
        found.update(zip(members, totals, strict=True))
    return found


def _below(facts: Facts, entry: str, most: float = math.inf) -> Calls | None:
    """All calls below an element, when every element uses all its links and circles count once; None if too many."""
    waits_of, place = facts.once(waited_links), facts.once(waiting_place)
    reached = {entry: 1.0}
    calls: Calls = {}
    waiting, arrived = [-place[entry]], {place[entry]: [entry]}
    found = len(waits_of.get(entry, ()))
    while waiting and found <= most:
        index = -heappop(waiting)
        for member in arrived[index] if len(arrived[index]) == 1 else sorted(arrived[index]):
            times = reached[member]
            for link_id, _, target, often, tail in waits_of.get(member, ()):
                uses = times * often
                if tail:
                    calls[link_id] = uses
                onward = place[target]
                if onward < index and uses:
                    if target in reached:
                        reached[target] += uses
                        continue
                    reached[target] = uses
                    found += len(waits_of.get(target, ()))
                    if onward in arrived:
                        arrived[onward].append(target)
                    else:
                        arrived[onward] = [target]
                        heappush(waiting, -onward)
    return calls if found <= most else None


def _first(facts: Facts, start: str) -> Calls:
    """The links of the element itself -> the calls that come of them, those further down included."""
    totals, place = facts.once(_totals), facts.once(waiting_place)
    return {
        waited.id: waited.uses * (waited.tail + totals[waited.target] * (place[waited.target] < place[start]))
        for waited in facts.once(waited_links).get(start, ())
    }


def _fixes(facts: Facts, start: str, total: float, known: Calls | None, share: float) -> tuple[Fix, ...]:
    if known is None and 1 - 0.99 ** (total - facts.once(_removable)[start]) > share:
        return ()
    calls = known or _below(facts, start) or {}
    found: dict[str, float] = {}
    left = sum(calls.values())
    for link_id in sorted(calls, key=lambda one: (-calls[one], one)):
        link = facts.architecture.link_by_id[link_id]
        if 1 - 0.99**left <= share:
            break
        if _can_hedge(facts, link):
            found[link_id] = rounded_up(p99_of(facts, link))
            left -= calls[link_id]
    if not found or 1 - 0.99**left > share:
        return ()
    title = say("rules", _FIX if len(found) > 1 else _FIX_ONE, count=len(found))
    return (Fix(title, "review", partial(_hedge, found)),)


def _can_hedge(facts: Facts, link: Link) -> bool:
    return link.style == "sync" and facts.kind[link.source] != "client" and _repeatable(facts, link)


def _repeatable(facts: Facts, link: Link) -> bool:
    return facts.said(link, "operation") == "read" or facts.said(link, "idempotent") is True


def _hedge(after: dict[str, float], architecture: Architecture) -> Architecture:
    for link_id, value in after.items():
        if link_id in architecture.link_by_id:
            architecture = set_attributes(architecture, [link_id], {"hedge_after_ms": value}, provenance=by_fix("T12"))
    return architecture


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{start} waits for {count} remote calls: in {percent}% of requests one of them is among its slowest 1%."
)
_SUM = QT_TRANSLATE_NOOP("rules", "1 - 0.99^{count} = {percent}%, if slow answers come independently")
_FIX_ONE = QT_TRANSLATE_NOOP("rules", "Send a second copy of the call when it is among its slowest 1% (hedge)")
_FIX = QT_TRANSLATE_NOOP("rules", "Send a second copy of {count} calls that are among their slowest 1% (hedge)")

RULE = Rule(
    code="T12",
    name="tail-amplification",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Tail amplification")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A request waits for so many remote calls, one after the other or at once, that in more "
            "than 10% of requests at "
            "least one is among its slowest 1% (11 calls or more, if slow answers come independently).",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "What is a rare slow answer for one service is what the user usually gets: the slowest of "
            "all calls decides. "
            "The average of each service looks fine all the while.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "The start page waits for 20 calls, and every fifth visitor meets one of their slowest answers."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Make fewer calls (batch, cache, copies kept up to date by events), or hedge those that "
            "may be repeated: send a "
            "second copy when the first is late and take whichever answers.",
        ),
    ),
    source="S4.3",
    check=check,
    thresholds={"share": 0.1},
    rests_on=("style",),
    demonstrate=demonstrate,
)
