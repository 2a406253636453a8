"""Every mouse gesture: what it does to the model, and that undo brings the identical value back."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.canvas import KIND_MIME, CanvasView
from app.canvas.chooser import Chooser
from app.canvas.painting import rect_f
from app.document import Document
from models.architecture import Architecture, edits
from tests.app.canvas.conftest import Hand

Modifier = Qt.KeyboardModifier
Undone = Callable[[], None]


def selected(document: Document) -> tuple[str, ...]:
    return document.selection.ids


def field_of(canvas: CanvasView) -> QLineEdit:
    field = canvas.findChild(QLineEdit)
    assert field is not None
    return field


def position(document: Document, element_id: str) -> tuple[float, float]:
    return document.diagram.positions[element_id]


def test_a_click_selects_and_shift_adds_and_takes_away(document: Document, hand: Hand) -> None:
    hand.click("order")
    assert selected(document) == ("order",)
    hand.click("payment", modifiers=Modifier.ShiftModifier)
    assert selected(document) == ("order", "payment")
    hand.click("order", modifiers=Modifier.ShiftModifier)
    assert selected(document) == ("payment",)
    hand.click((0, 400))
    assert selected(document) == ()


def test_a_click_on_a_line_selects_the_link(document: Document, hand: Hand) -> None:
    hand.click("shopper-order")
    assert selected(document) == ("shopper-order",)


def test_a_rubber_band_selects_what_it_touches(document: Document, hand: Hand) -> None:
    hand.drag((290, 150), (500, 320))
    assert selected(document) == ("placed",)
    hand.drag((0, 150), (500, 320), modifiers=Modifier.ShiftModifier)
    assert set(selected(document)) == {"placed", "parcels"}


def test_escape_gives_a_rubber_band_up(document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    hand.click("order")
    hand.press((290, 150))
    hand.move((500, 320))
    assert selected(document) == ("placed",)
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    assert selected(document) == ()


def test_a_drag_moves_an_element_on_the_grid_as_one_step(document: Document, hand: Hand, undone: Undone) -> None:
    hand.drag("stock", (hand.canvas.center_of("stock").x() + 83, hand.canvas.center_of("stock").y() + 101))
    x, y = position(document, "stock")
    assert (x % 8, y % 8) == (0, 0)
    assert abs(x - 403) <= 4
    assert abs(y - 101) <= 4
    assert document.undo_title == "Move Stock"
    undone()


def test_a_dragged_element_settles_in_line_with_its_neighbour(document: Document, hand: Hand) -> None:
    document.apply(lambda a: _placed(a, "stock", (323.0, 61.0)), "Set up")
    hand.drag("stock", (hand.canvas.center_of("stock").x() + 1, hand.canvas.center_of("stock").y() - 62))
    assert position(document, "stock")[1] == position(document, "payment")[1]


def test_alt_moves_freely(document: Document, hand: Hand) -> None:
    start = hand.canvas.center_of("stock")
    hand.drag("stock", (start.x() + 83, start.y() + 101), modifiers=Modifier.AltModifier)
    assert position(document, "stock") == (403.0, 101.0)


def test_several_selected_elements_move_together(document: Document, hand: Hand, undone: Undone) -> None:
    document.selection.set(("stock", "placed"))
    start = hand.canvas.center_of("stock")
    hand.drag("stock", (start.x() + 80, start.y() + 80))
    assert position(document, "stock") == (400.0, 80.0)
    assert position(document, "placed") == (400.0, 280.0)
    assert document.undo_title == "Move 2 parts"
    undone()


def test_escape_puts_a_dragged_element_back(document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    before = document.architecture
    box = canvas.mirror.boxes["stock"]
    hand.press("stock")
    hand.move((600, 300))
    assert canvas.mirror.boxes["stock"] != box
    QTest.keyClick(canvas, Qt.Key.Key_Escape)
    hand.release()
    assert canvas.mirror.boxes["stock"] == box
    assert document.architecture is before


def test_a_frame_takes_its_members_along(document: Document, canvas: CanvasView, hand: Hand, undone: Undone) -> None:
    frame = canvas.mirror.boxes["sales"]
    hand.drag((frame.x + 150, frame.y + 12), (frame.x + 150 - 40, frame.y + 12 - 80))
    assert position(document, "order") == (-240.0, -80.0)
    assert position(document, "payment") == (0.0, -80.0)
    assert canvas.mirror.boxes["sales"].y == frame.y - 80
    undone()


def test_an_element_dropped_into_a_frame_joins_the_group(document: Document, hand: Hand, undone: Undone) -> None:
    hand.drag("stock", (-40, 40))
    assert document.architecture.element_by_id["stock"].groups == ("sales",)
    undone()


def test_an_element_dragged_out_of_its_frame_leaves_the_group(document: Document, hand: Hand, undone: Undone) -> None:
    hand.drag("payment", (400, 400))
    assert document.architecture.element_by_id["payment"].groups == ()
    assert document.undo_title == "Move Payment"
    undone()


def test_an_empty_frame_takes_members_and_stays_when_the_last_one_leaves(
    document: Document, canvas: CanvasView, hand: Hand, undone: Undone
) -> None:
    canvas.set_tool("group")
    hand.click((0, -200))
    canvas._editing.finish()
    assert document.architecture.element_by_id["group"].kind == "group"
    hand.drag("stock", (0, -200))
    assert document.architecture.element_by_id["stock"].groups == ("group",)
    frame = canvas.mirror.boxes["group"]
    hand.drag("stock", (400, 300))
    assert document.architecture.element_by_id["stock"].groups == ()
    after = canvas.mirror.boxes["group"]
    assert (after.x, after.y) == (frame.x, frame.y)
    undone()


def test_a_drag_within_the_frame_changes_no_group(document: Document, hand: Hand) -> None:
    before = document.architecture.element_by_id["payment"]
    start = hand.canvas.center_of("payment")
    hand.drag("payment", (start.x() + 8, start.y() + 8))
    assert document.architecture.element_by_id["payment"] is before


def test_a_drag_from_an_edge_links_in_the_current_style(
    document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot, undone: Undone
) -> None:
    canvas.current_style = "async"
    with qtbot.waitSignal(canvas.style_used) as used:
        hand.drag(hand.edge("payment"), "stock")
    link = document.architecture.link_by_id["payment-stock"]
    assert (link.source, link.target, link.style) == ("payment", "stock", "async")
    assert used.args == ["async"]
    assert selected(document) == ("payment-stock",)
    undone()


def test_a_style_that_cannot_connect_falls_to_one_that_can_and_says_so(
    document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    canvas.current_style = "sync"
    with qtbot.waitSignal(document.notice) as notice:
        hand.drag(hand.edge("order", 3), "orders")
    assert document.architecture.link_by_id["order-orders"].style == "shared_data"
    assert "Sync cannot connect these, so the link is Data access" in notice.args[0]


def test_a_refused_target_is_said_while_dragging_and_nothing_is_linked(
    document: Document, canvas: CanvasView, hand: Hand
) -> None:
    told: list[str] = []
    before = document.architecture
    canvas.hint.connect(told.append)
    hand.press(hand.edge("shopper", 0))
    hand.move("orders")
    assert "No link can run from Shopper to Orders" in told[-1]
    assert "service" in told[-1]
    hand.release()
    assert document.architecture is before


def test_a_link_dropped_on_nothing_offers_elements_and_links_the_chosen_one(
    document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot, undone: Undone
) -> None:
    hand.drag(hand.edge("stock"), (560, 100))
    chooser = canvas._editing.chooser
    assert chooser is not None
    assert "note" not in chooser.buttons
    assert next(iter(chooser.buttons)) == "service"
    QTest.mouseClick(chooser.buttons["queue"], Qt.MouseButton.LeftButton)
    field = field_of(canvas)
    QTest.keyClicks(field, "Refunds")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert document.architecture.element_by_id["refunds"].kind == "queue"
    assert document.architecture.link_by_id["stock-refunds"].style == "async"
    undone()


def test_a_link_dropped_on_nothing_may_be_given_up(
    document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    before = document.architecture
    hand.drag(hand.edge("stock"), (560, 100))
    chooser = canvas._editing.chooser
    assert chooser is not None
    QTest.keyClick(chooser.buttons["service"], Qt.Key.Key_Escape)
    assert canvas._editing.chooser is None
    assert document.architecture is before


def test_an_end_of_a_link_can_be_led_elsewhere(
    document: Document, canvas: CanvasView, hand: Hand, undone: Undone
) -> None:
    document.selection.set(("order-payment",))
    tip = canvas.mirror.routes["order-payment"].tip
    hand.drag(tip, "stock")
    link = document.architecture.link_by_id["order-payment"]
    assert (link.source, link.target) == ("order", "stock")
    undone()


def test_a_selected_link_can_be_bent_and_straightened(
    document: Document, canvas: CanvasView, hand: Hand, undone: Undone
) -> None:
    hand.click("order-payment")
    hand.drag("order-payment", (0, 120))
    assert document.diagram.bends["order-payment"] == ((0.0, 120.0),)
    hand.drag((0, 120), (-5, 29))
    assert "order-payment" not in document.diagram.bends
    undone()


def test_bends_move_with_the_two_ends_of_their_link(document: Document, hand: Hand) -> None:
    hand.click("order-payment")
    hand.drag("order-payment", (0, 120))
    document.selection.set(("order", "payment"))
    start = hand.canvas.center_of("order")
    hand.drag("order", (start.x(), start.y() - 80))
    assert document.diagram.bends["order-payment"] == ((0.0, 40.0),)


def test_a_note_can_be_made_larger(document: Document, canvas: CanvasView, hand: Hand, undone: Undone) -> None:
    hand.click("note")
    box = canvas.mirror.boxes["note"]
    hand.drag((box.right, box.bottom), (box.right + 40, box.bottom + 56))
    assert document.diagram.sizes["note"] == (200.0, 128.0)
    undone()


def test_double_click_on_nothing_makes_a_service_whose_name_and_id_are_what_is_typed(
    document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot, undone: Undone
) -> None:
    hand.double_click((560, 300))
    field = field_of(canvas)
    assert field.hasFocus()
    QTest.keyClicks(field, "Fraud check")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert document.architecture.element_by_id["fraud-check"].name == "Fraud check"
    assert selected(document) == ("fraud-check",)
    assert document.undo_title == "Add service"
    document.undo()
    assert "fraud-check" not in document.architecture.element_by_id
    undone()


def test_a_new_element_in_a_frame_belongs_to_the_group(document: Document, canvas: CanvasView, hand: Hand) -> None:
    frame = canvas.mirror.boxes["sales"]
    hand.double_click((15.0, frame.bottom - 12))
    assert document.architecture.element_by_id["service"].groups == ("sales",)


def test_a_new_element_that_gives_way_to_another_is_seen_whole(canvas: CanvasView, document: Document) -> None:
    canvas.zoom_to(1.0)
    box = canvas.mirror.boxes["stock"]
    left = canvas.visible_rect().left()
    canvas.horizontalScrollBar().setValue(canvas.horizontalScrollBar().value() + round(box.x - left))
    assert canvas.visible_rect().left() == pytest.approx(box.x, abs=2)
    canvas.add_at("service", QPointF(box.x + 10, box.center[1]))
    (made,) = document.selection.ids
    assert canvas.mirror.boxes[made].x < box.x
    assert canvas.visible_rect().contains(rect_f(canvas.mirror.boxes[made]))


def test_double_click_on_an_element_renames_it_in_place(
    document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot, undone: Undone
) -> None:
    hand.double_click("stock")
    field = field_of(canvas)
    assert field.text() == "Stock"
    QTest.keyClicks(field, "Warehouse")
    hand.click((600, 400))
    assert document.architecture.element_by_id["stock"].name == "Warehouse"
    undone()


def test_escape_leaves_the_name_as_it_was(document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot) -> None:
    before = document.architecture
    hand.double_click("stock")
    field = field_of(canvas)
    QTest.keyClicks(field, "Warehouse")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert document.architecture is before
    assert canvas.hasFocus()


def test_the_palette_places_by_click_and_shift_keeps_the_tool(
    document: Document, canvas: CanvasView, hand: Hand
) -> None:
    canvas.set_tool("datastore")
    hand.press((500, 300))
    hand.release(modifiers=Modifier.ShiftModifier)
    assert canvas.tool == "datastore"
    hand.click((500, 420))
    assert canvas.tool in (None, "")
    assert {"datastore", "datastore-2"} <= document.architecture.element_by_id.keys()


def test_what_is_set_down_on_an_element_goes_beside_it(document: Document, canvas: CanvasView, hand: Hand) -> None:
    before = set(document.architecture.element_by_id)
    canvas.set_tool("service")
    hand.click("stock")
    (made,) = set(document.architecture.element_by_id) - before
    boxes = canvas.mirror.boxes
    assert not [known for known in before if known != "sales" and boxes[known].meets(boxes[made])]
    (x, y), (there_x, there_y) = boxes[made].center, boxes["stock"].center
    assert abs(x - there_x) + abs(y - there_y) < 260


def test_duplicates_cover_nothing(document: Document, canvas: CanvasView) -> None:
    document.selection.set(("order", "payment"))
    canvas.duplicate_selected()
    boxes = canvas.mirror.boxes
    copies = [known for known in document.selection.ids if known in boxes]
    assert len(copies) == 2
    assert not [
        (copy, known)
        for copy in copies
        for known in boxes
        if known != copy and known != "sales" and boxes[known].meets(boxes[copy])
    ]


def test_a_kind_dragged_from_the_palette_is_placed_where_it_is_dropped(
    document: Document, canvas: CanvasView, undone: Undone
) -> None:
    data = QMimeData()
    data.setData(KIND_MIME, b"gateway")
    at = canvas.mapFromScene(QPointF(560, 320))
    buttons, modifiers = Qt.MouseButton.LeftButton, Modifier.NoModifier
    enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, buttons, modifiers)
    QApplication.sendEvent(canvas.viewport(), enter)
    assert enter.isAccepted()
    drop = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, buttons, modifiers)
    QApplication.sendEvent(canvas.viewport(), drop)
    added = document.architecture.element_by_id["gateway"]
    assert (added.kind, getattr(added, "role", None)) == ("service", "gateway")
    assert position(document, "gateway") == (488.0, 288.0)
    undone()


def test_what_is_no_kind_cannot_be_dropped(document: Document, canvas: CanvasView) -> None:
    before = document.architecture
    data = QMimeData()
    data.setData(KIND_MIME, b"<b>castle</b>")
    enter = QDragEnterEvent(
        QPoint(100, 100), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Modifier.NoModifier
    )
    QApplication.sendEvent(canvas.viewport(), enter)
    assert not enter.isAccepted()
    assert document.architecture is before


def test_the_middle_button_and_space_drag_the_paper(
    document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    before, first = document.architecture, canvas.visible_rect().topLeft()
    hand.drag(QPoint(600, 400), QPoint(500, 340), button=Qt.MouseButton.MiddleButton)
    assert canvas.visible_rect().topLeft() - first == QPointF(100, 60)
    QTest.keyPress(canvas, Qt.Key.Key_Space)
    hand.drag("order", hand.spot("order") + QPoint(40, 0))
    QTest.keyRelease(canvas, Qt.Key.Key_Space)
    assert canvas.visible_rect().topLeft() - first == QPointF(60, 60)
    assert document.architecture is before


def test_what_is_dragged_to_the_border_takes_the_paper_along(
    document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    first = canvas.visible_rect().left()
    hand.press("stock")
    hand.move(QPoint(canvas.viewport().width() - 4, 400))
    qtbot.waitUntil(lambda: canvas.visible_rect().left() > first + 60)
    held = canvas.mirror.boxes["stock"].center[0]
    hand.release()
    assert abs(position(document, "stock")[0] + 75 - held) <= 16
    assert not canvas._drift.isActive()


def test_hovering_shows_where_links_start(canvas: CanvasView, hand: Hand) -> None:
    hand.hover(hand.edge("order"))
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    hand.hover("order")
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.ArrowCursor
    assert canvas._canvas.overlay.hovered == "order"
    hand.hover((600, 400))
    assert canvas._canvas.overlay.hovered is None


def test_the_context_menu_is_asked_for_with_what_is_under_the_mouse(
    document: Document, canvas: CanvasView, hand: Hand, qtbot: QtBot
) -> None:
    at = hand.spot("stock")
    hand.press("stock", button=Qt.MouseButton.RightButton)
    with qtbot.waitSignal(canvas.context_menu_requested) as asked:
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, canvas.viewport().mapToGlobal(at))
        QApplication.sendEvent(canvas.viewport(), event)
    assert asked.args[1] == "stock"
    assert selected(document) == ("stock",)


def _placed(architecture: Architecture, element_id: str, at: tuple[float, float]) -> Architecture:
    return edits.place(architecture, "main", {element_id: at})


def test_a_link_dropped_on_nothing_stays_in_sight_while_its_end_is_chosen(
    canvas: CanvasView, document: Document, hand: Hand
) -> None:
    hand.drag(hand.edge("stock"), (560.0, 120.0))
    assert canvas._canvas.overlay.pending is not None
    chooser = canvas.findChild(Chooser)
    assert chooser is not None
    chooser.finish(None)
    assert canvas._canvas.overlay.pending is None


def test_handles_go_when_the_pointer_leaves(canvas: CanvasView, hand: Hand) -> None:
    hand.hover("stock")
    assert canvas._canvas.overlay.hovered == "stock"
    QApplication.sendEvent(canvas.viewport(), QEvent(QEvent.Type.Leave))
    assert canvas._canvas.overlay.hovered is None


def test_the_name_of_a_client_is_edited_in_the_middle_and_a_subtitle_stays_in_sight(canvas: CanvasView) -> None:
    for part_id in ("shopper", "order"):
        canvas.rename(part_id)
        field = canvas.findChild(QLineEdit)
        box, picture = canvas.mirror.boxes[part_id], canvas.mirror.picture(part_id)
        assert field is not None
        if part_id == "shopper":
            assert abs(field.geometry().center().x() - canvas.viewport_point(part_id).x()) <= 2
        for line in picture.texts:
            if line.colour == "secondary":
                top = canvas.mapFromScene(box.x, box.y + line.rect.y + 3).y()
                assert field.geometry().bottom() <= top
        canvas._editing.finish()
        field.setParent(None)


def test_a_placed_group_keeps_its_size_and_only_grows(
    canvas: CanvasView, document: Document, hand: Hand, undone: Undone
) -> None:
    canvas.add_at("group", QPointF(200.0, 340.0))
    canvas._editing.finish()
    group = selected(document)[0]
    before = canvas.mirror.boxes[group]
    hand.drag("stock", (before.center[0], before.center[1]))
    assert group in document.architecture.element_by_id["stock"].groups
    assert canvas.mirror.boxes[group] == before
    title = canvas.mapFromScene(before.x + 40, before.y + 12)
    hand.drag(title, title + QPoint(80, 40))
    moved = canvas.mirror.boxes[group]
    assert (moved.width, moved.height) == (before.width, before.height)
    assert (moved.x, moved.y) != (before.x, before.y)
    corners = {"stock": (moved.right - 20, moved.y + 40)}
    document.apply(lambda a: edits.place(a, document.diagram_id, corners), "Move")
    assert canvas.mirror.boxes[group].right > moved.right
    assert canvas.mirror.boxes[group].x == moved.x
    undone()
