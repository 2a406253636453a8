"""The inspector: what is said, what is not, and every change one undo step."""

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.panels.editors import MOST_LISTED, ChoiceEditor, LineEditor
from app.panels.form import SAID, Form, Row, Section
from models import resources
from models.architecture import Architecture, Client, Profile, Provenance, Queue, Retry, Service, SyncLink, replace

Key = Qt.Key


def shop() -> Architecture:
    guessed = {"timeout_ms": Provenance.model_validate({"from": "guess", "note": "from a ConfigMap"})}
    return Architecture(
        name="Shop",
        elements=(
            Client(id="user", name="User"),
            Service(id="order", name="Order", workers=20),
            Service(id="payment", name="Payment"),
            Queue(id="jobs", name="Jobs"),
        ),
        links=(
            SyncLink(id="user-order", source="user", target="order", timeout_ms=800.0, provenance=guessed),
            SyncLink(id="order-payment", source="order", target="payment", retry=Retry(max_attempts=3)),
        ),
    )


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.document.load(shop())
    window.show_canvas()
    return window


def settle(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.document.turns.busy)


def select(window: MainWindow, qtbot: QtBot, *ids: str) -> Form:
    window.document.selection.set(ids)
    settle(window, qtbot)
    assert window.inspector.form is not None
    return window.inspector.form


def line(form: Form, *path: str) -> LineEditor:
    editor = form.rows[path].editor
    assert isinstance(editor, LineEditor)
    return editor


def choice(form: Form, *path: str) -> ChoiceEditor:
    editor = form.rows[path].editor
    assert isinstance(editor, ChoiceEditor)
    return editor


def write(editor: LineEditor, text: str) -> None:
    editor.line.setFocus()
    editor.line.selectAll()
    QTest.keyClicks(editor.line, text)
    if not text:
        QTest.keyClick(editor.line, Key.Key_Delete)
    QTest.keyClick(editor.line, Key.Key_Return)


def pick(editor: ChoiceEditor, index: int) -> None:
    editor.combo.setCurrentIndex(index)
    editor.combo.activated.emit(index)


def problem_of(row: Row) -> str:
    return row.problem


def test_what_nobody_said_shows_what_is_assumed_and_is_not_zero(shown: MainWindow, qtbot: QtBot) -> None:
    form = select(shown, qtbot, "payment")
    workers = line(form, "workers")
    assert workers.line.text() == ""
    assert workers.line.placeholderText() == "not said · assumed 16"
    assert line(form, "owner").line.placeholderText() == "not said"
    assert choice(form, "threading").combo.currentText() == "not said · assumed blocking"
    assert line(select(shown, qtbot, "order"), "workers").line.text() == "20"


def test_a_change_is_one_undo_step_with_a_title(shown: MainWindow, qtbot: QtBot) -> None:
    before = shown.document.architecture
    write(line(select(shown, qtbot, "order-payment"), "timeout_ms"), "2 s")
    assert shown.document.architecture.link_by_id["order-payment"].said()["timeout_ms"] == 2000
    assert shown.document.undo_title == "Set Timeout of Order → Payment"
    shown.document.undo()
    assert shown.document.architecture is before


def test_a_long_list_of_references_is_filled_when_someone_turns_to_it(shown: MainWindow, qtbot: QtBot) -> None:
    profiles = tuple(Profile(id=f"p{n:02}", name=f"Profile {n:02}") for n in range(MOST_LISTED + 10))
    link = SyncLink(id="user-order", source="user", target="order", profile="p07")
    shown.document.load(replace(shop(), profiles=profiles, links=(link,)))
    editor = choice(select(shown, qtbot, "user-order"), "profile")
    combo = editor.combo
    assert combo.currentText() == "Profile 07"
    assert combo.count() < MOST_LISTED
    combo.setFocus()
    assert combo.currentText() == "Profile 07"
    assert [combo.itemText(place) for place in range(1, combo.count())] == [profile.name for profile in profiles]
    pick(editor, 31)
    assert shown.document.architecture.link_by_id["user-order"].profile == "p30"
    assert combo.currentText() == "Profile 30"


def test_emptying_a_field_unsays_it(shown: MainWindow, qtbot: QtBot) -> None:
    write(line(select(shown, qtbot, "order"), "workers"), "")
    assert "workers" not in shown.document.architecture.element_by_id["order"].said()


def test_what_cannot_be_read_is_explained_and_never_committed(shown: MainWindow, qtbot: QtBot) -> None:
    before = shown.document.architecture
    form = select(shown, qtbot, "user-order")
    editor = line(form, "timeout_ms")
    write(editor, "soon")
    assert shown.document.architecture is before
    assert problem_of(form.rows[("timeout_ms",)]).startswith("Write a time")
    assert editor.line.property("broken") == "true"
    QTest.keyClick(editor.line, Key.Key_Escape)
    assert editor.line.text() == "800 ms"
    assert problem_of(form.rows[("timeout_ms",)]) == ""


def test_what_was_being_written_is_dropped_with_the_selection(shown: MainWindow, qtbot: QtBot) -> None:
    editor = line(select(shown, qtbot, "order-payment"), "timeout_ms")
    write(editor, "nonsense")
    form = select(shown, qtbot, "user-order")
    assert line(form, "timeout_ms").line.text() == "800 ms"
    assert problem_of(form.rows[("timeout_ms",)]) == ""


