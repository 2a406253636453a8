"""`loadpath report`: everything about a model in one file to read, print and sign."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.failure import CommandError
from app.cli.files import read_model, scenario_of, write
from app.cli.simulate import simulated
from app.cli.terminal import Terminal

if TYPE_CHECKING:
    from models.simulation import Result

EXAMPLE = """
loadpath report shop.loadpath.json -o shop.html
loadpath report shop.loadpath.json -o shop.html --scenario bank-slows-down
"""
LATER = {".pdf": "PDF", ".md": "Markdown"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help="a model file")
    parser.add_argument("-o", "--output", metavar="OUT", required=True, help="the file to write: OUT.html")
    parser.add_argument(
        "--scenario", metavar="ID", action="append", help="simulate this scenario (may be given again); default: all"
    )
    parser.add_argument("--no-simulation", action="store_true", help="only the model and its findings")


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    suffix = Path(arguments.output).suffix.lower()
    if suffix in LATER:
        raise CommandError(f"A report as {LATER[suffix]} comes with a later version; name a file that ends in .html.")
    if suffix not in (".html", ".htm"):
        raise CommandError(f'A report is a web page: "{arguments.output}" should end in .html.')
    from models.analysis import analyse
    from models.reports.html import report

    architecture = read_model(arguments.file, terminal)
    for wanted in arguments.scenario or ():
        scenario_of(architecture, wanted)
    analysis = analyse(architecture)
    results: tuple[Result, ...] = ()
    if not arguments.no_simulation:
        chosen = arguments.scenario or [scenario.id for scenario in architecture.scenarios] or [None]
        results = tuple(simulated(architecture, terminal, scenario=scenario) for scenario in chosen)
    page = report(architecture, analysis, results, generated=datetime.now().astimezone())
    write(arguments.output, page)
    terminal.line(
        f"{arguments.output} is written: {_counted(len(analysis.findings), 'finding')}, "
        f"{_counted(len(results), 'simulation')}."
    )
    return 0


def _counted(number: int, word: str) -> str:
    return f"{number or 'no'} {word}" if number == 1 else f"{number or 'no'} {word}s"
