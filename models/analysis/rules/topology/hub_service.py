"""G04: a service that everything goes through."""

from __future__ import annotations

from collections.abc import Iterator

from models.analysis.facts import Facts, figure
from models.analysis.rule import MOST_NAMED, Flaw, Rule, in_words
from models.architecture import Service
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

_DOORS = ("gateway", "bff")


def check(facts: Facts) -> Iterator[Flaw]:
    if facts.judgement.stage == "sketch":
        return
    into, out = facts.architecture.links_to, facts.architecture.links_from
    ids = [element.id for element in facts.architecture.elements]
    degrees = {element_id: degree for element_id in ids if (degree := len(into[element_id]) + len(out[element_id]))}
    if not degrees:
        return
    for ends in facts.ends.values():
        if len(ends) == 1:
            degrees[ends[0]] -= 1
    mean = sum(degrees.values()) / len(degrees)
    for service in facts.elements_of("service"):
        if not isinstance(service, Service) or service.role in _DOORS or service.id not in degrees:
            continue
        element_id, degree = service.id, degrees[service.id]
        limit = facts.threshold("G04", "factor", element_id) * mean + facts.threshold("G04", "offset", element_id)
        if degree <= limit or degree < facts.threshold("G04", "links", element_id):
            continue
        yield Flaw(
            subject=element_id,
            severity="warning",
            message=_message(facts, element_id, degree, mean),
            elements=(element_id,),
            links=_first_links(facts, element_id),
            path=(element_id,),
            arithmetic=say(
                "rules",
                _SUM if degree > 1 else _SUM_OF_ONE,
                count=degree,
                factor=figure(facts.threshold("G04", "factor", element_id)),
                mean=figure(mean),
                offset=figure(facts.threshold("G04", "offset", element_id)),
                limit=figure(limit),
            ),
            about=(element_id,),
        )


def _message(facts: Facts, element_id: str, degree: int, mean: float) -> Text:
    template = _MESSAGE if degree > 1 else _MESSAGE_ONE
    return say("rules", template, service=facts.label(element_id), count=degree, mean=figure(mean))


def _first_links(facts: Facts, element_id: str) -> tuple[str, ...]:
    """The ids of its first links, in and out, each once."""
    links = (*facts.architecture.links_from[element_id], *facts.architecture.links_to[element_id])
    return tuple(sorted({link.id for link in links})[:MOST_NAMED])


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{service} has {count} links; the parts of this system have {mean} on average.")
_MESSAGE_ONE = QT_TRANSLATE_NOOP("rules", "{service} has one link; the parts of this system have {mean} on average.")
_SUM_OF_ONE = QT_TRANSLATE_NOOP("rules", "1 link > {factor} x {mean} + {offset} = {limit}")
_SUM = QT_TRANSLATE_NOOP("rules", "{count} links > {factor} x {mean} + {offset} = {limit}")

RULE = Rule(
    code="G04",
    name="hub-service",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Hub service")),
    severity="warning",
    grade="heuristic",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A service has six or more links, and more than two over twice as many as the parts of the system have on "
            "average, those without any left out. Gateways and backends for frontends do not count.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Almost every change touches the hub, its team is in everyone's way, and when it fails almost everything "
            "does. Often it holds the business logic of others: a monolith has come back in the middle.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Customer has seven links, while the others have one or two."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Split it along what changes together, or let the others react to its events instead of calling it.",
        ),
    ),
    source="peers",
    check=check,
    thresholds={"factor": 2, "offset": 2, "links": 6},
    rests_on=(),
)
