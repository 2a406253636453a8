"""R02: calls that go on knocking at a door behind which nobody is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from models.analysis.facts import Facts, derived_note, ends, provenance_note
from models.analysis.fixes.breakers import MOST_S, STANDARD, standard_for
from models.analysis.fixes.repairs import by_fix, for_one
from models.analysis.reach import elements_of, journeys_through, link_rate
from models.analysis.rule import Fix, Flaw, Lack, RollUp, Rule, in_words
from models.architecture import Architecture, Link
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    stated, kind = facts.stating("circuit_breaker"), facts.kind
    for link_id, _, target in facts.calls:
        external = kind[target] == "external"
        if not external and link_id not in stated:
            continue
        said, link = stated.get(link_id), facts.architecture.link_by_id[link_id]
        if said == "none":
            journeys = facts.once(journeys_through).get(link.target, 0)
            if not external and journeys < facts.threshold("R02", "journeys", link.id, *facts.ends[link.id]):
                continue
        elif said is not None or not external:
            continue
        yield Flaw(
            subject=link.id,
            severity="warning",
            message=partial(_message, facts, link, said == "none", external),
            elements=ends(link),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            assumed=() if external else _assumed(facts, link),
            fixes=partial(_fixes, facts, link, said == "none"),
            absence=None if said == "none" else "circuit_breaker",
        )


def waits(facts: Facts) -> Iterator[Lack]:
    stated, journeys, kind = facts.stating("circuit_breaker"), facts.once(journeys_through), facts.kind
    silent = [
        link_id
        for link_id, source, target in facts.calls
        if link_id not in stated
        and kind[target] == kind[source] == "service"
        and journeys[target] >= facts.threshold("R02", "journeys", link_id, source, target)
    ]
    yield "circuit_breaker", silent


def _assumed(facts: Facts, link: Link) -> tuple[Text, ...]:
    """What of the number of journeys through the callee nobody drew."""
    if not facts.every_journey:
        return (say("rules", _BY_ENTRIES),)
    drawn = sum(link.target in elements_of(facts, journey) for journey in facts.journeys)
    if drawn >= facts.threshold("R02", "journeys", link.id, *facts.ends[link.id]):
        return ()
    followed = [one.entry for one in facts.followed_journeys if link.target in elements_of(facts, one)]
    return tuple(derived_note(facts, entry) for entry in dict.fromkeys(followed))


def _message(facts: Facts, link: Link, said_none: bool, external: bool) -> Text:
    names: dict[str, object] = {"source": facts.label(link.source), "target": facts.label(link.target)}
    if not said_none:
        return say("rules", _NOT_SAID, **names, seen=provenance_note(facts, link, "circuit_breaker"))
    if external:
        return say("rules", _EXTERNAL, **names)
    count = facts.once(journeys_through)[link.target]
    return say("rules", _SHARED if count > 1 else _SHARED_BY_ONE, **names, count=count)


def _fixes(facts: Facts, link: Link, said_none: bool) -> tuple[Fix, ...]:
    title = say("rules", _FIX, calls=_fitting(facts, link)["minimum_calls"])
    return (Fix(title, "review" if said_none else "safe", for_one(_add, link.id)),)


def _fitting(facts: Facts, link: Link) -> dict[str, Any]:
    """The field standard, with fewer calls where it would be inert at the journeys' rates."""
    limit = facts.judgement.figure("R13", "seconds", MOST_S, link.id, *facts.ends[link.id])
    return standard_for(link_rate(facts, link.id), limit)


def _add(architecture: Architecture, link_ids: tuple[str, ...]) -> Architecture:
    facts = Facts(architecture, {RULE.code: RULE})
    alike: dict[tuple[int, int], list[str]] = {}
    for link_id in link_ids:
        if (link := architecture.link_by_id.get(link_id)) is not None:
            breaker = _fitting(facts, link)
            alike.setdefault((breaker["minimum_calls"], breaker["half_open_calls"]), []).append(link_id)
    for (least, tried), ids in alike.items():
        breaker = STANDARD | {"minimum_calls": least, "half_open_calls": tried}
        architecture = set_attributes(architecture, ids, {"circuit_breaker": breaker}, provenance=by_fix("R02"))
    return architecture


_EXTERNAL = QT_TRANSLATE_NOOP("rules", "{source} calls {target}, which is not ours, without a circuit breaker.")
_SHARED = QT_TRANSLATE_NOOP(
    "rules", "{source} calls {target}, which serves {count} journeys, without a circuit breaker."
)
_SHARED_BY_ONE = QT_TRANSLATE_NOOP(
    "rules", "{source} calls {target}, which serves one journey, without a circuit breaker."
)
_NOT_SAID = QT_TRANSLATE_NOOP(
    "rules", "Nobody has said whether a circuit breaker protects {source} from {target}, which is not ours{seen}."
)
_BY_ENTRIES = QT_TRANSLATE_NOOP("rules", "no journey is drawn: every entry counts as one")
_FIX = QT_TRANSLATE_NOOP("rules", "Add a circuit breaker (opens when half of {calls} calls failed, for 60 s)")

RULE = Rule(
    code="R02",
    name="missing-circuit-breaker",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Missing circuit breaker")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A synchronous call to a system that is not ours, or to a service that two or more journeys use, has no "
            "circuit breaker. A warning when it is said to have none; milder when nobody has said, and then only for "
            "what is not ours.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "When the callee is down, every caller still sends, waits and fails: workers upstream fill up with "
            "hopeless calls, and the callee meets the full load the moment it comes back. Faults cascade.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Payment calls the bank, which is not ours, without a circuit breaker."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Add a circuit breaker that opens when half of the last 100 calls failed, stays open for 60 seconds and "
            "then tries 10 calls. Decide what to answer while it is open.",
        ),
    ),
    source="S4.2",
    check=check,
    thresholds={"journeys": 2},
    rests_on=("style", "circuit_breaker"),
    waits=waits,
    roll_up=RollUp(
        message=say(
            "rules",
            QT_TRANSLATE_NOOP("rules", "{count} calls to systems that are not ours have no stated circuit breaker."),
        ),
        title=say("rules", QT_TRANSLATE_NOOP("rules", "Add {count} circuit breakers")),
        apply=_add,
    ),
)
