"""What is said beforehand of a change, against the rules' own judgement of the changed system."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from models.analysis import catalogue
from models.analysis.facts import Facts
from models.analysis.fixes.notifying import keeps_up, notified, polling, writer_for
from models.analysis.fixes.trial import brings_error
from models.analysis.fixes.widening import rests_on_one, with_instances
from models.analysis.rules.data import bulk_over_messages, stale_poll
from models.analysis.stores.connections import overfilled
from models.architecture import Service, allowed
from tests.benchmarks.fixes_speed import flawed_with
from tests.models.analysis.flawed import flawed

SYSTEMS = 240


def systems() -> Iterator[Facts]:
    return (Facts(flawed(seed), catalogue()) for seed in range(SYSTEMS))


@pytest.mark.parametrize("count", [1, 2, 5])
def test_more_instances_break_orders_and_forget_questions_as_the_rules_say(count: int) -> None:
    seen: Counter[bool] = Counter()
    for facts in systems():
        for service in facts.elements_of("service"):
            assert isinstance(service, Service)
            after = with_instances(service.id, count, "R12", facts.architecture)
            expected = brings_error(facts, after, ("M06", "Q02"))
            assert rests_on_one(facts, service, count) == expected, (service, facts.architecture)
            seen[expected] += 1
    assert count == 1 or min(seen[True], seen[False]) > 10


def test_a_store_beside_a_link_brings_the_errors_that_the_rules_say() -> None:
    seen: Counter[bool] = Counter()
    for facts in systems():
        for link in facts.links:
            if link.style != "shared_data" and facts.kind[link.source] in ("service", "external"):
                after = bulk_over_messages.by_reference(link.id, facts.architecture)
                expected = brings_error(facts, after, ("T01", "T03", "D01", "M05", "R01"))
                assert bulk_over_messages.would_bring_error(facts, link) == expected, (link, facts.architecture)
                seen[expected] += 1
    assert min(seen[True], seen[False]) > 10


def test_polling_more_often_overfills_a_store_as_the_rule_says() -> None:
    seen: Counter[bool] = Counter()
    for facts in systems():
        for link, interval in polling(facts):
            for shorter in (interval / 3, interval / 1000, interval / 1_000_000):
                after = stale_poll.with_interval(link.id, shorter, facts.architecture)
                expected = brings_error(facts, after, ("D05",))
                more = [(link, 1000.0 / shorter - 1000.0 / interval)]
                assert overfilled(facts, link.target, more) == expected, (link, facts.architecture)
                seen[expected] += 1
    assert min(seen[True], seen[False]) > 5


def test_who_is_told_of_changes_is_overloaded_as_the_rules_say() -> None:
    seen: Counter[bool] = Counter()
    for facts in systems():
        for link, _ in polling(facts):
            for writer in facts.elements_of("service"):
                if writer.id != link.source and allowed("event", "service", facts.kind[link.source]):
                    after = notified(facts.architecture, link.id, writer.id, "D03")
                    expected = not brings_error(facts, after, ("D05", "M07", "R09"))
                    assert keeps_up(facts, link, writer.id) == expected, (link, writer.id, facts.architecture)
                    seen[expected] += 1
    assert min(seen[True], seen[False]) > 5


def test_who_is_told_of_changes_in_larger_systems_is_overloaded_as_the_rules_say() -> None:
    seen: Counter[bool] = Counter()
    for seed in (1, 2, 3):
        facts = Facts(flawed_with(10, 0, 0.8, seed=seed)(30), catalogue())
        for link, _ in polling(facts):
            writer = writer_for(facts, link)
            if writer is not None:
                after = notified(facts.architecture, link.id, writer, "D03")
                expected = not brings_error(facts, after, ("D05", "M07", "R09"))
                assert keeps_up(facts, link, writer) == expected, (link, writer, facts.architecture)
                seen[expected] += 1
    assert min(seen[True], seen[False]) > 2
