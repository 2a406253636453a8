"""R14: retries that nobody wrote down."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import by_fix
from models.analysis.retries import ATTEMPTS, fitting_retry
from models.analysis.rule import Fix, Flaw, Rule, in_words
from models.architecture import Architecture, Link
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, retry in facts.retries.items():
        if retry.implicit is not True:
            continue
        link = facts.architecture.link_by_id[link_id]
        if link.style not in ("sync", "shared_data"):
            continue
        yield Flaw(
            subject=link.id,
            severity="warning",
            message=say("rules", _MESSAGE, source=facts.label(link.source), target=facts.label(link.target)),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, facts, link),
        )


def _fixes(facts: Facts, link: Link) -> tuple[Fix, ...]:
    found = []
    retry = facts.retry(link)
    if retry is not None and retry.max_attempts is not None:
        keep: dict[str, object] = {"retry.implicit": False}
        found.append(Fix(say("rules", _KEEP), "review", partial(_set, link.id, keep)))
    else:
        chosen = fitting_retry(facts, link, ATTEMPTS)
        if chosen.attempts > 1:
            values: dict[str, object] = {
                "retry.implicit": False,
                "retry.max_attempts": chosen.attempts,
                "retry.backoff": "exponential",
                "retry.base_ms": chosen.base_ms,
                "retry.jitter": "full",
            }
            title = say("rules", _EXPLICIT, count=chosen.attempts, base=f"{chosen.base_ms:g}")
            found.append(Fix(title, "review", partial(_set, link.id, values)))
    found.append(Fix(say("rules", _NONE), "review", partial(_set, link.id, {"retry": "none"})))
    return tuple(found)


def _set(link_id: str, values: dict[str, object], architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], values, provenance=by_fix("R14"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "Calls from {source} to {target} are retried by a mesh or client library, and nobody has decided that."
)
_KEEP = QT_TRANSLATE_NOOP("rules", "Keep these retries, as a decision")
_EXPLICIT = QT_TRANSLATE_NOOP(
    "rules", "Say it: {count} attempts with exponential backoff from {base} ms and full jitter"
)
_NONE = QT_TRANSLATE_NOOP("rules", "Switch the retries off")

RULE = Rule(
    code="R14",
    name="implicit-retry",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Implicit retry")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "A mesh or a client library retries calls by its own default, where the design says nothing."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Retries that nobody knows of multiply with those somebody wrote, repeat writes that must not be repeated, "
            "and stretch every timeout above them.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "The mesh repeats failed calls from Order to Payment, and nobody on the team knows."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Make it explicit: say how often, with which pauses, or switch the retries off."
        ),
    ),
    source="peers",
    check=check,
    rests_on=("style",),
)
