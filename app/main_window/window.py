"""The main window: puts panels, canvas and bars together and wires their signals."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QMainWindow,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.actions import Shelf
from app.background import Jobs, LiveAnalysis, Runner
from app.canvas import CanvasView, Minimap
from app.dialogs.reading import Reading
from app.document import Document
from app.main_window.bottom import Bottom
from app.main_window.desk import WindowDesk
from app.main_window.empty_hint import EmptyHint
from app.main_window.files import Files
from app.main_window.judging import let_go, opened, with_members
from app.main_window.overlays import Overlays
from app.main_window.status import Status
from app.main_window.studies import Studies
from app.main_window.toolbar import Toolbar
from app.panels.findings import FindingsPanel
from app.panels.inspector import Inspector
from app.panels.notice import NoticeBar
from app.panels.outline import Outline
from app.panels.palette import Palette
from app.panels.welcome import Welcome
from app.settings import Settings
from app.theme import Theme
from models.architecture import Architecture
from models.architecture.edits.readiness import make_ready

if TYPE_CHECKING:
    from models.analysis import Analysis

STATE_VERSION = 1
SMALLEST_CENTRE = (240, 96)
ROOM_FOR_MAP = (480, 280)
"""A drawing smaller than this needs the place of the overview map for itself."""
TITLE_BAR = 40
"""Pixels to leave for the frame that a window manager draws."""


class MainWindow(QMainWindow):
    """One model on the screen. `theme_wanted` carries a setting ("light", "dark", "system"), `closed` the window."""

    theme_wanted = Signal(str)
    window_wanted = Signal(object)
    closed = Signal(object)

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__()
        self.settings, self.theme = settings, theme
        self.document = Document(self)
        self.jobs = Jobs(2, self)
        self.analysis = LiveAnalysis(self.document)
        self.runner = Runner(self)
        self.canvas = CanvasView(self.document, theme)
        self.canvas.clipboard.elsewhere = self.jobs.start
        self.desk = WindowDesk(self)
        self.shelf = Shelf(self.desk, self, theme)
        self.files = Files(self.document, settings, self.jobs, self)
        self.minimap_wanted = True
        self.legend_visible = False
        self._started = False
        self._build(theme)
        self.overlays = Overlays(self)
        self.studies = Studies(self)
        self._wire()
        self._restore()
        self.retitle()
        self.show_welcome()
        self.shelf.refresh()

    def _build(self, theme: Theme) -> None:
        self.setObjectName("loadpath")
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(False)
        room = self.screen().availableGeometry()
        self.resize(min(1440, room.width()), min(900, room.height() - TITLE_BAR))
        self.toolbar = Toolbar(self.document, self.shelf, theme)
        self.setMenuWidget(self.toolbar)
        self.palette_panel = Palette(theme)
        self.outline = Outline(self.document, theme)
        left = QWidget()
        left.setProperty("role", "panel")
        left.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        kinds = QScrollArea()
        kinds.setWidgetResizable(True)
        kinds.setFrameShape(QFrame.Shape.NoFrame)
        kinds.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        kinds.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        kinds.setSizeAdjustPolicy(QScrollArea.SizeAdjustPolicy.AdjustToContents)
        kinds.setWidget(self.palette_panel)
        kinds.setMinimumHeight(64)
        column.addWidget(kinds, 3)
        column.addWidget(self.outline, 1)
        self.outline.setMinimumHeight(96)
        left.setMinimumSize(196, 160)
        self.inspector = Inspector(self.document, theme)
        self.inspector.setMinimumWidth(312)
        self.findings = FindingsPanel(self.document, theme, self.jobs)
        self.bottom = Bottom(self.shelf, theme)
        self.bottom.setMinimumHeight(96)
        self.bottom.add("findings", self.tr("Findings"), self.findings)
        self.status = Status(self.shelf)
        self.setStatusBar(self.status)
        self.docks = {
            "left": self._dock("left", left, Qt.DockWidgetArea.LeftDockWidgetArea),
            "inspector": self._dock("inspector", self.inspector, Qt.DockWidgetArea.RightDockWidgetArea),
            "bottom": self._dock("bottom", self.bottom, Qt.DockWidgetArea.BottomDockWidgetArea),
        }
        self.resizeDocks([self.docks["left"], self.docks["inspector"]], [196, 328], Qt.Orientation.Horizontal)
        self.resizeDocks([self.docks["bottom"]], [min(280, self.height() * 3 // 8)], Qt.Orientation.Vertical)
        self.minimap = Minimap(self.canvas, self.canvas)
        self.minimap.resize(128, 88)
        self.empty_hint = EmptyHint(self.document, self.canvas)
        self.canvas.installEventFilter(self)
        self.welcome = Welcome(self.settings, theme)
        self.centre = QStackedWidget()
        self.centre.addWidget(self.canvas)
        self.centre.addWidget(self.welcome)
        middle = QWidget()
        inside = QVBoxLayout(middle)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(0)
        inside.addWidget(self.centre, 1)
        self.notice = NoticeBar(theme, middle)
        self.centre.setMinimumSize(*SMALLEST_CENTRE)
        self.setCentralWidget(middle)

    def _dock(self, name: str, content: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(self)
        dock.setObjectName(f"dock-{name}")
        dock.setFeatures(QDockWidget.DockWidgetFeature.NoDockWidgetFeatures)
        bar = QWidget()
        bar.setFixedHeight(0)
        dock.setTitleBarWidget(bar)
        dock.setWidget(content)
        self.addDockWidget(area, dock)
        return dock

    def _wire(self) -> None:
        document, canvas = self.document, self.canvas
        document.notice.connect(lambda told: self.notice.tell(told, "warning"))
        document.changed.connect(self._changed)
        document.modified_changed.connect(lambda _modified: self.retitle())
        document.path_changed.connect(self.retitle)
        document.history_changed.connect(self.shelf.refresh)
        document.selection.changed.connect(self.shelf.refresh)
        self.files.told.connect(lambda told, severity, choices: self.notice.tell(told, severity, *choices))
        self.files.asked.connect(lambda told, choices: self.notice.ask(told, *choices))
        self.files.working.connect(self.status.show_job)
        self.files.opened.connect(self.show_model)
        self.files.import_notes.connect(self._show_import_notes)
        canvas.zoom_changed.connect(self.status.show_zoom)
        canvas.hint.connect(self.status.show_hint)
        canvas.tool_changed.connect(self.palette_panel.show_armed)
        canvas.context_menu_requested.connect(self._open_context_menu)
        canvas.style_used.connect(lambda _style: self._style_changed())
        self.toolbar.style_chosen.connect(self.draw_in_style)
        self.palette_panel.armed.connect(self._arm)
        self.outline.revealed.connect(canvas.select_and_show)
        self.toolbar.overlay.activated.connect(lambda _index: self.overlays.show(self.toolbar.overlay.currentData()))
        self.analysis.steps = (self._show_findings, self._show_findings_of_selection, self._show_health)
        self.analysis.state_changed.connect(self.status.show_analysis)
        self.findings.path_shown.connect(canvas.show_path)
        self.findings.parts_shown.connect(canvas.show_parts)
        self.findings.chosen.connect(self.shelf.refresh)
        self.findings.counted.connect(self._count_findings)
        self.findings.revealed.connect(self._reveal)
        self.inspector.finding_picked.connect(self._show_finding)
        self.welcome.asked.connect(lambda name: self.begin_drawing() if name == "new" else self.shelf[name].trigger())
        self.welcome.sample_asked.connect(self.files.open_sample)
        self.welcome.recent_asked.connect(self.files.open)
        self.runner.kernel_changed.connect(self.status.show_kernel)
        self._style_changed()
        self.status.show_zoom(canvas.zoom_factor)

    # What is seen

    def wear(self, theme: Theme) -> None:
        """Shows everything in another theme."""
        self.theme = theme
        self.canvas.set_theme(theme)
        self.minimap.set_theme(theme)
        for part in (self.toolbar, self.palette_panel, self.outline, self.inspector, self.findings, self.bottom):
            part.wear(theme)
        for more in (self.notice, self.welcome, self.shelf, self.studies):
            more.wear(theme)

    def show_welcome(self) -> None:
        self.centre.setCurrentWidget(self.welcome)
        self.welcome.buttons["new"].setFocus()

    def show_canvas(self) -> None:
        self.centre.setCurrentWidget(self.canvas)

    def settle(self) -> None:
        """Loads what the first frame did not need, and begins to work in the background."""
        self.studies.build()
        analysis = import_module("models.analysis")
        self.findings.use(analysis.find_rule, import_module("app.background.preview").preview)
        advisor = import_module("app.panels.advisor")
        self.inspector.use(advisor.AdvisorSection(self.document, self.jobs, self.theme))
        self.jobs.start(make_ready, lambda _nothing: None)
        self.analysis.begin(opened(analysis.analyse), let_go, with_members)
        self.runner.warm_up()
        self._prepare()

    def _prepare(self) -> None:
        """Makes what will be wanted soon, a little at a time."""
        if self.inspector.prepare():
            self.after(10, self._prepare)

    def begin_drawing(self) -> None:
        """An empty canvas, ready to draw on."""
        self.files.new()

    def show_model(self) -> None:
        """Shows the model that was just opened, all of it."""
        self.notice.clear_news()
        self.centre.setCurrentWidget(self.canvas)
        self.findings.clear_filters()
        self.findings.clear_current()
        QTimer.singleShot(0, self.canvas, self.canvas.fit)
        self.canvas.setFocus()

    def retitle(self) -> None:
        self.setWindowTitle(f"{self.document.title}[*] · Loadpath")
        self.setWindowModified(self.document.is_modified)
        self.setWindowFilePath("" if self.document.path is None else str(self.document.path))

    def _changed(self, changes: Any) -> None:
        self.notice.clear_news(answered_too=False)
        if self.centre.currentWidget() is self.welcome and (changes.added or changes.changed):
            self.centre.setCurrentWidget(self.canvas)
        self.retitle()

    def _style_changed(self) -> None:
        self.toolbar.show_style(self.canvas.current_style)

    def use_style(self, style: Any) -> None:
        """New links are drawn in `style`, and selected ones get it."""
        links = [part for part in self.document.selection.ids if part in self.document.architecture.link_by_id]
        if links:
            self.canvas.retag_selected(style)
        self.draw_in_style(style)

    def draw_in_style(self, style: Any) -> None:
        """New links are drawn in `style`; links that are there already stay as they are."""
        self.canvas.current_style = style
        self._style_changed()

    def _arm(self, kind: str) -> None:
        self.centre.setCurrentWidget(self.canvas)
        self.canvas.set_tool(kind or None)
        if kind:
            self.canvas.setFocus()

    def _open_context_menu(self, place: QPoint, part_id: str | None) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.shelf.refresh()
        edit = {"cut", "copy", "paste", "duplicate", "delete", "rename", "select-all", "fit"}
        if part_id in self.document.architecture.link_by_id:
            edit = {"rename", "delete", "reverse", "explicit", "advise"}
            edit |= {name for name in self.shelf.actions if name.startswith("style-")}
        elif part_id is not None:
            edit = {"cut", "copy", "duplicate", "delete", "rename", "group", "ungroup", "tidy-selected"}
            if len(self.document.selection.ids) > 1:
                edit |= {name for name in self.shelf.actions if name.startswith(("align-", "spread-"))}
        self.shelf.fill(menu, lambda action: action.id in edit)
        menu.popup(place)

    def _show_import_notes(self, notes: list[str]) -> None:
        Reading(self, self.tr("What the import guessed and left out"), [(note, "") for note in notes]).open()

    # Findings

    def _show_findings(self, analysis: Analysis, architecture: Architecture) -> None:
        self.findings.show_analysis(analysis, architecture)

    def _show_findings_of_selection(self, analysis: Analysis, _architecture: Architecture) -> None:
        self.inspector.show_analysis(analysis)

    def _show_health(self, analysis: Analysis, architecture: Architecture) -> None:
        self.status.show_health(analysis.summary)
        self.overlays.follow(analysis, architecture)
        self.shelf.refresh()

    def _count_findings(self, count: int) -> None:
        self.bottom.retitle(
            "findings", self.tr("Findings {count}").format(count=count) if count else self.tr("Findings")
        )

    def _show_finding(self, finding_id: str) -> None:
        self.show_tab("findings")
        self.findings.show_finding(finding_id)

    def _reveal(self, finding: Any) -> None:
        parts = finding.links or finding.elements
        if parts:
            self.canvas.select_and_show(parts[0])

    # Panels

    def show_tab(self, name: str) -> None:
        self.docks["bottom"].show()
        self.bottom.show_tab(name).setFocus()

    def toggle_panel(self, name: str) -> None:
        if name == "minimap":
            self.minimap_wanted = not self.minimap_wanted
            self.place_minimap()
        else:
            self.docks[name].setVisible(self.docks[name].isHidden())

    def panel_shown(self, name: str) -> bool:
        return self.minimap_wanted if name == "minimap" else not self.docks[name].isHidden()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.canvas and event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self.place_minimap()
        return super().eventFilter(watched, event)

    def place_minimap(self) -> None:
        room = self.canvas.rect()
        fits = room.width() >= ROOM_FOR_MAP[0] and room.height() >= ROOM_FOR_MAP[1]
        self.minimap.setVisible(self.minimap_wanted and fits)
        self.minimap.move(room.right() - self.minimap.width() - 16, room.bottom() - self.minimap.height() - 12)

    # Begin and end

    def _restore(self) -> None:
        if not (geometry := self.settings.state("window/geometry")).isEmpty():
            self.restoreGeometry(geometry)
        if not (state := self.settings.state("window/state")).isEmpty():
            self.restoreState(state, STATE_VERSION)
        if self.settings.flag("window/minimap-hidden"):
            self.minimap_wanted = False

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.files.may_leave():
            event.ignore()
            return
        self.settings.set("window/geometry", self.saveGeometry())
        self.settings.set("window/state", self.saveState(STATE_VERSION))
        self.settings.set("window/minimap-hidden", not self.minimap_wanted)
        self.end()
        event.accept()
        self.closed.emit(self)

    def end(self) -> None:
        """Stops all work in the background."""
        self.runner.close()
        self.studies.demonstrator.close()
        self.analysis.close()
        self.jobs.close()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        event.acceptProposedAction()
        self.files.open_dropped(paths)

    def after(self, milliseconds: int, do: Callable[[], None]) -> None:
        """Does something a little later, unless the window is gone by then."""
        QTimer.singleShot(milliseconds, self, do)
