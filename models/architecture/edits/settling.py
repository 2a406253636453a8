"""After a part has changed or gone: what hung on it and can no longer stand is let go."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from models.architecture.base import replace
from models.architecture.edits.error import EditError, changed
from models.architecture.journeys import AnyStep, ChoiceStep, Journey, LinkStep, UseStep
from models.architecture.links import Link
from models.architecture.model import Architecture
from models.architecture.scenarios import Scenario
from models.architecture.settings import SettingError, Settings


def settled(architecture: Architecture, changes: Mapping[str, Any]) -> Architecture:
    """`architecture` with `changes`, without the scenario settings that no longer lead anywhere."""
    scenarios: tuple[Scenario, ...] = changes.get("scenarios", architecture.scenarios)
    if not any(scenario.set for scenario in scenarios):
        return changed(architecture, changes)
    try:
        return changed(architecture, changes)
    except EditError:
        silent = tuple(replace(scenario, set={}) for scenario in scenarios)
        after = changed(architecture, {**changes, "scenarios": silent})
        return changed(after, {"scenarios": tuple(_still_set(after, scenario) for scenario in scenarios)})


def _still_set(architecture: Architecture, scenario: Scenario) -> Scenario:
    settings = Settings(architecture)
    kept = {}
    for path, value in scenario.set.items():
        with suppress(SettingError):
            settings.make(path, value)
            kept[path] = value
    return scenario if len(kept) == len(scenario.set) else replace(scenario, set=kept)


def walkable(
    journeys: tuple[Journey, ...], links: Mapping[str, Link], elements: Mapping[str, object]
) -> tuple[Journey, ...]:
    """The journeys that still have an entry, without the steps that no longer stand where they could be walked."""
    entries = {journey.id: journey.entry for journey in journeys if journey.entry in elements}
    kept = []
    for journey in journeys:
        if journey.id in entries:
            steps = _walkable(journey.steps, links, entries, journey.entry, None)
            kept.append(journey if steps is journey.steps else replace(journey, steps=steps))
    return tuple(kept)


def _walkable(
    steps: tuple[AnyStep, ...], links: Mapping[str, Link], entries: Mapping[str, str], where: str, store: str | None
) -> tuple[AnyStep, ...]:
    kept = [after for step in steps if (after := _step(step, links, entries, where, store)) is not None]
    if len(kept) == len(steps) and all(after is step for after, step in zip(kept, steps, strict=True)):
        return steps
    return tuple(kept)


def _step(
    step: AnyStep, links: Mapping[str, Link], entries: Mapping[str, str], where: str, store: str | None
) -> AnyStep | None:
    if isinstance(step, UseStep):
        return step if entries.get(step.use) == where else None
    if isinstance(step, ChoiceStep):
        branches = []
        for branch in step.choice:
            steps = _walkable(branch.steps, links, entries, where, store)
            branches.append(branch if steps is branch.steps else replace(branch, steps=steps))
        same = all(after is before for after, before in zip(branches, step.choice, strict=True))
        return step if same else replace(step, choice=tuple(branches))
    if not isinstance(step, LinkStep):
        return step
    link = links.get(step.link)
    if link is None:
        return None
    reader = store is not None and link.style == "shared_data" and link.target == store
    if link.source != where and not reader:
        return None
    there = link.source if reader else link.target
    written = link.target if link.style == "shared_data" and not reader else None
    after = {
        "steps": _walkable(step.steps, links, entries, there, written),
        "on_reply": _walkable(step.on_reply, links, entries, link.source, None),
        "on_failure": _walkable(step.on_failure, links, entries, link.source, None),
    }
    same = all(after[name] is getattr(step, name) for name in after)
    return step if same else replace(step, **after)
