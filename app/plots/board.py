"""All plots of one run, side by side with one cursor: goodput, latency, errors, utilisation, queues, messages."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.plots.offered import offered
from app.plots.plot import Plot, Series
from app.theme import Theme
from models.architecture import Architecture, Journey, Scenario

translate = QCoreApplication.translate
COLOURS = ("sync", "event", "shared_data", "async", "accent", "secondary")
MOST_LINES = 6
WIDE = 320


class PlotBoard(QScrollArea):
    """`hovered` carries the second under the mouse, or None."""

    hovered = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.plots = {
            "goodput": Plot(translate("Plots", "Goodput"), translate("Plots", "requests per second"), theme),
            "latency": Plot(translate("Plots", "Latency, p99"), translate("Plots", "ms"), theme),
            "errors": Plot(translate("Plots", "Failed"), translate("Plots", "requests per second"), theme),
            "utilisation": Plot(
                translate("Plots", "Busy workers"), translate("Plots", "of their time"), theme, share=True
            ),
            "queue": Plot(translate("Plots", "Waiting requests"), translate("Plots", "requests"), theme),
            "depth": Plot(translate("Plots", "Waiting messages"), translate("Plots", "messages"), theme),
        }
        page = QWidget()
        self._grid = QGridLayout(page)
        self._grid.setContentsMargins(0, 0, 8, 8)
        self._grid.setSpacing(8)
        outer = QVBoxLayout()
        outer.setContentsMargins(0, 0, 0, 0)
        self.setWidget(page)
        self._columns = 0
        for plot in self.plots.values():
            plot.hovered.connect(self._hover)
        self._lay_out()

    def begin(self) -> None:
        """A new run is watched from its first plot on."""
        self.verticalScrollBar().setValue(0)

    def wear(self, theme: Theme) -> None:
        for plot in self.plots.values():
            plot.wear(theme)

    def show_series(
        self,
        series: Mapping[str, Any],
        architecture: Architecture,
        journeys: Sequence[Journey],
        scenario: Scenario | None,
        duration_ms: float,
    ) -> None:
        """Draws the series of a result or a snapshot (`Result.series`)."""
        seconds = [time / 1000 for time in series["t_ms"]]
        last = duration_ms / 1000
        known = {journey.id: journey for journey in journeys}
        goodput, latency, errors = [], [], []
        for (journey_id, lines), colour in zip(series["journeys"].items(), COLOURS * 50, strict=False):
            name = _journey_name(known.get(journey_id), journey_id)
            if (journey := known.get(journey_id)) is not None:
                load = offered(architecture, journey, scenario, series["t_ms"])
                if load is not None:
                    goodput.append(Series("", seconds, load, colour, dashed=True))
            goodput.append(Series(name, seconds, lines["goodput_per_s"], colour))
            latency.append(Series(name, seconds, lines["p99_ms"], colour))
            errors.append(Series(name, seconds, lines["failed_per_s"], colour))
        self.plots["goodput"].show_series(goodput, last)
        self.plots["latency"].show_series(latency, last)
        self.plots["errors"].show_series(errors, last)
        for plot, space, attribute in (
            ("utilisation", "elements", "utilisation"),
            ("queue", "elements", "queue"),
            ("depth", "channels", "depth"),
        ):
            chosen = _highest({part: lines[attribute] for part, lines in series[space].items()})
            drawn = [
                Series(architecture.label(part), seconds, values, colour)
                for (part, values), colour in zip(chosen, COLOURS, strict=False)
            ]
            self.plots[plot].show_series(drawn, last)
        self.plots["depth"].setVisible(bool(series["channels"]))

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        columns = max(1, min(3, self.viewport().width() // WIDE))
        if columns == self._columns:
            return
        for column in range(3):
            self._grid.setColumnStretch(column, 1 if column < columns else 0)
        self._columns = columns
        for place, plot in enumerate(self.plots.values()):
            self._grid.addWidget(plot, place // columns, place % columns)

    def _hover(self, second: float | None) -> None:
        for plot in self.plots.values():
            plot.show_cursor(second)
        self.hovered.emit(second)


def _journey_name(journey: Journey | None, journey_id: str) -> str:
    return (journey.name if journey is not None else None) or journey_id


def _highest(lines: Mapping[str, Sequence[float | None]]) -> list[tuple[str, Sequence[float | None]]]:
    """The lines that reach highest, so that a plot of many parts stays readable."""
    peaks = {part: max((v for v in values if v is not None), default=0.0) for part, values in lines.items()}
    chosen = sorted((part for part in lines if peaks[part] > 0), key=lambda part: -peaks[part])
    return [(part, lines[part]) for part in chosen[:MOST_LINES]]
