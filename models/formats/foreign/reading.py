"""Finding and reading source files within limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats.foreign.importer import SourceError

MAX_FILES = 5_000
MAX_FILE_BYTES = 4 * 2**20
MAX_ALL_BYTES = 64 * 2**20
_SKIPPED_FOLDERS = {"node_modules", "__pycache__", "vendor"}
_TOO_LARGE = QT_TRANSLATE_NOOP("import", "{file} is {size} MiB large; at most {most} MiB are read")
_TOO_MANY = QT_TRANSLATE_NOOP("import", "There are more than {count} files; name a smaller folder.")
_ALL_TOO_LARGE = QT_TRANSLATE_NOOP("import", "The files are larger than {size} MiB; name a smaller folder.")
_UNREADABLE = QT_TRANSLATE_NOOP("import", "{file} cannot be read: {reason}")
_NOT_TEXT = QT_TRANSLATE_NOOP("import", "{file} is not UTF-8 text")


@dataclass(frozen=True, slots=True)
class Source:
    """A file's text and the name by which to speak of it: its path below the folder that was named."""

    name: str
    text: str


@dataclass(slots=True)
class Sources:
    files: list[Source] = field(default_factory=list)
    left_out: list[Text] = field(default_factory=list)


def read_sources(paths: tuple[Path, ...], suffixes: tuple[str, ...]) -> Sources:
    """The texts of all files with these suffixes, folders searched to the bottom, in the order of their names.

    Hidden folders are passed over, links to other places are not followed. What cannot be read is left out and told.

    Raises:
        SourceError: there are more than 5,000 files or 64 MiB, or nothing at all.
    """
    sources = Sources()
    total = 0
    for number, (name, path) in enumerate(_found(paths, suffixes)):
        if number >= MAX_FILES:
            raise SourceError(say("import", _TOO_MANY, count=f"{MAX_FILES:,}"))
        try:
            size = path.stat().st_size
            if size > MAX_FILE_BYTES:
                told = say("import", _TOO_LARGE, file=name, size=f"{size / 2**20:.0f}", most=MAX_FILE_BYTES // 2**20)
                sources.left_out.append(told)
                continue
            total += size
            if total > MAX_ALL_BYTES:
                raise SourceError(say("import", _ALL_TOO_LARGE, size=MAX_ALL_BYTES // 2**20))
            sources.files.append(Source(name, path.read_bytes().decode("utf-8-sig")))
        except OSError as error:
            reason = (error.strerror or type(error).__name__).lower()
            sources.left_out.append(say("import", _UNREADABLE, file=name, reason=reason))
        except UnicodeDecodeError:
            sources.left_out.append(say("import", _NOT_TEXT, file=name))
    return sources


def _found(paths: tuple[Path, ...], suffixes: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    for root in paths:
        if not root.is_dir():
            yield root.name, root
            continue
        for path in sorted(root.rglob("*")):
            inner = path.relative_to(root)
            if any(part.startswith(".") or part in _SKIPPED_FOLDERS for part in inner.parts):
                continue
            if path.suffix.lower() in suffixes and path.is_file():
                yield inner.as_posix(), path
