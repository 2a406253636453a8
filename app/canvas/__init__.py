"""The canvas: the open diagram, drawn and edited in place.

The scene mirrors the document and decides nothing; geometry comes from `models.architecture.diagram`; one object per
mouse gesture turns events into edits. May import Qt, `models.architecture` and `app.document`, `app.theme`,
`app.resources`, `app.settings`, `app.translation`; never panels, plots, dialogs or actions.
"""

from app.canvas.minimap import Minimap
from app.canvas.view import KIND_MIME, CanvasView

__all__ = ["KIND_MIME", "CanvasView", "Minimap"]
