"""D01: one dataset in the hands of several services."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import partial, reduce
from operator import or_

from models.analysis.facts import Facts, by_label
from models.analysis.fixes.repairs import by_fix
from models.analysis.fixes.trial import brings_error
from models.analysis.graph.closures import closures
from models.analysis.graph.hops import hops_above, hops_below
from models.analysis.labels import naming
from models.analysis.reach import drawn_visits
from models.analysis.rule import MOST_NAMED, Finding, Fix, Flaw, Lack, Rule, in_words
from models.analysis.stores.datasets import Shared, access_of, datasets, shared_data
from models.analysis.timeouts.choosing import set_timeouts, suggested
from models.architecture import Architecture, Datastore, Fault, Link, LinkStep, SharedDataLink, SyncLink, replace
from models.architecture.edits import add_links, fresh_id, remove, set_each
from models.architecture.graph import unit_of
from models.architecture.journeys import AnyStep
from models.architecture.scenarios import Timing
from models.architecture.steps import every_step, links_used, mapped
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

OPERATIONAL = ("relational", "document", "key_value", "search")


def _operational(store: object) -> bool:
    return isinstance(store, Datastore) and store.store in OPERATIONAL


def check(facts: Facts) -> Iterator[Flaw]:
    shared = facts.once(shared_data)
    for store_id, sets in sorted(facts.once(datasets).items()):
        store = facts.architecture.element_by_id[store_id]
        if not isinstance(store, Datastore) or not _operational(store):
            continue
        for one in shared.get(store_id, ()):
            yield _shared(facts, store, one)
        if store_id in shared or len(sets) < 2:
            continue
        users = {unit for dataset in sets.values() for unit in dataset.users}
        apart = all(facts.said(link, "dataset") for dataset in sets.values() for link in dataset.links)
        if apart and len(users) > 1:
            yield _one_server(facts, store_id, facts.label(store_id), [store_id], users)
    yield from _servers(facts)


def _shared(facts: Facts, store: Datastore, shared: Shared) -> Flaw:
    link_ids = shared.dataset.link_ids
    services = by_label(facts, {facts.ends[link_id][0] for link_id in link_ids})
    return Flaw(
        subject=shared.subject,
        severity="error" if shared.writers > 1 else "warning",
        message=partial(_message, facts, shared, services),
        elements=(store.id, *services)[:MOST_NAMED],
        links=tuple(link_ids),
        path=_path(facts, link_ids, store.id),
        fixes=partial(_fixes, facts, store, shared),
    )


def _writing(facts: Facts, shared: Shared) -> list[str]:
    """The services that write it, as said, by name."""
    return by_label(facts, {link.source for link in shared.dataset.links if access_of(facts, link)[1]})


def _message(facts: Facts, shared: Shared, services: list[str]) -> Text:
    what, writing, writers = _what(facts, shared.store, shared.name), _writing(facts, shared), shared.writers
    names = naming([facts.label(i) for i in writing])
    if writers > 1:
        foreign = any(facts.kind[i] == "external" for i in writing)
        return say("rules", _WRITTEN_BY_OTHERS if foreign else _WRITTEN, names=names, count=writers, what=what)
    others = naming([facts.label(i) for i in services if i not in writing])
    return say("rules", _READ, writer=names, names=others, what=what)


def _what(facts: Facts, store: str, dataset: str) -> Text | str:
    """The store, or the dataset in it, as the architect calls them."""
    name = facts.label(store)
    return say("rules", _DATASET, dataset=dataset, store=name) if dataset else name


def _path(facts: Facts, link_ids: list[str], store_id: str) -> tuple[str, ...]:
    """From one user through the store to another."""
    first = facts.ends[link_ids[0]][0]
    other = next((link_id for link_id in link_ids if facts.ends[link_id][0] != first), None)
    way = (first, link_ids[0], store_id)
    return way if other is None else (*way, other, facts.ends[other][0])


def _servers(facts: Facts) -> Iterator[Flaw]:
    stores: dict[str, list[str]] = {}
    for element in facts.architecture.elements:
        if isinstance(element, Datastore) and element.server is not None and _operational(element):
            stores.setdefault(element.server, []).append(element.id)
    for server, members in sorted(stores.items()):
        sets = [facts.once(datasets).get(member, {}) for member in members]
        owners = [{unit for dataset in found.values() for unit in dataset.users} for found in sets]
        users: set[str] = set().union(*owners)
        if len([one for one in owners if one]) > 1 and len(users) > 1:
            shared = [one for member in sorted(members) for one in facts.once(shared_data).get(member, ())]
            cause = f"D01:{shared[0].subject}" if shared else None
            yield _one_server(facts, f"server/{server}", facts.label(server), sorted(members), users, cause)


def _one_server(
    facts: Facts, subject: str, server: str, stores: list[str], users: set[str], cause: str | None = None
) -> Flaw:
    services = by_label(facts, users)
    links = [
        link.id
        for link in facts.links
        if link.style == "shared_data" and link.target in stores and link.source in services
    ]
    return Flaw(
        subject=subject,
        severity="info",
        message=say("rules", _SERVER, names=naming([facts.label(i) for i in services]), server=server),
        elements=(*stores, *services)[:MOST_NAMED],
        links=tuple(links),
        cause=cause,
    )


def waits(facts: Facts) -> Iterator[Lack]:
    for store_id, sets in facts.once(datasets).items():
        store = facts.architecture.element_by_id[store_id]
        if not isinstance(store, Datastore) or not any(len(dataset.users) > 1 for dataset in sets.values()):
            continue
        if store.store is None:
            yield "store", (store_id,)
        if store.store is None or store.store in OPERATIONAL:
            for dataset in sets.values():
                undecided = dataset.undecided(facts) if len(dataset.users) > 1 else []
                if undecided and len(dataset.writers(facts)) < 2:
                    yield "access", [link.id for link in undecided]


def _fixes(facts: Facts, store: Datastore, shared: Shared) -> tuple[Fix, ...]:
    dataset, links = shared.name, shared.dataset.links
    owner = _owner(facts, store, links, _writing(facts, shared))
    units = unit_of(facts.architecture)
    unit = units.get(owner, owner)
    others = [link for link in links if units.get(link.source, link.source) != unit]
    ids = [link.id for link in others]
    rest = [name for name in facts.once(datasets)[store.id] if name != dataset] if dataset else []
    sources = {link.source for link in others}
    if facts.kind[owner] != "service" or _closes_circle(facts, sources, owner) or _goes_too_far(facts, sources, owner):
        return ()
    if not facts.once(_read_after_writes).isdisjoint(ids):
        return ()
    judged = _judged(facts, set(ids))
    if judged and brings_error(facts, _asking(owner, ids, rest, facts.architecture)[0], judged):
        return ()
    if facts.judgement.stage == "operate" and brings_error(
        facts, _through_owner(owner, ids, rest, facts.architecture), ("R01",)
    ):
        return ()
    title = say("rules", _FIX, owner=facts.label(owner), what=_what(facts, store.id, dataset))
    return (Fix(title, "advice", partial(_through_owner, owner, ids, rest)),)


def _read_after_writes(facts: Facts) -> frozenset[str]:
    """Shared fact: the links by which journeys tell how what was put into a store is read by others.

    Who asks an owner does so in a turn of his own, and no journey could tell that it comes of the write.
    """
    links = facts.architecture.link_by_id
    steps = (step for journey in facts.journeys for step in every_step(journey.steps) if isinstance(step, LinkStep))
    return frozenset(
        used for step in steps if links[step.link].style == "shared_data" for used in links_used(step.steps)
    )


def _owner(facts: Facts, store: Datastore, links: list[SharedDataLink], writing: list[str]) -> str:
    """Who should own the data: the only writer, else whoever writes and shares an owner with it, else the first."""
    named = [
        service
        for service in writing
        if store.owner is not None and facts.architecture.element_by_id[service].owner == store.owner
    ]
    uses = {service: sum(link.source == service for link in links) for service in writing}
    return (named or sorted(writing, key=lambda service: (-uses[service], service)))[0]


def _closes_circle(facts: Facts, sources: set[str], owner: str) -> bool:
    """Whether a new call from one of the sources to the owner would make them wait for each other."""
    known = facts.once(_called_by)
    below = known[facts.component_of[owner]]
    return any(below >> facts.component_of[source] & 1 for source in sources)


def _goes_too_far(facts: Facts, sources: set[str], owner: str) -> bool:
    """Whether calls of the owner would make a chain, or what somebody needs at the same moment, an error."""
    chain, coupling, closed = facts.rules.get("T02"), facts.rules.get("T01"), facts.once(closures)
    if chain is not None:
        above, below = facts.once(hops_above), facts.once(hops_below)[facts.component_of[owner]]
        hops = max(above[facts.component_of[source]] for source in sources) + 1 + below
        if hops >= facts.judgement.threshold(chain, "error"):
            return True
    if coupling is None:
        return False
    asking = reduce(or_, [closed.bit[source] for source in sources])
    for element in facts.elements_of("service"):
        mask = closed.mask[element.id]
        if mask & asking:
            needed = (mask | closed.mask[owner]) & ~closed.aside[element.id]
            most = facts.judgement.threshold(coupling, "error", element.id)
            if closed.size[element.id] < most <= needed.bit_count():
                return True
    return False


def _judged(facts: Facts, link_ids: set[str]) -> tuple[str, ...]:
    """The rules of which a call of the owner may bring an error: where journeys promise something, or use the links."""
    if any(not link_ids.isdisjoint(visits) for visits in facts.once(drawn_visits).values()):
        return "T03", "T10", "R03", "R09"
    promised = any(one.target is not None and one.target.availability is not None for one in facts.every_journey)
    return ("T03",) if promised else ()


def _called_by(facts: Facts) -> list[int]:
    """Shared fact: for each component of synchronous calls the mask of those that it comes to, itself included."""
    found: list[int] = []
    for index, members in enumerate(facts.sync_components):
        mask = 1 << index
        for member in members:
            for link in facts.sync_from[member]:
                if facts.component_of[link.target] != index:
                    mask |= found[facts.component_of[link.target]]
        found.append(mask)
    return found


def _through_owner(owner: str, link_ids: list[str], rest: list[str], architecture: Architecture) -> Architecture:
    """Every other user asks the owner instead of the store, no longer than its callers wait."""
    architecture, added = _asking(owner, link_ids, rest, architecture)
    return set_timeouts(architecture, suggested(Facts(architecture, {}), added), "D01")


def _asking(
    owner: str, link_ids: list[str], rest: list[str], architecture: Architecture
) -> tuple[Architecture, Collection[str]]:
    """Every other user asks the owner, in journeys too, and the new calls; a call that is there already serves.

    Who used the whole store goes on using the `rest` of its datasets. Nothing is said of the time that the new calls
    may take: what would be `suggested` overruns no budget, so that errors are the same with it.
    """
    present = [architecture.link_by_id[link_id] for link_id in link_ids if link_id in architecture.link_by_id]
    whole = [link for link in present if rest and _names_none(link)]
    calls: dict[str, str] = {}
    added: dict[str, SyncLink] = {}
    for source in dict.fromkeys(link.source for link in present):
        there = [link.id for link in architecture.links_from[source] if link.target == owner and link.style == "sync"]
        calls[source] = there[0] if there else fresh_id(architecture, f"{source}-{owner}", added)
        if not there:
            added[calls[source]] = SyncLink(id=calls[source], source=source, target=owner)
    architecture = add_links(architecture, added.values())
    gone = {link.id: link for link in present if link not in whole}
    asked = partial(_asked, architecture, gone, calls, owner)
    journeys = tuple(
        one if gone.keys().isdisjoint(links_used(one.steps)) else replace(one, steps=mapped(one.steps, asked))
        for one in architecture.journeys
    )
    architecture = remove(replace(architecture, journeys=journeys), list(gone))
    copies: dict[str, Link] = {}
    for link in whole:
        for name in rest[1:]:
            copy_id = fresh_id(architecture, f"{link.source}-{name}", copies)
            copies[copy_id] = replace(link, id=copy_id, dataset=name)
    named = {link.id: {"dataset": rest[0]} for link in whole}
    return add_links(set_each(architecture, named, provenance=by_fix("D01")), copies.values()), added.keys()


def _asked(
    architecture: Architecture, gone: Mapping[str, Link], calls: Mapping[str, str], owner: str, step: AnyStep
) -> AnyStep:
    """A use of the store as a call of its owner, which does it; any other step as it is."""
    link = gone.get(step.link) if isinstance(step, LinkStep) else None
    if link is None or not isinstance(step, LinkStep):
        return step
    its = [one for one in architecture.links_from[owner] if one.target == link.target and one.style == "shared_data"]
    reads = isinstance(link, SharedDataLink) and link.access == "read"
    wanted = ("read", "read_write") if reads else ("write", "read_write")
    its.sort(key=lambda one: (not isinstance(one, SharedDataLink) or one.access not in wanted, one.id))
    inner = tuple(LinkStep(link=one.id, work_ms=step.work_ms, steps=step.steps) for one in its[:1])
    return replace(step, link=calls[link.source], work_ms=None, steps=inner)


def _names_none(link: Link) -> bool:
    return isinstance(link, SharedDataLink) and link.dataset is None


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """The store becomes ten times slower for a while, and so does everyone who uses it."""
    store = next((i for i in finding.elements if architecture.element_by_id[i].kind == "datastore"), None)
    if store is None or finding.severity == "info":
        return None
    return (Timing(target=store, from_ms=30_000, until_ms=60_000, factor=10.0),)


_DATASET = QT_TRANSLATE_NOOP("rules", "{dataset} in {store}")
_WRITTEN = QT_TRANSLATE_NOOP("rules", "{count} services write {what}: {names}.")
_WRITTEN_BY_OTHERS = QT_TRANSLATE_NOOP("rules", "{what} is written by {count}, not all of them ours: {names}.")
_READ = QT_TRANSLATE_NOOP("rules", "{writer} writes {what}, which is also used directly by {names}.")
_SERVER = QT_TRANSLATE_NOOP(
    "rules", "{names} keep separate data on one server, {server}: its failure or overload meets all of them."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Make {owner} the owner of {what}: the others ask it instead")

RULE = Rule(
    code="D01",
    name="shared-database",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Shared database")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "Two or more services write one dataset of an operational store (an error), or one writes it and others "
            "use it directly (a warning). Whoever names no dataset uses the whole store; where those share it, that is "
            "told once for the store. Separate data on one server is not a shared database; it is mentioned.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The structure of the data becomes a contract that nobody has agreed: change it and communication breaks. "
            "Nobody can say who may change what, and all are only as robust as the store.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Order and Warehouse both write the tables of Orders."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Let one service own the data and the others ask it, or react to its events. Split the store where the "
            "data can be told apart; merge the services where it cannot.",
        ),
    ),
    source="S6.1, S6.3",
    check=check,
    shape=True,
    rests_on=("style", "access", "dataset"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("p99_ms", "availability"),
    unshown=say(
        "rules",
        QT_TRANSLATE_NOOP(
            "rules",
            "What sharing data costs most is in no figure: whoever changes its structure must change all its users at "
            "the same time. An owner ends that, at the price of one more call for each of the others.",
        ),
    ),
)
