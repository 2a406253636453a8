"""What the hits of a cache save: after its reading, the next reading of another store in the same list of steps."""

from __future__ import annotations

from collections.abc import Mapping

from models.analysis.facts import Facts
from models.architecture import LinkStep
from models.architecture.journeys import AnyStep

_NOTHING: Mapping[int, float] = {}


def left_by_hits(facts: Facts, steps: tuple[AnyStep, ...]) -> Mapping[int, float]:
    """Index of a step -> the share of its uses that is left, of the readings that a cache before them spares.

    A cache that is read once and always, with a stated hit ratio, spares the next reading of another store by that
    ratio; where that is a cache as well, what follows its miss.
    """
    ratios = facts.elements_stating("hit_ratio")
    if not ratios or len(steps) < 2:
        return _NOTHING
    found: dict[int, float] = {}
    left, read = 1.0, set[str]()
    for i, step in enumerate(steps):
        if not isinstance(step, LinkStep):
            continue
        link = facts.architecture.link_by_id[step.link]
        if link.style != "shared_data" or facts.said(link, "access") == "write" or link.target in read:
            continue
        if _is_parallel(facts, steps, i):
            left, read = 1.0, set()
            continue
        if left < 1:
            found[i] = left
        if link.target in ratios and _once(facts, step):
            left *= 1.0 - float(ratios[link.target])
            read.add(link.target)
        else:
            left, read = 1.0, set()
    return found


def _once(facts: Facts, step: LinkStep) -> bool:
    link = facts.architecture.link_by_id[step.link]
    calls = facts.said(link, "calls_per_request") if step.calls is None else step.calls
    chance = facts.said(link, "probability") if step.probability is None else step.probability
    return calls in (None, 1) and chance in (None, 1)


def _is_parallel(facts: Facts, steps: tuple[AnyStep, ...], i: int) -> bool:
    """Whether a step starts together with the one before it, or the one after it with this."""
    return (i > 0 and _joins(facts, steps[i])) or (i + 1 < len(steps) and _joins(facts, steps[i + 1]))


def _joins(facts: Facts, step: AnyStep) -> bool:
    if not isinstance(step, LinkStep):
        return False
    if step.parallel is not None:
        return step.parallel
    return bool(facts.said(facts.architecture.link_by_id[step.link], "parallel_with_previous"))
