"""What is selected: ids only, in the order they were picked."""

from collections.abc import Callable, Iterable, Iterator

from PySide6.QtCore import QObject, Signal


class Selection(QObject):
    """The ids of selected elements and links. Ids that `exists` denies never get in."""

    changed = Signal()

    def __init__(self, exists: Callable[[str], bool], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exists = exists
        self._ids: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        return self._ids

    def __contains__(self, part_id: object) -> bool:
        return part_id in self._ids

    def __len__(self) -> int:
        return len(self._ids)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def set(self, ids: Iterable[str]) -> None:
        """Selects exactly these, without repeats and without ids that no longer exist."""
        chosen = tuple(dict.fromkeys(part_id for part_id in ids if self._exists(part_id)))
        if chosen != self._ids:
            self._ids = chosen
            self.changed.emit()

    def add(self, ids: Iterable[str]) -> None:
        self.set((*self._ids, *ids))

    def toggle(self, part_id: str) -> None:
        """Selects `part_id` when it is not, and the other way round."""
        if part_id in self._ids:
            self.set(other for other in self._ids if other != part_id)
        else:
            self.add((part_id,))

    def clear(self) -> None:
        self.set(())

    def prune(self) -> None:
        """Drops ids whose parts are gone."""
        self.set(self._ids)
