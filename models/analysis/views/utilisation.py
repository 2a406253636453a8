"""How busy everything is at the journeys' rates: Little's law, busy workers = arrivals x mean time held."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.analysis.facts import Facts
from models.analysis.reach import journey_visits, rate_of
from models.architecture import ChoiceStep, Link, LinkStep, UseStep, assumed, in_force, mean_of
from models.architecture.journeys import AnyStep


@dataclass(frozen=True, slots=True)
class Utilisation:
    """One service, external or datastore. `rate_per_s` arrivals, `busy` workers on average, `capacity` of them (None =
    unlimited), `share` = busy / capacity (1 and more: it cannot keep up). `assumed` names attributes nobody said.
    """

    element: str
    rate_per_s: float
    busy: float
    capacity: float | None
    share: float | None
    assumed: tuple[str, ...]


@dataclass
class _Load:
    rate: float = 0.0
    busy: float = 0.0
    """Rate x ms held."""
    assumed: dict[str, None] = field(default_factory=dict)


def utilisation(facts: Facts) -> dict[str, Utilisation]:
    """Element id -> its utilisation, by id, of all that some journey with an open rate comes by.

    Means only, without failures and queueing. A blocking service is held while it waits for what it calls, so that time
    counts; a non-blocking one and everything else for its own work. A closed or unsaid load has no rate: left out.
    """
    loads: dict[str, _Load] = {}
    for journey in facts.journeys:
        if (rate := rate_of(journey.load)) is not None:
            _walk(facts, journey.steps, rate, loads)
    holds = facts.once(_holds)
    for journey in facts.followed_journeys:
        if (rate := rate_of(journey.load)) is not None:
            for link_id, visits in facts.once(journey_visits)[journey.id].items():
                target = facts.architecture.link_by_id[link_id].target
                if target in holds:
                    _note(facts, loads, target, rate * visits, holds[target])
    return {element_id: _told(facts, element_id, loads[element_id]) for element_id in sorted(loads)}


def _walk(facts: Facts, steps: tuple[AnyStep, ...], rate: float, loads: dict[str, _Load]) -> float:
    """Notes what the steps load, and returns the mean ms that whoever takes them waits."""
    total = widest = 0.0
    for step in steps:
        waited, parallel = 0.0, False
        if isinstance(step, LinkStep):
            link = facts.architecture.link_by_id[step.link]
            uses = _uses(facts, link, step.calls, step.probability)
            parallel = bool(step.parallel if step.parallel is not None else facts.said(link, "parallel_with_previous"))
            inner = _walk(facts, step.steps, rate * uses, loads)
            _walk(facts, step.on_reply, rate * uses, loads)
            answer = inner
            if facts.kind[link.target] in ("service", "external", "datastore"):
                own = _work(facts, link.target)
                answer = own + inner
                _note(facts, loads, link.target, rate * uses, answer if _held(facts, link.target) else own)
            if _waits(facts, link):
                waited = uses * (answer + _network(facts, link))
        elif isinstance(step, ChoiceStep):
            whole = sum(branch.weight for branch in step.choice)
            for branch in step.choice:
                waited += branch.weight / whole * _walk(facts, branch.steps, rate * branch.weight / whole, loads)
        elif isinstance(step, UseStep):
            waited = _walk(facts, facts.architecture.journey_by_id[step.use].steps, rate, loads)
        if parallel:
            widest = max(widest, waited)
        else:
            total, widest = total + widest, waited
    return total + widest


def _holds(facts: Facts) -> dict[str, float]:
    """Element id -> mean ms that a request holds it when it uses all its links; circles count once."""
    answers: dict[str, float] = {}
    found: dict[str, float] = {}
    for members in facts.sync_components:
        for member in members:
            if facts.kind[member] not in ("service", "external", "datastore"):
                continue
            total = widest = 0.0
            for link in facts.architecture.links_from[member]:
                if not _waits(facts, link):
                    continue
                below = answers.get(link.target)
                if below is None:
                    below = _work(facts, link.target) if facts.kind[link.target] in ("external", "datastore") else 0.0
                waited = _uses(facts, link, None, None) * (below + _network(facts, link))
                if facts.said(link, "parallel_with_previous") is True:
                    widest = max(widest, waited)
                else:
                    total, widest = total + widest, waited
            own = _work(facts, member)
            answers[member] = own + total + widest
            found[member] = answers[member] if _held(facts, member) else own
    return found


def _note(facts: Facts, loads: dict[str, _Load], element_id: str, rate: float, held_ms: float) -> None:
    load = loads.setdefault(element_id, _Load())
    load.rate += rate
    load.busy += rate * held_ms


def _told(facts: Facts, element_id: str, load: _Load) -> Utilisation:
    element = facts.architecture.element_by_id[element_id]
    guessed = []
    capacity: float | None = 1.0
    names = {"service": ("instances", "workers"), "external": ("workers",), "datastore": ("connections",)}
    for name in (*names[element.kind], "work_ms"):
        valued = in_force(facts.architecture, element, name)
        if not valued.stated:
            guessed.append(name)
        if name != "work_ms":
            limited = isinstance(valued.value, int | float)
            capacity = capacity * float(valued.value) if limited and capacity is not None else None
    busy = load.busy / 1000.0
    share = None if capacity is None else busy / capacity
    return Utilisation(element_id, load.rate, busy, capacity, share, tuple(guessed))


def _held(facts: Facts, element_id: str) -> bool:
    return facts.architecture.element_by_id[element_id].__dict__.get("threading") != "nonblocking"


def _waits(facts: Facts, link: Link) -> bool:
    if link.style == "shared_data":
        return facts.said(link, "poll_interval_ms") is None
    return link.style == "sync" or facts.said(link, "awaited") is True


def _uses(facts: Facts, link: Link, calls: float | None, chance: float | None) -> float:
    calls = facts.said(link, "calls_per_request") if calls is None else calls
    chance = facts.said(link, "probability") if chance is None else chance
    return (1.0 if calls is None else float(calls)) * (1.0 if chance is None else float(chance))


def _work(facts: Facts, element_id: str) -> float:
    element = facts.architecture.element_by_id[element_id]
    work = element.__dict__.get("work_ms")
    if work is None:
        work = assumed(element, "work_ms")
    return 0.0 if work is None else mean_of(work)


def _network(facts: Facts, link: Link) -> float:
    if not facts.remote(link):
        return 0.0
    delay = facts.said(link, "network_ms")
    if delay is None:
        delay = assumed(link, "network_ms")
    return 0.0 if delay is None else 2.0 * mean_of(delay)
