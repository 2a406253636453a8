"""Mean times along journeys, from what was stated alone: what nobody said counts as nothing, so all are lower bounds.

With facts that assume (`Facts(..., assumes=True)`) what nobody said comes from the table of assumptions instead.

Sequential steps add up, parallel ones count with their longest; queueing, retries and failures are left out. The mean
of a sum is the sum of means; the mean of a maximum is at least the greatest mean.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from models.analysis.facts import Facts
from models.analysis.graph.components import components
from models.analysis.journeys.taking import shares, with_all_consumers
from models.analysis.journeys.using import users_first
from models.analysis.messages.replies import asked_queues
from models.analysis.reach import followed_rates, rate_of
from models.analysis.stores.hits import left_by_hits
from models.analysis.stores.store_uses import beneath_writes, held_ms, in_own_time, store_uses
from models.architecture import (
    ASSUMPTIONS,
    ChoiceStep,
    Element,
    Journey,
    Link,
    LinkStep,
    UseStep,
    assumed,
    mean_of,
)
from models.architecture.derived import steps_are_derived
from models.architecture.journeys import AnyStep, WorkStep
from models.architecture.values import AnyDistribution

WORKING = ("service", "external", "datastore")
_NONE: Mapping[str, float] = {}


class Waited(NamedTuple):
    """A link on which its source waits; `uses` on average whenever the source is reached.

    `tail`: it is remote, and no second call is sent when it is slow.
    """

    id: str
    link: Link
    target: str
    uses: float
    tail: bool


@dataclass
class Load:
    """What comes to one element: uses per second, and ms of its workers' time per second."""

    rate: float = 0.0
    held: float = 0.0
    by_link: dict[str, float] = field(default_factory=dict)
    """Link id -> uses per second over it."""
    spanned: dict[str, float] = field(default_factory=dict)
    """Link id -> ms per second for which transactions over it hold a store after their own access."""
    worked: dict[str, float] = field(default_factory=dict)
    """Link id -> ms of the element's own work per second on calls and messages over it."""


def _mean(facts: Facts, part: Element | Link, attribute: str, value: AnyDistribution | None) -> float:
    """The mean in ms of what was said; of the assumption where the facts assume, else 0."""
    if value is None and facts.assumes:
        value = assumed(part, attribute)
    return 0.0 if value is None else mean_of(value)


def is_waited_for(facts: Facts, link: Link) -> bool:
    """Whether the source of a link waits for what its target does: calls, awaited replies, access to data."""
    return _is_waited_for(link.style, link.id, facts.once(in_own_time), facts.stating("awaited"))


def _is_waited_for(style: str, link_id: str, own_time: Collection[str], awaited: Mapping[str, object]) -> bool:
    if style == "shared_data":
        return link_id not in own_time
    return style == "sync" or (style == "async" and awaited.get(link_id) is True)


def waited_links(facts: Facts) -> dict[str, list[Waited]]:
    """Shared fact: element id -> the links on which it waits; elements that wait for nothing are absent."""
    hedged, calls, chances = (facts.stating(name) for name in ("hedge_after_ms", "calls_per_request", "probability"))
    found: dict[str, list[Waited]] = {}
    in_process, own_time, awaited = facts.in_process, facts.once(in_own_time), facts.stating("awaited")
    for link_id, source, target, style, link in facts.architecture.arcs:
        if style == "sync" or _is_waited_for(style, link_id, own_time, awaited):
            uses = 1.0
            if link_id in calls or link_id in chances:
                uses = float(calls.get(link_id, 1.0)) * float(chances.get(link_id, 1.0))
            one = Waited(link_id, link, target, uses, link_id not in hedged and link_id not in in_process)
            if source in found:
                found[source].append(one)
            else:
                found[source] = [one]
    return found


def waiting_groups(facts: Facts) -> list[list[str]]:
    """Shared fact: elements that wait for each other in groups, mostly of one, callees before those who wait for them.

    Like the components of synchronous calls, with what else is waited for: replies, those from behind queues included,
    and data that a service holds.
    """
    own_time, awaited, asked = facts.once(in_own_time), facts.stating("awaited"), facts.once(asked_queues)
    others = [arc for style in ("async", "shared_data") for arc in facts.arcs_of(style)]
    beyond = (arc for arc in others if facts.kind[arc[2]] != "datastore")
    if not asked and not any(_is_waited_for(arc[3], arc[0], own_time, awaited) for arc in beyond):
        return facts.sync_components
    waits_of = facts.once(waited_links)
    onward = {here: [one.target for one in waits_of.get(here, ())] for here in sorted(facts.kind)}
    for queue, taking in asked.items():
        onward[queue] += [link.target for link in taking]
    return components(onward)


