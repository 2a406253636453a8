"""R09: more work than workers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.figures import apart, counted
from models.analysis.fixes.widening import filled
from models.analysis.journeys.latency import Load, loads
from models.analysis.journeys.workers import said_workers
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Fault
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    for element_id, load in sorted(facts.once(loads).items()):
        workers = said_workers(facts, element_id)
        if workers is None or math.isinf(workers[1]):
            continue
        instances, each = workers
        busy, capacity = load.held / 1000.0, instances * each
        if busy < capacity * (1 - 1e-9) or busy <= 0:
            continue
        links = sorted(load.by_link, key=lambda link_id: (-load.by_link[link_id], link_id))
        path: tuple[str, ...] = (element_id,)
        if links:
            first = facts.architecture.link_by_id[links[0]]
            path = (first.source, first.id, first.target)
        yield Flaw(
            subject=element_id,
            severity="error",
            message=say("rules", _MESSAGE, element=facts.label(element_id)),
            elements=(element_id,),
            links=tuple(links[:MOST_NAMED]),
            path=path,
            arithmetic=_sum(load, instances, each),
            cause=_cause(facts, load),
            fixes=partial(_fixes, facts, element_id, busy, each),
            about=(element_id,),
        )


def _sum(load: Load, instances: float, each: float) -> Text:
    busy, capacity = apart(load.held / 1000.0, instances * each)
    return say(
        "rules",
        _SUM if instances > 1 else _SUM_ALONE,
        rate=figure(load.rate),
        held=figure(load.held / load.rate),
        busy=counted(busy, _WORKER, _WORKERS),
        instances=figure(instances),
        workers=figure(each),
        capacity=capacity,
    )


def _cause(facts: Facts, load: Load) -> str | None:
    """The growing backlog of the messages it takes, where nothing else comes to it."""
    styles = {facts.architecture.link_by_id[link_id].style for link_id in load.by_link}
    alone = len(load.by_link) == 1 and sum(load.by_link.values()) == load.rate
    return f"M07:{min(load.by_link)}" if alone and styles <= {"async", "event"} else None


def waits(facts: Facts) -> Iterator[Lack]:
    for element_id in sorted(facts.once(loads)):
        element = facts.architecture.element_by_id[element_id]
        if element.kind not in ("service", "external") or element.workers == "unlimited":
            continue
        for attribute in ("instances", "workers", "work_ms") if element.kind == "service" else ("workers", "work_ms"):
            if element.__dict__.get(attribute) is None:
                yield attribute, (element_id,)


def _fixes(facts: Facts, element_id: str, busy: float, each: float) -> tuple[Fix, ...]:
    return filled(facts, element_id, busy, each, "R09")


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The load alone shows it."""
    return ()


_MESSAGE = QT_TRANSLATE_NOOP("rules", "More work comes to {element} than its workers can do.")
_SUM = QT_TRANSLATE_NOOP(
    "rules", "{rate}/s x {held} ms held = {busy} >= {instances} instances x {workers} = {capacity}"
)
_WORKERS = QT_TRANSLATE_NOOP("rules", "{count} workers busy")
_WORKER = QT_TRANSLATE_NOOP("rules", "1 worker busy")
_SUM_ALONE = QT_TRANSLATE_NOOP("rules", "{rate}/s x {held} ms held = {busy} >= {capacity}")

RULE = Rule(
    code="R09",
    name="saturated-workers",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Saturated workers")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "At the journeys' rates the mean time for which requests hold a worker adds up to all workers, or more "
            "(Little's law). A blocking service is held while it waits for what it calls. What nobody said counts as "
            "nothing.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The queue before it grows without end, so that timeouts and retries begin upstream, and retries bring "
            "still more work. No setting of timeouts helps against too few workers.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "100 requests come per second, each holds a worker for 50 ms, and Order has 4 workers."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Run more instances or workers, limit what is let in, make the work shorter, or move part of it behind a "
            "queue.",
        ),
    ),
    source="S4.3",
    check=check,
    rests_on=("style",),
    waits=waits,
    demonstrate=demonstrate,
)
