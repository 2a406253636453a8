"""How fluid the window stays while a large model is edited. Prints; never fails on time.

`python tests/benchmarks/editing_speed.py [SERVICES]` needs no screen; 1,000 services and 3,000 links unless told
otherwise. After each edit: the time until the findings are current, and the longest for which the event loop was away,
both on the clock; and the most that the window's thread worked without coming back to it, which is what is left of the
latter when other programs take their share. The aims: 300 ms, and 16 ms.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from app.background import Runner
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings
from models.architecture import SyncLink, edits
from tests.benchmarks.analysis_speed import random_system

TIMES = 8
BEAT_MS = 1
REST_S = 0.7


class Heartbeat(QObject):
    """Beats with the event loop, and keeps how long it stayed away at most, in ms."""

    def __init__(self) -> None:
        super().__init__()
        self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self.begin()
        self._timer.start()

    def begin(self) -> None:
        self.away = self.worked = 0.0
        self._last = time.perf_counter(), time.thread_time()

    def _beat(self) -> None:
        now = time.perf_counter(), time.thread_time()
        self.away = max(self.away, 1000 * (now[0] - self._last[0]))
        self.worked = max(self.worked, 1000 * (now[1] - self._last[1]))
        self._last = now


def wait(application: QApplication, until: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.perf_counter() + seconds
    while not until() and time.perf_counter() < end:
        application.processEvents()
        time.sleep(0.0002)


def all_edits(window: MainWindow) -> dict[str, Callable[[], object]]:
    """What a person does, again and again at other places."""
    document, numbers = window.document, count()

    def calls() -> Iterator[str]:
        yield from [link.id for link in document.architecture.links if link.style == "sync"]

    retagged = calls()

    def attribute() -> None:
        document.apply(lambda a: edits.set_attributes(a, [f"l{next(numbers)}"], {"probability": 0.5}), "attribute")

    def work() -> None:
        document.apply(lambda a: edits.set_attributes(a, [f"s{next(numbers)}"], {"work_ms": 7.0}), "work")

    def rename() -> None:
        document.apply(lambda a: edits.rename(a, f"s{next(numbers)}", f"Service {next(numbers)}"), "rename")

    def move() -> None:
        to = (40.0 + 16 * next(numbers), 40.0)
        document.apply(lambda a: edits.place(a, document.diagram_id, {f"s{next(numbers)}": to}), "move")

    def add() -> None:
        number = next(numbers)
        link = SyncLink(id=f"added-{number}", source=f"s{number}", target=f"s{number + 9}")
        document.apply(lambda a: edits.add_link(a, link), "add")

    def retag() -> None:
        document.apply(lambda a: edits.retag(a, next(retagged), "async"), "retag")

    return {"attribute": attribute, "work": work, "rename": rename, "move": move, "add link": add, "retag": retag}


def measure(application: QApplication, window: MainWindow, name: str, edit: Callable[[], object]) -> None:
    heart = Heartbeat()
    rows = []
    for _ in range(TIMES):
        wait(application, lambda: False, REST_S)
        heart.begin()
        start = time.perf_counter()
        QTimer.singleShot(0, edit)
        wait(application, lambda: False, 0.01)
        wait(application, lambda: window.analysis.state == "current" and not window.jobs.busy)
        current = 1000 * (time.perf_counter() - start)
        wait(application, lambda: False, REST_S)
        rows.append((current, heart.away, heart.worked))
    told = [f"{min(column):6.0f} (median {statistics.median(column):4.0f})" for column in zip(*rows, strict=True)]
    print(f"{name:10} current after {told[0]} ms; loop away {told[1]} ms, at work {told[2]} ms", flush=True)


def main() -> None:
    """Opens a window with a random system and edits it."""
    services = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    application = QApplication([])
    Runner.warm_up = lambda _self: None  # type: ignore[method-assign, assignment]  # no run is made here
    with tempfile.TemporaryDirectory() as folder:
        session = Session(application, Settings(Path(folder) / "settings.ini"))
        window = session.open_window()
        wait(application, lambda: window.analysis.state == "current")
        start = time.perf_counter()
        window.document.load(random_system(services, 3 * services))
        window.show_model()
        wait(application, lambda: window.analysis.state == "current")
        print(
            f"{services} services, {3 * services} links; opened in {time.perf_counter() - start:.1f} s; best of {TIMES}"
        )
        for name, edit in all_edits(window).items():
            measure(application, window, name, edit)
        window.document.load(window.document.architecture)
        window.close()
        session.close()


if __name__ == "__main__":
    main()