def waiting_place(facts: Facts) -> dict[str, int]:
    """Shared fact: element id -> index of its group in `waiting_groups`."""
    return {member: i for i, members in enumerate(facts.once(waiting_groups)) for member in members}


def uses_of(facts: Facts, link: Link, step: LinkStep | None = None) -> float:
    """Mean uses whenever its source is reached; a step's own words replace the link's."""
    calls = step.calls if step is not None else None
    chance = step.probability if step is not None else None
    calls = facts.said(link, "calls_per_request") if calls is None else calls
    chance = facts.said(link, "probability") if chance is None else chance
    return (1.0 if calls is None else float(calls)) * (1.0 if chance is None else float(chance))


def network_ms(facts: Facts, link: Link) -> float:
    """Mean time on the way, there and back, as stated; 0 within a process."""
    return 2.0 * _mean(facts, link, "network_ms", facts.said(link, "network_ms")) if facts.remote(link) else 0.0


def is_parallel(facts: Facts, link: Link, step: LinkStep | None = None) -> bool:
    """Whether it starts together with what stands before it."""
    own = step.parallel if step is not None else None
    return bool(facts.said(link, "parallel_with_previous") if own is None else own)


def work_ms(facts: Facts, element_id: str) -> float:
    """Mean work of an element per use, as stated."""
    work = _work(facts, element_id)
    return 0.0 if work is None else mean_of(work)


def answer_ms(facts: Facts, link: Link, step: LinkStep) -> float:
    """Mean time of one use of a link in a drawn journey, without the way there and back.

    What is written into a store that nobody drew is done when it is stored: what stands under it is its reader's.
    """
    own, answers = own_ms(facts, link, step)
    return own + steps_ms(facts, step.steps) if answers else own


def own_ms(facts: Facts, link: Link, step: LinkStep) -> tuple[float, bool]:
    """Mean time of the target itself in one such use, and whether its answer waits for the steps inside as well."""
    if _is_implied_store(facts, link):
        return store_ms(facts, link), False
    if link.style == "shared_data":
        return store_ms(facts, link, step.work_ms), True
    if facts.kind[link.target] in WORKING:
        return (work_ms(facts, link.target) if step.work_ms is None else mean_of(step.work_ms)), True
    return 0.0, True


def store_ms(facts: Facts, link: Link, work: AnyDistribution | None = None) -> float:
    """Mean time of one use of a store, drawn or not: its `work`, or the transaction where that is longer."""
    if work is None and not _is_implied_store(facts, link):
        work = _work(facts, link.target)
    elif work is None and facts.assumes:
        work = ASSUMPTIONS["datastore"]["work_ms"]
    return held_ms(facts, link, 0.0 if work is None else work)


def _work(facts: Facts, element_id: str) -> AnyDistribution | None:
    """The work of an element: what was said, else the assumption where the facts assume."""
    element = facts.architecture.element_by_id[element_id]
    said: AnyDistribution | None = element.__dict__.get("work_ms")
    return assumed(element, "work_ms") if said is None and facts.assumes else said


def _is_implied_store(facts: Facts, link: Link) -> bool:
    return link.style == "shared_data" and facts.kind[link.target] != "datastore"


def step_ms(facts: Facts, step: LinkStep) -> float:
    """Mean time for which whoever takes a step waits for it, all its calls together."""
    link = facts.architecture.link_by_id[step.link]
    if not is_waited_for(facts, link):
        return 0.0
    return uses_of(facts, link, step) * (answer_ms(facts, link, step) + network_ms(facts, link))


def beside_ms(waited: Iterable[tuple[float, bool]]) -> float:
    """The time of what is waited for one after the other; what is parallel starts together with what is before it."""
    total = widest = 0.0
    for milliseconds, parallel in waited:
        if parallel:
            widest = max(widest, milliseconds)
        else:
            total, widest = total + widest, milliseconds
    return total + widest


def steps_ms(facts: Facts, steps: tuple[AnyStep, ...]) -> float:
    """Mean time for which whoever takes the steps waits for them."""
    return beside_ms(_waited(facts, steps)) if steps else 0.0


