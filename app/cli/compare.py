"""`loadpath compare`: two versions of a model under one scenario, with the same luck, and what the change does."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from app.cli.comparing import show_comparison
from app.cli.failure import CommandError
from app.cli.files import expect_to_write, read_model, write
from app.cli.terminal import Terminal
from app.cli.words import told, translate

if TYPE_CHECKING:
    from models.architecture import Architecture
    from models.evidence.comparison import Comparison

EXAMPLE = """
loadpath compare shop-before.loadpath.json shop.loadpath.json
loadpath compare shop-before.loadpath.json shop.loadpath.json --scenario bank-slows-down --replications 20
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from app.cli.simulate import count, duration, several

    parser.add_argument("old", metavar="OLD", help=translate("cli", "the older model file"))
    parser.add_argument("new", metavar="NEW", help=translate("cli", "the newer model file"))
    parser.add_argument(
        "--scenario", metavar="ID", help=translate("cli", "of either model; default: the first one of the newer")
    )
    parser.add_argument("--seed", type=count, metavar="N", help=translate("cli", "default: the scenario's"))
    parser.add_argument(
        "--replications", type=several, metavar="N", default=10, help=translate("cli", "independent runs; default: 10")
    )
    parser.add_argument(
        "--duration-ms", type=duration, metavar="N", help=translate("cli", "simulated time; default: the scenario's")
    )
    parser.add_argument(
        "--json", metavar="OUT", help=translate("cli", 'write everything to this file ("-": to the output)')
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from models.evidence.comparison import scenario_for
    from models.evidence.sentences import verdict
    from models.simulation import SimulationError

    old, new = read_model(arguments.old, terminal), read_model(arguments.new, terminal)
    if arguments.json not in (None, "-"):
        expect_to_write(arguments.json)
    try:
        scenario = scenario_for(old, new, arguments.scenario)
    except SimulationError as error:
        raise CommandError(told(getattr(error, "text", error))) from error
    found = _compared(old, new, arguments, terminal)
    sentence = verdict(found)
    document = {"scenario": scenario.id, "verdict": str(sentence), **found.as_json()}
    written = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if arguments.json == "-":
        terminal.raw(written)
        return 0
    terminal.paragraph(sentence, style="bold")
    terminal.line()
    name = scenario.name or scenario.id
    heading = translate("cli", "{scenario} · {count} runs of each").format(scenario=name, count=found.replications)
    show_comparison(heading, found, (translate("cli", "older"), translate("cli", "newer")), terminal)
    if arguments.json is not None:
        write(arguments.json, written)
        where = translate("cli", "The whole result is in {file}.").format(file=arguments.json)
        terminal.line(terminal.styled(where, "quiet"))
    return 0


def _compared(old: Architecture, new: Architecture, arguments: argparse.Namespace, terminal: Terminal) -> Comparison:
    from models.evidence.comparison import compare
    from models.simulation import SimulationError

    with terminal.progress(translate("cli", "Comparison")) as progress:
        try:
            return compare(
                old,
                new,
                arguments.scenario,
                seed=arguments.seed,
                replications=arguments.replications,
                duration_ms=arguments.duration_ms,
                progress=progress,
            )
        except SimulationError as error:
            raise CommandError(told(getattr(error, "text", error))) from error
