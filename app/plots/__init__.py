"""Plots of simulation runs, drawn with pyqtgraph. Imported when first needed: pyqtgraph takes its time.

A plot gets plain series and knows neither document nor panels. May import Qt, pyqtgraph, `app.theme` and below.
"""

from app.plots.board import PlotBoard

__all__ = ["PlotBoard"]
