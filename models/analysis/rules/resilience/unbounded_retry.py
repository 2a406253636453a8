"""R06: trying for ever, or all at once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from models.analysis.catalogue import catalogue
from models.analysis.facts import Facts, stated_attempts
from models.analysis.fixes.repairs import by_fix
from models.analysis.retries import ATTEMPTS, PAUSES_MS, Chosen, amplification, first_links, fitting_retry
from models.analysis.rule import Finding, Fix, Flaw, Lack, RollUp, Rule, in_words
from models.analysis.timeouts.budgets import contexts, longest
from models.analysis.timeouts.budgets import waits as stated_waits
from models.architecture import Architecture, Fault, Journey, Link, Retry, replace
from models.architecture.edits import put, set_attributes
from models.architecture.scenarios import Crash
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

Problem = Literal["unlimited", "not_said", "at_once", "in_step"]


def check(facts: Facts) -> Iterator[Flaw]:
    for link_id, problem in facts.once(_problems).items():
        link = facts.architecture.link_by_id[link_id]
        if problem is not None and link.style in ("sync", "shared_data"):
            names = {"source": facts.label(link.source), "target": facts.label(link.target)}
            yield Flaw(
                subject=link.id,
                severity=_severity(problem),
                message=say("rules", _OF_LINK[problem], **names),
                elements=tuple(dict.fromkeys((link.source, link.target))),
                links=(link.id,),
                path=(link.source, link.id, link.target),
                fixes=partial(_link_fixes, facts, link),
                absence="retry.max_attempts" if problem == "not_said" else None,
            )
    for journey in facts.every_journey:
        problem = problem_of(journey.client_retry) if isinstance(journey.client_retry, Retry) else None
        if problem is not None:
            yield Flaw(
                subject=facts.subject(journey),
                severity=_severity(problem),
                message=say("rules", _OF_CLIENT[problem], journey=facts.label(journey.id)),
                elements=(journey.entry,),
                journey=journey.id,
                path=(journey.entry,),
                fixes=partial(_client_fixes, facts, journey),
                absence="client_retry.max_attempts" if problem == "not_said" else None,
                about=(journey.id, journey.entry),
            )


def _problems(facts: Facts) -> dict[str, Problem | None]:
    """Shared fact: link id -> what is wrong with its retries, of all links that say anything of them."""
    return {link_id: problem_of(retry) for link_id, retry in facts.retries.items()}


def problem_of(retry: Retry) -> Problem | None:
    """What is wrong with a retry, the worst first; implicit ones without a limit of their own are another rule's."""
    most = retry.max_attempts
    if most == "unlimited":
        return "unlimited"
    if most is None:
        return None if retry.implicit is True else "not_said"
    if most == 1:
        return None
    if retry.backoff == "none" or retry.base_ms == 0:
        return "at_once"
    return "in_step" if retry.jitter == "none" else None


def _severity(problem: Problem) -> Literal["error", "warning"]:
    return "error" if problem in ("unlimited", "not_said") else "warning"


def waits(facts: Facts) -> Iterator[Lack]:
    links, retries, problems = facts.architecture.link_by_id, facts.retries, facts.once(_problems)
    calls = [link_id for link_id in facts.retried if problems[link_id] is None]
    fine = [(link_id, retries[link_id]) for link_id in calls if links[link_id].style in ("sync", "shared_data")]
    yield "retry.backoff", [link_id for link_id, retry in fine if retry.backoff is None]
    yield "retry.jitter", [link_id for link_id, retry in fine if retry.jitter is None]


def _link_fixes(facts: Facts, link: Link) -> tuple[Fix, ...]:
    chosen = _for_link(facts, link)
    applicability: Literal["safe", "review"] = "review" if facts.attempts(link) > 1 else "safe"
    return (Fix(_title(chosen, _unsafe(facts, link)), applicability, partial(_set_on_link, link.id, chosen)),)


def _for_link(facts: Facts, link: Link) -> Chosen:
    stated = facts.attempts(link)
    return fitting_retry(facts, link, ATTEMPTS if stated <= 1 else int(min(stated, ATTEMPTS)))


def _title(chosen: Chosen, unsafe: bool) -> Text:
    if chosen.attempts == 1:
        return say("rules", _ONCE_UNSAFE if unsafe else _ONCE)
    return say("rules", _FIX, count=chosen.attempts, base=f"{chosen.base_ms:g}")


def _set_on_link(link_id: str, chosen: Chosen, architecture: Architecture) -> Architecture:
    values: dict[str, object] = {"retry": "none"}
    if chosen.attempts > 1:
        values = {f"retry.{name}": value for name, value in _values(chosen).items()}
    return set_attributes(architecture, [link_id], values, provenance=by_fix("R06"))


def _values(chosen: Chosen) -> dict[str, object]:
    return {
        "max_attempts": chosen.attempts,
        "backoff": "exponential",
        "base_ms": chosen.base_ms,
        "jitter": "full",
    }


def _all(architecture: Architecture, subjects: tuple[str, ...]) -> Architecture:
    for subject in subjects:
        facts = Facts(architecture, catalogue())
        link = architecture.link_by_id.get(subject)
        if link is not None:
            architecture = _set_on_link(link.id, _for_link(facts, link), architecture)
            continue
        journey = next(journey for journey in architecture.journeys if facts.subject(journey) == subject)
        architecture = _set_on_client(journey.id, _for_client(facts, journey), architecture)
    return architecture


