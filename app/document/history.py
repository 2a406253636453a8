"""Undo by keeping the value before: a list of entries and a place in it. No Qt."""

from dataclasses import dataclass, replace

from models.architecture import Architecture

MAX_ENTRIES = 1_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One step that can be undone. `selected` is what was selected before it."""

    before: Architecture
    after: Architecture
    title: str
    merge_key: str | None
    selected: tuple[str, ...]


class History:
    """Entries up to `place` can be undone, those after it redone."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._place = 0
        self._sealed = True

    def clear(self) -> None:
        self._entries.clear()
        self._place = 0
        self._sealed = True

    def seal(self) -> None:
        """The next entry starts a step of its own, whatever its merge key."""
        self._sealed = True

    def record(self, entry: Entry) -> Architecture:
        """Adds a step, or widens the last one when both have the same merge key; returns the value now in force.

        A widened step that leads back to where it started disappears, and its first value is in force again.
        """
        last = self._last()
        if last is None or self._sealed or entry.merge_key is None or last.merge_key != entry.merge_key:
            self._entries[self._place :] = [entry]
            del self._entries[: max(0, len(self._entries) - MAX_ENTRIES)]
            self._place = len(self._entries)
            self._sealed = False
            return entry.after
        if entry.after == last.before:
            self._entries[self._place - 1 :] = []
            self._place -= 1
            self._sealed = True
            return last.before
        self._entries[self._place - 1 :] = [replace(last, after=entry.after)]
        return entry.after

    def undo(self) -> Entry | None:
        """The entry that is taken back, or None when there is none."""
        entry = self._last()
        if entry is not None:
            self._place -= 1
            self._sealed = True
        return entry

    def redo(self) -> Entry | None:
        """The entry that is done again, or None when there is none."""
        entry = self._next()
        if entry is not None:
            self._place += 1
            self._sealed = True
        return entry

    @property
    def undo_title(self) -> str | None:
        entry = self._last()
        return entry.title if entry else None

    @property
    def redo_title(self) -> str | None:
        entry = self._next()
        return entry.title if entry else None

    def _last(self) -> Entry | None:
        return self._entries[self._place - 1] if self._place else None

    def _next(self) -> Entry | None:
        return self._entries[self._place] if self._place < len(self._entries) else None
