"""Every kind has a picture that stays in its frame and says what is known about it."""

import pytest

from models.architecture import (
    KINDS,
    Architecture,
    Client,
    Datastore,
    External,
    Group,
    Note,
    Provenance,
    Queue,
    Service,
    SharedDataLink,
    Topic,
)
from models.architecture.diagram import NodePicture, Rect, default_size, icon, node_picture
from models.architecture.diagram.geometry import Path, bounds, distance, flattened
from models.architecture.diagram.icons import ICON_NAMES
from models.architecture.diagram.outlines import Side, edge_point, outline, reach
from models.architecture.elements import Element, GroupType, ServiceRole, StoreKind

SIDES: tuple[Side, ...] = ("left", "right", "top", "bottom")
SHAPES = sorted({traits.shape for traits in KINDS.values()})


def picture(element: Element, *others: Element) -> NodePicture:
    return node_picture(Architecture(elements=(element, *others)), element)


def words(shown: NodePicture) -> list[str]:
    return [line.text for line in shown.texts]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_within_its_frame(kind: str) -> None:
    traits = KINDS[kind]  # type: ignore[index]
    element = traits.type(id="x", name="A name that is much too long to be shown in one line of any box")
    shown = picture(element)
    room = Rect(0, 0, shown.width, shown.height).grown(0.01)
    for path in (shown.outline, *(mark.path for mark in shown.marks)):
        inside = bounds(path)
        assert room.holds((inside.x, inside.y)) and room.holds((inside.right, inside.bottom))
    if traits.shape != "person":
        for line in shown.texts:
            assert line.rect.x >= 0 and line.rect.right <= shown.width, line.text
            assert line.rect.y >= -1 and line.rect.bottom <= shown.height + 1, line.text
    for line in shown.texts:
        assert shown.bounds.grown(0.01).holds((line.rect.x, line.rect.y))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("side", SIDES)
def test_links_end_on_the_outline(shape: str, side: Side) -> None:
    width, height = (40, 68) if shape == "person" else (150, 70)
    border = flattened(outline(shape, width, height), 40)
    most = reach(shape, width, height, side)
    for share in (-1.0, -0.5, 0.0, 0.3, 1.0):
        point = edge_point(shape, Rect(0, 0, width, height), side, share * most)
        assert distance(border, point) < 0.3


@pytest.mark.parametrize("name", ICON_NAMES)
def test_icons_stay_in_their_square(name: str) -> None:
    for path in icon(name):
        inside = bounds(path)
        assert inside.x >= -0.5 and inside.y >= -0.5
        assert inside.right <= 20.5 and inside.bottom <= 20.5


def test_every_role_store_and_group_type_has_an_icon_of_its_own() -> None:
    names: list[str] = [
        *ServiceRole.__args__,  # type: ignore[attr-defined]
        *StoreKind.__args__,  # type: ignore[attr-defined]
        *GroupType.__args__,  # type: ignore[attr-defined]
        *KINDS,
    ]
    drawings: dict[tuple[Path, ...], str] = {}
    for name in dict.fromkeys(names):
        assert name in ICON_NAMES
        assert drawings.setdefault(icon(name), name) == name


@pytest.mark.parametrize(
    ("element", "second"),
    [
        (Service(id="x", instances=4, workers=20), "4 × 20 workers"),
        (Service(id="x", instances=2, workers="unlimited"), "2 × unlimited"),
        (External(id="x", work_ms={"lognormal": {"p50": 100, "p99": 900}}), "external · p99 900 ms"),
        (Queue(id="x", technology="RabbitMQ"), "queue · RabbitMQ"),
        (Topic(id="x"), "topic"),
        (Datastore(id="x", store="cache"), "cache"),
    ],
)
def test_the_second_line_says_what_was_said(element: Element, second: str) -> None:
    line = picture(element).texts[-1]
    assert line.text == second
    assert not line.italic


@pytest.mark.parametrize("element", [Service(id="x"), Service(id="x", workers=3), External(id="x")])
def test_assumed_numbers_are_in_italics(element: Element) -> None:
    assert picture(element).texts[-1].italic


def test_a_store_says_how_many_share_it() -> None:
    users = tuple(Service(id=name) for name in ("a", "b"))
    links = tuple(SharedDataLink(id=f"{user.id}-d", source=user.id, target="d") for user in users)
    model = Architecture(elements=(*users, Datastore(id="d")), links=links)
    assert words(node_picture(model, model.element_by_id["d"]))[-1] == "shared by 2"


def test_a_guess_is_marked() -> None:
    guessed = Service(id="x", name="X", provenance={"workers": Provenance.model_validate({"from": "guess"})})
    assert picture(guessed).guessed
    assert words(picture(guessed))[-1] == "?"
    assert "?" not in words(picture(Service(id="x", name="X")))


def test_a_long_name_takes_two_lines_and_a_long_word_a_wider_box() -> None:
    assert words(picture(Service(id="x", name="Recommendation of further albums")))[:2] == [
        "Recommendation",
        "of further albums",
    ]
    width, _ = default_size(Service(id="x", name="recommendationservice"))
    assert width > KINDS["service"].width
    assert words(picture(Service(id="x", name="recommendationservice")))[0] == "recommendationservice"
    assert default_size(Service(id="x", name="Order"))[0] == KINDS["service"].width


def test_a_name_without_end_is_cut_and_stays_inside() -> None:
    shown = picture(Service(id="x", name="x" * 400))
    assert shown.texts[1].text.endswith("…")
    assert max(line.rect.right for line in shown.texts) <= shown.width


def test_a_note_grows_with_its_text() -> None:
    short, long = Note(id="a", text="one"), Note(id="b", text="a longer remark " * 20)
    assert default_size(long)[1] > default_size(short)[1]


def test_a_collapsed_group_says_how_much_it_holds() -> None:
    group = Group(id="g", name="Sales")
    model = Architecture(elements=(group, Service(id="a", groups=("g",)), Client(id="b", groups=("g",))))
    assert words(node_picture(model, group, (150, 58), collapsed=True)) == ["Sales", "2 elements"]


def test_words_are_translated() -> None:
    shown = node_picture(
        Architecture(elements=(Service(id="x", instances=4, workers=20),)),
        Service(id="x", instances=4, workers=20),
        translate=lambda _context, template: {"{instances} × {workers} workers": "{workers} ouvriers"}[template],
    )
    assert shown.subtitle == "20 ouvriers"
