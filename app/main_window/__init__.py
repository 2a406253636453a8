"""The main window: panels, canvas and plots brought together. Assembly only; what can be done is in `app.actions`.

May import everything of `app` below it, and `models`.
"""

from app.main_window.window import MainWindow

__all__ = ["MainWindow"]
