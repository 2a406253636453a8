"""R08: one slow callee takes all the workers, also those that others need."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Call, Facts, by_label, figure
from models.analysis.figures import counted
from models.analysis.fixes.repairs import set_on_links
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Lack, Rule, in_words
from models.architecture import ASSUMPTIONS, Architecture, Fault, Service, SyncLink
from models.architecture.scenarios import Timing
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    said = facts.stating("bulkhead")
    for service, link_ids in facts.once(_sharing):
        if service.threading != "blocking" or any(said.get(link_id) != "none" for link_id in link_ids):
            continue
        links = facts.remote_sync_from(service.id)
        targets = by_label(facts, {link.target for link in links})
        yield Flaw(
            subject=service.id,
            severity="warning",
            message=say(
                "rules",
                _MESSAGE if len(targets) > 1 else _MESSAGE_ONE,
                service=facts.label(service.id),
                count=len(targets),
                names=naming([facts.label(target) for target in targets]),
            ),
            elements=(service.id, *targets)[:MOST_NAMED],
            links=tuple(link.id for link in links),
            path=(service.id, links[0].id, links[0].target),
            arithmetic=_pool(service, len(targets)),
            fixes=partial(_fixes, service, links),
            about=(service.id,),
        )


def _sharing(facts: Facts) -> list[tuple[Service, list[str]]]:
    """Shared fact: services with workers that make synchronous calls to two or more others, by id, and these calls."""
    calls: dict[str, list[Call]] = {}
    for call in facts.calls:
        calls.setdefault(call[1], []).append(call)
    found = []
    for service_id in sorted(calls):
        own, least = calls[service_id], facts.threshold("R08", "targets", service_id)
        if len(own) >= least and len({target for _, _, target in own}) >= least:
            service = facts.architecture.element_by_id[service_id]
            if isinstance(service, Service) and service.workers != "unlimited":
                found.append((service, [call[0] for call in own]))
    return found


def waits(facts: Facts) -> Iterator[Lack]:
    said = facts.stating("bulkhead")
    limited = {link_id for link_id, limit in said.items() if limit != "none"}
    services: list[str] = []
    calls: list[str] = []
    for service, link_ids in facts.once(_sharing):
        if service.threading == "nonblocking" or not limited.isdisjoint(link_ids):
            continue
        if service.threading is None:
            services.append(service.id)
        calls += [link_id for link_id in link_ids if link_id not in said] if said else link_ids
    yield "threading", services
    yield "bulkhead", calls


def _pool(service: Service, targets: int) -> Text | None:
    if not isinstance(service.workers, int):
        return None
    instances = 1 if service.instances is None else service.instances
    total = figure(instances * service.workers)
    callees = counted(figure(targets), _CALLEE, _CALLEES)
    if instances == 1:
        return say("rules", _ONE_POOL if service.workers > 1 else _ONE_WORKER, total=total, callees=callees)
    return say("rules", _POOL, instances=instances, workers=figure(service.workers), total=total, callees=callees)


def _fixes(service: Service, links: list[SyncLink]) -> tuple[Fix, ...]:
    limit = _share(service, len({link.target for link in links}))
    return (Fix(say("rules", _FIX, limit=limit), "review", partial(_limit, [link.id for link in links], limit)),)


def _share(service: Service, targets: int) -> int:
    """Calls at once to each callee: an equal share of all workers, so that no callee can take them all."""
    workers = service.workers if isinstance(service.workers, int) else ASSUMPTIONS["service"]["workers"]
    return max(1, math.floor((service.instances or 1) * workers / targets))


def _limit(link_ids: list[str], limit: int, architecture: Architecture) -> Architecture:
    return set_on_links(architecture, link_ids, {"bulkhead": limit}, "R08")


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """One of the callees becomes a hundred times slower for thirty seconds."""
    return (Timing(target=finding.path[-1], from_ms=30_000, until_ms=60_000, factor=100.0),)


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "{service} calls {count} others with the same workers: {names}. When one of them is slow, all workers wait for it.",
)
_MESSAGE_ONE = QT_TRANSLATE_NOOP(
    "rules", "{service} calls {names} with the workers that do all else. When {names} is slow, all workers wait for it."
)
_POOL = QT_TRANSLATE_NOOP(
    "rules", "{instances} instances x {workers} = {total} workers, shared by the calls to {callees}"
)
_ONE_POOL = QT_TRANSLATE_NOOP("rules", "{total} workers, shared by the calls to {callees}")
_ONE_WORKER = QT_TRANSLATE_NOOP("rules", "one worker, shared by the calls to {callees}")
_CALLEES = QT_TRANSLATE_NOOP("rules", "{count} callees")
_CALLEE = QT_TRANSLATE_NOOP("rules", "one callee")
_FIX = QT_TRANSLATE_NOOP("rules", "Add bulkheads: at most {limit} at once to each callee")

RULE = Rule(
    code="R08",
    name="shared-worker-pool",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Shared worker pool")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "A service whose workers wait for what they call makes calls to two or more others, and a bulkhead limits "
            "none of them.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "When one callee becomes slow, call after call waits for it until every worker does. Requests that need "
            "only the healthy callees then fail as well: a fault spreads to those who have nothing to do with it.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Shop calls Recommendation and Payment with the same 16 workers."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Give each callee a bulkhead: a number of calls at once that leaves workers for the others. What is over "
            "it fails at once, and can have a fallback.",
        ),
    ),
    source="S4.2",
    check=check,
    thresholds={"targets": 2},
    rests_on=("style", "bulkhead"),
    waits=waits,
    demonstrate=demonstrate,
)
