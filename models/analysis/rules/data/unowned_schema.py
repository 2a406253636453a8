"""D06: data that several teams build on, and a structure that nobody has promised."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, by_label, provenance_note
from models.analysis.fixes.repairs import by_fix, for_one
from models.analysis.labels import naming
from models.analysis.owners import owners
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, RollUp, Rule, in_words
from models.analysis.stores.datasets import Dataset, datasets, shared_data
from models.architecture import Architecture, Datastore
from models.architecture.edits import set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say


def check(facts: Facts) -> Iterator[Flaw]:
    for store_id, sets in sorted(facts.once(datasets).items()) if facts.once(owners) else ():
        store = facts.architecture.element_by_id[store_id]
        if not isinstance(store, Datastore) or store.schema_contract not in (None, "none"):
            continue
        shared = [dataset for _, dataset in sorted(sets.items()) if len(_owners(facts, dataset)) > 1]
        if not shared:
            continue
        sharing = sorted({owner for dataset in shared for owner in _owners(facts, dataset)})
        links = list({link.id: link for dataset in shared for link in dataset.links}.values())
        users = by_label(facts, {link.source for link in links})
        yield Flaw(
            subject=store_id,
            severity="warning",
            message=_message(facts, store, sharing),
            elements=(store_id, *users)[:MOST_NAMED],
            links=tuple(link.id for link in links),
            path=(links[0].source, links[0].id, store_id),
            cause=_cause(facts, store_id, {link.id for link in links}),
            fixes=partial(_fixes, store_id),
            absence="schema_contract" if store.schema_contract is None else None,
        )


def _cause(facts: Facts, store_id: str, link_ids: set[str]) -> str | None:
    """The shared database, where it is about the same data: with an owner nobody else builds on its structure."""
    for shared in facts.once(shared_data).get(store_id, ()):
        if link_ids <= {link.id for link in shared.dataset.links}:
            return f"D01:{shared.subject}"
    return None


def _owners(facts: Facts, dataset: Dataset) -> set[str]:
    owned = facts.once(owners)
    return {owned[link.source] for link in dataset.links if link.source in owned}


def _message(facts: Facts, store: Datastore, sharing: list[str]) -> Text:
    seen = provenance_note(facts, store, "schema_contract")
    names: dict[str, object] = {"store": facts.label(store.id), "owners": naming(sharing), "seen": seen}
    if store.schema_contract == "none":
        return say("rules", _NONE, **names)
    return say("rules", _WAREHOUSE if store.store == "data_warehouse" else _NOT_SAID, **names)


def waits(facts: Facts) -> Iterator[Lack]:
    for store_id, sets in facts.once(datasets).items() if facts.once(owners) else ():
        store = facts.architecture.element_by_id[store_id]
        if not isinstance(store, Datastore) or store.schema_contract not in (None, "none"):
            continue
        for dataset in sets.values():
            if len(dataset.users) > 1 and len(_owners(facts, dataset)) == 1:
                for link in dataset.links:
                    if link.source not in facts.once(owners):
                        yield "owner", (link.source,)


def _fixes(store_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", for_one(_agree, store_id)),)


def _agree(architecture: Architecture, store_ids: tuple[str, ...]) -> Architecture:
    for store_id in store_ids:
        if store_id in architecture.element_by_id:
            value = f"{architecture.label(store_id)} schema"
            architecture = set_attributes(
                architecture, [store_id], {"schema_contract": value}, provenance=by_fix("D06")
            )
    return architecture


_NOT_SAID = QT_TRANSLATE_NOOP(
    "rules", "{owners} share data in {store}, and nobody has said what its structure promises{seen}."
)
_WAREHOUSE = QT_TRANSLATE_NOOP(
    "rules",
    "{owners} share data in {store}, and nobody has said what its structure promises{seen}: when it changes, all who "
    "fill it must change with it.",
)
_NONE = QT_TRANSLATE_NOOP("rules", "{owners} share data in {store}, whose structure is said to promise nothing.")
_FIX = QT_TRANSLATE_NOOP("rules", "Agree on a schema contract")

RULE = Rule(
    code="D06",
    name="unowned-schema",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Unowned schema")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "Services of different owners share a dataset whose store has no schema contract. Milder when nobody has "
            "said whether there is one.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "The tables become an interface that nobody versions. One team renames a column, and another team's "
            "service fails at night; or nobody dares to change anything any more.",
        ),
        example=QT_TRANSLATE_NOOP(
            "rules", "Sales and Logistics both use the orders table, and no one owns its structure."
        ),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Agree on a schema contract: who owns it, which parts are promised, how changes are announced. Or let the "
            "owner offer the data through an interface.",
        ),
    ),
    source="S6.1, S6.3",
    check=check,
    rests_on=("style", "dataset"),
    waits=waits,
    roll_up=RollUp(
        message=say(
            "rules",
            QT_TRANSLATE_NOOP("rules", "{count} stores are shared across owners without a stated schema contract."),
        ),
        title=say("rules", QT_TRANSLATE_NOOP("rules", "Agree on schema contracts for {count} stores")),
        applicability="advice",
        apply=_agree,
    ),
)
