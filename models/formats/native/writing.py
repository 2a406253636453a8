"""The one way a model is written: same value in, same bytes out, made for version control.

Names in the order of the schema, elements and links by id, one attribute to a line, distributions and pairs of numbers
on one line, whole numbers without a fraction, what nobody said left out, a newline at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from json.encoder import encode_basestring
from typing import Any

from models.architecture import FORMAT, Architecture, Frozen, LinkStep, Provenance, UseStep
from models.architecture.journeys import WorkStep
from models.architecture.policy import SeveritySetting, Threshold
from models.architecture.scenarios import Expectation
from models.architecture.values import (
    Constant,
    Empirical,
    Erlang,
    Exponential,
    Hyperexponential,
    Lognormal,
    Uniform,
)

SCHEMA = f"urn:{FORMAT.replace('/', ':schema:')}"
"""The id of the JSON Schema of the current format."""
_ONE_LINE = (
    Constant,
    Empirical,
    Erlang,
    Expectation,
    Exponential,
    Hyperexponential,
    Lognormal,
    Provenance,
    SeveritySetting,
    Threshold,
    Uniform,
    UseStep,
    WorkStep,
)
_LARGEST_WHOLE = 1e16
_LONGEST_INLINE = 80
"""Characters of a list or an object of a team's own that still stand on one line."""
_INDENT = "  "
_WORDS = {None: "null", True: "true", False: "false"}


def dumps(architecture: Architecture, before_each: Callable[[], object] = lambda: None) -> bytes:
    """The file of `architecture`: UTF-8 JSON that `loads` reads back as an equal value (elements and links by id).

    `before_each` is called before each element and link: a thread that others wait for can give way there.
    """
    unknown = dict(architecture._unknown or {})
    fields: dict[str, Any] = {"$schema": unknown.pop("$schema", SCHEMA), "format": unknown.pop("format", FORMAT)}
    fields |= architecture.said()
    for space in ("elements", "links"):
        if space in fields:
            parts = sorted(fields[space], key=lambda part: part.id)
            fields[space] = _Written(_rows(parts, _INDENT, before_each))
    fields |= {name: unknown[name] for name in sorted(unknown)}
    return (_block(fields, "") + "\n").encode()


@dataclass(frozen=True, slots=True)
class _Written:
    """What is text already."""

    text: str


@dataclass(frozen=True, slots=True)
class _Short:
    """Plain data that stands on one line when that is short enough."""

    value: Any


def _text(value: Any, indent: str) -> str:
    if value is None or isinstance(value, str | int | float):
        return _inline(value)
    if isinstance(value, Frozen):
        fields = _fields(value)
        return _inline(fields) if _fits_one_line(value) else _block(fields, indent)
    if isinstance(value, Mapping):
        short = {name: _Short(value[name]) if _is_plain(value[name]) else value[name] for name in sorted(value)}
        return _block(short, indent)
    if isinstance(value, _Short):
        text = _inline(value.value)
        return text if len(text) <= _LONGEST_INLINE else _text(value.value, indent)
    if isinstance(value, _Written):
        return value.text
    if isinstance(value, tuple | list):
        if all(_is_flat(item) for item in value):
            return _inline(value)
        return _rows(value, indent)
    return _inline(value)


def _rows(items: Iterable[Any], indent: str, before_each: Callable[[], object] = lambda: None) -> str:
    inner = indent + _INDENT
    lines = []
    for item in items:
        before_each()
        lines.append(f"{inner}{_text(item, inner)}")
    return "[\n" + ",\n".join(lines) + f"\n{indent}]"


def _block(fields: Mapping[str, Any], indent: str) -> str:
    if not fields:
        return "{}"
    inner = indent + _INDENT
    lines = [f"{inner}{encode_basestring(name)}: {_text(value, inner)}" for name, value in fields.items()]
    return "{\n" + ",\n".join(lines) + f"\n{indent}}}"


def _inline(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return _WORDS[value]
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < _LARGEST_WHOLE
        return str(int(value)) if whole else repr(value)
    if isinstance(value, Frozen):
        value = _fields(value)
    if isinstance(value, Mapping):
        names = value if type(value) is dict else sorted(value)
        return "{" + ", ".join(f"{encode_basestring(name)}: {_inline(value[name])}" for name in names) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_inline(item) for item in value) + "]"
    assert isinstance(value, date)
    return encode_basestring(value.isoformat())


def _fields(model: Frozen) -> dict[str, Any]:
    """What a part says, by the names of the file; at the end what a newer format said of it."""
    fields = {type(model).model_fields[name].alias or name: value for name, value in model.said().items()}
    unknown = model._unknown or {}
    return fields | {name: unknown[name] for name in sorted(unknown)}


def _fits_one_line(model: Frozen) -> bool:
    if isinstance(model, LinkStep):
        return not (model.steps or model.on_reply or model.on_failure)
    return isinstance(model, _ONE_LINE)


def _is_flat(value: Any) -> bool:
    """Whether it is a plain value, or a pair of plain values."""
    if isinstance(value, tuple | list):
        return len(value) == 2 and not any(isinstance(item, tuple | list | Mapping | Frozen) for item in value)
    return not isinstance(value, Mapping | Frozen)


def _is_plain(value: Any) -> bool:
    """Whether it is a list or an object of no schema of ours."""
    if isinstance(value, Mapping):
        return not any(isinstance(item, Frozen) for item in value.values())
    return isinstance(value, tuple | list) and not any(isinstance(item, Frozen) for item in value)
