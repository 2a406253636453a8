"""Automatic placement: nothing overlaps, nothing that stands is moved, links run to the right."""

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.architecture import (
    Architecture,
    Client,
    Datastore,
    Diagram,
    Element,
    Group,
    Link,
    Note,
    Service,
    SharedDataLink,
    SyncLink,
    replace,
)
from models.architecture.diagram import Rect, boxes, shown
from models.architecture.diagram.frames import occupied
from models.architecture.diagram.layered import acyclic, layered, spaced
from models.architecture.diagram.layout import LayoutError, cleared, place_missing, tidy

Draw = st.DrawFn


@st.composite
def systems(draw: Draw) -> Architecture:
    """Services, clients, stores and notes, linked at random, some in groups nested up to twice."""
    groups: list[Group] = []
    for index in range(draw(st.integers(0, 3))):
        nested = draw(st.booleans()) and len(groups) > 0
        groups.append(Group(id=f"g{index}", parent=draw(st.sampled_from(groups)).id if nested else None))
    elements: list[Element] = []
    for index in range(draw(st.integers(1, 12))):
        made = draw(st.sampled_from((Service, Service, Service, Client, Datastore, Note)))
        home = (f"g{draw(st.integers(0, len(groups) - 1))}",) if draw(st.booleans()) and groups else ()
        name = draw(st.sampled_from((None, "Order", "A name of several words", "averyveryverylongwordofaname")))
        elements.append(made(id=f"e{index}", name=name, groups=home))
    callers = [element.id for element in elements if element.kind in ("service", "client")]
    links: list[Link] = []
    for index in range(draw(st.integers(0, 18))):
        target = draw(st.sampled_from(elements))
        if not callers or target.kind not in ("service", "datastore"):
            continue
        source = draw(st.sampled_from(callers))
        if target.kind == "service":
            links.append(SyncLink(id=f"l{index}", source=source, target=target.id))
        elif source in {element.id for element in elements if element.kind == "service"}:
            links.append(SharedDataLink(id=f"l{index}", source=source, target=target.id))
    return Architecture(elements=(*elements, *groups), links=tuple(links))


def rooms(architecture: Architecture) -> dict[str, Rect]:
    """Element id -> the room it takes with its words; group frames left out."""
    diagram = architecture.diagrams[0]
    return {
        element_id: occupied(architecture, architecture.element_by_id[element_id], rect)
        for element_id, rect in boxes(architecture, diagram).items()
        if element_id not in shown(architecture, diagram).frames
    }


def overlaps(architecture: Architecture) -> list[tuple[str, str]]:
    return [(a, b) for (a, one), (b, two) in combinations(rooms(architecture).items(), 2) if one.meets(two)]


def strangers(architecture: Architecture) -> list[tuple[str, str]]:
    """(group, element) where a frame covers an element that is not in it."""
    diagram = architecture.diagrams[0]
    placed, taken = boxes(architecture, diagram), rooms(architecture)
    found = []
    for group in shown(architecture, diagram).frames:
        inside = {group}
        while more := {m for g in inside if g in architecture.members for m in architecture.members[g]} - inside:
            inside |= more
        found += [(group, name) for name, room in taken.items() if name not in inside and room.meets(placed[group])]
    return found


@given(systems())
def test_a_placed_model_has_no_overlaps_and_frames_hold_only_their_own(model: Architecture) -> None:
    placed = place_missing(model)
    expected = {element.id for element in model.elements}
    assert expected == set(boxes(placed, placed.diagrams[0]))
    assert not overlaps(placed)
    assert not strangers(placed)


@given(systems(), st.data())
def test_what_has_a_place_keeps_it(model: Architecture, data: st.DataObject) -> None:
    placed = place_missing(model)
    kept = {
        element_id: position
        for element_id, position in placed.diagrams[0].positions.items()
        if data.draw(st.booleans(), label=f"keep {element_id}")
    }
    again = place_missing(replace(model, diagrams=(Diagram(id="main", positions=kept),)))
    positions = again.diagrams[0].positions
    assert {element_id: positions[element_id] for element_id in kept} == kept
    assert {element.id for element in model.elements} == set(boxes(again, again.diagrams[0]))
    assert not overlaps(again)


def test_names_under_people_keep_their_room_when_others_are_placed() -> None:
    grouped = tuple(Service(id=f"e{index}", groups=("g",)) for index in range(7))
    others = (Client(id="person", name="A name of several words"), Service(id="x"), Service(id="y"))
    positions = {"e6": (24.0, 312.0), "x": (0.0, 448.0), "person": (32.0, 544.0)}
    model = Architecture(
        elements=(*grouped, *others, Group(id="g")),
        links=(SyncLink(id="l", source="e0", target="y"),),
        diagrams=(Diagram(id="main", positions=positions),),
    )
    assert not overlaps(place_missing(model))


@given(systems(), st.data())
def test_what_is_set_down_on_others_goes_to_free_ground_as_one_piece(model: Architecture, data: st.DataObject) -> None:
    placed = place_missing(model)
    diagram = placed.diagrams[0]
    ids = data.draw(st.lists(st.sampled_from([element.id for element in placed.elements]), min_size=1, unique=True))
    down = st.integers(-600, 600)
    dx, dy = data.draw(down), data.draw(down)
    positions = {known: (x + dx, y + dy) if known in ids else (x, y) for known, (x, y) in diagram.positions.items()}
    dropped = replace(placed, diagrams=(replace(diagram, positions=positions),))
    free = cleared(dropped, "main", ids)
    inside = {member for known in ids for member in placed.members.get(known, ())}
    while more := {deep for known in inside for deep in placed.members.get(known, ())} - inside:
        inside |= more
    moving = {*ids, *inside}
    assert not [pair for pair in overlaps(free) if (pair[0] in moving) != (pair[1] in moving)]
    after = free.diagrams[0].positions
    assert {known: at for known, at in after.items() if known not in moving} == {
        known: at for known, at in positions.items() if known not in moving
    }
    shifts = {
        (after[known][0] - positions[known][0], after[known][1] - positions[known][1])
        for known in moving & after.keys()
        if not placed.members.get(known)
    }
    assert len(shifts) <= 1
    assert cleared(free, "main", ids) == free or strangers(free)


