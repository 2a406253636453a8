"""What elements do in one turn of a journey, and calls made one after the other although they could be made at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.journeys.latency import is_parallel
from models.architecture import Architecture, ChoiceStep, Journey, LinkStep, replace
from models.architecture.edits import put
from models.architecture.journeys import AnyStep
from models.architecture.steps import turns_mapped


def sequences(facts: Facts, steps: tuple[AnyStep, ...]) -> Iterator[tuple[AnyStep, ...]]:
    """The steps, and those inside them: each what one element does in one turn."""
    yield steps
    for step in steps:
        if isinstance(step, LinkStep):
            for inner in (step.steps, step.on_reply, step.on_failure):
                if inner:
                    yield from sequences(facts, inner)
        elif isinstance(step, ChoiceStep):
            for branch in step.choice:
                yield from sequences(facts, branch.steps)


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


Rows = Iterable[tuple[str, ...]]
"""Links that one element uses one after the other."""


def at_once(journey_id: str, rows: Rows, architecture: Architecture) -> Architecture:
    """The architecture, with these calls made at once wherever the journey makes them one after the other."""
    return put(architecture, all_at_once(architecture.journey_by_id[journey_id], rows))


def all_at_once(journey: Journey, rows: Rows) -> Journey:
    """The journey, with these calls made at once wherever it makes them one after the other."""
    return replace(journey, steps=turns_mapped(journey.steps, partial(_parallel, list(rows))))


def _parallel(rows: list[tuple[str, ...]], turn: tuple[AnyStep, ...]) -> tuple[AnyStep, ...]:
    used = [getattr(step, "link", None) for step in turn]
    joining: set[int] = set()
    for links in rows:
        for start in range(len(turn) - len(links) + 1):
            if tuple(used[start : start + len(links)]) == links:
                joining.update(range(start + 1, start + len(links)))
    return tuple([replace(step, parallel=True) if i in joining else step for i, step in enumerate(turn)])
