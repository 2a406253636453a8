"""D05: more work for a store than its connections can take."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure, listed
from models.analysis.figures import counted
from models.analysis.fixes.repairs import by_fix
from models.analysis.journeys.latency import loads
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Lack, Rule, in_words
from models.analysis.stores.connections import busy_connections, holding
from models.analysis.stores.store_uses import store_uses
from models.architecture import Architecture, Datastore, Fault, SharedDataLink
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

ROOM = 0.7
"""How busy connections are to be at most once they are more."""
MOST = 1_000_000_000
"""More connections than a store can be said to have."""


def check(facts: Facts) -> Iterator[Flaw]:
    for store in _used(facts):
        if not isinstance(store.connections, int) or store.work_ms is None:
            continue
        spanned, held = facts.once(loads)[store.id].spanned, holding(facts, store, store.work_ms)
        busy = busy_connections(held)
        share = facts.threshold("D05", "share", store.id)
        if busy < share * store.connections * (1 - 1e-9):
            continue
        held.sort(key=lambda use: (-use[0] * use[1], use[2].id))
        links = [link for _, _, link in held]
        yield Flaw(
            subject=store.id,
            severity="error",
            message=_message(facts, store, busy / store.connections),
            elements=tuple(dict.fromkeys((store.id, *(link.source for link in links))))[:MOST_NAMED],
            links=tuple(link.id for link in links),
            path=(links[0].source, links[0].id, store.id),
            cause=_cause(spanned, busy - share * store.connections),
            arithmetic=_sum(held, busy, store.connections, share),
            fixes=partial(_fixes, store, busy, min(ROOM, share * 0.9)),
            about=(store.id,),
        )


def _used(facts: Facts) -> Iterator[Datastore]:
    for store_id in facts.once(store_uses):
        store = facts.architecture.element_by_id[store_id]
        if isinstance(store, Datastore):
            yield store


def _cause(spanned: dict[str, float], excess: float) -> str | None:
    """The transaction that spans calls and holds most, where there would be room without such."""
    if not spanned or sum(spanned.values()) / 1000.0 <= excess:
        return None
    return f"D09:{max(sorted(spanned), key=lambda link_id: spanned[link_id])}"


def _message(facts: Facts, store: Datastore, share: float) -> Text:
    name = facts.label(store.id)
    if share >= 1:
        return say("rules", _BEYOND, store=name)
    return say("rules", _MESSAGE, store=name, percent=figure(share * 100))


def _sum(held: list[tuple[float, float, SharedDataLink]], busy: float, connections: int, share: float) -> Text:
    parts: list[Text | str] = [say("rules", _USE, rate=figure(r), took=figure(t)) for r, t, _ in held[:MOST_NAMED]]
    if len(held) > MOST_NAMED:
        parts.append("...")
    return say(
        "rules",
        _SUM,
        uses=listed(parts, " + "),
        busy=counted(figure(busy), _ONE_BUSY, _BUSY),
        share=figure(share),
        connections=counted(figure(connections), _CONNECTION, _CONNECTIONS),
        limit=figure(share * connections),
    )


def waits(facts: Facts) -> Iterator[Lack]:
    for store in _used(facts):
        if store.connections is None:
            yield "connections", (store.id,)
        if store.connections != "unlimited" and store.work_ms is None:
            yield "work_ms", (store.id,)


def _fixes(store: Datastore, busy: float, room: float) -> tuple[Fix, ...]:
    wanted = math.ceil(busy / room - 1e-9)
    if wanted > MOST:
        return ()
    title = say("rules", _FIX, count=wanted, percent=figure(room * 100))
    return (Fix(title, "review", partial(_widen, store.id, wanted)),)


def _widen(store_id: str, wanted: int, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [store_id], {"connections": wanted}, provenance=by_fix("D05"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP("rules", "The connections of {store} are busy {percent}% of the time on average.")
_BEYOND = QT_TRANSLATE_NOOP("rules", "{store} is given more work than all its connections can do.")
_USE = QT_TRANSLATE_NOOP("rules", "{rate}/s x {took} ms")
_SUM = QT_TRANSLATE_NOOP("rules", "{uses} = {busy} >= {share} x {connections} = {limit}")
_BUSY = QT_TRANSLATE_NOOP("rules", "{count} connections busy")
_ONE_BUSY = QT_TRANSLATE_NOOP("rules", "1 connection busy")
_CONNECTIONS = QT_TRANSLATE_NOOP("rules", "{count} connections")
_CONNECTION = QT_TRANSLATE_NOOP("rules", "1 connection")
_FIX = QT_TRANSLATE_NOOP("rules", "Allow {count} connections ({percent}% busy at most), if the store can bear them")

RULE = Rule(
    code="D05",
    name="store-contention",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Store contention")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "What journeys and polling readers ask of a store keeps 80% or more of its connections busy (rate times "
            "work, summed over its users). A transaction holds its connection to its end, and one that spans calls "
            "until they are over. Retries are not counted.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Near full use the queue before the store grows without proportion, and beyond it without end. Everyone "
            "who shares the store waits, whoever caused the load.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Orders has 10 connections of 20 ms of work per use, and journeys use it 450 times a second."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Allow more connections where the store can bear them, keep what is read often in a cache, make the work "
            "shorter, or split the data.",
        ),
    ),
    source="S6.3",
    check=check,
    thresholds={"share": 0.8},
    rests_on=("style",),
    waits=waits,
    demonstrate=demonstrate,
)
