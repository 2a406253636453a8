"""Layered placement, left to right: ranks and order by Sugiyama's method, then coordinates that respect sizes.

Ranks, dummy vertices on long edges and the order within a rank come from fast-sugiyama; heights are then found by
sweeps that pull each vertex to the mean of its neighbours and keep distances by isotonic regression.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Hashable, Sequence
from typing import TypeVar

from fast_sugiyama import from_edges

Size = tuple[float, float]
Point = tuple[float, float]
Edge = tuple[str, str]
_V = TypeVar("_V", bound=Hashable)

COLUMN_GAP = 104.0
ROW_GAP = 32.0
PART_GAP = 56.0
_DUMMY_ROOM = 20.0
_SWEEPS = 12
_ASPECT = 1.7
_ALIGNED = 0.6
"""What is at least this share of its column's width stands at its left edge, smaller things in the middle."""
_FEW_EDGES = 400
"""Up to so many, edges are made as short as can be and neighbours swapped to save crossings: seconds beyond."""


def layered(sizes: dict[str, Size], edges: Sequence[Edge]) -> dict[str, Point]:
    """Vertex -> top left corner, all at or below and right of the origin, without overlaps.

    Edges run from left to right as far as cycles allow. Parts that are not connected are packed beside and below each
    other, vertices without edges last. The result depends on the arguments alone, not on their order.
    """
    order = {vertex: index for index, vertex in enumerate(sorted(sizes))}
    wanted = sorted({(a, b) for a, b in edges if a != b and a in order and b in order})
    parts = _components(list(order), wanted)
    blocks: list[dict[str, Point]] = []
    for part in parts:
        if len(part) > 1:
            inside = set(part)
            blocks.append(_place(part, [edge for edge in wanted if edge[0] in inside], sizes))
    blocks.sort(key=lambda block: (-len(block), min(block)))
    lonely = [part[0] for part in parts if len(part) == 1]
    if lonely:
        blocks.append(_rows(lonely, sizes))
    return _packed(blocks, sizes)


def _components(vertices: list[str], edges: list[Edge]) -> list[list[str]]:
    root = {vertex: vertex for vertex in vertices}

    def find(vertex: str) -> str:
        while root[vertex] != vertex:
            root[vertex] = root[root[vertex]]
            vertex = root[vertex]
        return vertex

    for a, b in edges:
        one, two = find(a), find(b)
        if one != two:
            root[max(one, two)] = min(one, two)
    found: dict[str, list[str]] = {}
    for vertex in vertices:
        found.setdefault(find(vertex), []).append(vertex)
    return list(found.values())


def acyclic(vertices: Sequence[str], edges: Sequence[Edge]) -> list[Edge]:
    """The edges with those turned round that close a cycle, each pair of vertices once.

    The greedy order of Eades, Lin and Smyth ("A fast and effective heuristic for the feedback arc set problem", 1993):
    vertices nobody leads to go left, those that lead nowhere right, then whichever has most more out than in.
    """
    out: dict[str, set[str]] = {vertex: set() for vertex in vertices}
    into: dict[str, set[str]] = {vertex: set() for vertex in vertices}
    for a, b in edges:
        out[a].add(b)
        into[b].add(a)
    left: list[str] = []
    right: list[str] = []
    waiting = sorted(vertices)
    remaining = set(waiting)

    def take(vertex: str) -> None:
        remaining.discard(vertex)
        for other in out[vertex]:
            into[other].discard(vertex)
        for other in into[vertex]:
            out[other].discard(vertex)

    while remaining:
        waiting = [vertex for vertex in waiting if vertex in remaining]
        sources = [vertex for vertex in waiting if not into[vertex]]
        sinks = [vertex for vertex in waiting if into[vertex] and not out[vertex]]
        if not sources and not sinks:
            sources = [max(waiting, key=lambda vertex: len(out[vertex]) - len(into[vertex]))]
        left += sources
        right += sinks
        for vertex in (*sources, *sinks):
            take(vertex)
    place = {vertex: index for index, vertex in enumerate((*left, *reversed(right)))}
    return sorted({(a, b) if place[a] < place[b] else (b, a) for a, b in edges})


def _place(vertices: list[str], edges: list[Edge], sizes: dict[str, Size]) -> dict[str, Point]:
    ranks, links = _ranked(vertices, acyclic(vertices, edges))
    names = dict(enumerate(vertices))
    heights = {vertex: (sizes[names[vertex]][1] if vertex in names else 0.0) for rank in ranks for vertex in rank}
    centers = _heights(ranks, links, heights, set(names))
    placed: dict[str, Point] = {}
    x = 0.0
    for rank in ranks:
        real = [vertex for vertex in rank if vertex in names]
        width = max((sizes[names[vertex]][0] for vertex in real), default=0.0)
        for vertex in real:
            own, height = sizes[names[vertex]]
            aside = 0.0 if own > _ALIGNED * width else (width - own) / 2
            placed[names[vertex]] = (x + aside, centers[vertex] - height / 2)
        if real:
            x += width + COLUMN_GAP
    top = min(y for _, y in placed.values())
    return {vertex: (px, y - top) for vertex, (px, y) in placed.items()}


