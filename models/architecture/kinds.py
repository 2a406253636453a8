"""The tables of element kinds and link styles: what each is called, how it may be connected, how it is picked.

Adding a kind or a style is one row here and one icon; nothing else asks `if kind == ...`.
"""

from dataclasses import dataclass

from models.architecture.elements import (
    Client,
    Datastore,
    Element,
    ElementKind,
    External,
    Group,
    Note,
    Queue,
    Service,
    Topic,
)
from models.architecture.links import AsyncLink, EventLink, Link, LinkStyle, SharedDataLink, SyncLink
from models.architecture.text import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class KindTraits:
    """One element kind. `label` and `plural` are templates of the context "kinds"; sizes are in pixels."""

    kind: ElementKind
    type: type[Element]
    label: str
    icon: str
    shape: str
    width: float
    height: float
    connects: bool = True
    works: bool = False
    """Serves requests: has workers and a work time."""
    channel: bool = False
    """Holds messages between producers and consumers."""


@dataclass(frozen=True, slots=True)
class StyleTraits:
    """One link style; `endpoints` is the table of allowed (source kinds, target kinds)."""

    style: LinkStyle
    type: type[Link]
    label: str
    noun: str
    key: str
    endpoints: tuple[tuple[frozenset[str], frozenset[str]], ...]
    blocking: bool = False


def _row(sources: str, targets: str) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(sources.split()), frozenset(targets.split())


KINDS: dict[ElementKind, KindTraits] = {
    traits.kind: traits
    for traits in (
        KindTraits("client", Client, QT_TRANSLATE_NOOP("kinds", "Client"), "client", "person", 40, 68),
        KindTraits("service", Service, QT_TRANSLATE_NOOP("kinds", "Service"), "service", "box", 150, 58, works=True),
        KindTraits(
            "external", External, QT_TRANSLATE_NOOP("kinds", "External"), "external", "dashed_box", 150, 58, works=True
        ),
        KindTraits(
            "datastore",
            Datastore,
            QT_TRANSLATE_NOOP("kinds", "Datastore"),
            "datastore",
            "cylinder",
            150,
            70,
            works=True,
        ),
        KindTraits("queue", Queue, QT_TRANSLATE_NOOP("kinds", "Queue"), "queue", "pipe", 150, 58, channel=True),
        KindTraits("topic", Topic, QT_TRANSLATE_NOOP("kinds", "Topic"), "topic", "fan", 150, 58, channel=True),
        KindTraits("group", Group, QT_TRANSLATE_NOOP("kinds", "Group"), "group", "frame", 320, 200, connects=False),
        KindTraits("note", Note, QT_TRANSLATE_NOOP("kinds", "Note"), "note", "sheet", 160, 72, connects=False),
    )
}

CHANNELS = frozenset[str]([kind for kind, traits in KINDS.items() if traits.channel])
"""The kinds of what holds messages between their senders and takers."""

STYLES: dict[LinkStyle, StyleTraits] = {
    traits.style: traits
    for traits in (
        StyleTraits(
            "sync",
            SyncLink,
            QT_TRANSLATE_NOOP("styles", "Sync"),
            QT_TRANSLATE_NOOP("styles", "synchronous call"),
            "1",
            (_row("client service external", "service external"),),
            blocking=True,
        ),
        StyleTraits(
            "async",
            AsyncLink,
            QT_TRANSLATE_NOOP("styles", "Async"),
            QT_TRANSLATE_NOOP("styles", "asynchronous message"),
            "2",
            (_row("client service external", "service external queue"), _row("queue", "service external")),
        ),
        StyleTraits(
            "event",
            EventLink,
            QT_TRANSLATE_NOOP("styles", "Event"),
            QT_TRANSLATE_NOOP("styles", "event"),
            "3",
            (_row("service external", "topic service external"), _row("topic", "service external")),
        ),
        StyleTraits(
            "shared_data",
            SharedDataLink,
            QT_TRANSLATE_NOOP("styles", "Data access"),
            QT_TRANSLATE_NOOP("styles", "data access"),
            "4",
            (_row("service external", "datastore"), _row("service", "service")),
            blocking=True,
        ),
    )
}

_ALLOWED = frozenset(
    (traits.style, source, target)
    for traits in STYLES.values()
    for sources, targets in traits.endpoints
    for source in sources
    for target in targets
)


def allowed(style: LinkStyle, source_kind: str, target_kind: str) -> bool:
    """Whether a link of this style may run from one kind of element to the other."""
    return (style, source_kind, target_kind) in _ALLOWED


def allowed_styles(source_kind: str, target_kind: str) -> tuple[LinkStyle, ...]:
    """The styles that may connect the two kinds, in the table's order."""
    return tuple(style for style in STYLES if allowed(style, source_kind, target_kind))


def allowed_targets(style: LinkStyle, source_kind: str) -> tuple[str, ...]:
    """The kinds a link of this style may reach from `source_kind`, in the table's order."""
    return tuple(kind for kind in KINDS if allowed(style, source_kind, kind))
