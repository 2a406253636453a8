"""E03: personal data told to those who must not have it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import attrgetter

from models.analysis.facts import Facts, by_label
from models.analysis.fixes.repairs import by_fix, link_of
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, EventLink, LinkStep, replace
from models.architecture.edits import fresh_id, set_attributes
from models.architecture.journeys import AnyStep
from models.architecture.steps import turns_mapped
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link, consuming in _personal(facts):
        told = [out for out in consuming if _cleared(facts, out.target) is False]
        if not told:
            continue
        names = by_label(facts, {out.target for out in told})
        ends = dict.fromkeys((link.source, link.target, *names))
        path = [link.source, link.id, link.target]
        if told[0].id != link.id:
            path += [told[0].id, told[0].target]
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say(
                "rules",
                _REACHES if facts.kind[link.source] == "topic" else _MESSAGE,
                publisher=facts.label(link.source),
                names=naming([facts.label(name) for name in names]),
            ),
            elements=tuple(ends)[:MOST_NAMED],
            links=tuple(dict.fromkeys((link.id, *(out.id for out in told)))),
            path=tuple(path),
            fixes=partial(_fixes, facts, link, [out.id for out in told]),
        )


def _personal(facts: Facts) -> Iterator[tuple[EventLink, list[EventLink]]]:
    """Links that bring personal data to a topic or to someone, and the links by which it reaches someone.

    What is said not to reach a subscriber does not; what only a subscriber's link tells of reaches that one.
    """
    personal = facts.stating("personal_data")
    links_to, links_from = facts.architecture.links_to, facts.architecture.links_from
    for link_id, told in personal.items():
        link = facts.architecture.link_by_id[link_id]
        if told is not True or not isinstance(link, EventLink):
            continue
        if facts.kind[link.target] == "topic":
            onward = (out for out in links_from[link.target] if isinstance(out, EventLink))
            yield link, sorted([out for out in onward if personal.get(out.id) is not False], key=attrgetter("id"))
            continue
        publishing = links_to[link.source] if facts.kind[link.source] == "topic" else ()
        if not any(personal.get(into.id) is True for into in publishing):
            yield link, [link]


def _cleared(facts: Facts, element_id: str) -> bool | None:
    element = facts.architecture.element_by_id[element_id]
    return element.cleared_for_personal_data if element.kind in ("service", "external") else None


def waits(facts: Facts) -> Iterator[Lack]:
    for _, consuming in _personal(facts):
        for out in consuming:
            if _cleared(facts, out.target) is None:
                yield "cleared_for_personal_data", (out.target,)


def _fixes(facts: Facts, link: EventLink, told: list[str]) -> tuple[Fix, ...]:
    onward = [out.id for out in facts.architecture.links_from[link.target] if out.style == "event"]
    if facts.kind[link.target] != "topic" or set(onward) <= set(told):
        return (Fix(say("rules", _LEAVE_OUT), "advice", partial(_left_out, link.id, told)),)
    return (Fix(say("rules", _FIX), "advice", partial(_split, link.id, told)),)


def _left_out(link_id: str, told: list[str], architecture: Architecture) -> Architecture:
    """The event without personal data: nobody who gets it may have them."""
    says = [one for one in told if _says(architecture.link_by_id.get(one))]
    return set_attributes(architecture, [link_id, *says], {"personal_data": False}, provenance=by_fix("E03"))


def _split(link_id: str, told: list[str], architecture: Architecture) -> Architecture:
    """A second topic for those who are not cleared, to which all publish the same events without personal data.

    Who publishes without an outbox has decided nothing yet about the second event.
    """
    topic = architecture.element_by_id[link_of(architecture, link_id).target]
    topic_id = fresh_id(architecture, f"{topic.id}-without-personal-data")
    name = f"{architecture.label(topic.id)} without personal data"
    added = replace(topic, id=topic_id, name=name, origin=None)
    second = {
        one.id: replace(
            one,
            id=fresh_id(architecture, f"{one.id}-without-personal-data"),
            target=topic_id,
            origin=None,
            outbox=one.outbox or None,
        )
        for one in architecture.links_to[topic.id]
        if isinstance(one, EventLink)
    }
    moved = set(told)
    links = [replace(one, source=topic_id) if one.id in moved else one for one in architecture.links]
    links = [replace(one, personal_data=False) if one.id in moved and _says(one) else one for one in links]
    change = partial(_moved, {first: one.id for first, one in second.items()}, moved)
    journeys = tuple(replace(journey, steps=turns_mapped(journey.steps, change)) for journey in architecture.journeys)
    split = replace(
        architecture,
        elements=(*architecture.elements, added),
        links=(*links, *second.values()),
        journeys=journeys,
    )
    without = [one.id for one in second.values()]
    return set_attributes(split, without, {"personal_data": False}, provenance=by_fix("E03"))


def _says(link: object) -> bool:
    return isinstance(link, EventLink) and link.personal_data is True


def _moved(second: dict[str, str], moved: set[str], turn: tuple[AnyStep, ...]) -> tuple[AnyStep, ...]:
    """The turn with every second event published beside the first, and its consumers under it."""
    found: list[AnyStep] = []
    for step in turn:
        if isinstance(step, LinkStep) and step.link in second:
            gone = tuple(one for one in step.steps if isinstance(one, LinkStep) and one.link in moved)
            found.append(replace(step, steps=tuple(one for one in step.steps if one not in gone)))
            found.append(LinkStep(link=second[step.link], calls=step.calls, probability=step.probability, steps=gone))
        else:
            found.append(step)
    return tuple(found)


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{publisher} publishes personal data, and it reaches those who are not cleared for it: {names}."
)
_REACHES = QT_TRANSLATE_NOOP(
    "rules", "What comes from {publisher} carries personal data, and reaches those who are not cleared for it: {names}."
)
_LEAVE_OUT = QT_TRANSLATE_NOOP("rules", "Leave the personal data out of the event")
_FIX = QT_TRANSLATE_NOOP("rules", "Publish a second event without personal data for them")

RULE = Rule(
    code="E03",
    name="personal-data-broadcast",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Personal data broadcast")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "An event carries personal data, and one of those who receive it is said not to be cleared for it."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "An event goes to everyone who subscribes, now and later, and is kept. What has been told cannot be "
            "untold: the data must be found, explained and erased at every receiver.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order publishes the customer's address, and Marketing, which is not cleared, gets it too."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Split the event: one without personal data for everyone, and one with it for those who are cleared. Or "
            "send a reference that only they can resolve.",
        ),
    ),
    source="S8.2",
    check=check,
    rests_on=("style", "personal_data"),
    waits=waits,
)
