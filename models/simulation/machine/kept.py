"""Bytes kept on disk from one start of the program to the next, with a checksum, as nobody else vouches for them."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from platformdirs import user_cache_path

_CHECKSUM_BYTES = hashlib.sha256().digest_size


def users_cache() -> Path:
    """Where this system wants a user's programs to keep what can be made again. Raises RuntimeError without a home."""
    folder = user_cache_path("loadpath", appauthor=False)
    if not folder.is_absolute():
        raise RuntimeError("This user has no home folder.")
    return folder


def kept(path: Path | None, make: Callable[[], bytes]) -> bytes:
    """What the file holds, or else what `make` makes, which is put there. Without a file that can be read or written
    (or a path), it is made each time."""
    content = _read(path) if path else None
    if content is None:
        content = make()
        if path:
            _write(path, content)
    return content


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes()
    except OSError:
        return None
    checksum, content = data[:_CHECKSUM_BYTES], data[_CHECKSUM_BYTES:]
    return content if hashlib.sha256(content).digest() == checksum else None


def _write(path: Path, content: bytes) -> None:
    """Another process sees all of the file or nothing of it."""
    unfinished = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(hashlib.sha256(content).digest() + content)
        unfinished.replace(path)
    except OSError:
        with suppress(OSError):
            unfinished.unlink()
