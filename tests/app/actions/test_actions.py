"""The table of actions as a whole, and the commands found in it by typing."""

from collections import Counter
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS, MENUS, by_id, search
from app.dialogs.commands import CommandPalette
from app.dialogs.shortcuts import rows
from app.main_window import MainWindow
from models import resources
from models.architecture import KINDS, STYLES, Service, edits

TITLES = [(action.id, action.title) for action in ACTIONS]


def test_every_action_is_told_apart_and_stands_in_a_menu() -> None:
    assert len(by_id) == len(ACTIONS)
    assert {action.menu for action in ACTIONS} == MENUS.keys()
    assert len({action.title for action in ACTIONS}) == len(ACTIONS)


def test_no_two_actions_share_a_key_and_every_key_can_be_pressed() -> None:
    keys = Counter(key for action in ACTIONS for key in action.keys)
    assert [key for key, count in keys.items() if count > 1] == []
    for key in keys:
        assert QKeySequence(key).toString(), key


def test_every_icon_of_an_action_is_there() -> None:
    known = set(resources.names("icons", suffix=".svg"))
    assert [action.icon for action in ACTIONS if action.icon and f"{action.icon}.svg" not in known] == []


def test_every_kind_can_be_placed_and_every_style_chosen_by_key() -> None:
    assert {f"place-{kind}" for kind in KINDS} <= by_id.keys()
    for style, traits in STYLES.items():
        assert by_id[f"style-{style}"].keys == (traits.key,)


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("save", "save"),
        ("dark", "theme-dark"),
        ("undo", "undo"),
        ("pdf", "export-pdf"),
        ("reprot", "report"),
        ("place s", "place-service"),
        ("run", "run"),
    ],
)
def test_typing_finds_the_command_that_is_meant(query: str, first: str) -> None:
    assert search(query, TITLES)[0] == first


def test_nothing_typed_lists_everything_in_order() -> None:
    assert search("  ", TITLES) == [action.id for action in ACTIONS]


def test_nonsense_finds_nothing() -> None:
    assert search("qqqqzzzzxxxx", TITLES) == []


def test_the_palette_runs_what_was_typed(window: MainWindow, qtbot: QtBot) -> None:
    window.begin_drawing()
    window.shelf["commands"].trigger()
    palette = next(w for w in QApplication.topLevelWidgets() if isinstance(w, CommandPalette))
    QTest.keyClicks(palette.line, "place a queue")
    with qtbot.waitSignal(window.canvas.tool_changed) as told:
        QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert told.args == ["queue"]
    assert not palette.isVisible()


def test_the_palette_leaves_alone_what_cannot_be_done(window: MainWindow, qtbot: QtBot) -> None:
    window.shelf["commands"].trigger()
    palette = next(w for w in QApplication.topLevelWidgets() if isinstance(w, CommandPalette))
    QTest.keyClicks(palette.line, "ungroup")
    QTest.keyClick(palette.line, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.close()


def test_actions_know_when_they_make_sense(window: MainWindow) -> None:
    assert not window.shelf["undo"].isEnabled()
    assert not window.shelf["delete"].isEnabled()
    window.begin_drawing()
    window.canvas.add_at("service", window.canvas.visible_rect().center())
    assert window.shelf["undo"].isEnabled()
    assert window.shelf["undo"].text() == "Undo Add service"
    assert window.shelf["delete"].isEnabled()
    window.shelf["delete"].trigger()
    assert window.document.architecture.elements == ()


def test_the_list_of_shortcuts_names_every_key(window: MainWindow) -> None:
    listed = dict(rows(window.shelf))
    assert listed["Find a command…"] == "Ctrl+K"
    assert len(listed) >= sum(bool(action.keys) for action in ACTIONS)


def test_arranging_lines_elements_up_in_one_step_and_leaves_the_rest(window: MainWindow) -> None:
    document = window.document
    for number, name in enumerate(("order", "stock", "payment", "mail")):
        document.apply(partial(edits.add_element, element=Service(id=name)), name)
        place = {name: (100.0 * number**2, 50.0 * number)}
        document.apply(partial(edits.place, diagram_id=None, positions=place), name)
    document.selection.set(["order", "stock", "payment"])
    before = document.architecture
    window.shelf["align-left"].trigger()
    places = document.architecture.diagrams[0].positions
    assert {places[part][0] for part in ("order", "stock", "payment")} == {0.0}
    assert places["mail"] == before.diagrams[0].positions["mail"]
    document.undo()
    assert document.architecture is before
    window.shelf["spread-across"].trigger()
    boxes = window.canvas.mirror.boxes
    assert boxes["stock"].x - boxes["order"].right == pytest.approx(boxes["payment"].x - boxes["stock"].right)
    document.selection.set(["order", "stock"])
    assert not by_id["spread-across"].enabled_when(window.desk)
