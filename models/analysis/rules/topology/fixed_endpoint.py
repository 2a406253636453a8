"""G03: an address that is written down instead of looked up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, ends
from models.analysis.fixes.repairs import by_fix, link_of
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, discovery in facts.stating("discovery").items():
        link = facts.architecture.link_by_id[link_id]
        if discovery != "static" or not _between_services(facts, link.source, link.target) or not facts.remote(link):
            continue
        yield Flaw(
            subject=link_id,
            severity="info",
            message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
            elements=ends(link),
            links=(link_id,),
            path=(link.source, link_id, link.target),
            fixes=partial(_fixes, link_id),
        )


def _between_services(facts: Facts, source: str, target: str) -> bool:
    return source != target and facts.kind[source] == facts.kind[target] == "service"


def waits(facts: Facts) -> Iterator[Lack]:
    said, kind = facts.stating("discovery"), facts.kind
    silent = [
        link_id
        for link_id, source, target in facts.calls
        if link_id not in said and kind[source] == kind[target] == "service" and source != target
    ]
    yield "discovery", silent


def _fixes(link_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_look_up, link_id)),)


def _look_up(link_id: str, architecture: Architecture) -> Architecture:
    link = link_of(architecture, link_id)
    return set_attributes(architecture, [link.id], {"discovery": "dynamic"}, provenance=by_fix("G03"))


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{source} calls {target} at a fixed address.")
_FIX = QT_TRANSLATE_NOOP("rules", "Look the address up: a registry, a mesh or a load balancer finds it at every call")

RULE = Rule(
    code="G03",
    name="fixed-endpoint",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Fixed endpoint")),
    severity="info",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "A service calls another over the network at an address that is said to be static."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The caller knows one instance and not the service: nothing spreads its calls over several instances, and "
            "when the instance moves or is replaced the caller has to be configured and started again.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Order calls Shipping at 10.0.3.17, where it ran when Order was set up."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Let a registry, a service mesh or a load balancer find the address at every call, or put a broker in "
            "between, so that the caller needs no address of the callee.",
        ),
    ),
    source="peers",
    check=check,
    rests_on=("style", "discovery"),
    waits=waits,
)
