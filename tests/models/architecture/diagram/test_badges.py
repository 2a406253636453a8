"""Badges of links leave words, arrows, marks and numbers in sight, and stand upon nothing else where there is room."""

from itertools import combinations

import pytest

from models import resources
from models.architecture import Architecture, AsyncLink, Diagram, Queue, Service, SyncLink
from models.architecture.diagram import Rect, Router, routes
from models.architecture.diagram.badges import covered, link_badge, words_room
from models.architecture.diagram.link_picture import HOP, hop_center
from models.architecture.diagram.picture import TextLine
from models.architecture.diagram.scene import Scene, scene
from models.formats import native

SAMPLES = sorted(path.name for path in resources.path("samples").glob("*.loadpath.json"))


def anywhere(_rect: Rect, _apart: float) -> bool:
    return True


def nowhere(_rect: Rect, _apart: float) -> bool:
    return False


def badged(architecture: Architecture) -> Scene:
    """With a badge on every link."""
    told = {link.id: (2, "warning") for link in architecture.links}
    return scene(architecture, architecture.diagrams[0], badges=told)


def around(text: TextLine) -> Rect:
    """What the badge with this number covers."""
    return covered((text.x, text.y - 6.2)).grown(-0.5)


@pytest.mark.parametrize("sample", SAMPLES)
def test_in_the_samples_badges_cover_no_words_no_arrows_and_not_each_other(sample: str) -> None:
    architecture = native.load(resources.path("samples", sample)).architecture
    drawn = badged(architecture)
    rects = [around(text) for _, text in drawn.badges]
    assert len(rects) == len(drawn.routes) > 0
    for route in drawn.routes:
        for rect in rects:
            assert route.label is None or not rect.meets(route.label.plate.grown(-3)), route.link
            assert not rect.holds(route.tip), route.link
    for one, two in combinations(rects, 2):
        assert not one.grown(-2).meets(two.grown(-2))


def line(name: str | None = None, apart: float = 400.0) -> Architecture:
    return Architecture(
        elements=(Service(id="a"), Service(id="b")),
        links=(SyncLink(id="ab", source="a", target="b", name=name),),
        diagrams=(Diagram(id="main", positions={"a": (0, 0), "b": (apart, 0)}),),
    )


def test_a_badge_stands_at_a_corner_of_the_words_or_beside_the_line() -> None:
    model = line("confirm")
    route = routes(model, model.diagrams[0])["ab"]
    assert route.label is not None
    x, y = link_badge(route, anywhere)
    assert (x, y) == (route.label.plate.right + 7, route.label.plate.y - 8)
    model = line()
    route = routes(model, model.diagrams[0])["ab"]
    x, y = link_badge(route, anywhere)
    assert (x, y) == (pytest.approx(route.middle[0]), pytest.approx(route.middle[1] - 12.5))


def test_a_badge_gives_way_to_what_stands_and_to_the_number_of_a_hop() -> None:
    model = line("confirm")
    route = routes(model, model.diagrams[0])["ab"]
    first = covered(link_badge(route, anywhere))
    second = covered(link_badge(route, lambda rect, _apart: not rect.meets(first)))
    assert not first.meets(second)
    model = line()
    route = routes(model, model.diagrams[0])["ab"]
    at = link_badge(route, anywhere, numbered=True)
    assert not covered(at).meets(Rect(*hop_center(route), 0, 0).grown(8))


def test_on_a_short_line_number_and_badge_leave_words_and_queue_in_sight() -> None:
    model = line("3 attempts", apart=246.0)
    route = routes(model, model.diagrams[0])["ab"]
    assert route.label is not None
    assert not Rect(*hop_center(route), 0, 0).grown(HOP / 2).meets(words_room(route.label))
    model = Architecture(
        elements=(Service(id="a"), Service(id="b")),
        links=(AsyncLink(id="ab", source="a", target="b"),),
        diagrams=(Diagram(id="main", positions={"a": (0, 0), "b": (205, 0)}),),
    )
    route = routes(model, model.diagrams[0])["ab"]
    queue = Rect(*route.at(0.4)[0], 0, 0).grown(4.5)
    assert not covered(link_badge(route, anywhere)).meets(queue)


def test_badges_keep_apart_where_they_can() -> None:
    model = line("confirm")
    route = routes(model, model.diagrams[0])["ab"]
    first = covered(link_badge(route, anywhere))
    beside = first.moved(-first.width - 2, 0)
    second = link_badge(route, lambda rect, apart: not rect.grown(apart).meets(beside))
    assert not covered(second).grown(4).meets(beside)
    narrow = link_badge(route, lambda _rect, apart: apart == 0)
    assert covered(narrow) == first


def test_without_room_its_own_words_stay_in_sight_and_on_the_shortest_line_it_is_still_there() -> None:
    model = line("confirm")
    route = routes(model, model.diagrams[0])["ab"]
    assert route.label is not None
    assert not covered(link_badge(route, nowhere)).meets(route.label.plate.grown(-2))
    model = line(apart=158.0)
    router = Router(model, model.diagrams[0])
    assert router.boxes["a"].grown(40).holds(link_badge(router.routes()["ab"], nowhere))


def test_the_queue_on_an_asynchronous_line_stays_in_sight() -> None:
    model = Architecture(
        elements=(Service(id="a"), Queue(id="q")),
        links=(AsyncLink(id="aq", source="a", target="q"),),
        diagrams=(Diagram(id="main", positions={"a": (0, 0), "q": (260, 0)}),),
    )
    route = routes(model, model.diagrams[0])["aq"]
    mark = Rect(route.start[0] + 14, route.start[1] - 4.5, 16, 9)
    assert not covered(link_badge(route, anywhere)).meets(mark)
