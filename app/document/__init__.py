"""The open document: one architecture value, its history, what is selected, the clipboard and the recovery journal.

Everything that changes a model goes through `Document.apply`. May import Qt, `models.architecture`, `models.formats`
and the modules of `app` below it (settings, theme, translation, resources); never a widget.
"""

from app.document.clipboard import MIME_TYPE, Clipboard
from app.document.disk import ChangedOnDiskError
from app.document.document import Document
from app.document.history import Entry, History
from app.document.recovery import LeftBehind, Recovery
from app.document.selection import Selection
from app.document.turns import Turns

__all__ = [
    "MIME_TYPE",
    "ChangedOnDiskError",
    "Clipboard",
    "Document",
    "Entry",
    "History",
    "LeftBehind",
    "Recovery",
    "Selection",
    "Turns",
]
