"""Plots draw what a run tells, and the offered load beside it."""

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app import theme
from app.plots import PlotBoard
from app.plots.offered import offered
from app.plots.plot import LONGEST_NAME, Plot, Series
from models.architecture import Architecture, Client, Journey, Load, Scenario, Service
from models.architecture.scenarios import LoadSurge


def journey(load: dict[str, object] | None) -> Journey:
    return Journey(id="j", name="Place order", entry="user", load=None if load is None else Load.model_validate(load))


ARCHITECTURE = Architecture(elements=(Client(id="user"), Service(id="order", name="Order")))


def test_the_offered_load_follows_curve_factor_and_surges() -> None:
    surge = LoadSurge(target="user", from_ms=10_000.0, until_ms=20_000.0, factor=3.0)
    scenario = Scenario(id="s", load_factor=2.0, faults=(surge,))
    times = [0.0, 10_000.0, 20_000.0]
    assert offered(ARCHITECTURE, journey({"open": {"rate_per_s": 5.0}}), scenario, times) == [10, 30, 10]
    curve = journey({"profile": [[0.0, 10.0], [20_000.0, 30.0]]})
    assert offered(ARCHITECTURE, curve, None, times) == [10, 20, 30]
    assert offered(ARCHITECTURE, journey(None), None, [0.0]) == [10]


def test_a_load_that_answers_to_the_system_has_no_offered_line() -> None:
    assert offered(ARCHITECTURE, journey({"closed": {"users": 5}}), None, [0.0]) is None


@pytest.fixture
def board(qtbot: QtBot) -> PlotBoard:
    made = PlotBoard(theme.load("light"))
    qtbot.addWidget(made)
    made.resize(1000, 500)
    made.show()
    return made


def test_a_board_shows_every_journey_and_the_busiest_elements(board: PlotBoard) -> None:
    series = {
        "t_ms": [0.0, 1000.0, 2000.0],
        "journeys": {"j": {"goodput_per_s": [5.0, 6.0, 0.0], "p99_ms": [20.0, None, 30.0], "failed_per_s": [0, 0, 5]}},
        "elements": {"order": {"utilisation": [0.1, 0.5, 1.0], "queue": [0, 0, 9]}},
        "channels": {},
    }
    board.show_series(series, ARCHITECTURE, [journey(None)], None, 3000.0)
    goodput = board.plots["goodput"]
    assert [line.name for line in goodput._series] == ["", "Place order"]
    assert goodput._series[0].dashed
    assert [line.name for line in board.plots["utilisation"]._series] == ["Order"]
    assert not board.plots["depth"].isVisible()
    board.wear(theme.load("dark"))


def test_one_cursor_marks_every_plot(board: PlotBoard) -> None:
    for plot in board.plots.values():
        plot.show_series([Series("Order", [0.0, 1.0, 2.0], [1.0, 2.0, None], "sync")])
    board.plots["goodput"].hovered.emit(1.4)
    for plot in board.plots.values():
        assert plot.value.text().startswith("1.4 s")
    assert "Order 2" in board.plots["goodput"].value.text()
    board.plots["goodput"].hovered.emit(None)
    assert board.plots["latency"].value.text() == "ms"


def test_names_at_the_ends_of_lines_do_not_lie_on_each_other(qtbot: QtBot) -> None:
    plot = Plot("Goodput", "requests per second", theme.load("light"))
    qtbot.addWidget(plot)
    lines = [Series(name, [0.0, 1.0], [0.0, value], "sync") for name, value in (("a", 1.0), ("b", 1.1), ("c", 10.0))]
    plot.show_series(lines)
    heights = sorted(label.pos().y() for label in plot._labels if label.isVisible())
    assert len(heights) == 3
    assert all(above - below >= 1.5 for below, above in pairwise(heights))


def test_names_keep_their_room_beside_the_lines_when_a_plot_becomes_narrower(qtbot: QtBot) -> None:
    plot = Plot("Goodput", "requests per second", theme.load("light"))
    qtbot.addWidget(plot)
    plot.resize(900, 200)
    plot.show()
    plot.show_series([Series("Browse the catalogue", [0.0, 100.0], [1.0, 2.0], "sync")], 100.0)
    for width in (900, 320):
        plot.resize(width, 200)
        QApplication.processEvents()
        box = plot.item.getViewBox()
        (first, last), _ = box.viewRange()
        assert (last - 100.0) / (last - first) * box.width() >= LONGEST_NAME
