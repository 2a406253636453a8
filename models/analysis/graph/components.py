"""Strongly connected components of a graph given by successors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain


def components(successors: Mapping[str, Sequence[str]]) -> list[list[str]]:
    """Strongly connected components, each sorted, those that are reached before those that reach them.

    Tarjan's algorithm (1972) without recursion, over numbers in the place of names. What has no successors need not be
    among the keys.
    """
    place = {name: i for i, name in enumerate(successors)}
    try:
        onward = [[place[target] for target in targets] for targets in successors.values()]
    except KeyError:
        ends = dict.fromkeys(chain.from_iterable(successors.values()))
        return components({**successors, **{end: () for end in ends if end not in place}})
    names = list(place)
    return [
        sorted([names[i] for i in members]) if len(members) > 1 else [names[members[0]]] for members in _tarjan(onward)
    ]


def _tarjan(onward: list[list[int]]) -> list[list[int]]:
    """As `components`, members in no particular order.

    `lowest` is 0 for what has not been seen, beyond all numbers for what belongs to a component already.
    """
    found: list[list[int]] = []
    settled = len(onward) + 1
    number, lowest = [0] * len(onward), [0] * len(onward)
    seen = 0
    open_: list[int] = []
    for root in range(len(onward)):
        if lowest[root]:
            continue
        seen += 1
        number[root] = lowest[root] = seen
        open_.append(root)
        here = root
        ways: list[tuple[int, Iterator[int]]] = []
        rest = iter(onward[root])
        while True:
            low = lowest[here]
            for target in rest:
                reached = lowest[target]
                if not reached:
                    if onward[target]:
                        break
                    lowest[target] = settled
                    found.append([target])
                elif reached < low:
                    low = reached
            else:
                if low == number[here]:
                    members = [open_.pop()]
                    while members[-1] != here:
                        members.append(open_.pop())
                    for member in members:
                        lowest[member] = settled
                    found.append(members)
                    low = settled
                if not ways:
                    break
                here, rest = ways.pop()
                if low < lowest[here]:
                    lowest[here] = low
                continue
            lowest[here] = low
            ways.append((here, rest))
            seen += 1
            number[target] = lowest[target] = seen
            open_.append(target)
            here, rest = target, iter(onward[target])
    return found