def _waited(facts: Facts, steps: tuple[AnyStep, ...]) -> Iterator[tuple[float, bool]]:
    """Of each step: its mean time, and whether it starts together with the one before it."""
    left = left_by_hits(facts, steps)
    for i, step in enumerate(steps):
        waited, parallel = 0.0, False
        if isinstance(step, LinkStep):
            waited = left.get(i, 1.0) * step_ms(facts, step)
            parallel = is_parallel(facts, facts.architecture.link_by_id[step.link], step)
        elif isinstance(step, ChoiceStep):
            whole = sum(branch.weight for branch in step.choice)
            waited = sum(branch.weight / whole * steps_ms(facts, branch.steps) for branch in step.choice)
        elif isinstance(step, UseStep):
            waited = _used_ms(facts, step.use)
        elif isinstance(step, WorkStep):
            waited = mean_of(step.work_ms)
        yield waited, parallel


def _used_ms(facts: Facts, journey_id: str) -> float:
    """Mean time for which whoever uses the journey waits for its steps."""
    known = facts.once(_known_ms)
    if journey_id not in known:
        known[journey_id] = steps_ms(facts, facts.architecture.journey_by_id[journey_id].steps)
    return known[journey_id]


def _known_ms(_facts: Facts) -> dict[str, float]:
    return {}


def journey_ms(facts: Facts, journey: Journey) -> float:
    """Mean time from the entry's request to its response."""
    own = work_ms(facts, journey.entry) if facts.kind[journey.entry] in WORKING else 0.0
    if steps_are_derived(journey):
        return facts.once(followed_ms)[journey.entry]
    return own + steps_ms(facts, journey.steps)


def followed_ms(facts: Facts) -> dict[str, float]:
    """Shared fact: element id -> mean time of its answer when it uses all its links; circles count once."""
    return answers_of(facts, facts.once(waited_links), facts.once(waiting_groups))


def answers_of(
    facts: Facts, waits_of: Mapping[str, list[Waited]], groups: list[list[str]], known: Mapping[str, float] = _NONE
) -> dict[str, float]:
    """Element id -> mean time of its answer, of those in `groups`, by what each waits for; `known` are those below."""
    answers: dict[str, float] = {}
    stores, network, beside = facts.once(_stores_ms), facts.once(_network_ms), facts.stating("parallel_with_previous")
    for members in groups:
        for member in members:
            total = widest = 0.0
            for one in waits_of.get(member, ()):
                if one.id in stores:
                    below = stores[one.id]
                elif one.target in answers:
                    below = answers[one.target]
                else:
                    below = known[one.target] if one.target in known else work_ms(facts, one.target)
                waited = one.uses * (below + network.get(one.id, 0.0))
                if beside.get(one.id):
                    widest = max(widest, waited)
                else:
                    total, widest = total + widest, waited
            answers[member] = work_ms(facts, member) + total + widest
    return answers


def _stores_ms(facts: Facts) -> dict[str, float]:
    """Shared fact: id of a data access that is waited for -> mean time of one use."""
    data = facts.links_of("shared_data")
    return {link.id: store_ms(facts, link) for link in data if is_waited_for(facts, link)}


def _network_ms(facts: Facts) -> dict[str, float]:
    """Shared fact: link id -> mean time on the way there and back, of links where it is any."""
    said = facts.links if facts.assumes else (facts.architecture.link_by_id[one] for one in facts.stating("network_ms"))
    return {link.id: took for link in said if (took := network_ms(facts, link))}


def loads(facts: Facts) -> dict[str, Load]:
    """Shared fact: element id -> what comes to it at the journeys' rates; a blocking service is held while it waits."""
    found: dict[str, Load] = {}
    used: dict[str, float] = {}
    for journey in users_first(facts):
        rate = rate_of(journey.load)
        if rate is not None:
            own = work_ms(facts, journey.entry) if facts.kind[journey.entry] in WORKING else 0.0
            _note_entry(facts, journey, rate, own + _used_ms(facts, journey.id), found)
        if rate is not None or journey.id in used:
            _note_steps(facts, journey.steps, (rate or 0.0) + used.get(journey.id, 0.0), found, used)
    whole = facts.once(followed_ms) if facts.followed_journeys else {}
    for journey in facts.followed_journeys:
        rate = rate_of(journey.load)
        if rate is not None:
            _note_entry(facts, journey, rate, whole[journey.entry], found)
    for link_id, rate in facts.once(followed_rates).items():
        link = facts.architecture.link_by_id[link_id]
        if link.style != "shared_data" and facts.kind[link.target] in WORKING:
            held = whole[link.target] if holds(facts, link.target) else work_ms(facts, link.target)
            _note(found, link.target, link_id, rate, held, work_ms(facts, link.target))
    for store, uses in facts.once(store_uses).items():
        for link, rate in uses:
            _note(found, store, link.id, rate, store_ms(facts, link))
    return found


