"""Links end on outlines, pass around boxes, and their words stand clear."""

import math
from itertools import combinations, pairwise
from pathlib import Path as FilePath

import pytest

from models.architecture import (
    KINDS,
    Architecture,
    AsyncLink,
    Client,
    Datastore,
    Diagram,
    Element,
    EventLink,
    Group,
    Link,
    Queue,
    Service,
    SharedDataLink,
    SyncLink,
    Topic,
    replace,
)
from models.architecture.diagram import LiveRouter, Rect, Route, boxes, link_marks, routes
from models.architecture.diagram.curves import LineShape
from models.architecture.diagram.geometry import distance, flattened, moved
from models.architecture.diagram.link_picture import arrow_head, hop_center, strokes, style_mark
from models.architecture.diagram.outlines import outline
from models.architecture.diagram.ports import facing_sides, ports, spread
from models.architecture.diagram.route import passes
from models.architecture.diagram.routing import Router
from models.architecture.diagram.scene import scene
from models.architecture.diagram.shapes import frame_title
from models.formats import native

SAMPLES = sorted((FilePath(__file__).resolve().parents[4] / "resources" / "samples").glob("*.loadpath.json"))


def drawing(positions: dict[str, tuple[float, float]], links: list[Link], *elements: Element) -> Architecture:
    return Architecture(elements=elements, links=tuple(links), diagrams=(Diagram(id="main", positions=positions),))


def row(*names: str, gap: float = 300) -> tuple[dict[str, tuple[float, float]], tuple[Service, ...]]:
    """Services side by side."""
    return {name: (index * gap, 0.0) for index, name in enumerate(names)}, tuple(Service(id=name) for name in names)


def routed(model: Architecture, line_shape: LineShape = "curved") -> dict[str, Route]:
    return routes(model, model.diagrams[0], line_shape=line_shape)


def border(model: Architecture, element_id: str) -> tuple[tuple[float, float], ...]:
    rect = boxes(model, model.diagrams[0])[element_id]
    shape = KINDS[model.element_by_id[element_id].kind].shape
    return flattened(moved(outline(shape, rect.width, rect.height), rect.x, rect.y), 40)


def through(route: Route, rect: Rect) -> bool:
    inner = rect.grown(-2)
    return any(inner.holds(point) for point in route.points)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name.split(".")[0])
def test_in_the_samples_links_end_on_outlines_miss_boxes_and_labels_stand_clear(sample: FilePath) -> None:
    model = native.load(sample).architecture
    diagram = model.diagrams[0]
    placed = boxes(model, diagram)
    solid = {name: rect for name, rect in placed.items() if model.element_by_id[name].kind != "group"}
    found = routed(model)
    assert found
    for route in found.values():
        assert distance(border(model, route.source), route.start) < 0.5
        assert distance(border(model, route.target), route.tip) < 0.5
        assert route.points[0] == route.start and route.points[-1] == route.tip
        for name, rect in solid.items():
            if name not in (route.source, route.target):
                assert not through(route, rect), f"{route.link} runs through {name}"
        if route.label is not None:
            assert not [name for name, rect in solid.items() if rect.meets(route.label.plate)], route.link
    labels = [route.label.plate for route in found.values() if route.label is not None]
    assert not [1 for one, two in combinations(labels, 2) if one.meets(two)]


def test_a_link_goes_around_a_box_in_its_way() -> None:
    positions, services = row("a", "b", "c")
    model = drawing(positions, [SyncLink(id="l", source="a", target="c")], *services)
    shapes: tuple[LineShape, ...] = ("curved", "orthogonal")
    for line_shape in shapes:
        assert not through(routed(model, line_shape)["l"], boxes(model, model.diagrams[0])["b"])
    bare = drawing({"a": (0, 0), "c": (600, 0)}, [SyncLink(id="l", source="a", target="c")], *services)
    assert len(routed(bare)["l"].path) == 2


def test_two_links_around_one_box_take_lanes_of_their_own() -> None:
    positions, services = row("a", "b", "c")
    model = drawing(positions, [SyncLink(id=f"l{i}", source="a", target="c") for i in range(3)], *services)
    middles = sorted(route.middle[1] for route in routed(model).values())
    assert all(later - earlier >= 8 for earlier, later in pairwise(middles))


def test_parallel_links_are_spread_and_do_not_cross() -> None:
    positions, services = row("a", "b")
    links: list[Link] = [SyncLink(id="1", source="a", target="b"), SyncLink(id="2", source="b", target="a")]
    one, two = routed(drawing(positions, links, *services)).values()
    assert abs(one.middle[1] - two.middle[1]) >= 9
    assert math.copysign(1, one.start[1] - two.tip[1]) == math.copysign(1, one.tip[1] - two.start[1])


def test_links_on_one_side_lie_in_the_order_of_their_other_ends() -> None:
    others = [((500.0, float(y)), f"l{y}") for y in (300, -100, 40)]
    placed = ports("box", Rect(0, 0, 150, 58), "right", others)
    assert sorted(placed, key=lambda link: placed[link][1]) == ["l-100", "l40", "l300"]
    assert all(x == 150 for x, _ in placed.values())


