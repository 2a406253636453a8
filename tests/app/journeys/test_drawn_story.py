"""One model from the first click to the saved file, by mouse and keyboard alone."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from app.canvas import CanvasView
from app.main_window import MainWindow
from app.panels.editors import LineEditor
from app.panels.palette import KIND_MIME
from models.formats import native
from tests.app.conftest import Mouse

Key = Qt.Key
Modifier = Qt.KeyboardModifier


class Person:
    """Knows where things are on the screen, and has a mouse and a keyboard."""

    def __init__(self, window: MainWindow, qtbot: QtBot) -> None:
        self.window, self.qtbot = window, qtbot
        self.mouse = Mouse(window.canvas.viewport())

    @property
    def canvas(self) -> CanvasView:
        return self.window.canvas

    def spot(self, x: float, y: float) -> QPoint:
        return self.canvas.mapFromScene(QPointF(x, y))

    def carry(self, kind: str, x: float, y: float) -> None:
        """Drops what a drag from the palette carries onto the canvas."""
        data = QMimeData()
        data.setData(KIND_MIME, QByteArray(kind.encode()))
        at = self.spot(x, y)
        left, none = Qt.MouseButton.LeftButton, Modifier.NoModifier
        enter = QDragEnterEvent(at, Qt.DropAction.CopyAction, data, left, none)
        QApplication.sendEvent(self.canvas.viewport(), enter)
        assert enter.isAccepted()
        drop = QDropEvent(QPointF(at), Qt.DropAction.CopyAction, data, left, none)
        QApplication.sendEvent(self.canvas.viewport(), drop)
        assert drop.isAccepted()

    def place(self, kind: str, x: float, y: float) -> None:
        """Click in the palette, click on the canvas."""
        self.qtbot.mouseClick(self.window.palette_panel.rows[kind], Qt.MouseButton.LeftButton)
        self.mouse.click(self.spot(x, y))

    def type_name(self, name: str) -> None:
        """Types into the name that a new element opens."""
        editor = QApplication.focusWidget()
        assert editor is not None
        QTest.keyClicks(editor, name)
        QTest.keyClick(editor, Key.Key_Return)

    def link(self, source: str, target: str) -> None:
        """Drags from the right edge of one element onto another."""
        self.mouse.drag(self.canvas.handle_point(source), self.canvas.viewport_point(target))

    def press(self, key: Key, modifier: Modifier = Modifier.NoModifier, on: QWidget | None = None) -> None:
        QTest.keyClick(on or self.window, key, modifier)

    def select(self, part_id: str) -> None:
        self.mouse.click(self.canvas.viewport_point(part_id))
        self.until(lambda: not self.window.document.turns.busy)

    def fill(self, attribute: tuple[str, ...], text: str) -> None:
        """Writes into a field of the inspector."""
        form = self.window.inspector.form
        assert form is not None
        editor = form.rows[attribute].editor
        assert isinstance(editor, LineEditor)
        editor.line.setFocus()
        editor.line.selectAll()
        QTest.keyClicks(editor.line, text)
        QTest.keyClick(editor.line, Key.Key_Return)

    def until(self, what: Callable[[], bool], timeout: int = 60_000) -> None:
        self.qtbot.waitUntil(what, timeout=timeout)

    def analysed(self) -> None:
        self.until(lambda: self.window.analysis.state == "current")

    def findings(self) -> set[str]:
        self.analysed()
        return {finding.id for finding in self.window.analysis.latest.each}


@pytest.fixture
def person(window: MainWindow, qtbot: QtBot) -> Person:
    window.resize(1440, 900)
    qtbot.wait(50)
    return Person(window, qtbot)


def test_a_model_is_drawn_judged_run_and_saved(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window, document = person.window, person.window.document
    path = tmp_path / "drawn.loadpath.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kwargs: (str(path), ""))

    # A new model: a client and three services, dragged or clicked into place.
    qtbot.mouseClick(window.welcome.buttons["new"], Qt.MouseButton.LeftButton)
    qtbot.wait(50)
    assert window.centre.currentWidget() is window.canvas
    empty = document.architecture
    person.carry("client", -320, 0)
    person.type_name("Shopper")
    person.carry("service", -80, 0)
    person.type_name("Order")
    person.place("service", 200, -100)
    person.type_name("Payment")
    person.place("service", 200, 100)
    person.type_name("Mail")
    assert [element.id for element in document.architecture.elements] == ["shopper", "order", "payment", "mail"]

    # Links, one of them retagged by its key.
    for source, target in (("shopper", "order"), ("order", "payment"), ("order", "mail")):
        person.link(source, target)
    assert {link.id: link.style for link in document.architecture.links} == {
        "shopper-order": "sync",
        "order-payment": "sync",
        "order-mail": "sync",
    }
    person.select("order-mail")
    person.press(Key.Key_3, on=person.canvas)
    assert document.architecture.link_by_id["order-mail"].style == "event"

    # A timeout, set in the inspector, makes the finding about it go.
    assert any(finding.startswith("R01") for finding in person.findings())
    for link in ("shopper-order", "order-payment"):
        person.select(link)
        person.fill(("timeout_ms",), "2 s")
    assert document.architecture.link_by_id["order-payment"].said()["timeout_ms"] == 2000
    assert not [finding for finding in person.findings() if finding.startswith("R01")]

    # A scenario in which a service crashes, filled in as a form, then run.
    window.shelf["add-scenario"].trigger()
    scenarios = window.studies.scenarios
    duration = scenarios.form.rows[("duration_ms",)].editor
    assert isinstance(duration, LineEditor)
    duration.line.setFocus()
    QTest.keyClicks(duration.line, "20 s")
    QTest.keyClick(duration.line, Key.Key_Return)
    person.select("payment")
    add = scenarios.findChild(QWidget, "add-faults")
    assert add is not None
    qtbot.mouseClick(add, Qt.MouseButton.LeftButton)
    fault = document.architecture.scenarios[0].faults[0]
    assert (fault.fault, fault.target, fault.from_ms, fault.until_ms) == ("crash", "payment", 5000, 10000)
    qtbot.mouseClick(scenarios.run, Qt.MouseButton.LeftButton)
    person.until(lambda: len(window.runner.runs) == 1, timeout=180_000)
    result = window.runner.runs[0].result
    assert result.duration_ms == 20_000
    assert "Payment" in str(result.verdict)
    panel = window.studies.simulation
    assert str(result.verdict).startswith(panel.verdict.text())
    assert len(panel.journeys.rows) == 1

    # Undo everything, redo everything, save, open again: identical.
    drawn = document.architecture
    steps = 0
    while document.can_undo:
        person.press(Key.Key_Z, Modifier.ControlModifier, on=person.canvas)
        steps += 1
        assert steps < 50
    assert document.architecture == empty
    assert steps == 4 + 3 + 1 + 2 + 3
    while document.can_redo:
        person.press(Key.Key_Z, Modifier.ControlModifier | Modifier.ShiftModifier, on=person.canvas)
    assert document.architecture == drawn
    person.press(Key.Key_S, Modifier.ControlModifier, on=person.canvas)
    assert not document.is_modified
    saved = json.loads(path.read_text("utf-8"))
    assert [link["style"] for link in saved["links"]] == ["event", "sync", "sync"]
    kept = path.read_bytes()
    assert native.dumps(drawn) == kept
    assert window.files.open(path)
    assert native.dumps(document.architecture) == kept
