"""Numbers nobody said, in words: "the time Ledger works on a call (20 ms on average)" for "ledger.work_ms"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.architecture import Architecture
from models.architecture.settings import part_of
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.simulation.wording import time

_UNITS = ("_ms", "_per_s", "_bytes")


def number_name(architectures: tuple[Architecture, ...], path: str) -> Text:
    """What stands at a path, by its part's name in the first of the architectures that has it; else the path."""
    for architecture in architectures:
        found = part_of(architecture, path)
        if found is not None:
            attribute = path[len(found[1]) + 1 :]
            template = _NAMES.get(attribute, _OF)
            return say("evidence", template, attribute=attribute_name(attribute), part=architecture.label(found[1]))
    return say("evidence", "{path}", path=path)


def attribute_name(attribute: str) -> str:
    """ "retry.max_attempts" -> "retry max attempts"; the unit is told with the value."""
    ending = next((unit for unit in _UNITS if attribute.endswith(unit)), "")
    return attribute.removesuffix(ending).replace(".", " ").replace("_", " ")


def with_value(name: Text, path: str, value: Any) -> Text:
    """The name with its value behind it, where that is a number or a distribution with a mean."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return say("evidence", _VALUE, name=name, value=_figure(path, float(value)))
    mean = _mean(value)
    return name if mean is None else say("evidence", _MEAN, name=name, value=_figure(path, mean))


def _mean(value: Any) -> float | None:
    inner = next(iter(value.values())) if isinstance(value, Mapping) and len(value) == 1 else None
    mean = inner.get("mean") if isinstance(inner, Mapping) else inner
    return float(mean) if isinstance(mean, int | float) and "rate_per_s" not in value else None


def _figure(path: str, value: float) -> str:
    if path.endswith("_ms"):
        return time(value)
    return f"{value:,g}/s" if path.endswith("_per_s") else f"{value:,g}"


_NAMES: dict[str, str] = {
    "work_ms": QT_TRANSLATE_NOOP("evidence", "the time {part} works on a call"),
    "startup_ms": QT_TRANSLATE_NOOP("evidence", "the time {part} takes to start"),
    "network_ms": QT_TRANSLATE_NOOP("evidence", "the time on the network of {part}"),
    "workers": QT_TRANSLATE_NOOP("evidence", "the workers of {part}"),
    "instances": QT_TRANSLATE_NOOP("evidence", "the instances of {part}"),
    "replicas": QT_TRANSLATE_NOOP("evidence", "the replicas of {part}"),
    "load": QT_TRANSLATE_NOOP("evidence", "the load of {part}"),
}
_OF = QT_TRANSLATE_NOOP("evidence", "{attribute} of {part}")
_VALUE = QT_TRANSLATE_NOOP("evidence", "{name} ({value})")
_MEAN = QT_TRANSLATE_NOOP("evidence", "{name} ({value} on average)")
