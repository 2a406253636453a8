"""D08: large data sent piece by piece."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import chain

from models.analysis.facts import Facts, figure, figure_above
from models.analysis.fixes.repairs import by_fix, link_of
from models.analysis.needing import would_need_too_many
from models.analysis.reach import link_rate
from models.analysis.rule import Fix, Flaw, Rule, in_words
from models.analysis.stores.datasets import access_of
from models.architecture import Architecture, Datastore, Link, SharedDataLink
from models.architecture.edits import add_element, add_link, fresh_id, set_attributes
from models.architecture.steps import links_used
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

REFERENCE_BYTES = 1024
_MIB, _GIB = 1 << 20, 1 << 30
_CHANNELS = ("queue", "topic")


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, size in facts.stating("payload_bytes").items():
        link = facts.architecture.link_by_id[link_id]
        if link.style == "shared_data" or _told_before(facts, link) or not facts.remote(link):
            continue
        rate = link_rate(facts, link.id)
        told = _too_much(facts, link, float(size), rate)
        if told is None:
            continue
        yield Flaw(
            subject=link.id,
            severity="info",
            message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=told,
            cause=f"E02:{link.id}",
            fixes=partial(_fixes, facts, link),
        )


def _told_before(facts: Facts, link: Link) -> bool:
    """Whether the same data is looked at where it enters the queue or topic that this link leaves, or leaves it too."""
    sizes, architecture = facts.stating("payload_bytes"), facts.architecture
    if facts.kind[link.source] not in _CHANNELS:
        return False
    beside = (one.id for one in architecture.links_from[link.source] if one.id < link.id)
    return any(into.id in sizes for into in architecture.links_to[link.source]) or any(
        sizes.get(one, 0) >= sizes[link.id] for one in beside
    )


def _too_much(facts: Facts, link: Link, size: float, rate: float | None) -> Text | None:
    most = facts.threshold("D08", "mebibytes", link.id)
    if size > most * _MIB:
        return say("rules", _SIZE, size=figure_above(size / _MIB, most), most=figure(most))
    most = facts.threshold("D08", "gibibytes_per_hour", link.id)
    volume = size * (rate or 0.0) * 3600
    if rate is not None and volume > most * _GIB:
        names = {
            "size": figure(size),
            "rate": figure(rate),
            "most": figure(most),
            "volume": figure_above(volume / _GIB, most),
        }
        return say("rules", _VOLUME, **names)
    return None


def _fixes(facts: Facts, link: Link) -> tuple[Fix, ...]:
    """A store beside the link, where whoever sends has a hand to reach it."""
    if facts.kind[link.source] not in ("service", "external"):
        return ()
    if _too_much(facts, link, REFERENCE_BYTES, link_rate(facts, link.id)) is not None:
        return ()
    if would_bring_error(facts, link):
        return ()
    return (Fix(say("rules", _FIX), "advice", partial(by_reference, link.id)),)


def would_bring_error(facts: Facts, link: Link) -> bool:
    """Whether it is an error that the ends of the link use one more store: nobody said how long they wait for it (R01),
    too many things must then be up at once (T01), or whoever publishes events writes as well, and not as one (M05).
    """
    ends = {end for end, _ in _users(facts.architecture, link)}
    if facts.judgement.stage == "operate" or would_need_too_many(facts, ends):
        return True
    outgoing = facts.architecture.links_from[link.source]
    if link.source in facts.once(_acting) or any(access_of(facts, one)[1] for one in outgoing):
        return False
    return any(one.style == "event" and facts.said(one, "outbox") is False for one in outgoing)


def _acting(facts: Facts) -> frozenset[str]:
    """Shared fact: who does what drawn journeys say, and nothing else."""
    links = {link_id for journey in facts.journeys for link_id in links_used(journey.steps)}
    ends = (facts.ends[link_id] for link_id in links)
    return frozenset(chain([journey.entry for journey in facts.journeys], *ends))


def by_reference(link_id: str, architecture: Architecture) -> Architecture:
    """The data in an object store; the message carries a reference to it."""
    link = link_of(architecture, link_id)
    store_id = fresh_id(architecture, f"{link_id}-data")
    name = f"{architecture.label(link.target)} data"
    architecture = add_element(architecture, Datastore(id=store_id, name=name, store="object_store"))
    for end, access in _users(architecture, link):
        data = SharedDataLink.model_validate(
            {"id": fresh_id(architecture, f"{end}-{store_id}"), "source": end, "target": store_id, "access": access}
        )
        architecture = add_link(architecture, data)
    return set_attributes(architecture, [link_id], {"payload_bytes": REFERENCE_BYTES}, provenance=by_fix("D08"))


def _users(architecture: Architecture, link: Link) -> list[tuple[str, str]]:
    """(service or external, access) of those who would use the store of what a link carries."""
    ends = [(link.source, "write"), *((reader, "read") for reader in _readers(architecture, link))]
    return [(end, access) for end, access in ends if architecture.element_by_id[end].kind in ("service", "external")]


def _readers(architecture: Architecture, link: Link) -> list[str]:
    if architecture.element_by_id[link.target].kind not in _CHANNELS:
        return [link.target]
    return sorted({onward.target for onward in architecture.links_from[link.target]})


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{source} sends {target} large amounts of data piece by piece.")
_SIZE = QT_TRANSLATE_NOOP("rules", "{size} MiB per message > {most} MiB")
_VOLUME = QT_TRANSLATE_NOOP("rules", "{size} bytes x {rate}/s x 3600 s = {volume} GiB per hour > {most} GiB")
_FIX = QT_TRANSLATE_NOOP("rules", "Put the data into a shared store and send a reference")

RULE = Rule(
    code="D08",
    name="bulk-over-messages",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Bulk data over messages")),
    severity="info",
    grade="heuristic",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "Calls, messages or events carry more than 8 MiB each, or more than 1 GiB per hour at the journeys' rates.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Brokers and gateways are made for many small messages. Large ones block those behind them, fill memory, "
            "and are sent again from the start after every failure.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Scanner sends each scan of 40 MiB to Archive in a call."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Use common data: put the files into a shared store, and send a reference to them, or let the reader look "
            "for new ones.",
        ),
    ),
    source="S6.4",
    check=check,
    thresholds={"mebibytes": 8, "gibibytes_per_hour": 1},
    rests_on=("style", "payload_bytes"),
)
