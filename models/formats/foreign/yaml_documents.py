"""YAML as plain data: dict, list, str and None. No tag is obeyed, and nothing can grow beyond its limits.

Scalars stay text, since what a number or a truth value is depends on the field; a plain empty value, `~` or `null` is
None. Anchors, aliases and merge keys are followed, each alias counted with all it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_DEPTH = 64
MAX_NODES = 400_000
MAX_DOCUMENTS = 5_000
_NULLS = ("", "~", "null", "Null", "NULL")


class MalformedYamlError(ValueError):
    """Not YAML, or more of it than is read; `line` is counted from 1 and 0 when unknown."""

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


def documents(text: str) -> list[Any]:
    """Every document of a YAML (or JSON) stream; an empty document is None.

    Raises:
        MalformedYamlError: malformed, nested deeper than 64, more than 5,000 documents or 400,000 values.
    """
    yaml = YAML(typ="safe", pure=True)
    try:
        return list(_Reader(yaml.parse(text)).documents())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise MalformedYamlError(error.problem or error.context or "malformed", mark.line + 1 if mark else 0) from error
    except (YAMLError, ValueError, RecursionError) as error:
        if isinstance(error, MalformedYamlError):
            raise
        raise MalformedYamlError((str(error).splitlines() or ["malformed"])[0]) from error


class _Reader:
    def __init__(self, events: Iterator[Event]) -> None:
        self._events = iter(events)
        self._anchors: dict[str, tuple[Any, int, int]] = {}
        self._nodes = 0
        self._line = 0

    def documents(self) -> Iterator[Any]:
        count = 0
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                count += 1
                if count > MAX_DOCUMENTS:
                    raise MalformedYamlError(f"there are more than {MAX_DOCUMENTS:,} documents")
                self._anchors.clear()
                yield self._node(self._next(), 0)[0]
                if not isinstance(self._next(), DocumentEndEvent):
                    raise MalformedYamlError("the document does not end where it should", self._line)

    def _next(self) -> Event:
        event = next(self._events)
        if event.start_mark is not None:
            self._line = event.start_mark.line + 1
        return event

    def _count(self, number: int) -> None:
        self._nodes += number
        if self._nodes > MAX_NODES:
            raise MalformedYamlError(f"it stands for more than {MAX_NODES:,} values", self._line)

    def _node(self, event: Event, depth: int) -> tuple[Any, int, int]:
        """(value, how many values it stands for, how deep it goes)."""
        if depth > MAX_DEPTH:
            raise MalformedYamlError(f"it is nested more than {MAX_DEPTH} deep", self._line)
        if isinstance(event, AliasEvent):
            known = self._anchors.get(event.anchor)
            if known is None:
                raise MalformedYamlError(f'nothing above is anchored as "{event.anchor}"', self._line)
            self._count(known[1])
            if depth + known[2] > MAX_DEPTH:
                raise MalformedYamlError(f"it is nested more than {MAX_DEPTH} deep", self._line)
            return known
        self._count(1)
        if isinstance(event, ScalarEvent):
            plain = event.style is None and event.value in _NULLS
            made: tuple[Any, int, int] = (None if plain else event.value, 1, 1)
        elif isinstance(event, SequenceStartEvent):
            made = self._sequence(depth)
        elif isinstance(event, MappingStartEvent):
            made = self._mapping(depth)
        else:
            raise MalformedYamlError("a value is missing", self._line)
        assert isinstance(event, NodeEvent)
        if event.anchor:
            self._anchors[event.anchor] = made
        return made

    def _sequence(self, depth: int) -> tuple[list[Any], int, int]:
        values: list[Any] = []
        size, deepest = 1, 0
        while not isinstance(event := self._next(), SequenceEndEvent):
            value, held, levels = self._node(event, depth + 1)
            values.append(value)
            size, deepest = size + held, max(deepest, levels)
        return values, size, deepest + 1

    def _mapping(self, depth: int) -> tuple[dict[str, Any], int, int]:
        values: dict[str, Any] = {}
        merged: list[Any] = []
        size, deepest = 1, 0
        while not isinstance(event := self._next(), MappingEndEvent):
            key, held, _ = self._node(event, depth + 1)
            value, inner, levels = self._node(self._next(), depth + 1)
            size, deepest = size + held + inner, max(deepest, levels)
            if key == "<<":
                merged += value if isinstance(value, list) else [value]
            elif isinstance(key, str):
                if key in values:
                    raise MalformedYamlError(f'"{key[:60]}" stands twice in one mapping', self._line)
                values[key] = value
            elif key is None:
                values[""] = value
        for other in merged:
            if isinstance(other, dict):
                values = {**other, **values}
        return values, size, deepest + 1
