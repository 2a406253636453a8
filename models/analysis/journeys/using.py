"""Journeys that use others."""

from __future__ import annotations

from collections.abc import Iterator

from models.analysis.facts import Facts
from models.architecture import Journey
from models.architecture.derived import steps_are_derived
from models.architecture.steps import journeys_used


def users_first(facts: Facts) -> list[Journey]:
    """The journeys whose steps someone drew, each before those that it uses."""
    found: dict[str, Journey] = {}
    for journey in reversed(facts.journeys):
        waiting = [_with_uses(journey)] if journey.id not in found else []
        while waiting:
            top, uses = waiting[-1]
            fresh = next((used for used in uses if used not in found), None)
            if fresh is None:
                found[top.id] = top
                waiting.pop()
            else:
                waiting.append(_with_uses(facts.architecture.journey_by_id[fresh]))
    return [journey for journey in reversed(found.values()) if not steps_are_derived(journey)]


def _with_uses(journey: Journey) -> tuple[Journey, Iterator[str]]:
    """A journey and the ids of those that it uses."""
    return journey, iter(journeys_used(journey.steps))
