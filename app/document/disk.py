"""The file a model came from, watched: whether somebody else changed it since it was read or written here."""

import hashlib
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFileSystemWatcher, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication

SETTLE_MS = 250
"""Programs write in several steps; this long after the last one the file is looked at."""
_Stamp = tuple[int, int, int]


class ChangedOnDiskError(Exception):
    """Saving would overwrite what another program wrote to `path` since it was read; one sentence."""

    def __init__(self, path: Path) -> None:
        told = QCoreApplication.translate("Document", "{file} was changed by another program since it was opened here.")
        super().__init__(told.format(file=path.name))
        self.path = path


def digest(path: Path) -> str | None:
    """A digest of what the file holds; None when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None


class DiskFile(QObject):
    """`changed` carries the path, once for each state that others leave the file in; `gone` when they delete it.

    Files are compared by content: one that was merely touched has not changed.
    """

    changed = Signal(Path)
    gone = Signal(Path)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path: Path | None = None
        self._known: str | None = None
        self._told: str | None = None
        self._stamp: _Stamp | None = None
        self._digest: str | None = None
        self._watcher: QFileSystemWatcher | None = None
        self._later = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._later.timeout.connect(self.look)
        application = QCoreApplication.instance()
        if isinstance(application, QGuiApplication):
            application.applicationStateChanged.connect(self._application_changed)

    @property
    def known(self) -> str | None:
        """A digest of the content that was last read or written here; None without a file."""
        return self._known

    def follow(self, path: Path | None, known: str | None = None) -> None:
        """From now on `path` is watched; what it holds now counts as known, or `known` when that is given."""
        self._later.stop()
        self._path = path
        self._known = self._told = known or self._content()
        self._watch()

    def is_foreign(self, path: Path) -> bool:
        """Whether `path` is the watched file and holds what nobody here read or wrote."""
        if self._path is None or path.absolute() != self._path.absolute():
            return False
        found = self._content()
        return found is not None and found != self._known

    def accept(self) -> None:
        """What the file holds now may be overwritten."""
        self._known = self._told = self._content()

    def look(self) -> None:
        """Says so when the file has changed since the last look."""
        self._later.stop()
        if self._path is None:
            return
        self._watch()
        found = self._content()
        if found == self._told:
            return
        self._told = found
        if found is None:
            self.gone.emit(self._path)
        elif found != self._known:
            self.changed.emit(self._path)

    def _content(self) -> str | None:
        """A digest of the file, read only when its size or time changed; None when there is none to read."""
        if self._path is None:
            return None
        try:
            found = self._path.stat()
            stamp = (found.st_mtime_ns, found.st_size, found.st_ino)
            if stamp != self._stamp or self._digest is None:
                self._digest = digest(self._path)
                self._stamp = stamp
        except (OSError, ValueError):
            self._stamp = self._digest = None
        return self._digest

    def _watch(self) -> None:
        """Asks the system to tell; a file that was replaced must be asked for again."""
        if self._watcher is None and self._path is not None:
            self._watcher = QFileSystemWatcher(self)
            self._watcher.fileChanged.connect(self._later.start)
        if self._watcher is None:
            return
        wanted = [str(self._path.absolute())] if self._path is not None and self._path.exists() else []
        if old := [name for name in self._watcher.files() if name not in wanted]:
            self._watcher.removePaths(old)
        if new := [name for name in wanted if name not in self._watcher.files()]:
            self._watcher.addPaths(new)

    def _application_changed(self, state: Qt.ApplicationState) -> None:
        if state == Qt.ApplicationState.ApplicationActive:
            self.look()
