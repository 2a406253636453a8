"""E06: a change that everyone must make on the same evening."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from models.analysis.facts import Facts, by_label
from models.analysis.fixes.repairs import set_on_links
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Link
from models.architecture.text import QT_TRANSLATE_NOOP, say


@dataclass
class _Agreement:
    """One contract of one provider: the links it is on, and what they say of versions."""

    provider: str
    links: list[Link] = field(default_factory=list)
    offered: dict[str, None] = field(default_factory=dict)
    breaking: list[str] = field(default_factory=list)
    using: list[tuple[str, str, str]] = field(default_factory=list)
    """(consumer, link id, version)."""
    silent: list[str] = field(default_factory=list)
    """Links of consumers of whom nobody has said which version they use."""

    @property
    def left_out(self) -> list[tuple[str, str, str]]:
        """Who uses a version that is not offered."""
        return [use for use in self.using if use[2] not in self.offered]


def agreements(facts: Facts) -> list[_Agreement]:
    """Shared fact: every contract, by provider and name.

    A call's or message's provider is who receives it, an event's who publishes it. Links to or from one topic or queue
    with the same name are one contract.
    """
    found: dict[tuple[str, str], _Agreement] = {}
    for link_id in facts.stating("contract"):
        link = facts.architecture.link_by_id[link_id]
        version, offers = facts.said(link, "contract.version"), facts.said(link, "contract.offers")
        silent = version is None
        version = None if version == "none" else version
        breaking = facts.said(link, "contract.compatibility") == "breaking"
        if link.style == "shared_data":
            continue
        event = link.style == "event"
        source_kind, target_kind = facts.kind[link.source], facts.kind[link.target]
        if source_kind in ("queue", "topic"):
            meets = link.source
        elif target_kind in ("queue", "topic"):
            meets = link.target
        else:
            meets = link.source if event else link.target
        name = facts.said(link, "contract.name") or ""
        agreement = found.setdefault((meets, str(name)), _Agreement(meets))
        agreement.links.append(link)
        agreement.offered |= dict.fromkeys(offers or ())
        if breaking:
            agreement.breaking.append(link.id)
        provides = (event and target_kind == "topic") or (not event and source_kind == "queue")
        if provides:
            agreement.provider = link.source if event else link.target
            if version:
                agreement.offered[str(version)] = None
        elif version:
            agreement.using.append((link.target if event else link.source, link.id, str(version)))
        elif silent:
            agreement.silent.append(link.id)
    return [found[key] for key in sorted(found)]


def check(facts: Facts) -> Iterator[Flaw]:
    for agreement in facts.once(agreements):
        if not agreement.breaking or not agreement.offered or not agreement.left_out:
            continue
        consumers = by_label(facts, {consumer for consumer, _, _ in agreement.left_out})
        versions = sorted({version for _, _, version in agreement.left_out})
        link_ids = dict.fromkeys([*agreement.breaking, *(link_id for _, link_id, _ in agreement.left_out)])
        first = facts.architecture.link_by_id[agreement.left_out[0][1]]
        yield Flaw(
            subject=agreement.breaking[0],
            severity="error",
            message=say(
                "rules",
                _MESSAGE,
                provider=facts.label(agreement.provider),
                names=naming([facts.label(consumer) for consumer in consumers]),
                used=", ".join(versions),
                offered=", ".join(agreement.offered),
            ),
            elements=tuple(dict.fromkeys((agreement.provider, *consumers)))[:MOST_NAMED],
            links=tuple(link_ids),
            path=(first.source, first.id, first.target),
            fixes=partial(_fixes, agreement.breaking, [*agreement.offered, *versions]),
        )


def waits(facts: Facts) -> Iterator[Lack]:
    for agreement in facts.once(agreements):
        if not agreement.breaking:
            continue
        if not agreement.offered:
            yield "contract.offers", (agreement.breaking[0],)
        else:
            yield "contract.version", agreement.silent


def _fixes(link_ids: list[str], versions: list[str]) -> tuple[Fix, ...]:
    title = say("rules", _FIX, versions=", ".join(dict.fromkeys(versions)))
    return (Fix(title, "advice", partial(_offer, link_ids, list(dict.fromkeys(versions)))),)


def _offer(link_ids: list[str], versions: list[str], architecture: Architecture) -> Architecture:
    return set_on_links(architecture, link_ids, {"contract.offers": versions}, "E06")


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "{provider} makes a breaking change: it offers version {offered} and not {used}, still in use by {names}. They "
    "must all be deployed together.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Offer versions {versions} side by side until everyone has moved")

RULE = Rule(
    code="E06",
    name="lockstep-deployment",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Lockstep deployment")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A contract is marked as breaking, and its provider does not also offer the version that a consumer uses.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Provider and consumers must then be deployed in the same moment, which never succeeds in a distributed "
            "system: for a while one side speaks what the other does not understand.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Catalogue moves to version 2 of its interface while Shop still uses version 1."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Expand and contract: offer both versions, move the consumers one by one, and remove the old one when "
            "nobody uses it.",
        ),
    ),
    source="S1.2",
    check=check,
    rests_on=("style", "contract"),
    waits=waits,
)
