"""E07: a request dressed as an event."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, by_label, path_of
from models.analysis.fixes.repairs import by_fix, restyled
from models.analysis.labels import naming
from models.analysis.messages.publications import may_react_with, payload_of, publications
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, EventLink, Link
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say

PATIENCE_MS = 30_000.0


def check(facts: Facts) -> Iterator[Flaw]:
    thin, needed = _thin(facts), facts.stating("result_needed")
    coming = facts.once(_coming)
    for link_id, source, _, _, link in facts.arcs_of("event"):
        if source not in coming and link_id not in needed:
            continue
        if not isinstance(link, EventLink) or facts.kind[source] == "topic":
            continue
        back = _back(facts, link)
        waits_for = needed.get(link.id) is True
        if not back and not waits_for:
            continue
        names = by_label(facts, set(back) or set(_reacting(facts, link)) or {link.target})
        answers = [answer for consumer in back for way in back[consumer] for answer in way]
        yield Flaw(
            subject=link.id,
            severity="info",
            message=say(
                "rules",
                _WAITS if waits_for else _CALLED_BACK,
                publisher=facts.label(link.source),
                names=naming([facts.label(name) for name in names]),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target, *names)))[:MOST_NAMED],
            links=tuple(dict.fromkeys((link.id, *(answer.id for answer in answers)))),
            path=_way_round(facts, link, back),
            cause=thin.get(link.id),
            fixes=partial(_fixes, facts, link),
        )


def _reacting(facts: Facts, link: EventLink) -> dict[str, Link]:
    """Who reacts to the event -> the link by which it comes."""
    target = link.target
    return {target: link} if facts.kind[target] != "topic" else facts.once(_hearing).get(target, {})


def _hearing(facts: Facts) -> dict[str, dict[str, Link]]:
    """Shared fact: topic -> who takes its events -> the link by which they come."""
    found: dict[str, dict[str, Link]] = {}
    for _, source, target, _, link in facts.arcs_of("event"):
        if facts.kind[source] == "topic":
            found.setdefault(source, {})[target] = link
    return found


def _back(facts: Facts, link: EventLink) -> dict[str, list[tuple[Link, ...]]]:
    """Who reacts to the event -> its calls and messages back to the publisher, straight or through a queue."""
    publisher = link.source
    ways = facts.once(_coming).get(publisher, ())
    reacting = _reacting(facts, link) if ways else {}
    found: dict[str, list[tuple[Link, ...]]] = {}
    for consumer, way in ways:
        answers = consumer in reacting and consumer != publisher and facts.remote(way[0])
        if answers and may_react_with(facts, reacting[consumer], way[0]):
            found.setdefault(consumer, []).append(way)
    return dict(sorted(found.items()))


def _coming(facts: Facts) -> dict[str, list[tuple[str, tuple[Link, ...]]]]:
    """Shared fact: publisher -> who calls it or sends it messages and by which links; of those with any.

    Straight, or through a queue.
    """
    publishers = {arc[1] for arc in facts.arcs_of("event")}
    found: dict[str, list[tuple[str, tuple[Link, ...]]]] = {}
    for _, source, target, style, link in facts.architecture.arcs:
        if target in publishers and style in ("sync", "async"):
            ways = found.setdefault(target, [])
            if facts.kind[source] == "queue":
                ways += [(first.source, (first, link)) for first in facts.architecture.links_to[source]]
            else:
                ways.append((source, (link,)))
    return found


def _way_round(facts: Facts, link: EventLink, back: dict[str, list[tuple[Link, ...]]]) -> tuple[str, ...]:
    """From the publisher to the first of those who come back, and back; else to where the event goes."""
    if not back:
        return path_of(link.source, [link])
    consumer, ways = next(iter(back.items()))
    into = _reacting(facts, link)[consumer]
    return path_of(link.source, [link, *([] if into.id == link.id else [into]), *ways[0]])


def _thin(facts: Facts) -> dict[str, str]:
    """Publishing link id -> the finding about its thin event, where there may be one."""
    return {
        link.id: f"E01:{publication.subject}"
        for publication in facts.once(publications)
        if payload_of(facts, publication) == "id_only"
        for link in publication.links
    }


def _fixes(facts: Facts, link: EventLink) -> tuple[Fix, ...]:
    keeps = facts.said(link, "order_required") is not True and facts.said(link, "contract") is None
    if facts.kind[link.target] == "topic" or not keeps:
        return ()
    return (Fix(say("rules", _FIX), "advice", partial(_as_request, link.id)),)


def _as_request(link_id: str, architecture: Architecture) -> Architecture:
    architecture = restyled(architecture, link_id, "async")
    values = {"reply": "callback", "timeout_ms": PATIENCE_MS}
    return set_attributes(architecture, [link_id], values, provenance=by_fix("E07"))


_WAITS = QT_TRANSLATE_NOOP("rules", "{publisher} publishes an event and needs what comes of it from {names}.")
_CALLED_BACK = QT_TRANSLATE_NOOP(
    "rules", "{publisher} publishes an event, and those who react come back to it: {names}."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Make it an asynchronous request with a reply")

RULE = Rule(
    code="E07",
    name="hidden-domain-coupling",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Hidden domain coupling")),
    severity="info",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "The publisher of an event needs the result of those who react, or they call it back or send it messages.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "An event says that something has happened and does not care who reacts. Where the publisher depends on "
            "the reaction it knows its consumers after all, but nothing in the model says so.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order publishes that it needs a payment, and waits until Payment has sent the outcome."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Make it what it is: an asynchronous request with a reply, a correlation id and a timeout."
        ),
    ),
    source="S8",
    check=check,
    rests_on=("style",),
)
