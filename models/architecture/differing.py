"""What differs between two rows of parts, found by identity: a part that was not touched is the same object."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import compress, count
from operator import is_not, not_
from typing import TypeVar

_Part = TypeVar("_Part")


def others(known: Sequence[_Part], parts: Sequence[_Part]) -> list[tuple[int, _Part]]:
    """Those of `parts` that are not the same objects as any that are known, with their places.

    An edit leaves nearly all parts where they are, so only what lies between the first and the last place that differ
    is looked at one by one.
    """
    shorter = min(len(known), len(parts))
    first = _first_other(iter(known), iter(parts), shorter)
    last = _first_other(reversed(known), reversed(parts), shorter - first)
    same = set(map(id, known[first : len(known) - last]))
    looked_at = parts[first : len(parts) - last]
    fresh = map(not_, map(same.__contains__, map(id, looked_at)))
    return list(compress(enumerate(looked_at, first), fresh))


def _first_other(known: Iterator[object], parts: Iterator[object], shared: int) -> int:
    """How many of the first `shared` places hold the same object."""
    differ = map(is_not, known, parts)
    return min(next(compress(count(), differ), shared), shared)
