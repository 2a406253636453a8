"""Prints how long frames of the canvas take with 1,000 services and 2,000 links: pan, drag, zoom, full repaints.

Run it with `python tests/benchmarks/canvas_speed.py [SERVICES]`; it needs no screen and fails on nothing.
The aim: a median of at most 16 ms for pan, drag and zoom.
"""

import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.fonts.warning=false")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

from app import theme
from app.canvas import CanvasView, Minimap
from app.document import Document
from models.architecture import Architecture, AsyncLink, Diagram, EventLink, Link, Service, SyncLink, edits

FRAMES = 60
SIZE = (1200, 800)


def grid(services: int) -> Architecture:
    """Services in rows of 40, each with two links: to its right neighbour, and to one some rows further."""
    elements = tuple(Service(id=f"s{i}", name=f"Service {i}", instances=2, workers=16) for i in range(services))
    positions = {f"s{i}": (i % 40 * 240.0, i // 40 * 140.0) for i in range(services)}
    styles: tuple[type[Link], ...] = (SyncLink, AsyncLink, EventLink, SyncLink)
    links: list[Link] = []
    for i in range(services):
        for step in (1, 43):
            style = styles[(i + step) % 4]
            links.append(style(id=f"l{i}-{step}", source=f"s{i}", target=f"s{(i + step) % services}"))
    return Architecture(elements=elements, links=tuple(links), diagrams=(Diagram(id="main", positions=positions),))


Spent = tuple[float, float]
"""(milliseconds on the clock, milliseconds of this thread's work: the difference is what others took)."""


def once(action: Callable[[], None]) -> Spent:
    started, worked = time.perf_counter(), time.thread_time()
    action()
    QApplication.processEvents()
    return (time.perf_counter() - started) * 1000, (time.thread_time() - worked) * 1000


def timed(action: Callable[[int], None], frames: int = FRAMES) -> list[Spent]:
    """Each frame: the action and the repaint it leads to."""
    return [once(partial(action, frame)) for frame in range(frames)]


def tell(what: str, spent: list[Spent]) -> None:
    clock, work = zip(*spent, strict=True)
    median = statistics.median
    print(f"{what:40} median {median(clock):7.2f} ms   worst {max(clock):7.2f} ms   work {median(work):7.2f} ms")


def mouse(view: CanvasView, kind: QEvent.Type, at: QPoint, held: bool) -> None:
    buttons = Qt.MouseButton.LeftButton if held else Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind, QPointF(at), QPointF(at), Qt.MouseButton.LeftButton, buttons, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(view.viewport(), event)


def drag(view: CanvasView) -> list[Spent]:
    middle = view.visible_rect().center()
    element = min(view.mirror.boxes, key=lambda known: (view.center_of(known) - middle).manhattanLength())
    here = view.viewport_point(element)
    mouse(view, QEvent.Type.MouseButtonPress, here, held=True)
    spent = timed(lambda frame: mouse(view, QEvent.Type.MouseMove, here + QPoint(8 + frame * 3, frame * 2), held=True))
    there = here + QPoint(8 + FRAMES * 3, FRAMES * 2)
    tell("  drop", [once(lambda: mouse(view, QEvent.Type.MouseButtonRelease, there, held=False))])
    return spent


def wheel(view: CanvasView, turn: int, modifiers: Qt.KeyboardModifier) -> None:
    at = QPointF(SIZE[0] / 2, SIZE[1] / 2)
    event = QWheelEvent(
        at,
        at,
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def settle(milliseconds: float) -> None:
    until = time.perf_counter() + milliseconds / 1000
    while time.perf_counter() < until:
        QApplication.processEvents()


def measure(view: CanvasView, where: str) -> None:
    plain, control = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
    settle(400)
    tell(f"{where}: repaint all", timed(lambda _: view.viewport().update()))
    tell(f"{where}: pan", timed(lambda frame: wheel(view, 60 if frame % 20 < 10 else -60, plain)))
    tell(f"{where}: drag one", drag(view))
    tell(f"{where}: zoom", timed(lambda frame: wheel(view, 20 if frame % 20 < 10 else -20, control)))


def main() -> None:
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    application = QApplication([])
    light = theme.load("light")
    theme.wear(application, light)
    document = Document()
    architecture = grid(services)
    print(f"{services} services, {len(architecture.links)} links, {SIZE[0]} x {SIZE[1]}")
    tell("load", [once(lambda: document.load(architecture))])
    view = CanvasView(document, light)
    view.resize(*SIZE)
    view.float_widget(Minimap(view), Qt.Corner.BottomRightCorner)
    tell("first frame", [once(partial(_show, view))])
    measure(view, f"fit ({view.zoom_factor:.2f})")
    for zoom in (0.25, 0.39, 0.4, 0.5, 0.75, 1.0, 2.0):
        view.zoom_to(zoom)
        measure(view, f"{zoom:.0%}")
    view.show_badges({link.id: (1 + number % 3, "warning") for number, link in enumerate(architecture.links)})
    for zoom in (0.12, 0.5):
        view.zoom_to(zoom)
        measure(view, f"{zoom:.0%}, a badge on each link")
    view.show_badges({})
    some = next(iter(architecture.element_by_id))
    tell("rename", timed(lambda frame: _rename(document, some, frame), 10))
    tell("undo", timed(lambda _: document.undo(), 10))


def _show(view: CanvasView) -> None:
    view.show()
    view.fit()


def _rename(document: Document, element_id: str, frame: int) -> None:
    document.apply(lambda a: edits.rename(a, element_id, f"Renamed {frame}"), "Rename")


if __name__ == "__main__":
    main()
