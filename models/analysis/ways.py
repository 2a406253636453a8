"""The heaviest way on from every element along synchronous calls, by whatever calls weigh.

No path is enumerated. Where calls lead round no circle, the heaviest way is exact: one pass, callees before callers.
Within a circle (a strongly connected component of calls) the heaviest path that comes by nobody twice is NP-hard to
find. What is told there is a path that is really there and comes by nobody twice, so the heaviest weighs at least as
much: the members are put into a few orders, and by each of them a way goes from later members to earlier ones only.
In small circles these are walks from every member; in large ones ways by the fewest calls, to and from one member.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from operator import attrgetter
from typing import NamedTuple, Protocol

from models.analysis.facts import Facts
from models.architecture import SyncLink

Weight = Callable[[SyncLink], float]
"""Of a call; never negative, and minus infinity bars it."""

SMALL = 16
"""A circle of at most so many members is walked from each of them; the work stays in proportion to its calls."""


class Way(NamedTuple):
    """What comes after an element: the weight of all of it, and the first call, None at the end.

    `course` is None where the way goes on as from any element. In a circle it may be bound to one order: member -> the
    call by which the way goes on from there, None where it ends.
    """

    total: float
    link: SyncLink | None
    course: dict[str, SyncLink | None] | None


END = Way(0.0, None, None)


class Ways(Protocol):
    """For each element the heaviest way on."""

    def __getitem__(self, element_id: str, /) -> Way: ...


class Line(NamedTuple):
    """A way from its start to its end.

    `path`: ids of elements and links in turn; `heavy`: ids of the links that weigh anything.
    """

    path: tuple[str, ...]
    heavy: tuple[str, ...]


Order = list[tuple[str, list[SyncLink]]]
"""The members of a circle, each with those of its calls that lead to members before it."""


@dataclass(frozen=True, slots=True)
class Circle:
    """The calls of a circle's members and the orders in which ways may go through it.

    `inside` and `outside`: by caller, the calls of members and of all others; `into`: `inside` by the called.
    """

    inside: dict[str, list[SyncLink]]
    outside: dict[str, list[SyncLink]]
    into: dict[str, list[SyncLink]]
    orders: list[Order]


def ways_of(facts: Facts, weight: Weight) -> dict[str, Way]:
    """The heaviest way on from every element; ways end at their last call that weighs anything."""
    ways: dict[str, Way] = {}
    cyclic, sync_from = facts.cyclic, facts.sync_from
    for index, members in enumerate(facts.sync_components):
        if index in cyclic:
            ways |= _through(facts, weight, ways, index)
        else:
            links = sync_from[members[0]]
            ways[members[0]] = _leaving(weight, links, ways) if links else END
    return ways


def lines_of(ways: Ways, weight: Weight, starts: Iterable[str]) -> dict[str, Line]:
    """Start -> its way, written out. What several ways have in common is gone through once."""
    wanted = dict.fromkeys(starts)
    known: dict[str, Line] = {}
    for start in wanted:
        if start in known:
            continue
        path: list[str] = [start]
        heavy: list[str] = []
        begun = [(start, 0, 0)]
        _, link, course = ways[start]
        while link is not None:
            here = link.target
            path += (link.id, here)
            if weight(link) > 0:
                heavy.append(link.id)
            own = ways[here]
            if course is not None and here in course:
                link = course[here]
            else:
                _, link, course = own
            if own.course is course:
                if here in known:
                    break
                if here in wanted:
                    begun.append((here, len(path) - 1, len(heavy)))
        rest = known[here] if link is not None else Line((path[-1],), ())
        end, last = len(path) - 1, len(heavy)
        for member, place, weighed in reversed(begun):
            rest = Line((*path[place:end], *rest.path), (*heavy[weighed:last], *rest.heavy))
            known[member] = rest
            end, last = place, weighed
    return known


class ChangingWays:
    """The heaviest ways while weights change a few at a time.

    `first` are the ways by the weights before any change; after each only what leads to it is weighed again.
    """

    def __init__(self, facts: Facts, weight: Weight, first: Ways) -> None:
        self._facts = facts
        self._weight = weight
        self._ways = _Reweighed(first)

    def line_from(self, start: str) -> Line:
        """The way from an element, by the weights of now."""
        return lines_of(self._ways, self._weight, [start])[start]

    def reweigh(self, links: Iterable[SyncLink]) -> None:
        """Take the new weights of these links."""
        facts, ways = self._facts, self._ways
        callers = facts.once(_callers)
        waiting = sorted({facts.component_of[link.source] for link in links})
        queued = set(waiting)
        while waiting:
            index = heappop(waiting)
            queued.discard(index)
            changed = False
            for member, way in self._weighed(index).items():
                changed = changed or way.total != ways[member].total
                ways[member] = way
            for caller in callers[index] if changed else ():
                if caller not in queued:
                    queued.add(caller)
                    heappush(waiting, caller)

    def _weighed(self, index: int) -> dict[str, Way]:
        if index in self._facts.cyclic:
            return _through(self._facts, self._weight, self._ways, index)
        member = self._facts.sync_components[index][0]
        return {member: _leaving(self._weight, self._facts.sync_from[member], self._ways)}


class _Reweighed(dict[str, Way]):
    """Ways that have changed; the others are as they were, so that a change costs no copy of them all."""

    def __init__(self, first: Ways) -> None:
        super().__init__()
        self._first = first

    def __missing__(self, element_id: str) -> Way:
        return self._first[element_id]


def _callers(facts: Facts) -> list[list[int]]:
    """Shared fact: index of a component of synchronous calls -> those that call it from outside."""
    found: list[list[int]] = [[] for _ in facts.sync_components]
    component_of = facts.component_of
    for source, links in facts.sync_from.items():
        for link in links:
            if component_of[source] != component_of[link.target]:
                found[component_of[link.target]].append(component_of[source])
    return found


def _leaving(weight: Weight, links: list[SyncLink], ways: Ways) -> Way:
    """The heaviest way by one of these links, whose targets have theirs."""
    best, chosen = 0.0, None
    for link in links:
        total = weight(link) + ways[link.target].total
        if total > best:
            best, chosen = total, link
    return END if chosen is None else Way(best, chosen, None)


def _through(facts: Facts, weight: Weight, ways: Ways, index: int) -> dict[str, Way]:
    """The heaviest way known from each member of a circle: by each order, and by the fewest links to the best way out.

    `ways` has those of all that the circle calls.
    """
    circle = facts.once(circles)[index]
    leaving = {member: _leaving(weight, links, ways) if links else END for member, links in circle.outside.items()}
    orders = circle.orders
    door = max(leaving, key=lambda member: leaving[member].total)
    if leaving[door].total > 0:
        orders = [*orders, _ordered(_levels(door, circle.into, _SOURCE), circle.inside)]
    best = dict(leaving)
    for order in orders:
        totals: dict[str, float] = {}
        course: dict[str, SyncLink | None] = {}
        for member, links in order:
            total, chosen, _ = leaving[member]
            for link in links:
                through = weight(link) + totals[link.target]
                if through > total:
                    total, chosen = through, link
            totals[member] = total
            course[member] = chosen
            if total > best[member].total:
                best[member] = Way(total, chosen, course)
    return best


def circles(facts: Facts) -> dict[int, Circle]:
    """Shared fact: index of a component of synchronous calls that lead back to themselves -> what it is made of."""
    return {index: _circle(facts, index) for index in sorted(facts.cyclic)}


def _circle(facts: Facts, index: int) -> Circle:
    members = facts.sync_components[index]
    component_of = facts.component_of
    inside: dict[str, list[SyncLink]] = {member: [] for member in members}
    outside: dict[str, list[SyncLink]] = {member: [] for member in members}
    into: dict[str, list[SyncLink]] = {member: [] for member in members}
    for member in members:
        for link in facts.sync_from[member]:
            if component_of[link.target] == index:
                inside[member].append(link)
                into[link.target].append(link)
            else:
                outside[member].append(link)
    if len(members) <= SMALL:
        orders = [_ordered([[member] for member in _walked(root, inside)], inside) for root in members]
    else:
        nearest = _levels(members[0], into, _SOURCE)
        furthest = _levels(members[0], inside, _TARGET)[::-1]
        orders = [_ordered(nearest, inside), _ordered(furthest, inside)]
    return Circle(inside, outside, into, orders)


def _ordered(levels: list[list[str]], inside: dict[str, list[SyncLink]]) -> Order:
    """The members level by level; ways lead from each to levels before it only."""
    level_of = {member: level for level, members in enumerate(levels) for member in members}
    return [
        (member, [link for link in inside[member] if level_of[link.target] < level])
        for member, level in level_of.items()
    ]


def _walked(root: str, inside: dict[str, list[SyncLink]]) -> list[str]:
    """The members in the order in which a walk from `root`, depth first, has seen all that they call.

    Every call leads from a later member to an earlier one, but for those that lead back to where the walk came from.
    """
    order: list[str] = []
    seen = {root}
    ways: list[tuple[str, Iterator[SyncLink]]] = [(root, iter(inside[root]))]
    while ways:
        here, rest = ways[-1]
        for link in rest:
            if link.target not in seen:
                seen.add(link.target)
                ways.append((link.target, iter(inside[link.target])))
                break
        else:
            order.append(here)
            ways.pop()
    return order


def _levels(root: str, links: dict[str, list[SyncLink]], further: Callable[[SyncLink], str]) -> list[list[str]]:
    """The members by how few links, followed to their further end, lead there from `root`."""
    seen = {root}
    levels = [[root]]
    while levels[-1]:
        found = dict.fromkeys([further(link) for member in levels[-1] for link in links[member]])
        levels.append([member for member in found if member not in seen])
        seen.update(levels[-1])
    return levels


def shortest_round(facts: Facts, member: str) -> list[SyncLink]:
    """The fewest synchronous links that lead from a member of a circle back to itself."""
    circle = facts.once(circles)[facts.component_of[member]]
    levels = _levels(member, circle.into, _SOURCE)
    far = {member: level for level, members in enumerate(levels) for member in members}
    found = [min(circle.inside[member], key=lambda link: far[link.target])]
    while (here := found[-1].target) != member:
        found.append(next(link for link in circle.inside[here] if far[link.target] < far[here]))
    return found


_SOURCE: Callable[[SyncLink], str] = attrgetter("source")
_TARGET: Callable[[SyncLink], str] = attrgetter("target")
