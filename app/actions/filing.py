"""Actions on files: new, open, save, import, export, report."""

from app.actions.action import Action
from models.architecture.text import QT_TRANSLATE_NOOP

FILE = (
    Action("new", QT_TRANSLATE_NOOP("actions", "New model"), "file", lambda d: d.new_model(), ("Ctrl+N",), "new"),
    Action(
        "new-window", QT_TRANSLATE_NOOP("actions", "New window"), "file", lambda d: d.new_window(), ("Ctrl+Shift+N",)
    ),
    Action("open", QT_TRANSLATE_NOOP("actions", "Open…"), "file", lambda d: d.choose_model(), ("Ctrl+O",), "open"),
    Action(
        "welcome",
        QT_TRANSLATE_NOOP("actions", "Samples and recent files"),
        "file",
        lambda d: d.show_welcome(),
        (),
        "home",
    ),
    Action("save", QT_TRANSLATE_NOOP("actions", "Save"), "file", lambda d: d.save(), ("Ctrl+S",), "save", 1),
    Action(
        "save-as",
        QT_TRANSLATE_NOOP("actions", "Save as…"),
        "file",
        lambda d: d.save_as(),
        ("Ctrl+Shift+S",),
        "save-as",
        1,
    ),
    Action(
        "revert",
        QT_TRANSLATE_NOOP("actions", "Revert to the saved file"),
        "file",
        lambda d: d.revert(),
        part=1,
        enabled_when=lambda d: d.document.path is not None and d.document.is_modified,
    ),
    Action("recover", QT_TRANSLATE_NOOP("actions", "Recover unsaved work…"), "file", lambda d: d.recover(), part=1),
    Action(
        "import-folder",
        QT_TRANSLATE_NOOP("actions", "Import a folder…"),
        "file",
        lambda d: d.choose_import(folder=True),
        ("Ctrl+Shift+I",),
        "import",
        2,
    ),
    Action(
        "import-files",
        QT_TRANSLATE_NOOP("actions", "Import files…"),
        "file",
        lambda d: d.choose_import(folder=False),
        part=2,
    ),
    Action(
        "export-png",
        QT_TRANSLATE_NOOP("actions", "Export as PNG…"),
        "file",
        lambda d: d.choose_export("png"),
        (),
        "export",
        3,
    ),
    Action(
        "export-svg", QT_TRANSLATE_NOOP("actions", "Export as SVG…"), "file", lambda d: d.choose_export("svg"), part=3
    ),
    Action(
        "export-pdf", QT_TRANSLATE_NOOP("actions", "Export as PDF…"), "file", lambda d: d.choose_export("pdf"), part=3
    ),
    Action(
        "report",
        QT_TRANSLATE_NOOP("actions", "Write a report…"),
        "file",
        lambda d: d.choose_report(),
        ("Ctrl+P",),
        "report",
        3,
    ),
    Action(
        "close",
        QT_TRANSLATE_NOOP("actions", "Close window"),
        "file",
        lambda d: d.close_window(),
        ("Ctrl+W", "Ctrl+Q"),
        part=4,
    ),
)
