"""Chooses the command, runs it, and turns whatever goes wrong into one sentence and an exit code."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import gc
import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import NoReturn

import models
from app.cli.commands import COMMANDS
from app.cli.failure import CommandError
from app.cli.terminal import Terminal
from app.cli.words import QT_TRANSLATE_NOOP, listen, translate

COLLECT_AFTER = 200_000
"""New objects between two garbage collections: importing makes many that stay, and looking through them time and again
costs a seventh of the time of `loadpath check`."""
FINE, FOUND, BAD, INTERRUPTED = 0, 1, 2, 130
INTRODUCTION = QT_TRANSLATE_NOOP(
    "cli",
    """loadpath models service architectures: draw one, see what is wrong, put it under load, prove the fix.

  loadpath [FILE]                  open the window
  loadpath COMMAND ...             work without it""",
)
CODES = QT_TRANSLATE_NOOP("cli", "Exit codes: 0 fine, 1 findings or failed expectations, 2 bad input or usage.")


class _Parser(argparse.ArgumentParser):
    """Tells a mistake in one sentence that ends with where to look, instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        problem = f"{message[:1].upper()}{message[1:].rstrip('.')}"
        raise CommandError(
            translate("cli", '{problem}; see "{program} --help".').format(problem=problem, program=self.prog)
        )


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; never raises, except what a debugger should see."""
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
    listen()
    arguments = list(sys.argv[1:] if argv is None else argv)
    terminal = Terminal()
    try:
        code = _run(arguments, terminal)
        sys.stdout.flush()
        return code
    except CommandError as error:
        terminal.note(f"loadpath: {error}")
        return BAD
    except BrokenPipeError:
        # Whoever read the output has seen enough. Python would complain once more when it closes the stream.
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except KeyboardInterrupt:
        terminal.note("loadpath: " + translate("cli", "stopped."))
        return INTERRUPTED
    except Exception as error:
        terminal.note(f"loadpath: {_unexpected(error, arguments)}")
        return BAD


def _run(arguments: list[str], terminal: Terminal) -> int:
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        if len(arguments) > 1 and arguments[0] == "help":
            return _run([arguments[1], "--help"], terminal)
        terminal.line(_overview())
        return FINE if arguments else BAD
    if arguments[0] in ("-V", "--version"):
        terminal.line(f"loadpath {models.__version__}")
        return FINE
    name, *rest = arguments
    command = COMMANDS.get(name)
    if command is None:
        raise CommandError(_unknown(name))
    module = importlib.import_module(command.module)
    summary = translate("cli", command.summary)
    parser = _Parser(
        prog=f"loadpath {name}",
        description=f"{summary[0].upper()}{summary[1:]}.",
        epilog="\n".join((*_notes(module), translate("cli", "Example:"), _indented(module.EXAMPLE), "", _codes())),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    module.add_arguments(parser)
    try:
        parsed = parser.parse_args(rest)
    except SystemExit as stop:
        return FINE if not stop.code else BAD
    code = module.run(parsed, terminal)
    assert isinstance(code, int)
    return code


def _notes(module: ModuleType) -> tuple[str, ...]:
    """What a command says about itself at length, if it does."""
    return (translate("cli", module.NOTES), "") if hasattr(module, "NOTES") else ()


def _codes() -> str:
    return translate("cli", CODES)


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [translate("cli", INTRODUCTION), "", translate("cli", "Commands:")]
    lines += [f"  {command.name:<{width}}  {translate('cli', command.summary)}" for command in COMMANDS.values()]
    lines += ["", translate("cli", "loadpath COMMAND --help tells more, with an example."), translate("cli", CODES)]
    return "\n".join(lines)


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = translate("cli", ' (did you mean "{name}"?)').format(name=close[0]) if close else ""
    text = translate("cli", 'There is no command "{command}"{hint}. "loadpath --help" lists all.')
    return text.format(command=name, hint=hint)


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())


def _unexpected(error: Exception, arguments: list[str]) -> str:
    """One sentence for what should not have happened; everything a developer needs goes into the log."""
    kind = type(error).__name__
    try:
        log = log_file()
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(f"loadpath {models.__version__} {arguments!r}\n{traceback.format_exc()}\n")
    except OSError:
        text = translate("cli", "Something went wrong inside Loadpath ({kind}), and no log could be written: {reason}")
        return text.format(kind=kind, reason=_first_line(error))
    text = translate("cli", "Something went wrong inside Loadpath ({kind}); please report it with the log in {log}.")
    return text.format(kind=kind, log=log)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no details"])[0][:200]


def log_file() -> Path:
    """Where unexpected errors are written down."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "loadpath" / "loadpath.log"
