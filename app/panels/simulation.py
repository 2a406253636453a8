"""The simulation panel: run, watch, read the verdict, see what it rests on."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.background import KeptRun, Runner
from app.document import Document
from app.panels import figures
from app.panels.finding_detail import label
from app.panels.inputs import QuietComboBox
from app.panels.result_table import ResultTable
from app.panels.result_words import assumption_lines, expectation_line
from app.theme import Theme
from app.translation import translated
from models.architecture import Architecture, Scenario
from models.architecture.derived import journeys_in_force
from models.architecture.text import Text


class Board(Protocol):
    """The plots, as this panel sees them."""

    def show_series(
        self, series: Any, architecture: Architecture, journeys: Any, scenario: Scenario | None, duration_ms: float
    ) -> None: ...
    def wear(self, theme: Theme) -> None: ...
    def begin(self) -> None: ...


class SimulationPanel(QWidget):
    """Follows a `Runner`. `run_wanted` asks for a run of the scenario in force; `shown` carries the run in view."""

    run_wanted = Signal()
    shown = Signal(object)

    def __init__(self, document: Document, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document, self._runner = document, runner
        self._board: Any = None
        self._run: KeptRun | None = None
        self._watched: tuple[Architecture, Scenario | None, float] | None = None
        self.verdict = label("verdict")
        self.more = label("field")
        self.note = label("secondary")
        self.progress = QProgressBar()
        self.progress.setRange(0, 1000)
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the run"))
        self.runs = QuietComboBox()
        self.runs.setProperty("role", "tool")
        self.runs.setAccessibleName(self.tr("Runs"))
        self.runs.setMinimumWidth(180)
        self.runs.activated.connect(lambda index: self.show_run(self.runs.itemData(index)))
        self.again = QPushButton(self.tr("Run"))
        self.again.setProperty("role", "primary")
        self.again.clicked.connect(self.run_wanted)
        self.stop = QPushButton(self.tr("Stop"))
        self.stop.clicked.connect(runner.stop)
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.verdict)
        words.addWidget(self.more)
        words.addWidget(self.note)
        words.addWidget(self.progress)
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(self.runs, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.again, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignTop)
        self._plots = QStackedWidget()
        self._waiting = label("secondary")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._plots.addWidget(self._waiting)
        self.journeys = ResultTable()
        self.elements = ResultTable()
        self.expectations = label("body")
        self.assumed = label("assumed")
        self.ignored = label("assumed")
        facts = QWidget()
        column = QVBoxLayout(facts)
        column.setContentsMargins(16, 0, 16, 16)
        column.setSpacing(4)
        self._sections: dict[str, tuple[QLabel, QWidget]] = {}
        for name, title, content in (
            ("expectations", self.tr("Expectations"), self.expectations),
            ("journeys", self.tr("Journeys"), self.journeys),
            ("elements", self.tr("Elements"), self.elements),
            ("assumed", self.tr("Assumed, as nobody said"), self.assumed),
            ("ignored", self.tr("Not simulated yet"), self.ignored),
        ):
            head_label = QLabel(title.upper())
            head_label.setProperty("role", "section")
            head_label.setContentsMargins(0, 8, 0, 0)
            column.addWidget(head_label)
            column.addWidget(content)
            self._sections[name] = (head_label, content)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        area.setWidget(facts)
        self._facts = area
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        left = QWidget()
        around = QVBoxLayout(left)
        around.setContentsMargins(16, 0, 0, 0)
        around.addWidget(self._plots)
        self.splitter.addWidget(left)
        self.splitter.addWidget(area)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setSizes([880, 500])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(head)
        outer.addWidget(self.splitter, 1)
        runner.started.connect(self._began)
        runner.progressed.connect(lambda share: self.progress.setValue(round(share * 1000)))
        runner.snapshot.connect(self._show_snapshot)
        runner.finished.connect(self._finished)
        runner.failed.connect(self._broke)
        runner.stopped.connect(self._stopped)
        document.changed.connect(lambda changes: self._tell_age() if changes.meaning else None)
        self.clear()

    def wear(self, theme: Theme) -> None:
        if self._board is not None:
            self._board.wear(theme)

    def set_board(self, board: QWidget) -> None:
        """Takes the plots once they are loaded."""
        self._board = board
        self._plots.addWidget(board)
        self._waiting.setText("")
        if self._run is not None:
            self.show_run(self._run)

    def watch(self, architecture: Architecture, scenario: Scenario | None, duration_ms: float) -> None:
        """What the run that begins now is of."""
        self._watched = (architecture, scenario, duration_ms)

    def clear(self) -> None:
        """No run yet."""
        self._run = None
        self.runs.clear()
        self.runs.hide()
        self.progress.hide()
        self.stop.hide()
        self._tell(self.tr("Nothing has been run yet"))
        self.note.setText(self.tr("Run the scenario to see what load and faults do to this design."))
        self._waiting.setText("")
        self._plots.setCurrentWidget(self._waiting)
        self._facts.hide()

    def show_run(self, run: KeptRun) -> None:
        """Shows a finished run."""
        self._run = run
        result, architecture = run.result, run.architecture
        self._tell(translated(result.verdict) if isinstance(result.verdict, Text) else str(result.verdict))
        self._facts.show()
        self._show_facts(run)
        self._tell_age()
        self.runs.setCurrentIndex(self.runs.findData(run))
        if self._board is not None:
            scenario = architecture.scenario_by_id.get(run.scenario_id or "")
            journeys, _derived = journeys_in_force(architecture)
            self._board.show_series(result.series, architecture, journeys, scenario, result.duration_ms)
            self._plots.setCurrentWidget(self._board)
        self.shown.emit(run)

    def _began(self, title: str) -> None:
        self._tell(self.tr("Running {scenario}").format(scenario=title))
        self.note.setText("")
        self.progress.setValue(0)
        self._set_running(True)
        self._facts.verticalScrollBar().setValue(0)
        if self._board is None:
            self._waiting.setText(self.tr("The plots are being loaded."))
        else:
            self._board.begin()
        if self._runner.kernel in ("cold", "warming"):
            self.note.setText(self.tr("The simulator is getting ready; the first run waits for it."))

    def _set_running(self, running: bool) -> None:
        self.progress.setVisible(running)
        self.stop.setVisible(running)
        self.again.setVisible(not running)

    def _show_snapshot(self, snapshot: Any) -> None:
        if self._board is None or self._watched is None or not self._runner.running:
            return
        architecture, scenario, duration_ms = self._watched
        journeys, _derived = journeys_in_force(architecture)
        self._board.show_series(snapshot.series, architecture, journeys, scenario, duration_ms)
        self._plots.setCurrentWidget(self._board)
        self.note.setText(self.tr("At {time}").format(time=figures.milliseconds(snapshot.now_ms)))

    def _finished(self, run: KeptRun) -> None:
        self._set_running(False)
        self.runs.insertItem(0, self.tr("Run {number}: {title}").format(number=run.number, title=run.title), run)
        while self.runs.count() > len(self._runner.runs):
            self.runs.removeItem(self.runs.count() - 1)
        self.runs.setVisible(self.runs.count() > 1)
        self.show_run(run)

    def _broke(self, sentence: str) -> None:
        self._set_running(False)
        self._tell(self.tr("The run could not be done"))
        self.note.setText(sentence or self.tr("Something inside the simulator failed; the log has the details."))
        self._waiting.setText("")

    def _stopped(self) -> None:
        self._set_running(False)
        if self._run is not None:
            self.show_run(self._run)
        else:
            self.clear()
        self.note.setText(self.tr("Stopped before the end; nothing of it was kept."))

    def _tell(self, verdict: str) -> None:
        """The first sentence large, the others below it."""
        first, dot, rest = verdict.partition(". ")
        self.verdict.setText(first + dot.strip())
        self.more.setText(rest)
        self.more.setVisible(bool(rest))

    def _tell_age(self) -> None:
        run = self._run
        if run is None or self._runner.running:
            return
        result = run.result
        facts = [
            run.title,
            self.tr("{time} simulated").format(time=figures.milliseconds(result.duration_ms)),
            self.tr("seed {seed}").format(seed=result.seed),
            self.tr("{count} events in {time}").format(
                count=figures.count(result.events), time=figures.milliseconds(result.wall_s * 1000)
            ),
        ]
        if run.architecture is not self._document.architecture and _meaning(run.architecture) != _meaning(
            self._document.architecture
        ):
            facts.insert(0, self.tr("Of an earlier version of the model"))
        self.note.setText(" · ".join(facts))

    def _show_facts(self, run: KeptRun) -> None:
        result, architecture = run.result, run.architecture
        journeys, _derived = journeys_in_force(architecture)
        names = {journey.id: journey.name or journey.id for journey in journeys}
        self.journeys.show_rows(
            (
                self.tr("Journey"),
                self.tr("Offered"),
                self.tr("Goodput"),
                self.tr("Failed"),
                self.tr("Median"),
                self.tr("p99"),
                self.tr("Recovers in"),
            ),
            [
                (
                    names.get(journey_id, journey_id),
                    figures.count(told["offered"]),
                    figures.per_second(told["goodput_per_s"]),
                    figures.percent(told["failed"] / told["offered"] if told["offered"] else None),
                    figures.milliseconds(told["latency_ms"]["p50"]),
                    figures.milliseconds(told["latency_ms"]["p99"]),
                    figures.milliseconds(told["recovery_ms"]),
                )
                for journey_id, told in result.journeys.items()
            ],
        )
        busiest = sorted(result.elements.items(), key=lambda item: -(item[1]["utilisation"] or 0))[:12]
        self.elements.show_rows(
            (self.tr("Element"), self.tr("Busy"), self.tr("Waiting"), self.tr("Longest queue"), self.tr("Rejected")),
            [
                (
                    architecture.label(element_id),
                    figures.percent(told["utilisation"]),
                    figures.milliseconds(told["mean_wait_ms"]),
                    figures.count(told["max_queue"]),
                    figures.count(told["rejected"]),
                )
                for element_id, told in busiest
            ],
        )
        lines = [expectation_line(names, *told) for told in result.expectations]
        self.expectations.setText("\n".join(lines))
        self.assumed.setText("\n".join(assumption_lines(architecture, result.assumptions)))
        self.ignored.setText("\n".join(str(told) for told in result.ignored))
        for name, shown in (
            ("expectations", bool(lines)),
            ("assumed", bool(result.assumptions)),
            ("ignored", bool(result.ignored)),
        ):
            for widget in self._sections[name]:
                widget.setVisible(shown)


def _meaning(architecture: Architecture) -> tuple[Any, ...]:
    """What a run depends on."""
    a = architecture
    return (a.elements, a.links, a.profiles, a.journeys, a.scenarios)
