"""T09: asynchronous on the wire, synchronous for whoever waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, path_of
from models.analysis.fixes.repairs import by_fix
from models.analysis.rule import Applicability, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, AsyncLink, Link
from models.architecture.edits import set_attributes
from models.architecture.graph import waits as is_awaited
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, awaited in facts.stating("awaited").items():
        link = facts.architecture.link_by_id[link_id]
        if awaited is not True or not isinstance(link, AsyncLink) or facts.kind[link.source] == "queue":
            continue
        before = _open_request(facts, link) if facts.remote(link) else None
        if before is None:
            continue
        names = {"source": link.source, "target": link.target, "caller": before[0].source}
        yield Flaw(
            subject=link_id,
            severity="warning",
            message=say("rules", _MESSAGE, **{name: facts.label(one) for name, one in names.items()}),
            elements=tuple(dict.fromkeys(names.values())),
            links=(link_id,),
            path=path_of(before[0].source, (*before, link)),
            fixes=partial(_fixes, facts, link),
        )


def waits(facts: Facts) -> Iterator[Lack]:
    awaited = facts.stating("awaited")
    for link_id, reply in facts.stating("reply").items():
        link = facts.architecture.link_by_id[link_id]
        if reply == "none" or link_id in awaited or facts.kind[link.source] == "queue":
            continue
        if isinstance(link, AsyncLink) and facts.remote(link) and _open_request(facts, link) is not None:
            yield "awaited", (link_id,)


def _open_request(facts: Facts, link: Link) -> tuple[Link, ...] | None:
    """The links from someone who waits to the source of `link`: one call, or a message and its way through queues.

    Calls within the source's process are followed back to whoever called it from outside.
    """
    waiting: deque[tuple[Link, ...]] = deque([(link,)])
    seen = {link.id}
    while waiting:
        way = waiting.popleft()
        for into in sorted(facts.architecture.links_to[way[0].source], key=lambda one: one.id):
            if into.id in seen:
                continue
            seen.add(into.id)
            if is_awaited(facts.architecture, into) and facts.remote(into):
                return (into, *way[:-1])
            if into.style == "sync" or facts.kind[into.source] == "queue":
                waiting.append((into, *way))
    return None


def _fixes(facts: Facts, link: Link) -> tuple[Fix, ...]:
    applicability: Applicability = "review" if facts.said(link, "result_needed") is False else "advice"
    return (Fix(say("rules", _FIX), applicability, partial(_later, link.id)),)


def _later(link_id: str, architecture: Architecture) -> Architecture:
    values = {"awaited": False, "pending_state": "stored"}
    return set_attributes(architecture, [link_id], values, provenance=by_fix("T09"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} sends {target} a message and waits for the reply while {caller} waits for {source}."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Store the open request, answer at once, and tell the outcome later")

RULE = Rule(
    code="T09",
    name="inline-await",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Inline await")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A service sends an asynchronous request and awaits its reply while its own caller waits for an answer.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The queue in between looks like decoupling, but everyone must be up at the same moment all the same, and "
            "the wait is longer. When the reply is late, callers upstream time out first.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Shop calls Order, and Order waits for Payment's reply on a queue before it answers."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Store the open request and answer that it is on its way; finish when the reply comes, and tell the caller "
            "by a callback, an event or when it asks.",
        ),
    ),
    source="S5, S7.1",
    check=check,
    waits=waits,
    rests_on=("style", "awaited"),
)
