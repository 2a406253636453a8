"""One plot: a title with its unit, lines named where they end, no frame, few grid lines."""

from collections.abc import Sequence
from dataclasses import dataclass

import pyqtgraph as pg
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.theme import Theme

pg.setConfigOptions(antialias=True)
MOST_LABELLED = 4
LONGEST_NAME = 88
"""Pixels that a line's name may take beside its end."""


class Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Ticks with their unit: seconds below, a percentage where the plot shows shares."""

    def __init__(self, orientation: str, unit: str, factor: float = 1.0) -> None:
        super().__init__(orientation)
        self._suffix, self._factor = unit, factor

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        return [f"{_grouped(value * self._factor)}{self._suffix}" for value in values]


@dataclass(frozen=True)
class Series:
    """A line: seconds and values (None where nothing is known). `colour` is a token of the theme."""

    name: str
    seconds: Sequence[float]
    values: Sequence[float | None]
    colour: str
    dashed: bool = False


class Plot(QFrame):
    """Shows series over time. `hovered` carries the second under the mouse, or None."""

    hovered = Signal(object)

    def __init__(
        self, title: str, unit: str, theme: Theme, *, share: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "plot")
        self._theme, self._share = theme, share
        self._unit = unit
        self._curves: list[pg.PlotDataItem] = []
        self._labels: list[pg.TextItem] = []
        self._series: tuple[Series, ...] = ()
        self._last_second: float | None = None
        self.title = QLabel(title)
        self.title.setProperty("role", "strong")
        self.value = QLabel(unit)
        self.value.setProperty("role", "secondary")
        self.value.setTextFormat(Qt.TextFormat.PlainText)
        self.value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title)
        head.addWidget(self.value, 1)
        left = Axis("left", "%", 100.0) if share else Axis("left", "")
        self.widget = pg.PlotWidget(axisItems={"left": left, "bottom": Axis("bottom", " s")})
        self.widget.setMinimumSize(180, 92)
        self.widget.setMenuEnabled(False)
        self.widget.hideButtons()
        self.widget.setMouseEnabled(False, False)
        self.widget.setFrameShape(QFrame.Shape.NoFrame)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.item = self.widget.getPlotItem()
        self.item.getViewBox().setDefaultPadding(0.02)
        self.item.getViewBox().sigResized.connect(lambda _box: self._fit_time())
        self._cursor = pg.InfiniteLine(angle=90, movable=False)
        self._cursor.hide()
        self.item.addItem(self._cursor, ignoreBounds=True)
        self.widget.scene().sigMouseMoved.connect(self._moved)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 8, 4)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.widget, 1)
        self.setMinimumHeight(140)
        self.wear(theme)

    def wear(self, theme: Theme) -> None:
        self._theme = theme
        self.widget.setBackground(theme.colour("canvas"))
        for side in ("left", "bottom"):
            axis = self.item.getAxis(side)
            axis.setPen(pg.mkPen(theme.colour("border")))
            axis.setTextPen(theme.colour("secondary"))
            axis.setTickFont(theme.font(10))
            axis.setStyle(tickLength=0, tickTextOffset=6, hideOverlappingLabels=True)
            axis.enableAutoSIPrefix(False)
        self.item.getAxis("left").setWidth(44)
        self.item.getAxis("bottom").setHeight(20)
        self.item.getAxis("bottom").setLabel(None)
        self.item.showGrid(x=False, y=True, alpha=0.12)
        self._cursor.setPen(pg.mkPen(theme.colour("secondary"), width=1))
        if self._series:
            self.show_series(self._series, self._last_second)

    def show_series(self, series: Sequence[Series], last_second: float | None = None) -> None:
        """Draws these lines instead of the ones before; the time axis reaches to `last_second` when given."""
        self._series = tuple(series)
        while len(self._curves) < len(series):
            self._curves.append(self.item.plot([], []))
        while len(self._labels) < min(len(series), MOST_LABELLED):
            label = pg.TextItem(anchor=(0, 0.5))
            label.setFont(self._theme.font(10))
            self.item.addItem(label, ignoreBounds=True)
            self._labels.append(label)
        for curve, line in zip(self._curves, series, strict=False):
            width = 1.25 if line.dashed else 1.75
            style = Qt.PenStyle.DashLine if line.dashed else Qt.PenStyle.SolidLine
            curve.setPen(pg.mkPen(self._theme.colour(line.colour), width=width, style=style))
            curve.setData(list(line.seconds), [float("nan") if v is None else v for v in line.values], connect="finite")
        for curve in self._curves[len(series) :]:
            curve.setData([], [])
        self._last_second = last_second
        self._fit_time()
        highest = max((v for line in series for v in line.values if v is not None), default=1.0)
        top = max(1.0, highest) if self._share else highest * 1.15 or 1.0
        self.item.setYRange(0, top, padding=0.02)
        self._name_lines(series, top)

    def _fit_time(self) -> None:
        """Gives the time axis its length, and to the names beside the lines' ends the room they take in pixels."""
        ends = [line.seconds[-1] for line in self._series if len(line.seconds)]
        if self._last_second is None and not ends:
            return
        last = self._last_second if self._last_second is not None else max(ends)
        width = max(self.item.getViewBox().width(), 2 * LONGEST_NAME)
        named = any(line.name for line in self._series)
        self.item.setXRange(0, last * width / (width - LONGEST_NAME - 8) if named else last, padding=0.01)

    def _name_lines(self, series: Sequence[Series], top: float) -> None:
        """Writes names beside the lines' ends, from the lowest up, none over another and none above the plot."""
        for label in self._labels:
            label.hide()
        ends = []
        for line in series:
            known = [(s, v) for s, v in zip(line.seconds, line.values, strict=False) if v is not None]
            if known and line.name:
                ends.append((known[-1], line))
        chosen = sorted(ends, key=lambda end: -end[0][1])[:MOST_LABELLED]
        lowest, step = -top, top * 0.17
        metrics = QFontMetrics(self._theme.font(10))
        for place, (label, ((second, value), line)) in enumerate(zip(self._labels, reversed(chosen), strict=False)):
            above = len(chosen) - 1 - place
            lowest = max(top * 0.07, min(value, top * 0.94 - above * step), lowest + step)
            name = metrics.elidedText(line.name, Qt.TextElideMode.ElideRight, LONGEST_NAME - 12)
            label.setText(name, color=self._theme.colour(line.colour))
            label.setPos(QPointF(second, lowest))
            label.show()

    def show_cursor(self, second: float | None) -> None:
        """Marks a second on the time axis and tells the values there."""
        self._cursor.setVisible(second is not None)
        if second is None:
            self._tell(self._unit)
            return
        self._cursor.setPos(second)
        told = [f"{second:.1f} s"]
        for line in self._series[:MOST_LABELLED]:
            value = _at(line, second)
            if value is not None:
                number = f"{value * 100:.0f}%" if self._share else _grouped(value)
                told.append(f"{line.name} {number}".strip())
        self._tell("  ·  ".join(told))

    def _tell(self, text: str) -> None:
        """Beside the title, cut where the card ends; all of it in the tooltip."""
        room = max(self.value.width(), 24)
        self.value.setText(self.value.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room))
        self.value.setToolTip(text)

    def leaveEvent(self, event: object) -> None:
        self.hovered.emit(None)
        super().leaveEvent(event)  # type: ignore[arg-type]  # Qt hands its own event on

    def _moved(self, at: QPointF) -> None:
        box = self.item.getViewBox()
        if self.item.sceneBoundingRect().contains(at):
            self.hovered.emit(max(0.0, box.mapSceneToView(at).x()))

    def picture_colour(self) -> QColor:
        """What the plot stands on."""
        return self._theme.colour("canvas")


def _grouped(value: float) -> str:
    """Three figures; thousands apart."""
    return f"{value:,.0f}".replace(",", "\u202f") if abs(value) >= 1_000 else f"{value:.3g}"


def _at(line: Series, second: float) -> float | None:
    before = None
    for time, value in zip(line.seconds, line.values, strict=False):
        if time > second:
            break
        before = value
    return before
