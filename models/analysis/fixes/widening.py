"""Running more instances of a service."""

from __future__ import annotations

import math
from functools import partial

from models.analysis.facts import Facts, figure
from models.analysis.messages.consumers import most_instances
from models.analysis.messages.ordering import competing, competing_of, keyless, ordered_into, takers_in_order
from models.analysis.messages.replies import remembering
from models.analysis.rule import Fix, by_fix
from models.architecture import Architecture, Service
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

FILL = 0.7
"""How busy workers are to be: at more, queues grow steeply with every burst."""
MOST = 1_000_000_000
"""More instances than a service can be said to have."""


def filled(facts: Facts, service_id: str, busy: float, slots: float, code: str) -> tuple[Fix, ...]:
    """As many instances, of so many `slots` each, as are at most 70% busy with what keeps `busy` of them busy."""
    count = math.ceil(busy / FILL / slots - 1e-9)
    title = say("rules", _FIX, count=count, percent=figure(round(100 * busy / count / slots)))
    return widened(facts, service_id, count, title, code)


def widened(facts: Facts, service_id: str, count: int, title: Text, code: str) -> tuple[Fix, ...]:
    """That many instances, unless it is no service of ours, or something rests on its being one."""
    service = facts.architecture.element_by_id[service_id]
    if not isinstance(service, Service) or count > MOST or rests_on_one(facts, service, count):
        return ()
    return (Fix(title, "review", partial(with_instances, service_id, count, code)),)


def rests_on_one(facts: Facts, service: Service, count: int) -> bool:
    """Whether one instance can do what several cannot: keep an order (M06), remember what was asked (Q02)."""
    most = count if service.autoscale is None else max(count, service.autoscale.max)
    if most <= 1:
        return False
    for link in facts.once(ordered_into).get(service.id, ()):
        if not keyless(facts, link):
            continue
        outs = takers_in_order(facts, link)
        own = (competing_of(facts, out, most) for out in outs if out.target == service.id)
        if not any(map(_several, (competing(facts, out) for out in outs))) and any(map(_several, own)):
            return True
    alone = most_instances(facts, service) == 1 and service.restarts is not True
    return alone and any(asks.id == service.id for _, asks in facts.once(remembering))


def _several(count: float | None) -> bool:
    return count is not None and count > 1


def with_instances(service_id: str, count: int, code: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [service_id], {"instances": count}, provenance=by_fix(code))


_FIX = QT_TRANSLATE_NOOP("rules", "Run {count} instances ({percent}% busy)")
