"""What an importer is and what it hands over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from models.architecture import Architecture
from models.architecture.text import Text


class SourceError(ValueError):
    """The sources cannot be imported; `text` is one sentence, in any language: what, where, what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True, slots=True)
class Imported:
    """A model made from foreign files, what in it is a guess, and what of the files is not in it."""

    architecture: Architecture
    guessed: tuple[Text, ...] = ()
    left_out: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class Importer:
    """One foreign format. `patterns` are file name patterns for file dialogs.

    `recognise` looks at the files and never raises; `read` raises `SourceError`.
    """

    id: str
    name: str
    patterns: tuple[str, ...]
    recognise: Callable[[tuple[Path, ...]], bool]
    read: Callable[[tuple[Path, ...]], Imported]
