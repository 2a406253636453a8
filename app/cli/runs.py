"""What commands that simulate have in common: numbers on the command line, and where the whole result goes."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any

from app.cli.files import expect_to_write, write
from app.cli.json_text import written
from app.cli.terminal import Terminal
from app.cli.words import translate


def count(text: str) -> int:
    """Parses a whole number from 0."""
    return _whole(text, 0)


def positive(text: str) -> int:
    return _whole(text, 1)


def several(text: str) -> int:
    """Parses a number of replications that are to have an interval."""
    return _whole(text, 2)


def duration(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 1e12:
        problem = translate("cli", '"{value}" is not a number of milliseconds above 0')
        raise argparse.ArgumentTypeError(problem.format(value=text))
    return number


def add_run_arguments(
    parser: argparse.ArgumentParser, *, replications: str, parse: Callable[[str], int] = positive
) -> None:
    """--seed, --replications (with this help, read so) and --duration-ms, each the scenario's unless said."""
    parser.add_argument("--seed", type=count, metavar="N", help=translate("cli", "default: the scenario's"))
    parser.add_argument("--replications", type=parse, metavar="N", help=replications)
    parser.add_argument(
        "--duration-ms", type=duration, metavar="N", help=translate("cli", "simulated time; default: the scenario's")
    )


def add_json_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--json", metavar="OUT", help=translate("cli", 'write the whole result to this file ("-": to the output)')
    )


def expect_json(arguments: argparse.Namespace) -> None:
    """Finds out before a long run whether its result can be written.

    Raises:
        CommandError: it cannot.
    """
    if arguments.json not in (None, "-"):
        expect_to_write(arguments.json)


def deliver(
    arguments: argparse.Namespace, terminal: Terminal, document: dict[str, Any], show: Callable[[], None]
) -> None:
    """Shows a result to a person and writes it whole where `--json` says; with "-" only the document is written."""
    text = written(document)
    if arguments.json == "-":
        terminal.raw(text)
        return
    show()
    if arguments.json is not None:
        write(arguments.json, text + "\n")
        where = translate("cli", "The whole result is in {file}.").format(file=arguments.json)
        terminal.line(terminal.styled(where, "quiet"))


def _whole(text: str, least: int) -> int:
    try:
        number = int(text)
    except ValueError:
        number = least - 1
    if not least <= number <= 1_000_000_000:
        problem = translate("cli", '"{value}" is not a whole number from {least}')
        raise argparse.ArgumentTypeError(problem.format(value=text, least=least))
    return number
