"""The words of the model in the reader's language: kinds, styles, attributes, values, severities and grades."""

from typing import Any

from PySide6.QtCore import QCoreApplication

from app.panels.fields import Field, write
from app.panels.labels import LABELS
from models.architecture import KINDS, STYLES, Element, Link
from models.architecture.text import QT_TRANSLATE_NOOP

VALUES: dict[str, str] = {
    "none": QT_TRANSLATE_NOOP("values", "none"),
    "unlimited": QT_TRANSLATE_NOOP("values", "unlimited"),
    "auto": QT_TRANSLATE_NOOP("values", "auto"),
    "all": QT_TRANSLATE_NOOP("values", "all"),
    "unknown": QT_TRANSLATE_NOOP("values", "unknown"),
    "sender": QT_TRANSLATE_NOOP("values", "sender"),
    "receiver": QT_TRANSLATE_NOOP("values", "receiver"),
    "yes": QT_TRANSLATE_NOOP("values", "yes"),
    "no": QT_TRANSLATE_NOOP("values", "no"),
    "service": QT_TRANSLATE_NOOP("values", "service"),
    "gateway": QT_TRANSLATE_NOOP("values", "gateway"),
    "bff": QT_TRANSLATE_NOOP("values", "backend for frontend"),
    "adapter": QT_TRANSLATE_NOOP("values", "adapter"),
    "orchestrator": QT_TRANSLATE_NOOP("values", "orchestrator"),
    "job": QT_TRANSLATE_NOOP("values", "job"),
    "function": QT_TRANSLATE_NOOP("values", "function"),
    "blocking": QT_TRANSLATE_NOOP("values", "blocking"),
    "nonblocking": QT_TRANSLATE_NOOP("values", "non-blocking"),
    "fifo": QT_TRANSLATE_NOOP("values", "first come, first served"),
    "lifo": QT_TRANSLATE_NOOP("values", "last come, first served"),
    "ps": QT_TRANSLATE_NOOP("values", "shared among all"),
    "round_robin": QT_TRANSLATE_NOOP("values", "round robin"),
    "random": QT_TRANSLATE_NOOP("values", "random"),
    "least_busy": QT_TRANSLATE_NOOP("values", "least busy"),
    "shared_queue": QT_TRANSLATE_NOOP("values", "one shared queue"),
    "relational": QT_TRANSLATE_NOOP("values", "relational"),
    "document": QT_TRANSLATE_NOOP("values", "document"),
    "key_value": QT_TRANSLATE_NOOP("values", "key and value"),
    "cache": QT_TRANSLATE_NOOP("values", "cache"),
    "file_system": QT_TRANSLATE_NOOP("values", "file system"),
    "object_store": QT_TRANSLATE_NOOP("values", "object store"),
    "data_lake": QT_TRANSLATE_NOOP("values", "data lake"),
    "data_warehouse": QT_TRANSLATE_NOOP("values", "data warehouse"),
    "search": QT_TRANSLATE_NOOP("values", "search"),
    "team": QT_TRANSLATE_NOOP("values", "team"),
    "bounded_context": QT_TRANSLATE_NOOP("values", "bounded context"),
    "host": QT_TRANSLATE_NOOP("values", "host"),
    "zone": QT_TRANSLATE_NOOP("values", "zone"),
    "region": QT_TRANSLATE_NOOP("values", "region"),
    "system": QT_TRANSLATE_NOOP("values", "system"),
    "fixed": QT_TRANSLATE_NOOP("values", "fixed"),
    "exponential": QT_TRANSLATE_NOOP("values", "exponential"),
    "full": QT_TRANSLATE_NOOP("values", "full"),
    "cached": QT_TRANSLATE_NOOP("values", "cached answer"),
    "default": QT_TRANSLATE_NOOP("values", "default answer"),
    "buffer": QT_TRANSLATE_NOOP("values", "buffered for later"),
    "static": QT_TRANSLATE_NOOP("values", "static"),
    "dynamic": QT_TRANSLATE_NOOP("values", "dynamic"),
    "read": QT_TRANSLATE_NOOP("values", "read"),
    "write": QT_TRANSLATE_NOOP("values", "write"),
    "read_write": QT_TRANSLATE_NOOP("values", "read and write"),
    "untyped": QT_TRANSLATE_NOOP("values", "untyped"),
    "typed": QT_TRANSLATE_NOOP("values", "typed"),
    "unary": QT_TRANSLATE_NOOP("values", "one answer"),
    "stream": QT_TRANSLATE_NOOP("values", "stream"),
    "queue": QT_TRANSLATE_NOOP("values", "queue"),
    "callback": QT_TRANSLATE_NOOP("values", "callback"),
    "stored": QT_TRANSLATE_NOOP("values", "stored"),
    "memory": QT_TRANSLATE_NOOP("values", "memory"),
    "at_least_once": QT_TRANSLATE_NOOP("values", "at least once"),
    "at_most_once": QT_TRANSLATE_NOOP("values", "at most once"),
    "id_only": QT_TRANSLATE_NOOP("values", "only an id"),
    "full_state": QT_TRANSLATE_NOOP("values", "full state"),
    "hybrid": QT_TRANSLATE_NOOP("values", "essentials, rest on request"),
    "before_commit": QT_TRANSLATE_NOOP("values", "before commit"),
    "after_commit": QT_TRANSLATE_NOOP("values", "after commit"),
    "compatible": QT_TRANSLATE_NOOP("values", "compatible"),
    "breaking": QT_TRANSLATE_NOOP("values", "breaking"),
    "poisson": QT_TRANSLATE_NOOP("values", "random (Poisson)"),
    "regular": QT_TRANSLATE_NOOP("values", "regular"),
    "request": QT_TRANSLATE_NOOP("values", "request"),
    "reply": QT_TRANSLATE_NOOP("values", "reply"),
    "sketch": QT_TRANSLATE_NOOP("values", "sketch"),
    "design": QT_TRANSLATE_NOOP("values", "design"),
    "operate": QT_TRANSLATE_NOOP("values", "operate"),
    "error": QT_TRANSLATE_NOOP("values", "error"),
    "warning": QT_TRANSLATE_NOOP("values", "warning"),
    "info": QT_TRANSLATE_NOOP("values", "info"),
    "stated": QT_TRANSLATE_NOOP("values", "stated"),
    "assumed": QT_TRANSLATE_NOOP("values", "assumed"),
    "guess": QT_TRANSLATE_NOOP("values", "guessed"),
    "import": QT_TRANSLATE_NOOP("values", "imported"),
    "measured": QT_TRANSLATE_NOOP("values", "measured"),
    "fix": QT_TRANSLATE_NOOP("values", "set by a fix"),
    "crash": QT_TRANSLATE_NOOP("values", "Crash"),
    "omission": QT_TRANSLATE_NOOP("values", "Omission"),
    "timing": QT_TRANSLATE_NOOP("values", "Slowness"),
    "response": QT_TRANSLATE_NOOP("values", "Wrong answers"),
    "arbitrary": QT_TRANSLATE_NOOP("values", "Arbitrary failure"),
    "partition": QT_TRANSLATE_NOOP("values", "Partition"),
    "poison": QT_TRANSLATE_NOOP("values", "Poison messages"),
    "load": QT_TRANSLATE_NOOP("values", "Load surge"),
    "open": QT_TRANSLATE_NOOP("values", "at a rate"),
    "closed": QT_TRANSLATE_NOOP("values", "by a number of users"),
    "profile": QT_TRANSLATE_NOOP("values", "along a curve"),
    "schedule": QT_TRANSLATE_NOOP("values", "in batches"),
    "goodput_per_s": QT_TRANSLATE_NOOP("values", "goodput"),
    "mean_ms": QT_TRANSLATE_NOOP("values", "mean latency"),
    "p50_ms": QT_TRANSLATE_NOOP("values", "median latency"),
    "p95_ms": QT_TRANSLATE_NOOP("values", "p95 latency"),
    "p99_ms": QT_TRANSLATE_NOOP("values", "p99 latency"),
    "completion_p95_ms": QT_TRANSLATE_NOOP("values", "p95 completion"),
    "recovery_ms": QT_TRANSLATE_NOOP("values", "recovery time"),
    "availability": QT_TRANSLATE_NOOP("values", "availability"),
}
"""Words a value may be, as they stand in the file, and what a person reads."""


def translate(context: str, source: str) -> str:
    return QCoreApplication.translate(context, source)


def value_label(value: str) -> str:
    """A value's word for people."""
    return translate("values", VALUES[value]) if value in VALUES else value.replace("_", " ")


def field_label(name: str) -> str:
    label = LABELS.get(name)
    return translate("fields", label.name) if label is not None else name.replace("_", " ")


def field_hint(name: str) -> str:
    label = LABELS.get(name)
    return translate("hints", label.hint) if label is not None and label.hint else ""


def group_label(group: str) -> str:
    return translate("groups", group)


def shown(field: Field, value: Any) -> str:
    """A value as a person reads it."""
    text = write(field, value)
    return value_label(text) if text in VALUES and field.form not in ("text", "texts") else text


def kind_label(part: Element | Link) -> str:
    """ "service", "synchronous call"."""
    if hasattr(part, "style"):
        return translate("styles", STYLES[part.style].noun)
    return translate("kinds", KINDS[part.kind].label).lower()
