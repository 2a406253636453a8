"""What the report tells of the model itself: its parts, journeys, accepted risks, assumed and guessed values."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from models.analysis.facts import Facts
from models.analysis.owners import owners
from models.architecture import Architecture, Journey, in_force, mean_of, quantile_of
from models.architecture.derived import journeys_in_force, unfold
from models.architecture.effective import ASSUMPTIONS
from models.architecture.elements import Element
from models.architecture.journeys import AnyStep, ChoiceStep, LinkStep, Load, Target, UseStep, WorkStep
from models.architecture.kinds import KINDS, STYLES
from models.architecture.text import Translate
from models.reports import units

MOST_STEPS = 200
MOST_DERIVED = 60
MOST_GUESSES = 200


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a table; assumed ones are set in italics, missing ones quietly."""

    text: str
    assumed: bool = False
    missing: bool = False


@dataclass(frozen=True, slots=True)
class StepRow:
    depth: int
    label: str
    style: str | None
    timeout: Cell
    attempts: Cell
    p50: Cell
    p99: Cell
    note: str = ""


@dataclass(frozen=True, slots=True)
class JourneyView:
    id: str
    label: str
    description: str
    entry: str
    load: Cell
    targets: list[str]
    patience: Cell
    steps: list[StepRow]
    cut: bool = False
    """Whether more steps follow than are listed."""


def counts(architecture: Architecture, translate: Translate) -> list[tuple[str, int]]:
    """("Service", 12) and so on, kinds first, then styles."""
    kinds = Counter(element.kind for element in architecture.elements)
    styles = Counter(link.style for link in architecture.links)
    told = [(translate("kinds", KINDS[kind].label), kinds[kind]) for kind in KINDS if kinds[kind]]
    return told + [(translate("styles", STYLES[style].label), styles[style]) for style in STYLES if styles[style]]


def element_rows(architecture: Architecture, words: dict[str, str], translate: Translate) -> list[dict[str, Any]]:
    """One row per element that can be connected: name, kind, owner, capacity, work, availability."""
    owned = owners(Facts(architecture, {}))
    order = {kind: place for place, kind in enumerate(KINDS)}
    rows = []
    for element in sorted(architecture.elements, key=lambda e: (order[e.kind], architecture.label(e.id).lower())):
        if not KINDS[element.kind].connects:
            continue
        availability = getattr(element, "availability", None)
        rows.append(
            {
                "name": architecture.label(element.id),
                "kind": translate("kinds", KINDS[element.kind].label),
                "owner": owned.get(element.id, ""),
                "capacity": _capacity(architecture, element, words),
                "work": _work(architecture, element),
                "availability": units.share(availability) if availability is not None else "",
            }
        )
    return rows


def _capacity(architecture: Architecture, element: Element, words: dict[str, str]) -> Cell:
    names = {
        "service": ("instances", "workers"),
        "external": ("workers",),
        "datastore": ("connections",),
        "topic": ("partitions",),
        "queue": ("max_length",),
    }.get(element.kind)
    if names is None:
        return Cell("")
    values = [in_force(architecture, element, name) for name in names]
    count = " × ".join(units.plain(value.value) for value in values)
    text = words[f"capacity_{names[-1]}"].format(count=count)
    return Cell(text, assumed=any(not value.stated for value in values))


def _work(architecture: Architecture, element: Element) -> Cell:
    if not KINDS[element.kind].works:
        return Cell("")
    found = in_force(architecture, element, "work_ms")
    return Cell(units.distribution(found.value), assumed=not found.stated) if found.value is not None else Cell("")


def journeys(architecture: Architecture, words: dict[str, str]) -> tuple[list[JourneyView], bool]:
    """(the journeys in force, whether they were derived from the links)."""
    found, derived = journeys_in_force(architecture)
    return [_journey(architecture, journey, words) for journey in found], derived


def _journey(architecture: Architecture, journey: Journey, words: dict[str, str]) -> JourneyView:
    steps: list[StepRow] = []
    written, missing = (journey.steps, ()) if journey.steps else unfold(architecture, journey, MOST_DERIVED)
    _steps(architecture, written, 0, steps, words)
    return JourneyView(
        journey.id,
        journey.name or architecture.label(journey.entry),
        journey.description or "",
        architecture.label(journey.entry),
        load_words(journey.load, words),
        _targets(journey.target, words),
        _time_or_none(journey.client_timeout_ms, words),
        steps[:MOST_STEPS],
        cut=len(steps) > MOST_STEPS or bool(missing),
    )


