"""Links that would close a circle are refused, whatever the order they come in; compared with a search of it all."""

import networkx as nx
from hypothesis import given
from hypothesis import strategies as st

from models.analysis.graph.acyclic import Acyclic

MEMBERS = "abcdefg"
LINKS = st.lists(st.tuples(st.sampled_from(MEMBERS), st.sampled_from(MEMBERS)), max_size=40)


@given(LINKS)
def test_a_link_is_added_unless_it_closes_a_circle(links: list[tuple[str, str]]) -> None:
    kept = Acyclic(MEMBERS)
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(MEMBERS)
    for source, target in links:
        closes = nx.has_path(graph, target, source)
        assert kept.add(source, target) is not closes
        if not closes:
            graph.add_edge(source, target)
