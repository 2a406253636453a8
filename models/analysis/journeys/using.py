"""Journeys that use others."""

from __future__ import annotations

from models.analysis.facts import Facts
from models.architecture import Journey
from models.architecture.derived import steps_are_derived
from models.architecture.steps import journeys_used


def users_first(facts: Facts) -> list[Journey]:
    """The journeys whose steps someone drew, each before those that it uses."""
    found: dict[str, Journey] = {}

    def add(journey: Journey) -> None:
        if journey.id not in found:
            for used in journeys_used(journey.steps):
                add(facts.architecture.journey_by_id[used])
            found[journey.id] = journey

    for journey in reversed(facts.journeys):
        add(journey)
    return [journey for journey in reversed(found.values()) if not steps_are_derived(journey)]
