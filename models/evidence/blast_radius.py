"""Blast radius: what every kind of fault on every element does to every journey, against the same run without it.

Each trial is the scenario's load with one fault, replicated with the random numbers of the run without any fault; the
differences are paired. Nothing is measured twice: an element that no journey uses is not tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from models.architecture import Architecture, Journey, Scenario, replace
from models.architecture.plain import plain
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.evidence.blast_words import verdict
from models.evidence.effects import (
    CHANNEL_EFFECTS,
    JOURNEY_EFFECTS,
    Effect,
    Recovery,
    channel_measure,
    effect,
    journey_measure,
    recovery,
)
from models.evidence.execution import Job, gather, replications_of, scenario_named, scenario_text, version
from models.evidence.faults import FAULT_KINDS, Trial, length_of, link_trials, trials, undisturbed, window
from models.evidence.observation import observe
from models.formats import native
from models.simulation import SimulationError, warm_up
from models.simulation.session import compiled_of

AT_A_TIME = 5
_UNUSED = QT_TRANSLATE_NOOP("evidence", "no journey uses it")
_NO_SUCH = QT_TRANSLATE_NOOP("evidence", "the simulator does not follow this fault here")
_FAULTS_LEFT_OUT = QT_TRANSLATE_NOOP(
    "evidence", "The scenario's own faults are left out, so that each trial shows one fault alone."
)


@dataclass(frozen=True, slots=True)
class JourneyOutcome:
    """What one trial did to one journey; `effects` by the names in `JOURNEY_EFFECTS`."""

    effects: dict[str, Effect]
    recovery: Recovery

    @property
    def metastable(self) -> bool:
        return self.recovery.metastable and (self.effects["lost_after_share"].change or 0.0) > 0

    @property
    def harmed(self) -> bool:
        """Whether it lost, degraded, left incomplete or falsified what can be told from luck, or did not come back."""
        names = ("lost_share", "degraded_share", "incomplete_share", "silent_wrong_share", "lost_after_share")
        effects = (self.effects[name] for name in names)
        return self.metastable or any(found.shown and (found.change or 0.0) > 0.001 for found in effects)

    @property
    def slowed(self) -> bool:
        """Whether answers took a fifth longer, at the 95th percentile."""
        found = self.effects["p95_ms"]
        return found.shown and (found.change or 0.0) > 0.2 * (found.without or 0.0)


@dataclass(frozen=True, slots=True)
class Cell:
    """The outcome of one trial. `reason` says why it was not run; then `journeys` and `channels` are empty."""

    trial: Trial
    reason: Text | None
    journeys: dict[str, JourneyOutcome]
    channels: dict[str, dict[str, Effect]]

    @property
    def metastable(self) -> bool:
        """Whether some journey did not come back although the fault was over."""
        return any(outcome.metastable for outcome in self.journeys.values())

    @property
    def harmed(self) -> tuple[str, ...]:
        """The journeys that lost something or did not come back, the worst first."""
        found = [name for name, outcome in self.journeys.items() if outcome.harmed]
        return tuple(sorted(found, key=lambda name: -harm(self.journeys[name])))

    @property
    def badness(self) -> float:
        """The harm to the journey it harms most."""
        return max((harm(outcome) for outcome in self.journeys.values()), default=0.0)


@dataclass(frozen=True)
class BlastRadius:
    """All trials of one scenario. Times in ms."""

    model: str | None
    scenario: str | None
    seed: int
    replications: int
    duration_ms: float
    fault_from_ms: float
    fault_until_ms: float
    verdict: Text
    assumptions: dict[str, Any]
    ignored: tuple[Text, ...]
    notes: tuple[Text, ...]
    cells: tuple[Cell, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain data: the same for the same model, scenario, seed and replications, whoever did the work."""
        return {
            "model": self.model,
            "scenario": self.scenario,
            "seed": self.seed,
            "replications": self.replications,
            "duration_ms": self.duration_ms,
            "fault_from_ms": self.fault_from_ms,
            "fault_until_ms": self.fault_until_ms,
            "verdict": str(self.verdict),
            "assumptions": self.assumptions,
            "ignored": [str(sentence) for sentence in self.ignored],
            "notes": [str(sentence) for sentence in self.notes],
            "cells": [_cell_json(cell) for cell in self.cells],
        }


