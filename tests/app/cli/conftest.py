"""A command line to call in the same process, and samples to call it on."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from app.cli import main
from models import resources


@dataclass(frozen=True, slots=True)
class Done:
    """What a command returned and wrote."""

    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], qapp: QApplication) -> Run:
    """Calls a command; a process has one application, and tests of the window, which may come later, need theirs."""

    def call(*arguments: object) -> Done:
        code = main([str(argument) for argument in arguments])
        written = capsys.readouterr()
        return Done(code, written.out, written.err)

    return call


@pytest.fixture
def sample(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of a sample, free to be changed."""

    def copy(name: str) -> Path:
        source = resources.path("samples", f"{name}.loadpath.json")
        return Path(shutil.copy(source, tmp_path / source.name))

    return copy


def is_one_sentence(err: str) -> bool:
    """Whether an error output is one line that says something and shows no inside of the program."""
    lines = err.strip().splitlines()
    return len(lines) == 1 and lines[0].startswith("loadpath: ") and len(lines[0]) > 25 and "Traceback" not in err
