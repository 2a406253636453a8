"""R11: trying again without knowing whether it can help."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.fixes.repairs import by_fix
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.analysis.timeouts.budgets import hard_attempts
from models.architecture import Architecture
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, errors in facts.stating("errors").items():
        link = facts.architecture.link_by_id[link_id]
        if errors != "untyped" or link_id not in facts.retried or link.style not in ("sync", "shared_data"):
            continue
        most = hard_attempts(facts.retries[link_id])
        yield Flaw(
            subject=link.id,
            severity="warning",
            message=say(
                "rules",
                _FOREVER if math.isinf(most) else _MESSAGE,
                source=facts.label(link.source),
                target=facts.label(link.target),
                count=figure(most),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, link.id, facts.label(link.target)),
        )


def waits(facts: Facts) -> Iterator[Lack]:
    said, links = facts.stating("errors"), facts.architecture.link_by_id
    silent = [link_id for link_id in facts.retried if link_id not in said]
    yield "errors", [link_id for link_id in silent if links[link_id].style in ("sync", "shared_data")]


def _fixes(link_id: str, target: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX, target=target), "advice", partial(_typed, link_id)),)


def _typed(link_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"errors": "typed"}, provenance=by_fix("R11"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "{source} tries up to {count} times whatever {target} answers: its errors do not say whether that can help.",
)
_FOREVER = QT_TRANSLATE_NOOP(
    "rules",
    "{source} tries again without limit whatever {target} answers: its errors do not say whether that can help.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Let {target} say in its errors whether they are transient or permanent")

RULE = Rule(
    code="R11",
    name="meaningless-errors",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Meaningless errors")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A call is retried, and the errors of the callee do not say whether they are transient or permanent.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "An invalid card number stays invalid however often it is sent. Retries of permanent errors cost time and "
            "load and hide the real cause; a caller that gives up on transient ones loses work.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Payment tries three times to charge a card, also when the bank has refused it for good."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Type the errors: say with each whether trying again can help, and when. Retry only the transient ones.",
        ),
    ),
    source="S1.3",
    check=check,
    rests_on=("style", "retry", "errors"),
    waits=waits,
)
