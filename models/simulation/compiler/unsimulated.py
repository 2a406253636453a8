"""What a model says of behaviour that the simulator does not follow yet: a closed table, told in `Result.ignored`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from models.architecture import Datastore
from models.architecture.text import QT_TRANSLATE_NOOP, say
from models.simulation.compiler.facts import Facts


@dataclass(frozen=True)
class Unsimulated:
    """An attribute of a kind or style; `when` tells the values that would change the behaviour."""

    where: tuple[str, ...]
    attribute: str
    when: Callable[[Any], bool]
    sentence: str


def _is(*values: Any) -> Callable[[Any], bool]:
    return lambda value: value in values


_ATTRIBUTE = QT_TRANSLATE_NOOP("simulation", "{attribute} of {part}: {sentence}")
_SERVER = QT_TRANSLATE_NOOP("simulation", "{stores} stores share the server {server}, but do not slow each other down")
_ONE_ANSWER = QT_TRANSLATE_NOOP("simulation", "simulated as one answer")
_NOT_OF_REPLIES = QT_TRANSLATE_NOOP("simulation", "does not act on replies")
UNSIMULATED = (Unsimulated(("sync", "async", "event", "shared_data"), "exchange", _is("stream"), _ONE_ANSWER),)


def note_unsimulated(facts: Facts, used: Iterable[str]) -> None:
    """Tell, for the parts that bear on the result, each such attribute that was said."""
    architecture = facts.architecture
    wanted = set(used)
    for part in (*architecture.elements, *architecture.links):
        if part.id not in wanted:
            continue
        kind = part.style if hasattr(part, "style") else part.kind
        for row in UNSIMULATED:
            if kind not in row.where:
                continue
            value = facts.said(part, row.attribute)
            if row.when(value):
                sentence = say("simulation", row.sentence)
                facts.ignore_part(
                    f"{part.id}.{row.attribute}", _ATTRIBUTE, part.id, attribute=row.attribute, sentence=sentence
                )
    _note_shared_servers(facts, wanted)
    _note_reply_queues(facts, wanted)


def _note_reply_queues(facts: Facts, wanted: set[str]) -> None:
    architecture = facts.architecture
    for link in architecture.links:
        queue = architecture.element_by_id.get(facts.said(link, "reply_queue") or "") if link.id in wanted else None
        if queue is None:
            continue
        for attribute, without in (("max_length", "unlimited"), ("message_ttl_ms", "none")):
            if facts.said(queue, attribute) not in (None, without):
                sentence = say("simulation", _NOT_OF_REPLIES)
                facts.ignore_part(
                    f"{queue.id}.{attribute}", _ATTRIBUTE, queue.id, attribute=attribute, sentence=sentence
                )


def _note_shared_servers(facts: Facts, wanted: set[str]) -> None:
    architecture = facts.architecture
    servers: dict[str, int] = {}
    for element in architecture.elements:
        if isinstance(element, Datastore) and element.id in wanted and element.server is not None:
            servers[element.server] = servers.get(element.server, 0) + 1
    for server, stores in servers.items():
        if stores > 1:
            name = architecture.label(server) if server in architecture.element_by_id else server
            facts.ignore(f"server {server}", say("simulation", _SERVER, stores=stores, server=name))
