"""What the canvas shows: it follows the document part by part, zooms, points out, escapes."""

from collections.abc import Callable
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.canvas import CanvasView, Minimap
from app.canvas.badges import Badge, BadgeDots
from app.canvas.mirror import Mirror
from app.canvas.tips import tip
from app.document import Document
from models.architecture import Architecture, Diagram, Service, SharedDataLink, SyncLink, edits
from models.architecture.diagram import routes
from models.architecture.diagram.badges import covered

Modifier = Qt.KeyboardModifier


def wheel(canvas: CanvasView, at: QPoint, turn: QPoint, modifiers: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(canvas.viewport().mapToGlobal(at)),
        QPoint(),
        turn,
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas.viewport(), event)


def has_colour(canvas: CanvasView, token: str) -> bool:
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    pixels = memoryview(image.constBits()).cast("B").cast("I")
    return (QColor(canvas.theme.colours[token]).rgb() & 0xFFFFFFFF) in set(pixels)


def is_double(canvas: CanvasView, link_id: str) -> bool:
    return canvas.mirror.routes[link_id].double


def assert_in_step(canvas: CanvasView, document: Document) -> None:
    """The mirror is what one made from scratch would be."""
    fresh = Mirror(canvas.mirror._translate)
    fresh.show(document.architecture, document.diagram)
    assert canvas.mirror.boxes == fresh.boxes
    assert canvas.mirror.routes.keys() == fresh.routes.keys()
    assert canvas.mirror.rank == fresh.rank
    for element_id in fresh.boxes:
        assert canvas.mirror.picture(element_id) == fresh.picture(element_id)
    for link_id, route in fresh.routes.items():
        drawn = canvas.mirror.routes[link_id]
        assert (drawn.source, drawn.target, drawn.style, drawn.double) == (
            route.source,
            route.target,
            route.style,
            route.double,
        )
        assert (drawn.label.text if drawn.label else None) == (route.label.text if route.label else None)


def test_the_mirror_follows_every_kind_of_edit(document: Document, canvas: CanvasView) -> None:
    steps: tuple[Callable[[Architecture], Architecture], ...] = (
        lambda a: edits.add_element(a, Service(id="new", name="New"), diagram="main", position=(600.0, 0.0)),
        lambda a: edits.add_link(a, SyncLink(id="l", source="stock", target="new")),
        lambda a: edits.rename(a, "new", "Newer"),
        lambda a: edits.set_attributes(a, ["new"], {"workers": 7, "instances": 3}),
        lambda a: edits.retag(a, "l", "event"),
        lambda a: edits.reconnect(a, "l", source="payment"),
        lambda a: edits.place(a, "main", {"new": (640.0, 80.0)}),
        lambda a: edits.join(a, ["new"], "sales"),
        lambda a: edits.bend(a, "main", "l", ((300.0, -100.0),)),
        lambda a: edits.resize(a, "main", {"note": (240.0, 120.0)}),
        lambda a: edits.rename(a, "sales", "Selling"),
        lambda a: edits.ungroup(a, "sales"),
        lambda a: edits.remove(a, ["order"]),
    )
    for edit in steps:
        assert document.apply(edit, "Step")
        assert_in_step(canvas, document)
    for _ in steps:
        document.undo()
        assert_in_step(canvas, document)
    for _ in steps:
        document.redo()
        assert_in_step(canvas, document)


def test_a_store_becomes_shared_with_its_second_user(document: Document, canvas: CanvasView) -> None:
    document.apply(lambda a: edits.add_link(a, SharedDataLink(id="a", source="order", target="orders")), "Link")
    assert not is_double(canvas, "a")
    document.apply(lambda a: edits.add_link(a, SharedDataLink(id="b", source="payment", target="orders")), "Link")
    assert is_double(canvas, "a")
    assert "shared by 2" in canvas.mirror.picture("orders").subtitle


def test_a_preview_that_ends_leaves_everything_where_it_was(document: Document, canvas: CanvasView) -> None:
    canvas.show_preview({"order": (-500.0, -300.0), "payment": (-260.0, -300.0)}, ["sales"])
    assert canvas.mirror.boxes["sales"].y < -300
    canvas.end_preview()
    assert_in_step(canvas, document)
    assert canvas.mirror.routes == routes(document.architecture, document.diagram)


