"""`loadpath blast`: what every kind of fault on every element does to every journey."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
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
    from models.evidence.blast_radius import BlastRadius, Cell, JourneyOutcome
    from models.evidence.effects import Effect

    Block = tuple[Cell, list[tuple[str, ...]]]

EXAMPLE = """
loadpath blast shop.loadpath.json
loadpath blast shop.loadpath.json --scenario busy-evening --replications 20 --json blast.json
loadpath blast shop.loadpath.json --links --all
loadpath blast shop.loadpath.json --cluster tcp://127.0.0.1:8786
"""
MOST_FAULTS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", help=translate("cli", "a model file"))
    parser.add_argument(
        "--scenario",
        metavar="ID",
        help=translate("cli", "whose load to take; default: the first one, or 120 s at the journeys' own load"),
    )
    add_run_arguments(parser, replications=translate("cli", "runs of each fault; default: the scenario's, at least 5"))
    parser.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help=translate("cli", "let a Dask cluster do the work, such as tcp://127.0.0.1:8786"),
    )
    parser.add_argument("--links", action="store_true", help=translate("cli", "try the faults on every link too"))
    parser.add_argument("--all", action="store_true", help=translate("cli", "show every fault, not the worst alone"))
    add_json_argument(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    architecture = read_model(arguments.file, terminal)
    expect_json(arguments)
    scenario = scenario_of(architecture, arguments.scenario)
    from models.evidence.blast_radius import blast_radius
    from models.evidence.execution import EvidenceError
    from models.simulation import SimulationError

    with work_of(arguments.cluster) as executor, terminal.progress(translate("cli", "Blast radius")) as progress:
        try:
            found = blast_radius(
                architecture,
                scenario,
                seed=arguments.seed,
                replications=arguments.replications,
                duration_ms=arguments.duration_ms,
                links=arguments.links,
                executor=executor,
                progress=progress,
            )
        except EvidenceError as error:
            raise CommandError(f"{in_words(error.text)}.") from error
        except SimulationError as error:
            raise CommandError(in_words(getattr(error, "text", error))) from error
    deliver(arguments, terminal, found.as_json(), lambda: show(architecture, found, terminal, everything=arguments.all))
    return 0


def show(architecture: Architecture, found: BlastRadius, terminal: Terminal, *, everything: bool = False) -> None:
    """Prints the verdict, the harm of each fault to each journey, what happened to messages, and what was not tried."""
    scenario = architecture.label(found.scenario) if found.scenario else translate("cli", "no scenario")
    runs = counted(
        found.replications, translate("cli", "{count} replication"), translate("cli", "{count} replications")
    )
    facts = translate("cli", "{time} s, each fault from {begin} to {end} s · seed {seed} · {runs}").format(
        time=f"{found.duration_ms / 1000:g}",
        begin=f"{found.fault_from_ms / 1000:g}",
        end=f"{found.fault_until_ms / 1000:g}",
        seed=found.seed,
        runs=runs,
    )
    title = architecture.name or translate("cli", "Model")
    terminal.line(terminal.styled(f"{title} · {scenario}", "bold"))
    terminal.line(terminal.styled(facts, "quiet"))
    terminal.line()
    terminal.paragraph(found.verdict)
    terminal.line()
    tried = [cell for cell in found.cells if cell.reason is None]
    notable = [cell for cell in tried if everything or _notable(cell)]
    notable.sort(key=_badness, reverse=True)
    shown = notable if everything else notable[:MOST_FAULTS]
    _show_harm(architecture, shown, terminal, everything)
    if len(notable) > len(shown):
        more = counted(
            len(notable) - len(shown),
            translate("cli", "and {count} fault that does less; --all shows it"),
            translate("cli", "and {count} faults that do less; --all shows them"),
        )
        terminal.line(terminal.styled(more, "quiet"))
        terminal.line()
    _show_messages(architecture, shown, terminal)
    _show_rest(architecture, [cell for cell in tried if cell not in notable], terminal)
    _show_untried(architecture, found, terminal)
    _show_grounds(found, terminal)


def _notable(cell: Cell) -> bool:
    return any(outcome.harmed or outcome.slowed for outcome in cell.journeys.values()) or bool(_messages(cell))


def _badness(cell: Cell) -> tuple[float, float]:
    slower = max((outcome.effects["p95_ms"].change or 0.0 for outcome in cell.journeys.values()), default=0.0)
    return cell.badness, slower


def _show_harm(architecture: Architecture, cells: list[Cell], terminal: Terminal, everything: bool) -> None:
    head: tuple[str, ...] = (
        "",
        translate("cli", "lost"),
        translate("cli", "lost later"),
        translate("cli", "degraded"),
        translate("cli", "incomplete"),
        translate("cli", "wrong"),
        "p95",
        translate("cli", "back after"),
    )
    blocks: list[Block] = []
    for cell in cells:
        rows = [
            (f"  {architecture.label(name)}", *_row(outcome))
            for name, outcome in sorted(cell.journeys.items(), key=lambda item: item[0] not in cell.harmed)
            if everything or outcome.harmed or outcome.slowed
        ]
        if rows:
            blocks.append((cell, rows))
    _show_blocks(architecture, head, blocks, terminal)


def _show_blocks(architecture: Architecture, head: tuple[str, ...], blocks: list[Block], terminal: Terminal) -> None:
    """A line for each fault and a row for each journey or channel below it; columns that say nothing are left out."""
    if not blocks:
        return
    kept = [i for i in range(len(head)) if i == 0 or any(row[i] != "–" for _, rows in blocks for row in rows)]
    head = tuple(head[i] for i in kept)
    blocks = [(cell, [tuple(row[i] for i in kept) for row in rows]) for cell, rows in blocks]
    every = [head, *(row for _, rows in blocks for row in rows)]
    widths = [max(cell_width(row[i]) for row in every) for i in range(len(head))]
    terminal.line(terminal.styled(_line(head, widths), "quiet"))
    for cell, rows in blocks:
        mark = terminal.mark("error" if cell.metastable else "warning" if cell.harmed else "info")
        terminal.line(f"{mark} {_name(architecture, cell)}")
        for row in rows:
            terminal.line(_line(row, widths))
    terminal.line()


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    first, *others = row
    cells = [first + " " * (widths[0] - cell_width(first))]
    cells += [" " * (width - cell_width(text)) + text for text, width in zip(others, widths[1:], strict=True)]
    return "  ".join(cells).rstrip()


def _row(outcome: JourneyOutcome) -> Iterator[str]:
    effects = outcome.effects
    for name in ("lost_share", "lost_after_share", "degraded_share", "incomplete_share", "silent_wrong_share"):
        found = effects[name]
        change = found.change or 0.0
        yield f"{change:.1%}".replace("100.0%", "100%") + _half(found) if found.shown and change > 0.0005 else "–"
    p95 = effects["p95_ms"]
    yield f"{p95.change:+,.0f} ms" if outcome.slowed and p95.change is not None else "–"
    back = outcome.recovery
    if outcome.metastable:
        yield translate("cli", "not back")
    elif 2 * back.draining >= back.judged > 0:
        yield translate("cli", "still draining")
    elif back.mean_ms is None:
        yield "–"
    else:
        yield f"{back.mean_ms / 1000:,.1f} s" if back.mean_ms > 0 else translate("cli", "at once")


def _half(found: Effect) -> str:
    if found.ci95 is None:
        return ""
    half = (found.ci95[1] - found.ci95[0]) / 2 * 100
    return f" ±{half:.0f}" if half >= 0.95 else f" ±{half:.1f}" if half >= 0.05 else ""


def _messages(cell: Cell) -> list[tuple[str, list[str]]]:
    found = []
    for name, effects in cell.channels.items():
        row = [
            f"{effects[field].change:+,.1f}" if effects[field].shown else "–"
            for field in ("lost", "duplicated", "dead_lettered", "waiting")
        ]
        if any(text != "–" for text in row[:3]):
            found.append((name, row))
    return found


def _show_messages(architecture: Architecture, cells: list[Cell], terminal: Terminal) -> None:
    """Messages per run that would not have been lost, duplicated, dead-lettered or left waiting without the fault."""
    head = (
        translate("cli", "Messages per run"),
        translate("cli", "lost"),
        translate("cli", "duplicated"),
        translate("cli", "dead-lettered"),
        translate("cli", "waiting"),
    )
    blocks: list[Block] = []
    for cell in cells:
        rows = [(f"  {architecture.label(name)}", *row) for name, row in _messages(cell)]
        if rows:
            blocks.append((cell, rows))
    _show_blocks(architecture, head, blocks, terminal)


def _show_rest(architecture: Architecture, cells: list[Cell], terminal: Terminal) -> None:
    if cells:
        names = "; ".join(_name(architecture, cell) for cell in cells)
        text = translate("cli", "No journey is harmed by ({count}): {faults}.").format(count=len(cells), faults=names)
        terminal.paragraph(text, hang="  ", style="quiet")
        terminal.line()


def _show_untried(architecture: Architecture, found: BlastRadius, terminal: Terminal) -> None:
    reasons: dict[tuple[str, str], list[str]] = {}
    for cell in found.cells:
        if cell.reason is not None:
            element = architecture.label(cell.trial.element)
            reasons.setdefault((element, in_words(cell.reason)), []).append(cell.trial.kind.replace("_", " "))
    for (element, reason), kinds in reasons.items():
        text = translate("cli", "not tried: {element} ({kinds}): {reason}")
        text = text.format(element=element, kinds=", ".join(dict.fromkeys(kinds)), reason=reason)
        terminal.paragraph(text, hang="  ", style="warning")


def _show_grounds(found: BlastRadius, terminal: Terminal) -> None:
    for note in found.notes:
        terminal.paragraph(note, style="quiet")
    if found.assumptions:
        names = ", ".join(found.assumptions)
        text = translate("cli", "Assumed, because nobody said it ({count}): {names}")
        terminal.paragraph(
            text.format(count=len(found.assumptions), names=names if len(names) < 400 else f"{names[:400]}…"),
            style="quiet",
            hang="  ",
        )
    for what in dict.fromkeys(in_words(ignored) for ignored in found.ignored):
        text = translate("cli", "not simulated: {what}").format(what=what)
        terminal.paragraph(text, style="warning", hang="  ")


def _name(architecture: Architecture, cell: Cell) -> str:
    from models.evidence.faults import trial_name

    return in_words(trial_name(architecture, cell.trial))
