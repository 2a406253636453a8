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
from typing import NoReturn

import models
from app.cli.commands import COMMANDS, NOT_YET
from app.cli.failure import CommandError
from app.cli.terminal import Terminal

COLLECT_AFTER = 200_000
"""New objects between two garbage collections: importing makes many that stay, and looking through them time and again
costs a seventh of the time of `loadpath check`."""
FINE, FOUND, BAD, INTERRUPTED = 0, 1, 2, 130
INTRODUCTION = """loadpath models service architectures: draw one, see what is wrong, put it under load, prove the fix.

  loadpath [FILE]                  open the window
  loadpath COMMAND ...             work without it"""
CODES = "Exit codes: 0 fine, 1 findings or failed expectations, 2 bad input or usage."


class _Parser(argparse.ArgumentParser):
    """Tells a mistake in one sentence that ends with where to look, instead of printing the usage."""

    def error(self, message: str) -> NoReturn:
        raise CommandError(f'{message[:1].upper()}{message[1:].rstrip(".")}; see "{self.prog} --help".')


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code; never raises, except what a debugger should see."""
    gc.set_threshold(COLLECT_AFTER, *gc.get_threshold()[1:])
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
        terminal.note("loadpath: stopped.")
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
    if name in NOT_YET:
        raise CommandError(f'"{name}" ({NOT_YET[name]}) comes with a later version of Loadpath.')
    command = COMMANDS.get(name)
    if command is None:
        raise CommandError(_unknown(name))
    module = importlib.import_module(command.module)
    parser = _Parser(
        prog=f"loadpath {name}",
        description=f"{command.summary[0].upper()}{command.summary[1:]}.",
        epilog=f"Example:\n{_indented(module.EXAMPLE)}\n\n{CODES}",
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


def _overview() -> str:
    width = max(map(len, COMMANDS))
    lines = [INTRODUCTION, "", "Commands:"]
    lines += [f"  {command.name:<{width}}  {command.summary}" for command in COMMANDS.values()]
    lines += ["", "loadpath COMMAND --help tells more, with an example.", CODES]
    return "\n".join(lines)


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, COMMANDS, n=1)
    hint = f' (did you mean "{close[0]}"?)' if close else ""
    return f'There is no command "{name}"{hint}. "loadpath --help" lists all.'


def _indented(text: str) -> str:
    return "\n".join(f"  {line}" for line in text.strip().splitlines())


def _unexpected(error: Exception, arguments: list[str]) -> str:
    """One sentence for what should not have happened; everything a developer needs goes into the log."""
    what = f"Something went wrong inside Loadpath ({type(error).__name__})"
    try:
        log = log_file()
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.write(f"loadpath {models.__version__} {arguments!r}\n{traceback.format_exc()}\n")
    except OSError:
        return f"{what}, and no log could be written: {_first_line(error)}"
    return f"{what}; please report it with the log in {log}."


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["no details"])[0][:200]


def log_file() -> Path:
    """Where unexpected errors are written down."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "loadpath" / "loadpath.log"
