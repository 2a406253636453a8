"""The few dialogs there are: command palette, accepting a risk, unsaved changes, shortcuts, about, import report.

May import Qt, `app.actions` and below, and `models`; never panels, plots or the canvas.
"""
