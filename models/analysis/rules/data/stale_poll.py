"""D03: looking for changes less often than they are needed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.fixes.notifying import notified, notifier, polling
from models.analysis.fixes.repairs import by_fix
from models.analysis.rule import Finding, Fix, Flaw, Lack, Rule, in_words
from models.analysis.stores.connections import overfilled
from models.architecture import Architecture, Fault, SharedDataLink
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link, interval in polling(facts):
        needed = facts.said(link, "freshness_ms")
        if needed is None or interval <= needed:
            continue
        yield Flaw(
            subject=link.id,
            severity="warning",
            message=say(
                "rules",
                _MESSAGE,
                source=facts.label(link.source),
                target=facts.label(link.target),
                interval=figure(interval),
                needed=figure(needed),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=say("rules", _MEAN, interval=figure(interval), mean=figure(interval / 2)),
            fixes=partial(_fixes, facts, link, interval, needed),
        )


def waits(facts: Facts) -> Iterator[Lack]:
    yield "freshness_ms", [link.id for link, _ in polling(facts) if facts.said(link, "freshness_ms") is None]


def _fixes(facts: Facts, link: SharedDataLink, interval: float, needed: float) -> tuple[Fix, ...]:
    found = []
    writer = notifier(facts, link)
    if writer is not None:
        title = say("rules", _NOTIFY, writer=facts.label(writer), reader=facts.label(link.source))
        found.append(Fix(title, "review", partial(_notified, link.id, writer)))
    if needed > 0 and not overfilled(facts, link.target, [(link, 1000.0 / needed - 1000.0 / interval)]):
        found.append(
            Fix(say("rules", _OFTENER, needed=figure(needed)), "review", partial(with_interval, link.id, needed))
        )
    return tuple(found)


def _notified(link_id: str, writer: str, architecture: Architecture) -> Architecture:
    return notified(architecture, link_id, writer, "D03")


def with_interval(link_id: str, interval: float, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"poll_interval_ms": interval}, provenance=by_fix("D03"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows how old the data is when it is read."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} looks for changes in {target} every {interval} ms, and needs data no older than {needed} ms."
)
_MEAN = QT_TRANSLATE_NOOP(
    "rules", "mean age when read = {interval} ms / 2 = {mean} ms; the oldest is {interval} ms old"
)
_NOTIFY = QT_TRANSLATE_NOOP("rules", "Let {writer} notify {reader} of changes by an event")
_OFTENER = QT_TRANSLATE_NOOP("rules", "Look every {needed} ms")

RULE = Rule(
    code="D03",
    name="stale-poll",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Stale poll")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "A reader looks for changes in common data less often than the freshness it needs asks for."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Between two looks the reader works with what was. On average its data is half an interval old, at worst "
            "a whole one, and nothing tells it that something has changed.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Shop looks for new prices every 60 seconds, and must not show any that is older than 5."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Notify the reader by a call or an event when the data changes, or stream the changes; look more often "
            "only where the store can bear it.",
        ),
    ),
    source="S6.3",
    check=check,
    rests_on=("style", "poll_interval_ms", "freshness_ms"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("freshness_ms", "p99_ms"),
)
