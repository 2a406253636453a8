"""Work off the window's thread: answers arrive on the window's, stale ones are dropped, what breaks is contained."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.background import Jobs, LiveAnalysis, Runner
from app.background.preview import preview
from app.document import Document
from app.main_window.judging import opened, with_members
from models import resources, simulation
from models.analysis import Analysis, Cancelled, analyse
from models.analysis.roll_up import RolledUp
from models.architecture import Architecture, Client, Service, SyncLink, edits
from models.formats import native


@pytest.fixture
def jobs(qapp: QApplication) -> Iterator[Jobs]:
    made = Jobs(1)
    yield made
    made.close()


def test_an_answer_comes_back_on_the_thread_that_asked(jobs: Jobs, qtbot: QtBot) -> None:
    where: list[threading.Thread] = []
    asked: list[threading.Thread] = []
    jobs.start(lambda: where.append(threading.current_thread()), lambda _none: asked.append(threading.current_thread()))
    qtbot.waitUntil(lambda: bool(asked))
    assert asked == [threading.main_thread()]
    assert where[0] is not threading.main_thread()


def test_what_breaks_goes_to_whoever_asked(jobs: Jobs, qtbot: QtBot) -> None:
    told: list[Exception] = []
    jobs.start(lambda: 1 // 0, lambda _answer: None, told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert isinstance(told[0], ZeroDivisionError)


def test_nothing_arrives_after_closing(qapp: QApplication, qtbot: QtBot) -> None:
    jobs = Jobs(1)
    arrived: list[int] = []
    jobs.start(lambda: 1, arrived.append)
    jobs.close()
    qtbot.wait(50)
    assert arrived == []


class Judge:
    """Stands in for the analysis: counts, and may wait or break."""

    def __init__(self) -> None:
        self.seen: list[Architecture] = []
        self.gate = threading.Event()
        self.gate.set()
        self.broken = False

    def __call__(self, architecture: Architecture, *, cancelled: Any) -> int:
        self.seen.append(architecture)
        self.gate.wait(10)
        if self.broken:
            raise RuntimeError("no")
        return len(architecture.elements)


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
def live(qapp: QApplication, judge: Judge) -> Iterator[tuple[Document, LiveAnalysis]]:
    document = Document()
    analysis = LiveAnalysis(document, judge)
    yield document, analysis
    judge.gate.set()
    analysis.close()


def add(document: Document, name: str) -> None:
    document.apply(lambda a: edits.add_element(a, Service(id=name)), name)


def test_every_change_of_meaning_is_judged_and_a_burst_only_once(
    live: tuple[Document, LiveAnalysis], judge: Judge, qtbot: QtBot
) -> None:
    document, analysis = live
    for name in ("a", "b", "c"):
        add(document, name)
    qtbot.waitUntil(lambda: analysis.state == "current")
    assert analysis.latest == 3
    assert len(judge.seen) == 1


def test_moving_a_box_judges_nothing(live: tuple[Document, LiveAnalysis], judge: Judge, qtbot: QtBot) -> None:
    document, analysis = live
    add(document, "a")
    qtbot.waitUntil(lambda: analysis.state == "current")
    document.apply(lambda a: edits.place(a, document.diagram_id, {"a": (80.0, 80.0)}), "Move")
    qtbot.wait(80)
    assert len(judge.seen) == 1


def test_an_answer_to_an_older_model_is_dropped(
    live: tuple[Document, LiveAnalysis], judge: Judge, qtbot: QtBot
) -> None:
    document, analysis = live
    told: list[int] = []
    analysis.analysed.connect(lambda answer, _architecture: told.append(answer))
    judge.gate.clear()
    add(document, "a")
    qtbot.waitUntil(lambda: len(judge.seen) == 1)
    add(document, "b")
    judge.gate.set()
    qtbot.waitUntil(lambda: analysis.state == "current")
    assert told == [2]


def test_the_analysis_gives_way_to_the_window_and_is_made_whole(
    qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    document = Document()
    document.load(native.load(resources.path("samples", "music-shop.loadpath.json")).architecture)

    def judge(architecture: Architecture, *, cancelled: Callable[[], bool]) -> Analysis:
        def noted() -> bool:
            asked.append(cancelled())
            return asked[-1]

        return opened(analyse)(architecture, cancelled=noted)

    live = LiveAnalysis(document)
    waited: list[None] = []
    monkeypatch.setattr(document.turns, "give_way", lambda: waited.append(None))
    live.begin(judge, complete=with_members)
    qtbot.waitUntil(lambda: live.state == "current", timeout=30_000)
    rolled = [finding for finding in live.latest.findings if isinstance(finding, RolledUp)]
    assert rolled
    qtbot.waitUntil(lambda: all(finding.made for finding in rolled), timeout=30_000)
    live.close()
    assert len(waited) >= len(asked) > len(live.latest.findings)
    assert {"by_part", "by_subject"} <= vars(live.latest).keys()
    assert all({"elements", "links"} <= vars(finding).keys() for finding in rolled)
    alone = analyse(document.architecture)
    assert live.latest.each == alone.each
    assert live.latest.by_subject == alone.by_subject


def test_getting_an_analysis_ready_can_be_stopped() -> None:
    analysis = analyse(native.load(resources.path("samples", "music-shop.loadpath.json")).architecture)
    assert any(finding.stands_for_many for finding in analysis.findings)
    with pytest.raises(Cancelled):
        analysis.make_ready(lambda: True)
    assert "by_subject" not in vars(analysis)
    analysis.make_members(lambda: True)
    assert analysis.made() == list(analysis.findings)
    analysis.make_members(lambda: False)
    assert {*map(id, analysis.each)} <= {*map(id, analysis.made())}


def test_an_analysis_that_breaks_is_logged_and_the_next_one_works(
    live: tuple[Document, LiveAnalysis], judge: Judge, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    document, analysis = live
    judge.broken = True
    add(document, "a")
    qtbot.waitUntil(lambda: analysis.state == "failed")
    assert "the analysis failed" in caplog.text
    caplog.clear()
    judge.broken = False
    add(document, "b")
    qtbot.waitUntil(lambda: analysis.state == "current")


def call() -> Architecture:
    return Architecture(
        elements=(Client(id="user"), Service(id="order"), Service(id="payment")),
        links=(
            SyncLink(id="user-order", source="user", target="order", timeout_ms=2000.0),
            SyncLink(id="order-payment", source="order", target="payment", timeout_ms="none"),
        ),
    )


def test_a_preview_tells_what_a_fix_removes_and_brings() -> None:
    before = call()
    finding = next(f for f in analyse(before).findings if f.id == "R01:order-payment")
    told = preview(before, finding.fixes[0])
    assert "R01:order-payment" in {gone.id for gone in told.gone}
    assert not [came for came in told.came if came.severity == "error"]
    assert told.changed == ("order-payment",)
    assert before == call()


@pytest.fixture
def runner(qapp: QApplication) -> Iterator[Runner]:
    made = Runner()
    yield made
    made.close()


def test_a_run_is_watched_finished_and_kept(runner: Runner, qtbot: QtBot) -> None:
    shares: list[float] = []
    runner.progressed.connect(shares.append)
    with qtbot.waitSignal(runner.finished, timeout=120_000) as told:
        assert runner.start(call(), None, "Quiet")
        assert runner.running
        assert not runner.start(call(), None, "Another")
    run = told.args[0]
    assert runner.runs == [run]
    assert run.result.duration_ms == 120_000
    assert sum(journey["offered"] for journey in run.result.journeys.values()) > 500
    assert not runner.running
    assert all(0 <= share <= 1 for share in shares)


def test_a_stopped_run_leaves_nothing(runner: Runner, qtbot: QtBot) -> None:
    storm = native.load(Path(resources.path("samples", "retry-storm.loadpath.json"))).architecture
    longer = storm.scenarios[0].model_validate(storm.scenarios[0].said() | {"duration_ms": 80_000_000.0})
    with qtbot.waitSignal(runner.stopped, timeout=120_000):
        runner.start(storm, longer, "Long")
        time.sleep(0.2)
        runner.stop()
    assert runner.runs == []
    assert not runner.running


def test_a_model_that_cannot_be_run_is_told_in_a_sentence(
    runner: Runner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object) -> None:
        raise simulation.SimulationError("Order calls itself without end; take the circle out.")

    monkeypatch.setattr(simulation, "start", refuse)
    with qtbot.waitSignal(runner.failed, timeout=10_000) as told:
        runner.start(call(), None, "Circle")
    assert told.args[0] == "Order calls itself without end; take the circle out."
    assert not runner.running


def test_what_fails_inside_the_simulator_is_never_told_as_a_program_error(
    runner: Runner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise KeyError("slot")

    monkeypatch.setattr(simulation, "start", broken)
    with qtbot.waitSignal(runner.failed, timeout=30_000) as told:
        runner.start(Architecture(), None, "broken")
    assert told.args == [""]