def test_parts_within_open_and_close(shown: MainWindow, qtbot: QtBot) -> None:
    form = select(shown, qtbot, "order-payment")
    assert line(form, "retry", "max_attempts").isVisible()
    write(line(form, "retry", "base_ms"), "50 ms")
    assert shown.document.architecture.link_by_id["order-payment"].said()["retry"] == Retry(
        max_attempts=3, base_ms=50.0
    )
    pick(choice(form, "retry"), 1)
    settle(shown, qtbot)
    assert shown.document.architecture.link_by_id["order-payment"].said()["retry"] == "none"
    assert not line(form, "retry", "max_attempts").isVisible()
    breaker = choice(form, "circuit_breaker")
    pick(breaker, [value for value, _label in breaker._options].index(SAID) + 1)
    settle(shown, qtbot)
    assert line(form, "circuit_breaker", "failure_rate").isVisible()
    assert line(form, "circuit_breaker", "failure_rate").line.placeholderText() == "not said · assumed 50%"


def test_a_guess_is_marked_until_a_person_confirms_it(shown: MainWindow, qtbot: QtBot) -> None:
    form = select(shown, qtbot, "user-order")
    row = form.rows[("timeout_ms",)]
    assert row.origin == "guessed · from a ConfigMap"
    row.confirmed.emit()
    settle(shown, qtbot)
    assert row.origin == ""
    link = shown.document.architecture.link_by_id["user-order"]
    assert (link.said()["timeout_ms"], dict(link.provenance)) == (800, {})
    assert shown.document.undo_title == "Confirm Timeout of User → Order"


def test_several_parts_are_changed_together(shown: MainWindow, qtbot: QtBot) -> None:
    form = select(shown, qtbot, "order", "payment")
    assert shown.inspector.title.text() == "2 selected"
    assert line(form, "workers").line.placeholderText() == "several values"
    write(line(form, "workers"), "8")
    known = shown.document.architecture.element_by_id
    assert [known[part].said()["workers"] for part in ("order", "payment")] == [8, 8]
    assert shown.document.undo_title == "Set Workers of 2 parts"


def test_different_kinds_share_only_what_all_have(shown: MainWindow, qtbot: QtBot) -> None:
    form = select(shown, qtbot, "order", "jobs")
    assert ("owner",) in form.rows
    assert ("workers",) not in form.rows
    assert ("name",) not in form.rows


def test_nothing_selected_shows_the_model_itself(shown: MainWindow, qtbot: QtBot) -> None:
    shown.document.selection.clear()
    settle(shown, qtbot)
    assert shown.inspector.title.text() == "Shop"
    assert shown.inspector.subtitle.text() == "4 elements, 2 links"
    form = shown.inspector._model.form
    write(line(form, "name"), "Music shop")
    assert shown.document.architecture.name == "Music shop"
    stage = choice(form, "stage")
    assert stage.combo.currentText() == "not said · assumed design"
    pick(stage, 3)
    assert shown.document.architecture.policy is not None
    assert shown.document.architecture.policy.stage == "operate"


def test_findings_of_the_selected_part_stand_below_its_fields(window: MainWindow, qtbot: QtBot) -> None:
    window.files.open_sample("music-shop.loadpath.json")
    assert Path(resources.path("samples", "music-shop.loadpath.json")).exists()
    qtbot.waitUntil(lambda: window.analysis.state == "current" and window.findings.model.rowCount() > 0, timeout=30_000)
    finding = next(f for f in window.analysis.latest.each if f.links)
    window.document.selection.set([finding.links[0]])
    settle(window, qtbot)
    rows = window.inspector._finding_rows
    assert rows.count() > 0
    with qtbot.waitSignal(window.inspector.finding_picked):
        first = rows.itemAt(0)
        assert first is not None and first.widget() is not None
        qtbot.mouseClick(first.widget(), Qt.MouseButton.LeftButton)
    assert window.findings.current is not None


class _Squeezed(QObject):
    """Notes each picture of a page that has less height than its rows need."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        self.times, self.painted, self._page = 0, 0, page
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.painted += 1
            self.times += self._page.height() < self._page.minimumSizeHint().height()
        return False


def test_a_form_is_never_seen_before_its_rows_have_room(shown: MainWindow, qtbot: QtBot) -> None:
    page = shown.inspector.widget()
    assert page is not None
    seen = _Squeezed(page)
    for part in ("order", "order-payment", "user-order", "jobs", "order-payment"):
        select(shown, qtbot, part)
    assert seen.painted
    assert seen.times == 0


def test_rows_of_a_folded_section_are_made_when_it_is_opened_and_show_what_is_said(
    shown: MainWindow, qtbot: QtBot
) -> None:
    form = select(shown, qtbot, "order-payment")
    before = set(form.rows)
    for section in form.findChildren(Section):
        section.head.setChecked(True)
    assert set(form.rows) > before
    assert line(form, "technology").isVisible()
    unseen = [path for path, row in form.rows.items() if path not in before and not row.isVisible()]
    assert unseen == []


def test_forms_are_made_ready_a_little_at_a_time(shown: MainWindow, qtbot: QtBot) -> None:
    steps = 0
    while shown.inspector.prepare():
        steps += 1
        assert steps < 200
    made = len(shown.inspector._forms)
    form = select(shown, qtbot, "order")
    assert line(form, "workers").line.text() == "20"
    several = select(shown, qtbot, "order", "payment")
    assert several is not form
    assert len(shown.inspector._forms) == made, "those of several services were ready as well"
    assert not shown.inspector.prepare()
