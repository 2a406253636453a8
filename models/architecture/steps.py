"""Walking over the steps of journeys, which hold steps themselves."""

from collections.abc import Callable, Iterator
from typing import Any

from models.architecture.base import replace
from models.architecture.journeys import AnyStep, ChoiceStep, LinkStep, UseStep

NESTED = ("steps", "on_reply", "on_failure")
"""Where a link's step holds further steps."""


def every_step(steps: tuple[AnyStep, ...]) -> Iterator[AnyStep]:
    """Each step, then those inside it, in the order of the file."""
    for step in steps:
        yield step
        if isinstance(step, LinkStep):
            for name in NESTED:
                yield from every_step(getattr(step, name))
        elif isinstance(step, ChoiceStep):
            for branch in step.choice:
                yield from every_step(branch.steps)


def links_used(steps: tuple[AnyStep, ...]) -> Iterator[str]:
    """Ids of the links that these steps use, at any depth, as often as they do."""
    return (step.link for step in every_step(steps) if isinstance(step, LinkStep))


def journeys_used(steps: tuple[AnyStep, ...]) -> Iterator[str]:
    """Ids of the journeys that these steps use, at any depth."""
    return (step.use for step in every_step(steps) if isinstance(step, UseStep))


def mapped(steps: tuple[AnyStep, ...], change: Callable[[AnyStep], AnyStep]) -> tuple[AnyStep, ...]:
    """The steps with `change` made to each, after it was made to those inside it."""
    return turns_mapped(steps, lambda turn: tuple(map(change, turn)))


def turns_mapped(
    steps: tuple[AnyStep, ...], change: Callable[[tuple[AnyStep, ...]], tuple[AnyStep, ...]]
) -> tuple[AnyStep, ...]:
    """The steps with `change` made to all that one element does in one turn, after it was made to those inside them."""
    return change(tuple(_inner(step, change) for step in steps))


def _inner(step: AnyStep, change: Callable[[tuple[AnyStep, ...]], tuple[AnyStep, ...]]) -> AnyStep:
    changes: dict[str, Any] = {}
    if isinstance(step, LinkStep):
        changes = {name: turns_mapped(nested, change) for name in NESTED if (nested := getattr(step, name))}
    elif isinstance(step, ChoiceStep):
        branches = (replace(branch, steps=turns_mapped(branch.steps, change)) for branch in step.choice)
        changes = {"choice": tuple(branches)}
    return replace(step, **changes) if changes else step
