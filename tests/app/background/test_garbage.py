"""Qt objects in reference cycles are destroyed on the window's thread, whoever allocates."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.background.garbage import MANY, REST_LOOKS, GarbageCollector


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


def test_masses_are_looked_at_when_the_person_at_the_window_rests(collector: GarbageCollector) -> None:
    gone: list[threading.Thread] = []
    Knot(gone)
    masses = [[number] for number in range(MANY + 1)]
    collector.look()
    gc.collect()
    assert gone == []
    for _ in range(REST_LOOKS):
        collector.look()
    assert gone == [threading.main_thread()]
    assert len(masses) > MANY


def test_closing_gives_collection_back(qapp: QApplication) -> None:
    enabled = gc.isenabled()
    collector = GarbageCollector()
    assert not gc.isenabled()
    collector.close()
    assert gc.isenabled()
    if not enabled:
        gc.disable()
