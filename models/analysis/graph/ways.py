"""The heaviest way on from every element along synchronous calls, by whatever calls weigh.

No path is enumerated. Where calls lead round no circle, the heaviest way is exact: one pass, callees before callers.
Within a circle (a strongly connected component of calls) the heaviest path that comes by nobody twice is NP-hard to
find. What is told there is a path that is really there and comes by nobody twice, so the heaviest weighs at least as
much: the members are put into a few orders, and by each of them a way goes from later members to earlier ones only.
In small circles these are walks from every member; in large ones ways by the fewest calls, to one and from another.

Elements and calls go by number here: large systems have tens of thousands, and names are slow to look up.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from heapq import heappop, heappush
from typing import NamedTuple

from models.analysis.facts import Facts

SMALL = 16
"""A circle of at most so many members is walked from each of them; the work stays in proportion to its calls."""

MOST_DOORS = 8
"""So many orders of one circle are kept, each as long as the circle has members and calls."""

Call = tuple[int, int]
"""Number of a call, and of the element it calls."""
Leaving = tuple[float, Call | None]
"""The weight of the heaviest way by which a member leaves its circle at once, and the first call."""
Order = list[tuple[int, list[Call]]]
"""The members of a circle, each with those of its calls that lead to members before it."""
Weights = list[float]
"""What each call weighs, by number: never less than nothing, but that minus infinity bars it."""


@dataclass(frozen=True, slots=True)
class Circle:
    """A component of synchronous calls that leads back to itself: the elements from `first` on, before `past`.

    `inside` and `outside`: by caller, the calls of members and of all others. `callers`: of each member, inside.
    `orders`: those by which ways may go through it.
    """

    first: int
    past: int
    inside: dict[int, list[Call]]
    outside: dict[int, list[Call]]
    callers: dict[int, list[int]]
    orders: list[Order]
    _to_door: dict[int, Order] = field(default_factory=dict)

    def order_to(self, door: int) -> Order:
        """The order by the fewest calls to a member.

        While weights change the heaviest way out is by the same few members again and again: their orders are kept.
        """
        if door not in self._to_door:
            if len(self._to_door) == MOST_DOORS:
                self._to_door.clear()
            self._to_door[door] = _ordered(_levels(door, self.callers), self.inside)
        return self._to_door[door]


@dataclass(frozen=True)
class Net:
    """The synchronous calls, numbered by id, and all elements, numbered so that none calls one of a higher number.

    But for circles, whose members have numbers in a row. `circles`: by the number of the first member.
    """

    elements: list[str]
    number_of: dict[str, int]
    calls: list[str]
    calls_from: list[list[Call]]
    circles: dict[int, Circle]

    @cached_property
    def number_of_call(self) -> dict[str, int]:
        """Link id -> number."""
        return {link_id: number for number, link_id in enumerate(self.calls)}

    @cached_property
    def callers(self) -> list[list[int]]:
        """For each element those that call it, once for each call."""
        found: list[list[int]] = [[] for _ in self.elements]
        for caller, calls in enumerate(self.calls_from):
            for _, target in calls:
                found[target].append(caller)
        return found

    @cached_property
    def circle_of(self) -> dict[int, Circle]:
        """Member -> circle."""
        return {member: circle for circle in self.circles.values() for member in range(circle.first, circle.past)}

    def weights(self, said: Mapping[str, float], otherwise: float) -> Weights:
        """What is said of calls by link id; of links of other styles it is left out."""
        found = [otherwise] * len(self.calls)
        for link_id, weight in said.items():
            number = self.number_of_call.get(link_id)
            if number is not None:
                found[number] = weight
        return found


@dataclass(frozen=True, slots=True)
class Ways:
    """The heaviest way on from each element: the weight of all of it, and the first call, None at the end.

    `courses`: a way from a member of a circle may be bound to one order: member -> the call by which the way goes on
    from there, None where it ends. `leaving`: first member of a circle -> how each of its members leaves it at once.
    """

    totals: list[float]
    calls: list[Call | None]
    courses: dict[int, dict[int, Call | None]] = field(default_factory=dict)
    leaving: dict[int, dict[int, Leaving]] = field(default_factory=dict)

    def copy(self) -> Ways:
        """The same, to be changed."""
        return Ways(self.totals.copy(), self.calls.copy(), self.courses.copy(), self.leaving.copy())

    def heaviest(self, weights: Weights, calls: list[Call]) -> Leaving:
        """The weight of the heaviest way by one of these calls, and the call; those they call have theirs."""
        best, way = 0.0, None
        for call in calls:
            total = weights[call[0]] + self.totals[call[1]]
            if total > best:
                best, way = total, call
        return best, way


class Line(NamedTuple):
    """A way from its start to its end.

    `path`: ids of elements and links in turn; `heavy`: ids of the links that weigh anything.
    """

    path: tuple[str, ...]
    heavy: tuple[str, ...]


def net(facts: Facts) -> Net:
    """Shared fact: the synchronous calls in numbers."""
    elements = [member for members in facts.sync_components for member in members]
    number_of = {element_id: number for number, element_id in enumerate(elements)}
    calls_from: list[list[Call]] = [[] for _ in elements]
    for number, (_, source, target) in enumerate(facts.all_calls):
        calls_from[number_of[source]].append((number, number_of[target]))
    circles = {}
    for index in facts.cyclic:
        members = facts.sync_components[index]
        first = number_of[members[0]]
        circles[first] = _circle(first, first + len(members), calls_from)
    return Net(elements, number_of, [call[0] for call in facts.all_calls], calls_from, circles)


def ways_of(facts: Facts, weights: Weights) -> Ways:
    """The heaviest way on from every element; ways end at their last call that weighs anything."""
    known = facts.once(net)
    ways = Ways([0.0] * len(known.elements), [None] * len(known.elements))
    first = 0
    for circle in [known.circles[start] for start in sorted(known.circles)]:
        _leave(known, weights, ways, range(first, circle.first))
        _go_through(circle, weights, ways, range(circle.first, circle.past))
        first = circle.past
    _leave(known, weights, ways, range(first, len(known.elements)))
    return ways


def lines_of(facts: Facts, weights: Weights, ways: Ways, starts: Iterable[str]) -> dict[str, Line]:
    """Start -> its way, written out. What several ways have in common is gone through once, for the first of them."""
    known = facts.once(net)
    elements, calls, courses = known.elements, known.calls, ways.courses
    found: dict[str, Line] = {}
    passed: dict[int, tuple[Line, int, int]] = {}
    for start in starts:
        here = known.number_of[start]
        path: list[str] = []
        heavy: list[str] = []
        own: list[tuple[int, int, int]] = []
        rest = Line((), ())
        course = courses.get(here)
        call = ways.calls[here]
        while True:
            if course is courses.get(here):
                if here in passed:
                    line, place, weighed = passed[here]
                    rest = Line(line.path[place:], line.heavy[weighed:])
                    break
                own.append((here, len(path), len(heavy)))
            path.append(elements[here])
            if call is None:
                break
            number, here = call
            path.append(calls[number])
            if weights[number] > 0:
                heavy.append(calls[number])
            if course is not None and here in course:
                call = course[here]
            else:
                call, course = ways.calls[here], courses.get(here)
        line = Line(tuple(path) + rest.path, tuple(heavy) + rest.heavy)
        found[start] = line
        passed |= {member: (line, place, weighed) for member, place, weighed in own}
    return found


class ChangingWays:
    """The heaviest ways while weights change a few at a time.

    At first both are as given; after each change only what leads to it is weighed again.
    """

    def __init__(self, facts: Facts, weights: Weights, ways: Ways) -> None:
        self._facts = facts
        self.weights = weights.copy()
        self._ways = ways.copy()

    def line_from(self, start: str) -> Line:
        """The way from an element, by the weights of now."""
        return lines_of(self._facts, self.weights, self._ways, [start])[start]

    def reweigh(self, weights: Mapping[str, float]) -> None:
        """Take these weights for the calls of these ids."""
        known, ways = self._facts.once(net), self._ways
        link_by_id = self._facts.architecture.link_by_id
        waiting: list[int] = []
        queued: dict[int, set[int]] = {}

        def queue(element: int) -> None:
            circle = known.circle_of.get(element)
            place = element if circle is None else circle.first
            if place not in queued:
                queued[place] = set()
                heappush(waiting, place)
            queued[place].add(element)

        for link_id, weight in weights.items():
            self.weights[known.number_of_call[link_id]] = weight
            queue(known.number_of[link_by_id[link_id].source])
        while waiting:
            first = heappop(waiting)
            leading = queued.pop(first)
            circle = known.circles.get(first)
            changing = range(first, first + 1 if circle is None else circle.past)
            before = [ways.totals[element] for element in changing]
            if circle is None:
                _leave(known, self.weights, ways, changing)
            else:
                _go_through(circle, self.weights, ways, sorted(leading))
            for element, total in zip(changing, before, strict=True):
                for caller in known.callers[element] if ways.totals[element] != total else ():
                    if caller not in changing:
                        queue(caller)


def _leave(known: Net, weights: Weights, ways: Ways, elements: range) -> None:
    """Finds the heaviest ways from elements outside circles, from those of whom all that they call have theirs."""
    for element in elements:
        ways.totals[element], ways.calls[element] = ways.heaviest(weights, known.calls_from[element])


def _go_through(circle: Circle, weights: Weights, ways: Ways, changed: Iterable[int]) -> None:
    """Finds the heaviest ways known from the members of a circle, when all others whom they call have theirs.

    By each of its orders, and by the fewest calls to the member from which the heaviest way leads out. `changed` are
    the members of which calls weigh something else than before, or lead to what does.
    """
    leaving = ways.leaving[circle.first] = ways.leaving.get(circle.first, {}).copy()
    for member in changed:
        leaving[member] = ways.heaviest(weights, circle.outside[member])
    best_of_all, door = -math.inf, circle.first
    for member, (best, way) in leaving.items():
        ways.totals[member], ways.calls[member] = best, way
        ways.courses.pop(member, None)
        if best > best_of_all:
            best_of_all, door = best, member
    for order in (*circle.orders, circle.order_to(door)):
        totals: dict[int, float] = {}
        course: dict[int, Call | None] = {}
        for member, calls in order:
            best, way = leaving[member]
            for call in calls:
                total = weights[call[0]] + totals[call[1]]
                if total > best:
                    best, way = total, call
            totals[member], course[member] = best, way
            if best > ways.totals[member]:
                ways.totals[member], ways.calls[member], ways.courses[member] = best, way, course


def _circle(first: int, past: int, calls_from: list[list[Call]]) -> Circle:
    members = range(first, past)
    inside: dict[int, list[Call]] = {}
    outside: dict[int, list[Call]] = {}
    callers: dict[int, list[int]] = {member: [] for member in members}
    for member in members:
        inside[member] = [call for call in calls_from[member] if first <= call[1] < past]
        outside[member] = [call for call in calls_from[member] if not first <= call[1] < past]
        for _, target in inside[member]:
            callers[target].append(member)
    if len(members) <= SMALL:
        orders = [_ordered([[member] for member in _walked(root, inside)], inside) for root in members]
    else:
        called = {member: [target for _, target in calls] for member, calls in inside.items()}
        orders = [_ordered(_levels(first, called)[::-1], inside)]
    return Circle(first, past, inside, outside, callers, orders)


def _ordered(levels: list[list[int]], inside: dict[int, list[Call]]) -> Order:
    """The members level by level; ways lead from each to levels before it only."""
    level_of = {member: level for level, members in enumerate(levels) for member in members}
    return [
        (member, [call for call in inside[member] if level_of[call[1]] < level]) for member, level in level_of.items()
    ]


def _walked(root: int, inside: dict[int, list[Call]]) -> list[int]:
    """The members in the order in which a walk from `root`, depth first, has seen all that they call.

    Every call leads from a later member to an earlier one, but for those that lead back to where the walk came from.
    """
    order: list[int] = []
    seen = {root}
    ways: list[tuple[int, Iterator[Call]]] = [(root, iter(inside[root]))]
    while ways:
        here, rest = ways[-1]
        for _, target in rest:
            if target not in seen:
                seen.add(target)
                ways.append((target, iter(inside[target])))
                break
        else:
            order.append(here)
            ways.pop()
    return order


def _levels(root: int, onward: dict[int, list[int]], until: Collection[int] = ()) -> list[list[int]]:
    """The members by how few steps lead there from `root`; no further than the first level with any of `until`."""
    seen = {root}
    levels = [[root]]
    while levels[-1] and seen.isdisjoint(until):
        found = dict.fromkeys([other for member in levels[-1] for other in onward[member]])
        levels.append([member for member in found if member not in seen])
        seen.update(levels[-1])
    return levels


def shortest_round(facts: Facts, member: str) -> tuple[str, ...]:
    """The path of the fewest synchronous calls from a member of a circle back to itself: elements and links in turn."""
    known = facts.once(net)
    start = known.number_of[member]
    circle = known.circle_of[start]
    called = {target for _, target in circle.inside[start]}
    levels = _levels(start, circle.callers, called)
    far = {other: level for level, members in enumerate(levels) for other in members}
    path = [member]
    number, here = min(circle.inside[start], key=lambda call: far.get(call[1], math.inf))
    path += (known.calls[number], known.elements[here])
    while here != start:
        number, here = next(call for call in circle.inside[here] if far.get(call[1], math.inf) < far[here])
        path += (known.calls[number], known.elements[here])
    return tuple(path)
