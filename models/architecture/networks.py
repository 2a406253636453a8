"""An architecture as graphs of networkx, each worked out once per architecture; what they mean is told in `graph`.

Apart from `graph`, so that nobody imports networkx who only checks a model: that takes a third of the start.
"""

from __future__ import annotations

import networkx as nx

from models.architecture.graph import blocking_links, in_process, needed_directly, unit_of
from models.architecture.kinds import KINDS
from models.architecture.links import Link
from models.architecture.model import Architecture
from models.architecture.views import view


@view
def sync_graph(architecture: Architecture) -> nx.DiGraph[str]:
    """Clients, services and externals, with an edge where one waits for the other; treat it as read only.

    An edge has `links` (tuple of Link, in id order) and `hops` (1, or 0 when all of them stay in one process). A queue
    is a node too where someone awaits the answer of whoever takes from it; the way into it counts no hop.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    elements = architecture.element_by_id
    graph.add_nodes_from(
        element.id for element in architecture.elements if element.kind in ("client", "service", "external")
    )
    edges: dict[tuple[str, str], list[Link]] = {}
    awaited_queues: dict[str, None] = {}
    for link in blocking_links(architecture):
        if link.style != "shared_data":
            edges.setdefault((link.source, link.target), []).append(link)
            if KINDS[elements[link.target].kind].channel:
                awaited_queues[link.target] = None
    for queue in awaited_queues:
        for link in architecture.links_from[queue]:
            edges.setdefault((link.source, link.target), []).append(link)
    for (source, target), links in edges.items():
        free = target in awaited_queues or all(in_process(architecture, link) for link in links)
        graph.add_edge(source, target, links=tuple(links), hops=0 if free else 1)
    return graph


@view
def sync_components(architecture: Architecture) -> tuple[tuple[str, ...], ...]:
    """Circles of waiting: the strongly connected components of `sync_graph` with more than one member or a self-call.

    Members in id order, components by their first member.
    """
    graph = sync_graph(architecture)
    circles = (tuple(sorted(members)) for members in nx.strongly_connected_components(graph))
    return tuple(sorted(circle for circle in circles if len(circle) > 1 or graph.has_edge(circle[0], circle[0])))


@view
def closure_sizes(architecture: Architecture) -> dict[str, int]:
    """Element id -> number of members of its `sync_closure`, for all elements in one pass.

    Sets of members are bits of an integer, joined once per edge over the condensed graph.
    """
    needed, units = needed_directly(architecture), unit_of(architecture)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(element.id for element in architecture.elements)
    graph.add_edges_from((link.source, link.target) for links in needed.values() for link in links)
    bit = {element.id: 1 << i for i, element in enumerate(architecture.elements)}
    together: dict[str, int] = {}
    for service, unit in units.items():
        together[unit] = together.get(unit, 0) | bit[service]
    reached: dict[str, int] = {}
    sizes: dict[str, int] = {}
    for members in nx.strongly_connected_components(graph):
        joined = 0
        for member in members:
            joined |= bit[member]
            for target in graph.successors(member):
                joined |= reached.get(target, 0)
        for member in members:
            reached[member] = joined
            own = together[units[member]] if member in units else bit[member]
            sizes[member] = (joined & ~own).bit_count()
    return sizes
