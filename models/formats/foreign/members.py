"""Telling what of foreign objects an importer did not take: members it knows and passes over, and strangers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

MOST_TOLD = 30
"""Of more strangers than this the rest is counted."""
LONGEST = 80
"""Letters of a foreign name that are told."""
_PASSED = QT_TRANSLATE_NOOP("import", "Members that the model has no place for: {members}")
_STRANGER = QT_TRANSLATE_NOOP("import", '{place}: "{member}" is not understood')
_STRANGER_AGAIN = QT_TRANSLATE_NOOP("import", '{place}: "{member}" is not understood, also elsewhere ({count})')
_STRANGERS = QT_TRANSLATE_NOOP("import", "{count} more members are not understood")


def words(*lines: str) -> frozenset[str]:
    """The words of some lines."""
    return frozenset(word for line in lines for word in line.split())


@dataclass(frozen=True, slots=True)
class Known:
    """The members of one sort of object: those that are `taken` over, and those that are `passed` over knowingly."""

    taken: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()


@dataclass(slots=True)
class Members:
    """Looks at objects of the sorts in `known`."""

    known: Mapping[str, Known]
    _passed: Counter[str] = field(default_factory=Counter)
    _strangers: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """(sort, member) -> where it stands."""

    def look(self, sort: str, value: Any, place: str) -> None:
        """Notes the members of `value`, an object of that sort at `place`, that are not taken over."""
        known = self.known[sort]
        if not isinstance(value, dict):
            return
        for member in value:
            if member in known.taken:
                continue
            if member in known.passed:
                self._passed[member] += 1
            else:
                self._strangers.setdefault((sort, str(member)), []).append(place)

    def told(self) -> Iterator[Text]:
        """The strangers one by one with the first place of each, then in one sentence what was passed over."""
        for (_, member), places in list(self._strangers.items())[:MOST_TOLD]:
            template = _STRANGER if len(places) == 1 else _STRANGER_AGAIN
            yield say("import", template, place=places[0], member=_short(member), count=len(places) - 1)
        if len(self._strangers) > MOST_TOLD:
            yield say("import", _STRANGERS, count=len(self._strangers) - MOST_TOLD)
        if self._passed:
            counted = sorted(self._passed.items(), key=lambda one: (-one[1], one[0]))
            yield say("import", _PASSED, members=", ".join(f"{name} ({count})" for name, count in counted))


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
