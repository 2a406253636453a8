"""What is said of calls that would be messages, against the architecture in which they are."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from models.analysis import catalogue
from models.analysis.facts import Facts
from models.analysis.fixes.repairs import as_messages
from models.analysis.fixes.trial import brings_error
from models.analysis.graph.closures import closures
from models.analysis.journeys.latency import journey_ms
from models.analysis.journeys.promises import answering, availabilities, availability_within
from models.analysis.journeys.unwaited import needs_without, times_without
from models.architecture import Architecture
from models.architecture.derived import steps_are_derived
from tests.models.analysis.flawed import flawed

SYSTEMS = 240
TOGETHER = 40
WATCHED = ("T03", "T10", "M04", "R03", "R05", "R07")
"""Rules whose errors a message in place of a call could be thought to bring."""


def some_calls(facts: Facts, dice: Random) -> Iterator[set[str]]:
    """A few sets of calls of services over the network, of one call and of several."""
    calls = [link.id for link in facts.sync_links if facts.kind[link.source] == "service"]
    for count in (1, 1, 2, 3):
        if len(calls) >= count:
            yield set(dice.sample(calls, count))


def systems(first: int) -> Iterator[tuple[str, Facts, set[str], Architecture]]:
    for seed in range(first, first + TOGETHER):
        facts = Facts(flawed(seed), catalogue())
        for gone in some_calls(facts, Random(seed)):
            yield f"system {seed} without {sorted(gone)}", facts, gone, as_messages(facts.architecture, gone, "T10")


@pytest.mark.parametrize("first", range(0, SYSTEMS, TOGETHER))
def test_times_and_needs_without_calls_are_those_of_the_system_with_messages_instead(first: int) -> None:
    compared = set()
    for system, facts, gone, messages in systems(first):
        after = Facts(messages, facts.rules)
        for journey in facts.every_journey:
            later = messages.journey_by_id[journey.id]
            took = journey_ms(after, later)
            assert times_without(facts, journey)(gone) == pytest.approx(took), system
            mask = needs_without(facts, journey)(gone)
            needed = after.once(answering)[journey.id]
            assert frozenset(facts.once(closures).unpack(mask)) == needed, system
            product = 1.0
            for value in availabilities(after, needed).values():
                product *= value
            whole = needs_without(facts, journey)(frozenset())
            assert availability_within(facts, whole)(mask) == pytest.approx(product), system
            compared.add((steps_are_derived(journey), took < journey_ms(facts, journey)))
    assert compared == {(True, True), (True, False), (False, True), (False, False)}


@pytest.mark.parametrize("first", range(0, SYSTEMS, TOGETHER))
def test_messages_in_place_of_calls_bring_no_error_of_waiting_trying_again_or_doing_twice(first: int) -> None:
    for system, facts, _, messages in systems(first):
        assert not brings_error(facts, messages, WATCHED), system
