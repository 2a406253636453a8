"""M05: two writes that should be one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.datasets import access_of
from models.analysis.facts import Facts, derived_note
from models.analysis.repairs import by_fix
from models.analysis.rule import Finding, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, ChoiceStep, EventLink, Fault, Link, LinkStep
from models.architecture.edits import set_attributes
from models.architecture.journeys import AnyStep
from models.architecture.scenarios import Omission
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for event, store, journey in facts.once(_every_pair):
        if facts.said(event, "outbox") is not False or not access_of(facts, store)[1]:
            continue
        yield Flaw(
            subject=event.id,
            severity="error",
            message=say(
                "rules",
                _MESSAGE,
                service=facts.label(event.source),
                store=facts.label(store.target),
                target=facts.label(event.target),
            ),
            elements=tuple(dict.fromkeys((event.source, store.target, event.target))),
            links=(store.id, event.id),
            journey=journey,
            path=(store.target, store.id, event.source, event.id, event.target),
            assumed=() if journey is not None else (derived_note(facts, event.source),),
            fixes=partial(_fixes, event.id),
        )


def _every_pair(facts: Facts) -> list[tuple[Link, Link, str | None]]:
    """Shared fact: all of `_pairs`."""
    return list(_pairs(facts))


def _pairs(facts: Facts) -> Iterator[tuple[Link, Link, str | None]]:
    """(event, data access, journey) of one service in one step; without drawn journeys, of any service."""
    publishers = {link.source for link in facts.links_of("event") if facts.kind[link.source] != "topic"}
    stores: dict[str, list[Link]] = {}
    for link in facts.links_of("shared_data"):
        if link.source in publishers:
            stores.setdefault(link.source, []).append(link)
    if not stores:
        return
    if not facts.journeys:
        for event in facts.links_of("event"):
            if facts.kind[event.source] != "topic" and event.source in stores:
                writing = [link for link in stores[event.source] if access_of(facts, link)[1]]
                yield event, (writing or stores[event.source])[0], None
        return
    seen: set[str] = set()
    for journey in facts.journeys:
        for together in _together(facts, journey.steps):
            for event in together:
                if not isinstance(event, EventLink) or event.id in seen or facts.kind[event.source] == "topic":
                    continue
                beside = [link for link in together if link.style == "shared_data" and link.source == event.source]
                writing = [link for link in beside if access_of(facts, link)[1]]
                if beside:
                    if writing:
                        seen.add(event.id)
                    yield event, (writing or beside)[0], journey.id


def _together(facts: Facts, steps: tuple[AnyStep, ...]) -> Iterator[list[Link]]:
    """The links that one step uses itself, every branch of a choice with what stands around it."""
    here: list[Link] = []
    for step in steps:
        if isinstance(step, LinkStep):
            here.append(facts.architecture.link_by_id[step.link])
            for inner in (step.steps, step.on_reply, step.on_failure):
                yield from _together(facts, inner)
        elif isinstance(step, ChoiceStep):
            for branch in step.choice:
                here += [
                    facts.architecture.link_by_id[inner.link] for inner in branch.steps if isinstance(inner, LinkStep)
                ]
                yield from _together(facts, branch.steps)
    yield here


def waits(facts: Facts) -> Iterator[tuple[str, str]]:
    for event, store, _ in facts.once(_every_pair):
        writes = facts.said(store, "access")
        if writes != "read" and facts.said(event, "outbox") is None:
            yield event.id, "outbox"
        if writes is None and facts.said(event, "outbox") is not True:
            yield store.id, "access"


def _fixes(link_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_outbox, link_id)),)


def _outbox(link_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"outbox": True}, provenance=by_fix("M05"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """For thirty seconds every fifth event is lost on its way to the broker."""
    event = finding.links[1]
    return (Omission(target=event, from_ms=30_000, until_ms=60_000, probability=0.2, direction="request"),)


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "{service} writes to {store} and publishes to {target} without an outbox: when it dies in "
    "between, one has happened "
    "and the other has not.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Publish through an outbox: store the event with the data, send it from there")

RULE = Rule(
    code="M05",
    name="dual-write",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Dual write")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "In one step a service writes to a store and publishes an event, and it is said to have no "
            "outbox. Where no "
            "journey is drawn, any service that does both.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "No transaction spans a store and a broker. A crash or a lost message in between leaves an order that "
            "nobody hears of, or news of an order that does not exist.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Order saves the order and then publishes it, without an outbox."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Write the event into an outbox table in the same transaction as the data, and let a relay publish from "
            "there until the broker has it.",
        ),
    ),
    source="S8.2",
    check=check,
    rests_on=("style", "access", "outbox"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("incomplete", "lost"),
)
