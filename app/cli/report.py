"""`loadpath report`: everything about a model in one file to read, print and sign."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.failure import CommandError
from app.cli.files import expect_to_write, read_model, scenario_of, write
from app.cli.simulate import simulated
from app.cli.terminal import Terminal
from app.cli.words import counted, translate

if TYPE_CHECKING:
    from models.simulation import Result

EXAMPLE = """
loadpath report shop.loadpath.json -o shop.html
loadpath report shop.loadpath.json -o shop.html --scenario bank-slows-down
"""
LATER = {".pdf": "PDF", ".md": "Markdown"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=translate("cli", "a model file"))
    parser.add_argument(
        "-o", "--output", metavar="OUT", required=True, help=translate("cli", "the file to write: OUT.html")
    )
    parser.add_argument(
        "--scenario",
        metavar="ID",
        action="append",
        help=translate("cli", "simulate this scenario (may be given again); default: all"),
    )
    parser.add_argument(
        "--no-simulation", action="store_true", help=translate("cli", "only the model and its findings")
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    expect_to_write(arguments.output)
    suffix = Path(arguments.output).suffix.lower()
    if suffix in LATER:
        text = translate("cli", "A report as {format} comes with a later version; name a file that ends in .html.")
        raise CommandError(text.format(format=LATER[suffix]))
    if suffix not in (".html", ".htm"):
        text = translate("cli", 'A report is a web page: "{file}" should end in .html.')
        raise CommandError(text.format(file=arguments.output))
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
    page = report(architecture, analysis, results, generated=datetime.now().astimezone(), translate=translate)
    write(arguments.output, page)
    findings, simulations = len(analysis.findings), len(results)
    contents = [
        counted(findings, translate("cli", "{count} finding"), translate("cli", "{count} findings")),
        counted(simulations, translate("cli", "{count} simulation"), translate("cli", "{count} simulations")),
    ]
    text = translate("cli", "{file} is written: {contents}.")
    terminal.line(text.format(file=arguments.output, contents=", ".join(contents)))
    return 0
