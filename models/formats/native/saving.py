"""Saving so that a crash at any moment leaves either the old file or the new one, whole."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from os import PathLike
from pathlib import Path

from models.architecture import Architecture
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.formats.native.error import FormatError
from models.formats.native.writing import dumps


def save(path: str | PathLike[str], architecture: Architecture) -> None:
    """`architecture` written to `path`: a temporary file beside it, brought to the disk, put in its place.

    A link is followed to the real file, whose permissions stay.

    Raises:
        FormatError: the file or its folder cannot be written; what was there is untouched.
    """
    write_atomically(path, dumps(architecture))


def write_atomically(path: str | PathLike[str], data: bytes) -> None:
    """`data` in the file at `path`, as `save` does it."""
    try:
        target = Path(os.path.realpath(path))
        mode = _writable_mode(target)
        _replace(target, data, mode)
    except OSError as error:
        raise FormatError(_unwritable(error), name=str(path)) from error
    except ValueError as error:
        template = QT_TRANSLATE_NOOP("format", "this is not a file name; give another")
        raise FormatError(say("format", template), name=str(path)) from error


def _writable_mode(target: Path) -> int | None:
    """The permissions of the file that is there, None without one; an error when it must not be written."""
    try:
        found = target.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(found.st_mode):
        raise IsADirectoryError
    if not os.access(target, os.W_OK):
        raise PermissionError
    return stat.S_IMODE(found.st_mode)


def _replace(target: Path, data: bytes, mode: int | None) -> None:
    """`data` in the place of `target`, with permissions `mode`, else those that any new file gets."""
    name = str(target.parent / f".loadpath-{secrets.token_hex(8)}.saving")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    descriptor = os.open(name, flags, 0o666 if mode is None else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            with contextlib.suppress(OSError):  # some file systems know no permissions
                os.chmod(name, mode)
        os.replace(name, target)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """The new name brought to the disk as well, where the system can do that; the file itself is safe already."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unwritable(error: OSError) -> Text:
    match error:
        case FileNotFoundError() | NotADirectoryError():
            template = QT_TRANSLATE_NOOP("format", "its folder does not exist; save under another path")
        case IsADirectoryError():
            template = QT_TRANSLATE_NOOP("format", "this is a folder; give a file name in it")
        case PermissionError():
            template = QT_TRANSLATE_NOOP("format", "it is read only; save under another name or in another folder")
        case _:
            template = QT_TRANSLATE_NOOP(
                "format", "it cannot be written ({reason}); what was there is untouched: save under another path"
            )
    return say("format", template, reason=error.strerror or type(error).__name__)
