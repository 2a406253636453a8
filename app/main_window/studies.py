"""Runs, fixes and accepted risks: what the window does with findings and simulation results."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.background.demonstration import Demonstrator
from app.background.fixing import all_safe_fixed
from app.dialogs.accept_risk import AcceptRisk
from app.theme import Theme
from app.translation import translated
from models.architecture import ASSUMPTIONS, Architecture, Scenario, edits
from models.architecture.owners import owner_of

if TYPE_CHECKING:
    from app.main_window.window import MainWindow
    from app.panels.journeys import JourneysPanel
    from app.panels.scenarios import ScenariosPanel
    from app.panels.simulation import SimulationPanel
    from models.analysis import Finding


_LOG = logging.getLogger(__name__)
LAST_OWNER = "last_risk_owner"
"""The setting that keeps who answered for the risk accepted last."""


class Studies(QObject):
    """Belongs to one window."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._scenario_id = ""
        self._built = self._plots_loaded = False
        window.bottom.add("simulation", self.tr("Simulation"))
        window.bottom.add("scenarios", self.tr("Scenarios"))
        window.bottom.add("journeys", self.tr("Journeys"))
        window.findings.accept_wanted.connect(self.accept)
        window.findings.demonstrate_wanted.connect(self._demonstrate)
        self.demonstrator = Demonstrator(self)
        self.demonstrator.progressed.connect(lambda _finding, share: window.findings.detail.show_demonstrating(share))
        self.demonstrator.finished.connect(self._demonstrated)
        self.demonstrator.failed.connect(self._not_demonstrated)
        window.toolbar.scenario_chosen.connect(self.choose_scenario)
        window.files.opened.connect(self._opened)

    def build(self) -> None:
        """Makes the three panels, which the first frame does without, as what they import takes its time."""
        window, document, runner = self._window, self._window.document, self._window.runner
        self.simulation: SimulationPanel = import_module("app.panels.simulation").SimulationPanel(document, runner)
        self.scenarios: ScenariosPanel = import_module("app.panels.scenarios").ScenariosPanel(document, window.theme)
        self.journeys: JourneysPanel = import_module("app.panels.journeys").JourneysPanel(document)
        window.bottom.fill("simulation", self.simulation)
        window.bottom.fill("scenarios", self.scenarios)
        window.bottom.fill("journeys", self.journeys)
        self.simulation.run_wanted.connect(self.run)
        self.simulation.shown.connect(lambda run: window.overlays.show_busy(_busy(run.result)))
        self.scenarios.run_wanted.connect(self._run_this)
        self.scenarios.chosen.connect(self.choose_scenario)
        self.journeys.path_shown.connect(window.canvas.show_path)
        runner.started.connect(lambda _title: self._show_running(True))
        runner.finished.connect(lambda _run: self._show_running(False))
        runner.failed.connect(lambda _told: self._show_running(False))
        runner.stopped.connect(lambda: self._show_running(False))
        window.bottom.shown.connect(lambda name: window.after(0, self.load_plots) if name == "simulation" else None)
        self._built = True

    def wear(self, theme: Theme) -> None:
        if self._built:
            self.simulation.wear(theme)
            self.scenarios.wear(theme)

    def load_plots(self) -> None:
        """Puts the plots into the simulation panel when they are first needed.

        On the window's thread: Qt's classes are made ready when they are first looked at, which pyqtgraph does to all
        of them as it is imported, and which crashes when it happens on two threads at once.
        """
        if not self._plots_loaded:
            self._plots_loaded = True
            plots = import_module("app.plots")
            self.simulation.set_board(plots.PlotBoard(self._window.theme))

    def results(self) -> tuple[Any, ...]:
        """The results of runs of the model as it is, the newest of each scenario, for the report."""
        current = self._window.document.architecture
        newest = {run.scenario_id: run.result for run in self._window.runner.runs if run.architecture is current}
        return tuple(newest.values())

    @property
    def scenario(self) -> Scenario | None:
        """The scenario in force: the one chosen, else the model's first."""
        scenarios = self._window.document.architecture.scenarios
        chosen = [scenario for scenario in scenarios if scenario.id == self._scenario_id]
        return next(iter([*chosen, *scenarios]), None)

    def choose_scenario(self, scenario_id: str) -> None:
        self._scenario_id = scenario_id
        self._window.toolbar.show_scenario(scenario_id)
        self.scenarios.show_scenario(scenario_id)

    def run(self) -> None:
        """Runs the scenario in force on the model as it is."""
        window, scenario = self._window, self.scenario
        architecture = window.document.architecture
        title = architecture.label(scenario.id) if scenario is not None else self.tr("120 s, no faults")
        duration = scenario.duration_ms if scenario is not None else None
        duration = duration or ASSUMPTIONS["scenario"]["duration_ms"]
        self.simulation.watch(architecture, scenario, duration)
        if window.runner.start(architecture, scenario, title):
            window.show_tab("simulation")
            window.after(0, self.load_plots)

    def add_scenario(self) -> None:
        self._window.show_tab("scenarios")
        self.scenarios.add()

    def add_journey(self) -> None:
        self._window.show_tab("journeys")
        self.journeys.add()

    def _run_this(self, scenario_id: str) -> None:
        self.choose_scenario(scenario_id)
        self.run()

    def _show_running(self, running: bool) -> None:
        self._window.toolbar.show_running(running)
        self._window.shelf.refresh()

    def _opened(self) -> None:
        self._scenario_id = ""
        self._window.runner.forget()
        self._window.overlays.show_busy({})
        if self._built:
            self.simulation.clear()

    def accept(self, finding: Finding | None) -> None:
        """Asks why a risk is acceptable and keeps the answer in the model."""
        if finding is None:
            return
        title = f"{finding.rule} · {translated(finding.name)}"
        waiver = finding.waived
        dialog = AcceptRisk(
            self._window,
            title,
            translated(finding.message),
            reason=(waiver.reason if waiver is not None else None) or "",
            owner=(waiver.owner if waiver is not None else None) or self._owner_of(finding),
        )
        dialog.accepted.connect(lambda: self._accepted(finding, dialog))
        dialog.open()

    def _demonstrate(self, finding: Finding | None, architecture: Architecture | None) -> None:
        if finding is None or architecture is None:
            self.demonstrator.stop()
        else:
            self.demonstrator.start(architecture, finding)

    def _demonstrated(self, _finding_id: str, shown: Any) -> None:
        told = [translated(shown.verdict), *(translated(note) for note in shown.notes)]
        self._window.findings.detail.end_demonstration("\n\n".join(told))

    def _not_demonstrated(self, _finding_id: str, problem: Any) -> None:
        told = (
            translated(problem)
            if problem
            else self.tr("Something inside the simulator failed; the log has the details.")
        )
        self._window.findings.detail.end_demonstration(told)

    def _owner_of(self, finding: Finding) -> str:
        """Who owns the first part of a finding that somebody owns, else whoever answered for the last risk."""
        architecture = self._window.document.architecture
        owned = (owner_of(architecture, element_id) for element_id in finding.elements)
        return next((owner for owner in owned if owner), self._window.settings.text(LAST_OWNER))

    def _accepted(self, finding: Finding, dialog: AcceptRisk) -> None:
        answer = dialog.acceptance()
        self._window.settings.set(LAST_OWNER, answer.owner)

        def edit(architecture: Architecture) -> Architecture:
            for each in finding.each():
                architecture = edits.waive(
                    architecture, each.id, reason=answer.reason, owner=answer.owner, until=answer.until
                )
            return architecture

        title = self.tr("Accept the risk of {finding}").format(finding=translated(finding.name))
        self._window.document.apply(edit, title)

    def fix_all_safe(self) -> None:
        """Works out what the model becomes by every safe fix, and takes that over as one undo step."""
        analysis = self._window.analysis.latest
        if analysis is not None:
            self._fix(analysis.findings)

    def _fix(self, findings: tuple[Finding, ...]) -> None:
        architecture, diagram_id = self._window.document.architecture, self._window.document.diagram_id
        self._window.status.show_job(self.tr("applying fixes"))
        self._window.jobs.start(
            lambda: all_safe_fixed(architecture, findings, diagram_id),
            lambda done: self._fixed(architecture, findings, *done),
            self._not_fixed,
        )

    def _not_fixed(self, error: Exception) -> None:
        _LOG.error("fixes could not be applied", exc_info=error)
        self._window.status.show_job("")

    def _fixed(self, of: Architecture, findings: tuple[Finding, ...], after: Architecture, applied: int) -> None:
        """Takes over what the fixes lead to; when someone changed the model meanwhile, they are applied to that."""
        document = self._window.document
        if document.architecture is not of:
            self._fix(findings)
            return
        self._window.status.show_job("")
        if document.apply(lambda _architecture: after, self.tr("Apply all safe fixes")):
            told = (
                self.tr("1 safe fix applied.")
                if applied == 1
                else self.tr("{count} safe fixes applied as one step.").format(count=applied)
            )
        else:
            told = self.tr("There is no safe fix to apply.")
        self._window.notice.tell(told)


def _busy(result: Any) -> dict[str, float]:
    """Element id -> share of time its workers were busy, 0..1."""
    shares = {part: told["utilisation"] for part, told in result.elements.items()}
    return {part: min(share, 1.0) for part, share in shares.items() if share is not None}
