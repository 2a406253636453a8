"""Copy and paste: fresh ids, links between what was copied, text for people, pictures for other programs."""

import json
import math
from collections.abc import Callable
from itertools import combinations

import pytest
from PySide6.QtCore import QMimeData, QPointF
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.document import MIME_TYPE, Clipboard, Document
from models.architecture import Architecture, Client, Service, SyncLink, edits
from models.architecture.diagram import boxes


@pytest.fixture
def document(qapp: QApplication) -> Document:
    document = Document()
    document.load(
        Architecture(
            elements=(Client(id="user"), Service(id="order", name="Order"), Service(id="stock", name="Stock")),
            links=(
                SyncLink(id="user-order", source="user", target="order"),
                SyncLink(id="order-stock", source="order", target="stock", timeout_ms=50.0),
            ),
        )
    )
    return document


@pytest.fixture
def clipboard(qapp: QApplication) -> Clipboard:
    return Clipboard()


def test_pasted_parts_have_fresh_ids_and_their_own_links(document: Document, clipboard: Clipboard) -> None:
    first = document.architecture
    document.selection.set(("order", "stock"))
    assert clipboard.copy(document)
    assert clipboard.paste(document)
    assert set(document.selection.ids) == {"order-2", "stock-2", "order-2-stock-2"}
    link = document.architecture.link_by_id["order-2-stock-2"]
    assert (link.source, link.target) == ("order-2", "stock-2")
    assert getattr(link, "timeout_ms", None) == 50.0
    assert document.undo_title == "Paste"
    document.undo()
    assert document.architecture is first


def test_no_paste_covers_what_stands(document: Document, clipboard: Clipboard) -> None:
    document.selection.set(("order",))
    clipboard.copy(document)
    for _ in range(3):
        assert clipboard.paste(document)
    placed = boxes(document.architecture, document.diagram)
    covered = [(one, two) for one, two in combinations(placed, 2) if placed[one].meets(placed[two])]
    assert not covered
    x, y = document.diagram.positions["order"]
    for copy in ("order-2", "order-3", "order-4"):
        assert math.dist(document.diagram.positions[copy], (x, y)) < 400


def test_a_paste_at_a_place_is_centred_there(document: Document, clipboard: Clipboard) -> None:
    document.selection.set(("order",))
    clipboard.copy(document)
    clipboard.paste(document, QPointF(1000, 500))
    x, y = document.diagram.positions["order-2"]
    assert abs(x + 75 - 1000) <= 8
    assert abs(y + 29 - 500) <= 8


def test_parts_travel_to_another_document(document: Document, clipboard: Clipboard) -> None:
    document.selection.set(("order", "stock"))
    clipboard.copy(document)
    other = Document()
    Clipboard().paste(other)
    assert set(other.architecture.element_by_id) == {"order", "stock"}


def test_the_clipboard_holds_readable_text_and_a_drawing(document: Document, clipboard: Clipboard) -> None:
    document.selection.set(("order",))
    clipboard.copy(document)
    data = QGuiApplication.clipboard().mimeData()
    assert data.hasFormat(MIME_TYPE)
    assert json.loads(data.text())["elements"][0]["name"] == "Order"
    assert b"<svg" in bytes(data.data("image/svg+xml").data())
    assert not data.imageData().isNull()


def test_a_drawing_that_comes_late_joins_its_words(document: Document, clipboard: Clipboard) -> None:
    waiting: list[Callable[[], None]] = []
    clipboard.elsewhere = lambda draw, take: waiting.append(lambda: take(draw()))
    document.selection.set(("order",))
    clipboard.copy(document)
    text = QGuiApplication.clipboard().mimeData().text()
    assert not QGuiApplication.clipboard().mimeData().hasImage()
    waiting.pop()()
    data = QGuiApplication.clipboard().mimeData()
    assert (data.text(), data.hasImage(), data.hasFormat("image/svg+xml")) == (text, True, True)
    assert clipboard.paste(document)
    assert "order-2" in document.architecture.element_by_id


@pytest.mark.parametrize("meanwhile", ["another program's words", None])
def test_a_drawing_that_comes_too_late_changes_nothing(
    document: Document, clipboard: Clipboard, meanwhile: str | None
) -> None:
    waiting: list[Callable[[], None]] = []
    clipboard.elsewhere = lambda draw, take: waiting.append(lambda: take(draw()))
    document.selection.set(("order",))
    clipboard.copy(document)
    if meanwhile is None:
        document.selection.set(("stock",))
        clipboard.copy(document)
    else:
        QGuiApplication.clipboard().setText(meanwhile)
    text = QGuiApplication.clipboard().text()
    waiting[0]()
    assert QGuiApplication.clipboard().text() == text
    assert not QGuiApplication.clipboard().mimeData().hasImage()


@pytest.mark.parametrize("place", [(60_000.0, 40_000.0), (900_000.0, 0.0)])
def test_the_picture_of_parts_that_lie_far_apart_stays_small(
    document: Document, clipboard: Clipboard, place: tuple[float, float]
) -> None:
    document.apply(lambda model: edits.place(model, document.diagram_id, {"user": (0.0, 0.0), "order": place}), "move")
    document.selection.set(("user", "order"))
    clipboard.copy(document)
    picture = QGuiApplication.clipboard().mimeData().imageData()
    assert 0 < picture.width() * picture.height() <= 4_000_000 + 8_000
    assert max(picture.width(), picture.height()) <= 8_000


def test_a_model_copied_as_text_elsewhere_can_be_pasted(document: Document, clipboard: Clipboard) -> None:
    document.selection.set(("stock",))
    clipboard.copy(document)
    text = QGuiApplication.clipboard().mimeData().text()
    QGuiApplication.clipboard().setText(text)
    assert clipboard.can_paste()
    assert clipboard.paste(document)


@pytest.mark.parametrize("text", ["hello", '{"format": "loadpath/9.9"}', "{" * 10_000, ""])
def test_anything_else_is_refused_with_a_sentence(
    document: Document, clipboard: Clipboard, text: str, qtbot: QtBot
) -> None:
    before = document.architecture
    data = QMimeData()
    data.setText(text)
    QGuiApplication.clipboard().setMimeData(data)
    with qtbot.waitSignal(document.notice) as notice:
        assert not clipboard.paste(document)
    assert "Copy elements first" in notice.args[0]
    assert document.architecture is before


def test_nothing_selected_copies_nothing(document: Document, clipboard: Clipboard) -> None:
    QGuiApplication.clipboard().setText("kept")
    assert not clipboard.copy(document)
    assert QGuiApplication.clipboard().text() == "kept"
