"""T01: a service that can answer only while many others are up."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.fixes.moving import may_be_message
from models.analysis.fixes.repairs import as_messages
from models.analysis.graph.closures import Closures, closures
from models.analysis.labels import naming
from models.analysis.needing import ROUTERS
from models.analysis.rule import (
    MOST_NAMED,
    Applicability,
    Finding,
    Fix,
    Flaw,
    Help,
    Rule,
    Severity,
    no_fixes,
)
from models.analysis.views.needed import coupling_severity, of_router
from models.architecture import Architecture, Fault, Link
from models.architecture.scenarios import Crash
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    closed = facts.once(closures)
    roles = facts.elements_stating("role")
    for element_id in facts.ids_of("service"):
        members, assumed = _of_router(facts, element_id) if roles.get(element_id) in ROUTERS else (None, ())
        count = closed.size[element_id] if members is None else members.bit_count()
        severity = coupling_severity(facts, element_id, count)
        if severity is not None:
            yield _flaw(facts, closed, element_id, count, severity, members, assumed)


def _of_router(facts: Facts, element_id: str) -> tuple[int, tuple[Text, ...]]:
    members, by_link = of_router(facts, element_id)
    return members, (say("rules", _BY_LINK, service=facts.label(element_id)),) if by_link else ()


def _flaw(
    facts: Facts,
    closed: Closures,
    element_id: str,
    count: int,
    severity: Severity,
    members: int | None,
    assumed: tuple[Text, ...],
) -> Flaw:
    """`members` are those that count of a router; of others all do."""
    router = members is not None
    nearest, path = closed.nearest(element_id, MOST_NAMED, members)
    some_stated = not facts.elements_stating("availability").keys().isdisjoint(nearest)
    if not some_stated and count > len(nearest):
        everyone = closed.members(element_id) if members is None else members
        some_stated = facts.once(availability_bits)[1] & everyone != 0
    return Flaw(
        subject=element_id,
        severity=severity,
        message=partial(_message, facts, element_id, count, nearest, router),
        elements=(element_id, *nearest),
        links=tuple(closed.direct(element_id, members)),
        path=path,
        arithmetic=partial(_availability, facts, element_id, members) if some_stated else None,
        assumed=assumed,
        cause=None if router else _cause(facts, closed, element_id),
        fixes=no_fixes if router else partial(_fixes, facts, closed, element_id),
        about=(element_id,),
    )


def _message(facts: Facts, element_id: str, count: int, nearest: list[str], router: bool) -> Text:
    names: Text | str = ", ".join([facts.label(member) for member in nearest])
    if count > len(nearest):
        names = say("rules", _AND_MORE, names=names, more=count - len(nearest))
    template = (_OF_ROUTER if count > 1 else _OF_ROUTER_ONE) if router else (_MESSAGE if count > 1 else _MESSAGE_ONE)
    return say("rules", template, service=facts.label(element_id), count=count, names=names)


def availability_bits(facts: Facts) -> tuple[dict[float, int], int]:
    """Shared fact: stated availability -> mask of the elements that state it, the highest first; mask of them all."""
    closed = facts.once(closures)
    found: dict[float, int] = {}
    for element_id, value in facts.elements_stating("availability").items():
        found[value] = found.get(value, 0) | closed.bit[element_id]
    every = 0
    for mask in found.values():
        every |= mask
    return dict(sorted(found.items(), reverse=True)), every


def _availability(facts: Facts, element_id: str, members: int | None) -> Text:
    members = facts.once(closures).members(element_id) if members is None else members
    factors, product, known = [], 1.0, 0
    for value, mask in facts.once(availability_bits)[0].items():
        if times := (members & mask).bit_count():
            product, known = product * value**times, known + times
            factors.append(figure(value) if times == 1 else f"{figure(value)}^{times}")
    template = _PRODUCT if known == members.bit_count() else _PRODUCT_OF_SOME
    figures = {"factors": " x ".join(factors), "product": f"{product:.6g}", "known": known}
    return say("rules", template, **figures, count=members.bit_count())


def _cause(facts: Facts, closed: Closures, element_id: str) -> str | None:
    """The cycle it is part of, or the one thing it needs without which it would be no finding at all."""
    component = facts.sync_components[facts.component_of[element_id]]
    if len(component) > 1:
        return f"T04:{component[0]}"
    direct = closed.targets[element_id]
    floor = facts.threshold("T01", "info", element_id)
    if len(direct) > floor:
        direct = list(dict.fromkeys(direct))
        if len(direct) > floor:
            return None
    if closed.alone(element_id) and len({target for target in direct if closed.size[target] >= floor}) > 1:
        return None
    for target in direct:
        if facts.kind[target] != "service" or coupling_severity(facts, target, closed.size[target]) is None:
            continue
        if closed.mask[target] & closed.bit[element_id]:
            continue  # who needs this element in turn is no more the cause than it is
        others = 0
        for other in direct:
            if other != target:
                others |= closed.through(element_id, other)
        if others.bit_count() < floor:
            return f"T01:{target}"
    return None


def _fixes(facts: Facts, closed: Closures, element_id: str) -> tuple[Fix, ...]:
    """Make links messages, those whose result nobody needs first, until no finding is left."""
    if not facts.remote_sync_from(element_id) or facts.component_of[element_id] in facts.cyclic:
        return ()
    stays, left, agreed = 0, dict[str, int](), set[str]()
    for link in map(facts.architecture.link_by_id.__getitem__, closed.needs[element_id]):
        members = closed.through(element_id, link.target)
        if _may_move(facts, link):
            left[link.id] = members
            if facts.said(link, "result_needed") is False:
                agreed.add(link.id)
        else:
            stays |= members

    def needed(without: str | None = None) -> int:
        mask = stays
        for link_id, members in left.items():
            if link_id != without:
                mask |= members
        return mask.bit_count()

    chosen: list[str] = []
    floor = facts.threshold("T01", "info", element_id)
    while left and needed() >= floor:
        best = min(left, key=lambda link_id: (link_id not in agreed, needed(link_id), link_id))
        del left[best]
        chosen.append(best)
    if not chosen or needed() >= floor:
        return ()
    title = say("rules", _FIX, links=naming([facts.label(link_id) for link_id in chosen]))
    applicability: Applicability = "review" if agreed.issuperset(chosen) else "advice"
    return (Fix(title, applicability, lambda architecture: as_messages(architecture, chosen, "T01")),)


def _may_move(facts: Facts, link: Link) -> bool:
    """Whether it is a call to elsewhere whose result nobody says is needed, and would be no trouble as a message."""
    moves = link.style == "sync" and facts.remote(link) and facts.said(link, "result_needed") is not True
    return moves and may_be_message(facts, link)


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The nearest service or external it needs goes down for a while; a store, where it needs nothing else."""
    for kinds in (("service", "external"), ("datastore",)):
        for element_id in finding.elements[1:]:
            if architecture.element_by_id[element_id].kind in kinds:
                return (Crash(target=element_id, from_ms=30_000, until_ms=60_000, instances="all"),)
    return None


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{service} can answer only while {count} others are up: {names}.")
_OF_ROUTER = QT_TRANSLATE_NOOP(
    "rules", "{service} can answer its most demanding requests only while {count} others are up: {names}."
)
_MESSAGE_ONE = QT_TRANSLATE_NOOP("rules", "{service} can answer only while {names} is up.")
_OF_ROUTER_ONE = QT_TRANSLATE_NOOP(
    "rules", "{service} can answer its most demanding requests only while {names} is up."
)
_BY_LINK = QT_TRANSLATE_NOOP(
    "rules", "no journey is drawn through {service}: it is judged by that of its links which needs most"
)
_AND_MORE = QT_TRANSLATE_NOOP("rules", "{names} and {more} more")
_PRODUCT = QT_TRANSLATE_NOOP("rules", "{factors} = {product} available, if they fail independently")
_PRODUCT_OF_SOME = QT_TRANSLATE_NOOP(
    "rules", "{factors} = {product} available at best, if they fail independently (stated by {known} of {count})"
)
_FIX = QT_TRANSLATE_NOOP("rules", "Send messages instead of waiting: {links}")

RULE = Rule(
    code="T01",
    name="temporal-coupling",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Temporal coupling")),
    severity="error",
    grade="stated",
    help=Help(
        what=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "A service needs two or more others at the same moment in order to answer: those it calls and waits "
                "for, the stores it reads or writes, the channels it publishes to, and all that these need in turn. "
                "Four are a warning, seven an error. A gateway is judged by its most demanding journey.",
            ),
        ),
        why=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "In synchronous blocking communication both sides must be up at the same moment. When one of them is "
                "down or slow, so is everybody upstream: seven parts that are each up 99.9% of the time are up "
                "together 99.3% of it.",
            ),
        ),
        example=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules", "Order waits for Payment, Stock, Customer and Shipping, and answers only while all are up."
            ),
        ),
        fix=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "Make the calls whose result is not needed for the answer messages or events. What remains should be "
                "what the answer is made of.",
            ),
        ),
    ),
    source="S4.2, S5.1",
    check=check,
    thresholds={"info": 2, "warning": 4, "error": 7},
    shape=True,
    rests_on=("style", "awaited", "poll_interval_ms"),
    demonstrate=demonstrate,
    measures=("availability",),
)
