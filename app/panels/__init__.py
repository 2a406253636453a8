"""The panels around the canvas: palette, outline, inspector, findings, simulation, scenarios, journeys, notices.

A panel follows the document and the selection and changes the model only through `document.apply`. Panels know neither
canvas, plots nor dialogs; what they need of them is handed in or told by a signal. May import Qt, `app.actions` and
below, and `models`.
"""
