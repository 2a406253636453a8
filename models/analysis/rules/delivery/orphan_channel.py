"""M09: a channel with one end."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.messages.consumers import aside
from models.analysis.rule import Fix, Flaw, Rule, in_words
from models.architecture import Architecture, LinkStep
from models.architecture.edits import remove
from models.architecture.kinds import CHANNELS
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    if facts.judgement.stage == "sketch":
        return
    begun = {journey.entry for journey in facts.every_journey}
    for kind in CHANNELS:
        for channel in facts.elements_of(kind):
            into, out = facts.architecture.links_to[channel.id], facts.architecture.links_from[channel.id]
            fed = bool(into) or channel.id in begun
            if channel.id in facts.once(aside) or not (into or out) or fed == bool(out):
                continue
            one = (into or out)[0]
            yield Flaw(
                subject=channel.id,
                severity="warning",
                message=say("rules", _UNREAD if into else _UNFED, channel=facts.label(channel.id)),
                elements=(channel.id,),
                links=tuple(sorted(link.id for link in (*into, *out))),
                path=(one.source, one.id, one.target),
                fixes=partial(_fixes, facts, channel.id, {link.id for link in (*into, *out)}),
                about=(channel.id,),
            )


def _fixes(facts: Facts, channel_id: str, gone: set[str]) -> tuple[Fix, ...]:
    """None where a journey does nothing else: without a step it would be one that nobody drew."""
    for journey in facts.journeys:
        if all(isinstance(step, LinkStep) and step.link in gone for step in journey.steps):
            return ()
    return (Fix(say("rules", _FIX, channel=facts.label(channel_id)), "review", partial(_delete, channel_id)),)


def _delete(channel_id: str, architecture: Architecture) -> Architecture:
    return remove(architecture, [channel_id])


_UNREAD = QT_TRANSLATE_NOOP("rules", "Nobody takes anything from {channel}.")
_UNFED = QT_TRANSLATE_NOOP("rules", "Nobody puts anything into {channel}.")
_FIX = QT_TRANSLATE_NOOP("rules", "Delete {channel} and its links")

RULE = Rule(
    code="M09",
    name="orphan-channel",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Orphan channel")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A queue or topic has producers and no consumer, or consumers and neither a producer nor a journey that "
            "begins there. Dead-letter and reply queues do not count.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "What is put in and never taken out piles up until the broker is full. A consumer that "
            "nothing ever reaches "
            "looks healthy and does nothing.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Order publishes to Order changes, and nobody has subscribed."),
        fix=QT_TRANSLATE_NOOP("rules", "Connect the missing end, or delete the channel."),
    ),
    source="S8.1",
    check=check,
    rests_on=("style",),
)
