"""T12: so many calls that one of them is always slow."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.answers import p99_of
from models.analysis.facts import Facts, derived_note, figure
from models.analysis.latency import is_waited_for, uses_of
from models.analysis.repairs import by_fix
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Rule, in_words
from models.analysis.timeouts import rounded_up
from models.architecture import Architecture, ChoiceStep, Fault, Journey, Link, LinkStep, UseStep
from models.architecture.edits import set_attributes
from models.architecture.journeys import AnyStep
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for start, journey, calls in _starts(facts):
        total = sum(calls.values())
        slow = 1 - 0.99**total
        about = (start,) if journey is None else (journey.id, start)
        if slow <= facts.threshold("T12", "share", *about) * (1 + 1e-12):
            continue
        most = sorted(calls, key=lambda link_id: (-calls[link_id], link_id))
        targets = [facts.architecture.link_by_id[link_id].target for link_id in most]
        yield Flaw(
            subject=start if journey is None else facts.subject(journey),
            severity="warning",
            message=say(
                "rules",
                _MESSAGE,
                start=facts.label(start if journey is None else journey.id),
                count=figure(total),
                percent=figure(slow * 100),
            ),
            elements=tuple(dict.fromkeys((start, *targets)))[:MOST_NAMED],
            links=tuple(most),
            journey=None if journey is None else journey.id,
            path=(start,),
            arithmetic=say("rules", _SUM, count=figure(total), percent=figure(slow * 100)),
            assumed=() if journey is not None and journey.steps else (derived_note(facts, start),),
            fixes=partial(_fixes, facts, calls, facts.threshold("T12", "share", *about)),
            about=about,
        )


def _starts(facts: Facts) -> Iterator[tuple[str, Journey | None, dict[str, float]]]:
    """Entry, journey, and link id -> mean remote calls per request that the answer waits for; hedged ones left out."""
    for journey in facts.journeys:
        calls: dict[str, float] = {}
        _collect(facts, journey.steps, 1.0, calls)
        yield journey.entry, journey, calls
    counts = facts.once(_counts)
    for journey in facts.followed_journeys:
        yield journey.entry, journey, counts[journey.entry]
    for entry in facts.undrawn_entries:
        yield entry, None, counts[entry]


def _weighs(facts: Facts, link: Link) -> bool:
    return facts.remote(link) and facts.said(link, "hedge_after_ms") is None


def _collect(facts: Facts, steps: tuple[AnyStep, ...], weight: float, calls: dict[str, float]) -> None:
    for step in steps:
        if isinstance(step, LinkStep):
            link = facts.architecture.link_by_id[step.link]
            if is_waited_for(facts, link):
                uses = weight * uses_of(facts, link, step)
                if _weighs(facts, link):
                    calls[link.id] = calls.get(link.id, 0.0) + uses
                _collect(facts, step.steps, uses, calls)
        elif isinstance(step, ChoiceStep):
            whole = sum(branch.weight for branch in step.choice)
            for branch in step.choice:
                _collect(facts, branch.steps, weight * branch.weight / whole, calls)
        elif isinstance(step, UseStep):
            _collect(facts, facts.architecture.journey_by_id[step.use].steps, weight, calls)


def _counts(facts: Facts) -> dict[str, dict[str, float]]:
    """Shared fact: entry -> calls as in `_starts`, when every element uses all its links; circles count once."""
    entries = [*facts.undrawn_entries, *(journey.entry for journey in facts.followed_journeys)]
    return {entry: _below(facts, entry) for entry in dict.fromkeys(entries)}


def _below(facts: Facts, entry: str) -> dict[str, float]:
    reached = {entry: 1.0}
    calls: dict[str, float] = {}
    first = facts.component_of[entry]
    for index in range(first, -1, -1):
        for member in facts.sync_components[index]:
            weight = reached.get(member, 0.0)
            if weight == 0.0:
                continue
            for link in facts.architecture.links_from[member]:
                if not is_waited_for(facts, link):
                    continue
                uses = weight * uses_of(facts, link)
                if _weighs(facts, link):
                    calls[link.id] = calls.get(link.id, 0.0) + uses
                if facts.component_of[link.target] < index:
                    reached[link.target] = reached.get(link.target, 0.0) + uses
    return calls


def _fixes(facts: Facts, calls: dict[str, float], share: float) -> tuple[Fix, ...]:
    found: dict[str, float] = {}
    left = sum(calls.values())
    for link_id in sorted(calls, key=lambda one: (-calls[one], one)):
        link = facts.architecture.link_by_id[link_id]
        if 1 - 0.99**left <= share:
            break
        if link.style == "sync" and facts.kind[link.source] != "client" and _repeatable(facts, link):
            found[link_id] = rounded_up(p99_of(facts, link))
            left -= calls[link_id]
    if not found or 1 - 0.99**left > share:
        return ()
    title = say("rules", _FIX if len(found) > 1 else _FIX_ONE, count=len(found))
    return (Fix(title, "review", partial(_hedge, found)),)


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
