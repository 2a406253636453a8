"""Which technologies can carry a style between two ends (S2): decide the style first, then what carries it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from models.analysis.advisor.case import EVENT_BYTES, Case, size_text
from models.analysis.advisor.forms import FORMS, FormId
from models.analysis.advisor.known import Ends
from models.analysis.facts import Facts
from models.analysis.technologies import carried_by, names_in
from models.architecture import Datastore, Link
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

MOST = 4
"""So many technologies are named per style."""
USUAL: dict[FormId, tuple[str, ...]] = {
    "sync": ("HTTP", "gRPC", "GraphQL", "SOAP"),
    "async_request": ("RabbitMQ", "ActiveMQ", "SQS", "HTTP"),
    "async_command": ("RabbitMQ", "SQS", "ActiveMQ", "NATS"),
    "event": ("Kafka", "RabbitMQ", "NATS", "Webhook"),
    "shared_data": ("S3", "File", "FTP", "JDBC"),
}
_BY_STORE: dict[str, tuple[str, ...]] = {
    "file_system": ("File", "NFS", "FTP"),
    "object_store": ("S3",),
    "data_lake": ("S3", "File"),
    "data_warehouse": ("JDBC", "ODBC"),
    "relational": ("JDBC", "ODBC"),
}
_SAME = ({"http", "https", "rest"}, {"rabbitmq", "amqp"}, {"activemq", "jms"}, {"file", "files"}, {"ftp", "sftp"})
LIMITS = {"kafka": (EVENT_BYTES, "Kafka"), "rabbitmq": (512e6, "RabbitMQ")}
"""Largest message in bytes, as the text on styles has it (S8)."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A technology that can carry the style, and why it is named."""

    name: str
    reason: Text
    section: str = "S2"


@dataclass(frozen=True, slots=True)
class Carriers:
    """`left_out` are usual ones that do not fit, each with the reason; `unsupported` is said when nothing is left."""

    fit: tuple[Carrier, ...]
    left_out: tuple[Carrier, ...]
    unsupported: Text | None = None


def carriers(facts: Facts, link: Link, ends: Ends, case: Case, form: FormId) -> Carriers:
    """What can carry this style between the ends, best first."""
    supporting = [
        (facts.label(end), names)
        for end in (ends.source, ends.target)
        if (
            names := tuple(
                name.strip() for name in facts.architecture.element_by_id[end].__dict__.get("supports") or ()
            )
        )
    ]
    fit: list[Carrier] = []
    left_out: list[Carrier] = []
    seen: set[str] = set()
    for name, reason, usual in _candidates(facts, link, case, form, supporting):
        known = _alike(name)
        if not carries(name, form) or known & seen:
            continue
        seen |= known
        lacking = [end for end, names in supporting if not any(known & _alike(one) for one in names)]
        limit = next((LIMITS[one] for one in sorted(known & LIMITS.keys())), None)
        size = case.number("payload_bytes")
        if lacking:
            left_out += [] if usual else [Carrier(name, say("advisor", _NOT_SUPPORTED, end=lacking[0]))]
        elif limit is not None and size is not None and size > limit[0] and form != "shared_data":
            told = say("advisor", _TOO_LARGE, most=_megabytes(limit[0]), size=size_text(size))
            left_out.append(Carrier(name, told, "S8"))
        else:
            fit.append(Carrier(name, reason))
    unsupported = None
    known_words = [(end, names) for end, names in supporting if all(carried_by(one) for one in names)]
    if not fit and known_words and len(known_words) == len(supporting):
        blocked = [one for one in known_words if not any(carries(name, form) for name in one[1])]
        end, names = (blocked or known_words)[0]
        template = _NONE_SUPPORTED if blocked else _NONE_IN_COMMON
        unsupported = say("advisor", template, end=end, names=", ".join(names), style=FORMS[form].name)
    return Carriers(tuple(fit[:MOST]), tuple(left_out[:MOST]), unsupported)


def listed(found: Iterable[Carrier], told: Callable[[Text], str]) -> str:
    """ "Kafka (in use on this link), RabbitMQ, SQS": each with its reason, unless that is only that it can."""
    return ", ".join(
        carrier.name if carrier.reason.template == _CARRIES else f"{carrier.name} ({told(carrier.reason)})"
        for carrier in found
    )


def carries(technology: str, form: FormId) -> bool:
    """Whether a technology with a known name can carry the style."""
    return bool(carried_by(technology) & FORMS[form].carried)


def _candidates(
    facts: Facts, link: Link, case: Case, form: FormId, supporting: list[tuple[str, tuple[str, ...]]]
) -> Iterator[tuple[str, Text, bool]]:
    """Names, why they are named (in use on the link, supported, in the model, usual), and whether only the last."""
    now = facts.said(link, "technology")
    if now is not None:
        yield now, say("advisor", _IN_USE), False
    if len(supporting) > 1:
        for name in supporting[0][1]:
            if any(_alike(name) & _alike(other) for other in supporting[1][1]):
                yield name, say("advisor", _BOTH_SUPPORT), False
    for end, names in supporting:
        for name in names:
            yield name, say("advisor", _SUPPORTED, end=end), False
    if form not in ("sync", "shared_data"):
        for kind in ("queue", "topic"):
            for channel in facts.elements_of(kind):
                technology = channel.__dict__.get("technology")
                if technology is not None:
                    yield technology, say("advisor", _IN_MODEL, channel=facts.label(channel.id)), False
    target = facts.architecture.element_by_id[link.target]
    usual = USUAL[form]
    if form == "shared_data":
        if isinstance(target, Datastore) and target.store in _BY_STORE:
            usual = _BY_STORE[target.store]
        elif case.yes("legacy"):
            usual = ("File", "FTP", "JDBC")
    for name in usual:
        by_callback = carried_by(name) & {"async", "callback"} == {"callback"} and form == "async_request"
        yield name, say("advisor", _CALLBACK if by_callback else _CARRIES), True


def _alike(name: str) -> frozenset[str]:
    """The name and those that mean the same thing on the wire."""
    known = names_in(name) or frozenset({name.strip().lower()})
    return known.union(*(group for group in _SAME if group & known))


def _megabytes(size: float) -> str:
    return f"{size / 1e6:g} MB"


_IN_USE = QT_TRANSLATE_NOOP("advisor", "in use on this link")
_BOTH_SUPPORT = QT_TRANSLATE_NOOP("advisor", "both ends support it")
_SUPPORTED = QT_TRANSLATE_NOOP("advisor", "{end} supports it")
_IN_MODEL = QT_TRANSLATE_NOOP("advisor", "{channel} runs on it")
_CARRIES = QT_TRANSLATE_NOOP("advisor", "can carry it")
_CALLBACK = QT_TRANSLATE_NOOP("advisor", "can carry it, with the reply as a callback")
_NOT_SUPPORTED = QT_TRANSLATE_NOOP("advisor", "{end} does not support it")
_TOO_LARGE = QT_TRANSLATE_NOOP("advisor", "takes about {most} in one message, and this has {size}")
_NONE_SUPPORTED = QT_TRANSLATE_NOOP("advisor", "{end} supports {names}, none of which can carry this: {style}.")
_NONE_IN_COMMON = QT_TRANSLATE_NOOP(
    "advisor", "{end} supports {names}, and the other end nothing of it that can carry this: {style}."
)