def test_zoom_keeps_what_is_under_the_cursor(canvas: CanvasView, qtbot: QtBot) -> None:
    at = QPoint(300, 200)
    before = canvas.mapToScene(at)
    with qtbot.waitSignal(canvas.zoom_changed) as zoomed:
        wheel(canvas, at, QPoint(0, 240), Modifier.ControlModifier)
    assert zoomed.args[0] == canvas.zoom_factor > 1.3
    after = canvas.mapToScene(at)
    assert (after - before).manhattanLength() < 2


def test_the_wheel_and_two_fingers_pan(canvas: CanvasView) -> None:
    first = canvas.visible_rect().topLeft()
    wheel(canvas, QPoint(300, 200), QPoint(0, -120))
    assert canvas.visible_rect().topLeft() - first == QPointF(0, 60)
    wheel(canvas, QPoint(300, 200), QPoint(0, -120), Modifier.ShiftModifier)
    assert canvas.visible_rect().topLeft() - first == QPointF(60, 60)


def test_zoom_has_limits(canvas: CanvasView) -> None:
    for _ in range(40):
        canvas.zoom_in()
    assert canvas.zoom_factor == pytest.approx(4.0)
    for _ in range(80):
        canvas.zoom_out()
    assert canvas.zoom_factor == pytest.approx(0.05)


def test_fit_shows_everything(document: Document, canvas: CanvasView) -> None:
    document.apply(lambda a: edits.place(a, "main", {"stock": (4_000.0, 3_000.0)}), "Move")
    QTest.keyClick(canvas, Qt.Key.Key_F)
    assert canvas.visible_rect().contains(canvas.content_rect())
    document.selection.set(("stock",))
    canvas.zoom_to_selection()
    assert canvas.visible_rect().contains(canvas.center_of("stock"))
    assert canvas.zoom_factor > 1


def test_fit_of_nothing_and_of_what_is_far_out(document: Document, canvas: CanvasView) -> None:
    document.new()
    canvas.fit()
    assert canvas.zoom_factor == 1.0
    document.load(
        Architecture(
            elements=(Service(id="a"), Service(id="b")),
            diagrams=(Diagram(id="main", positions={"a": (-1e300, 1e300), "b": (1e9, 0.0)}),),
        )
    )
    canvas.fit()
    canvas.grab()
    assert -1_000_000 <= canvas.mirror.boxes["a"].x < canvas.mirror.boxes["b"].x <= 1_000_000


@pytest.mark.parametrize("name", theme.NAMES)
@pytest.mark.parametrize("zoom", [0.1, 0.5, 1.0, 2.5])
def test_everything_is_painted_at_every_zoom_in_both_themes(
    document: Document, canvas: CanvasView, name: str, zoom: float
) -> None:
    canvas.set_theme(theme.load(name))
    canvas.show_badges({"order": (3, "error"), "payment": (12, "warning"), "shopper-order": (120, "info")})
    canvas.show_path(("shopper", "shopper-order", "order", "order-payment", "payment"))
    canvas.show_heat({"order": 0.2, "stock": 1.0})
    canvas.set_legend_visible(True)
    document.selection.set(("order", "shopper-order", "note", "sales"))
    canvas.zoom_to(zoom)
    assert has_colour(canvas, "canvas")
    assert has_colour(canvas, "node")


def test_badges_appear_and_go(canvas: CanvasView) -> None:
    assert not has_colour(canvas, "error")
    canvas.show_badges({"stock": (2, "error")})
    assert has_colour(canvas, "error")
    canvas.show_badges({})
    assert not has_colour(canvas, "error")


def test_a_path_is_numbered_in_the_order_of_its_links(canvas: CanvasView) -> None:
    canvas.show_path(("shopper", "shopper-order", "order", "order-payment", "payment"))
    assert canvas._canvas.path_links == {"shopper-order": 1, "order-payment": 2}
    assert has_colour(canvas, "hop")
    canvas.show_path(None)
    assert canvas._canvas.path_links == {}


def test_pointing_out_what_is_not_there_does_no_harm(canvas: CanvasView) -> None:
    canvas.show_badges({"nobody": (1, "error")})
    canvas.show_heat({"nobody": 1.0})
    canvas.show_path(("nobody", "no-link"))
    canvas.rename("nobody")
    canvas.grab()


def test_tips_escape_what_people_wrote(document: Document) -> None:
    hostile = '<img src="http://example.org/x.png"><script>alert(1)</script>'
    document.apply(lambda a: edits.set_attributes(a, ["order"], {"name": hostile, "description": hostile}), "Rename")
    words = tip(document.architecture, "order", {"order": (2, "error")})
    assert "<img" not in words
    assert "<script" not in words
    assert "&lt;script&gt;" in words