@given(systems())
def test_placing_twice_changes_nothing_and_order_does_not_matter(model: Architecture) -> None:
    placed = place_missing(model)
    assert place_missing(placed) is placed
    shuffled = replace(model, elements=tuple(reversed(model.elements)), links=tuple(reversed(model.links)))
    assert place_missing(shuffled).diagrams[0].positions == placed.diagrams[0].positions


@given(systems())
def test_tidying_everything_leaves_no_overlap_and_keeps_the_meaning(model: Architecture) -> None:
    heap = {element.id: (5.0, 5.0) for element in model.elements if element.kind != "group"}
    tidied = tidy(replace(model, diagrams=(Diagram(id="main", positions=heap),)))
    assert not overlaps(tidied)
    assert tidied.elements == model.elements and tidied.links == model.links


def chain() -> Architecture:
    return Architecture(
        elements=(Client(id="c"), Service(id="a"), Service(id="b"), Datastore(id="d"), Note(id="n", text="alone")),
        links=(
            SyncLink(id="1", source="c", target="a"),
            SyncLink(id="2", source="a", target="b"),
            SharedDataLink(id="3", source="b", target="d"),
        ),
    )


def test_clients_stand_left_and_stores_right() -> None:
    positions = place_missing(chain()).diagrams[0].positions
    assert positions["c"][0] < positions["a"][0] < positions["b"][0] < positions["d"][0]


def test_positions_are_on_the_grid() -> None:
    assert all(x % 8 == 0 and y % 8 == 0 for x, y in place_missing(chain()).diagrams[0].positions.values())


def test_a_model_without_diagrams_gets_one_called_main() -> None:
    assert place_missing(chain()).diagrams[0].id == "main"


def test_a_new_element_goes_beside_what_calls_it() -> None:
    placed = place_missing(chain())
    grown = replace(
        placed,
        elements=(*placed.elements, Service(id="new")),
        links=(*placed.links, SyncLink(id="4", source="a", target="new")),
    )
    positions = place_missing(grown).diagrams[0].positions
    assert positions["new"][0] > positions["a"][0]
    assert abs(positions["new"][1] - positions["a"][1]) < 400


def test_tidying_one_element_moves_no_other_and_locked_ones_stay() -> None:
    placed = place_missing(chain())
    crowded = replace(placed.diagrams[0], positions={**placed.diagrams[0].positions, "b": (0.0, 0.0)})
    tidied = tidy(replace(placed, diagrams=(crowded,)), "main", ["b"])
    for element_id in ("c", "a", "d", "n"):
        assert tidied.diagrams[0].positions[element_id] == placed.diagrams[0].positions[element_id]
    assert not overlaps(tidied)
    locked = replace(crowded, locked=("b", "d"))
    again = tidy(replace(placed, diagrams=(locked,)))
    assert again.diagrams[0].positions["b"] == (0.0, 0.0)
    assert again.diagrams[0].positions["d"] == placed.diagrams[0].positions["d"]
    assert not overlaps(again)


def test_an_unknown_diagram_is_refused_by_name() -> None:
    with pytest.raises(LayoutError, match='no diagram "other"'):
        place_missing(place_missing(chain()), "other")


def test_members_of_a_collapsed_group_need_no_place() -> None:
    model = Architecture(
        elements=(Group(id="g"), Service(id="a", groups=("g",)), Service(id="b")),
        links=(SyncLink(id="l", source="a", target="b"),),
        diagrams=(Diagram(id="main", collapsed=("g",)),),
    )
    assert set(place_missing(model).diagrams[0].positions) == {"g", "b"}


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=30))
def test_turned_edges_have_no_cycle_and_none_is_lost(edges: list[tuple[str, str]]) -> None:
    kept = sorted({edge for edge in edges if edge[0] != edge[1]})
    turned = acyclic(sorted("abcdefgh"), kept)
    assert {frozenset(edge) for edge in turned} == {frozenset(edge) for edge in kept}
    waiting = set("abcdefgh")
    while waiting:
        free = {vertex for vertex in waiting if not any(b == vertex and a in waiting for a, b in turned)}
        assert free, "a cycle is left"
        waiting -= free


def test_layers_do_not_depend_on_the_order_of_arguments() -> None:
    sizes = dict.fromkeys("abcdef", (100.0, 50.0))
    edges = [("a", "b"), ("b", "c"), ("a", "d"), ("d", "c"), ("c", "a")]
    assert layered(sizes, edges) == layered(dict(reversed(sizes.items())), list(reversed(edges)))


@given(st.lists(st.floats(-1000, 1000), min_size=1, max_size=12))
def test_spaced_positions_keep_their_distance(wished: list[float]) -> None:
    gaps = [10.0] * (len(wished) - 1)
    got = spaced(wished, [1.0] * len(wished), gaps)
    assert all(b - a >= 10 - 1e-6 for a, b in pairwise(got))


def test_wishes_that_are_far_enough_apart_are_granted() -> None:
    assert spaced([0.0, 20.0, 50.0], [1.0, 1.0, 1.0], [10.0, 10.0]) == [0.0, 20.0, 50.0]
    assert spaced([5.0, 5.0], [1.0, 1.0], [10.0]) == [0.0, 10.0]
