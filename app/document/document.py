"""The document: the value on the screen, and the only way to change it."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.document.disk import ChangedOnDiskError, DiskFile, digest
from app.document.history import Entry, History
from app.document.selection import Selection
from app.document.turns import Turns
from app.translation import translated
from models.architecture import Architecture, Diagram, replace
from models.architecture.changes import changes
from models.architecture.diagram.layout import place_missing
from models.architecture.edits import EditError
from models.formats import native

SUFFIX = ".loadpath.json"


class Document(QObject):
    """Holds an `Architecture`, its history, its path and what is selected.

    `changed` carries `models.architecture.changes.Changes` and follows every apply, undo, redo and load; `revision`
    grows with each. `notice` carries one sentence for the person at the window. `changed_on_disk` carries the path of
    the file when another program changed it: `reload` takes that over, `keep_mine` lets the next save overwrite it.
    What follows a change and takes its time is done in `turns`.
    """

    changed = Signal(object)
    modified_changed = Signal(bool)
    path_changed = Signal()
    history_changed = Signal()
    diagram_changed = Signal()
    notice = Signal(str)
    changed_on_disk = Signal(Path)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._history = History()
        self._architecture, self._diagram_id = _drawable(Architecture())
        self._saved: Architecture | None = self._architecture
        self._path: Path | None = None
        self._disk = DiskFile(self)
        self._disk.changed.connect(self.changed_on_disk)
        self._disk.gone.connect(self._file_gone)
        self._revision = 0
        self._was_modified = False
        self.selection = Selection(self._exists, self)
        self.turns = Turns(self)

    @property
    def architecture(self) -> Architecture:
        return self._architecture

    @property
    def revision(self) -> int:
        return self._revision

    @property
    def path(self) -> Path | None:
        return self._path

    @property
    def diagram_id(self) -> str:
        """The diagram on the canvas."""
        return self._diagram_id

    @property
    def diagram(self) -> Diagram:
        return next(diagram for diagram in self._architecture.diagrams if diagram.id == self._diagram_id)

    @property
    def is_modified(self) -> bool:
        return self._architecture is not self._saved

    @property
    def title(self) -> str:
        """The model's name, else its file's, else "Untitled"."""
        if self._architecture.name:
            return self._architecture.name
        if self._path is not None:
            return self._path.name.removesuffix(SUFFIX).removesuffix(".json")
        return self.tr("Untitled")

    def snapshot(self) -> tuple[int, Architecture]:
        """The revision and its value, for work on another thread."""
        return self._revision, self._architecture

    def show_diagram(self, diagram_id: str) -> None:
        """Puts another diagram of the model on the canvas; an id without a diagram changes nothing."""
        if diagram_id == self._diagram_id or diagram_id not in {d.id for d in self._architecture.diagrams}:
            return
        clean = not self.is_modified
        self._architecture, self._diagram_id = _drawable(self._architecture, diagram_id)
        if clean:
            self._saved = self._architecture
        self.diagram_changed.emit()

    def apply(self, edit: Callable[[Architecture], Architecture], title: str, merge_key: str | None = None) -> bool:
        """Replaces the value by `edit(value)` as one undo step called `title`; True when anything changed.

        Steps that follow each other with the same `merge_key` become one. What the edit leaves without a place on the
        diagram is placed. An EditError becomes a notice.
        """
        before = self._architecture
        with self.turns.at_work():
            try:
                after = edit(before)
            except EditError as error:
                self.notice.emit(translated(error.text))
                return False
            if after is before or after == before:
                return False
            after, self._diagram_id = _drawable(after, self._diagram_id)
            entry = Entry(before, after, title, merge_key, self.selection.ids)
            self._become(self._history.record(entry))
        return True

    @property
    def can_undo(self) -> bool:
        return self._history.undo_title is not None

    @property
    def can_redo(self) -> bool:
        return self._history.redo_title is not None

    @property
    def undo_title(self) -> str:
        """What undo takes back, empty when there is nothing."""
        return self._history.undo_title or ""

    @property
    def redo_title(self) -> str:
        """What redo does again, empty when there is nothing."""
        return self._history.redo_title or ""

    def undo(self) -> None:
        if (entry := self._history.undo()) is not None:
            self._become(entry.before)
            self.selection.set(entry.selected)

    def redo(self) -> None:
        if (entry := self._history.redo()) is not None:
            self._become(entry.after)

    def new(self) -> None:
        """Starts over with an empty model without a file."""
        self.load(Architecture())

    def open(self, path: Path) -> None:
        """Reads a model file.

        Raises:
            models.formats.native.FormatError: it is not a model; the document stays as it was.
        """
        before = digest(path)
        loaded = native.load(path)
        self.load(loaded.architecture, path, on_disk=before)
        for note in loaded.notes:
            self.notice.emit(translated(note))

    def load(
        self,
        architecture: Architecture,
        path: Path | None = None,
        *,
        modified: bool = False,
        on_disk: str | None = None,
    ) -> None:
        """Takes over a value with an empty history; `modified` when it is not what the file holds.

        `on_disk` is the `digest` of the file that the value is based on; what it holds now when not given.
        """
        before = self._architecture
        self._history.clear()
        self._architecture, self._diagram_id = _drawable(architecture)
        self._saved = None if modified else self._architecture
        self._revision += 1
        self._set_path(path)
        self._disk.follow(path, on_disk)
        self.selection.prune()
        self.selection.clear()
        self.changed.emit(changes(before, self._architecture))
        self.diagram_changed.emit()
        self._tell_state()

    @property
    def on_disk(self) -> str | None:
        """The `digest` of the file as it was last read or written here."""
        return self._disk.known

    def reload(self) -> None:
        """Takes over what the file holds now, as one step that can be undone.

        Raises:
            ValueError: there is no file.
            models.formats.native.FormatError: it is no model; the document stays as it was.
        """
        if self._path is None:
            raise ValueError("a model that has no file cannot be read again")
        before = digest(self._path)
        loaded = native.load(self._path).architecture
        self._disk.follow(self._path, before)
        self.apply(lambda _architecture: loaded, self.tr("Reload from the disk"))
        self._saved = self._architecture
        self._history.seal()
        self._tell_state()

    def keep_mine(self) -> None:
        """Stays with what is here: it counts as unsaved, and the next save overwrites the file."""
        self._disk.accept()
        self._saved = None
        self._tell_state()

    def look_at_disk(self) -> None:
        """Tells by `changed_on_disk` if another program changed the file; the system tells this on its own as well."""
        self._disk.look()

    def save(self, path: Path | None = None) -> None:
        """Writes the model to `path`, or to the file it came from.

        Raises:
            ValueError: there is no path.
            ChangedOnDiskError: another program changed the file meanwhile; nothing was written.
            models.formats.native.FormatError: the file cannot be written.
        """
        target = path or self._path
        if target is None:
            raise ValueError("a model that has no file yet needs a path to be saved to")
        if self._disk.is_foreign(target):
            raise ChangedOnDiskError(target)
        native.save(target, self._architecture)
        self._saved = self._architecture
        self._history.seal()
        self._set_path(target)
        self._disk.follow(target)
        self._tell_state()

    def _file_gone(self, path: Path) -> None:
        self._saved = None
        self._tell_state()
        self.notice.emit(self.tr("{file} is no longer on the disk. Save to write it again.").format(file=path.name))

    def _exists(self, part_id: str) -> bool:
        return part_id in self._architecture.element_by_id or part_id in self._architecture.link_by_id

    def _become(self, architecture: Architecture) -> None:
        before, self._architecture = self._architecture, architecture
        self._revision += 1
        shown = self._diagram_id
        if shown not in {diagram.id for diagram in architecture.diagrams}:
            self._diagram_id = architecture.diagrams[0].id
        with self.turns.at_work():
            self.selection.prune()
            self.changed.emit(changes(before, architecture))
            if self._diagram_id != shown:
                self.diagram_changed.emit()
            self._tell_state()

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit()

    def _tell_state(self) -> None:
        self.history_changed.emit()
        if self.is_modified != self._was_modified:
            self._was_modified = self.is_modified
            self.modified_changed.emit(self.is_modified)


def _drawable(architecture: Architecture, diagram_id: str | None = None) -> tuple[Architecture, str]:
    """The value with a diagram to show and a place on it for every element, and that diagram's id."""
    if not architecture.diagrams:
        architecture = replace(architecture, diagrams=(Diagram(id="main"),))
    known = {diagram.id: diagram for diagram in architecture.diagrams}
    shown = known.get(diagram_id or "", architecture.diagrams[0])
    wanted = architecture.element_by_id.keys() if shown.include == "*" else set(shown.include)
    if any(not architecture.members.get(element_id) for element_id in wanted - shown.positions.keys()):
        architecture = place_missing(architecture, shown.id)
    return architecture, shown.id