def test_a_tip_says_which_numbers_nobody_said(document: Document) -> None:
    assert "timeout none (assumed)" in tip(document.architecture, "shopper-order", {})
    assert "timeout 500 ms" in tip(document.architecture, "order-payment", {})
    assert "(assumed)" not in tip(document.architecture, "order-payment", {})


def test_hostile_names_are_drawn_as_text(document: Document, canvas: CanvasView) -> None:
    for name in ("<b>x</b>" * 40, "\u202e\u0000\ufffd", "서비스" * 80, "a\nb\tc", "👩‍💻" * 30):
        assert document.apply(partial(edits.rename, part_id="order", name=name), "Rename")
        canvas.grab()


def test_the_minimap_moves_the_view(document: Document, canvas: CanvasView, qtbot: QtBot) -> None:
    minimap = Minimap(canvas)
    canvas.float_widget(minimap, Qt.Corner.BottomRightCorner)
    minimap.show()
    canvas.zoom_to(2.0)
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton, pos=QPoint(14, 44))
    assert canvas.visible_rect().center().x() < -200
    minimap.grab()
    where = minimap.pos()
    wheel(canvas, QPoint(300, 200), QPoint(0, -240))
    assert minimap.pos() == where


def test_the_middle_stays_in_the_middle_when_the_window_grows(canvas: CanvasView) -> None:
    before = canvas.visible_rect().center()
    canvas.resize(900, 500)
    assert (canvas.visible_rect().center() - before).manhattanLength() <= 2


def test_another_diagram_can_be_shown(document: Document, canvas: CanvasView) -> None:
    part = Diagram(id="part", include=("order", "payment"), positions={"order": (0.0, 0.0), "payment": (400.0, 0.0)})
    document.apply(lambda a: edits.put(a, part), "Add diagram")
    document.show_diagram("part")
    assert set(canvas.mirror.boxes) == {"order", "payment"}
    assert set(canvas.mirror.routes) == {"order-payment"}
    document.show_diagram("main")
    assert "stock" in canvas.mirror.boxes


def test_sharp_pictures_come_back_after_zooming(canvas: CanvasView, qtbot: QtBot) -> None:
    canvas.zoom_in()
    assert canvas._canvas.is_zooming
    qtbot.waitUntil(lambda: not canvas._canvas.is_zooming)


def different_pixels(one: QImage, two: QImage) -> float:
    """The share of pixels that differ."""
    first, second = (memoryview(image.convertToFormat(QImage.Format.Format_RGB32).constBits()) for image in (one, two))
    pairs = zip(first.cast("B").cast("I"), second.cast("B").cast("I"), strict=True)
    return sum(a != b for a, b in pairs) / (one.width() * one.height())


@pytest.mark.parametrize("zoom", [0.3, 0.5, 1.0, 1.5])
def test_a_preview_looks_like_what_it_leads_to(
    document: Document, canvas: CanvasView, monkeypatch: pytest.MonkeyPatch, zoom: float
) -> None:
    monkeypatch.setattr("app.canvas.mirror.SMALL", -1)
    document.apply(lambda a: edits.add_link(a, SyncLink(id="os", source="order", target="stock", name="look")), "Link")
    canvas.zoom_to(zoom)
    canvas._settled()
    for corner in ((40.0, -120.0), (0.0, 60.0), (500.0, 260.0)):
        canvas.show_preview({"payment": corner}, ("sales",))
        canvas.grab()
    shown = canvas.viewport().grab().toImage()
    assert canvas.mirror.loose
    document.apply(lambda a: edits.place(a, "main", {"payment": corner}), "Move")
    assert not canvas.mirror.is_previewing
    canvas._settled()
    assert different_pixels(shown, canvas.viewport().grab().toImage()) < 0.0005


def test_a_link_that_is_bent_leaves_no_trace_of_where_it_ran(document: Document, canvas: CanvasView) -> None:
    middle = canvas.viewport_point("shopper-order")
    before = canvas.viewport().grab().toImage()
    canvas.show_bends("shopper-order", ((-280.0, -160.0),))
    bent = canvas.viewport().grab().toImage()
    across = [middle + QPoint(0, step) for step in range(-3, 4)]
    assert min(before.pixelColor(at).lightness() for at in across) < 190
    assert min(bent.pixelColor(at).lightness() for at in across) > 215
    canvas.end_preview()
    assert different_pixels(before, canvas.viewport().grab().toImage()) == 0


