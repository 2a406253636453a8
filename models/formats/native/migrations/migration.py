"""What a migration is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Migration:
    """From version `before` to `after` (major, minor); `migrate` makes new plain data and leaves what it was given."""

    before: tuple[int, int]
    after: tuple[int, int]
    migrate: Callable[[dict[str, Any]], dict[str, Any]]
