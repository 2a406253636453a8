"""A whole window, as `app.session` makes it, with settings and journals of its own."""

import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.background import Runner
from app.main_window import MainWindow
from app.session import Session
from app.settings import Settings


@pytest.fixture(scope="module", autouse=True)
def _garbage_is_looked_for_in_what_this_file_makes() -> Iterator[None]:
    """After each test, that is: to look through all that is older takes longer than most tests."""
    gc.freeze()
    yield
    gc.collect()
    gc.unfreeze()


@pytest.fixture(autouse=True)
def _garbage_stays_on_this_thread() -> Iterator[None]:
    """No Qt object of this test is destroyed by a thread that it or a later one starts."""
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture
def cold_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows do not load the kernel by themselves; a run still does."""
    monkeypatch.setattr(Runner, "warm_up", lambda _self: None)


@pytest.fixture
def session(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """It sets no garbage aside, for taking that up again would mean to look through all that the tests import."""
    monkeypatch.setattr("app.background.garbage.MANY", sys.maxsize)
    settings = Settings(tmp_path / "settings.ini")
    settings.theme = "light"
    made = Session(qapp, settings)
    yield made
    for window in list(made.windows):
        jobs = window.jobs
        qtbot.waitUntil(lambda jobs=jobs: not jobs.busy, timeout=30_000)  # type: ignore[misc]  # binds these jobs
        window.document.load(window.document.architecture)
        window.close()
    made.close()
    qapp.setStyleSheet("")


@pytest.fixture
def window(session: Session, cold_kernel: None, qtbot: QtBot) -> MainWindow:
    """A window on the welcome page, analysis running."""
    made = session.open_window()
    qtbot.waitUntil(lambda: made.analysis.state == "current", timeout=30_000)
    return made


class Mouse:
    """A mouse that presses, moves and releases on a widget; it knows nothing but pixels."""

    def __init__(self, widget: QWidget) -> None:
        self._widget = widget

    def send(self, kind: QEvent.Type, at: QPoint, *, held: bool, button: Qt.MouseButton) -> None:
        buttons = button if held else Qt.MouseButton.NoButton
        everywhere = QPointF(self._widget.mapToGlobal(at))
        event = QMouseEvent(kind, QPointF(at), everywhere, button, buttons, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self._widget, event)

    def click(self, at: QPoint) -> None:
        left = Qt.MouseButton.LeftButton
        self.send(QEvent.Type.MouseMove, at, held=False, button=Qt.MouseButton.NoButton)
        self.send(QEvent.Type.MouseButtonPress, at, held=True, button=left)
        self.send(QEvent.Type.MouseButtonRelease, at, held=False, button=left)

    def drag(self, start: QPoint, end: QPoint) -> None:
        left = Qt.MouseButton.LeftButton
        self.send(QEvent.Type.MouseMove, start, held=False, button=Qt.MouseButton.NoButton)
        self.send(QEvent.Type.MouseButtonPress, start, held=True, button=left)
        for step in range(1, 11):
            self.send(QEvent.Type.MouseMove, start + (end - start) * (step / 10), held=True, button=left)
        self.send(QEvent.Type.MouseButtonRelease, end, held=False, button=left)