def load_words(load: Load | None, words: dict[str, str]) -> Cell:
    """A journey's load in words; the assumed one when nobody said."""
    if load is None:
        assumed = ASSUMPTIONS["journey"]["load"]["open"]
        text = words[f"arrivals_{assumed['arrivals']}"].format(rate=units.rate(assumed["rate_per_s"]))
        return Cell(text, assumed=True)
    if load.open is not None:
        arrivals = load.open.arrivals or "poisson"
        return Cell(words[f"arrivals_{arrivals}"].format(rate=units.rate(load.open.rate_per_s)))
    if load.closed is not None:
        number = load.closed.users
        users = words["users_one" if number == 1 else "users_many"].format(count=units.plain(number))
        think = load.closed.think_ms
        return Cell(users if think is None else words["thinking"].format(users=users, time=units.distribution(think)))
    if load.schedule is not None:
        batch, every = units.plain(load.schedule.batch), units.time(load.schedule.every_ms)
        return Cell(words["batches"].format(count=batch, time=every))
    rates = [rate for _time, rate in load.profile or ()]
    return Cell(words["range"].format(low=units.rate(min(rates)), high=units.rate(max(rates))))


def _targets(target: Target | None, words: dict[str, str]) -> list[str]:
    if target is None:
        return []
    told = []
    if target.availability is not None:
        told.append(words["target_availability"].format(share=units.share(target.availability)))
    for name in ("mean_ms", "p50_ms", "p95_ms", "p99_ms", "completion_p95_ms"):
        if (value := getattr(target, name)) is not None:
            told.append(words[f"target_{name}"].format(time=units.time(value)))
    return told


def _steps(
    architecture: Architecture, steps: tuple[AnyStep, ...], depth: int, rows: list[StepRow], words: dict[str, str]
) -> None:
    nothing = Cell("")
    for step in steps:
        if len(rows) > MOST_STEPS:
            return
        if isinstance(step, LinkStep):
            _link_step(architecture, step, depth, rows, words)
        elif isinstance(step, ChoiceStep):
            total = sum(branch.weight for branch in step.choice)
            for branch in step.choice:
                label = words["in_share"].format(share=units.share(branch.weight / total))
                rows.append(StepRow(depth, label, None, nothing, nothing, nothing, nothing))
                _steps(architecture, branch.steps, depth + 1, rows, words)
        elif isinstance(step, UseStep):
            rows.append(StepRow(depth, architecture.label(step.use), None, nothing, nothing, nothing, nothing))
        elif isinstance(step, WorkStep):
            p50, p99 = _quantiles(step.work_ms)
            rows.append(StepRow(depth, words["own_work"], None, nothing, nothing, p50, p99))


def _link_step(
    architecture: Architecture, step: LinkStep, depth: int, rows: list[StepRow], words: dict[str, str]
) -> None:
    link = architecture.link_by_id[step.link]
    element = architecture.element_by_id[link.target]
    work: tuple[Any, bool] = (None, False)
    if step.work_ms is not None:
        work = (step.work_ms, False)
    elif KINDS[element.kind].works:
        found = in_force(architecture, element, "work_ms")
        work = (found.value, not found.stated)
    p50, p99 = _quantiles(*work)
    waits = STYLES[link.style].blocking
    timeout = in_force(architecture, link, "timeout_ms")
    attempts = in_force(architecture, link, "retry.max_attempts")
    once = in_force(architecture, link, "retry").value in (None, "none")
    notes = [f"× {step.calls}"] if step.calls and step.calls > 1 else []
    notes += [units.share(step.probability)] if step.probability is not None and step.probability < 1 else []
    notes += [words["in_parallel"]] if step.parallel else []
    rows.append(
        StepRow(
            depth,
            architecture.ends(link),
            link.style,
            _time_or_none(timeout.value if timeout.stated else None, words) if waits else Cell(""),
            Cell("1" if once else units.plain(attempts.value), assumed=not once and not attempts.stated)
            if waits
            else Cell(""),
            p50,
            p99,
            ", ".join(notes),
        )
    )
    _steps(architecture, step.steps, depth + 1, rows, words)
    _steps(architecture, step.on_reply, depth + 1, rows, words)
    _steps(architecture, step.on_failure, depth + 1, rows, words)


def _quantiles(work: Any, assumed: bool = False) -> tuple[Cell, Cell]:
    if work is None:
        return Cell(""), Cell("")
    if mean_of(work) == 0:
        return Cell("0"), Cell("0")
    p50, p99 = (Cell(units.time(quantile_of(work, level)), assumed=assumed) for level in (0.5, 0.99))
    return p50, p99


def _time_or_none(value: float | str | None, words: dict[str, str]) -> Cell:
    if value is None:
        return Cell(words["not_said"], missing=True)
    return Cell(words["none"]) if isinstance(value, str) else Cell(units.time(value))


def guesses(architecture: Architecture) -> list[dict[str, str]]:
    """What an import guessed: part, attribute, value, why."""
    rows: list[dict[str, str]] = []
    for part in (*architecture.elements, *architecture.links):
        for attribute, provenance in part.provenance.items():
            if provenance.from_ == "guess" and len(rows) < MOST_GUESSES:
                value = getattr(part, attribute, None)
                shown = architecture.label(str(value)) if attribute in ("source", "target") else units.plain(value)
                rows.append(
                    {
                        "part": architecture.label(part.id),
                        "attribute": attribute.replace("_", " "),
                        "value": "" if value is None else shown,
                        "note": provenance.note or "",
                    }
                )
    return rows
