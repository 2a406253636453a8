"""G02: what is not ours, known to services that have other things to do."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import by_fix, link_of
from models.analysis.graph.closures import closures
from models.analysis.rule import Fix, Flaw, Rule, in_words
from models.architecture import Architecture, Link, LinkStep, Service, SyncLink, replace
from models.architecture.edits import fresh_id, set_attributes
from models.architecture.journeys import AnyStep
from models.architecture.steps import mapped
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

_DOORS = ("gateway", "bff")
"""Who is one of these is not said to be an adapter instead: what it couples would then be judged in sum."""


def check(facts: Facts) -> Iterator[Flaw]:
    if facts.judgement.stage == "sketch":
        return
    externals = facts.elements_of("external")
    first: dict[tuple[str, str], str] = {}
    for link in [into for external in externals for into in facts.architecture.links_to[external.id]]:
        if link.style not in ("sync", "async"):
            continue
        service = facts.architecture.element_by_id[link.source]
        if not isinstance(service, Service) or service.role == "adapter":
            continue
        between = first.setdefault((link.source, link.target), link.id)
        yield Flaw(
            subject=link.id,
            severity="info",
            message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
            elements=(link.source, link.target),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            assumed=_assumed(facts, service),
            cause=None if between == link.id else f"G02:{between}",
            fixes=partial(_fixes, facts, link),
        )


def _assumed(facts: Facts, service: Service) -> tuple[Text, ...]:
    if service.role is not None:
        return ()
    return (say("rules", _NO_ROLE, service=facts.label(service.id)),)


def _fixes(facts: Facts, link: Link) -> tuple[Fix, ...]:
    found = []
    if link.style == "sync" and not _couples_too_much(facts, link):
        found.append(Fix(say("rules", _BETWEEN), "review", partial(_put_between, link.id)))
    if getattr(facts.architecture.element_by_id[link.source], "role", None) not in _DOORS:
        title = say("rules", _IS_ONE, service=facts.label(link.source))
        found.append(Fix(title, "review", partial(_is_adapter, link.source)))
    return tuple(found)


def _couples_too_much(facts: Facts, link: Link) -> bool:
    """Whether one part more beside the service makes the coupling of somebody who needs it an error, or its own is."""
    coupling, closed, service_id = facts.rules.get("T01"), facts.once(closures), link.source
    if coupling is None:
        return False
    if closed.through(service_id, link.target).bit_count() >= facts.judgement.threshold(coupling, "error", service_id):
        return True
    for element in facts.elements_of("service"):
        if closed.members(element.id) & closed.bit[service_id]:
            most = facts.judgement.threshold(coupling, "error", element.id)
            if most - 1 <= closed.members(element.id).bit_count() < most:
                return True
    return False


def _is_adapter(service_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [service_id], {"role": "adapter"}, provenance=by_fix("G02"))


def _put_between(link_id: str, architecture: Architecture) -> Architecture:
    """An adapter deployed with the service makes all its calls of that system; the service calls it in its process."""
    link = link_of(architecture, link_id)
    beside = (one for one in architecture.links_from[link.source] if one.target == link.target)
    moved = {one.id for one in beside if one.style == "sync"}
    service = architecture.element_by_id[link.source]
    name = f"{architecture.label(link.target)} adapter"
    adapter = fresh_id(architecture, f"{link.target}-adapter")
    provenance = {"role": by_fix("G02"), "deployed_with": by_fix("G02")}
    added = Service(
        id=adapter,
        name=name,
        role="adapter",
        deployed_with=service.id,
        owner=service.owner,
        groups=service.groups,
        provenance=provenance,
    )
    inside = SyncLink(id=fresh_id(architecture, f"{service.id}-{adapter}"), source=service.id, target=adapter)
    links = tuple(replace(one, source=adapter) if one.id in moved else one for one in architecture.links)
    journeys = tuple(
        replace(journey, steps=mapped(journey.steps, lambda step: _inside(step, moved, inside.id)))
        for journey in architecture.journeys
    )
    return replace(architecture, elements=(*architecture.elements, added), links=(*links, inside), journeys=journeys)


def _inside(step: AnyStep, moved: set[str], inside: str) -> AnyStep:
    """A use of a moved link inside a call of the adapter; any other step as it is.

    What the service does afterwards, when all has failed, it does after its call of the adapter.
    """
    if not isinstance(step, LinkStep) or step.link not in moved:
        return step
    inner = replace(step, parallel=None, needs_previous=None, on_reply=(), on_failure=())
    return LinkStep(
        link=inside,
        parallel=step.parallel,
        needs_previous=step.needs_previous,
        steps=(inner,),
        on_reply=step.on_reply,
        on_failure=step.on_failure,
    )


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{source} talks to {target}, which is not ours, without an adapter in between.")
_NO_ROLE = QT_TRANSLATE_NOOP("rules", "nobody has said the role of {service}: it is taken not to be an adapter")
_BETWEEN = QT_TRANSLATE_NOOP("rules", "Put an adapter in between, deployed with the service")
_IS_ONE = QT_TRANSLATE_NOOP("rules", "Say that {service} is the adapter")

RULE = Rule(
    code="G02",
    name="unguarded-external",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unguarded external")),
    severity="info",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "A service that is not an adapter calls a system that is not ours."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The names, errors and habits of the other system spread through our own. When it changes or is replaced, "
            "every service that knows it must change, and each guards itself against its failures in its own way.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Order itself speaks the bank's protocol, and so does Refund."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Put an adapter in between that translates, and that holds the timeout, retries and circuit breaker in one "
            "place.",
        ),
    ),
    source="peers",
    check=check,
    rests_on=("style",),
)
