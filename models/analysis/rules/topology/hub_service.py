"""G04: a service that everything goes through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

from models.analysis.facts import Facts, figure
from models.analysis.rule import MOST_NAMED, Flaw, Rule, in_words
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

_DOORS = ("gateway", "bff")


def check(facts: Facts) -> Iterator[Flaw]:
    if facts.judgement.stage == "sketch":
        return
    degrees = Counter(chain.from_iterable(facts.ends.values()))
    if not degrees:
        return
    mean = degrees.total() / len(degrees)
    roles = facts.elements_stating("role")
    for element_id in facts.ids_of("service"):
        degree = degrees[element_id]
        if not degree or roles.get(element_id) in _DOORS:
            continue
        limits = facts.thresholds("G04", element_id)
        limit = limits["factor"] * mean + limits["offset"]
        if degree <= limit or degree < limits["links"]:
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
                factor=figure(limits["factor"]),
                mean=figure(mean),
                offset=figure(limits["offset"]),
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
