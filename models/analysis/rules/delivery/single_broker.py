"""M10: everything over one broker of which there is one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from operator import attrgetter

from models.analysis.facts import Facts, by_label
from models.analysis.fixes.repairs import by_fix
from models.analysis.labels import naming
from models.analysis.reach import elements_of, entries_reaching
from models.analysis.rule import MOST_NAMED, Fix, Flaw, Lack, Rule, in_words
from models.architecture import Architecture, Element, Group
from models.architecture.edits import set_attributes
from models.architecture.kinds import CHANNELS
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

REPLICAS = 3


def check(facts: Facts) -> Iterator[Flaw]:
    for broker, channels in _brokers(facts).items():
        journeys = _journeys(facts, channels)
        host = facts.architecture.element_by_id.get(broker)
        where = (host.id,) if isinstance(host, Group) else ()
        if journeys < facts.threshold("M10", "journeys", *where, *channels) or _copies(facts, host, channels) != {1}:
            continue
        names = by_label(facts, channels)
        yield Flaw(
            subject=broker if isinstance(host, Group) else f"broker/{broker}",
            severity="warning",
            message=say(
                "rules",
                _MESSAGE if journeys > 1 else _MESSAGE_ONE,
                broker=facts.label(broker) if where else broker,
                count=journeys,
                names=naming([facts.label(name) for name in names]),
            ),
            elements=(*where, *names)[:MOST_NAMED],
            path=(names[0],),
            assumed=_assumed(facts),
            fixes=partial(_fixes, list(where or names)),
            about=(*where, *channels),
        )


def _brokers(facts: Facts) -> dict[str, list[str]]:
    """Broker, a host group's id or a name that no group has -> its channels, by id.

    A channel that names no broker is on the host it lies in.
    """
    groups = [group for group in facts.elements_of("group") if isinstance(group, Group)]
    named = {group.name: group.id for group in reversed(groups)} | {group.id: group.id for group in groups}
    hosts = {group.id for group in groups if group.group_type == "host"}
    brokers = facts.elements_stating("broker")
    found: dict[str, list[str]] = {}
    for channel in sorted([one for kind in CHANNELS for one in facts.elements_of(kind)], key=attrgetter("id")):
        broker = brokers.get(channel.id) or next((group for group in channel.groups if group in hosts), None)
        if broker is not None:
            found.setdefault(named.get(broker, broker), []).append(channel.id)
    return found


def _copies(facts: Facts, host: Element | None, channels: list[str]) -> set[int | None]:
    """What the host says of its replicas, else what its channels say."""
    known = facts.elements_stating("replicas")
    return {known[host.id]} if host is not None and host.id in known else {known.get(channel) for channel in channels}


def _journeys(facts: Facts, channels: list[str]) -> int:
    if facts.every_journey:
        return sum(not elements_of(facts, journey).isdisjoint(channels) for journey in facts.every_journey)
    masks, together = facts.once(entries_reaching), 0
    for channel in channels:
        together |= masks.get(channel, 0)
    return together.bit_count()


def _assumed(facts: Facts) -> tuple[Text, ...]:
    return () if facts.every_journey else (say("rules", _BY_ENTRIES),)


def waits(facts: Facts) -> Iterator[Lack]:
    for broker, channels in _brokers(facts).items():
        host = facts.architecture.element_by_id.get(broker)
        where = (host.id,) if isinstance(host, Group) else ()
        if _journeys(facts, channels) < facts.threshold("M10", "journeys", *where, *channels):
            continue
        copies = _copies(facts, host, channels)
        if isinstance(host, Group):
            if None in copies:
                yield "replicas", (host.id,)
        elif copies <= {None, 1}:
            known = facts.elements_stating("replicas")
            yield "replicas", [channel for channel in channels if channel not in known]


def _fixes(element_ids: list[str]) -> tuple[Fix, ...]:
    return (Fix(say("rules", _FIX, count=REPLICAS), "review", partial(_replicate, element_ids)),)


def _replicate(element_ids: list[str], architecture: Architecture) -> Architecture:
    left = [element_id for element_id in element_ids if element_id in architecture.element_by_id]
    return set_attributes(architecture, left, {"replicas": REPLICAS}, provenance=by_fix("M10"))


_MESSAGE = QT_TRANSLATE_NOOP(
    "rules", "{count} journeys go over {broker}, which has a single replica and carries {names}."
)
_BY_ENTRIES = QT_TRANSLATE_NOOP("rules", "no journey is drawn: every entry counts as one")
_MESSAGE_ONE = QT_TRANSLATE_NOOP(
    "rules", "One journey goes over {broker}, which has a single replica and carries {names}."
)
_FIX = QT_TRANSLATE_NOOP("rules", "Run {count} replicas of the broker")

RULE = Rule(
    code="M10",
    name="single-broker",
    title=say("rules", QT_TRANSLATE_NOOP("rules", "Single broker")),
    severity="warning",
    grade="stated",
    help=in_words(
        what=QT_TRANSLATE_NOOP("rules", "Two or more journeys use channels of a broker that has a single replica."),
        why=QT_TRANSLATE_NOOP(
            "rules",
            "Messages take services apart in time, but all of them now depend on the broker. When the "
            "only one is down, "
            "nothing can be sent or received, and what it held may be gone.",
        ),
        example=QT_TRANSLATE_NOOP("rules", "Ordering and returning both go over one RabbitMQ on one machine."),
        fix=QT_TRANSLATE_NOOP("rules", "Replicate the broker over several hosts, and its queues with it."),
    ),
    source="S6.3",
    check=check,
    thresholds={"journeys": 2},
    rests_on=(),
    waits=waits,
)
