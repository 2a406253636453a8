"""The window as actions see it: every `Desk` method, handed on to the part of the window that does it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt

from app.actions import Desk
from app.dialogs.about import show_about
from app.dialogs.commands import CommandPalette
from app.dialogs.shortcuts import show_shortcuts
from app.dialogs.trust import show_trust
from app.document import Clipboard, Document
from app.settings import Settings
from models.architecture import Architecture
from models.architecture.diagram.geometry import Rect
from models.architecture.diagram.layout import tidy
from models.architecture.links import LinkStyle

if TYPE_CHECKING:
    from app.canvas import CanvasView
    from app.main_window.window import MainWindow

translate = QCoreApplication.translate


class CanvasDrawing:
    """The canvas, with what actions ask of it by another name."""

    def __init__(self, canvas: CanvasView) -> None:
        self._canvas = canvas
        self.fit = canvas.fit
        self.zoom_in, self.zoom_out = canvas.zoom_in, canvas.zoom_out
        self.zoom_to_selection = canvas.zoom_to_selection
        self.rename = canvas.rename
        self.set_legend_visible = canvas.set_legend_visible

    @property
    def current_style(self) -> LinkStyle:
        return self._canvas.current_style

    @current_style.setter
    def current_style(self, style: LinkStyle) -> None:
        self._canvas.current_style = style

    def boxes(self, ids: Iterable[str]) -> dict[str, Rect]:
        """Where elements stand on the drawing."""
        known = self._canvas.mirror.boxes
        return {part: known[part] for part in ids if part in known}

    def zoom_to_actual_size(self) -> None:
        self._canvas.zoom_to(1.0)

    def set_tool(self, kind: str | None) -> None:
        self._canvas.window().show_canvas()  # type: ignore[attr-defined]  # the window of a canvas is a MainWindow
        self._canvas.set_tool(kind)
        self._canvas.setFocus()


class WindowDesk:
    """Knows one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self.drawing = CanvasDrawing(window.canvas)

    @property
    def document(self) -> Document:
        return self._window.document

    @property
    def clipboard(self) -> Clipboard:
        return self._window.canvas.clipboard

    @property
    def settings(self) -> Settings:
        return self._window.settings

    @property
    def simulating(self) -> bool:
        return self._window.runner.running

    @property
    def finding_selected(self) -> bool:
        return self._window.findings.current is not None

    @property
    def legend_visible(self) -> bool:
        return self._window.legend_visible

    @property
    def overlay(self) -> str:
        return self._window.overlays.name

    @property
    def has_run(self) -> bool:
        return bool(self._window.runner.runs)

    def new_model(self) -> None:
        self._window.files.new()

    def choose_model(self) -> None:
        self._window.files.choose()

    def open_path(self, path: Path) -> None:
        self._window.files.open(path)

    def open_sample(self, name: str) -> None:
        self._window.files.open_sample(name)

    def save(self) -> bool:
        return self._window.files.save()

    def save_as(self) -> bool:
        return self._window.files.save_as()

    def revert(self) -> None:
        self._window.files.revert()

    def recover(self) -> None:
        self._window.files.recover()

    def choose_import(self, *, folder: bool) -> None:
        self._window.files.choose_import(folder=folder)

    def choose_export(self, suffix: str) -> None:
        self._window.files.choose_export(suffix, self._window.theme.name)

    def choose_report(self) -> None:
        self._window.files.choose_report(self._window.studies.results())

    def close_window(self) -> None:
        self._window.close()

    def new_window(self) -> None:
        self._window.window_wanted.emit(None)

    def show_welcome(self) -> None:
        self._window.show_welcome()

    def show_commands(self) -> None:
        CommandPalette(self._window, self._window.shelf).open_centred()

    def show_shortcuts(self) -> None:
        show_shortcuts(self._window, self._window.shelf)

    def show_trust(self) -> None:
        show_trust(self._window)

    def show_about(self) -> None:
        show_about(self._window)

    def show_menu(self) -> None:
        self._window.toolbar.open_menu()

    def panel_shown(self, name: str) -> bool:
        return self._window.panel_shown(name)

    def toggle_panel(self, name: str) -> None:
        self._window.toggle_panel(name)

    def show_tab(self, name: str) -> None:
        self._window.show_tab(name)

    def search_findings(self) -> None:
        self._window.show_tab("findings")
        self._window.findings.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._window.findings.search.selectAll()

    def focus_canvas(self) -> None:
        self._window.show_canvas()
        self._window.canvas.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_inspector(self) -> None:
        self._window.docks["inspector"].show()
        self._window.inspector.focus_first()

    def advise(self) -> None:
        self._window.docks["inspector"].show()
        self._window.inspector.advise()

    def set_theme(self, name: str) -> None:
        self._window.settings.theme = name
        self._window.theme_wanted.emit(name)

    def set_legend_visible(self, visible: bool) -> None:
        self._window.legend_visible = visible
        self._window.canvas.set_legend_visible(visible)

    def set_overlay(self, name: str) -> None:
        self._window.overlays.show(name)

    def show_next_overlay(self) -> None:
        self._window.overlays.show_next()

    def use_style(self, style: LinkStyle) -> None:
        self._window.use_style(style)

    def tidy(self, *, only_selected: bool) -> None:
        document = self.document
        ids = [part for part in document.selection.ids if part in document.architecture.element_by_id]

        def edit(architecture: Architecture) -> Architecture:
            return tidy(architecture, document.diagram_id, ids if only_selected else None)

        if document.apply(edit, translate("actions", "Lay out the drawing")) and not only_selected:
            self._window.canvas.fit()

    def run_simulation(self) -> None:
        self._window.studies.run()

    def stop_simulation(self) -> None:
        self._window.runner.stop()

    def add_scenario(self) -> None:
        self._window.studies.add_scenario()

    def add_journey(self) -> None:
        self._window.studies.add_journey()

    def step_finding(self, by: int) -> None:
        self._window.show_tab("findings")
        self._window.findings.step(by)

    def fix_finding(self) -> None:
        self._window.findings.apply_first_fix()

    def fix_all_safe(self) -> None:
        self._window.studies.fix_all_safe()

    def explain_finding(self) -> None:
        self._window.show_tab("findings")
        self._window.findings.toggle_help()

    def accept_finding(self) -> None:
        self._window.studies.accept(self._window.findings.current)


def as_desk(desk: WindowDesk) -> Desk:
    """Holds `WindowDesk` to the protocol: a method that is missing is a type error here."""
    return desk
