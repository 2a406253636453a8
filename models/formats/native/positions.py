"""Where in the text of a JSON file a value stands. Used only once something is wrong, on text that is valid JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from json import loads

Path = tuple[str | int, ...]
_TOKEN = re.compile(r'[\s,:]*("(?:[^"\\]|\\.)*"|[\[\]{}]|[^\s\[\]{}:,"]+)', re.DOTALL)
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
