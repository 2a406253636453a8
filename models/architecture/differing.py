"""What differs between two rows of parts, found by identity: a part that was not touched is the same object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress, count
from operator import is_not, not_
from typing import Any, NamedTuple, TypeVar

_Part = TypeVar("_Part")


class Apart(NamedTuple):
    """Two rows, and the parts that only one of them holds, with their places there."""

    known: tuple[Any, ...]
    row: tuple[Any, ...]
    gone: list[tuple[int, Any]]
    fresh: list[tuple[int, Any]]


def apart(known: tuple[_Part, ...], row: tuple[_Part, ...]) -> Apart:
    """How `row` differs from the row that is `known`."""
    if known is row:
        return Apart(known, row, [], [])
    first, last = _alike(known, row)
    return Apart(known, row, _among(row, known, first, last), _among(known, row, first, last))


def others(known: Sequence[_Part], parts: Sequence[_Part]) -> list[tuple[int, _Part]]:
    """Those of `parts` that are not the same objects as any that are known, with their places.

    An edit leaves nearly all parts where they are, so only what lies between the first and the last place that differ
    is looked at one by one.
    """
    return _among(known, parts, *_alike(known, parts))


def _alike(known: Sequence[_Part], parts: Sequence[_Part]) -> tuple[int, int]:
    """How many of the first, and how many of the last, are the same in both."""
    shorter = min(len(known), len(parts))
    first = _first_other(iter(known), iter(parts), shorter)
    return first, _first_other(reversed(known), reversed(parts), shorter - first)


def _among(known: Sequence[_Part], parts: Sequence[_Part], first: int, last: int) -> list[tuple[int, _Part]]:
    same = set(map(id, known[first : len(known) - last]))
    looked_at = parts[first : len(parts) - last]
    fresh = map(not_, map(same.__contains__, map(id, looked_at)))
    return list(compress(enumerate(looked_at, first), fresh))


def _first_other(known: Iterator[object], parts: Iterator[object], shared: int) -> int:
    """How many of the first `shared` places hold the same object."""
    differ = map(is_not, known, parts)
    return min(next(compress(count(), differ), shared), shared)
