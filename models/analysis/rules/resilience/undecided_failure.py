"""R10: a call that nobody has decided what to do about when it fails."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import by_fix
from models.analysis.retries import ATTEMPTS, fitting_retry
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, SyncLink
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say

_ANSWERS = ("retry", "fallback", "circuit_breaker")


def check(facts: Facts) -> Iterator[Flaw]:
    said = [facts.stating(answer) for answer in _ANSWERS]
    for link in _ours(facts) if all(said) else ():
        if all(known.get(link.id) == "none" for known in said):
            yield Flaw(
                subject=link.id,
                severity="info",
                message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
                elements=tuple(dict.fromkeys((link.source, link.target))),
                links=(link.id,),
                path=(link.source, link.id, link.target),
                cause=f"R02:{link.id}",
                fixes=partial(_fixes, facts, link),
            )


def _ours(facts: Facts) -> Iterator[SyncLink]:
    """Calls of services: what a person or an outside system does about a failure is not ours to decide."""
    return (link for link in facts.sync_links if facts.kind[link.source] == "service")


def waits(facts: Facts) -> Iterator[Lack]:
    known = [(answer, facts.stating(answer)) for answer in _ANSWERS]
    decided = {link_id for _, said in known for link_id, value in said.items() if value != "none"} | {*facts.retries}
    kind = facts.kind
    open_ = [link_id for link_id, source, _ in facts.calls if link_id not in decided and kind[source] == "service"]
    for answer, said in known:
        yield answer, [link_id for link_id in open_ if link_id not in said] if said else open_


def _fixes(facts: Facts, link: SyncLink) -> tuple[Fix, ...]:
    found = []
    known_safe = facts.said(link, "operation") == "read" or facts.said(link, "idempotent") is True
    chosen = fitting_retry(facts, link, ATTEMPTS)
    if known_safe and chosen.attempts > 1:
        retry = {
            "max_attempts": chosen.attempts,
            "backoff": "exponential",
            "base_ms": chosen.base_ms,
            "jitter": "full",
        }
        title = say("rules", _RETRY, count=chosen.attempts, base=f"{chosen.base_ms:g}")
        found.append(Fix(title, "review", partial(_set, link.id, "retry", retry)))
    if facts.said(link, "operation") != "read":
        found.append(Fix(say("rules", _BUFFER), "review", partial(_set, link.id, "fallback", "buffer")))
    if facts.said(link, "operation") != "write":
        found.append(Fix(say("rules", _CACHED), "review", partial(_set, link.id, "fallback", "cached")))
    found.append(Fix(say("rules", _DEFAULT), "review", partial(_set, link.id, "fallback", "default")))
    return tuple(found)


def _set(link_id: str, attribute: str, value: object, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {attribute: value}, provenance=by_fix("R10"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "When {target} fails, {source} fails too: it has no retry, no fallback and no circuit breaker."
)
_RETRY = QT_TRANSLATE_NOOP("rules", "Retry: {count} attempts with exponential backoff from {base} ms and full jitter")
_BUFFER = QT_TRANSLATE_NOOP("rules", "Keep the call and send it later")
_CACHED = QT_TRANSLATE_NOOP("rules", "Answer with what was last known")
_DEFAULT = QT_TRANSLATE_NOOP("rules", "Give up, and answer with a default")

RULE = Rule(
    code="R10",
    name="undecided-failure",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Undecided failure")),
    severity="info",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A service makes a synchronous call that is said to have no retry, no fallback and no circuit breaker, so "
            "that nobody has decided what to do when it fails.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A remote call fails sooner or later: the callee crashes, the request or the reply is lost, or it comes "
            "too late. Without a decision the failure goes up to whoever asked, one service after the other.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order asks Loyalty for points, and when Loyalty is down the order fails as well."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Decide per call: try again, keep the request and send it later, answer with what was last known, or give "
            "up with a default answer.",
        ),
    ),
    source="S4.2",
    check=check,
    rests_on=("style", "retry", "fallback", "circuit_breaker"),
    waits=waits,
)
