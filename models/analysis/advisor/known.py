"""What the model itself says in answer to the advisor's questions, each with where it says so; nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from models.analysis.advisor.case import LONG_MS
from models.analysis.advisor.questions import Value
from models.analysis.facts import Facts
from models.analysis.journeys.answers import p99_of
from models.analysis.reach import journey_visits, link_rate
from models.analysis.stores.datasets import datasets
from models.analysis.technologies import carried_by
from models.architecture import ChoiceStep, Element, Link, LinkStep, Load, quantile_of
from models.architecture.graph import blocking_links, sync_closure
from models.architecture.journeys import AnyStep
from models.architecture.kinds import KINDS
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

BURST = 2.0
"""A load is in bursts when its peak is this many times its lowest rate."""
Known = tuple[str, Value, Text]
"""(question, value, where the model says so)."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Who really talks over a link: where it touches a channel with one user on the other side, that user."""

    source: str
    target: str


def ends_of(facts: Facts, link: Link) -> Ends:
    """The parties of a link by id; a channel that several use stands for them itself."""
    architecture = facts.architecture
    source, target = link.source, link.target
    if KINDS[architecture.element_by_id[source].kind].channel:
        users = sorted({one.source for one in architecture.links_to[source]})
        source = users[0] if len(users) == 1 else source
    if KINDS[architecture.element_by_id[target].kind].channel:
        users = sorted({one.target for one in architecture.links_from[target]})
        target = users[0] if len(users) == 1 else target
    return Ends(source, target)


def known(facts: Facts, link: Link) -> dict[str, tuple[Value, Text]]:
    """Question id -> (value, where the model says so), for what it does say."""
    found: dict[str, tuple[Value, Text]] = {}
    for question_id, value, basis in _known(facts, link):
        found.setdefault(question_id, (value, basis))
    return found


def _known(facts: Facts, link: Link) -> Iterator[Known]:
    ends = ends_of(facts, link)
    yield from _of_link(facts, link)
    yield from _of_target(facts, link, ends)
    yield from _of_source(facts, ends)
    yield from _of_consumers(facts, link)
    yield from _of_journeys(facts, link)
    yield from _of_store(facts, link)
    yield from _of_technology(facts, ends)


def _of_link(facts: Facts, link: Link) -> Iterator[Known]:
    def word(attribute: str) -> object:
        return facts.said(link, attribute)

    def basis(attribute: str) -> Text:
        guessed = link.id in facts.guessed.get(attribute, ())
        return say("advisor", _GUESSED if guessed else _LINK, attribute=attribute)

    needed = word("result_needed")
    if isinstance(needed, bool):
        yield "result_needed", needed, basis("result_needed")
    if word("operation") == "read":
        yield "result_needed", True, basis("operation")
    reply = word("reply")
    if reply is not None:
        yield "result_needed", reply != "none", basis("reply")
    if word("awaited") is True:
        yield "result_needed", True, basis("awaited")
        yield "must_not_wait", False, basis("awaited")
    if word("fallback") in ("cached", "default", "buffer"):
        yield "target_may_be_down", True, basis("fallback")
    for question_id, attribute in (
        ("patience_ms", "timeout_ms"),
        ("payload_bytes", "payload_bytes"),
        ("may_lag_ms", "freshness_ms"),
    ):
        value = word(attribute)
        if isinstance(value, int | float):
            yield question_id, float(value), basis(attribute)
    personal = word("personal_data")
    if isinstance(personal, bool):
        yield "personal_data", personal, basis("personal_data")


def _of_target(facts: Facts, link: Link, ends: Ends) -> Iterator[Known]:
    target = facts.architecture.element_by_id[ends.target]
    name = facts.label(ends.target)
    availability = target.__dict__.get("availability")
    if availability is not None:
        yield "availability", float(availability), say("advisor", _ELEMENT, element=name)
    work = target.__dict__.get("work_ms")
    if work is None:
        return
    needed = sync_closure(facts.architecture, ends.target)
    if not needed:
        yield "answer_ms", _rounded(quantile_of(work, 0.99)), say("advisor", _WORK, element=name)
    elif ends.target == link.target and all(_work_is_said(facts.architecture.element_by_id[one]) for one in needed):
        yield "answer_ms", _rounded(p99_of(facts, link)), say("advisor", _WORK_OF_ALL, element=name)
    elif (own := quantile_of(work, 0.99)) >= LONG_MS:
        yield "answer_ms", _rounded(own), say("advisor", _WORK_AT_LEAST, element=name)


def _work_is_said(element: Element) -> bool:
    return element.__dict__.get("work_ms") is not None or KINDS[element.kind].channel


def _rounded(value: float) -> float:
    return float(f"{value:.3g}")


def _of_source(facts: Facts, ends: Ends) -> Iterator[Known]:
    source = facts.architecture.element_by_id[ends.source]
    basis = say("advisor", _ELEMENT, element=facts.label(ends.source))
    if source.kind == "service":
        if source.restarts is not None:
            yield "source_restarts", source.restarts, basis
        elif source.autoscale is not None:
            yield "source_restarts", True, basis


