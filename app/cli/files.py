"""Reading models and writing results: every mistake with a file becomes one sentence."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.failure import CommandError
from app.cli.words import told, translate

if TYPE_CHECKING:
    from app.cli.terminal import Terminal
    from models.architecture import Architecture, Scenario


def read_model(name: str, terminal: Terminal) -> Architecture:
    """The model in a file; what its reader has to remark goes to the error output.

    Raises:
        CommandError: the file is not there, cannot be read, or is no model.
    """
    from models.formats import native

    path = Path(name)
    if path.is_dir():
        text = translate("cli", '"{file}" is a folder; name a model file in it, such as {example}.')
        raise CommandError(text.format(file=name, example=_example(path)))
    try:
        loaded = native.load(path)
    except native.FormatError as error:
        raise CommandError(told(error.text)) from error
    except OSError as error:
        text = translate("cli", '"{file}" cannot be read: {reason}.')
        raise CommandError(text.format(file=name, reason=_reason(error))) from error
    for remark in loaded.notes:
        terminal.note(f"{name}: {told(remark)}")
    return loaded.architecture


def text_of(name: str) -> str:
    """The text of a model file that has just been read; empty when it can be read no more."""
    try:
        return Path(name).read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return ""


def expect_to_write(name: str) -> None:
    """Tells before a long run, not after it, that its result has nowhere to go.

    Raises:
        CommandError: the name is a folder's, or its folder is missing.
    """
    path = Path(name)
    if path.is_dir():
        raise CommandError(translate("cli", '"{file}" is a folder; name a file to write.').format(file=name))
    if not path.parent.is_dir():
        text = translate("cli", '"{file}" cannot be written: there is no folder "{folder}"; make it first.')
        raise CommandError(text.format(file=name, folder=path.parent))


def write(name: str, content: str | bytes) -> None:
    """Writes a result so that the file is either the old one or complete.

    Raises:
        CommandError: it cannot be written there.
    """
    import tempfile

    expect_to_write(name)
    path = Path(name)
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
            os.chmod(temporary, path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
            os.replace(temporary, path.resolve())
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        text = translate("cli", '"{file}" cannot be written: {reason}.')
        raise CommandError(text.format(file=name, reason=_reason(error))) from error


def scenario_of(architecture: Architecture, wanted: str | None) -> Scenario | None:
    """The scenario with this id (or name), else the first, else None.

    Raises:
        CommandError: there is no such scenario.
    """
    if wanted is None:
        return architecture.scenarios[0] if architecture.scenarios else None
    for scenario in architecture.scenarios:
        if wanted in (scenario.id, scenario.name):
            return scenario
    known = ", ".join(scenario.id for scenario in architecture.scenarios) or translate("cli", "none")
    text = translate("cli", 'There is no scenario "{id}" in this model; it has: {known}.')
    raise CommandError(text.format(id=wanted, known=known))


def _example(folder: Path) -> str:
    found = sorted(folder.glob("*.loadpath.json"))
    return f'"{found[0]}"' if found else '"model.loadpath.json"'


def _reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
