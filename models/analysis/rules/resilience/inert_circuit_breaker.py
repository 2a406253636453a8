"""R13: a circuit breaker that never does what it is there for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Literal

from models.analysis.facts import Facts, figure, listed
from models.analysis.figures import apart, rounded_up
from models.analysis.fixes.breakers import MOST_S, closing_calls, opening_calls
from models.analysis.fixes.repairs import by_fix
from models.analysis.journeys.latency import answer_ms, followed_ms, network_ms
from models.analysis.journeys.parallel import sequences
from models.analysis.reach import link_rate
from models.analysis.rule import Finding, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, CircuitBreaker, Fault, Link, LinkStep
from models.architecture.edits import set_attributes
from models.architecture.scenarios import Crash
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

Problem = Literal["window", "opens_late", "closes_late", "slow"]


def check(facts: Facts) -> Iterator[Flaw]:
    for link, breaker in _breakers(facts):
        rate = link_rate(facts, link.id)
        problem = _problem(facts, link, breaker, rate)
        if problem is None:
            continue
        yield Flaw(
            subject=link.id,
            severity="warning",
            message=say("rules", _MESSAGES[problem], source=facts.label(link.source), target=facts.label(link.target)),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            arithmetic=_sum(facts, link, breaker, rate, problem),
            fixes=partial(_fixes, facts, link, breaker, rate),
        )


def _breakers(facts: Facts) -> Iterator[tuple[Link, CircuitBreaker]]:
    stated = facts.stating("circuit_breaker")
    for link in facts.sync_links if stated else ():
        if not isinstance(stated.get(link.id), CircuitBreaker):
            continue
        said = {name: facts.said(link, f"circuit_breaker.{name}") for name in CircuitBreaker.model_fields}
        yield link, CircuitBreaker(**said)


def _problem(facts: Facts, link: Link, breaker: CircuitBreaker, rate: float | None) -> Problem | None:
    most = _most_s(facts, link)
    if breaker.minimum_calls and breaker.window_calls and breaker.minimum_calls > breaker.window_calls:
        return "window"
    if _takes_all_for_slow(facts, link, breaker):
        return "slow"
    if rate and breaker.minimum_calls and breaker.minimum_calls / rate > most:
        return "opens_late"
    if rate and breaker.half_open_calls and breaker.half_open_calls / rate > most:
        return "closes_late"
    return None


def _most_s(facts: Facts, link: Link) -> float:
    return facts.threshold("R13", "seconds", link.id, *facts.ends[link.id])


def _takes_all_for_slow(facts: Facts, link: Link, breaker: CircuitBreaker) -> bool:
    return breaker.slow_call_ms is not None and _answer_ms(facts, link) > breaker.slow_call_ms


def _answer_ms(facts: Facts, link: Link) -> float:
    """The least mean time of its answers in any journey, by what was stated; where none is drawn, by the graph."""
    drawn = facts.once(_drawn_answers).get(link.id)
    return network_ms(facts, link) + (facts.once(followed_ms)[link.target] if drawn is None else drawn)


def _drawn_answers(facts: Facts) -> dict[str, float]:
    """Shared fact: link id -> the least mean time in ms of its answers in the drawn journeys."""
    found: dict[str, float] = {}
    for journey in facts.journeys:
        for together in sequences(facts, journey.steps):
            for step in together:
                if isinstance(step, LinkStep):
                    answer = answer_ms(facts, facts.architecture.link_by_id[step.link], step)
                    found[step.link] = min(answer, found.get(step.link, answer))
    return found


def _sum(facts: Facts, link: Link, breaker: CircuitBreaker, rate: float | None, problem: Problem) -> Text:
    if problem == "window":
        return say("rules", _WINDOW, calls=breaker.minimum_calls, window=breaker.window_calls)
    if problem == "slow":
        answer, limit = apart(_answer_ms(facts, link), breaker.slow_call_ms or 0.0)
        return say("rules", _SLOW, answer=answer, limit=limit)
    calls = (breaker.minimum_calls if problem == "opens_late" else breaker.half_open_calls) or 0
    seconds, most = apart(calls / (rate or 1.0), _most_s(facts, link))
    return say("rules", _TIME, calls=calls, rate=figure(rate or 0.0), seconds=seconds, most=most)


def waits(facts: Facts) -> Iterator[Lack]:
    for link, breaker in _breakers(facts):
        if link_rate(facts, link.id):
            for name in ("minimum_calls", "half_open_calls"):
                if getattr(breaker, name) is None:
                    yield f"circuit_breaker.{name}", (link.id,)


def _fixes(facts: Facts, link: Link, breaker: CircuitBreaker, rate: float | None) -> tuple[Fix, ...]:
    values: dict[str, float] = {}
    most = _most_s(facts, link)
    if _takes_all_for_slow(facts, link, breaker):
        values["slow_call_ms"] = rounded_up(3 * _answer_ms(facts, link))
    if breaker.minimum_calls:
        calls = min(breaker.minimum_calls, breaker.window_calls or breaker.minimum_calls)
        fitting = opening_calls(calls, rate, most)
        if fitting is None:
            return ()
        if fitting != breaker.minimum_calls:
            values["minimum_calls"] = fitting
    if breaker.half_open_calls:
        fewer = closing_calls(breaker.half_open_calls, rate, most)
        if fewer is None:
            return ()
        if fewer != breaker.half_open_calls:
            values["half_open_calls"] = fewer
    told = listed([say("rules", _VALUES[name], value=figure(value)) for name, value in values.items()])
    return (Fix(say("rules", _FIX, values=told), "review", partial(_fit, link.id, values)),)


def _fit(link_id: str, values: dict[str, float], architecture: Architecture) -> Architecture:
    dotted = {f"circuit_breaker.{name}": value for name, value in values.items()}
    return set_attributes(architecture, [link_id], dotted, provenance=by_fix("R13"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """What is called goes down for a minute."""
    return (Crash(target=finding.path[-1], from_ms=30_000, until_ms=90_000, instances="all"),)


_MESSAGES = {
    "window": QT_TRANSLATE_NOOP(
        "rules",
        "The circuit breaker from {source} to {target} can never open: it waits for more calls than it remembers.",
    ),
    "opens_late": QT_TRANSLATE_NOOP(
        "rules", "The circuit breaker from {source} to {target} opens too late to be of use at the present rate."
    ),
    "closes_late": QT_TRANSLATE_NOOP(
        "rules", "The circuit breaker from {source} to {target} stays half open for a long time after {target} is back."
    ),
    "slow": QT_TRANSLATE_NOOP(
        "rules",
        "The circuit breaker from {source} takes the ordinary answers of {target} for slow ones and never closes.",
    ),
}
_WINDOW = QT_TRANSLATE_NOOP("rules", "calls needed: {calls} > calls remembered: {window}")
_SLOW = QT_TRANSLATE_NOOP("rules", "mean answer {answer} ms > {limit} ms, from which a call counts as slow")
_TIME = QT_TRANSLATE_NOOP("rules", "calls needed: {calls} / {rate} per second = {seconds} s > {most} s")
_FIX = QT_TRANSLATE_NOOP("rules", "Fit it to its calls: {values}")
_VALUES = {
    "minimum_calls": QT_TRANSLATE_NOOP("rules", "calls before it may open: {value}"),
    "half_open_calls": QT_TRANSLATE_NOOP("rules", "calls before it closes: {value}"),
    "slow_call_ms": QT_TRANSLATE_NOOP("rules", "slow from {value} ms"),
}

RULE = Rule(
    code="R13",
    name="inert-circuit-breaker",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Inert circuit breaker")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A circuit breaker needs more calls to open than come in a minute at the journeys' rates, or more than it "
            "remembers; or it cannot close again in that time, or counts ordinary answers as slow.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Everyone believes the call to be protected, and during the outage nothing happens; or the breaker stays "
            "open when all is well again.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "The breaker to Bank opens after 100 failed calls, and there is one call per second."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules", "Fit the number of calls to the rate, so that it opens within seconds and tries again with a few."
        ),
    ),
    source="S4.2",
    check=check,
    thresholds={"seconds": MOST_S},
    rests_on=("style", "circuit_breaker"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("calls", "p99_ms", "availability"),
)
