"""Qt objects in reference cycles are destroyed on the window's thread, whoever allocates."""

import gc
import sys
import threading
import time
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.background.garbage import MANY, OLDEST, REST_LOOKS, GarbageCollector, count_young


class Knot:
    """Holds itself, so that only the collector can take it away."""

    def __init__(self, gone: list[threading.Thread]) -> None:
        self.me = self
        self.thing = QObject()
        self._watch = weakref.finalize(self.thing, lambda: gone.append(threading.current_thread()))


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[GarbageCollector]:
    made = GarbageCollector()
    yield made
    made.close()


def test_a_busy_thread_in_the_background_destroys_nothing(collector: GarbageCollector, qtbot: QtBot) -> None:
    gone: list[threading.Thread] = []
    Knot(gone)
    worker = threading.Thread(target=lambda: [[[] for _ in range(100)] for _ in range(2_000)])
    worker.start()
    worker.join()
    assert gone == []
    gc.collect()
    assert gone == [threading.main_thread()]


@pytest.fixture
def aside(
    collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[GarbageCollector, list[threading.Thread]]]:
    """A collector that has set masses aside while the window has the keyboard, and who destroyed what is among them."""
    active = Qt.ApplicationState.ApplicationActive
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: active)
    gone: list[threading.Thread] = []
    Knot(gone)
    masses = [[number] for number in range(MANY + 1)]
    collector.look()
    gc.collect()
    assert gone == []
    yield collector, gone
    assert len(masses) > MANY


def test_masses_are_looked_at_while_another_program_has_the_keyboard(
    aside: tuple[GarbageCollector, list[threading.Thread]], monkeypatch: pytest.MonkeyPatch
) -> None:
    collector, gone = aside
    for _ in range(2 * REST_LOOKS):
        collector.look()
    assert gone == [], "the person at the window would wait for it"
    inactive = Qt.ApplicationState.ApplicationInactive
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: inactive)
    collector.look()
    assert gone == [threading.main_thread()]


def test_great_masses_are_looked_at_when_the_person_at_the_window_rests(
    aside: tuple[GarbageCollector, list[threading.Thread]], monkeypatch: pytest.MonkeyPatch
) -> None:
    collector, gone = aside
    monkeypatch.setattr("app.background.garbage.MUCH_ASIDE", MANY)
    collector.look()
    assert gone == []
    for _ in range(REST_LOOKS):
        collector.look()
    assert gone == [threading.main_thread()]


def test_masses_that_were_freed_meanwhile_are_not_looked_for(
    collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    active = Qt.ApplicationState.ApplicationActive
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: active)
    monkeypatch.setattr("app.background.garbage.MUCH_ASIDE", MANY)
    looked: list[None] = []
    monkeypatch.setattr(collector, "_collect_all", lambda: looked.append(None))
    for _ in range(3):
        masses = [[number] for number in range(MANY + 1)]
        collector.look()
        masses.clear()
    for _ in range(2 * REST_LOOKS):
        collector.look()
    assert not looked
    masses = [[number] for number in range(2 * MANY)]
    for _ in range(2 * REST_LOOKS):
        collector.look()
    assert looked
    assert len(masses) > MANY


def test_old_objects_are_looked_at_while_another_program_has_the_keyboard(
    collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = {"now": Qt.ApplicationState.ApplicationActive}
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: state["now"])
    gone: list[threading.Thread] = []
    knots = [Knot(gone)]
    gc.collect(OLDEST - 1)
    knots.clear()
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, gc.get_threshold()[OLDEST] + 1))
    collector.look()
    assert gone == [], "the person at the window would wait for it"
    state["now"] = Qt.ApplicationState.ApplicationInactive
    collector.look()
    assert gone == [threading.main_thread()]


def test_closing_gives_collection_back(qapp: QApplication) -> None:
    enabled = gc.isenabled()
    collector = GarbageCollector()
    assert not gc.isenabled()
    collector.close()
    assert gc.isenabled()
    if not enabled:
        gc.disable()


def test_masses_that_take_the_place_of_others_are_set_aside_too(
    collector: GarbageCollector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interpreter's count knows only the difference."""
    active = Qt.ApplicationState.ApplicationActive
    monkeypatch.setattr(QGuiApplication, "applicationState", lambda: active)
    old = [[number] for number in range(20 * MANY)]
    collector.look()
    new = [[number] for number in range(20 * MANY)]
    old.clear()
    few = [[number] for number in range(gc.get_threshold()[0] + 10)]
    assert gc.get_count()[0] <= MANY
    collected: list[int] = []

    def noted(generation: int = OLDEST) -> int:
        collected.append(generation)
        return 0

    monkeypatch.setattr(gc, "collect", noted)
    frozen = gc.get_freeze_count()
    collector.look()
    assert not collected
    assert gc.get_freeze_count() - frozen >= len(new)
    assert len(few) < MANY


def test_counting_what_is_young_disturbs_no_other_thread() -> None:
    """A tuple that grows while someone else holds it breaks: that befell analyses in the background."""
    broken: list[SystemError] = []
    stop = threading.Event()

    def make_tuples() -> None:
        while not stop.is_set():
            try:
                tuple(number for number in range(200))
            except SystemError as error:
                broken.append(error)

    interval, collecting = sys.getswitchinterval(), gc.isenabled()
    thread = threading.Thread(target=make_tuples)
    gc.disable()
    sys.setswitchinterval(1e-6)
    try:
        thread.start()
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            count_young(1)
    finally:
        stop.set()
        thread.join()
        sys.setswitchinterval(interval)
        if collecting:
            gc.enable()
    assert not broken
