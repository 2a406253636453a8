"""Whether journeys can be walked: each step leaves from where the one around it arrives, and none goes in circles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.architecture.journeys import AnyStep, ChoiceStep, LinkStep, UseStep
from models.architecture.kinds import KINDS
from models.architecture.nearest import nearest
from models.architecture.steps import journeys_used
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

if TYPE_CHECKING:
    from models.architecture.model import Architecture

Place = tuple[str | int, ...]
Problem = tuple[Place, Text]
MAX_STEP_DEPTH = 28
"""Steps inside steps; with it the deepest journey stays within the depth that a file may have."""


def unwalkable(architecture: Architecture) -> Iterator[Problem]:
    """Every step that cannot be taken where it stands, and journeys that use each other in a circle."""
    circle = _circle(architecture)
    if circle:
        template = QT_TRANSLATE_NOOP("invariants", "journeys use each other in a circle ({circle}); take one use out")
        index = next(i for i, journey in enumerate(architecture.journeys) if journey.id == circle[0])
        yield ("journeys", index, "steps"), say("invariants", template, circle=" -> ".join(circle))
    for i, journey in enumerate(architecture.journeys):
        entry = architecture.element_by_id.get(journey.entry)
        if entry is None:
            continue
        if not KINDS[entry.kind].connects:
            template = QT_TRANSLATE_NOOP("invariants", "a journey cannot begin at a {kind}; begin it at a client")
            yield ("journeys", i, "entry"), say("invariants", template, kind=entry.kind)
            continue
        yield from _steps(architecture, journey.steps, journey.entry, None, ("journeys", i, "steps"))


def _steps(
    architecture: Architecture, steps: tuple[AnyStep, ...], where: str, store: str | None, place: Place
) -> Iterator[Problem]:
    """Steps that may stand at element `where`, or, under a write to `store`, name a reader of that store."""
    if len(place) > 2 * MAX_STEP_DEPTH:
        template = QT_TRANSLATE_NOOP("invariants", "steps are nested more than {limit} deep; split the journey")
        yield place, say("invariants", template, limit=MAX_STEP_DEPTH)
        return
    for i, step in enumerate(steps):
        here = (*place, i)
        if isinstance(step, LinkStep):
            yield from _link_step(architecture, step, where, store, here)
        elif isinstance(step, ChoiceStep):
            for j, branch in enumerate(step.choice):
                yield from _steps(architecture, branch.steps, where, store, (*here, "choice", j, "steps"))
        elif isinstance(step, UseStep):
            yield from _use_step(architecture, step, where, (*here, "use"))


def _link_step(
    architecture: Architecture, step: LinkStep, where: str, store: str | None, here: Place
) -> Iterator[Problem]:
    links = architecture.link_by_id
    link = links.get(step.link)
    if link is None:
        template = QT_TRANSLATE_NOOP("invariants", 'there is no link "{id}"{hint}; name one that exists')
        yield (*here, "link"), say("invariants", template, id=step.link, hint=nearest(step.link, links))
        return
    reader = store is not None and link.style == "shared_data" and link.target == store
    if link.source != where and not reader:
        template = QT_TRANSLATE_NOOP(
            "invariants", '"{id}" runs from {source}, but this step stands at {where}; use a link that leaves there'
        )
        names = {"source": architecture.label(link.source), "where": architecture.label(where)}
        yield (*here, "link"), say("invariants", template, id=link.id, **names)
        return
    if reader:
        next_place, next_store = link.source, None
    else:
        next_place, next_store = link.target, (link.target if link.style == "shared_data" else None)
    yield from _steps(architecture, step.steps, next_place, next_store, (*here, "steps"))
    yield from _steps(architecture, step.on_reply, link.source, None, (*here, "on_reply"))
    yield from _steps(architecture, step.on_failure, link.source, None, (*here, "on_failure"))


def _use_step(architecture: Architecture, step: UseStep, where: str, place: Place) -> Iterator[Problem]:
    used = architecture.journey_by_id.get(step.use)
    if used is None:
        template = QT_TRANSLATE_NOOP("invariants", 'there is no journey "{id}"{hint}; name one that exists')
        yield place, say("invariants", template, id=step.use, hint=nearest(step.use, architecture.journey_by_id))
    elif used.entry != where:
        template = QT_TRANSLATE_NOOP(
            "invariants",
            "the journey {journey} begins at {entry} and cannot stand at {where}; use one that begins there",
        )
        names = {"entry": architecture.label(used.entry), "where": architecture.label(where)}
        yield place, say("invariants", template, journey=used.name or used.id, **names)


def _circle(architecture: Architecture) -> list[str]:
    """The ids of journeys that use each other in a circle, the first one again at the end; nothing without one."""
    done: set[str] = set()
    for start in architecture.journeys:
        way: dict[str, Iterator[str]] = {start.id: journeys_used(start.steps)}
        while way:
            current, used = next(reversed(way.items()))
            following = next(used, None)
            if following is None:
                done.add(current)
                del way[current]
            elif following in way:
                circle = list(way)
                return [*circle[circle.index(following) :], following]
            elif following not in done and (journey := architecture.journey_by_id.get(following)) is not None:
                way[following] = journeys_used(journey.steps)
    return []
