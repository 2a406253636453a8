"""E05: a promise between teams that has no number."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, provenance_note
from models.analysis.fixes.repairs import for_one, set_on_links
from models.analysis.owners import owners
from models.analysis.rule import Fix, Flaw, Lack, RollUp, Rule, in_words
from models.architecture import Architecture, Link
from models.architecture.text import QT_TRANSLATE_NOOP, say

FIRST = "1"


def check(facts: Facts) -> Iterator[Flaw]:
    owned = facts.once(owners)
    for link in facts.links if owned else ():
        if link.style == "shared_data":
            continue
        source, target = owned.get(link.source), owned.get(link.target)
        if source is None or target is None or source == target:
            continue
        version = _version(facts, link)
        if version not in (None, "none"):
            continue
        yield Flaw(
            subject=link.id,
            severity="warning",
            message=say(
                "rules",
                _template(link, version),
                source=facts.label(link.source),
                target=facts.label(link.target),
                owner=source,
                other=target,
                seen=provenance_note(facts, link, "contract.version"),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, link.id),
            absence="contract.version" if version is None else None,
        )


def _version(facts: Facts, link: Link) -> str | None:
    """The version of what goes over the link: as said on it, else by whoever lays down what its channel carries.

    That is the publisher of a topic's events, and the consumer of a queue's messages.
    """
    own = facts.said(link, "contract.version")
    others: tuple[Link, ...] = ()
    if own is None and facts.kind[link.source] == "topic":
        others = facts.architecture.links_to[link.source]
    elif own is None and facts.kind[link.target] == "queue":
        others = facts.architecture.links_from[link.target]
    versions = [own, *(facts.said(other, "contract.version") for other in others)]
    return next((version for version in versions if version is not None), None)


def _template(link: Link, version: str | None) -> str:
    """Whoever takes an event depends on what its publisher tells; whoever sends anything else, on who takes it."""
    if link.style == "event":
        return _EVENT_NONE if version == "none" else _EVENT_NOT_SAID
    return _NONE if version == "none" else _NOT_SAID


def waits(facts: Facts) -> Iterator[Lack]:
    owned, versions = facts.once(owners), facts.stating("contract.version")
    for link in facts.links if owned else ():
        if link.style == "shared_data" or link.id in versions:
            continue
        source, target = owned.get(link.source), owned.get(link.target)
        if (source is None) != (target is None):
            yield "owner", (link.source if source is None else link.target,)


def _fixes(link_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", for_one(_number, link_id)),)


def _number(architecture: Architecture, link_ids: tuple[str, ...]) -> Architecture:
    return set_on_links(architecture, link_ids, {"contract.version": FIRST}, "E05")


_NOT_SAID = QT_TRANSLATE_NOOP(
    "rules",
    "{source} ({owner}) depends on what {target} ({other}) understands, and nobody has given that a version{seen}.",
)
_NONE = QT_TRANSLATE_NOOP(
    "rules", "{source} ({owner}) depends on what {target} ({other}) understands, which is said to have no version."
)
_EVENT_NOT_SAID = QT_TRANSLATE_NOOP(
    "rules",
    "{target} ({other}) depends on what is in the events of {source} ({owner}), and nobody has given that a "
    "version{seen}.",
)
_EVENT_NONE = QT_TRANSLATE_NOOP(
    "rules",
    "{target} ({other}) depends on what is in the events of {source} ({owner}), which is said to have no version.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Agree on a contract, version 1")

RULE = Rule(
    code="E05",
    name="unversioned-contract",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unversioned contract")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A call, message or event crosses from one owner to another, and its contract has no version. Milder when "
            "nobody has said.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Without a version nobody can say which change breaks whom, or keep the old form alive while others move. "
            "Teams then deploy together, or find out in production.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order belongs to Sales and Shipping to Logistics, and their messages bear no version."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Version the contract, say which changes are compatible, and test the consumers against it."
        ),
    ),
    source="S1.2",
    check=check,
    rests_on=("style", "contract"),
    waits=waits,
    roll_up=RollUp(
        message=say(
            "rules",
            QT_TRANSLATE_NOOP("rules", "{count} links between owners have no stated version of their contract."),
        ),
        title=say("rules", QT_TRANSLATE_NOOP("rules", "Agree on version 1 of {count} contracts")),
        applicability="advice",
        apply=_number,
    ),
)
