"""A canvas in a window of its own, and a mouse that knows scene coordinates."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.canvas import CanvasView
from app.document import Document
from models.architecture import Architecture, Client, Datastore, Diagram, Group, Note, Queue, Service, SyncLink, Topic

Modifier = Qt.KeyboardModifier


def shop() -> Architecture:
    """A client, three services of which two are in a group, a store, a queue, a topic, a note and two links."""
    elements = (
        Client(id="shopper", name="Shopper"),
        Service(id="order", name="Order", groups=("sales",)),
        Service(id="payment", name="Payment", groups=("sales",)),
        Service(id="stock", name="Stock"),
        Datastore(id="orders", name="Orders"),
        Queue(id="parcels", name="Parcels"),
        Topic(id="placed", name="Placed"),
        Group(id="sales", name="Sales"),
        Note(id="note", text="Remember"),
    )
    positions = {
        "shopper": (-400.0, 0.0),
        "order": (-200.0, 0.0),
        "payment": (40.0, 0.0),
        "stock": (320.0, 0.0),
        "orders": (-200.0, 200.0),
        "parcels": (40.0, 200.0),
        "placed": (320.0, 200.0),
        "note": (-400.0, 200.0),
    }
    links = (
        SyncLink(id="shopper-order", source="shopper", target="order"),
        SyncLink(id="order-payment", source="order", target="payment", timeout_ms=500.0),
    )
    return Architecture(
        name="Shop", elements=elements, links=links, diagrams=(Diagram(id="main", positions=positions),)
    )


class Hand:
    """Moves a mouse over a canvas; places are scene coordinates or ids of parts."""

    def __init__(self, canvas: CanvasView) -> None:
        self.canvas = canvas
        self._last = QPoint()

    def spot(self, place: str | tuple[float, float] | QPoint) -> QPoint:
        if isinstance(place, QPoint):
            return place
        if isinstance(place, str):
            return self.canvas.viewport_point(place)
        return self.canvas.mapFromScene(QPointF(*place))

    def edge(self, element_id: str, side: int = 1) -> QPoint:
        return self.canvas.handle_point(element_id, side)

    def send(self, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: bool, modifiers: Modifier) -> None:
        buttons = button if held else Qt.MouseButton.NoButton
        where = QPointF(at)
        everywhere = QPointF(self.canvas.viewport().mapToGlobal(at))
        QApplication.sendEvent(self.canvas.viewport(), QMouseEvent(kind, where, everywhere, button, buttons, modifiers))
        self._last = at

    def press(
        self,
        place: str | tuple[float, float] | QPoint,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifiers: Modifier = Modifier.NoModifier,
    ) -> None:
        self.send(QEvent.Type.MouseButtonPress, self.spot(place), button, True, modifiers)

    def move(
        self,
        place: str | tuple[float, float] | QPoint,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifiers: Modifier = Modifier.NoModifier,
    ) -> None:
        """In ten steps, as a hand does."""
        start, end = self._last, self.spot(place)
        for step in range(1, 11):
            way = (end - start) * (step / 10)
            at = start + way
            self.send(QEvent.Type.MouseMove, at, button, button != Qt.MouseButton.NoButton, modifiers)
        QApplication.processEvents()

    def release(
        self, button: Qt.MouseButton = Qt.MouseButton.LeftButton, modifiers: Modifier = Modifier.NoModifier
    ) -> None:
        self.send(QEvent.Type.MouseButtonRelease, self._last, button, False, modifiers)

    def drag(
        self,
        start: str | tuple[float, float] | QPoint,
        end: str | tuple[float, float] | QPoint,
        button: Qt.MouseButton = Qt.MouseButton.LeftButton,
        modifiers: Modifier = Modifier.NoModifier,
    ) -> None:
        self.press(start, button, modifiers)
        self.move(end, button, modifiers)
        self.release(button, modifiers)

    def click(self, place: str | tuple[float, float] | QPoint, modifiers: Modifier = Modifier.NoModifier) -> None:
        self.press(place, modifiers=modifiers)
        self.release(modifiers=modifiers)

    def hover(self, place: str | tuple[float, float] | QPoint) -> None:
        self.send(QEvent.Type.MouseMove, self.spot(place), Qt.MouseButton.NoButton, False, Modifier.NoModifier)

    def double_click(self, place: str | tuple[float, float] | QPoint) -> None:
        self.click(place)
        self.send(
            QEvent.Type.MouseButtonDblClick, self.spot(place), Qt.MouseButton.LeftButton, True, Modifier.NoModifier
        )
        self.release()


@pytest.fixture
def document(qapp: QApplication) -> Document:
    document = Document()
    document.load(shop())
    return document


@pytest.fixture
def canvas(qtbot: QtBot, document: Document) -> Iterator[CanvasView]:
    view = CanvasView(document, theme.load("light"))
    qtbot.addWidget(view)
    view.resize(1200, 800)
    view.show()
    qtbot.waitExposed(view)
    view.centerOn(0, 100)
    view.setFocus()
    yield view
    view._settle.stop()


@pytest.fixture
def hand(canvas: CanvasView) -> Hand:
    return Hand(canvas)


@pytest.fixture
def undone(document: Document) -> Callable[[], None]:
    """Takes back everything and checks that the very first value is in force again."""
    first = document.architecture

    def check() -> None:
        while document.can_undo:
            document.undo()
        assert document.architecture is first

    return check