def _of_consumers(facts: Facts, link: Link) -> Iterator[Known]:
    architecture = facts.architecture
    for end in (link.target, link.source):
        channel = architecture.element_by_id[end]
        if not KINDS[channel.kind].channel:
            continue
        users = {one.target for one in architecture.links_from[end]}
        name = facts.label(end)
        if users:
            count = 1 if channel.kind == "queue" else len(users)
            yield "consumers", float(count), say("advisor", _CHANNEL, element=name)
        if channel.kind == "topic":
            yield "consumers_known", False, say("advisor", _CHANNEL, element=name)
    contract = facts.said(link, "contract.name")
    if contract is not None and not any(
        KINDS[architecture.element_by_id[end].kind].channel for end in (link.source, link.target)
    ):
        users = {
            one.target for one in architecture.links_from[link.source] if facts.said(one, "contract.name") == contract
        }
        if len(users) > 1:
            yield "consumers", float(len(users)), say("advisor", _CONTRACT, contract=contract)


def _of_journeys(facts: Facts, link: Link) -> Iterator[Known]:
    architecture = facts.architecture
    visits = facts.once(journey_visits)
    through = [journey for journey in facts.every_journey if visits[journey.id].get(link.id)]
    rate = link_rate(facts, link.id)
    if rate is not None:
        yield "rate_per_s", _rounded(rate), say("advisor", _JOURNEYS)
    for journey in through:
        told = say("advisor", _JOURNEY, journey=journey.name or journey.id)
        if _in_bursts(journey.load):
            yield "bursts", True, told
        if _compensates(journey.steps, link.id):
            yield "failure_handled", True, told
    if link in blocking_links(architecture):
        limits = [
            (float(limit), journey.name or journey.id)
            for journey in through
            for limit in (journey.client_timeout_ms, journey.target.p99_ms if journey.target is not None else None)
            if isinstance(limit, int | float)
        ]
        if limits:
            patience, named = min(limits)
            yield "patience_ms", patience, say("advisor", _JOURNEY, journey=named)


def _in_bursts(load: Load | None) -> bool:
    if load is None:
        return False
    if load.profile is not None:
        rates = [rate for _, rate in load.profile]
        return max(rates) > 0 and max(rates) >= BURST * min(rates)
    return load.schedule is not None and load.schedule.batch > 1


def _compensates(steps: tuple[AnyStep, ...], link_id: str) -> bool:
    for step in steps:
        if isinstance(step, LinkStep):
            if step.link == link_id and step.on_failure:
                return True
            if any(_compensates(inner, link_id) for inner in (step.steps, step.on_reply, step.on_failure)):
                return True
        elif isinstance(step, ChoiceStep) and any(_compensates(branch.steps, link_id) for branch in step.choice):
            return True
    return False


def _of_store(facts: Facts, link: Link) -> Iterator[Known]:
    if facts.kind[link.target] != "datastore":
        return
    used = facts.once(datasets).get(link.target, {})
    mine = [one for one in used.values() if any(link in links for links in one.users.values())]
    basis = say("advisor", _STORE, element=facts.label(link.target))
    if any(len(one.writers(facts)) > 1 for one in mine):
        yield "several_write", True, basis
    elif mine and not any(one.undecided(facts) for one in mine):
        yield "several_write", False, basis


def _of_technology(facts: Facts, ends: Ends) -> Iterator[Known]:
    for end in (ends.source, ends.target):
        element = facts.architecture.element_by_id[end]
        supported = [carried_by(name) for name in element.__dict__.get("supports") or ()]
        only_data = bool(supported) and all(one == {"shared_data"} for one in supported)
        if only_data or "legacy" in {tag.lower() for tag in element.tags}:
            yield "legacy", True, say("advisor", _ELEMENT, element=facts.label(end))
    for channel in (*facts.elements_of("queue"), *facts.elements_of("topic")):
        yield "messaging_in_use", True, say("advisor", _IS_THERE, element=facts.label(channel.id))
        return


_LINK = QT_TRANSLATE_NOOP("advisor", "the link says so ({attribute})")
_GUESSED = QT_TRANSLATE_NOOP("advisor", "guessed by an import ({attribute}); nobody confirmed it")
_ELEMENT = QT_TRANSLATE_NOOP("advisor", "said of {element}")
_WORK = QT_TRANSLATE_NOOP("advisor", "99 of 100 answers, by the work of {element}; waiting for a worker left out")
_WORK_AT_LEAST = QT_TRANSLATE_NOOP(
    "advisor", "at least: the work of {element} alone in 99 of 100 cases; what it waits for comes on top"
)
_WORK_OF_ALL = QT_TRANSLATE_NOOP(
    "advisor", "99 of 100 answers, by the work of {element} and all it waits for; waiting for a worker left out"
)
_CHANNEL = QT_TRANSLATE_NOOP("advisor", "as drawn around {element}")
_CONTRACT = QT_TRANSLATE_NOOP("advisor", 'so many links carry the contract "{contract}"')
_JOURNEYS = QT_TRANSLATE_NOOP("advisor", "the loads of the journeys through it")
_JOURNEY = QT_TRANSLATE_NOOP("advisor", "said of the journey {journey}")
_STORE = QT_TRANSLATE_NOOP("advisor", "the links that use {element}")
_IS_THERE = QT_TRANSLATE_NOOP("advisor", "{element} is in the model")
