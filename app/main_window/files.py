"""Models in and out: new, open, save, revert, import, export, report, recovery. Problems become notices."""

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from app.background import Jobs
from app.dialogs.unsaved import ask_unsaved
from app.document import ChangedOnDiskError, Document
from app.document.recovery import left_behind
from app.settings import Settings
from models import resources
from models.architecture import Architecture
from models.formats import native

SUFFIX = ".loadpath.json"
Choices = tuple[tuple[str, Callable[[], None]], ...]


class Files(QObject):
    """`told` carries a sentence, its severity and what can be done about it; `working` what is being worked on.

    `asked` carries a question, and its answers, that waits until someone answers it.
    """

    told = Signal(str, str, object)
    asked = Signal(str, object)
    working = Signal(str)
    opened = Signal()

    def __init__(self, document: Document, settings: Settings, jobs: Jobs, window: QWidget) -> None:
        super().__init__(window)
        self._document, self._settings, self._jobs, self._window = document, settings, jobs, window
        document.changed_on_disk.connect(self._changed_on_disk)

    # New and open

    def new(self) -> None:
        if self.may_leave():
            self._document.new()
            self.opened.emit()

    def choose(self) -> None:
        """Asks which model to open."""
        models = self.tr("Loadpath models (*{suffix} *.json)").format(suffix=SUFFIX)
        name, _filter = QFileDialog.getOpenFileName(self._window, self.tr("Open a model"), self._folder(), models)
        if name:
            self.open(Path(name))

    def open(self, path: Path) -> bool:
        """Opens a model; False, with a notice, when it cannot be read or the person would rather stay."""
        if not self.may_leave():
            return False
        try:
            self._document.open(path)
        except native.FormatError as error:
            self._tell(str(error), "error")
            self._settings.forget_recent(path)
            return False
        self._settings.add_recent(path)
        self.opened.emit()
        return True

    def open_sample(self, name: str) -> None:
        """Opens a sample as a new model without a file, so that saving asks where to."""
        if self.may_leave():
            self._document.load(native.load(resources.path("samples", name)).architecture)
            self.opened.emit()

    def open_dropped(self, paths: Sequence[Path]) -> None:
        """A single model file is opened, everything else is taken for something to import."""
        if len(paths) == 1 and paths[0].is_file() and paths[0].name.endswith(".json"):
            self.open(paths[0])
        elif paths:
            self.import_(paths)

    # Save

    def save(self) -> bool:
        return self._write(self._document.path) if self._document.path is not None else self.save_as()

    def save_as(self) -> bool:
        """Asks where to, and saves there; False when nothing was saved."""
        start = self._document.path or Path(self._folder()) / f"{_file_name(self._document.title)}{SUFFIX}"
        models = self.tr("Loadpath models (*{suffix})").format(suffix=SUFFIX)
        name, _filter = QFileDialog.getSaveFileName(self._window, self.tr("Save the model"), str(start), models)
        if not name:
            return False
        path = Path(name)
        return self._write(path if path.suffix else path.with_name(path.name + SUFFIX))

    def _write(self, path: Path) -> bool:
        try:
            self._document.save(path)
        except ChangedOnDiskError as error:
            save_over = (self.tr("Save over it"), self._save_over)
            self._tell(f"{error} {self.tr('Nothing was saved.')}", "warning", self._reloading(), save_over)
            return False
        except (native.FormatError, OSError) as error:
            again = (self.tr("Save elsewhere"), self._save_elsewhere)
            self._tell(str(error), "error", again)
            return False
        self._settings.add_recent(path)
        return True

    def _save_elsewhere(self) -> None:
        self.save_as()

    def _save_over(self) -> None:
        self._document.keep_mine()
        self.save()

    def _changed_on_disk(self, path: Path) -> None:
        told = self.tr("{file} was changed by another program. Reload takes that over; undo brings yours back.")
        keep = (self.tr("Keep mine"), self._document.keep_mine)
        self._tell(told.format(file=path.name), "warning", self._reloading(), keep)

    def _reloading(self) -> tuple[str, Callable[[], None]]:
        return self.tr("Reload"), self._reload

    def _reload(self) -> None:
        try:
            self._document.reload()
        except native.FormatError as error:
            self._tell(str(error), "error")

    def revert(self) -> None:
        """Goes back to what the file holds; undo is not lost, as it is one step."""
        path = self._document.path
        if path is None:
            return
        try:
            saved = native.load(path).architecture
        except native.FormatError as error:
            self._tell(str(error), "error")
            return
        self._document.apply(lambda _a: saved, self.tr("Revert to the saved file"))

    def may_leave(self) -> bool:
        """Whether the open model may be left: it is saved, or the person saved or discarded it now."""
        if not self._document.is_modified:
            return True
        choice = ask_unsaved(self._window, self._document.title)
        return choice == "discard" or (choice == "save" and self.save())

    # Import

    def choose_import(self, *, folder: bool) -> None:
        if folder:
            name = QFileDialog.getExistingDirectory(self._window, self.tr("Import a folder"), self._folder())
            names = [name] if name else []
        else:
            names, _filter = QFileDialog.getOpenFileNames(self._window, self.tr("Import files"), self._folder())
        if names:
            self.import_([Path(name) for name in names])

    def import_(self, paths: Sequence[Path]) -> None:
        """Reads an existing system off the window's thread and opens it as a new model."""
        self.working.emit(self.tr("importing"))
        self._jobs.start(lambda: _import(paths), self._imported, self._failed)

    def _imported(self, imported: Any) -> None:
        self.working.emit("")
        if imported is None:
            self._tell(self.tr("Nothing here can be imported. Choose a folder of Kubernetes manifests."), "error")
            return
        if not self.may_leave():
            return
        self._document.load(imported.architecture, modified=True)
        self.opened.emit()
        counts = self.tr("Imported. Elements: {elements}, links: {links}, guesses: {guessed}, left out: {left_out}.")
        notes = [*map(str, imported.guessed), *map(str, imported.left_out)]
        told = counts.format(
            elements=len(imported.architecture.elements),
            links=len(imported.architecture.links),
            guessed=len(imported.guessed),
            left_out=len(imported.left_out),
        )
        self._tell(told, "info", (self.tr("Show"), lambda: self.import_notes.emit(notes)))

    import_notes = Signal(list)

    # Export and report

    def choose_export(self, suffix: str, theme: str) -> None:
        start = str(Path(self._folder()) / f"{_file_name(self._document.title)}.{suffix}")
        title = self.tr("Export as {kind}").format(kind=suffix.upper())
        name, _filter = QFileDialog.getSaveFileName(self._window, title, start, f"*.{suffix}")
        if name:
            self.export(Path(name), suffix, theme)

    def export(self, path: Path, suffix: str, theme: str = "light") -> None:
        """Draws the diagram into a file; what needs Qt to draw stays on the window's thread, where Qt is safe."""
        architecture, diagram_id = self._document.architecture, self._document.diagram_id
        if suffix == "svg":
            self.working.emit(self.tr("exporting"))
            self._jobs.start(lambda: _export_svg(architecture, diagram_id, path, theme), self._written, self._failed)
            return
        try:
            import_module("app.export_image").export_image(architecture, diagram_id, path, theme=theme)
        except OSError as error:
            self._failed(error)
        else:
            self._written(path)

    def choose_report(self, results: tuple[Any, ...]) -> None:
        start = str(Path(self._folder()) / f"{_file_name(self._document.title)}.html")
        name, _filter = QFileDialog.getSaveFileName(self._window, self.tr("Write a report"), start, "*.html")
        if name:
            self.write_report(Path(name), results)

    def write_report(self, path: Path, results: tuple[Any, ...] = ()) -> None:
        """Writes the report, with the results of runs of the model as it is, off the window's thread."""
        architecture = self._document.architecture
        self.working.emit(self.tr("writing the report"))
        self._jobs.start(lambda: _report(architecture, results, path), self._written, self._failed)

    def _written(self, path: Path) -> None:
        self.working.emit("")
        self._tell(self.tr("Written to {path}.").format(path=path), "info")

    def _failed(self, error: Exception) -> None:
        self.working.emit("")
        told = str(error)
        if isinstance(error, OSError) and error.strerror:
            told = self.tr("{file} cannot be written: {reason}. Choose another folder.").format(
                file=error.filename or self.tr("The file"), reason=error.strerror
            )
        self._tell(told[:1].upper() + told[1:] or type(error).__name__, "error")

    # Recovery

    def recover(self) -> None:
        """Offers what a crash left behind, or says that there is nothing."""
        if not self.offer_recovery():
            self._tell(self.tr("There is no unsaved work to recover."), "info")

    def offer_recovery(self) -> bool:
        """Offers the newest work that a crash left behind; False when there is none."""
        works = left_behind()
        if not works:
            return False
        work = works[0]
        at = datetime.fromtimestamp(work.saved_at).strftime("%Y-%m-%d %H:%M")
        told = self.tr("Loadpath did not close as usual. Unsaved work on {title} of {time} can be brought back.")

        def restore() -> None:
            if self.may_leave():
                work.restore(self._document)
                self.opened.emit()

        def discard() -> None:
            for old in works:
                old.discard()

        choices = ((self.tr("Bring it back"), restore), (self.tr("Discard it"), discard))
        self.asked.emit(told.format(title=work.title, time=at), choices)
        return True

    def _tell(self, sentence: str, severity: str, *choices: tuple[str, Callable[[], None]]) -> None:
        self.told.emit(sentence, severity, choices)

    def _folder(self) -> str:
        if self._document.path is not None:
            return str(self._document.path.parent)
        recent = self._settings.recent_files
        return str(recent[0].parent if recent else Path.home())


def _file_name(title: str) -> str:
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in title.strip().lower())
    return "-".join(piece for piece in kept.split("-") if piece) or "model"


def _import(paths: Sequence[Path]) -> Any:
    importers = import_module("models.formats.importers").importers()
    found = next((importer for importer in importers if importer.recognise(list(paths))), None)
    return found.read(list(paths)) if found is not None else None


def _export_svg(architecture: Architecture, diagram_id: str, path: Path, theme: str) -> Path:
    path.write_bytes(import_module("models.formats.exporters.svg").write(architecture, diagram_id, theme=theme))
    return path


def _report(architecture: Architecture, results: tuple[Any, ...], path: Path) -> Path:
    analysis = import_module("models.analysis").analyse(architecture)
    html = import_module("models.reports.html").report(architecture, analysis, results, generated=datetime.now())
    path.write_text(html, "utf-8")
    return path
