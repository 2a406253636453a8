"""T02: calls that wait for calls that wait for calls."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.moving import may_be_message
from models.analysis.fixes.repairs import as_messages
from models.analysis.graph.chains import Chain, Reweighing, hop_ways, hops, longest_chains
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Help, Rule
from models.architecture import Architecture, Fault
from models.architecture.scenarios import Timing
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    seen: dict[tuple[str, ...], str] = {}
    in_circles, link_by_id = facts.in_circles, facts.architecture.link_by_id
    for chain in facts.once(longest_chains):
        gravest = facts.threshold("T02", "error", *chain.about)
        if len(chain.heavy) < min(gravest, facts.threshold("T02", "warning", *chain.about)):
            continue
        subject = chain.subject(facts)
        cause = seen.setdefault(chain.heavy[1:], f"T02:{subject}")
        circle = next((link_id for link_id in chain.heavy if link_id in in_circles), None) if in_circles else None
        if circle is not None:
            cause = f"T04:{facts.sync_components[facts.component_of[link_by_id[circle].source]][0]}"
        yield Flaw(
            subject=subject,
            severity="error" if len(chain.heavy) >= gravest else "warning",
            message=partial(_message, facts, chain),
            elements=(chain.start, *[facts.ends[link_id][-1] for link_id in chain.heavy[: MOST_NAMED - 1]]),
            links=chain.heavy,
            journey=chain.journey.id if chain.journey else None,
            path=chain.path,
            arithmetic=partial(_count, facts, chain.heavy),
            assumed=chain.assumed(facts),
            cause=None if cause == f"T02:{subject}" else cause,
            fixes=partial(_fixes, facts, chain),
            about=chain.about,
        )


def _message(facts: Facts, chain: Chain) -> Text:
    names = naming([facts.label(facts.architecture.link_by_id[link_id].target) for link_id in chain.heavy])
    count = len(chain.heavy)
    return say(
        "rules", _MESSAGE if count > 1 else _MESSAGE_ONE, start=facts.label(chain.start), count=count, names=names
    )


def _count(facts: Facts, hops: tuple[str, ...]) -> Text:
    template = _HOPS if len(hops) > 1 else _HOP
    return say("rules", template, ends=naming([facts.label(link_id) for link_id in hops]), count=len(hops))


def _fixes(facts: Facts, chain: Chain) -> tuple[Fix, ...]:
    """Cut the chain, and every other one from the same start, before it grows too long."""
    first = min(facts.threshold("T02", name, *chain.about) for name in ("warning", "error"))
    longest = math.ceil(first) - 1
    cut: dict[str, None] = {}
    chains = Reweighing(facts, facts.once(hops), chain, facts.once(hop_ways))
    needed = facts.stating("result_needed")
    while len(worst := chains.worst()) > longest:
        movable = [link_id for link_id in worst[: longest + 1] if _may_move(facts, link_id)]
        if not movable or len(cut) > 50:
            return ()
        chosen = ([link_id for link_id in movable if needed.get(link_id) is False] or movable)[-1]
        if chosen in cut:
            return ()
        cut[chosen] = None
        chains.reweigh({chosen: -math.inf})
    everyone_agrees = all(needed.get(link_id) is False for link_id in cut)
    title = say("rules", _FIX, links=naming([facts.label(link_id) for link_id in cut]))
    ids = tuple(cut)
    return (
        Fix(
            title, "review" if everyone_agrees else "advice", lambda architecture: as_messages(architecture, ids, "T02")
        ),
    )


def _may_move(facts: Facts, link_id: str) -> bool:
    """A client waits for its answer unless someone says otherwise; nothing moves whose result is said to be needed.

    A link within a circle stays: cutting it would leave smaller circles behind. So does one that would be trouble as a
    message.
    """
    link = facts.architecture.link_by_id[link_id]
    if facts.in_one_cycle(link) or not may_be_message(facts, link):
        return False
    needed = facts.said(link, "result_needed")
    return needed is False or (needed is None and facts.kind[link.source] != "client")


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The last service of the chain becomes ten times slower for a while."""
    return (Timing(target=finding.path[-1], from_ms=30_000, until_ms=60_000, factor=10.0),)


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{start} waits through {count} calls, each waiting for the next: {names}.")
_MESSAGE_ONE = QT_TRANSLATE_NOOP("rules", "{start} waits for a call of {names}.")
_HOPS = QT_TRANSLATE_NOOP("rules", "{ends}: {count} hops")
_HOP = QT_TRANSLATE_NOOP("rules", "{ends}: 1 hop")
_FIX = QT_TRANSLATE_NOOP("rules", "Move what follows to the background: {links}")

RULE = Rule(
    code="T02",
    name="long-synchronous-chain",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Long synchronous chain")),
    severity="error",
    grade="stated",
    help=Help(
        what=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "From a client, or from an element that nothing calls, synchronous calls follow each other for three "
                "hops or more (five are an error), the client's own call included. Calls between services that are "
                "deployed together are free. Where a chain goes through a circle of calls, it is at least as long as "
                "said: nobody is counted twice, and not every way round is tried.",
            ),
        ),
        why=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "Any link of the chain can fail the whole, every hop adds its latency, and the service furthest "
                "upstream holds its connections and workers open throughout.",
            ),
        ),
        example=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules", "Shop calls Order, Order calls Payment, and Payment calls Fraud check before anybody answers."
            ),
        ),
        fix=say(
            "rules",
            QT_TRANSLATE_NOOP(
                "rules",
                "Not everything must happen now: move the tail of the chain to the background with a message or an "
                "event, or let the first service make the calls itself and in parallel.",
            ),
        ),
    ),
    source="S4.3",
    check=check,
    thresholds={"warning": 3, "error": 5},
    shape=True,
    demonstrate=demonstrate,
    measures=("p99_ms", "availability"),
)
