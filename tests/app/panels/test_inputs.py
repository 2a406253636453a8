"""Fields show what matters of what they hold, in the room there is."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from app.panels.editors import LINES, ChoiceEditor, LongTextEditor
from app.panels.fields import Field
from app.panels.inputs import ChoiceDelegate, FieldLine, short_of

UNSAID = "not said · assumed unlimited"


def test_where_room_is_short_the_assumed_value_stays_and_not_said_goes(qtbot: QtBot) -> None:
    line = FieldLine()
    qtbot.addWidget(line)
    line.show_unsaid(UNSAID)
    line.resize(line.fontMetrics().horizontalAdvance(UNSAID) + 40, 24)
    line.show()
    assert line.placeholderText() == UNSAID
    line.resize(line.fontMetrics().horizontalAdvance(UNSAID), 24)
    assert line.placeholderText() == "assumed unlimited"
    assert short_of("a value without a dot", line.fontMetrics(), 10) == "a value without a dot"


def test_a_text_that_does_not_fit_is_seen_to_be_cut(qtbot: QtBot) -> None:
    line = FieldLine()
    qtbot.addWidget(line)
    line.setText("lognormal p50 180 ms p99 900 ms")
    line.resize(120, 24)
    assert line.elided(100).endswith("…")
    cut = line.grab().toImage()
    line.setText(line.text() + " and more")
    assert line.grab().toImage() == cut
    line.resize(600, 24)
    assert line.elided(580) == line.text()


def test_a_list_shows_only_what_stands_for_nothing_said_in_italics(qtbot: QtBot) -> None:
    editor = ChoiceEditor(Field("idempotent", "flag"))
    qtbot.addWidget(editor)
    editor.show_value(None)
    editor.show()
    editor.combo.showPopup()
    delegate = editor.combo.itemDelegate()
    assert isinstance(delegate, ChoiceDelegate)
    italics = []
    for row in range(editor.combo.count()):
        option = QStyleOptionViewItem()
        option.font = QFont()
        option.font.setItalic(True)
        delegate.initStyleOption(option, editor.combo.model().index(row, 0))
        italics.append(option.font.italic())
    assert italics == [True, False, False]
    editor.combo.hidePopup()


def test_a_long_text_shows_whole_lines_and_tells_when_it_is_empty(qtbot: QtBot) -> None:
    around = QWidget()
    editor = LongTextEditor(Field("description", "text", long=True), around)
    qtbot.addWidget(around)
    for size in (12, 20):
        editor.text.setStyleSheet(f"font-size: {size}px; border: none;")
        editor.text.ensurePolished()
        room = editor.text.viewport().height() - 2 * editor.text.document().documentMargin()
        assert room // editor.text.fontMetrics().lineSpacing() <= LINES
        assert editor.text.height() >= LINES * editor.text.fontMetrics().lineSpacing()
    editor.show_value(None)
    assert editor.text.property("unsaid") == "true"
    editor.show_value("Said")
    assert editor.text.property("unsaid") == "false"
