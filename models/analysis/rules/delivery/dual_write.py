"""M05: two writes that should be one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from models.analysis.facts import Facts, derived_note
from models.analysis.fixes.repairs import by_fix
from models.analysis.rule import Finding, Fix, Flaw, Lack, Rule, in_words
from models.analysis.stores.datasets import access_of
from models.architecture import Architecture, ChoiceStep, Fault, Journey, Link, LinkStep, UseStep
from models.architecture.edits import set_attributes
from models.architecture.journeys import AnyStep
from models.architecture.scenarios import Omission
from models.architecture.text import QT_TRANSLATE_NOOP, say


def check(facts: Facts) -> Iterator[Flaw]:
    for event, store, journey in facts.once(_every_pair):
        if facts.said(event, "outbox") is not False or not access_of(facts, store)[1]:
            continue
        yield Flaw(
            subject=event.id,
            severity="error",
            message=say(
                "rules",
                _MESSAGE,
                service=facts.label(event.source),
                store=facts.label(store.target),
                target=facts.label(event.target),
            ),
            elements=tuple(dict.fromkeys((event.source, store.target, event.target))),
            links=(store.id, event.id),
            journey=journey,
            path=(store.target, store.id, event.source, event.id, event.target),
            assumed=() if journey is not None else (derived_note(facts, event.source),),
            fixes=partial(_fixes, event.id),
        )


@dataclass
class _Turn:
    """What one element does in one turn: its data accesses and its events by id, and an access to go with each."""

    stores: dict[str, Link] = field(default_factory=dict)
    events: dict[str, Link] = field(default_factory=dict)
    pairs: dict[str, Link] = field(default_factory=dict)

    def add(self, other: _Turn) -> None:
        """With what is done in another; what goes together there goes together here."""
        self.stores |= other.stores
        self.events |= other.events
        self.pairs |= other.pairs


def _every_pair(facts: Facts) -> list[tuple[Link, Link, str | None]]:
    """Shared fact: (event, data access, journey) of one service in one turn, the likeliest write for each event.

    A service that no drawn journey comes by is taken to do all it can in one turn.
    """
    found: dict[str, tuple[Link, str | None]] = {}
    publishers = {link.source for link in facts.links_of("event") if facts.kind[link.source] != "topic"}
    stores: dict[str, list[Link]] = {}
    for link in facts.links_of("shared_data"):
        if link.source in publishers:
            stores.setdefault(link.source, []).append(link)
    if not stores:
        return []
    followed: set[str] = set()
    for journey_id, turn in _drawn_turns(facts, followed):
        for event_id, store in turn.pairs.items():
            if event_id not in found or _doubt(facts, store) < _doubt(facts, found[event_id][0]):
                found[event_id] = store, journey_id
    for event in facts.links_of("event"):
        if event.source in stores and event.source not in followed:
            found[event.id] = min(stores[event.source], key=partial(_doubt, facts)), None
    return [(facts.architecture.link_by_id[event_id], *found[event_id]) for event_id in sorted(found)]


def _doubt(facts: Facts, store: Link) -> int:
    """0 for what is said to write, 1 where nobody said, 2 for what only reads."""
    return 0 if access_of(facts, store)[1] else 1 if facts.said(store, "access") is None else 2


def _drawn_turns(facts: Facts, followed: set[str]) -> Iterator[tuple[str, _Turn]]:
    """(journey, turn) of all drawn journeys; whoever acts in one is added to `followed`.

    A journey that others use is looked at once.
    """
    turns = _DrawnTurns(facts, followed)
    for journey in facts.journeys:
        turns.ended.append(turns.of_journey(journey))
        yield from ((journey.id, turn) for turn in turns.ended)
        turns.ended.clear()


class _DrawnTurns:
    """The turns of drawn journeys, some of which use others."""

    def __init__(self, facts: Facts, followed: set[str]) -> None:
        self._facts = facts
        self._followed = followed
        self._whole: dict[str, _Turn] = {}
        self.ended: list[_Turn] = []
        """Turns of callees, and those that replies set off, since someone emptied it."""

    def of_journey(self, journey: Journey) -> _Turn:
        """The turn of its entry."""
        if journey.id not in self._whole:
            self._followed.add(journey.entry)
            self._whole[journey.id] = self._of_steps(journey.steps)
        return self._whole[journey.id]

    def _of_steps(self, steps: tuple[AnyStep, ...]) -> _Turn:
        """What failed calls set off belongs to the turn; what callees do, and what replies set off, are others."""
        return _in_sequence(self._facts, [part for step in steps for part in self._of_step(step)])

    def _of_step(self, step: AnyStep) -> Iterator[_Turn]:
        if isinstance(step, LinkStep):
            link = self._facts.architecture.link_by_id[step.link]
            self._followed.update((link.source, link.target))
            self.ended += [self._of_steps(inner) for inner in (step.steps, step.on_reply) if inner]
            if link.style == "shared_data":
                yield _Turn(stores={link.id: link})
            elif link.style == "event":
                yield _Turn(events={link.id: link})
            yield self._of_steps(step.on_failure)
        elif isinstance(step, ChoiceStep):
            either = _Turn()
            for branch in step.choice:
                either.add(self._of_steps(branch.steps))
            yield either
        elif isinstance(step, UseStep):
            yield self.of_journey(self._facts.architecture.journey_by_id[step.use])


def _in_sequence(facts: Facts, parts: list[_Turn]) -> _Turn:
    """Parts that are all done in one turn: what is written in one goes with the events of another."""
    turn = _Turn()
    for part in parts:
        turn.add(part)
    ranked = [(place, store) for place, part in enumerate(parts) for store in part.stores.values()]
    ranked.sort(key=lambda placed: _doubt(facts, placed[1]))
    for place, part in enumerate(parts) if ranked else ():
        for event in part.events.values():
            beside = (store for other, store in ranked if other != place and store.source == event.source)
            store = next(beside, None)
            known = turn.pairs.get(event.id)
            if store is not None and (known is None or _doubt(facts, store) < _doubt(facts, known)):
                turn.pairs[event.id] = store
    return turn


def waits(facts: Facts) -> Iterator[Lack]:
    for event, store, _ in facts.once(_every_pair):
        writes = facts.said(store, "access")
        if writes != "read" and facts.said(event, "outbox") is None:
            yield "outbox", (event.id,)
        if writes is None and facts.said(event, "outbox") is not True:
            yield "access", (store.id,)


def _fixes(link_id: str) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX), "advice", partial(_outbox, link_id)),)


def _outbox(link_id: str, architecture: Architecture) -> Architecture:
    return set_attributes(architecture, [link_id], {"outbox": True}, provenance=by_fix("M05"))


def demonstrate(architecture: Architecture, finding: Finding) -> tuple[Fault, ...] | None:
    """For thirty seconds every fifth event is lost on its way to the broker."""
    event = finding.links[1]
    return (Omission(target=event, from_ms=30_000, until_ms=60_000, probability=0.2, direction="request"),)


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules",
    "{service} writes to {store} and publishes to {target} without an outbox: when it dies in "
    "between, one has happened "
    "and the other has not.",
)
_FIX = QT_TRANSLATE_NOOP("rules", "Publish through an outbox: store the event with the data, send it from there")

RULE = Rule(
    code="M05",
    name="dual-write",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Dual write")),
    severity="error",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP(
            "rules",
            "In one step a service writes to a store and publishes an event, and it is said to have no "
            "outbox. Of services that no drawn "
            "journey comes by, any that does both.",
        ),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "No transaction spans a store and a broker. A crash or a lost message in between leaves an order that "
            "nobody hears of, or news of an order that does not exist.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Order saves the order and then publishes it, without an outbox."),
        fix=QT_TRANSLATE_NOOP(
            "rules",
            "Write the event into an outbox table in the same transaction as the data, and let a relay publish from "
            "there until the broker has it.",
        ),
    ),
    source="S8.2",
    check=check,
    rests_on=("style", "access", "outbox"),
    waits=waits,
    demonstrate=demonstrate,
    measures=("incomplete", "lost"),
)
