"""What is worked out once for an architecture and kept with it: it never changes, so neither does what follows."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from models.architecture.model import Architecture

V = TypeVar("V")


def view(work_out: Callable[[Architecture], V]) -> Callable[[Architecture], V]:
    """A function of an architecture alone that runs once per architecture and lives as long as that does."""
    key = f"{work_out.__module__}.{work_out.__qualname__}"

    @wraps(work_out)
    def look_up(architecture: Architecture) -> V:
        kept = architecture.__dict__
        if key not in kept:
            kept[key] = work_out(architecture)
        found: V = kept[key]
        return found

    return look_up
