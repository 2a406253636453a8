"""A large drawing is painted again in tiles: none is much of what is in sight, and together they leave nothing out."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, QRectF
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.canvas import CanvasView, repainting
from app.canvas.repainting import AT_ONCE
from app.document import Document
from models.architecture import Architecture, Diagram, Service, SyncLink, edits

WIDE, HIGH = 1200, 800


class Painted(QObject):
    """Keeps which places of a canvas are painted, event by event."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__()
        self.regions: list[QRegion] = []
        self._viewport = canvas.viewport()
        self._viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent) and watched is self._viewport:
            self.regions.append(QRegion(event.region()))
        return False

    @property
    def all(self) -> QRegion:
        together = QRegion()
        for region in self.regions:
            together += region
        return together


def system(services: int) -> Architecture:
    places = {f"s{i}": (i % 25 * 200.0, i // 25 * 130.0) for i in range(services)}
    ends = [(i, (i + step) % services) for i in range(services) for step in (1, 9, 60)]
    links = tuple(SyncLink(id=f"l{n}", source=f"s{a}", target=f"s{b}") for n, (a, b) in enumerate(ends))
    return Architecture(
        elements=tuple(Service(id=part_id) for part_id in places),
        links=links,
        diagrams=(Diagram(id="main", positions=places),),
    )


@pytest.fixture
def canvas(qtbot: QtBot) -> CanvasView:
    document = Document()
    document.load(system(AT_ONCE))
    view = CanvasView(document, theme.load("light"))
    qtbot.addWidget(view)
    view.resize(WIDE, HIGH)
    view.show()
    qtbot.waitExposed(view)
    view.fit()
    qtbot.waitUntil(lambda: not view._canvas.is_zooming)
    settle(view)
    return view


def settle(canvas: CanvasView) -> None:
    """Does what is left, turn by turn, and lets the canvas paint after each."""
    QApplication.processEvents()
    while canvas.document.turns.busy:
        canvas.document.turns._turn()
        QApplication.processEvents()


def picture(canvas: CanvasView) -> QImage:
    image = QImage(canvas.viewport().size(), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    canvas.render(painter, QRectF(image.rect()), canvas.viewport().rect())
    painter.end()
    return image


def area(region: QRegion) -> int:
    """Of what the canvas paints for it: all around it."""
    around = region.boundingRect()
    return around.width() * around.height()


def test_what_changed_is_painted_tile_by_tile_and_all_of_it(canvas: CanvasView) -> None:
    document, before, painted = canvas.document, picture(canvas), Painted(canvas)
    gone = [f"s{i}" for i in range(0, AT_ONCE, 60)]
    assert document.apply(lambda a: edits.remove(a, gone), "delete")
    settle(canvas)
    assert len(painted.regions) > 2
    sight = WIDE * HIGH
    assert max(map(area, painted.regions)) < 0.6 * sight
    after, all_of_it = picture(canvas), painted.all
    for y in range(0, HIGH, 4):
        for x in range(0, WIDE, 4):
            if before.pixel(x, y) != after.pixel(x, y):
                assert all_of_it.intersects(QRect(x, y, 1, 1))


def test_a_change_that_comes_while_tiles_wait_is_painted_too(canvas: CanvasView) -> None:
    scene, painted = canvas._canvas, Painted(canvas)
    scene._again.again([scene.sceneRect()])
    canvas.document.turns._turn()
    scene._again.again([scene.sceneRect()])
    settle(canvas)
    assert (QRegion(canvas.viewport().rect()) - painted.all).isEmpty()


def test_little_is_painted_at_once(canvas: CanvasView) -> None:
    painted = Painted(canvas)
    canvas._canvas.touch(["s0"])
    assert not canvas.document.turns.busy
    QApplication.processEvents()
    assert len(painted.regions) == 1


def test_tiles_cover_what_is_in_sight() -> None:
    for count in range(1, 13):
        for sight in (QRectF(-100, 40, 1200, 800), QRectF(0, 0, 300, 2000), QRectF(0, 0, 5000, 10)):
            tiles = list(repainting._tiles(sight, count))
            assert len(tiles) >= count
            assert sum(tile.width() * tile.height() for tile in tiles) == pytest.approx(sight.width() * sight.height())
            around = QRectF()
            for tile in tiles:
                around |= tile
            assert around.x() == sight.x()
            assert around.right() == pytest.approx(sight.right())
            assert around.bottom() == pytest.approx(sight.bottom())
