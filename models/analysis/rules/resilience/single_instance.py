"""R12: one instance of a service on which a promise rests."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, derived_note
from models.analysis.fixes.widening import widened
from models.analysis.journeys.promises import answering
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.architecture import Journey, Service
from models.architecture.derived import steps_are_derived
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for service, journeys in _promised(facts):
        if service.instances != 1 or service.stateless is not True or _grows(service):
            continue
        journey = journeys[0]
        goal = journey.target.availability if journey.target is not None else None
        yield Flaw(
            subject=service.id,
            severity="warning",
            message=say(
                "rules",
                _MESSAGE,
                service=facts.label(service.id),
                journey=facts.label(journey.id),
                goal=f"{(goal or 0.0) * 100:.6g}",
            ),
            elements=(service.id,),
            journey=journey.id,
            path=(service.id,),
            assumed=(derived_note(facts, journey.entry),) if steps_are_derived(journey) else (),
            fixes=partial(_fixes, facts, service.id),
        )


def _promised(facts: Facts) -> Iterator[tuple[Service, list[Journey]]]:
    """Services that must be up for a journey with an availability target, by id; its highest target first."""
    found: dict[str, list[Journey]] = {}
    for journey in facts.every_journey:
        if journey.target is not None and journey.target.availability is not None:
            for element_id in facts.once(answering)[journey.id]:
                found.setdefault(element_id, []).append(journey)
    for element_id in sorted(found):
        service = facts.architecture.element_by_id[element_id]
        if isinstance(service, Service):
            yield service, sorted(found[element_id], key=_promise)


def _promise(journey: Journey) -> tuple[float, str]:
    goal = journey.target.availability if journey.target is not None else None
    return -(goal or 0.0), journey.id


def _grows(service: Service) -> bool:
    return service.autoscale is not None and (service.autoscale.min or 1) > 1


def waits(facts: Facts) -> Iterator[Lack]:
    for service, _ in _promised(facts):
        if _grows(service) or service.instances not in (None, 1) or service.stateless is False:
            continue
        if service.instances is None:
            yield "instances", (service.id,)
        if service.stateless is None:
            yield "stateless", (service.id,)


def _fixes(facts: Facts, service_id: str) -> tuple[Fix, ...]:
    return widened(facts, service_id, 2, say("rules", _FIX), "R12")


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{service} runs in a single instance, and {journey} is to work {goal}% of the time."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Run 2 instances")

RULE = Rule(
    code="R12",
    name="single-instance",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Single instance")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A stateless service has one instance, and a journey with an availability target waits for it.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Every crash, every update and every move to another machine is an outage of the journey. A stateless "
            "service could have a second instance at once.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Order runs once, and placing an order is to work 99.9% of the time."),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Run two or more instances behind a load balancer that notices when one is down."
        ),
    ),
    source="S1.3",
    check=check,
    rests_on=(),
    waits=waits,
)
