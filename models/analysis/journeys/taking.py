"""What comes of a message in a journey: everyone who takes from its channel does, drawn or not."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from models.analysis.facts import Facts
from models.analysis.messages.consumers import speed
from models.analysis.stores.hits import left_by_hits
from models.architecture import ChoiceStep, Link, LinkStep
from models.architecture.journeys import AnyStep
from models.architecture.kinds import CHANNELS


def with_all_consumers(facts: Facts, step: LinkStep) -> tuple[AnyStep, ...]:
    """The steps within one; of a step into a channel, also those of consumers that it does not tell of."""
    channel = facts.architecture.link_by_id[step.link].target
    if facts.kind[channel] not in CHANNELS:
        return step.steps
    told = {inner.link for inner in _of_turn(step.steps)}
    consumers = facts.architecture.links_from[channel]
    return (*step.steps, *(LinkStep(link=link.id) for link in consumers if link.id not in told))


def shares(facts: Facts, steps: tuple[AnyStep, ...]) -> Mapping[int, float]:
    """Index of a step -> its share of the uses that its turn has for it, where that is not all.

    A cache leaves some readings behind it (`left_by_hits`), and consumers of one queue take their `parts`, unless
    it is said how likely one is.
    """
    left = left_by_hits(facts, steps)
    taking = {i: step for i, step in enumerate(steps) if isinstance(step, LinkStep)} if len(steps) > 1 else {}
    if not taking or facts.kind[_source(facts, next(iter(taking.values())))] != "queue":
        return left
    links = {step.link for step in taking.values()}
    chances = facts.stating("probability")
    if len(links) < 2 or any(step.probability is not None or step.link in chances for step in taking.values()):
        return left
    taken = parts(facts, [facts.architecture.link_by_id[link_id] for link_id in links])
    return {**left, **{i: taken[step.link] for i, step in taking.items()}}


def parts(facts: Facts, links: Sequence[Link]) -> dict[str, float]:
    """Link id -> the part of a queue's messages that is taken over it: by how fast its consumers are, else equal parts.

    Whoever is done takes the next one, so that none falls behind before all do.
    """
    speeds = {link.id: speed(facts, link) for link in links}
    known = [one for one in speeds.values() if one is not None]
    whole = sum(known)
    if len(known) < len(links) or not math.isfinite(whole):
        return dict.fromkeys(speeds, 1.0 / len(links))
    return {link_id: (one or 0.0) / whole for link_id, one in speeds.items()}


def _source(facts: Facts, step: LinkStep) -> str:
    return facts.architecture.link_by_id[step.link].source


def _of_turn(steps: tuple[AnyStep, ...]) -> Iterable[LinkStep]:
    for step in steps:
        if isinstance(step, LinkStep):
            yield step
        elif isinstance(step, ChoiceStep):
            for branch in step.choice:
                yield from _of_turn(branch.steps)
