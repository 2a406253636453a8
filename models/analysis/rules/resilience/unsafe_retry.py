"""R07: trying again what must not happen twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, ends, figure
from models.analysis.fixes.repairs import by_fix
from models.analysis.retries import client_retries
from models.analysis.rule import Fix, Flaw, Lack, Rule, in_words
from models.analysis.timeouts.budgets import hard_attempts
from models.architecture import Architecture, Retry, SyncLink, replace
from models.architecture.edits import put, set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    clients = facts.once(client_retries)
    operations, idempotent = facts.stating("operation"), facts.stating("idempotent")
    for link in facts.once(_repeated) if operations and idempotent else ():
        if operations.get(link.id) != "write" or idempotent.get(link.id) is not False:
            continue
        journeys = clients.get(link.id, [])
        tries = [_most_sends(facts.retries.get(link.id)), *(_most_sends(one.client_retry) for one in journeys)]
        attempts = max(tries)
        if attempts <= 1:
            continue
        by_client = tries[0] <= 1
        yield Flaw(
            subject=link.id,
            severity="error",
            message=say(
                "rules",
                _WITHOUT_LIMIT if math.isinf(attempts) else _MESSAGE,
                source=facts.label(link.source),
                target=facts.label(link.target),
                count=figure(attempts),
            ),
            elements=ends(link),
            links=(link.id,),
            journey=journeys[0].id if by_client else None,
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, facts, link, [journey.id for journey in journeys]),
        )


def _repeated(facts: Facts) -> list[SyncLink]:
    """Shared fact: remote calls that their source or a client may send more than once, or again who knows how often."""
    clients = facts.once(client_retries)
    links = [facts.architecture.link_by_id[link_id] for link_id in dict.fromkeys([*facts.retries, *clients])]
    return [link for link in links if isinstance(link, SyncLink) and facts.remote(link)]


def _most_sends(retry: Retry | str | None) -> float:
    """Of one call: a budget limits the average of all calls, not a single one."""
    return hard_attempts(retry) if isinstance(retry, Retry) else 1.0


def waits(facts: Facts) -> Iterator[Lack]:
    clients, retries, retried = facts.once(client_retries), facts.retries, facts.retried
    operations, idempotent = facts.stating("operation"), facts.stating("idempotent")
    repeated = [link.id for link in facts.once(_repeated)]
    open_ended = {link_id for link_id in repeated if link_id in retries and retries[link_id].max_attempts is None}
    unsafe = [
        link_id
        for link_id in repeated
        if (link_id in retried or link_id in clients or link_id in open_ended)
        and operations.get(link_id) != "read"
        and idempotent.get(link_id) is not True
    ]
    yield "operation", [link_id for link_id in unsafe if link_id not in operations]
    yield "idempotent", [link_id for link_id in unsafe if link_id not in idempotent]
    yield "retry.max_attempts", [link_id for link_id in unsafe if link_id in open_ended and link_id not in clients]


def _fixes(facts: Facts, link: SyncLink, journey_ids: list[str]) -> tuple[Fix, ...]:
    return (
        Fix(say("rules", _KEY, target=facts.label(link.target)), "advice", partial(_idempotent, link.id)),
        Fix(say("rules", _ONCE), "review", partial(_once, link.id, journey_ids)),
    )


def _idempotent(link_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"idempotent": True}, provenance=by_fix("R07"))


def _once(link_id: str, journey_ids: list[str], architecture: Architecture) -> Architecture:
    architecture = set_attributes(architecture, [link_id], {"retry": "none"}, provenance=by_fix("R07"))
    for journey_id in journey_ids:
        if (journey := architecture.journey_by_id.get(journey_id)) is not None:
            architecture = put(architecture, replace(journey, client_retry="none"))
    return architecture


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} may send {target} the same write {count} times, and it is said not to be idempotent."
)
_WITHOUT_LIMIT = QT_TRANSLATE_NOOP(
    "rules", "{source} may repeat its write to {target} without limit, and it is said not to be idempotent."
)
_KEY = QT_TRANSLATE_NOOP("rules", "Make the write idempotent: let {target} accept an idempotency key")
_ONCE = QT_TRANSLATE_NOOP("rules", "Do not retry")

RULE = Rule(
    code="R07",
    name="unsafe-retry",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unsafe retry")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "A call that writes, and is said not to be idempotent, is retried, by its caller or by the client."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A lost answer does not mean that nothing happened. The second attempt makes a second order, or takes the "
            "money twice, and nobody notices until the customer does.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Order tries up to three times to charge a card, and each time the card may be charged."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Send an idempotency key with the write, so that the callee recognises a repetition and answers as it did "
            "the first time. Until it can, do not retry.",
        ),
    ),
    source="S4.2",
    check=check,
    rests_on=("style", "operation", "idempotent", "retry"),
    waits=waits,
)
