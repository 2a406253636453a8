"""The style advisor in the inspector: folded until asked for, answers saved, styles taken over, all of it undoable."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.actions import ACTIONS, search
from app.main_window import MainWindow
from app.panels.advisor import AdvisorSection, field_of
from app.panels.editors import ChoiceEditor, LineEditor
from models.analysis.advisor import QUESTIONS, FormId
from models.architecture import Architecture, AsyncLink, Client, Datastore, Queue, Service, SharedDataLink, SyncLink

LINK = "order-payment"


def shop() -> Architecture:
    return Architecture(
        name="Shop",
        elements=(
            Client(id="user", name="User"),
            Service(id="order", name="Order"),
            Service(id="payment", name="<b>Payment</b>", work_ms=40.0),
            Datastore(id="db", name="DB"),
            Queue(id="jobs", name="Jobs"),
        ),
        links=(
            SyncLink(id="user-order", source="user", target="order"),
            SyncLink(id=LINK, source="order", target="payment", timeout_ms=900.0),
            SharedDataLink(id="order-db", source="order", target="db"),
            AsyncLink(id="order-jobs", source="order", target="jobs"),
        ),
    )


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> MainWindow:
    window.document.load(shop())
    window.show_canvas()
    window.resize(1400, 1000)
    window.show()
    return window


def opened(window: MainWindow, qtbot: QtBot, link: str = LINK) -> AdvisorSection:
    window.document.selection.set([link])
    window.shelf["advise"].trigger()
    return settled(window, qtbot)


def settled(window: MainWindow, qtbot: QtBot) -> AdvisorSection:
    section = window.inspector.advisor
    assert section is not None
    qtbot.waitUntil(lambda: not window.document.turns.busy and not window.jobs.busy, timeout=10_000)
    return section


def combo(section: AdvisorSection, question: str) -> ChoiceEditor:
    editor = section.rows[question].editor
    assert isinstance(editor, ChoiceEditor)
    return editor


def line(section: AdvisorSection, question: str) -> LineEditor:
    editor = section.rows[question].editor
    assert isinstance(editor, LineEditor)
    return editor


def choose(window: MainWindow, qtbot: QtBot, question: str, text: str) -> AdvisorSection:
    section = settled(window, qtbot)
    editor = combo(section, question)
    index = editor.combo.findText(text)
    assert index >= 0
    editor.combo.setCurrentIndex(index)
    editor.combo.activated.emit(index)
    return settled(window, qtbot)


def write(window: MainWindow, qtbot: QtBot, question: str, text: str) -> AdvisorSection:
    editor = line(settled(window, qtbot), question)
    editor.line.setFocus()
    editor.line.setText(text)
    editor.line.textEdited.emit(text)
    QTest.keyClick(editor.line, Qt.Key.Key_Return)
    return settled(window, qtbot)


def best(section: AdvisorSection) -> str | None:
    assert section.advice is not None
    found = section.advice.best
    return None if found is None else found.form.id


def on_screen(section: AdvisorSection) -> list[FormId]:
    """The styles from top to bottom."""
    tops = {form: block.mapTo(section, section.rect().topLeft()).y() for form, block in section.blocks.items()}
    return sorted(tops, key=lambda form: tops[form])


def test_it_is_folded_and_works_nothing_out_until_asked(shown: MainWindow, qtbot: QtBot) -> None:
    shown.document.selection.set([LINK])
    section = settled(shown, qtbot)
    assert section.isVisible()
    assert not section.section.head.isChecked()
    assert section.advice is None


@pytest.mark.parametrize("ids", [[], ["order"], [LINK, "user-order"], [LINK, "order"]])
def test_it_is_there_for_one_link_and_nothing_else(shown: MainWindow, qtbot: QtBot, ids: list[str]) -> None:
    shown.document.selection.set(ids)
    assert settled(shown, qtbot).isHidden()
    shown.shelf.refresh()
    assert not shown.shelf["advise"].isEnabled()


def test_the_command_opens_it_and_takes_the_keyboard(shown: MainWindow, qtbot: QtBot) -> None:
    assert search("advise", [(action.id, action.title) for action in ACTIONS])[0] == "advise"
    shown.docks["inspector"].hide()
    section = opened(shown, qtbot)
    assert section.isVisible()
    assert section.section.head.isChecked()
    assert QApplication.focusWidget() is section.section.head
    bar = shown.inspector.verticalScrollBar()
    qtbot.waitUntil(lambda: 0 < bar.value() <= section.y())
    assert section.verdict.visibleRegion().boundingRect().height() == section.verdict.height()
    assert section.verdict.text().startswith("Nothing is known") is (best(section) is None)


def test_what_is_said_in_the_model_is_shown_as_such_and_the_rest_is_not_said(shown: MainWindow, qtbot: QtBot) -> None:
    section = opened(shown, qtbot)
    assert line(section, "answer_ms").line.placeholderText() == "the model says 40 ms"
    assert line(section, "patience_ms").line.placeholderText() == "the model says 900 ms"
    assert combo(section, "messaging_in_use").combo.currentText() == "the model says yes"
    assert combo(section, "result_needed").combo.currentText() == "not said"
    assert line(section, "payload_bytes").line.text() == ""


def test_an_answer_is_saved_on_the_link_in_one_undo_step_and_changes_the_ranking(
    shown: MainWindow, qtbot: QtBot
) -> None:
    opened(shown, qtbot)
    before = shown.document.architecture
    section = choose(shown, qtbot, "result_needed", "yes")
    assert dict(shown.document.architecture.link_by_id[LINK].needs) == {"result_needed": True}
    assert shown.document.undo_title is not None
    assert shown.document.undo_title.startswith('Answer "Result needed" for Order')
    assert best(section) == "sync"
    assert (
        "+3 Order needs the result, and <b>Payment</b> answers within 40 ms. (S4)" in section.blocks["sync"].reasons()
    )
    section = write(shown, qtbot, "answer_ms", "1 min")
    assert best(section) == "async_request"
    assert on_screen(section)[0] == "async_request"
    shown.document.undo()
    shown.document.undo()
    section = settled(shown, qtbot)
    assert shown.document.architecture is before
    assert best(section) is None


def test_taking_an_answer_back_leaves_no_trace_and_unknown_is_an_answer(shown: MainWindow, qtbot: QtBot) -> None:
    opened(shown, qtbot)
    section = choose(shown, qtbot, "messaging_in_use", "unknown")
    assert dict(shown.document.architecture.link_by_id[LINK].needs) == {"messaging_in_use": "unknown"}
    assert combo(section, "messaging_in_use").combo.currentText() == "unknown"
    section = write(shown, qtbot, "answer_ms", "unknown")
    assert line(section, "answer_ms").line.text() == "unknown"
    write(shown, qtbot, "answer_ms", "")
    editor = combo(settled(shown, qtbot), "messaging_in_use")
    editor.combo.setCurrentIndex(0)
    editor.combo.activated.emit(0)
    settled(shown, qtbot)
    assert "needs" not in shown.document.architecture.link_by_id[LINK].said()


@pytest.mark.parametrize(("question", "text"), [("answer_ms", "soon"), ("answer_ms", "-3 s"), ("consumers", "1.5")])
def test_what_answers_nothing_is_never_saved(shown: MainWindow, qtbot: QtBot, question: str, text: str) -> None:
    opened(shown, qtbot)
    before = shown.document.architecture
    section = write(shown, qtbot, question, text)
    assert shown.document.architecture is before
    assert line(section, question).line.property("broken") == "true"


def test_a_style_is_taken_over_by_its_button_in_one_undo_step(shown: MainWindow, qtbot: QtBot) -> None:
    section = opened(shown, qtbot)
    before = shown.document.architecture
    block = section.blocks["async_request"]
    block.head.click()
    assert block.use.isVisible()
    block.use.click()
    section = settled(shown, qtbot)
    link = shown.document.architecture.link_by_id[LINK]
    assert isinstance(link, AsyncLink)
    assert (link.reply, link.timeout_ms) == ("queue", 900.0)
    assert section.advice is not None
    assert [style.form.id for style in section.advice.styles if style.current] == ["async_request"]
    assert block.use.isHidden()
    assert shown.document.undo_title is not None
    assert "asynchronous request-response" in shown.document.undo_title
    shown.document.undo()
    assert shown.document.architecture is before


def test_only_styles_that_the_ends_allow_have_a_button(shown: MainWindow, qtbot: QtBot) -> None:
    section = opened(shown, qtbot, "order-db")
    assert all(block.use.isHidden() for block in section.blocks.values())
    assert "not between these ends" in section.blocks["sync"].marks.text()
    section = opened(shown, qtbot, "user-order")
    offered = {form for form, block in section.blocks.items() if not block.use.isHidden()}
    assert offered == {"async_request", "async_command"}


def test_it_follows_the_selection_while_open(shown: MainWindow, qtbot: QtBot) -> None:
    opened(shown, qtbot)
    choose(shown, qtbot, "result_needed", "yes")
    shown.document.selection.set(["order-jobs"])
    section = settled(shown, qtbot)
    assert section.advice is not None
    assert section.advice.link == "order-jobs"
    assert combo(section, "result_needed").combo.currentText() == "not said"
    assert section.notes.text().startswith("Nobody said whether")
    shown.document.selection.set([LINK])
    assert combo(settled(shown, qtbot), "result_needed").combo.currentText() == "yes"


def test_it_is_whole_again_when_the_link_is_selected_once_more(shown: MainWindow, qtbot: QtBot) -> None:
    section = opened(shown, qtbot)
    assert section.verdict.isVisible()
    shown.document.selection.set(["order"])
    settled(shown, qtbot)
    shown.document.selection.set([LINK])
    settled(shown, qtbot)
    assert section.verdict.isVisible()
    assert section.blocks["sync"].isVisible()


def test_deleting_the_link_or_opening_another_model_leaves_nothing_behind(shown: MainWindow, qtbot: QtBot) -> None:
    opened(shown, qtbot)
    shown.shelf["delete"].trigger()
    assert settled(shown, qtbot).isHidden()
    shown.document.undo()
    shown.document.load(Architecture(name="Empty"))
    assert settled(shown, qtbot).isHidden()


def test_names_are_shown_as_they_are_and_never_as_markup(shown: MainWindow, qtbot: QtBot) -> None:
    section = opened(shown, qtbot)
    choose(shown, qtbot, "result_needed", "yes")
    told = [label for label in section.findChildren(QLabel) if "<b>" in label.text()]
    assert told
    assert {label.textFormat() for label in told} == {Qt.TextFormat.PlainText}


def test_every_question_has_a_field_and_a_name_for_the_reader(shown: MainWindow, qtbot: QtBot) -> None:
    section = opened(shown, qtbot)
    assert section.rows.keys() == QUESTIONS.keys()
    for question in QUESTIONS.values():
        assert field_of(question).name == question.id
        row = section.rows[question.id]
        assert row.editor.focus_target().accessibleName().endswith(f"({question.section})")
        assert row.label.sizeHint().width() <= row.label.maximumWidth()


def test_every_part_of_it_can_be_reached_by_key(shown: MainWindow, qtbot: QtBot) -> None:
    section = opened(shown, qtbot)
    section._more.head.setChecked(True)
    here: QWidget = section.section.head
    reached = {here}
    for _ in range(60):
        QTest.keyClick(here, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is None or not section.isAncestorOf(now):
            break
        reached.add(now)
        here = now
    wanted = {block.head for block in section.blocks.values()}
    wanted |= {block.use for block in section.blocks.values() if block.use.isVisible()}
    assert wanted <= reached
    assert {row.editor.focus_target() for row in section.rows.values()} <= reached
