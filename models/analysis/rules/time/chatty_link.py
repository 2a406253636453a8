"""T06: many small questions instead of one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.latency import network_ms, sequences
from models.analysis.repairs import by_fix
from models.analysis.rule import Fix, Flaw, Rule, in_words
from models.architecture import Architecture, LinkStep, replace
from models.architecture.edits import set_attributes
from models.architecture.journeys import AnyStep
from models.architecture.steps import mapped
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

STYLES = ("sync", "shared_data")


def check(facts: Facts) -> Iterator[Flaw]:
    most = facts.once(_most_calls)
    for link_id in sorted(most):
        calls, journey = most[link_id]
        link = facts.architecture.link_by_id[link_id]
        if link.style not in STYLES or not facts.remote(link):
            continue
        if calls <= facts.threshold("T06", "calls", link_id):
            continue
        yield Flaw(
            subject=link_id,
            severity="warning",
            message=say(
                "rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target), calls=figure(calls)
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
    for journey in facts.journeys:
        for together in sequences(facts, journey.steps):
            for step in together:
                calls = step.calls if isinstance(step, LinkStep) else None
                if isinstance(step, LinkStep) and calls and calls > found.get(step.link, (0.0, None))[0]:
                    found[step.link] = float(calls), journey.id
    return found


def _sum(calls: float, network: float) -> Text | None:
    if network <= 0:
        return None
    return say("rules", _NETWORK, calls=figure(calls), network=figure(network), total=figure(calls * network))


def _fixes(link_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_batched, link_id)),)


def _batched(link_id: str, architecture: Architecture) -> Architecture:
    def one_call(step: AnyStep) -> AnyStep:
        if isinstance(step, LinkStep) and step.link == link_id and step.calls is not None:
            return replace(step, calls=None)
        return step

    architecture = set_attributes(architecture, [link_id], {"calls_per_request": 1}, provenance=by_fix("T06"))
    journeys = tuple(replace(journey, steps=mapped(journey.steps, one_call)) for journey in architecture.journeys)
    return replace(architecture, journeys=journeys)


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{source} asks {target} {calls} times per request.")
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
            "A thousand calls within a process cost nothing; each remote one costs a way there and "
            "back and can fail. What "
            "was a loop in a monolith becomes the slowest part of the system.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Basket asks Price once for each of its 20 items."),
        fix=QT_TRANSLATE_NOOP("rules", "Ask once for all items, or let the data come by events and keep a copy."),
    ),
    source="S1.1",
    check=check,
    thresholds={"calls": 5},
    rests_on=("style", "calls_per_request"),
)
