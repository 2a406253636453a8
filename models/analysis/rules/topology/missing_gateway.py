"""G01: a client that knows the services behind the door."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts
from models.analysis.fixes.repairs import by_fix
from models.analysis.fixes.trial import brings_error
from models.analysis.graph.chains import longest_chains
from models.analysis.graph.closures import closures
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Rule, in_words
from models.analysis.timeouts.choosing import set_timeouts, suggested
from models.architecture import Architecture, ChoiceStep, Link, LinkStep, Service, SyncLink, replace, said
from models.architecture.edits import EditError, fresh_id
from models.architecture.graph import unit_of
from models.architecture.journeys import AnyStep
from models.architecture.text import QT_TRANSLATE_NOOP, say

_DOORS = ("gateway", "bff")


def check(facts: Facts) -> Iterator[Flaw]:
    for element in facts.elements_of("client"):
        direct = _direct(facts, element.id)
        services = list(dict.fromkeys(link.target for link in direct))
        units = unit_of(facts.architecture)
        if len({units.get(service, service) for service in services}) < facts.threshold("G01", "services", element.id):
            continue
        names = naming([facts.label(service) for service in services])
        template = _MESSAGE if len(services) > 1 else _MESSAGE_ONE
        yield Flaw(
            subject=element.id,
            severity="warning",
            message=say("rules", template, client=facts.label(element.id), count=len(services), names=names),
            elements=(element.id, *services)[:MOST_NAMED],
            links=tuple(link.id for link in direct),
            path=(element.id, direct[0].id, direct[0].target),
            fixes=partial(_fixes, facts, element.id),
            about=(element.id,),
        )


def _direct(facts: Facts, client: str) -> list[Link]:
    """The client's calls of services that are no gateway, by id."""
    found = []
    for link in facts.architecture.links_from[client]:
        target = facts.architecture.element_by_id[link.target]
        if isinstance(target, Service) and target.role not in _DOORS:
            found.append(link)
    return found


def _fixes(facts: Facts, client: str) -> tuple[Fix, ...]:
    """A gateway in between, where the hop it adds makes no chain an error and no call but synchronous ones is moved."""
    moved = _direct(facts, client)
    if any(link.style != "sync" for link in moved):
        return ()
    hops = facts.once(_most_hops)[client]
    closed = facts.once(closures)
    needs = max(closed.mask[link.target].bit_count() for link in moved)
    if facts.journeys:
        needs = closed.mask[client].bit_count() - 1
    chain_rule, coupling = facts.rules.get("T02"), facts.rules.get("T01")
    too_long = chain_rule is not None and hops + 1 >= facts.judgement.threshold(chain_rule, "error", client)
    too_tight = coupling is not None and needs >= facts.judgement.threshold(coupling, "error", client)
    if too_long or too_tight:
        return ()
    # A new entrance that finds no room for a timeout is an error in operation only, and one that is there may be
    # retried and have too short a timeout for what it leads to then, be called by what it is to call, or be up too
    # seldom; a trial looks at the whole model.
    doors = _doors(facts.architecture, client)
    judged = ("R03", "R05", "T03", "T04", "T10") if doors else ("R01",) if facts.judgement.stage == "operate" else ()
    if judged and brings_error(facts, _put_between(client, facts.architecture), judged):
        return ()
    title = say("rules", _THROUGH, gateway=facts.label(doors[0].target)) if doors else say("rules", _FIX)
    return (Fix(title, "review", partial(_put_between, client)),)


def _doors(architecture: Architecture, client: str) -> list[Link]:
    """The client's calls of gateways, by id."""
    return [
        link
        for link in architecture.links_from[client]
        if link.style == "sync" and getattr(architecture.element_by_id[link.target], "role", None) in _DOORS
    ]


def _most_hops(facts: Facts) -> dict[str, int]:
    """Shared fact: where chains start -> remote calls of the longest."""
    found: dict[str, int] = {}
    for chain in facts.once(longest_chains):
        found[chain.start] = max(len(chain.heavy), found.get(chain.start, 0))
    return found


def _put_between(client: str, architecture: Architecture) -> Architecture:
    """The client calls one gateway, which calls what the client called; journeys go through it."""
    if client not in architecture.element_by_id:
        raise EditError(say("rules", _GONE, client=client))
    facts = Facts(architecture, {RULE.code: RULE})
    moved = {link.id for link in _direct(facts, client)}
    doors = _doors(architecture, client)
    elements, links = architecture.elements, list(architecture.links)
    if doors:
        gateway, entrance = doors[0].target, doors[0].id
    else:
        gateway = fresh_id(architecture, "gateway")
        entrance = fresh_id(architecture, f"{client}-{gateway}")
        provenance = {"role": by_fix("G01")}
        elements = (*elements, Service(id=gateway, name="Gateway", role="gateway", provenance=provenance))
        links.append(SyncLink(id=entrance, source=client, target=gateway))
    rerouted = tuple(replace(link, source=gateway) if link.id in moved else link for link in links)
    journeys = tuple(
        replace(journey, steps=_through(architecture, journey.steps, moved, entrance))
        if journey.entry == client
        else journey
        for journey in architecture.journeys
    )
    architecture = replace(architecture, elements=elements, links=rerouted, journeys=journeys)
    if doors:
        return architecture
    return set_timeouts(architecture, suggested(Facts(architecture, {}), [entrance]), "G01")


def _through(
    architecture: Architecture, steps: tuple[AnyStep, ...], moved: set[str], entrance: str
) -> tuple[AnyStep, ...]:
    """The client's own steps, each moved one inside a call of the gateway; what follows an answer is the client's."""
    found: list[AnyStep] = []
    for step in steps:
        if isinstance(step, LinkStep):
            link, names = architecture.link_by_id[step.link], ("on_reply", "on_failure")
            follows = {name: _through(architecture, getattr(step, name), moved, entrance) for name in names}
            step = replace(step, **follows)
            if step.link in moved:
                beside = said(architecture, link, "parallel_with_previous") if step.parallel is None else step.parallel
                inner = replace(step, parallel=None, needs_previous=None, on_reply=(), on_failure=())
                outer = replace(step, link=entrance, calls=None, probability=None, work_ms=None, steps=(inner,))
                step = replace(outer, parallel=beside)
            found.append(step)
        elif isinstance(step, ChoiceStep):
            branches = tuple(
                replace(branch, steps=_through(architecture, branch.steps, moved, entrance)) for branch in step.choice
            )
            found.append(replace(step, choice=branches))
        else:
            found.append(step)
    return tuple(found)


_MESSAGE = QT_TRANSLATE_NOOP("rules", "{client} calls {count} services directly: {names}.")
_MESSAGE_ONE = QT_TRANSLATE_NOOP("rules", "{client} calls {names} directly.")
_FIX = QT_TRANSLATE_NOOP("rules", "Put a gateway in between")
_THROUGH = QT_TRANSLATE_NOOP("rules", "Let all calls go through {gateway}")
_GONE = QT_TRANSLATE_NOOP("rules", 'There is no client "{client}" any more; analyse the model again.')

RULE = Rule(
    code="G01",
    name="missing-gateway",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Missing gateway")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "A client calls two or more services directly; gateways and backends for frontends do not count."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The client knows how the system is cut into services, so that no service can be split, merged or moved "
            "without changing clients that are not in your hands. Each service must guard its own door.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "The phone app calls Order, Catalogue and Customer, each at its own address."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Put one gateway, or one backend per kind of frontend, between the client and the services.",
        ),
    ),
    source="peers",
    check=check,
    thresholds={"services": 2},
    shape=True,
)
