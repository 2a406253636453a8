"""T06: many small questions instead of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.fixes.repairs import by_fix, link_of
from models.analysis.journeys.latency import network_ms
from models.analysis.journeys.parallel import sequences
from models.analysis.rule import Fix, Flaw, Rule, in_words
from models.architecture import Architecture, ChoiceStep, LinkStep, UseStep, replace, said
from models.architecture.edits import set_attributes
from models.architecture.journeys import AnyStep
from models.architecture.steps import NESTED, turns_mapped
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

STYLES = ("sync", "shared_data")


def check(facts: Facts) -> Iterator[Flaw]:
    most = facts.once(_most_calls)
    for link_id in sorted(most):
        calls, journey = most[link_id]
        link = facts.architecture.link_by_id[link_id]
        if link.style not in STYLES or not facts.remote(link):
            continue
        if calls <= facts.threshold("T06", "calls", link_id, *facts.ends[link_id]):
            continue
        yield Flaw(
            subject=link_id,
            severity="warning",
            message=say(
                "rules",
                _OF_STORE if facts.kind[link.target] == "datastore" else _MESSAGE,
                source=facts.label(link.source),
                target=facts.label(link.target),
                calls=figure(calls),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link_id,),
            journey=journey,
            path=(link.source, link_id, link.target),
            arithmetic=_sum(calls, network_ms(facts, link)),
            fixes=partial(_fixes, link_id),
        )


def _most_calls(facts: Facts) -> dict[str, tuple[float, str | None]]:
    """Shared fact: link id -> (most calls whenever its source is reached, the journey that says so)."""
    found: dict[str, tuple[float, str | None]] = {
        link_id: (float(calls), None) for link_id, calls in facts.stating("calls_per_request").items()
    }
    used: dict[str, dict[str, float]] = {}
    for journey in facts.journeys:
        for together in sequences(facts, journey.steps):
            for link_id, calls in _calls_of(facts, together, used).items():
                if calls > found.get(link_id, (1.0, None))[0]:
                    found[link_id] = calls, journey.id
    return found


def _calls_of(facts: Facts, turn: tuple[AnyStep, ...], used: dict[str, dict[str, float]]) -> dict[str, float]:
    """Link id -> calls in one turn of its source: all steps that use it together, and of a choice the most.

    `used` keeps what was found of journeys that others use, by their ids.
    """
    found: dict[str, float] = {}

    def add(link_id: str, calls: float) -> None:
        found[link_id] = found.get(link_id, 0.0) + calls

    for step in turn:
        if isinstance(step, LinkStep):
            link = facts.architecture.link_by_id[step.link]
            calls = facts.said(link, "calls_per_request") if step.calls is None else step.calls
            add(step.link, 1.0 if calls is None else float(calls))
        elif isinstance(step, ChoiceStep):
            branches = [_calls_of(facts, branch.steps, used) for branch in step.choice]
            for link_id in dict.fromkeys(one for branch in branches for one in branch):
                add(link_id, max(branch.get(link_id, 0.0) for branch in branches))
        elif isinstance(step, UseStep):
            if step.use not in used:
                used[step.use] = _calls_of(facts, facts.architecture.journey_by_id[step.use].steps, used)
            for link_id, calls in used[step.use].items():
                add(link_id, calls)
    return found


def _sum(calls: float, network: float) -> Text | None:
    if network <= 0:
        return None
    return say("rules", _NETWORK, calls=figure(calls), network=figure(network), total=figure(calls * network))


def _fixes(link_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_batched, link_id)),)


def _batched(link_id: str, architecture: Architecture) -> Architecture:
    """One call wherever there were more; a link that is said to be used less often than once stays so."""
    calls = said(architecture, link_of(architecture, link_id), "calls_per_request")
    seldom = calls is not None and calls < 1
    if not seldom:
        architecture = set_attributes(architecture, [link_id], {"calls_per_request": 1}, provenance=by_fix("T06"))
    change = partial(_once, link_id, 1 if seldom else None)
    journeys = tuple(replace(one, steps=turns_mapped(one.steps, change)) for one in architecture.journeys)
    return replace(architecture, journeys=journeys)


def _once(link_id: str, calls: int | None, turn: tuple[AnyStep, ...]) -> tuple[AnyStep, ...]:
    """The turn, with one call where it uses the link first, and what followed from the others following from that.

    `calls` is what a step then says of itself that said how many there were.
    """
    uses = [step for step in turn if isinstance(step, LinkStep) and step.link == link_id]
    if not uses:
        return turn
    whole = {name: _joined(getattr(step, name) for step in uses) for name in NESTED}
    own = calls if any(step.calls is not None for step in uses) else None
    first = replace(uses[0], calls=own, **{name: steps for name, steps in whole.items() if steps})
    others = (step for step in turn if step is uses[0] or not (isinstance(step, LinkStep) and step.link == link_id))
    return tuple(first if step is uses[0] else step for step in others)


def _joined(several: Iterable[tuple[AnyStep, ...]]) -> tuple[AnyStep, ...]:
    found: list[AnyStep] = []
    for steps in several:
        found += [step for step in steps if step not in found]
    return tuple(found)


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{source} asks {target} {calls} times per request.")
_OF_STORE = QT_TRANSLATE_NOOP("rules", "{source} goes to {target} {calls} times per request.")
_NETWORK = QT_TRANSLATE_NOOP("rules", "{calls} calls x {network} ms on the network = {total} ms")
_FIX = QT_TRANSLATE_NOOP("rules", "Ask once for all (batch)")

RULE = Rule(
    code="T06",
    name="chatty-link",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Chatty link")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "More than five remote calls or data accesses go over one link for a single request."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A thousand calls within a process cost nothing; each remote one costs a way there and back and can fail. "
            "What was a loop in a monolith becomes the slowest part of the system.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Basket asks Price once for each of its 20 items."),
        fix=QT_TRANSLATE_NOOP("rules", "Ask once for all items, or let the data come by events and keep a copy."),
    ),
    source="S1.1",
    check=check,
    thresholds={"calls": 5},
    rests_on=("style", "calls_per_request"),
)
