"""Calls that a journey makes one after the other although they could be made at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.latency import is_parallel
from models.architecture import Architecture, LinkStep, replace
from models.architecture.edits import put
from models.architecture.journeys import AnyStep
from models.architecture.steps import turns_mapped


def runs(facts: Facts, steps: tuple[AnyStep, ...]) -> Iterator[list[LinkStep]]:
    """Two or more synchronous calls one after the other, of which none is said to need what the one before it gave."""
    run: list[LinkStep] = []
    for step in steps:
        call = isinstance(step, LinkStep) and facts.architecture.link_by_id[step.link].style == "sync"
        if isinstance(step, LinkStep) and call:
            parallel = is_parallel(facts, facts.architecture.link_by_id[step.link], step)
            if run and step.needs_previous is False and not parallel:
                run.append(step)
                continue
        if len(run) > 1:
            yield run
        run = [step] if isinstance(step, LinkStep) and call else []
    if len(run) > 1:
        yield run


def at_once(journey_id: str, runs_of_links: Iterable[tuple[str, ...]], architecture: Architecture) -> Architecture:
    """The architecture, with these calls made at once wherever the journey makes them one after the other."""
    journey = architecture.journey_by_id[journey_id]
    steps = journey.steps
    for links in runs_of_links:
        steps = turns_mapped(steps, partial(_parallel, links))
    return put(architecture, replace(journey, steps=steps))


def _parallel(links: tuple[str, ...], turn: tuple[AnyStep, ...]) -> tuple[AnyStep, ...]:
    found = list(turn)
    for start in range(len(found) - len(links) + 1):
        part = found[start : start + len(links)]
        if tuple(getattr(step, "link", None) for step in part) == links:
            for i in range(start + 1, start + len(links)):
                found[i] = replace(found[i], parallel=True)
    return tuple(found)
