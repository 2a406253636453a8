"""The words on a picture: what stands under an element's name and on a link. All of them can be translated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from models.architecture.effective import in_force, said
from models.architecture.elements import Client, Datastore, Element, External, Group, Note, Queue, Service, Topic
from models.architecture.links import AsyncLink, EventLink, Link, SharedDataLink, SyncLink
from models.architecture.model import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, Translate, say
from models.architecture.values import quantile_of


def english(_context: str, template: str) -> str:
    """The translation into the language the program is written in."""
    return template


@dataclass(frozen=True, slots=True)
class Caption:
    """Some words; `assumed` when a number in them was said by nobody."""

    text: str
    assumed: bool = False
    short: str = ""
    """The same in fewer words, for where there is little room; empty when there is no shorter way."""


STORES = {
    "relational": QT_TRANSLATE_NOOP("drawing", "relational"),
    "document": QT_TRANSLATE_NOOP("drawing", "documents"),
    "key_value": QT_TRANSLATE_NOOP("drawing", "key-value"),
    "cache": QT_TRANSLATE_NOOP("drawing", "cache"),
    "file_system": QT_TRANSLATE_NOOP("drawing", "file system"),
    "object_store": QT_TRANSLATE_NOOP("drawing", "objects"),
    "data_lake": QT_TRANSLATE_NOOP("drawing", "data lake"),
    "data_warehouse": QT_TRANSLATE_NOOP("drawing", "warehouse"),
    "search": QT_TRANSLATE_NOOP("drawing", "search"),
}
GROUP_TYPES = {
    "team": QT_TRANSLATE_NOOP("drawing", "team"),
    "bounded_context": QT_TRANSLATE_NOOP("drawing", "bounded context"),
    "host": QT_TRANSLATE_NOOP("drawing", "host"),
    "zone": QT_TRANSLATE_NOOP("drawing", "zone"),
    "region": QT_TRANSLATE_NOOP("drawing", "region"),
    "system": QT_TRANSLATE_NOOP("drawing", "system"),
}
_ACCESS = {
    "read": QT_TRANSLATE_NOOP("drawing", "r"),
    "write": QT_TRANSLATE_NOOP("drawing", "w"),
    "read_write": QT_TRANSLATE_NOOP("drawing", "r/w"),
}
_WORKERS = QT_TRANSLATE_NOOP("drawing", "{instances} × {workers} workers")
_UNLIMITED_WORKERS = QT_TRANSLATE_NOOP("drawing", "{instances} × unlimited")
_EXTERNAL = QT_TRANSLATE_NOOP("drawing", "external · p99 {time}")
_DATASTORE = QT_TRANSLATE_NOOP("drawing", "datastore")
_SHARED = QT_TRANSLATE_NOOP("drawing", "shared by {count}")
_STORE_SHARED = QT_TRANSLATE_NOOP("drawing", "{store} · shared by {count}")
_QUEUE = QT_TRANSLATE_NOOP("drawing", "queue")
_TOPIC = QT_TRANSLATE_NOOP("drawing", "topic")
_CHANNEL = QT_TRANSLATE_NOOP("drawing", "{kind} · {technology}")
_ONE_MEMBER = QT_TRANSLATE_NOOP("drawing", "1 element")
_MEMBERS = QT_TRANSLATE_NOOP("drawing", "{count} elements")
_ATTEMPTS = QT_TRANSLATE_NOOP("drawing", "{count} attempts")
_ENDLESS = QT_TRANSLATE_NOOP("drawing", "unlimited attempts")


def duration(time_ms: float) -> str:
    """ "900 ms", "1.2 s", "5 min": two significant digits at least, in the largest fitting unit."""
    if time_ms < 1_000:
        return f"{_number(time_ms)} ms"
    if time_ms < 120_000:
        return f"{_number(time_ms / 1_000)} s"
    return f"{_number(time_ms / 60_000)} min"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.2g}"


def _service(architecture: Architecture, service: Service, translate: Translate) -> Caption:
    instances = in_force(architecture, service, "instances")
    workers = in_force(architecture, service, "workers")
    template = _UNLIMITED_WORKERS if workers.value == "unlimited" else _WORKERS
    text = say("drawing", template, instances=instances.value, workers=workers.value).translated(translate)
    return Caption(text, assumed=not (instances.stated and workers.stated))


def _external(architecture: Architecture, external: External, translate: Translate) -> Caption:
    work = in_force(architecture, external, "work_ms")
    text = say("drawing", _EXTERNAL, time=duration(quantile_of(work.value, 0.99))).translated(translate)
    return Caption(text, assumed=not work.stated)


def _datastore(architecture: Architecture, store: Datastore, translate: Translate) -> Caption:
    count = architecture.sharers.get(store.id, 0)
    kind = translate("drawing", STORES[store.store]) if store.store else ""
    if count < 2:
        return Caption(kind or translate("drawing", _DATASTORE))
    template = _STORE_SHARED if kind else _SHARED
    short = say("drawing", _SHARED, count=count).translated(translate) if kind else ""
    return Caption(say("drawing", template, store=kind, count=count).translated(translate), short=short)


def _channel(kind: str, technology: str | None, translate: Translate) -> Caption:
    word = translate("drawing", kind)
    if not technology:
        return Caption(word)
    return Caption(say("drawing", _CHANNEL, kind=word, technology=technology).translated(translate))


def _group(architecture: Architecture, group: Group, translate: Translate) -> Caption:
    return Caption(translate("drawing", GROUP_TYPES[group.group_type]) if group.group_type else "")


def _nothing(_architecture: Architecture, _element: Element, _translate: Translate) -> Caption:
    return Caption("")


_CAPTIONS: dict[type[Element], Callable[..., Caption]] = {
    Service: _service,
    External: _external,
    Datastore: _datastore,
    Queue: lambda _architecture, queue, translate: _channel(_QUEUE, queue.technology, translate),
    Topic: lambda _architecture, topic, translate: _channel(_TOPIC, topic.technology, translate),
    Group: _group,
    Client: _nothing,
    Note: _nothing,
}


def subtitle(architecture: Architecture, element: Element, translate: Translate = english) -> Caption:
    """The second line of an element: "4 × 20 workers", "external · p99 900 ms", "shared by 2", "topic · Kafka"."""
    return _CAPTIONS[type(element)](architecture, element, translate)


def member_count(architecture: Architecture, group_id: str, translate: Translate = english) -> str:
    """ "7 elements": what a collapsed group holds directly."""
    count = len(architecture.members[group_id])
    return say("drawing", _MEMBERS if count != 1 else _ONE_MEMBER, count=count).translated(translate)


def link_caption(architecture: Architecture, link: Link, translate: Translate = english) -> Caption:
    """What is written on a link: its name, how often a call is tried, which way data goes ("r", "w", "r/w").

    A question mark says that an import guessed something about it and no person confirmed it.
    """
    words = [link.name] if link.name else []
    is_assumed = False
    match link:
        case SyncLink():
            attempts = said(architecture, link, "retry.max_attempts")
            if attempts == "unlimited":
                words.append(translate("drawing", _ENDLESS))
            elif attempts is not None and attempts > 1:
                words.append(say("drawing", _ATTEMPTS, count=attempts).translated(translate))
        case SharedDataLink():
            access = in_force(architecture, link, "access")
            words.append(translate("drawing", _ACCESS[access.value]))
            is_assumed = not access.stated
        case AsyncLink() | EventLink():
            pass
    text = " · ".join(words)
    if any(source.from_ == "guess" for source in link.provenance.values()):
        text = f"{text} ?" if text else "?"
    return Caption(text, is_assumed)