def test_many_ports_share_the_side_they_have() -> None:
    offsets = spread(40, 20)
    assert offsets[0] == -20 and offsets[-1] == pytest.approx(20)
    assert spread(1, 20) == [0.0]


@pytest.mark.parametrize(
    ("target", "sides"),
    [
        (Rect(400, 0, 150, 58), ("right", "left")),
        (Rect(-400, 10, 150, 58), ("left", "right")),
        (Rect(0, 200, 150, 58), ("bottom", "top")),
        (Rect(0, -200, 150, 58), ("top", "bottom")),
    ],
)
def test_links_use_the_sides_that_face_each_other(target: Rect, sides: tuple[str, str]) -> None:
    assert facing_sides(Rect(0, 0, 150, 58), target) == sides


def test_a_small_step_is_straightened() -> None:
    model = drawing({"a": (0, 0), "b": (300, 6)}, [SyncLink(id="l", source="a", target="b")], *row("a", "b")[1])
    route = routed(model)["l"]
    assert route.start[1] == route.tip[1]


def test_a_self_call_is_a_loop_outside_its_box() -> None:
    model = drawing({"a": (0, 0)}, [SyncLink(id="l", source="a", target="a")], Service(id="a"))
    route = routed(model)["l"]
    assert not through(route, Rect(0, 0, 150, 58))
    assert route.bounds.bottom > 58 + 20


def test_bends_are_passed_through() -> None:
    positions, services = row("a", "b", gap=500)
    model = drawing(positions, [SyncLink(id="l", source="a", target="b")], *services)
    bends = ((300.0, 200.0), (400.0, 220.0))
    bent = replace(model, diagrams=(replace(model.diagrams[0], bends={"l": bends}),))
    points = routed(bent)["l"].points
    assert all(distance(points, bend) < 1 for bend in bends)


def test_links_of_hidden_members_go_to_the_collapsed_group() -> None:
    model = Architecture(
        elements=(Group(id="g"), Service(id="a", groups=("g",)), Service(id="b", groups=("g",)), Service(id="c")),
        links=(SyncLink(id="in", source="a", target="b"), SyncLink(id="out", source="b", target="c")),
        diagrams=(Diagram(id="main", collapsed=("g",), positions={"g": (0, 0), "c": (400, 0), "a": (9, 9)}),),
    )
    found = routed(model)
    assert list(found) == ["out"]
    assert found["out"].source == "g"


def test_links_to_what_has_no_place_are_not_drawn() -> None:
    model = drawing({"a": (0, 0)}, [SyncLink(id="l", source="a", target="b")], Service(id="a"), Service(id="b"))
    assert routed(model) == {}


def test_only_the_asked_links_are_answered() -> None:
    positions, services = row("a", "b", "c")
    links: list[Link] = [SyncLink(id="1", source="a", target="b"), SyncLink(id="2", source="b", target="c")]
    model = drawing(positions, links, *services)
    assert routes(model, model.diagrams[0], ["2", "nobody"]) == {"2": routed(model)["2"]}


def test_data_is_drawn_double_once_a_second_user_shares_it() -> None:
    elements = (Service(id="a"), Service(id="b"), Datastore(id="d"))
    positions = {"a": (0.0, 0.0), "b": (0.0, 200.0), "d": (400.0, 100.0)}
    first = SharedDataLink(id="1", source="a", target="d", access="read")
    alone = routed(drawing(positions, [first], *elements))["1"]
    assert not alone.double and len(strokes(alone)) == 1
    assert alone.label is not None and (alone.label.text, alone.label.italic) == ("r", False)
    second = SharedDataLink(id="2", source="b", target="d")
    both = routed(drawing(positions, [first, second], *elements))
    assert all(route.double and len(strokes(route)) == 2 for route in both.values())
    assert both["2"].label is not None and (both["2"].label.text, both["2"].label.italic) == ("r/w", True)


def test_the_four_styles_differ_in_line_and_mark_without_colour() -> None:
    elements = (Service(id="a"), Service(id="b"), Queue(id="q"), Topic(id="t"), Datastore(id="d"))
    positions = {"a": (0.0, 0.0), "b": (400.0, 0.0), "q": (400.0, 100.0), "t": (400.0, 200.0), "d": (400.0, 300.0)}
    links: list[Link] = [
        SyncLink(id="sync", source="a", target="b"),
        AsyncLink(id="async", source="a", target="q"),
        EventLink(id="event", source="a", target="t"),
        SharedDataLink(id="shared", source="a", target="d"),
        SharedDataLink(id="other", source="b", target="d"),
    ]
    found = routed(drawing(positions, links, *elements))

    def features(route: Route) -> tuple[object, ...]:
        line, *_ = link_marks(route)
        closed = arrow_head(route)[-1][0] == "Z"
        return line.dash, len(strokes(route)), closed, len(style_mark(route))

    seen = {name: features(found[name]) for name in ("sync", "async", "event", "shared")}
    assert len(set(seen.values())) == 4
    assert seen["event"][3] == 3


