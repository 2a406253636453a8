"""G05: a technology that cannot carry the style of its link."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, listed
from models.analysis.fixes.moving import may_be_message
from models.analysis.fixes.repairs import as_messages, by_fix
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.analysis.technologies import carried_by
from models.architecture import AsyncLink, Link
from models.architecture.edits import set_attributes
from models.architecture.kinds import STYLES, allowed
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

USUAL = {"sync": "HTTP", "async": "AMQP", "event": "AMQP", "shared_data": "JDBC"}


def check(facts: Facts) -> Iterator[Flaw]:
    said = facts.stating("technology")
    for link_id, technology in said.items():
        link = facts.architecture.link_by_id[link_id]
        if _mismatch(facts, link, technology):
            yield _flaw(facts, link_id, technology, [link])
    of_elements = facts.elements_stating("technology")
    channels: dict[str, list[Link]] = {}
    for link in facts.links if of_elements else ():
        for end in (link.source, link.target):
            if end in of_elements and link.id not in said and _mismatch(facts, link, of_elements[end]):
                channels.setdefault(end, []).append(link)
    for channel, links in sorted(channels.items()):
        yield _flaw(facts, channel, of_elements[channel], links)


def _mismatch(facts: Facts, link: Link, technology: str) -> bool:
    carried = carried_by(technology)
    if not carried or link.style in carried:
        return False
    if isinstance(link, AsyncLink) and "callback" in carried:
        return facts.said(link, "reply") in ("none", "queue")
    return True


def _flaw(facts: Facts, subject: str, technology: str, links: list[Link]) -> Flaw:
    first = links[0]
    noun = say("styles", STYLES[first.style].noun)
    return Flaw(
        subject=subject,
        severity="warning",
        message=say(
            "rules",
            _MESSAGE,
            technology=technology,
            style=noun,
            links=naming([facts.label(link.id) for link in links]),
            carried=_in_words(technology),
        ),
        elements=tuple(dict.fromkeys(end for link in links for end in (link.source, link.target)))[:MOST_NAMED],
        links=tuple(link.id for link in links),
        path=(first.source, first.id, first.target),
        fixes=partial(_fixes, facts, subject, links, technology),
    )


def _in_words(technology: str) -> Text:
    carried = carried_by(technology)
    nouns = [say("styles", traits.noun) for style, traits in STYLES.items() if style in carried]
    if "callback" in carried and "async" not in carried:
        nouns.append(say("rules", _CALLBACK))
    return listed(nouns)


def waits(facts: Facts) -> Iterator[Lack]:
    for link_id, technology in facts.stating("technology").items():
        link = facts.architecture.link_by_id[link_id]
        if isinstance(link, AsyncLink) and facts.said(link, "reply") is None:
            carried = carried_by(technology)
            if "callback" in carried and "async" not in carried:
                yield "reply", (link_id,)


def _fixes(facts: Facts, subject: str, links: list[Link], technology: str) -> tuple[Fix, ...]:
    """Another technology for the style; or, where a call runs over a broker, the style that the broker carries."""
    link = links[0]
    usual = USUAL[link.style]
    title = say("rules", _REPLACE, technology=technology, usual=usual)
    found = [
        Fix(
            title,
            "review",
            lambda architecture: set_attributes(
                architecture, [subject], {"technology": usual}, provenance=by_fix("G05")
            ),
        )
    ]
    ends = facts.kind[link.source], facts.kind[link.target]
    carries = link.id == subject and link.style == "sync" and "async" in carried_by(technology)
    if carries and allowed("async", *ends) and may_be_message(facts, link):
        agreed = facts.said(link, "result_needed") is False
        found.append(
            Fix(
                say("rules", _RETAG, technology=technology),
                "review" if agreed else "advice",
                lambda architecture: as_messages(architecture, [link.id], "G05"),
            )
        )
    return tuple(found)


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{technology} cannot carry the style of {links} ({style}). What it can carry: {carried}."
)
_CALLBACK = QT_TRANSLATE_NOOP("rules", "asynchronous request with callback")
_REPLACE = QT_TRANSLATE_NOOP("rules", "Replace {technology} by {usual}")
_RETAG = QT_TRANSLATE_NOOP("rules", "Make it an asynchronous message, which {technology} can carry")

RULE = Rule(
    code="G05",
    name="style-technology-mismatch",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Style and technology do not match")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "The technology of a link, or of the queue or topic it uses, cannot carry the link's style. Names that "
            "Loadpath does not know raise nothing.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Choices of technology are endless. Whoever picks it first ends up with a style that nobody decided: a "
            "request squeezed through a log, or an event that somebody waits for.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Order calls Payment synchronously over Kafka."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Decide the style of communication first, then what can carry it: HTTP or gRPC for calls, a broker for "
            "messages and events, a store or files for common data.",
        ),
    ),
    source="S2, S3",
    check=check,
    shape=True,
    rests_on=("style", "technology"),
    waits=waits,
)
