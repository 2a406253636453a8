"""How many calls of a link one request can become when what is behind fails: the attempts of all layers multiplied.

And how often one message can be delivered.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from models.analysis.facts import Facts, stated_attempts
from models.analysis.fixes.retry_plans import retry_ways, retry_weights
from models.analysis.graph.chains import undrawn_consumers, worst_chains
from models.analysis.messages.consumers import consuming
from models.architecture import ChoiceStep, LinkStep, UseStep
from models.architecture.journeys import AnyStep
from models.architecture.kinds import KINDS


@dataclass(frozen=True, slots=True)
class Amplification:
    """`calls` at worst, by what was stated (infinite with unlimited attempts); `start` is where the one request is."""

    link: str
    calls: float
    start: str


def amplification(facts: Facts) -> dict[str, Amplification]:
    """Link id -> the worst over all starts: entries, journeys and consumers of messages.

    Drawn journeys are followed step by step, everything else by one pass over the condensed graph, callers first.
    Within a circle each link is counted once behind what reaches the circle, and as far as the worst chains known go:
    the circle is a flaw of its own. A message is followed from whoever hands it on: `start` is that one, and what its
    consumer calls is counted by delivery. Of messages only those that are said to come more than once are told.
    """
    worst: dict[str, Amplification] = {}

    def note(link_id: str, calls: float, start: str) -> None:
        known = worst.get(link_id)
        if known is None or calls > known.calls:
            worst[link_id] = Amplification(link_id, calls, start)

    highest: dict[str, float] = {}

    def walk(steps: tuple[AnyStep, ...], calls: float, start: str) -> None:
        for step in steps:
            if isinstance(step, LinkStep):
                link = facts.architecture.link_by_id[step.link]
                if link.style == "sync":
                    here = calls * facts.attempts(link)
                    note(link.id, here, start)
                    walk(step.steps, here, start)
                else:
                    channel = KINDS[facts.architecture.element_by_id[link.target].kind].channel
                    walk(step.steps, 1.0, start if channel else link.target)
                walk(step.on_reply, 1.0, link.source)
                walk(step.on_failure, calls, start)
            elif isinstance(step, ChoiceStep):
                for branch in step.choice:
                    walk(branch.steps, calls, start)
            elif isinstance(step, UseStep) and calls > highest.get(step.use, 0.0):
                highest[step.use] = calls  # with fewer calls than before nothing in it would be the worst
                walk(facts.architecture.journey_by_id[step.use].steps, calls, start)

    for journey in facts.journeys:
        walk(journey.steps, stated_attempts(journey.client_retry), journey.entry)
    for link_id, calls, start in chain(_by_graph(facts), _by_worst_chains(facts), _messages(facts)):
        note(link_id, calls, start)
    return dict(sorted(worst.items()))


def _messages(facts: Facts) -> Iterator[tuple[str, float, str]]:
    """Each link over which a message can come to its consumer more than once, and how often, as it is said."""
    limits, guarantees = facts.stating("delivery.max_deliveries"), facts.stating("delivery.guarantee")
    for link in facts.once(consuming):
        said = limits.get(link.id, 1)
        if said != 1 and guarantees.get(link.id) != "at_most_once":
            yield link.id, math.inf if said == "unlimited" else float(said), link.source


def _by_worst_chains(facts: Facts) -> Iterator[tuple[str, float, str]]:
    for worst in worst_chains(facts, facts.once(retry_weights), facts.once(retry_ways), consumers=True):
        calls = worst.client_attempts
        for link_id in () if worst.drawn else worst.path[1::2]:
            calls *= facts.retried.get(link_id, 1.0)
            yield link_id, calls, worst.start


def _by_graph(facts: Facts) -> list[tuple[str, float, str]]:
    arriving: list[tuple[float, str] | None] = [None] * len(facts.sync_components)

    def arrive(element_id: str, calls: float, start: str) -> None:
        index = facts.component_of[element_id]
        known = arriving[index]
        if known is None or calls > known[0]:
            arriving[index] = calls, start

    for entry in facts.undrawn_entries:
        arrive(entry, 1.0, entry)
    for consumer in facts.once(undrawn_consumers):
        arrive(consumer, 1.0, consumer)
    for journey in facts.followed_journeys:
        arrive(journey.entry, stated_attempts(journey.client_retry), journey.entry)
    found = []
    for index in range(len(arriving) - 1, -1, -1):
        here = arriving[index]
        if here is None:
            continue
        for member in facts.sync_components[index]:
            for link in facts.sync_from[member]:
                calls = here[0] * facts.attempts(link)
                found.append((link.id, calls, here[1]))
                if facts.component_of[link.target] != index:
                    arrive(link.target, calls, here[1])
    return found
