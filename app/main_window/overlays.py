"""What lies over the drawing: findings, a view of the analyser, how busy the last run was, or nothing."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.background.tags import VIEWS, Shown
from app.translation import translate

if TYPE_CHECKING:
    from app.main_window.window import MainWindow
    from models.analysis import Analysis
    from models.architecture import Architecture

NAMES = ("findings", *VIEWS, "busy", "none")


class Overlays(QObject):
    """Shows one overlay of a window at a time; views are worked out on another thread, and anew after each change."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self.name = "findings"
        self._analysed: Analysis | None = None
        self._busy: dict[str, float] = {}
        self._shown: Shown | None = None
        self._asked: tuple[str, Architecture] | None = None
        window.document.selection.changed.connect(self._show_tags)

    def show(self, name: str) -> None:
        """Shows "findings", a name of `VIEWS`, "busy" (how busy the run in view was) or "none"."""
        self.name = name
        field = self._window.toolbar.overlay
        field.setCurrentIndex(field.findData(name))
        self._show_badges()
        self._window.canvas.show_heat(self._busy if name == "busy" else None)
        self._shown = self._asked = None
        self._show_tags()
        self._work_out(self._window.document.architecture)
        self._window.shelf.refresh()

    def show_next(self) -> None:
        """The one after, around the end; how busy a run was only if there is a run."""
        offered = [name for name in NAMES if name != "busy" or self._busy]
        self.show(offered[(offered.index(self.name) + 1) % len(offered)])

    def show_busy(self, busy: dict[str, float]) -> None:
        """Takes the share of time that each element was busy in the run in view; empty for no run."""
        self._busy = busy
        self._window.toolbar.offer_busy(bool(busy))
        if self.name == "busy":
            self.show("busy" if busy else "findings")

    def follow(self, analysis: Analysis, architecture: Architecture) -> None:
        """Shows what is now true of the model."""
        self._analysed = analysis
        self._show_badges()
        self._work_out(architecture)

    def _show_badges(self) -> None:
        shown = self.name == "findings" and self._analysed is not None
        self._window.canvas.show_badges(self._analysed.by_part if shown and self._analysed is not None else {})

    def _work_out(self, architecture: Architecture) -> None:
        """Has the view worked out; of several asked for only the last is shown."""
        if self.name not in VIEWS or self._analysed is None:
            return
        asked = self._asked = (self.name, architecture)

        def work() -> Shown:
            found: Shown = import_module("app.background.overlays").work_out(*asked)
            return found

        def take(shown: Shown) -> None:
            if self._asked is asked:
                self._shown = shown
                self._show_tags()

        self._window.jobs.start(work, take)

    def _show_tags(self) -> None:
        if self.name not in VIEWS:
            self._window.canvas.show_tags({})
            return
        shown, ids = self._shown, self._window.document.selection.ids
        of_one = shown.of_one(ids[0]) if shown is not None and shown.of_one is not None and len(ids) == 1 else None
        view = VIEWS[self.name]
        key = f"{translate('overlays', view.title)}\n{translate('overlays', view.key)}"
        self._window.canvas.show_tags(of_one or (shown.tags if shown is not None else {}), key)
