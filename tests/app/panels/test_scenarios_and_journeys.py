"""Scenarios and journeys as forms: every change through the document, nothing said that nobody said."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.editors import ChoiceEditor, LineEditor
from app.panels.journeys import LOADS, JourneysPanel
from app.panels.scenarios import ScenariosPanel
from models.architecture import Architecture, Client, Scenario, Service, SyncLink
from models.architecture.scenarios import Timing


def shop() -> Architecture:
    return Architecture(
        elements=(Client(id="user", name="User"), Service(id="order", name="Order"), Service(id="bank", name="Bank")),
        links=(
            SyncLink(id="user-order", source="user", target="order"),
            SyncLink(id="order-bank", source="order", target="bank"),
        ),
        scenarios=(Scenario(id="quiet", name="Quiet"),),
    )


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.document.load(shop())
    window.show_canvas()
    return window


@pytest.fixture
def scenarios(shown: MainWindow) -> ScenariosPanel:
    shown.show_tab("scenarios")
    return shown.studies.scenarios


@pytest.fixture
def journeys(shown: MainWindow) -> JourneysPanel:
    shown.show_tab("journeys")
    return shown.studies.journeys


def write(editor: object, text: str) -> None:
    assert isinstance(editor, LineEditor)
    editor.line.setFocus()
    editor.line.selectAll()
    QTest.keyClicks(editor.line, text)
    QTest.keyClick(editor.line, Qt.Key.Key_Return)


def pick(editor: object, label: str) -> None:
    assert isinstance(editor, ChoiceEditor)
    index = editor.combo.findText(label)
    assert index >= 0, [editor.combo.itemText(i) for i in range(editor.combo.count())]
    editor.combo.setCurrentIndex(index)
    editor.combo.activated.emit(index)


def press(qtbot: QtBot, panel: QWidget, name: str) -> None:
    button = panel.findChild(QWidget, name)
    assert button is not None
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def only(window: MainWindow) -> Scenario:
    return window.document.architecture.scenarios[0]


def test_a_scenarios_figures_are_read_with_units(scenarios: ScenariosPanel, shown: MainWindow) -> None:
    duration = scenarios.form.rows[("duration_ms",)].editor
    assert isinstance(duration, LineEditor)
    assert duration.line.placeholderText() == "not said · assumed 2 min"
    write(duration, "3 min")
    write(scenarios.form.rows[("replications",)].editor, "5")
    assert only(shown).said() == {"id": "quiet", "name": "Quiet", "duration_ms": 180_000.0, "replications": 5}
    assert shown.document.undo_title == "Set Replications"


def test_a_fault_is_added_of_what_is_selected_changed_and_removed(
    scenarios: ScenariosPanel, shown: MainWindow, qtbot: QtBot
) -> None:
    shown.document.selection.set(["bank"])
    press(qtbot, scenarios, "add-faults")
    assert only(shown).faults[0].said() == {"fault": "crash", "target": "bank", "from_ms": 30_000, "until_ms": 60_000}
    card = scenarios.cards[0]
    pick(card.fields["fault"].editor, "Slowness")
    card = scenarios.cards[0]
    assert isinstance(only(shown).faults[0], Timing)
    write(card.fields["factor"].editor, "4")
    assert only(shown).faults[0].said()["factor"] == 4
    pick(scenarios.cards[0].fields["target"].editor, "Order → Bank")
    assert only(shown).faults[0].target == "order-bank"
    qtbot.mouseClick(scenarios.cards[0].remove, Qt.MouseButton.LeftButton)
    assert only(shown).faults == ()
    for _step in range(5):
        shown.document.undo()
    assert only(shown).faults == ()
    assert not shown.document.can_undo


def test_a_fault_that_ends_before_it_begins_is_refused_in_words(
    scenarios: ScenariosPanel, shown: MainWindow, qtbot: QtBot
) -> None:
    press(qtbot, scenarios, "add-faults")
    before = only(shown)
    write(scenarios.cards[0].fields["until_ms"].editor, "1 s")
    assert only(shown) is before
    assert scenarios.problem.isVisible()
    assert "until_ms must not be before" in scenarios.problem.text()


def test_an_expectation_speaks_in_the_unit_of_its_metric(
    scenarios: ScenariosPanel, shown: MainWindow, qtbot: QtBot
) -> None:
    press(qtbot, scenarios, "add-expect")
    assert only(shown).expect[0].said()["at_least"] == 0.99
    pick(scenarios.cards[0].fields["metric"].editor, "p99 latency")
    write(scenarios.cards[0].fields["at_most"].editor, "800 ms")
    assert only(shown).expect[0].at_most == 800


def test_scenarios_are_added_copied_and_deleted(scenarios: ScenariosPanel, shown: MainWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(scenarios.new, Qt.MouseButton.LeftButton)
    assert [scenario.name for scenario in shown.document.architecture.scenarios] == ["Quiet", "Scenario 2"]
    assert shown.toolbar.scenario.currentText() == "Scenario 2"
    qtbot.mouseClick(scenarios.copy, Qt.MouseButton.LeftButton)
    assert len(shown.document.architecture.scenarios) == 3
    qtbot.mouseClick(scenarios.delete, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(scenarios.delete, Qt.MouseButton.LeftButton)
    assert len(shown.document.architecture.scenarios) == 1


def test_a_derived_journey_says_so_and_can_be_kept(journeys: JourneysPanel, shown: MainWindow, qtbot: QtBot) -> None:
    assert journeys.note.text() == "Nobody drew a journey: this one follows the links."
    first = journeys.tree.topLevelItem(0)
    assert first is not None
    assert first.text(0) == "User → Order · sync"
    assert first.child(0).text(0) == "Order → Bank · sync"
    qtbot.mouseClick(journeys.keep, Qt.MouseButton.LeftButton)
    assert len(shown.document.architecture.journeys) == 1
    assert not journeys.keep.isVisible()


def test_choosing_a_step_draws_its_way(journeys: JourneysPanel, qtbot: QtBot) -> None:
    first = journeys.tree.topLevelItem(0)
    assert first is not None
    with qtbot.waitSignal(journeys.path_shown) as told:
        journeys.tree.setCurrentItem(first.child(0))
    assert told.args == [("user", "user-order", "order", "order-bank", "bank")]


@pytest.mark.parametrize("kind", LOADS)
def test_every_kind_of_load_can_be_said(journeys: JourneysPanel, shown: MainWindow, kind: str) -> None:
    journeys.load_kind.editor.committed.emit(kind)
    journey = shown.document.architecture.journeys[0]
    assert journey.load is not None
    assert list(journey.load.said()) == [kind]
    assert journeys.loads[kind].isVisible()


def test_a_rate_and_a_target_are_read_with_units(journeys: JourneysPanel, shown: MainWindow) -> None:
    journeys.load_kind.editor.committed.emit("open")
    write(journeys.loads["open"].rows[("open", "rate_per_s")].editor, "1200/min")
    write(journeys.form.rows[("target", "p99_ms")].editor, "0.8 s")
    journey = shown.document.architecture.journeys[0]
    assert journey.load is not None and journey.load.open is not None
    assert journey.load.open.rate_per_s == 20
    assert journey.target is not None and journey.target.p99_ms == 800


def test_a_curve_of_load_is_written_as_points(journeys: JourneysPanel, shown: MainWindow) -> None:
    journeys.load_kind.editor.committed.emit("profile")
    write(journeys.loads["profile"].rows[("profile",)].editor, "0 s 5/s, 1 min 80/s")
    journey = shown.document.architecture.journeys[0]
    assert journey.load is not None
    assert journey.load.profile == ((0.0, 5.0), (60_000.0, 80.0))