def _client_fixes(facts: Facts, journey: Journey) -> tuple[Fix, ...]:
    chosen = _for_client(facts, journey)
    said = stated_attempts(journey.client_retry) > 1
    title = _title(chosen, any(_unsafe(facts, link) for link in _first(facts, journey)))
    return (Fix(title, "review" if said else "safe", partial(_set_on_client, journey.id, chosen)),)


def _first(facts: Facts, journey: Journey) -> list[Link]:
    """The links that the client uses again when it tries again."""
    first = first_links(facts, journey.steps, {journey.id}) or dict.fromkeys(
        link.id for link in facts.sync_from[journey.entry]
    )
    return [facts.architecture.link_by_id[link_id] for link_id in first]


def _unsafe(facts: Facts, link: Link) -> bool:
    return facts.said(link, "operation") == "write" and facts.said(link, "idempotent") is False


def _for_client(facts: Facts, journey: Journey) -> Chosen:
    stated = stated_attempts(journey.client_retry)
    unsafe = any(_unsafe(facts, link) for link in _first(facts, journey))
    below = facts.once(amplification)[1][journey.entry]
    room = facts.threshold("R05", "calls", journey.id, journey.entry) / below
    attempts = min(ATTEMPTS, room, stated if stated > 1 else ATTEMPTS)
    hopeless = stated <= 1 and _gives_up_first(facts, journey)
    return Chosen(1) if unsafe or hopeless or attempts < 2 else Chosen(int(attempts), PAUSES_MS[0])


def _gives_up_first(facts: Facts, journey: Journey) -> bool:
    """Whether the client's patience ends before what it waits for does: trying again would double work that goes on."""
    own = [one for one in facts.once(contexts) if one.link is None and one.journey == journey.id]
    return any(longest(one.term, facts.once(stated_waits)) > one.patience_ms for one in own)


def _set_on_client(journey_id: str, chosen: Chosen, architecture: Architecture) -> Architecture:
    journey = architecture.journey_by_id[journey_id]
    before = journey.client_retry if isinstance(journey.client_retry, Retry) else Retry()
    retry: Retry | str = replace(before, **_values(chosen)) if chosen.attempts > 1 else "none"
    return put(architecture, replace(journey, client_retry=retry))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """What is called goes down for ten seconds."""
    if not finding.links:
        return None
    return (Crash(target=finding.path[-1], from_ms=30_000, until_ms=40_000, instances="all"),)


_OF_LINK = {
    "unlimited": QT_TRANSLATE_NOOP("rules", "{source} tries to reach {target} again and again, without a limit."),
    "not_said": QT_TRANSLATE_NOOP(
        "rules", "{source} tries again when {target} fails, and nobody has said how often at most."
    ),
    "at_once": QT_TRANSLATE_NOOP("rules", "{source} tries again at once, without a pause, when {target} fails."),
    "in_step": QT_TRANSLATE_NOOP(
        "rules", "When {target} fails, all instances of {source} try again at the same moments: there is no jitter."
    ),
}
_OF_CLIENT = {
    "unlimited": QT_TRANSLATE_NOOP("rules", "The client of {journey} tries again and again, without a limit."),
    "not_said": QT_TRANSLATE_NOOP(
        "rules", "The client of {journey} tries again, and nobody has said how often at most."
    ),
    "at_once": QT_TRANSLATE_NOOP("rules", "The client of {journey} tries again at once, without a pause."),
    "in_step": QT_TRANSLATE_NOOP(
        "rules", "All clients of {journey} try again at the same moments after a failure: there is no jitter."
    ),
}
_FIX = QT_TRANSLATE_NOOP("rules", "Try {count} times at most, with exponential backoff from {base} ms and full jitter")
_ONCE = QT_TRANSLATE_NOOP("rules", "Do not retry: the timeouts and retries around it leave no room")
_ONCE_UNSAFE = QT_TRANSLATE_NOOP("rules", "Do not retry: the write is said not to be idempotent")

RULE = Rule(
    code="R06",
    name="unbounded-retry",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unbounded retry")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A call is retried without a limit, or with a limit nobody has said (a warning then), or it is retried "
            "without pauses, or with pauses but no jitter (a warning).",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "When the callee fails, everyone who called it calls again, at the same moment and until it answers. It "
            "comes back into several times its load and fails again: the retries keep the outage alive.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Order asks Stock again and again until it answers, without a limit."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Try three times at most, wait exponentially longer each time, and spread the pauses with full jitter so "
            "that callers do not come back in step.",
        ),
    ),
    source="S9",
    check=check,
    rests_on=("style", "retry"),
    waits=waits,
    roll_up=RollUp(
        message=say("rules", QT_TRANSLATE_NOOP("rules", "{count} retries have no stated limit of attempts.")),
        title=say(
            "rules", QT_TRANSLATE_NOOP("rules", "Limit {count} retries to 3 attempts, or fewer where room is short")
        ),
        apply=_all,
    ),
    demonstrate=demonstrate,
    measures=("calls", "p99_ms", "availability"),
)