def harm(outcome: JourneyOutcome) -> float:
    """How bad an outcome is, for sorting: not coming back first, then what was lost, wrong, incomplete, degraded."""
    weights = {
        "lost_share": 1.0,
        "lost_after_share": 1.0,
        "silent_wrong_share": 0.9,
        "incomplete_share": 0.5,
        "degraded_share": 0.1,
    }
    return 10.0 * outcome.metastable + sum(
        weight * max(0.0, outcome.effects[name].change or 0.0) for name, weight in weights.items()
    )


def blast_radius(
    architecture: Architecture,
    scenario: Scenario | str | None = None,
    *,
    seed: int | None = None,
    replications: int | None = None,
    duration_ms: float | None = None,
    elements: Iterable[str] | None = None,
    links: bool = False,
    kinds: Sequence[str] = FAULT_KINDS,
    executor: Executor | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> BlastRadius:
    """Try every kind of fault on every element (or on `elements`, with `kinds`), and on every link too where `links`
    are wanted, and say what it does to the journeys.

    The fault begins when a quarter of the run after its warm-up is over and lasts another quarter. `scenario`: one
    itself, an id, None for the first or a default one; its own faults are left out. `replications`: the scenario's,
    at least 5. `executor`: any of `concurrent.futures` or a Dask client's; threads of this process by default.

    Raises:
        SimulationError: the model cannot be simulated without any fault.
        EvidenceError: no such scenario, or the executor lost the work.
        Cancelled: `cancelled` said so.
    """
    chosen = scenario_named(architecture, scenario)
    plan = undisturbed(chosen)
    if duration_ms is not None:
        plan = replace(plan, duration_ms=duration_ms)
    runs = replications_of(chosen, replications)
    plan = replace(plan, replications=runs)
    warm_up()
    program = compiled_of(architecture, plan, seed=seed, replications=None, duration_ms=None)
    duration, warm = length_of(plan)
    begin, until = window(duration, warm)
    wanted = None if elements is None else set(elements)
    possible = [one for one in trials(program.architecture, begin, until) if wanted is None or one.element in wanted]
    if links:
        possible += link_trials(program.architecture, begin, until)
    tried = [trial for trial in possible if trial.kind in kinds]
    batches = [(first, min(AT_A_TIME, runs - first)) for first in range(0, runs, AT_A_TIME)]
    model = native.dumps(architecture)
    epochs = tuple(at for at in (0.0, begin, until) if at == 0 or at < duration)

    def jobs(faults: tuple[Any, ...], pieces: Sequence[tuple[int, int]]) -> list[Job]:
        text = scenario_text(replace(plan, faults=faults))
        return [Job(model, text, program.seed, first, count, epochs, version()) for first, count in pieces]

    total = runs * (1 + len(tried))
    spared = 0

    def part(done_before: int, size: int) -> Callable[[float], None] | None:
        if progress is None:
            return None
        return lambda share: progress((done_before + share * size) / max(1, total - spared))

    singles = [(number, 1) for number in range(runs)]
    first_work = jobs((), singles)
    found = gather(observe, first_work, executor=executor, threads=threads, progress=part(0, runs), cancelled=cancelled)
    without = _replications(found)
    if isinstance(without, str):
        raise SimulationError(without)
    used = _used(program.architecture, [journey.entry for journey in program.journeys], without)
    running = [trial for trial in tried if trial.element in used and trial.senseless is None]
    spared = runs * (len(tried) - len(running))
    work = [job for trial in running for job in jobs((trial.fault,), batches)]
    found = gather(
        observe, work, executor=executor, threads=threads, progress=part(runs, runs * len(running)), cancelled=cancelled
    )
    outcomes = {id(trial): found[i * len(batches) : (i + 1) * len(batches)] for i, trial in enumerate(running)}
    cells = tuple(_cell(program, plan, trial, without, outcomes.get(id(trial)), until) for trial in tried)
    notes = (say("evidence", _FAULTS_LEFT_OUT),) if chosen is not None and chosen.faults else ()
    return BlastRadius(
        model=architecture.name,
        scenario=chosen.id if chosen else None,
        seed=program.seed,
        replications=runs,
        duration_ms=duration,
        fault_from_ms=begin,
        fault_until_ms=until,
        verdict=verdict(program.architecture, cells, duration - until, runs),
        assumptions=program.assumptions,
        ignored=program.ignored,
        notes=notes,
        cells=cells,
    )


def _replications(found: Sequence[dict[str, Any]]) -> list[dict[str, Any]] | str:
    """All replications in order, or why there are none."""
    for outcome in found:
        if "error" in outcome:
            return str(outcome["error"])
    return [replication for outcome in found for replication in outcome["replications"]]


def _used(architecture: Architecture, entries: Iterable[str], without: Sequence[dict[str, Any]]) -> set[str]:
    """Elements and links that something reaches without a fault. Before a fault acts all runs are the same, so one that
    acts where nothing ever arrives changes nothing."""
    found = set(entries)
    for replication in without:
        found |= {name for name, n in replication["arrivals"].items() if n}
        found |= {name for name, n in replication["calls"].items() if n}
        found |= {name for name, counts in replication["channels"].items() if counts["published"]}
    kinds = {element.id: element.kind for element in architecture.elements}
    return found | {name for name, kind in kinds.items() if kind == "group"}


def _cell(
    program: Any,
    plan: Scenario,
    trial: Trial,
    without: Sequence[dict[str, Any]],
    found: Sequence[dict[str, Any]] | None,
    until: float,
) -> Cell:
    if found is None:
        return Cell(trial, trial.senseless or say("evidence", _UNUSED), {}, {})
    if any("left_out" in outcome for outcome in found):
        return Cell(trial, _why_left_out(program, plan, trial), {}, {})
    with_ = _replications(found)
    if isinstance(with_, str):
        return Cell(trial, say("evidence", "{reason}", reason=with_.rstrip(".")), {}, {})
    journeys = {
        journey.id: JourneyOutcome(
            {
                name: effect(journey_measure(journey.id, name, _closed(journey)), without, with_)
                for name in JOURNEY_EFFECTS
            },
            recovery(journey.id, until, without, with_),
        )
        for journey in program.journeys
    }
    channels = {
        name: {field: effect(channel_measure(name, field), without, with_) for field in CHANNEL_EFFECTS}
        for name in without[0]["channels"]
    }
    return Cell(trial, None, journeys, channels)


def _closed(journey: Journey) -> bool:
    return journey.load is not None and journey.load.closed is not None


def _why_left_out(program: Any, plan: Scenario, trial: Trial) -> Text:
    again = compiled_of(
        program.architecture, replace(plan, faults=(trial.fault,)), seed=None, replications=None, duration_ms=None
    )
    new = [sentence for sentence in again.ignored if sentence not in program.ignored]
    return new[0] if new else say("evidence", _NO_SUCH)


def _cell_json(cell: Cell) -> dict[str, Any]:
    trial = cell.trial
    where = {"element": None, "link": trial.element} if trial.on_link else {"element": trial.element}
    return {
        **where,
        "fault": trial.kind,
        "instances": trial.instances,
        "settings": plain(trial.fault),
        "simulated": cell.reason is None,
        "reason": None if cell.reason is None else str(cell.reason),
        "metastable": cell.metastable,
        "journeys": {name: dict(_outcome_json(outcome)) for name, outcome in cell.journeys.items()},
        "channels": {name: dict(_effects_json(effects)) for name, effects in cell.channels.items()},
    }


def _outcome_json(outcome: JourneyOutcome) -> Iterator[tuple[str, Any]]:
    yield from _effects_json(outcome.effects)
    yield "harmed", outcome.harmed
    yield "metastable", outcome.metastable
    yield "recovery_ms", outcome.recovery.mean_ms
    yield "recovery_ci95", outcome.recovery.ci95 and list(outcome.recovery.ci95)
    yield "recovered", outcome.recovery.back
    yield "draining", outcome.recovery.draining
    yield "judged", outcome.recovery.judged


def _effects_json(effects: dict[str, Effect]) -> Iterator[tuple[str, Any]]:
    """The changes themselves, then their intervals, then what there is without the fault."""
    for name, found in effects.items():
        yield name, found.change
    yield "ci95", {name: found.ci95 and list(found.ci95) for name, found in effects.items()}
    yield "without_fault", {name: found.without for name, found in effects.items()}
