"""What the slowest path of a journey is made of: the mean times that `latency` adds up, by element."""

from __future__ import annotations

from collections.abc import Iterator

from models.analysis.facts import Facts
from models.analysis.journeys.latency import (
    WORKING,
    followed_ms,
    is_parallel,
    is_waited_for,
    network_ms,
    steps_ms,
    uses_of,
    waited_links,
    waiting_groups,
    work_ms,
)
from models.architecture import ChoiceStep, Journey, LinkStep, UseStep, mean_of
from models.architecture.derived import steps_are_derived
from models.architecture.journeys import AnyStep, WorkStep

Shares = dict[str, float]
"""Element id -> mean ms of a journey that pass there, the way there and back included; those of none left out."""


def shares(facts: Facts, journey: Journey) -> Shares:
    """Where the time of a journey goes; they add up to `journey_ms`."""
    found: Shares = {}
    if steps_are_derived(journey):
        _follow(facts, journey.entry, found)
    else:
        if facts.kind[journey.entry] in WORKING:
            _add(found, journey.entry, work_ms(facts, journey.entry))
        _of_steps(facts, journey.steps, journey.entry, 1.0, found, {})
    return found


def _add(found: Shares, element_id: str, milliseconds: float) -> None:
    if milliseconds > 0:
        found[element_id] = found.get(element_id, 0.0) + milliseconds


def _of_steps(
    facts: Facts,
    steps: tuple[AnyStep, ...],
    here: str,
    times: float,
    found: Shares,
    used: dict[tuple[str, str], Shares],
) -> None:
    """Adds what so many runs take; `used` keeps one run of each journey that is used, by its id and where it is."""
    for step in _slowest_of_each_group(facts, steps):
        if isinstance(step, LinkStep):
            link = facts.architecture.link_by_id[step.link]
            if not is_waited_for(facts, link):
                continue
            uses = times * uses_of(facts, link, step)
            own = work_ms(facts, link.target) if step.work_ms is None else mean_of(step.work_ms)
            _add(found, link.target, uses * (own * (facts.kind[link.target] in WORKING) + network_ms(facts, link)))
            _of_steps(facts, step.steps, link.target, uses, found, used)
        elif isinstance(step, ChoiceStep):
            whole = sum(branch.weight for branch in step.choice)
            for branch in step.choice:
                _of_steps(facts, branch.steps, here, times * branch.weight / whole, found, used)
        elif isinstance(step, UseStep):
            if (step.use, here) not in used:
                once: Shares = {}
                _of_steps(facts, facts.architecture.journey_by_id[step.use].steps, here, 1.0, once, used)
                used[step.use, here] = once
            for element_id, milliseconds in used[step.use, here].items():
                _add(found, element_id, times * milliseconds)
        elif isinstance(step, WorkStep):
            _add(found, here, times * mean_of(step.work_ms))


def _slowest_of_each_group(facts: Facts, steps: tuple[AnyStep, ...]) -> Iterator[AnyStep]:
    group: list[AnyStep] = []
    for step in steps:
        together = isinstance(step, LinkStep) and is_parallel(facts, facts.architecture.link_by_id[step.link], step)
        if group and not together:
            yield max(group, key=lambda one: steps_ms(facts, (one,)))
            group = []
        group.append(step)
    if group:
        yield max(group, key=lambda one: steps_ms(facts, (one,)))


def _follow(facts: Facts, entry: str, found: Shares) -> None:
    """Callers before those they wait for, as often as they are reached; what leads back in a circle works once more."""
    waits_of, answers = facts.once(waited_links), facts.once(followed_ms)
    ordered = [member for members in facts.once(waiting_groups) for member in members]
    rank = {member: i for i, member in enumerate(ordered)}
    reached = {entry: 1.0}
    for member in reversed(ordered[: rank[entry] + 1]):
        if (times := reached.get(member, 0.0)) == 0:
            continue
        _add(found, member, times * work_ms(facts, member))
        groups: list[list[tuple[float, str, float, float]]] = [[]]
        for one in waits_of.get(member, ()):
            below = answers[one.target] if rank[one.target] < rank[member] else work_ms(facts, one.target)
            way = network_ms(facts, one.link)
            if not is_parallel(facts, one.link):
                groups.append([])
            groups[-1].append((one.uses * (below + way), one.target, one.uses * times, way))
        for _, target, uses, way in (max(group) for group in groups if group):
            _add(found, target, uses * way)
            if rank[target] < rank[member]:
                reached[target] = reached.get(target, 0.0) + uses
            else:
                _add(found, target, uses * work_ms(facts, target))
