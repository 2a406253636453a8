"""The canvas without a mouse."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from app.canvas import CanvasView
from app.canvas.chooser import Chooser
from app.canvas.gestures import Press
from app.canvas.keyboard import cycle
from app.document import Document
from models.architecture import SyncLink, edits, replace

Key = Qt.Key
Modifier = Qt.KeyboardModifier
Undone = Callable[[], None]


def selected(document: Document) -> tuple[str, ...]:
    return document.selection.ids


def press(canvas: CanvasView, key: Qt.Key, modifiers: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
    QTest.keyClick(canvas, key, modifiers)


@pytest.mark.parametrize(("key", "style"), [(Key.Key_2, "async"), (Key.Key_3, "event"), (Key.Key_4, "shared_data")])
def test_digits_retag_selected_links_as_one_step(
    document: Document, canvas: CanvasView, undone: Undone, key: Qt.Key, style: str
) -> None:
    document.selection.set(("order-payment",))
    press(canvas, key)
    assert document.architecture.link_by_id["order-payment"].style == style
    assert document.undo_title.startswith("Make ")
    undone()


def test_a_style_the_ends_do_not_allow_is_refused_and_changes_nothing(document: Document, canvas: CanvasView) -> None:
    told: list[str] = []
    document.notice.connect(told.append)
    before = document.architecture
    document.selection.set(("shopper-order",))
    press(canvas, Key.Key_4)
    assert document.architecture is before
    assert len(told) == 1


def test_digits_without_a_link_choose_the_style_of_the_next_one(document: Document, canvas: CanvasView) -> None:
    press(canvas, Key.Key_3)
    assert canvas.current_style == "event"
    assert not document.can_undo


def test_arrows_nudge_by_the_grid_and_make_one_step(document: Document, canvas: CanvasView, undone: Undone) -> None:
    document.selection.set(("stock",))
    for _ in range(3):
        press(canvas, Key.Key_Right)
    press(canvas, Key.Key_Down, Modifier.ShiftModifier)
    assert document.diagram.positions["stock"] == (344.0, 40.0)
    document.undo()
    assert document.diagram.positions["stock"] == (320.0, 0.0)
    undone()


def test_nudges_of_another_selection_are_a_step_of_their_own(document: Document, canvas: CanvasView) -> None:
    document.selection.set(("stock",))
    press(canvas, Key.Key_Right)
    document.selection.set(("placed",))
    press(canvas, Key.Key_Right)
    document.selection.set(("stock",))
    press(canvas, Key.Key_Right)
    document.undo()
    assert document.diagram.positions["stock"] == (328.0, 0.0)


def test_tab_walks_through_the_elements_and_leaves_at_the_end(document: Document, canvas: CanvasView) -> None:
    seen = []
    for _ in range(8):
        press(canvas, Key.Key_Tab)
        seen.append(document.selection.ids[0])
    assert seen[:4] == ["shopper", "order", "payment", "stock"]
    assert set(seen) == set(canvas.mirror.boxes) - {"sales"}
    assert not cycle(canvas, forward=True)
    assert cycle(canvas, forward=False)
    assert selected(document) == (seen[-2],)


def test_control_and_an_arrow_go_to_the_neighbour(document: Document, canvas: CanvasView) -> None:
    document.selection.set(("order",))
    press(canvas, Key.Key_Right, Modifier.ControlModifier)
    assert selected(document) == ("payment",)
    press(canvas, Key.Key_Down, Modifier.ControlModifier)
    assert selected(document) == ("parcels",)


@pytest.mark.parametrize("key", [Key.Key_F2, Key.Key_Return])
def test_f2_and_enter_rename(document: Document, canvas: CanvasView, undone: Undone, key: Qt.Key) -> None:
    document.selection.set(("stock",))
    press(canvas, key)
    field = canvas.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "Depot")
    QTest.keyClick(field, Key.Key_Return)
    assert document.architecture.element_by_id["stock"].name == "Depot"
    assert document.undo_title == "Rename Stock"
    undone()


def test_a_link_is_renamed_where_its_words_stand(document: Document, canvas: CanvasView, undone: Undone) -> None:
    document.selection.set(("order-payment",))
    press(canvas, Key.Key_F2)
    field = canvas.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "pay")
    QTest.keyClick(field, Key.Key_Return)
    assert document.architecture.link_by_id["order-payment"].name == "pay"
    label = canvas.mirror.routes["order-payment"].label
    assert label is not None
    assert label.text == "pay"
    undone()


def test_delete_removes_with_what_hangs_on_it(document: Document, canvas: CanvasView, undone: Undone) -> None:
    document.selection.set(("order",))
    press(canvas, Key.Key_Delete)
    assert "order" not in document.architecture.element_by_id
    assert not document.architecture.links
    assert "order" not in canvas.mirror.boxes
    assert not canvas.mirror.routes
    undone()
    assert "order" in canvas.mirror.boxes
    assert set(canvas.mirror.routes) == {"shopper-order", "order-payment"}


def test_duplicate_copy_cut_and_paste(document: Document, canvas: CanvasView, undone: Undone) -> None:
    document.selection.set(("stock",))
    press(canvas, Key.Key_D, Modifier.ControlModifier)
    assert selected(document) == ("stock-2",)
    press(canvas, Key.Key_C, Modifier.ControlModifier)
    press(canvas, Key.Key_V, Modifier.ControlModifier)
    assert selected(document) == ("stock-3",)
    press(canvas, Key.Key_X, Modifier.ControlModifier)
    assert "stock-3" not in document.architecture.element_by_id
    undone()


def test_select_all_and_escape(document: Document, canvas: CanvasView) -> None:
    press(canvas, Key.Key_A, Modifier.ControlModifier)
    assert set(document.selection.ids) == set(canvas.mirror.boxes)
    press(canvas, Key.Key_Escape)
    assert not selected(document)


def test_undo_and_redo_by_key(document: Document, canvas: CanvasView) -> None:
    first = document.architecture
    document.selection.set(("stock",))
    press(canvas, Key.Key_Right)
    second = document.architecture
    press(canvas, Key.Key_Z, Modifier.ControlModifier)
    assert document.architecture is first
    press(canvas, Key.Key_Z, Modifier.ControlModifier | Modifier.ShiftModifier)
    assert document.architecture is second


def test_l_links_by_keyboard(document: Document, canvas: CanvasView, undone: Undone) -> None:
    told: list[str] = []
    canvas.hint.connect(told.append)
    document.selection.set(("payment",))
    press(canvas, Key.Key_L)
    assert "Enter links" in told[-1]
    while "Stock" not in told[-1]:
        press(canvas, Key.Key_Tab)
    press(canvas, Key.Key_Return)
    assert document.architecture.link_by_id["payment-stock"].style == "sync"
    undone()


def test_linking_by_keyboard_offers_only_what_may_be_linked_and_can_be_stopped(
    document: Document, canvas: CanvasView
) -> None:
    before = document.architecture
    document.selection.set(("shopper",))
    press(canvas, Key.Key_L)
    gesture = canvas._gesture
    seen = set()
    for _ in range(10):
        press(canvas, Key.Key_Tab)
        seen.add(getattr(gesture, "target", None))
    assert seen == {"order", "payment", "stock", "parcels"}
    press(canvas, Key.Key_Escape)
    assert canvas._gesture is None
    assert document.architecture is before


def test_screen_readers_are_told_what_is_selected(document: Document, canvas: CanvasView) -> None:
    assert canvas.accessibleName()
    canvas.show_badges({"order": (3, "error")})
    document.selection.set(("order",))
    words = canvas.accessibleDescription()
    assert words.startswith("Order, Service")
    assert "findings: 3" in words
    document.selection.set(("order", "stock"))
    assert "2 parts selected" in canvas.accessibleDescription()


def test_locked_elements_are_not_nudged(document: Document, canvas: CanvasView) -> None:
    document.apply(lambda a: edits.put(a, replace(a.diagrams[0], locked=("stock",))), "Lock")
    before = document.architecture
    document.selection.set(("stock",))
    press(canvas, Key.Key_Right)
    assert document.architecture is before


def test_a_link_kept_by_its_id_survives_retagging_there_and_back(document: Document, canvas: CanvasView) -> None:
    document.selection.set(("order-payment",))
    press(canvas, Key.Key_2)
    press(canvas, Key.Key_1)
    link = document.architecture.link_by_id["order-payment"]
    assert isinstance(link, SyncLink)
    assert link.timeout_ms == 500.0


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_Escape])
def test_what_was_renamed_stays_selected(qtbot: QtBot, document: Document, canvas: CanvasView, key: Qt.Key) -> None:
    canvas.activateWindow()
    document.selection.set(("stock",))
    press(canvas, Key.Key_F2)
    field = canvas.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "Depot")
    QTest.keyClick(field, key)
    assert selected(document) == ("stock",)
    assert canvas.window().focusWidget() is canvas


def test_a_chooser_that_is_left_changes_nothing(document: Document, canvas: CanvasView) -> None:
    before = document.architecture
    document.selection.set(("order",))
    centre = canvas.viewport_point("note")
    canvas.offer_elements("order", Press(canvas.mapToScene(centre), centre, Modifier.NoModifier))
    chooser = canvas.findChild(Chooser)
    assert chooser is not None
    QTest.keyClick(next(iter(chooser.buttons.values())), Key.Key_Escape)
    assert selected(document) == ("order",)
    assert document.architecture is before


def test_enter_places_the_chosen_kind_beside_the_selection_with_its_name_open(
    document: Document, canvas: CanvasView, undone: Undone
) -> None:
    document.selection.set(("stock",))
    canvas.set_tool("datastore")
    press(canvas, Key.Key_Return)
    assert canvas.tool is None
    field = canvas.findChild(QLineEdit)
    assert field is not None
    QTest.keyClicks(field, "Levels")
    QTest.keyClick(field, Key.Key_Return)
    assert selected(document) == ("levels",)
    assert canvas.mirror.boxes["levels"].x > canvas.mirror.boxes["stock"].right
    undone()


def test_letters_are_no_shortcuts_while_a_kind_is_chosen(document: Document, canvas: CanvasView) -> None:
    before = document.architecture
    document.selection.set(("order-payment",))
    canvas.set_tool("service")
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Key.Key_2, Modifier.NoModifier, "2")
    asked.ignore()
    QApplication.sendEvent(canvas, asked)
    assert asked.isAccepted()
    for key in (Key.Key_2, Key.Key_L, Key.Key_F):
        press(canvas, key)
    assert document.architecture is before
    assert canvas.tool == "service"
    assert canvas._gesture is None
