"""The heaviest way on from every element along synchronous calls, by whatever calls weigh.

No path is enumerated. Where calls lead round no circle, the heaviest way is exact: one pass, callees before callers.
Within a circle (a strongly connected component of calls) the heaviest path that comes by nobody twice is NP-hard to
find. What is told there is a path that is really there and comes by nobody twice, so the heaviest weighs at least as
much: the members are put into a few orders, and by each of them a way goes from later members to earlier ones only.
In small circles these are walks from every member; in large ones ways by the fewest calls, to one and from another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple, Protocol, TypeVar

from models.analysis.facts import Call, Facts

SMALL = 16
"""A circle of at most so many members is walked from each of them; the work stays in proportion to its calls."""


class Way(NamedTuple):
    """What comes after an element: the weight of all of it, and the first call, None at the end.

    `course` is None where the way goes on as from any element. In a circle it may be bound to one order: member -> the
    call by which the way goes on from there, None where it ends.
    """

    total: float
    call: Call | None
    course: dict[str, Call | None] | None


END = Way(0.0, None, None)


Value = TypeVar("Value")
Held = TypeVar("Held", covariant=True)


class ById(Protocol[Held]):
    """What is known of parts by their ids."""

    def __getitem__(self, part_id: str, /) -> Held: ...


Weights = ById[float]
"""What each synchronous call weighs: never less than nothing, but that minus infinity bars it."""
Ways = ById[Way]
"""For each element the heaviest way on."""


class Line(NamedTuple):
    """A way from its start to its end.

    `path`: ids of elements and links in turn; `heavy`: ids of the links that weigh anything.
    """

    path: tuple[str, ...]
    heavy: tuple[str, ...]


Order = list[tuple[str, list[Call]]]
"""The members of a circle, each with those of its calls that lead to members before it."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A component of synchronous calls that leads back to itself, and the orders in which ways may go through it.

    `inside` and `outside`: by caller, the calls of members and of all others; `callers`: of each member, inside.
    """

    inside: dict[str, list[Call]]
    outside: dict[str, list[Call]]
    callers: dict[str, list[str]]
    orders: list[Order]


def ways_of(facts: Facts, weights: Weights) -> dict[str, Way]:
    """The heaviest way on from every element; ways end at their last call that weighs anything."""
    calls_from = facts.once(calls_by_caller)
    ways = dict.fromkeys(calls_from, END)
    for index, members in enumerate(facts.sync_components):
        if index in facts.cyclic:
            ways |= _through(facts, weights, ways, index)
        elif calls := calls_from[members[0]]:
            ways[members[0]] = _leaving(weights, calls, ways)
    return ways


def calls_by_caller(facts: Facts) -> dict[str, list[Call]]:
    """Shared fact: element id -> its synchronous calls, by id."""
    found: dict[str, list[Call]] = {element_id: [] for element_id in facts.sync_from}
    for call in facts.all_calls:
        found[call[1]].append(call)
    return found


def lines_of(ways: Ways, weights: Weights, starts: Iterable[str]) -> dict[str, Line]:
    """Start -> its way, written out. What several ways have in common is gone through once."""
    wanted = dict.fromkeys(starts)
    known: dict[str, Line] = {}
    for start in wanted:
        if start in known:
            continue
        path: list[str] = [start]
        heavy: list[str] = []
        begun = [(start, 0, 0)]
        _, call, course = ways[start]
        while call is not None:
            path += call[::2]
            if weights[call[0]] > 0:
                heavy.append(call[0])
            here = call[2]
            own = ways[here]
            if course is not None and here in course:
                call = course[here]
            else:
                _, call, course = own
            if own.course is course:
                if here in known:
                    break
                if here in wanted:
                    begun.append((here, len(path) - 1, len(heavy)))
        rest = known[path[-1]] if call is not None else Line((path[-1],), ())
        end, last = len(path) - 1, len(heavy)
        for member, place, weighed in reversed(begun):
            rest = Line(tuple(path[place:end]) + rest.path, tuple(heavy[weighed:last]) + rest.heavy)
            known[member] = rest
            end, last = place, weighed
    return known


class ChangingWays:
    """The heaviest ways while weights change a few at a time.

    At first both are as given; after each change only what leads to it is weighed again.
    """

    def __init__(self, facts: Facts, weights: Weights, ways: Ways) -> None:
        self._facts = facts
        self.weights = _Changed[float](weights)
        self._ways = _Changed[Way](ways)

    def line_from(self, start: str) -> Line:
        """The way from an element, by the weights of now."""
        return lines_of(self._ways, self.weights, [start])[start]

    def reweigh(self, weights: Mapping[str, float]) -> None:
        """Take these weights for the calls of these ids."""
        self.weights.update(weights)
        facts, ways = self._facts, self._ways
        callers, link_by_id = facts.once(_callers), facts.architecture.link_by_id
        waiting = sorted({facts.component_of[link_by_id[link_id].source] for link_id in weights})
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
            return _through(self._facts, self.weights, self._ways, index)
        member = self._facts.sync_components[index][0]
        return {member: _leaving(self.weights, self._facts.once(calls_by_caller)[member], self._ways)}


class _Changed(dict[str, Value]):
    """What has changed; all else is as it was, so that a change costs no copy of it."""

    def __init__(self, first: ById[Value]) -> None:
        super().__init__()
        self._first = first

    def __missing__(self, key: str) -> Value:
        return self._first[key]


def _callers(facts: Facts) -> list[list[int]]:
    """Shared fact: index of a component of synchronous calls -> those that call it from outside."""
    found: list[list[int]] = [[] for _ in facts.sync_components]
    component_of = facts.component_of
    for source, calls in facts.once(calls_by_caller).items():
        for _, _, target in calls:
            if component_of[source] != component_of[target]:
                found[component_of[target]].append(component_of[source])
    return found


def _leaving(weights: Weights, calls: list[Call], ways: Ways) -> Way:
    """The heaviest way by one of these calls; those they call have theirs."""
    best, chosen = 0.0, None
    for call in calls:
        total = weights[call[0]] + ways[call[2]].total
        if total > best:
            best, chosen = total, call
    return END if chosen is None else Way(best, chosen, None)


def _through(facts: Facts, weights: Weights, ways: Ways, index: int) -> dict[str, Way]:
    """The heaviest way known from each member of a circle: by each order, and by the fewest calls to the best door.

    `ways` has those of all that the circle calls.
    """
    circle = facts.once(circles)[index]
    leaving = {member: _leaving(weights, calls, ways) if calls else END for member, calls in circle.outside.items()}
    door = max(leaving, key=lambda member: leaving[member].total)
    orders = [*circle.orders, _ordered(_levels(door, circle.callers), circle.inside)]
    best = dict(leaving)
    for order in orders:
        totals: dict[str, float] = {}
        course: dict[str, Call | None] = {}
        for member, calls in order:
            total, chosen, _ = leaving[member]
            for call in calls:
                through = weights[call[0]] + totals[call[2]]
                if through > total:
                    total, chosen = through, call
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
    component_of, calls_from = facts.component_of, facts.once(calls_by_caller)
    inside: dict[str, list[Call]] = {member: [] for member in members}
    outside: dict[str, list[Call]] = {member: [] for member in members}
    callers: dict[str, list[str]] = {member: [] for member in members}
    for member in members:
        for call in calls_from[member]:
            if component_of[call[2]] == index:
                inside[member].append(call)
                callers[call[2]].append(member)
            else:
                outside[member].append(call)
    if len(members) <= SMALL:
        orders = [_ordered([[member] for member in _walked(root, inside)], inside) for root in members]
    else:
        called = {member: [call[2] for call in calls] for member, calls in inside.items()}
        orders = [_ordered(_levels(members[0], called)[::-1], inside)]
    return Circle(inside, outside, callers, orders)


def _ordered(levels: list[list[str]], inside: dict[str, list[Call]]) -> Order:
    """The members level by level; ways lead from each to levels before it only."""
    level_of = {member: level for level, members in enumerate(levels) for member in members}
    return [
        (member, [call for call in inside[member] if level_of[call[2]] < level]) for member, level in level_of.items()
    ]


def _walked(root: str, inside: dict[str, list[Call]]) -> list[str]:
    """The members in the order in which a walk from `root`, depth first, has seen all that they call.

    Every call leads from a later member to an earlier one, but for those that lead back to where the walk came from.
    """
    order: list[str] = []
    seen = {root}
    ways: list[tuple[str, Iterator[Call]]] = [(root, iter(inside[root]))]
    while ways:
        here, rest = ways[-1]
        for _, _, target in rest:
            if target not in seen:
                seen.add(target)
                ways.append((target, iter(inside[target])))
                break
        else:
            order.append(here)
            ways.pop()
    return order


def _levels(root: str, onward: dict[str, list[str]]) -> list[list[str]]:
    """The members by how few steps lead there from `root`."""
    seen = {root}
    levels = [[root]]
    while levels[-1]:
        found = dict.fromkeys([other for member in levels[-1] for other in onward[member]])
        levels.append([member for member in found if member not in seen])
        seen.update(levels[-1])
    return levels


def shortest_round(facts: Facts, member: str) -> list[Call]:
    """The fewest synchronous calls that lead from a member of a circle back to itself."""
    circle = facts.once(circles)[facts.component_of[member]]
    far = {other: level for level, members in enumerate(_levels(member, circle.callers)) for other in members}
    found = [min(circle.inside[member], key=lambda call: far[call[2]])]
    while (here := found[-1][2]) != member:
        found.append(next(call for call in circle.inside[here] if far[call[2]] < far[here]))
    return found
