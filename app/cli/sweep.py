"""`loadpath sweep`: varies one number over a range and shows what a metric makes of it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.cluster import work_of
from app.cli.failure import CommandError
from app.cli.files import read_model, scenario_of
from app.cli.runs import add_json_argument, add_run_arguments, deliver, expect_json
from app.cli.terminal import Terminal, cell_width
from app.cli.words import counted, translate
from app.cli.words import told as in_words

if TYPE_CHECKING:
    from models.architecture import Architecture
    from models.evidence.sweep import Point, Sweep

EXAMPLE = """
loadpath sweep shop.loadpath.json --vary load_factor=0.5:2:7 --metric p99_ms
loadpath sweep shop.loadpath.json --vary order.workers=4:32:8 --metric place-order.availability
loadpath sweep shop.loadpath.json --vary order-payment.timeout_ms=200:2000:10 --metric payment.utilisation
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=translate("cli", "a model file"))
    parser.add_argument(
        "--vary",
        required=True,
        metavar="PATH=LOW:HIGH:N",
        help=translate("cli", "what to vary: load_factor, or a number of the model; N values from LOW to HIGH"),
    )
    parser.add_argument(
        "--metric",
        required=True,
        metavar="M",
        help=translate("cli", "p99_ms, availability, goodput_per_s ... of every journey, or ID.METRIC of one part"),
    )
    parser.add_argument(
        "--scenario", metavar="ID", help=translate("cli", "default: the first one, or 120 s without faults")
    )
    add_run_arguments(parser, replications=translate("cli", "runs of each point; default: the scenario's, at least 5"))
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help=translate("cli", "let a Dask cluster do the work, such as tcp://127.0.0.1:8786"),
    )
    add_json_argument(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    architecture = read_model(arguments.file, terminal)
    expect_json(arguments)
    scenario = scenario_of(architecture, arguments.scenario)
    from models.evidence.execution import EvidenceError
    from models.evidence.sweep import sweep
    from models.simulation import SimulationError

    with work_of(arguments.cluster) as executor, terminal.progress(translate("cli", "Sweep")) as progress:
        try:
            found = sweep(
                architecture,
                arguments.vary,
                arguments.metric,
                scenario,
                seed=arguments.seed,
                replications=arguments.replications,
                duration_ms=arguments.duration_ms,
                executor=executor,
                progress=progress,
            )
        except EvidenceError as error:
            raise CommandError(f"{in_words(error.text)}.") from error
        except SimulationError as error:
            raise CommandError(in_words(getattr(error, "text", error))) from error
    deliver(arguments, terminal, found.as_json(), lambda: show(architecture, found, terminal))
    return 0


def show(architecture: Architecture, found: Sweep, terminal: Terminal) -> None:
    """Prints the verdict, then a line for each point: the metric with its interval, whether targets hold, whether it
    has settled."""
    scenario = architecture.label(found.scenario) if found.scenario else translate("cli", "no scenario")
    facts = translate("cli", "{time} s · seed {seed} · {runs} at each point").format(
        time=f"{found.duration_ms / 1000:g}",
        seed=found.seed,
        runs=counted(
            found.replications, translate("cli", "{count} replication"), translate("cli", "{count} replications")
        ),
    )
    title = architecture.name or translate("cli", "Model")
    terminal.line(f"{terminal.styled(f'{title} · {scenario}', 'bold')}  {terminal.styled(facts, 'quiet')}")
    terminal.line()
    terminal.paragraph(found.verdict)
    terminal.line()
    _show_points(architecture, found, terminal)
    for note in found.notes:
        terminal.paragraph(note, style="quiet")
    if found.assumptions:
        heading = translate("cli", "Assumed, because nobody said it ({count}); --json names them.")
        terminal.line(terminal.styled(heading.format(count=len(found.assumptions)), "quiet"))
    for what in dict.fromkeys(in_words(ignored) for ignored in found.ignored):
        text = translate("cli", "not simulated: {what}").format(what=what)
        terminal.paragraph(text, style="warning", hang="  ")


def _show_points(architecture: Architecture, found: Sweep, terminal: Terminal) -> None:
    from models.evidence.sweep_words import place

    path = found.range.path
    names = [architecture.label(measure.part) for measure in found.measures]
    rows = [
        (
            in_words(place(architecture, path, point.at)),
            *_values(found, point),
            *([_holds(point)] if found.targets else []),
            "" if point.settled else translate("cli", "not settled"),
        )
        for point in found.points
    ]
    columns = len(names)
    while columns > 1 and _width(path, names[:columns], rows, columns) > terminal.width:
        columns -= 1
    metric = found.measures[0].metric if found.measures else found.metric
    head = (path, *names[:columns], *([translate("cli", "targets")] if found.targets else []), "")
    cut = [(row[0], *row[1 : 1 + columns], *row[1 + len(names) :]) for row in rows]
    terminal.line(terminal.styled(translate("cli", "{metric} by {path}:").format(metric=metric, path=path), "quiet"))
    terminal.table(head, cut)
    if columns < len(names):
        left = ", ".join(names[columns:])
        text = translate("cli", "Too wide to show here, but in --json: {names}.").format(names=left)
        terminal.paragraph(text, style="quiet")
    terminal.line()


def _width(path: str, names: list[str], rows: list[tuple[str, ...]], columns: int) -> int:
    table = [(path, *names), *(row[: 1 + columns] for row in rows)]
    return sum(max(cell_width(row[i]) for row in table) + 2 for i in range(columns + 1)) + 22


def _values(found: Sweep, point: Point) -> list[str]:
    from models.evidence.sweep_words import amount

    told = []
    for measure, value in zip(found.measures, point.values, strict=True):
        half = (value.ci95[1] - value.ci95[0]) / 2 if value.ci95 is not None else None
        text = amount(measure.metric, value.value)
        told.append(text if half is None or value.value is None else f"{text} ± {amount(measure.metric, half)}")
    return told


def _holds(point: Point) -> str:
    return translate("cli", "met") if point.holds else translate("cli", "missed")
