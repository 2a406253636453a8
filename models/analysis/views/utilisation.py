"""How busy everything is at the journeys' rates: Little's law, busy workers = arrivals x mean time held."""

from __future__ import annotations

from dataclasses import dataclass

from models.analysis.facts import Facts
from models.analysis.journeys.latency import Load, loads
from models.architecture import in_force


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


def utilisation(facts: Facts) -> dict[str, Utilisation]:
    """Element id -> its utilisation, by id, of all that some journey with an open rate comes by.

    Means only, without failures and queueing. A blocking service is held while it waits for what it calls, so that time
    counts; a non-blocking one and everything else for its own work. A closed or unsaid load has no rate: left out.
    """
    found = loads(Facts(facts.architecture, facts.rules, facts.judgement, assumes=True))
    return {element_id: _told(facts, element_id, found[element_id]) for element_id in sorted(found)}


def _told(facts: Facts, element_id: str, load: Load) -> Utilisation:
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
    busy = load.held / 1000.0
    share = None if capacity is None else busy / capacity
    return Utilisation(element_id, load.rate, busy, capacity, share, tuple(guessed))
