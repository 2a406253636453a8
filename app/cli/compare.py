"""`loadpath compare`: two versions of a model under one scenario, as paired differences with intervals."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.cli.comparing import show_comparison
from app.cli.failure import CommandError
from app.cli.files import read_model
from app.cli.runs import add_json_argument, add_run_arguments, deliver, expect_json, several
from app.cli.terminal import Terminal
from app.cli.words import QT_TRANSLATE_NOOP, counted, told, translate

if TYPE_CHECKING:
    from models.evidence.comparison import Comparison

NOTHING_IN_COMMON = QT_TRANSLATE_NOOP(
    "cli", "The two versions have no journey in common, so nothing says what the change does."
)
EXAMPLE = """
loadpath compare shop-before.loadpath.json shop.loadpath.json
loadpath compare shop-before.loadpath.json shop.loadpath.json --scenario busy-evening --replications 20 --json -
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("old", metavar="OLD", help=translate("cli", "the older model file"))
    parser.add_argument("new", metavar="NEW", help=translate("cli", "the newer model file"))
    parser.add_argument(
        "--scenario",
        metavar="ID",
        help=translate("cli", "a scenario of either; default: the newer one's first, or 120 s without faults"),
    )
    add_run_arguments(parser, replications=translate("cli", "runs of each, 2 or more; default: 10"), parse=several)
    add_json_argument(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    old, new = read_model(arguments.old, terminal), read_model(arguments.new, terminal)
    expect_json(arguments)
    from models.evidence.comparison import REPLICATIONS, compare, scenario_for
    from models.simulation import SimulationError

    with terminal.progress(translate("cli", "Compare")) as progress:
        try:
            scenario = scenario_for(old, new, arguments.scenario)
            found = compare(
                old,
                new,
                scenario,
                seed=arguments.seed,
                replications=arguments.replications or REPLICATIONS,
                duration_ms=arguments.duration_ms,
                progress=progress,
            )
        except SimulationError as error:
            raise CommandError(told(getattr(error, "text", error))) from error
    document = _document(found, scenario.id)
    deliver(arguments, terminal, document, lambda: show(found, new.label(scenario.id), terminal))
    return 0


def _document(found: Comparison, scenario: str) -> dict[str, Any]:
    from models.evidence.sentences import of_journeys, verdict

    journeys = {journey: str(sentence) for journey, sentence in of_journeys(found).items()}
    return {
        "old": found.old.name,
        "new": found.new.name,
        "scenario": scenario,
        "verdict": str(verdict(found)) if journeys else NOTHING_IN_COMMON,
        "journeys": journeys,
        **found.as_json(),
    }


def show(found: Comparison, scenario: str, terminal: Terminal) -> None:
    """Prints what the change does in words, a sentence for each journey, and the figures behind them."""
    from models.evidence.sentences import of_journeys

    runs = counted(
        found.replications, translate("cli", "{count} replication"), translate("cli", "{count} replications")
    )
    terminal.line(f"{terminal.styled(scenario, 'bold')}  {terminal.styled(runs, 'quiet')}")
    terminal.line()
    sentences = list(of_journeys(found).values())
    for sentence in sentences:
        terminal.paragraph(sentence)
    if not sentences:
        terminal.paragraph(translate("cli", NOTHING_IN_COMMON), style="warning")
    terminal.line()
    sides = (translate("cli", "older"), translate("cli", "newer"))
    show_comparison(translate("cli", "What the change does"), found, sides, terminal)
    luck = translate(
        "cli",
        "Availability, mean and p99 of all journeys are judged, and their intervals hold together at 95%. Every other "
        "figure has its own, so one in twenty of them differs by luck.",
    )
    terminal.paragraph(luck, style="quiet")