def test_only_a_publisher_bears_waves() -> None:
    model = drawing(
        {"t": (0, 0), "a": (400, 0)}, [EventLink(id="e", source="t", target="a")], Topic(id="t"), Service(id="a")
    )
    assert style_mark(routed(model)["e"]) == ()


def test_a_guessed_link_bears_a_question_mark_in_its_label() -> None:
    positions, services = row("a", "b")
    link = SyncLink.model_validate(
        {"id": "l", "source": "a", "target": "b", "provenance": {"style": {"from": "guess"}}}
    )
    route = routed(drawing(positions, [link], *services))["l"]
    assert route.guessed and route.label is not None and route.label.text == "?"


def test_a_hop_number_stands_beside_the_label() -> None:
    positions, services = row("a", "b")
    route = routed(drawing(positions, [SyncLink(id="l", source="a", target="b", name="charge card")], *services))["l"]
    assert route.label is not None
    x, y = hop_center(route)
    assert not Rect(x - 8, y - 8, 16, 16).meets(route.label.plate)


def test_moving_a_box_routes_what_hangs_on_it_and_what_was_in_its_way() -> None:
    positions, services = row("a", "b", "c", "d")
    links: list[Link] = [
        SyncLink(id="ac", source="a", target="c"),
        SyncLink(id="bd", source="b", target="d"),
        SyncLink(id="ab", source="a", target="b"),
    ]
    model = drawing(positions, links, *services)
    router = LiveRouter(model, model.diagrams[0])
    router.routes()
    changed = router.move({"b": (300.0, 400.0)})
    assert {"bd", "ab"} <= changed.keys()
    while router.is_late:
        changed |= router.catch_up()
    assert {"bd", "ab", "ac"} <= changed.keys()
    assert len(changed["ac"].path) == 2, "the way is free now"
    there = replace(model, diagrams=(replace(model.diagrams[0], positions={**positions, "b": (300.0, 400.0)}),))
    assert {link: route.path for link, route in changed.items()} == {
        link: route.path for link, route in routed(there).items() if link in changed
    }


def test_moving_a_member_moves_its_frame() -> None:
    model = Architecture(
        elements=(Group(id="g"), Service(id="a", groups=("g",)), Client(id="c", groups=("g",))),
        diagrams=(Diagram(id="main", positions={"a": (0, 0), "c": (300, 0)}),),
    )
    router = LiveRouter(model, model.diagrams[0])
    before = router.boxes["g"]
    router.move({"a": (0.0, 400.0)})
    assert router.boxes["g"].height > before.height + 300


def test_the_scene_numbers_the_witness_path_and_marks_findings() -> None:
    positions, services = row("a", "b", "c")
    links: list[Link] = [SyncLink(id="1", source="a", target="b"), SyncLink(id="2", source="b", target="c")]
    model = drawing(positions, links, *services)
    drawn = scene(
        model,
        model.diagrams[0],
        badges={"b": (120, "error"), "2": (1, "warning"), "gone": (3, "info"), "a": (0, "info")},
        witness=("a", "1", "b", "2", "c"),
        legend=True,
    )
    assert [text.text for _, text in drawn.hops] == ["1", "2"]
    assert sorted(text.text for _, text in drawn.badges) == ["1", "99+"]
    assert {mark.fill for mark, _ in drawn.badges} == {"error", "warning"}
    assert drawn.legend is not None
    assert [text.text for text in drawn.legend.texts] == ["Synchronous call", "Italic: assumed, nobody said it"]
    assert drawn.bounds.grown(0.1).holds((drawn.legend.bounds.x, drawn.legend.bounds.bottom))


def test_marks_at_a_crowded_side_keep_apart() -> None:
    spokes = [Service(id=f"s{number}") for number in range(7)]
    links = [SyncLink(id=f"l{number}", source=f"s{number}", target="hub") for number in range(7)]
    positions = {f"s{number}": (500.0, number * 110.0 - 330.0) for number in range(7)} | {"hub": (0.0, 0.0)}
    architecture = Architecture(
        elements=(Service(id="hub"), *spokes), links=tuple(links), diagrams=(Diagram(id="main", positions=positions),)
    )
    found = routes(architecture, architecture.diagrams[0])
    tips = [route.tip for route in found.values()]
    assert len({route.angle for route in found.values()}) == 3
    for index, tip in enumerate(tips):
        assert all(math.dist(tip, other) >= 11.5 for other in tips[:index])


def test_a_link_keeps_off_the_title_of_a_frame_where_there_is_room() -> None:
    architecture = Architecture(
        elements=(
            Service(id="order"),
            Service(id="stock", groups=("team",)),
            Group(id="team", name="Logistics and stock"),
        ),
        links=(SyncLink(id="reserve", source="order", target="stock"),),
        diagrams=(Diagram(id="main", positions={"order": (0.0, 0.0), "stock": (0.0, 240.0)}),),
    )
    router = Router(architecture, architecture.diagrams[0])
    route = router.routes()["reserve"]
    box = router.boxes["team"]
    title = frame_title(architecture, router.part.elements["team"], box.width).moved(box.x, box.y)
    assert not passes(route, [title])
    assert route.start[0] == route.tip[0] != router.boxes["order"].center[0]
