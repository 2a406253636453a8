"""Starts the window: makes what the program is made of and hands it to each other. Nothing here is global.

The first frame comes first; what is heavy (analysis, kernel, plots) is loaded after it.
"""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app import theme_style, translation
from app.background.garbage import GarbageCollector
from app.document import Recovery
from app.document.clipboard import let_go
from app.main_window import MainWindow
from app.settings import Settings
from app.theme import Theme, load, wanted, wear
from models import resources

_LOG = logging.getLogger(__name__)
AFTER_FIRST_FRAME_MS = 30
SWITCH_S = 0.0002
"""How long a thread in the background may keep the window's thread waiting for the interpreter, in seconds."""


class Session(QObject):
    """One process of the desktop application, with one window per model."""

    def __init__(self, application: QApplication, settings: Settings | None = None) -> None:
        super().__init__()
        self._application = application
        self.settings = settings or Settings(parent=self)
        self._garbage = GarbageCollector(self)
        self._icons = TemporaryDirectory(prefix="loadpath-icons-")
        self.windows: list[MainWindow] = []
        self._journals: dict[MainWindow, Recovery] = {}
        sys.setswitchinterval(SWITCH_S)
        application.setStyle("Fusion")
        application.setApplicationName("Loadpath")
        application.setDesktopFileName("loadpath")
        application.setWindowIcon(QIcon(str(resources.path("icons", "loadpath.svg"))))
        self._translators = translation.install(application, self.settings.language)
        self.theme = self._wear(self.settings.theme)
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _scheme: self.show_theme(self.settings.theme))

    def open_window(self, path: Path | None = None) -> MainWindow:
        """A window with the model at `path`, or with the welcome page."""
        window = MainWindow(self.settings, self.theme)
        self.windows.append(window)
        self._journals[window] = Recovery(window.document)
        self._journals[window].failed.connect(lambda told: window.notice.tell(told, "warning"))
        window.theme_wanted.connect(self.show_theme)
        window.window_wanted.connect(self.open_window)
        window.closed.connect(self._close)
        if path is not None:
            window.files.open(path)
        window.show()
        QTimer.singleShot(AFTER_FIRST_FRAME_MS, window, lambda: self._settle(window))
        return window

    def show_theme(self, setting: str) -> None:
        """Shows every window in the theme that `setting` ("light", "dark", "system") means now."""
        self.theme = self._wear(setting)
        for window in self.windows:
            window.wear(self.theme)

    def close(self) -> None:
        self._icons.cleanup()
        self._garbage.close()
        let_go()

    def _settle(self, window: MainWindow) -> None:
        """What comes after the first frame."""
        window.settle()
        if window is self.windows[0]:
            window.files.offer_recovery()

    def _wear(self, setting: str) -> Theme:
        theme = load(wanted(setting))
        folder = Path(self._icons.name) / theme.name
        theme_style.draw_icons(theme.colours, folder)
        wear(self._application, theme)
        self._application.setStyleSheet(theme_style.stylesheet(theme.colours, folder))
        return theme

    def _close(self, window: MainWindow) -> None:
        self._journals.pop(window).close()
        self.windows.remove(window)
        window.deleteLater()


def run_window(path: Path | None) -> int:
    """Opens the window on `path`, or on the welcome page, and returns the exit code once the last one is closed."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    session = Session(application)
    session.open_window(path)
    code = application.exec()
    session.close()
    return code


def run(arguments: Sequence[str]) -> int:
    """Opens a window on the first of `arguments`, if there is one."""
    return run_window(Path(arguments[0]) if arguments else None)
