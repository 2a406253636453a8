"""E01: an event that says so little that everyone has to ask back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, by_label, figure
from models.analysis.fixes.repairs import by_fix
from models.analysis.labels import naming
from models.analysis.messages.publications import Publication, payload_of, publications
from models.analysis.reach import link_rate
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, EventLink, Fault, LinkStep, SyncLink, replace
from models.architecture.derived import coming_by
from models.architecture.edits import put, set_attributes
from models.architecture.journeys import AnyStep
from models.architecture.scenarios import LoadSurge
from models.architecture.steps import mapped
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    for publication in facts.once(publications):
        if payload_of(facts, publication) != "id_only":
            continue
        back = [link for _, _, way in publication.called_back for link in way]
        consumers = by_label(facts, [consumer for consumer, _, _ in publication.called_back])
        consumer, consuming, way = publication.called_back[0]
        path = [publication.publisher]
        if (first := publication.links[0]) is not consuming:
            path += [first.id, first.target]
        path += [consuming.id, consumer]
        for link in way:
            path += [link.id, link.target]
        yield Flaw(
            subject=publication.subject,
            severity="warning",
            message=say(
                "rules",
                _MESSAGE,
                publisher=facts.label(publication.publisher),
                names=naming([facts.label(i) for i in consumers]),
            ),
            elements=tuple(dict.fromkeys((publication.publisher, *consumers)))[:MOST_NAMED],
            links=tuple(
                dict.fromkeys(
                    [
                        *(link.id for link in publication.links),
                        *(link.id for _, link, _ in publication.called_back),
                        *(link.id for link in back),
                    ]
                )
            ),
            path=tuple(path),
            arithmetic=_rate(facts, publication),
            fixes=partial(_fixes, publication),
            about=tuple(dict.fromkeys((publication.publisher, *_said_on(facts, publication)))),
        )


def _said_on(facts: Facts, publication: Publication) -> Iterator[str]:
    """The publishing links, and the topic they lead to."""
    for link in publication.links:
        yield link.id
        if facts.kind[link.target] == "topic":
            yield link.target


def _rate(facts: Facts, publication: Publication) -> Text:
    """Events straight to their consumers may come at different rates; of a topic each consumer gets every one."""
    consumers = len(publication.called_back)
    rates = [link_rate(facts, link.id) for link in publication.links]
    known = [rate for rate in rates if rate is not None]
    if len(known) < len(rates) or not known:
        return say("rules", _PER_EVENT if consumers > 1 else _ONE_PER_EVENT, consumers=consumers)
    if len(set(known)) > 1:
        return say("rules", _AT_RATES, rates=" + ".join(map(figure, known)), calls=figure(sum(known)))
    template = _PER_SECOND if consumers > 1 else _ONE_PER_SECOND
    return say("rules", template, rate=figure(known[0]), consumers=consumers, calls=figure(known[0] * consumers))


def waits(facts: Facts) -> Iterator[Lack]:
    for publication in facts.once(publications):
        if payload_of(facts, publication) is None:
            for link in publication.links:
                yield "payload", (link.id,)


def _fixes(publication: Publication) -> tuple[Fix, ...]:
    ids = list(
        dict.fromkeys([link.id for link in publication.links] + [out.id for _, out, _ in publication.called_back])
    )
    return (
        Fix(say("rules", _FULL), "review", partial(_with_full_state, ids, publication.called_back)),
        Fix(say("rules", _HYBRID), "review", partial(_say_payload, ids, "hybrid")),
    )


def _with_full_state(
    link_ids: list[str],
    called_back: tuple[tuple[str, EventLink, tuple[SyncLink, ...]], ...],
    architecture: Architecture,
) -> Architecture:
    """The event says it all, so no drawn journey asks back any more."""
    first = {consuming.id: way[0].id for _, consuming, way in called_back}

    def content(step: AnyStep) -> AnyStep:
        if not isinstance(step, LinkStep) or step.link not in first:
            return step
        kept = tuple(inner for inner in step.steps if getattr(inner, "link", None) != first[step.link])
        return replace(step, steps=kept) if kept != step.steps else step

    architecture = _say_payload(link_ids, "full_state", architecture)
    for journey in architecture.journeys:
        steps = mapped(journey.steps, content)
        if steps != journey.steps:
            architecture = put(architecture, replace(journey, steps=steps))
    return architecture


def _say_payload(link_ids: list[str], payload: str, architecture: Architecture) -> Architecture:
    left = [
        link_id
        for link_id in link_ids
        if (link := architecture.link_by_id.get(link_id)) is not None and link.style == "event"
    ]
    first, rest = left[:1], left[1:]
    said = [link_id for link_id in rest if getattr(architecture.link_by_id[link_id], "payload", None) is not None]
    implied = [
        link_id
        for link_id in rest
        if architecture.element_by_id[architecture.link_by_id[link_id].source].kind != "topic"
    ]
    ids = list(dict.fromkeys([*first, *said, *implied]))
    return set_attributes(architecture, ids, {"payload": payload}, provenance=by_fix("E01"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """Three times the load for a while, where requests enter: the publisher gets it once, and once more from every
    consumer. A load that cannot surge, of users who wait or of batches, is left as it is."""
    surging = [
        journey.entry
        for journey in coming_by(architecture, finding.links)
        if journey.load is None or (journey.load.closed is None and journey.load.schedule is None)
    ]
    return tuple(
        LoadSurge(target=entry, from_ms=30_000, until_ms=60_000, factor=3.0) for entry in dict.fromkeys(surging)
    )


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "The event of {publisher} carries only ids, so {publisher} is called back for the rest, by {names}."
)
_PER_SECOND = QT_TRANSLATE_NOOP(
    "rules", "{rate} events per second x {consumers} consumers = {calls} calls back per second"
)
_ONE_PER_SECOND = QT_TRANSLATE_NOOP("rules", "{rate} events per second x 1 consumer = {calls} calls back per second")
_AT_RATES = QT_TRANSLATE_NOOP("rules", "{rates} events per second = {calls} calls back per second")
_ONE_PER_EVENT = QT_TRANSLATE_NOOP("rules", "1 event x 1 consumer = 1 call back")
_PER_EVENT = QT_TRANSLATE_NOOP("rules", "1 event x {consumers} consumers = {consumers} calls back")
_FULL = QT_TRANSLATE_NOOP("rules", "Put the full state into the event")
_HYBRID = QT_TRANSLATE_NOOP("rules", "Put the essentials into the event, and a reference to the rest (claim check)")

RULE = Rule(
    code="E01",
    name="thin-event-callback",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Thin event with callbacks")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "An event carries only ids, and a consumer calls the publisher back, directly or through a gateway, to "
            "learn what happened.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The coupling that the event was to dissolve comes back: the publisher must be up when its event is "
            "handled, and every further consumer floods it with one more call per event.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order publishes only the order's id, and Warehouse and Loyalty both call Order for the order."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Put into the event what you would share through an API: the full state, or the essentials and a "
            "reference to the rest. Mind its size and personal data.",
        ),
    ),
    source="S8.2",
    check=check,
    rests_on=("style", "payload"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("calls", "p99_ms", "availability"),
)
