"""T11: holding the line while someone works for minutes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.figures import rounded_up
from models.analysis.fixes.moving import may_be_message, may_leave_circle
from models.analysis.fixes.repairs import as_messages, by_fix
from models.analysis.journeys.parallel import sequences
from models.analysis.rule import Applicability, Fix, Flaw, Rule, in_words
from models.architecture import Architecture, Link, LinkStep, mean_of
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, say

PATIENCE = 3.0


def check(facts: Facts) -> Iterator[Flaw]:
    works = {one: mean_of(work) for one, work in facts.elements_stating("work_ms").items()}
    steps = facts.once(_step_work)
    for link in facts.sync_links if works or steps else ():
        if link.target not in works and link.id not in steps:
            continue
        work = max([works.get(link.target, 0.0) if own is None else own for own in steps.get(link.id, (None,))])
        if work < facts.threshold("T11", "milliseconds", link.id, *facts.ends[link.id]):
            continue
        yield Flaw(
            subject=link.id,
            severity="warning",
            message=say(
                "rules",
                _MESSAGE,
                source=facts.label(link.source),
                target=facts.label(link.target),
                seconds=figure(work / 1000),
            ),
            elements=tuple(dict.fromkeys((link.source, link.target))),
            links=(link.id,),
            path=(link.source, link.id, link.target),
            fixes=partial(_fixes, facts, link, work),
        )


def _step_work(facts: Facts) -> dict[str, set[float | None]]:
    """Shared fact: link id -> mean work in ms that drawn steps give its target; None where one leaves it its own."""
    found: dict[str, set[float | None]] = {}
    for journey in facts.journeys:
        for together in sequences(facts, journey.steps):
            for step in together:
                if isinstance(step, LinkStep):
                    own = None if step.work_ms is None else mean_of(step.work_ms)
                    found.setdefault(step.link, set()).add(own)
    return found


def _fixes(facts: Facts, link: Link, work: float) -> tuple[Fix, ...]:
    if facts.kind[link.source] == "client" or not (may_be_message(facts, link) and may_leave_circle(facts, link)):
        return ()
    applicability: Applicability = "review" if facts.said(link, "result_needed") is False else "advice"
    return (Fix(say("rules", _FIX), applicability, partial(_by_message, link.id, rounded_up(PATIENCE * work))),)


def _by_message(link_id: str, patience: float, architecture: Architecture) -> Architecture:
    architecture = as_messages(architecture, [link_id], "T11")
    values = {"reply": "callback", "timeout_ms": patience}
    return set_attributes(architecture, [link_id], values, provenance=by_fix("T11"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{source} keeps a connection open while {target} works for {seconds} s on average."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Make it an asynchronous request that calls back when it is done")

RULE = Rule(
    code="T11",
    name="long-running-call",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Long-running call")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "A synchronous call goes to work that takes five seconds or more on average."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "For all that time a connection and usually a worker are held on both sides, proxies in "
            "between give up, and if "
            "the caller dies the result is lost although the work was done.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Portal calls Render and waits 20 seconds for the film."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Accept the request at once, work in the background, and report by a callback, an event, "
            "or progress that can "
            "be asked for.",
        ),
    ),
    source="S4.2, S5.1",
    check=check,
    thresholds={"milliseconds": 5000},
    rests_on=("style",),
)
