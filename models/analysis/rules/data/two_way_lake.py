"""D02: a lake in which the water flows both ways."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from models.analysis.facts import Facts, by_label
from models.analysis.fixes.repairs import by_fix
from models.analysis.fixes.trial import brings_error
from models.analysis.labels import naming
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.analysis.stores.datasets import Dataset, access_of, datasets
from models.analysis.timeouts.choosing import set_timeouts, suggested
from models.architecture import Architecture, Datastore, SharedDataLink, replace
from models.architecture.edits import add_link, fresh_id, set_attributes
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

LAKES = ("data_lake", "data_warehouse")


def check(facts: Facts) -> Iterator[Flaw]:
    for store_id, sets in sorted(facts.once(datasets).items()):
        store = facts.architecture.element_by_id[store_id]
        if not isinstance(store, Datastore) or store.store not in LAKES:
            continue
        for name, dataset in sorted(sets.items()):
            both = _both_ways(facts, dataset)
            if not both:
                continue
            links = [link for unit in sorted(both) for link in both[unit] if any(access_of(facts, link))]
            services = by_label(facts, {link.source for link in links})
            what: Text | str = facts.label(store_id)
            if name:
                what = say("rules", _DATASET, dataset=name, store=what)
            yield Flaw(
                subject=f"{store_id}/{name}" if name else store_id,
                severity="warning",
                message=say("rules", _MESSAGE, names=naming([facts.label(i) for i in services]), what=what),
                elements=(store_id, *services)[:MOST_NAMED],
                links=tuple(link.id for link in links),
                path=(links[0].source, links[0].id, store_id),
                fixes=partial(_fixes, facts, links, name),
            )


def waits(facts: Facts) -> Iterator[Lack]:
    for store_id, sets in facts.once(datasets).items():
        store = facts.architecture.element_by_id[store_id]
        if not isinstance(store, Datastore):
            continue
        if store.store in LAKES:
            links = [link for dataset in sets.values() for link in dataset.links]
            yield "access", [link.id for link in links if facts.said(link, "access") is None]
        elif store.store is None and any(_both_ways(facts, dataset) for dataset in sets.values()):
            yield "store", (store_id,)


def _both_ways(facts: Facts, dataset: Dataset) -> dict[str, list[SharedDataLink]]:
    """Who writes the dataset and reads it too, be it over links of its own for each, with all its links to it."""
    return {
        unit: links
        for unit, links in dataset.users.items()
        if all(any(access_of(facts, link)[way] for link in links) for way in (0, 1))
    }


def _fixes(facts: Facts, links: list[SharedDataLink], dataset: str) -> tuple[Fix, ...]:
    """None where to read apart from writing takes longer, or more workers, than journeys leave.

    In operation a reading for which there is no time at all is an error as well.
    """
    split = partial(_split, [link.id for link in links], dataset)
    judged = ("R03", "R09", "T03", "T10") if facts.every_journey else ()
    if facts.judgement.stage == "operate":
        judged = (*judged, "R01")
    if judged and brings_error(facts, split(facts.architecture), judged):
        return ()
    return (Fix(say("rules", _FIX), "advice", split),)


_OF_THE_WRITING: dict[str, None] = dict.fromkeys(["timeout_ms", "retry", "transaction_ms", "spans_calls"])


def _split(link_ids: list[str], dataset: str, architecture: Architecture) -> Architecture:
    """Everyone writes raw data and reads prepared data, kept apart.

    What was said of waiting and of transactions stays with the writing.
    """
    raw, prepared = (f"{dataset} {part}".strip() for part in ("raw", "prepared"))
    added = []
    before = Facts(architecture, {})
    for link_id in link_ids:
        link = architecture.link_by_id.get(link_id)
        if not isinstance(link, SharedDataLink):
            continue
        access = before.said(link, "access")
        values = {"dataset": prepared if access == "read" else raw}
        if access == "read_write":
            values["access"] = "write"
            added.append(fresh_id(architecture, f"{link.id}-prepared"))
            copy = replace(link, id=added[-1], access="read", dataset=prepared, **_OF_THE_WRITING)
            architecture = add_link(architecture, copy)
        architecture = set_attributes(architecture, [link_id], values, provenance=by_fix("D02"))
    return set_timeouts(architecture, suggested(Facts(architecture, {}), added), "D02")


_DATASET = QT_TRANSLATE_NOOP("rules", "{dataset} in {store}")
_MESSAGE = QT_TRANSLATE_NOOP("rules", "Data flows both ways: {what} is written and read by {names}.")
_FIX = QT_TRANSLATE_NOOP("rules", "Keep raw data that is written apart from prepared data that is read")

RULE = Rule(
    code="D02",
    name="two-way-lake",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Two-way lake")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules", "A data lake or warehouse is written by those who also read the same data from it."
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "A lake is made for one direction: many put raw data in, a few turn it into answers. Where data flows "
            "back, nobody can say what is source and what is result, and a wrong figure feeds on itself.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Pricing reads sales from the lake and writes its prices back into them."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Split the data: one part that is only written, one that is only read, and a job in between. Hand results "
            "back by a service or an event.",
        ),
    ),
    source="S6.1",
    check=check,
    shape=True,
    rests_on=("style", "access", "dataset"),
    waits=waits,
)
