"""`loadpath simulate`: puts a model under the load and faults of a scenario."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from app.cli.failure import CommandError
from app.cli.files import read_model, scenario_of
from app.cli.runs import add_json_argument, add_run_arguments, deliver, expect_json
from app.cli.terminal import Terminal
from app.cli.words import QT_TRANSLATE_NOOP, counted, translate
from app.cli.words import told as in_words

if TYPE_CHECKING:
    from models.architecture import Architecture
    from models.simulation import Result

EXAMPLE = """
loadpath simulate shop.loadpath.json
loadpath simulate shop.loadpath.json --scenario bank-slows-down --seed 7 --replications 10 --json result.json
"""
NOTES = QT_TRANSLATE_NOOP(
    "cli",
    """\
How far the numbers can be trusted: the mechanism is exact and tested against queueing theory; the inputs are
yours, and what nobody said is assumed and listed. The interval of a mean tells the luck of the draw, not the
error of the inputs. "Not settled" means that a longer run would tell something else. Not modelled: network
congestion, processors and memory shared between services, locks in stores, and all that "not simulated" lists.""",
)
MOST_ELEMENTS = 15


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=translate("cli", "a model file"))
    parser.add_argument(
        "--scenario", metavar="ID", help=translate("cli", "default: the first one, or 120 s without faults")
    )
    add_run_arguments(parser, replications=translate("cli", "independent runs; default: the scenario's"))
    add_json_argument(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    architecture = read_model(arguments.file, terminal)
    expect_json(arguments)
    result = simulated(
        architecture,
        terminal,
        scenario=arguments.scenario,
        seed=arguments.seed,
        replications=arguments.replications,
        duration_ms=arguments.duration_ms,
    )
    told = result.as_json()
    deliver(arguments, terminal, told, lambda: show(architecture, result, told, terminal))
    return 0 if all(met for _expectation, _measured, met in result.expectations) else 1


def simulated(
    architecture: Architecture,
    terminal: Terminal,
    *,
    scenario: str | None = None,
    seed: int | None = None,
    replications: int | None = None,
    duration_ms: float | None = None,
) -> Result:
    """Runs one scenario with a progress bar.

    Raises:
        CommandError: there is no such scenario, or the model cannot be simulated.
    """
    from models.simulation import SimulationError, simulate

    chosen = scenario_of(architecture, scenario)
    title = (chosen.name or chosen.id) if chosen else translate("cli", "Simulation")
    with terminal.progress(title) as progress:
        try:
            return simulate(
                architecture,
                chosen,
                seed=seed,
                replications=replications,
                duration_ms=duration_ms,
                progress=progress,
            )
        except SimulationError as error:
            raise CommandError(in_words(getattr(error, "text", error))) from error


def show(architecture: Architecture, result: Result, told: dict[str, Any], terminal: Terminal) -> None:
    """Prints the verdict, then the numbers of journeys, elements and channels, then what the numbers rest on."""
    scenario = architecture.label(told["scenario"]) if told["scenario"] else translate("cli", "no scenario")
    runs = counted(
        told["replications"], translate("cli", "{count} replication"), translate("cli", "{count} replications")
    )
    facts = translate("cli", "{time} s · seed {seed} · {runs} · {events} events in {wall} s").format(
        time=f"{told['duration_ms'] / 1000:g}",
        seed=told["seed"],
        runs=runs,
        events=f"{told['events']:,}",
        wall=f"{told['wall_s']:.2f}",
    )
    title = architecture.name or told["model"] or translate("cli", "Model")
    terminal.line(f"{terminal.styled(f'{title} · {scenario}', 'bold')}  {terminal.styled(facts, 'quiet')}")
    terminal.line()
    terminal.paragraph(result.verdict)
    terminal.line()
    _show_journeys(architecture, told, terminal)
    _show_elements(architecture, told, terminal)
    _show_channels(architecture, told, terminal)
    _show_expectations(architecture, result, terminal)
    if told["assumptions"]:
        heading = translate("cli", "Assumed, because nobody said it ({count}):").format(count=len(told["assumptions"]))
        terminal.line(terminal.styled(heading, "quiet"))
        for path, value in list(told["assumptions"].items())[:12]:
            terminal.line(terminal.styled(f"  {path} = {_plain(value)}", "italic"))
        if len(told["assumptions"]) > 12:
            more = translate("cli", "and {count} more; --json has all").format(count=len(told["assumptions"]) - 12)
            terminal.line(terminal.styled(f"  {more}", "quiet"))
    for ignored in result.ignored:
        text = translate("cli", "not simulated: {what}").format(what=in_words(ignored))
        terminal.paragraph(text, style="warning", hang="  ")


def _show_journeys(architecture: Architecture, told: dict[str, Any], terminal: Terminal) -> None:
    rows = []
    for key, journey in told["journeys"].items():
        latency = journey["latency_ms"]
        rows.append(
            (
                architecture.label(key),
                f"{journey['offered']:,}",
                _number(journey["goodput_per_s"], "/s"),
                _share(journey["availability"]),
                f"{journey['failed']:,}",
                *(_number(latency[name], " ms") for name in ("mean", "p50", "p95", "p99")),
            )
        )
    head = (
        translate("cli", "Journey"),
        translate("cli", "offered"),
        translate("cli", "goodput"),
        translate("cli", "available"),
        translate("cli", "failed"),
        translate("cli", "mean"),
    )
    terminal.table((*head, "p50", "p95", "p99"), rows)
    for key, journey in told["journeys"].items():
        causes = [f"{cause.replace('_', ' ')} {count:,}" for cause, count in journey["errors"].items() if count]
        if causes:
            text = translate("cli", "{journey} failed by: {causes}")
            text = text.format(journey=architecture.label(key), causes=", ".join(causes))
            terminal.paragraph(text, style="quiet", indent="  ")
    terminal.line()


def _show_elements(architecture: Architecture, told: dict[str, Any], terminal: Terminal) -> None:
    busy = [(key, row) for key, row in told["elements"].items() if row["arrivals"]]
    busy.sort(key=lambda item: -(item[1]["utilisation"] or 0))
    rows = [
        (
            architecture.label(key),
            f"{row['arrivals']:,}",
            _share(row["utilisation"]),
            _number(row["mean_queue"], ""),
            _number(row["mean_wait_ms"], " ms"),
            f"{row['rejected']:,}",
            _number(row["wasted_ms"] / 1000 if row["wasted_ms"] is not None else None, " s"),
        )
        for key, row in busy[:MOST_ELEMENTS]
    ]
    if rows:
        head = (
            translate("cli", "Element"),
            translate("cli", "arrivals"),
            translate("cli", "busy"),
            translate("cli", "waiting"),
            translate("cli", "mean wait"),
            translate("cli", "rejected"),
            translate("cli", "wasted"),
        )
        terminal.table(head, rows)
        if len(busy) > MOST_ELEMENTS:
            more = counted(
                len(busy) - MOST_ELEMENTS,
                translate("cli", "and {count} that is less busy"),
                translate("cli", "and {count} that are less busy"),
            )
            terminal.line(terminal.styled(more, "quiet"))
        terminal.line()


def _show_channels(architecture: Architecture, told: dict[str, Any], terminal: Terminal) -> None:
    rows = [
        (
            architecture.label(key),
            f"{row['published']:,}",
            f"{row['acknowledged']:,}",
            f"{row['waiting']:,}",
            f"{row['max_depth']:,}",
            f"{row['dead_lettered']:,}",
            f"{row['dropped']:,}",
        )
        for key, row in told["channels"].items()
    ]
    if rows:
        head = (
            translate("cli", "Channel"),
            translate("cli", "published"),
            translate("cli", "acknowledged"),
            translate("cli", "waiting"),
            translate("cli", "deepest"),
            translate("cli", "dead-lettered"),
            translate("cli", "dropped"),
        )
        terminal.table(head, rows)
        terminal.line()


def _show_expectations(architecture: Architecture, result: Result, terminal: Terminal) -> None:
    for expectation, measured, met in result.expectations:
        bounds = [
            text.format(bound=_plain(bound))
            for text, bound in (
                (translate("cli", "at most {bound}"), expectation.at_most),
                (translate("cli", "at least {bound}"), expectation.at_least),
            )
            if bound is not None
        ]
        what = f"{architecture.label(expectation.journey)} {expectation.metric} {', '.join(bounds)}"
        mark = terminal.mark("good" if met else "bad")
        terminal.line(f"{mark} {what}: {_plain(measured)}")
    if result.expectations:
        terminal.line()


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    return f"{value:,.0f}{unit}" if abs(value) >= 100 else f"{value:,.1f}{unit}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict | list) else str(value)
