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

    `onward` is the way from the target where that is bound to the same order of a circle; None where it is the way of
    the target as of any element.
    """

    total: float
    link: SyncLink | None
    onward: Way | None


END = Way(0.0, None, None)


class Ways(Protocol):
    """For each element the heaviest way on."""

    def __getitem__(self, element_id: str, /) -> Way: ...


Order = list[list[str]]
"""The members of a circle, level by level: a way leads from any level only to those before it."""


@dataclass(frozen=True, slots=True)
class Circle:
    """The calls of a circle's members and the orders in which ways may go through it.

    `inside` and `outside`: by caller, the calls of other members and of all others; `into`: `inside` by the called.
    """

    inside: dict[str, list[SyncLink]]
    outside: dict[str, list[SyncLink]]
    into: dict[str, list[SyncLink]]
    orders: list[Order]


def ways_of(facts: Facts, weight: Weight) -> dict[str, Way]:
    """The heaviest way on from every element; ways end at their last call that weighs anything."""
    ways: dict[str, Way] = {}
    for index, members in enumerate(facts.sync_components):
        if index in facts.cyclic:
            ways |= _through(facts, weight, ways, index)
        else:
            ways[members[0]] = _leaving(weight, facts.sync_from[members[0]], ways)
    return ways


def links_of_ways(ways: Ways, starts: Iterable[str]) -> dict[str, tuple[SyncLink, ...]]:
    """Start -> the links of its way. What several ways have in common is gone through once."""
    wanted = dict.fromkeys(starts)
    known: dict[str, tuple[SyncLink, ...]] = {}
    for start in wanted:
        if start in known:
            continue
        links: list[SyncLink] = []
        begun = [(start, 0)]
        rest: tuple[SyncLink, ...] = ()
        way = ways[start]
        while (link := way.link) is not None:
            links.append(link)
            own = ways[link.target]
            way = way.onward or own
            if way is own:
                if link.target in known:
                    rest = known[link.target]
                    break
                if link.target in wanted:
                    begun.append((link.target, len(links)))
        end = len(links)
        for here, place in reversed(begun):
            known[here] = rest = (*links[place:end], *rest)
            end = place
    return known


class ChangingWays:
    """The heaviest ways while weights change a few at a time.

    `first` are the ways by the weights before any change; after each only what leads to it is weighed again.
    """

    def __init__(self, facts: Facts, weight: Weight, first: Ways) -> None:
        self._facts = facts
        self._weight = weight
        self._ways = _Reweighed(first)

    def links_from(self, start: str) -> tuple[SyncLink, ...]:
        """The links of the way from an element, by the weights of now."""
        return links_of_ways(self._ways, [start])[start]

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
    leaving = {member: _leaving(weight, links, ways) for member, links in circle.outside.items()}
    inside = {member: [(weight(link), link.target, link) for link in links] for member, links in circle.inside.items()}
    orders = circle.orders
    door = max(leaving, key=lambda member: leaving[member].total)
    if leaving[door].total > 0:
        orders = [*orders, _nearest_first(door, circle.into)]
    best = dict(leaving)
    for order in orders:
        before: dict[str, Way] = {}
        for level in order:
            here = {member: _heaviest(leaving[member], inside[member], before) for member in level}
            before |= here
            for member, way in here.items():
                if way.total > best[member].total:
                    best[member] = way
    return best


def _heaviest(leaving: Way, inside: list[tuple[float, str, SyncLink]], before: dict[str, Way]) -> Way:
    total, chosen, onward = leaving.total, None, END
    for own, target, link in inside:
        beyond = before.get(target)
        if beyond is not None and own + beyond.total > total:
            total, chosen, onward = own + beyond.total, link, beyond
    return leaving if chosen is None else Way(total, chosen, onward)


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
        orders = [[[member] for member in _walked(root, inside)] for root in members]
    else:
        outwards = [[members[0]], *_spread(members[0], inside, _TARGET)]
        orders = [_nearest_first(members[0], into), [list(level) for level in reversed(outwards)]]
    return Circle(inside, outside, into, orders)


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


def _spread(
    root: str, links: dict[str, list[SyncLink]], further: Callable[[SyncLink], str]
) -> list[dict[str, SyncLink]]:
    """The other members, level by level by the fewest links from `root` on, each with the link that leads there."""
    levels: list[dict[str, SyncLink]] = []
    seen = {root}
    level: Iterable[str] = [root]
    while level:
        found: dict[str, SyncLink] = {}
        for member in level:
            for link in links[member]:
                if further(link) not in seen:
                    seen.add(further(link))
                    found[further(link)] = link
        if found:
            levels.append(found)
        level = found
    return levels


def _nearest_first(end: str, into: dict[str, list[SyncLink]]) -> Order:
    """The members by how few links lead from them to `end`."""
    return [[end], *map(list, _spread(end, into, _SOURCE))]


def shortest_round(facts: Facts, member: str) -> list[SyncLink]:
    """The fewest synchronous links that lead from a member of a circle back to itself."""
    circle = facts.once(circles)[facts.component_of[member]]
    onward = {source: link for level in _spread(member, circle.into, _SOURCE) for source, link in level.items()}

    def back(link: SyncLink) -> list[SyncLink]:
        found = [link]
        while found[-1].target != member:
            found.append(onward[found[-1].target])
        return found

    return min(map(back, circle.inside[member]), key=len)


_SOURCE: Callable[[SyncLink], str] = attrgetter("source")
_TARGET: Callable[[SyncLink], str] = attrgetter("target")
