"""The recovery journal: unsaved work is written every few seconds of change and offered after a crash."""

import contextlib
import json
import os
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QLockFile, QObject, QStandardPaths, QTimer, Signal

from app.document.document import Document
from models.architecture import Architecture
from models.formats import native

INTERVAL_MS = 3_000
SUFFIX = ".journal"


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Work that a crash left in the journal. `saved_at` is in seconds since the epoch."""

    journal: Path
    path: Path | None
    title: str
    saved_at: float
    architecture: Architecture
    on_disk: str | None = None
    """The digest of the file that the work was based on."""

    def restore(self, document: Document) -> None:
        """Opens the work as unsaved changes of the file it belonged to, and forgets the journal."""
        document.load(self.architecture, self.path, modified=True, on_disk=self.on_disk)
        document.look_at_disk()
        self.discard()

    def discard(self) -> None:
        self.journal.unlink(missing_ok=True)
        _lock_of(self.journal).unlink(missing_ok=True)


def folder() -> Path:
    """Where journals are kept."""
    base = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericStateLocation)
    return Path(base) / "loadpath" / "recovery"


def left_behind(journals: Path | None = None) -> tuple[LeftBehind, ...]:
    """What crashed sessions left, newest first; journals of windows that are still open are not among them.

    A journal that cannot be read is skipped and stays where it is.
    """
    found = []
    for journal in sorted((journals or folder()).glob(f"*{SUFFIX}")):
        lock = QLockFile(str(_lock_of(journal)))
        lock.setStaleLockTime(0)
        if lock.tryLock(0):
            lock.unlock()
            if (work := _read(journal)) is not None:
                found.append(work)
    return tuple(sorted(found, key=lambda work: -work.saved_at))


class Recovery(QObject):
    """Keeps the journal of one document until `close`. Saving the document empties it.

    Writing happens on a thread of its own; `failed` tells in one sentence why it could not be done.
    """

    failed = Signal(str)

    def __init__(
        self,
        document: Document,
        journals: Path | None = None,
        *,
        interval_ms: int = INTERVAL_MS,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent or document)
        self._document = document
        self._folder = journals or folder()
        self._journal = self._folder / f"{os.getpid()}-{uuid.uuid4().hex[:8]}{SUFFIX}"
        self._lock: QLockFile | None = None
        self._open = True
        self._writer = ThreadPoolExecutor(1, "recovery")
        self._timer = QTimer(self, interval=interval_ms, singleShot=True)
        self._timer.timeout.connect(self._write_later)
        document.changed.connect(self._note_change)
        document.modified_changed.connect(self._note_state)

    @property
    def journal(self) -> Path:
        return self._journal

    def write_now(self) -> None:
        """Writes the journal and waits until that is done."""
        self._timer.stop()
        self._write_later().result()

    def close(self) -> None:
        """The window was closed as usual: nothing is left to recover."""
        self._timer.stop()
        if not self._open:
            return
        self._open = False
        self._document.changed.disconnect(self._note_change)
        self._document.modified_changed.disconnect(self._note_state)
        self._writer.shutdown(wait=True)
        self._forget()

    def _note_change(self, _changes: object) -> None:
        if self._document.is_modified and not self._timer.isActive():
            self._timer.start()

    def _note_state(self, modified: bool) -> None:
        if not modified:
            self._timer.stop()
            self._writer.submit(self._forget)

    def _write_later(self) -> Future[None]:
        path = self._document.path
        head = {
            "path": str(path.absolute()) if path else None,
            "title": self._document.title,
            "saved_at": time.time(),
            "on_disk": self._document.on_disk,
        }
        return self._writer.submit(self._write, self._document.architecture, head)

    def _write(self, architecture: Architecture, head: dict[str, Any]) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._lock is None:
                self._lock = QLockFile(str(_lock_of(self._journal)))
                self._lock.setStaleLockTime(0)
                self._lock.tryLock(0)
            partial = self._journal.with_suffix(".part")
            model = native.dumps(architecture, self._give_way).decode()
            partial.write_text(json.dumps(head | {"model": model}), "utf-8")
            partial.replace(self._journal)
        except OSError as error:
            self.failed.emit(
                self.tr("Unsaved work cannot be kept in {folder}: {reason}. Save your model to be safe.").format(
                    folder=self._folder, reason=error.strerror
                )
            )

    def _give_way(self) -> None:
        """On the other thread; a window that closes waits for it."""
        if self._open:
            self._document.turns.give_way()

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            self._journal.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.unlock()
            self._lock = None


def _lock_of(journal: Path) -> Path:
    return journal.with_suffix(".lock")


def _read(journal: Path) -> LeftBehind | None:
    try:
        head = json.loads(journal.read_text("utf-8"))
        architecture = native.loads(head["model"].encode(), head["title"]).architecture
        path = Path(head["path"]) if head["path"] else None
        on_disk = head.get("on_disk")
        known = on_disk if isinstance(on_disk, str) else None
        return LeftBehind(journal, path, head["title"], float(head["saved_at"]), architecture, known)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, native.FormatError):
        return None
