"""T07: a stop on the way where nothing happens."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import link_of
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Link, LinkStep, replace
from models.architecture.edits import remove
from models.architecture.graph import unit_of
from models.architecture.journeys import AnyStep, WorkStep
from models.architecture.steps import mapped, turns_mapped
from models.architecture.text import QT_TRANSLATE_NOOP, say

_MEANT_TO = ("gateway", "bff", "adapter")


def check(facts: Facts) -> Iterator[Flaw]:
    for into, out in facts.once(_passing):
        first, second = facts.said(into, "payload_bytes"), facts.said(out, "payload_bytes")
        if first is None or first != second:
            continue
        yield Flaw(
            subject=into.target,
            severity="info",
            message=say(
                "rules",
                _MESSAGE,
                service=facts.label(into.target),
                source=facts.label(into.source),
                target=facts.label(out.target),
            ),
            elements=(into.target, into.source, out.target),
            links=(into.id, out.id),
            path=(into.source, into.id, into.target, out.id, out.target),
            fixes=partial(_fixes, facts, into, out),
            about=(into.target,),
        )


def _passing(facts: Facts) -> list[tuple[Link, Link]]:
    """Shared fact: the one call in and the one call out of services that have no other link nor share a process."""
    found: list[tuple[Link, Link]] = []
    architecture = facts.architecture
    sharing = unit_of(architecture)
    roles, links_to, links_from = facts.elements_stating("role"), architecture.links_to, architecture.links_from
    for service_id in facts.ids_of("service"):
        into, out = links_to[service_id], links_from[service_id]
        if len(into) != 1 or len(out) != 1 or roles.get(service_id) in _MEANT_TO or service_id in sharing:
            continue
        if into[0].style == out[0].style == "sync" and into[0].source != service_id and out[0].target != into[0].source:
            found.append((into[0], out[0]))
    return found


def waits(facts: Facts) -> Iterator[Lack]:
    for into, out in facts.once(_passing):
        first, second = facts.said(into, "payload_bytes"), facts.said(out, "payload_bytes")
        if first is None:
            yield "payload_bytes", (into.id,)
        if second is None:
            yield "payload_bytes", (out.id,)


def _fixes(facts: Facts, into: Link, out: Link) -> tuple[Fix, ...]:
    title = say("rules", _FIX, source=facts.label(into.source), target=facts.label(out.target))
    return (Fix(title, "review", partial(_bypass, into.id, out.id)),)


def _bypass(into_id: str, out_id: str, architecture: Architecture) -> Architecture:
    """The caller asks whom the service asked; journeys skip the stop, and the service goes."""
    into, out = link_of(architecture, into_id), link_of(architecture, out_id)
    change = partial(_shorter, into_id, out_id)
    journeys = tuple(replace(one, steps=turns_mapped(one.steps, change)) for one in architecture.journeys)
    links = tuple(replace(link, target=out.target) if link.id == into_id else link for link in architecture.links)
    return remove(replace(architecture, links=links, journeys=journeys), [into.target])


def _shorter(into_id: str, out_id: str, turn: tuple[AnyStep, ...]) -> tuple[AnyStep, ...]:
    """The turn, with what the stop went on to in place of the call to it."""
    found: list[AnyStep] = []
    for step in turn:
        if isinstance(step, LinkStep) and step.link == into_id:
            onward = mapped(step.steps, partial(_directly, step, out_id))
            passed = [inner for inner in onward if not isinstance(inner, WorkStep)]
            found += passed or [LinkStep(link=into_id, calls=step.calls, parallel=step.parallel)]
        else:
            found.append(step)
    return tuple(found)


def _directly(call: LinkStep, out_id: str, step: AnyStep) -> AnyStep:
    """What the stop called, as its caller does now: as often as both together, and with the caller's own words."""
    if not isinstance(step, LinkStep) or step.link != out_id:
        return step
    changes = {
        name: math.prod(told) if told else None
        for name in ("calls", "probability")
        for told in [[value for value in (getattr(call, name), getattr(step, name)) if value is not None]]
    }
    parallel = call.parallel if step.parallel is None else step.parallel
    after = {"parallel": parallel, "needs_previous": call.needs_previous, "on_failure": call.on_failure}
    return replace(step, link=call.link, **changes, **after)


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{service} only passes on to {target} what {source} asks.")
_FIX = QT_TRANSLATE_NOOP("rules", "Let {source} call {target} directly")

RULE = Rule(
    code="T07",
    name="pass-through-service",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Pass-through service")),
    severity="info",
    grade="heuristic",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A service has one synchronous call in, one out and nothing else, and both carry equally large data. "
            "Gateways and adapters do not count, nor what shares a process with others.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Each stop on the way adds latency, one more thing that must be up, and one more team to ask, and this one "
            "seems to add nothing for it.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Shop asks Order facade, which asks Order the same."),
        fix=QT_TRANSLATE_NOOP("rules", "Call the service behind it directly, or give this one work of its own."),
    ),
    source="S4.3",
    check=check,
    rests_on=("style",),
    waits=waits,
)
