"""Whatever happens to a model, the mirror that follows it shows what one made from scratch would show."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.canvas.mirror import Mirror
from models.architecture import Architecture, Diagram, replace
from models.architecture.changes import changes
from models.architecture.diagram.geometry import Rect
from models.architecture.diagram.layout import place_missing
from tests.models.architecture.strategies import architectures


def shown(architecture: Architecture) -> Architecture:
    """With one diagram of everything, everything in its place."""
    main = architecture.diagrams[0] if architecture.diagrams else Diagram(id="main")
    whole = replace(main, id="main", include="*", collapsed=(), bends={})
    links = tuple(replace(link, profile=None) for link in architecture.links)
    return place_missing(replace(architecture, links=links, profiles=(), diagrams=(whole,)), whole.id)


def fresh(architecture: Architecture) -> Mirror:
    mirror = Mirror()
    mirror.show(architecture, architecture.diagrams[0])
    return mirror


def assert_same(mirror: Mirror, architecture: Architecture) -> None:
    wanted = fresh(architecture)
    assert mirror.boxes == wanted.boxes
    assert mirror.rank == wanted.rank
    assert mirror.routes.keys() == wanted.routes.keys()
    for element_id in wanted.boxes:
        assert mirror.picture(element_id) == wanted.picture(element_id)
        x, y = mirror.boxes[element_id].center
        assert element_id in mirror.nodes_meeting(Rect(x, y, 1, 1))
    for link_id, route in wanted.routes.items():
        drawn = mirror.routes[link_id]
        assert (drawn.source, drawn.target, drawn.style, drawn.double) == (
            route.source,
            route.target,
            route.style,
            route.double,
        )
        assert (drawn.label.text if drawn.label else None) == (route.label.text if route.label else None)
        assert link_id in mirror.links_meeting(drawn.bounds)


@settings(max_examples=20)
@given(architectures(largest=6), architectures(largest=6), st.booleans())
def test_the_mirror_follows_from_any_model_to_any_other(one: Architecture, two: Architecture, large: bool) -> None:
    first, last = shown(one), shown(two)
    with pytest.MonkeyPatch.context() as patch:
        if large:
            patch.setattr("app.canvas.mirror.SMALL", -1)
        mirror = fresh(first)
        for before, after in ((first, last), (last, first)):
            mirror.follow(after, after.diagrams[0], changes(before, after))
            while mirror.is_late:
                mirror.catch_up()
            assert_same(mirror, after)
            assert large or mirror.routes == fresh(after).routes


@settings(max_examples=20)
@given(architectures(), st.data())
def test_a_preview_that_is_given_up_changes_nothing(architecture: Architecture, data: st.DataObject) -> None:
    architecture = shown(architecture)
    mirror = fresh(architecture)
    loose = [known for known in mirror.boxes if not mirror.is_frame(known)]
    place = st.floats(-500, 500)
    for _ in range(3):
        moved = data.draw(st.lists(st.sampled_from(loose), unique=True)) if loose else []
        mirror.preview({known: (data.draw(place), data.draw(place)) for known in moved})
    for link_id in list(mirror.routes)[:3]:
        mirror.preview_bends(link_id, ((data.draw(place), data.draw(place)),))
        mirror.preview_bends(link_id, None)
    mirror.preview({})
    assert not mirror.is_previewing
    assert_same(mirror, architecture)
    assert mirror.routes == fresh(architecture).routes
