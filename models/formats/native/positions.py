"""Where in the text of a JSON file a value stands. Used once something is wrong, on text that is valid JSON."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from contextlib import suppress
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder, loads
from typing import Any

Path = tuple[str | int, ...]
_TOKEN = re.compile(r'[\s,:]*("(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{}:,"]+)', re.DOTALL)
_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = JSONDecoder()
LONGEST_TEXT = 16 * 1024 * 1024
"""Longer texts are not searched: it would take seconds."""


@dataclass(frozen=True, slots=True)
class Spot:
    """`path` leads to the value at character `value`; `key` is where its name stands, when it has one."""

    path: Path
    value: int
    key: int | None


def spots(text: str) -> Iterator[Spot]:
    """Every value in the order of the text, the outermost first."""
    path: list[str | int] = []
    closers: list[str] = []
    key: tuple[str, int] | None = None
    for match in _TOKEN.finditer(text):
        token, at = match[1], match.start(1)
        if token in ("]", "}"):
            if closers:
                closers.pop()
                if path:
                    path.pop()
            continue
        inside = closers[-1] if closers else ""
        if inside == "}" and key is None:
            key = (loads(token) if token[0] == '"' else token, at)
            continue
        name_at: int | None = None
        if inside == "}" and key is not None:
            path[-1], name_at = key
            key = None
        elif inside == "]":
            path[-1] = int(path[-1]) + 1
        yield Spot(tuple(path), at, name_at)
        if token in ("[", "{"):
            closers.append("]" if token == "[" else "}")
            path.append(-1)


def items(text: str, names: Container[str]) -> Iterator[tuple[str, Any, int]]:
    """Every item of the lists that the outermost object has under these names: (name, item, character it begins at).

    As far as the text is JSON; a file may have been written to since it was read.
    """
    with suppress(JSONDecodeError, IndexError):
        yield from _items(text, names)


def _items(text: str, names: Container[str]) -> Iterator[tuple[str, Any, int]]:
    """Lets Python's decoder, which is fast, step over one value at a time."""
    at = _after(text, 0, "{")
    while text[at] == '"':
        name, at = _DECODER.raw_decode(text, at)
        at = _after(text, at, ":")
        if name in names and text[at] == "[":
            at = _after(text, at, "[")
            while text[at] != "]":
                item, end = _DECODER.raw_decode(text, at)
                yield name, item, at
                at = _after(text, end, ",")
            at += 1
        else:
            at = _DECODER.raw_decode(text, at)[1]
        at = _after(text, at, ",")


def _after(text: str, at: int, sign: str) -> int:
    """Where the next value begins: after white space, the sign if it is there, and more white space."""
    at = _past_space(text, at)
    return _past_space(text, at + 1) if text.startswith(sign, at) else at


def _past_space(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def locate(text: str, path: Path, *, name: bool = False) -> tuple[int, int] | None:
    """(line, column) from 1 of the value at `path`, or of its `name`; of what comes nearest to it when it is not there.

    None when the text is too long to search.
    """
    if len(text) > LONGEST_TEXT:
        return None
    wanted = tuple(str(item) for item in path)
    nearest: Spot | None = None
    for spot in spots(text):
        known = tuple(str(item) for item in spot.path)
        if known == wanted[: len(known)] and (nearest is None or len(known) > len(nearest.path)):
            nearest = spot
            if len(known) == len(wanted):
                break
    if nearest is None:
        return None
    at = nearest.key if name and nearest.key is not None and len(nearest.path) == len(path) else nearest.value
    return line_and_column(text, at)


def repeated(text: str) -> Spot | None:
    """The first value whose name stands in its object for the second time, or None."""
    if len(text) > LONGEST_TEXT:
        return None
    seen: set[Path] = set()
    for spot in spots(text):
        if spot.path in seen:
            return spot
        seen.add(spot.path)
    return None


def token_at(text: str, token: str) -> tuple[int, int] | None:
    """(line, column) from 1 of the first `token` outside of quotes; the text may be no JSON."""
    if len(text) > LONGEST_TEXT:
        return None
    found = next((match for match in _TOKEN.finditer(text) if match[1] == token), None)
    return line_and_column(text, found.start(1)) if found else None


def line_and_column(text: str, at: int) -> tuple[int, int]:
    """(line, column) from 1 of character `at`."""
    return text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
