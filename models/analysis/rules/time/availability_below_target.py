"""T03: a promise that what must be up at once cannot keep."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, by_label, derived_note, listed
from models.analysis.figures import percent, percents
from models.analysis.fixes.deferring import deferring
from models.analysis.journeys.promises import answering, availabilities, availability_within
from models.analysis.journeys.unwaited import needs_without
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Journey
from models.architecture.derived import steps_are_derived
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    for journey in _promising(facts):
        stated = _stated(facts, journey.id)
        reached, goal = math.prod(stated.values()), _goal(journey)
        if not stated or reached >= _least(journey):
            continue
        weakest = sorted(stated, key=lambda element_id: (stated[element_id], element_id))
        yield Flaw(
            subject=facts.subject(journey),
            severity="error",
            message=partial(_message, facts, journey, reached, goal),
            elements=tuple(dict.fromkeys((journey.entry, *weakest)))[:MOST_NAMED],
            journey=journey.id,
            path=(journey.entry,),
            arithmetic=_sum(stated, weakest, reached, goal),
            assumed=(derived_note(facts, journey.entry),) if steps_are_derived(journey) else (),
            fixes=partial(_fixes, facts, journey),
            about=(journey.id, *weakest),
        )


def _promising(facts: Facts) -> Iterator[Journey]:
    return (one for one in facts.every_journey if one.target is not None and one.target.availability is not None)


def _goal(journey: Journey) -> float:
    return (journey.target.availability if journey.target is not None else None) or 0.0


def _least(journey: Journey) -> float:
    """What still counts as the goal: the same factors in another order make a little more or less."""
    return _goal(journey) * (1 - 1e-12)


def _stated(facts: Facts, journey_id: str) -> dict[str, float]:
    return availabilities(facts, facts.once(answering)[journey_id])


def _message(facts: Facts, journey: Journey, reached: float, goal: float) -> Text:
    """A client is not what must be up: it is who asks."""
    count = sum(facts.kind[one] != "client" for one in facts.once(answering)[journey.id])
    told, wanted = percents(reached, goal)
    template = _MESSAGE if count > 1 else _MESSAGE_OF_ONE
    return say("rules", template, journey=facts.label(journey.id), goal=wanted, reached=told, count=count)


def _sum(stated: dict[str, float], weakest: list[str], reached: float, goal: float) -> Text:
    factors: list[Text | str] = [f"{percent(stated[element_id])}%" for element_id in weakest[:MOST_NAMED]]
    if len(weakest) > MOST_NAMED:
        factors.append("...")
    told, wanted = percents(reached, goal)
    if len(weakest) == 1:
        return say("rules", _ONE, reached=told, goal=wanted)
    return say("rules", _PRODUCT, factors=listed(factors, " x "), reached=told, goal=wanted)


def waits(facts: Facts) -> Iterator[Lack]:
    for journey in _promising(facts):
        stated = _stated(facts, journey.id)
        if math.prod(stated.values()) >= _goal(journey):
            for element_id in by_label(facts, set(facts.once(answering)[journey.id])):
                element = facts.architecture.element_by_id[element_id].__dict__
                if "availability" in element and element["availability"] is None and not element.get("deployed_with"):
                    yield "availability", (element_id,)


def _fixes(facts: Facts, journey: Journey) -> tuple[Fix, ...]:
    needs, goal = needs_without(facts, journey), _least(journey)
    reached = availability_within(facts, needs(frozenset()))
    return deferring(facts, journey, "T03", lambda gone: goal - reached(needs(gone)))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "{journey} is to work {goal}% of the time, but the {count} parts that must be up for it "
    "allow {reached}% at most, if they fail independently.",
)
_MESSAGE_OF_ONE = QT_TRANSLATE_NOOP(
    "rules", "{journey} is to work {goal}% of the time, but the one part that must be up for it allows {reached}%."
)
_PRODUCT = QT_TRANSLATE_NOOP("rules", "{factors} = {reached}% < {goal}%, independent failures")
_ONE = QT_TRANSLATE_NOOP("rules", "{reached}% < {goal}%")

RULE = Rule(
    code="T03",
    name="availability-below-target",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Availability below target")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "The availabilities of all that must be up at once for a journey's answer multiply to less "
            "than its target. "
            "Only stated ones count, and failures are taken to be independent.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Whoever waits is never better than those waited for. Five parts of 99.9% each make 99.5%, "
            "three and a half "
            "hours a month, whatever each team does for its own.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Placing an order needs Order, Payment and Stock at 99.9% each, and is to work 99.9% of the time."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Take out of the answer what need not be in it: let a message or an event do it later. Or "
            "replicate the weakest part.",
        ),
    ),
    source="S4.3",
    check=check,
    rests_on=(),
    waits=waits,
)