def _note_entry(facts: Facts, journey: Journey, rate: float, answer: float, found: dict[str, Load]) -> None:
    """A journey that starts at a service or an external keeps its workers busy too."""
    entry = journey.entry
    if facts.kind[entry] in WORKING:
        _note(found, entry, None, rate, answer if holds(facts, entry) else work_ms(facts, entry))


def holds(facts: Facts, element_id: str) -> bool:
    """Whether its workers wait with their calls."""
    threading = facts.architecture.element_by_id[element_id].__dict__.get("threading")
    return threading == "blocking" or (threading is None and facts.assumes)


def _note_steps(
    facts: Facts, steps: tuple[AnyStep, ...], rate: float, found: dict[str, Load], used: dict[str, float]
) -> None:
    """Notes what the steps do at this rate; in `used` how often other journeys are used, which is noted later."""
    left = shares(facts, steps)
    for i, step in enumerate(steps):
        if isinstance(step, LinkStep):
            link = facts.architecture.link_by_id[step.link]
            here = rate * left.get(i, 1.0) * uses_of(facts, link, step)
            if link.style == "shared_data":
                _note_reader(facts, link, step, here, found)
                _note_spanned(facts, link, steps[i:], here, found)
            elif facts.kind[link.target] in WORKING:
                own = work_ms(facts, link.target) if step.work_ms is None else mean_of(step.work_ms)
                held = answer_ms(facts, link, step) if holds(facts, link.target) else own
                _note(found, link.target, link.id, here, held, own)
            _note_steps(facts, with_all_consumers(facts, step), here, found, used)
            if step.on_reply and facts.kind[link.source] in WORKING:
                held = steps_ms(facts, step.on_reply) if holds(facts, link.source) else 0.0
                _note(found, link.source, link.id, here, held)
            _note_steps(facts, step.on_reply, here, found, used)
        elif isinstance(step, ChoiceStep):
            whole = sum(branch.weight for branch in step.choice)
            for branch in step.choice:
                _note_steps(facts, branch.steps, rate * branch.weight / whole, found, used)
        elif isinstance(step, UseStep):
            used[step.use] = used.get(step.use, 0.0) + rate


def _note_reader(facts: Facts, link: Link, step: LinkStep, rate: float, found: dict[str, Load]) -> None:
    """What whoever finds a change in common data does with it, a worker for each; the store itself is no worker."""
    if _is_implied_store(facts, link):
        reader = link.target if step.steps and facts.said(link, "access") != "read" else None
    else:
        reader = link.source if link.id in facts.once(beneath_writes) else None
    if reader is not None and facts.kind[reader] in WORKING:
        own = work_ms(facts, reader)
        _note(found, reader, link.id, rate, own + steps_ms(facts, step.steps) if holds(facts, reader) else own)


def _note_spanned(facts: Facts, link: Link, steps: tuple[AnyStep, ...], rate: float, found: dict[str, Load]) -> None:
    """A transaction that spans calls keeps its connection until the steps after its access, the first, are over."""
    access, after = steps[0], steps[1:]
    spans = facts.said(link, "spans_calls") is True and isinstance(access, LinkStep) and not access.on_failure
    if spans and any(isinstance(step, LinkStep) for step in after) and not _is_implied_store(facts, link):
        busy = rate * steps_ms(facts, after)
        load = found.setdefault(link.target, Load())
        load.held += busy
        load.spanned[link.id] = load.spanned.get(link.id, 0.0) + busy


def _note(
    found: dict[str, Load], element_id: str, link_id: str | None, rate: float, held_ms: float, own_ms: float = 0.0
) -> None:
    load = found.setdefault(element_id, Load())
    load.rate += rate
    load.held += rate * held_ms
    if link_id is not None:
        load.by_link[link_id] = load.by_link.get(link_id, 0.0) + rate
        load.worked[link_id] = load.worked.get(link_id, 0.0) + rate * own_ms