def _ranked(vertices: list[str], edges: list[Edge]) -> tuple[list[list[int]], list[tuple[int, int]]]:
    """(vertices of each rank from top to bottom, edges between neighbouring ranks); numbers beyond ours are dummies."""
    number = {vertex: index for index, vertex in enumerate(vertices)}
    numbered = [(number[a], number[b]) for a, b in edges]
    columns: dict[float, list[tuple[float, int]]] = {}
    links: list[tuple[int, int]] = []
    few = len(numbered) <= _FEW_EDGES
    layouts = from_edges(
        numbered,
        dummy_vertices=True,
        check_layout=False,
        transpose=few,
        ranking_type="minimize" if few else "up",
    )
    for positions, _, _, pieces in layouts:
        for vertex, (across, along) in positions:
            columns.setdefault(-along, []).append((across, int(vertex)))
        links += [(int(a), int(b)) for a, b in pieces or ()]
    ranks = [[vertex for _, vertex in sorted(columns[along])] for along in sorted(columns)]
    return ranks, links


def _heights(
    ranks: list[list[int]], links: list[tuple[int, int]], heights: dict[int, float], real: set[int]
) -> dict[int, float]:
    """Vertex -> middle, such that neighbours in a rank keep their distance and edges are as level as can be."""
    rank_of = {vertex: index for index, rank in enumerate(ranks) for vertex in rank}
    left: dict[int, list[tuple[int, float]]] = {vertex: [] for vertex in rank_of}
    right: dict[int, list[tuple[int, float]]] = {vertex: [] for vertex in rank_of}
    for a, b in links:
        weight = (1.0, 2.0, 8.0)[(a not in real) + (b not in real)]
        if rank_of[a] > rank_of[b]:
            a, b = b, a
        right[a].append((b, weight))
        left[b].append((a, weight))

    def distance(one: int, two: int) -> float:
        gap = ROW_GAP if one in real and two in real else _DUMMY_ROOM
        return (heights[one] + heights[two]) / 2 + gap

    gaps = [[distance(one, two) for one, two in itertools.pairwise(rank)] for rank in ranks]
    middle: dict[int, float] = {}
    for rank, apart in zip(ranks, gaps, strict=True):
        at = -sum(apart) / 2
        for vertex, gap in zip(rank, [*apart, 0.0], strict=True):
            middle[vertex] = at
            at += gap
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        both = sweep >= _SWEEPS - 4
        indices = range(len(ranks)) if forward else range(len(ranks) - 1, -1, -1)
        for index in indices:
            rank = ranks[index]
            wished, weights = [], []
            for vertex in rank:
                near = left[vertex] + right[vertex] if both else (left if forward else right)[vertex]
                total = sum(weight for _, weight in near)
                if total:
                    wished.append(sum(middle[other] * weight for other, weight in near) / total)
                    weights.append(total)
                else:
                    wished.append(middle[vertex])
                    weights.append(0.05)
            for vertex, value in zip(rank, spaced(wished, weights, gaps[index]), strict=True):
                middle[vertex] = value
    return middle


def spaced(wished: Sequence[float], weights: Sequence[float], gaps: Sequence[float]) -> list[float]:
    """Positions nearest the wished ones (weighted least squares) with each at least `gaps[i]` after the one before.

    Pool adjacent violators on the wishes less the cumulated gaps.
    """
    offsets = list(itertools.accumulate(gaps, initial=0.0))
    pools: list[tuple[float, float, int]] = []
    for wish, weight, offset in zip(wished, weights, offsets, strict=True):
        value, heavy, count = wish - offset, weight, 1
        while pools and pools[-1][0] >= value:
            before, mass, members = pools.pop()
            value = (before * mass + value * heavy) / (mass + heavy)
            heavy += mass
            count += members
        pools.append((value, heavy, count))
    levels = [value for value, _, count in pools for _ in range(count)]
    return [level + offset for level, offset in zip(levels, offsets, strict=True)]


def _rows(vertices: list[str], sizes: dict[str, Size]) -> dict[str, Point]:
    """Rows of vertices without edges, about as wide as `_ASPECT` times their height."""
    width = max(sizes[vertex][0] for vertex in vertices)
    area = sum((sizes[vertex][0] + ROW_GAP) * (sizes[vertex][1] + ROW_GAP) for vertex in vertices)
    limit = max(width, math.sqrt(area * _ASPECT))
    placed: dict[str, Point] = {}
    x = y = tallest = 0.0
    for vertex in vertices:
        own, height = sizes[vertex]
        if x > 0 and x + own > limit:
            x, y, tallest = 0.0, y + tallest + ROW_GAP, 0.0
        placed[vertex] = (x, y)
        x += own + ROW_GAP
        tallest = max(tallest, height)
    return placed


def _packed(blocks: list[dict[str, Point]], sizes: dict[str, Size]) -> dict[str, Point]:
    """The blocks on shelves from the top, the first and largest one setting the width."""
    if not blocks:
        return {}
    extents = [
        (
            max(x + sizes[vertex][0] for vertex, (x, _) in block.items()),
            max(y + sizes[vertex][1] for vertex, (_, y) in block.items()),
        )
        for block in blocks
    ]
    area = sum((width + PART_GAP) * (height + PART_GAP) for width, height in extents)
    limit = max(max(width for width, _ in extents), math.sqrt(area * _ASPECT))
    placed: dict[str, Point] = {}
    x = y = tallest = 0.0
    for block, (width, height) in zip(blocks, extents, strict=True):
        if x > 0 and x + width > limit:
            x, y, tallest = 0.0, y + tallest + PART_GAP, 0.0
        for vertex, (px, py) in block.items():
            placed[vertex] = (x + px, y + py)
        x += width + PART_GAP
        tallest = max(tallest, height)
    return placed
