"""`loadpath demonstrate`: shows what a finding costs on this very model, and what its fix changes."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from app.cli.comparing import show_comparison
from app.cli.failure import CommandError
from app.cli.files import read_model, scenario_of
from app.cli.runs import add_json_argument, count, deliver, expect_json, several
from app.cli.terminal import Terminal
from app.cli.words import counted, told, translate

if TYPE_CHECKING:
    from models.architecture import Architecture
    from models.evidence.demonstration import Demonstration

EXAMPLE = """
loadpath demonstrate shop.loadpath.json --finding R01:order-payment
loadpath demonstrate shop.loadpath.json --finding T08:order-mail --replications 20 --json shown.json
"""
MOST_NUMBERS = 12


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=translate("cli", "a model file"))
    parser.add_argument(
        "--finding",
        metavar="ID",
        required=True,
        help=translate("cli", "a finding's id, as `loadpath check --format json` has it"),
    )
    parser.add_argument(
        "--scenario",
        metavar="ID",
        help=translate("cli", "take the settings and the load factor of this scenario; default: the model's own load"),
    )
    parser.add_argument("--seed", type=count, metavar="N", help=translate("cli", "default: 1"))
    parser.add_argument(
        "--replications",
        type=several,
        metavar="N",
        help=translate("cli", "independent runs, 2 or more; default: 10, fewer for a large model"),
    )
    add_json_argument(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    architecture = read_model(arguments.file, terminal)
    expect_json(arguments)
    shown = _demonstrated(architecture, arguments, terminal)
    deliver(arguments, terminal, shown.as_json(), lambda: show(shown, terminal))
    return 0


def _demonstrated(architecture: Architecture, arguments: argparse.Namespace, terminal: Terminal) -> Demonstration:
    from models.evidence.demonstration import DemonstrationError, demonstrate
    from models.simulation import SimulationError

    base = scenario_of(architecture, arguments.scenario) if arguments.scenario is not None else None
    with terminal.progress(arguments.finding) as progress:
        try:
            return demonstrate(
                architecture,
                arguments.finding,
                scenario=base,
                seed=arguments.seed,
                replications=arguments.replications,
                progress=progress,
            )
        except (DemonstrationError, SimulationError) as error:
            raise CommandError(told(getattr(error, "text", error))) from error


def show(shown: Demonstration, terminal: Terminal) -> None:
    """Prints the finding, the verdict, then the figures behind each of its sentences and what they lean on."""
    title = terminal.styled(f"{shown.finding.id}  {told(shown.finding.name)}", "bold")
    runs = counted(
        shown.replications, translate("cli", "{count} replication"), translate("cli", "{count} replications")
    )
    facts = translate("cli", "{time} s · seed {seed} · {runs} · {events} events").format(
        time=f"{(shown.scenario.duration_ms or 0) / 1000:g}",
        seed=shown.scenario.seed,
        runs=runs,
        events=f"{shown.events:,}",
    )
    terminal.line(f"{title}  {terminal.styled(facts, 'quiet')}")
    terminal.paragraph(shown.finding.message, indent="  ")
    terminal.line()
    terminal.paragraph(shown.verdict)
    terminal.line()
    for heading, comparison, sides in (
        (
            translate("cli", "What the fault does, as the model stands"),
            shown.harm,
            (translate("cli", "without"), translate("cli", "with it")),
        ),
        (
            translate("cli", "What the fix changes, with the fault" if shown.harm else "What the fix changes"),
            shown.effect,
            (translate("cli", "as it is"), translate("cli", "with fix")),
        ),
        (
            translate("cli", "What the fix costs, without any fault"),
            shown.cost,
            (translate("cli", "as it is"), translate("cli", "with fix")),
        ),
    ):
        if comparison is not None:
            show_comparison(heading, comparison, sides, terminal)
    _show_numbers(shown, terminal)
    luck = translate(
        "cli",
        "The verdict speaks of the figures chosen before the run, whose intervals hold together at 95%. Every other "
        "figure has its own, so one in twenty of them differs by luck.",
    )
    terminal.paragraph(luck, style="quiet")
    for note in shown.notes:
        terminal.paragraph(note, style="quiet")


def _show_numbers(shown: Demonstration, terminal: Terminal) -> None:
    numbers = shown.unsaid
    if not numbers:
        return
    heading = translate("cli", "Assumed, because nobody said it ({count}):").format(count=len(numbers))
    terminal.line(terminal.styled(heading, "quiet"))
    for path in numbers[:MOST_NUMBERS]:
        value = json.dumps(shown.assumptions[path], ensure_ascii=False)
        terminal.line(terminal.styled(f"  {path} = {value}", "italic"))
    if len(numbers) > MOST_NUMBERS:
        more = translate("cli", "and {count} more; --json has all").format(count=len(numbers) - MOST_NUMBERS)
        terminal.line(terminal.styled(f"  {more}", "quiet"))
