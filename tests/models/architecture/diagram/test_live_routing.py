"""Routes that follow a model: what a change touches is routed again, all else stays, and words and ends are right."""

import math
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from models.architecture import (
    Architecture,
    Client,
    Datastore,
    Diagram,
    Service,
    SharedDataLink,
    SyncLink,
    edits,
    replace,
)
from models.architecture.diagram import LiveRouter, Route, Router
from models.architecture.diagram.live_routing import TOGETHER
from tests.models.architecture.strategies import architectures


def mesh(columns: int = 8, rows: int = 6) -> Architecture:
    """Services on a grid, each linked to its right and to its lower right neighbour."""
    elements = tuple(Service(id=f"s{i}") for i in range(columns * rows))
    positions = {f"s{i}": (i % columns * 240.0, i // columns * 140.0) for i in range(columns * rows)}
    links = tuple(
        SyncLink(id=f"l{i}-{step}", source=f"s{i}", target=f"s{i + step}", name=f"call {i}")
        for i in range(columns * rows)
        for step in (1, columns + 1)
        if i + step < columns * rows
    )
    return Architecture(elements=elements, links=links, diagrams=(Diagram(id="main", positions=positions),))


def live(architecture: Architecture) -> tuple[LiveRouter, dict[str, Route]]:
    router = LiveRouter(architecture, architecture.diagrams[0])
    return router, router.routes()


def follow(router: LiveRouter, known: dict[str, Route], after: Architecture) -> set[str]:
    """Takes the change over into `known`; which links were routed again or went."""
    rerouted = router.revise(after, after.diagrams[0])
    while router.is_late:
        rerouted |= router.catch_up()
    for link_id, route in rerouted.items():
        if route is None:
            del known[link_id]
        else:
            known[link_id] = route
    return set(rerouted)


def facts(route: Route) -> tuple[object, ...]:
    text = route.label.text if route.label is not None else None
    return route.source, route.target, route.style, route.double, route.from_channel, route.guessed, text


def assert_like_fresh(router: LiveRouter, known: dict[str, Route], after: Architecture) -> None:
    fresh = Router(after, after.diagrams[0])
    wanted = fresh.routes()
    assert router.boxes == fresh.boxes
    assert {link_id: facts(route) for link_id, route in known.items()} == {
        link_id: facts(route) for link_id, route in wanted.items()
    }
    for link_id, route in known.items():
        assert route.leaving == wanted[link_id].leaving
        assert math.dist(route.start, wanted[link_id].start) < 60
        assert math.dist(route.tip, wanted[link_id].tip) < 60


def test_adding_and_removing_one_link_leaves_others_as_they_are() -> None:
    model = mesh()
    router, known = live(model)
    before = dict(known)
    after = edits.add_link(model, SyncLink(id="new", source="s0", target="s18"))
    touched = follow(router, known, after)
    assert "new" in touched
    assert len(touched) < 12
    assert_like_fresh(router, known, after)
    follow(router, known, model)
    assert known.keys() == before.keys()
    assert_like_fresh(router, known, model)


def test_what_passed_a_removed_box_runs_straight_again() -> None:
    model = Architecture(
        elements=(Service(id="a"), Service(id="between"), Service(id="b")),
        links=(SyncLink(id="ab", source="a", target="b"),),
        diagrams=(Diagram(id="main", positions={"a": (0, 0), "between": (240, 0), "b": (480, 0)}),),
    )
    router, known = live(model)
    assert len(known["ab"].path) > 2
    follow(router, known, edits.remove(model, ["between"]))
    assert len(known["ab"].path) == 2
    follow(router, known, model)
    assert len(known["ab"].path) > 2


def test_a_store_that_gets_a_second_user_is_drawn_as_shared_for_the_first_too() -> None:
    model = Architecture(
        elements=(Service(id="a"), Service(id="b"), Datastore(id="store")),
        links=(SharedDataLink(id="one", source="a", target="store"),),
        diagrams=(Diagram(id="main", positions={"a": (0, 0), "b": (0, 200), "store": (300, 100)}),),
    )
    router, known = live(model)
    assert not known["one"].double
    follow(router, known, edits.add_link(model, SharedDataLink(id="two", source="b", target="store")))
    assert known["one"].double
    assert known["two"].double
    follow(router, known, model)
    assert not known["one"].double


def test_what_nobody_sees_on_a_line_routes_nothing() -> None:
    model = mesh()
    router, known = live(model)
    assert follow(router, known, edits.set_attributes(model, ["l0-1"], {"timeout_ms": 300.0})) == set()
    assert follow(router, known, edits.rename(model, "s3", "Three")) == set()


def test_a_change_that_touches_many_links_routes_some_at_once_and_the_rest_later() -> None:
    model = Architecture(
        elements=(Service(id="hub"), *(Service(id=f"s{i}") for i in range(30))),
        links=tuple(SyncLink(id=f"l{i}", source="hub", target=f"s{i}") for i in range(30)),
        diagrams=(Diagram(id="main", positions={"hub": (0, 0), **{f"s{i}": (600.0, 90.0 * i) for i in range(30)}}),),
    )
    router, known = live(model)
    after = edits.place(model, "main", {"hub": (40.0, 700.0)})
    routed = [router.revise(after, after.diagrams[0])]
    while router.is_late:
        routed.append(dict(router.catch_up()))
    assert len(list(filter(None, routed))) >= 30 / TOGETHER
    assert max(map(len, routed)) < 30
    for rerouted in routed:
        known |= {link_id: route for link_id, route in rerouted.items() if route is not None}
    assert_like_fresh(router, known, after)


def test_links_that_are_late_when_the_model_changes_again_are_routed_after_that() -> None:
    model = mesh()
    router, known = live(model)
    moved = edits.place(model, "main", {f"s{i}": (i * 90.0, 2_000.0) for i in range(12)})
    known |= {link_id: route for link_id, route in router.revise(moved, moved.diagrams[0]).items() if route}
    assert router.is_late
    after = edits.remove(edits.rename(moved, "l20-1", "other words"), ["s3"])
    assert {"l20-1", "l3-1", "l3-9"} <= follow(router, known, after)
    assert_like_fresh(router, known, after)


def test_a_longer_name_under_a_person_pushes_lines_aside() -> None:
    model = Architecture(
        elements=(Service(id="a"), Client(id="c", name="C"), Service(id="b")),
        links=(SyncLink(id="ab", source="a", target="b"),),
        diagrams=(Diagram(id="main", positions={"a": (0, 0), "c": (300, -43), "b": (600, 0)}),),
    )
    router, known = live(model)
    follow(router, known, edits.rename(model, "c", "Everybody who ever bought a record in the shop"))
    assert_like_fresh(router, known, router.architecture)


def test_bends_come_and_go() -> None:
    model = mesh()
    router, known = live(model)
    straight = known["l0-1"].path
    bent = router.rebend("l0-1", ((190.0, -80.0),))
    assert any(command[-2:] == (190.0, -80.0) for command in bent["l0-1"].path)
    assert router.rebend("l0-1", None)["l0-1"].path == straight


@settings(max_examples=30, deadline=None)
@given(architectures(largest=6), architectures(largest=6), st.integers(0, 1_000))
def test_any_change_leads_to_the_same_ends_words_and_boxes_as_starting_over(
    one: Architecture, two: Architecture, seed: int
) -> None:
    chance = random.Random(seed)
    first, last = (
        replace(
            architecture,
            diagrams=(
                Diagram(
                    id="main",
                    positions={
                        element.id: (chance.randrange(5) * 240.0, chance.randrange(5) * 140.0)
                        for element in architecture.elements
                    },
                ),
            ),
        )
        for architecture in (one, two)
    )
    router, known = live(first)
    for after in (last, first):
        follow(router, known, after)
        fresh = Router(after, after.diagrams[0])
        assert router.boxes == fresh.boxes
        wanted = {link_id: facts(route) for link_id, route in fresh.routes().items()}
        assert {link_id: facts(route) for link_id, route in known.items()} == wanted


def test_a_long_drag_leaves_only_what_lies_where_it_began_and_ended() -> None:
    model = mesh()
    router, known = live(model)
    for step in range(200):
        known |= router.move({"s0": (10.0 * step, 30.0)})
        assert not any(router._late.values()), "places on the way are not kept"
    known |= router.move({"s0": (0.0, 0.0)})
    while router.is_late:
        known |= router.catch_up()
    there = {link: (route.start, route.tip) for link, route in known.items()}
    assert there == {link: (route.start, route.tip) for link, route in live(model)[1].items()}
    assert not router._late