def test_many_badges_are_dots_far_out_and_numbers_near(document: Document, canvas: CanvasView) -> None:
    services = tuple(Service(id=f"s{i}") for i in range(160))
    links = tuple(SyncLink(id=f"l{i}", source=f"s{i}", target=f"s{i + 1}") for i in range(159))
    positions = {f"s{i}": (i % 16 * 240.0, i // 16 * 140.0) for i in range(160)}
    diagrams = (Diagram(id="main", positions=positions),)
    document.load(Architecture(elements=services, links=links, diagrams=diagrams))
    canvas.fit()
    canvas.zoom_to(0.25)
    canvas._settled()
    bare = canvas.viewport().grab().toImage()
    canvas.show_badges({link.id: (3, "error") for link in links})
    dotted = different_pixels(bare, canvas.viewport().grab().toImage())
    assert 0 < dotted < 0.02
    assert has_colour(canvas, "error")
    canvas.show_badges({link.id: (3, "error") for link in links[:100]})
    assert different_pixels(bare, canvas.viewport().grab().toImage()) > 1.2 * dotted
    canvas.show_badges({})
    assert different_pixels(bare, canvas.viewport().grab().toImage()) == 0


def test_dots_of_badges_follow_what_they_belong_to(document: Document, canvas: CanvasView) -> None:
    services = tuple(Service(id=f"s{i}") for i in range(200))
    links = tuple(SyncLink(id=f"l{i}", source=f"s{i}", target=f"s{i + 1}") for i in range(199))
    positions = {f"s{i}": (i % 20 * 240.0, i // 20 * 140.0) for i in range(200)}
    document.load(Architecture(elements=services, links=links, diagrams=(Diagram(id="main", positions=positions),)))
    canvas.fit()
    canvas.zoom_to(0.2)
    canvas._settled()
    badges: dict[str, Badge] = dict.fromkeys([one.id for one in services] + [one.id for one in links], (1, "warning"))
    canvas.show_badges(badges)
    canvas.viewport().grab()
    document.apply(lambda a: edits.place(a, "main", {"s47": (900.0, 1_700.0)}), "Move")
    document.apply(lambda a: edits.remove(a, ["s101"]), "Delete")
    document.apply(lambda a: edits.add_link(a, SyncLink(id="new", source="s3", target="s90")), "Link")
    document.turns.finish()
    canvas.show_badges(badges | {"s5": (2, "error"), "new": (1, "error")})
    followed = canvas.viewport().grab().toImage()
    overlay = canvas._canvas.overlay
    overlay._dots = BadgeDots(canvas.mirror)
    overlay.begin_again()
    assert different_pixels(followed, canvas.viewport().grab().toImage()) == 0
    overlay.show_badges({})
    assert different_pixels(followed, canvas.viewport().grab().toImage()) > 0


def test_badges_on_the_canvas_leave_words_in_sight(document: Document, canvas: CanvasView) -> None:
    document.apply(lambda a: edits.rename(a, "order-payment", "pay"), "Name")
    canvas.show_badges({"order-payment": (2, "warning"), "order": (1, "error")})
    center = canvas._canvas.overlay.badge_center("order-payment")
    label = canvas.mirror.routes["order-payment"].label
    assert label is not None
    assert not covered(center).meets(label.plate.grown(-2))
    document.apply(lambda a: edits.place(a, "main", {"payment": (200.0, 0.0)}), "Move")
    assert canvas._canvas.overlay.badge_center("order-payment") != center


def test_the_minimap_gives_way_where_it_would_cover_what_is_all_in_sight(
    document: Document, canvas: CanvasView
) -> None:
    minimap = Minimap(canvas)
    canvas.float_widget(minimap, Qt.Corner.BottomRightCorner)
    minimap.show()
    canvas.centerOn(0, 100)
    assert not minimap.is_away
    minimap.move(canvas.viewport_point("placed") - QPoint(20, 20))
    assert canvas.visible_rect().contains(canvas.content_rect())
    assert minimap.is_away
    canvas.zoom_to(3.0)
    assert not minimap.is_away


def test_the_minimap_shows_a_single_element_in_proportion(document: Document, canvas: CanvasView) -> None:
    document.load(Architecture(elements=(Service(id="a"),), diagrams=(Diagram(id="main", positions={"a": (0, 0)}),)))
    minimap = Minimap(canvas)
    minimap.resize(128, 88)
    minimap._forget()
    scale, _ = minimap._placement()
    assert canvas.mirror.boxes["a"].width * scale < 32
