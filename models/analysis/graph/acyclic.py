"""A graph that is kept free of circles while links are added to it one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Acyclic:
    """Members in an order in which every link leads from an earlier to a later one.

    When a link leads the other way, only what lies between its two ends is searched and put into another order
    (Pearce and Kelly 2007, A dynamic topological sort algorithm for directed acyclic graphs).
    """

    def __init__(self, members: Iterable[str]) -> None:
        self._place = {member: place for place, member in enumerate(members)}
        self._onward: dict[str, list[str]] = {member: [] for member in self._place}
        self._back: dict[str, list[str]] = {member: [] for member in self._place}

    def add(self, source: str, target: str) -> bool:
        """Adds a link, or gives False and leaves things as they are where it would close a circle."""
        place = self._place
        if place[source] >= place[target]:
            after = self._reached(target, self._onward, place[target], place[source])
            if source in after:
                return False
            before = self._reached(source, self._back, place[target], place[source])
            moved = [*sorted(before, key=place.__getitem__), *sorted(after, key=place.__getitem__)]
            place.update(zip(moved, sorted([place[member] for member in moved]), strict=True))
        self._onward[source].append(target)
        self._back[target].append(source)
        return True

    def _reached(self, start: str, links: Mapping[str, list[str]], first: int, last: int) -> set[str]:
        """The start and whatever the links lead to from there, from the first of these places to the last."""
        place, found, waiting = self._place, {start}, [start]
        while waiting:
            for member in links[waiting.pop()]:
                if member not in found and first <= place[member] <= last:
                    found.add(member)
                    waiting.append(member)
        return found
