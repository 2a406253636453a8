"""Two versions of a model under one scenario with common random numbers: what the change does, and not what luck does.

The replications of both versions draw the same numbers for whatever bears the same id, so their difference, replication
by replication, is the effect of the change; its interval is Student's t over those differences (paired, 95%). The
number of replications is fixed before anything runs, never extended or cut after a look at the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb
from typing import Any

from models.architecture import Architecture, Scenario, replace
from models.architecture.settings import part_of
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.evidence.figures import JOURNEY, LINK, MEASURES, SYSTEM, figures
from models.simulation import Replicated, SimulationError, replicate
from models.simulation.statistics import interval

REPLICATIONS = 10
LEVEL = 0.95
LEAST_SHARE = 1e-5
"""A smaller difference between two shares is told as none: it is less than one request in a hundred thousand."""
JUDGED = ("availability", "mean_ms", "p99_ms")
"""What a comparison is judged by when nobody says: together at 95%, whatever the number of journeys."""
Judged = tuple[str | None, str]
"""(journey id or None for the whole system, measure)."""


@dataclass(frozen=True)
class Paired:
    """One figure in both versions. Counts are per replication; `difference` is new less old.

    `known` are the replications in which the figure is defined, of the old and the new version: a recovery time is not
    where a journey never came back. Only where it is defined in all of them is there an interval.
    `level` is the interval's: 0.95, or higher for a row that is judged together with others.
    """

    subject: str | None
    measure: str
    old: float | None
    new: float | None
    difference: float | None
    interval: tuple[float, float] | None
    replications: int
    known: tuple[int, int]
    level: float
    judged: bool
    lopsided: bool = False
    """Whether it is defined in significantly more replications of one version than of the other (exact sign test)."""

    @property
    def sign(self) -> int:
        """1 when the new version has shown more of it, -1 less, 0 when no difference is shown."""
        if self.interval is not None:
            low, high = self.interval
            least = 1e-9 * max(abs(self.old or 0.0), abs(self.new or 0.0))
            if MEASURES[self.measure].unit == "share" and abs(self.difference or 0.0) < LEAST_SHARE:
                return 0
            return 1 if low > least else -1 if high < -least else 0
        if self.lopsided and self.measure == "recovery_ms":
            return -1 if self.known[1] > self.known[0] else 1
        return 0

    @property
    def better(self) -> bool | None:
        """Whether the new version has been shown to be better; None when no difference is shown, or it depends."""
        gain = self.sign * MEASURES[self.measure].better
        return None if gain == 0 else gain > 0

    def as_json(self) -> dict[str, Any]:
        return {
            "subject": self.subject,
            "metric": self.measure,
            "old": self.old,
            "new": self.new,
            "difference": self.difference,
            "ci": None if self.interval is None else list(self.interval),
            "level": self.level,
            "judged": self.judged,
            "shown": self.sign != 0,
            "better": self.better,
            "known": list(self.known),
        }


@dataclass(frozen=True)
class Comparison:
    """`only_old` and `only_new` are (kind of part, id): what cannot be compared because one version lacks it."""

    old: Architecture
    new: Architecture
    rows: tuple[Paired, ...]
    replications: int
    warm_up_ms: float
    only_old: tuple[tuple[str, str], ...]
    only_new: tuple[tuple[str, str], ...]
    notes: tuple[Text, ...]

    @property
    def judged(self) -> tuple[Paired, ...]:
        return tuple(row for row in self.rows if row.judged)

    @property
    def difference_shown(self) -> bool:
        """Whether some figure that it is judged by has been shown to differ."""
        return any(row.sign for row in self.judged)

    def row(self, subject: str | None, measure: str) -> Paired | None:
        """The figure of a journey, a link or (None) the system."""
        return next((row for row in self.rows if (row.subject, row.measure) == (subject, measure)), None)

    def label(self, subject: str | None) -> Text | str:
        """The name of what a row is about."""
        if subject is None:
            return say("evidence", _SYSTEM)
        known = self.new if subject in self.new.journey_by_id or subject in self.new.link_by_id else self.old
        return known.label(subject)

    def as_json(self) -> dict[str, Any]:
        """Undefined values are None, never NaN."""
        return {
            "replications": self.replications,
            "warm_up_ms": self.warm_up_ms,
            "difference_shown": self.difference_shown,
            "rows": [row.as_json() for row in self.rows],
            "only_old": [{"kind": kind, "id": part} for kind, part in self.only_old],
            "only_new": [{"kind": kind, "id": part} for kind, part in self.only_new],
            "notes": [str(note) for note in self.notes],
        }


def compare(
    old: Architecture,
    new: Architecture,
    scenario: Scenario | str | None = None,
    *,
    seed: int | None = None,
    replications: int = REPLICATIONS,
    duration_ms: float | None = None,
    judged: Iterable[Judged] | None = None,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Comparison:
    """The effect of a change under one scenario: one itself, an id in either version, or None for the first.

    `judged` are the figures that decide; their intervals hold together at 95% (Bonferroni). What the scenario sets or
    strikes and only one version has is left out for the other, and told.

    Raises:
        SimulationError: one of the versions cannot be simulated, or there is no such scenario.
        Cancelled: `cancelled` returned True.
    """
    chosen = scenario_for(old, new, scenario)
    runs = []
    notes: list[Text] = []
    for i, version in enumerate((old, new)):
        fitting = fitted(version, chosen, new if version is old else old, notes)
        share = None if progress is None else _part_of(progress, i / 2, 0.5)
        runs.append(
            replicate(
                version,
                fitting,
                seed=seed,
                replications=replications,
                duration_ms=duration_ms,
                threads=threads,
                progress=share,
                cancelled=cancelled,
            )
        )
    return paired(runs[0], runs[1], judged=judged, notes=tuple(notes))


def scenario_for(old: Architecture, new: Architecture, scenario: Scenario | str | None) -> Scenario:
    """The scenario meant. Raises SimulationError when neither version has it."""
    if isinstance(scenario, Scenario):
        return scenario
    if scenario is None:
        return next(iter((*new.scenarios, *old.scenarios)), Scenario(id="default"))
    for version in (new, old):
        if scenario in version.scenario_by_id:
            return version.scenario_by_id[scenario]
    known = ", ".join(dict.fromkeys((*new.scenario_by_id, *old.scenario_by_id))) or "none"
    raise SimulationError(f'There is no scenario "{scenario}" in either version: they have {known}.')


def fitted(version: Architecture, scenario: Scenario, other: Architecture, notes: list[Text]) -> Scenario:
    """The scenario without what only the other version has, and without expectations; adds to the notes."""
    settings = {}
    for path, value in scenario.set.items():
        if part_of(version, path) is None and part_of(other, path) is not None:
            notes.append(say("evidence", _NOT_SET, path=path))
        else:
            settings[path] = value
    faults = []
    for fault in scenario.faults:
        if fault.target in version.element_by_id or fault.target in version.link_by_id:
            faults.append(fault)
        else:
            part = other.label(fault.target) if _has(other, fault.target) else fault.target
            notes.append(say("evidence", _NOT_STRUCK, part=part))
    return replace(scenario, set=settings, faults=tuple(faults), expect=())


def paired(
    old: Replicated, new: Replicated, *, judged: Iterable[Judged] | None = None, notes: tuple[Text, ...] = ()
) -> Comparison:
    """Compares replications that ran with the same seed, numbers and duration, counted from the same time."""
    steady = old.compiled.steady == new.compiled.steady or old.compiled.warm_up_ms is not None
    warm_up_ms = max(old.warm_up_ms, new.warm_up_ms) if steady else 0.0
    before = [_by_figure(sample) for sample in old.samples(warm_up_ms)]
    after = [_by_figure(sample) for sample in new.samples(warm_up_ms)]
    keys = [key for key in before[0] if key in after[0]] if before else []
    if not (old.compiled.triggers and new.compiled.triggers):
        keys = [key for key in keys if key[1] != "recovery_ms"]
    journeys = [journey.id for journey in old.compiled.journeys if journey.id in {j.id for j in new.compiled.journeys}]
    asked = set(judged) if judged is not None else {(journey, name) for journey in journeys for name in JUDGED}
    asked &= set(keys)
    together = 1 - (1 - LEVEL) / max(1, len(asked))
    rows = []
    for key in sorted(keys, key=lambda key: _order(journeys, key)):
        level = together if key in asked else LEVEL
        values = [sample[key] for sample in before], [sample[key] for sample in after]
        row = _paired(key, *values, level=level, judged=key in asked)
        if any(value is not None for side in values for value in side):
            rows.append(row)
    versions = old.compiled.architecture, new.compiled.architecture
    return Comparison(
        old=versions[0],
        new=versions[1],
        rows=tuple(rows),
        replications=len(before),
        warm_up_ms=warm_up_ms,
        only_old=_only(versions[0], versions[1]),
        only_new=_only(versions[1], versions[0]),
        notes=notes,
    )


def _paired(
    key: Judged, old: Sequence[float | None], new: Sequence[float | None], *, level: float, judged: bool
) -> Paired:
    both = [(a, b) for a, b in zip(old, new, strict=True) if a is not None and b is not None]
    known = sum(a is not None for a in old), sum(b is not None for b in new)
    whole = bool(both) and len(both) == len(old)
    differences = [b - a for a, b in both]
    return Paired(
        subject=key[0],
        measure=key[1],
        old=_mean([value for value in old if value is not None]),
        new=_mean([value for value in new if value is not None]),
        difference=_mean(differences) if whole else None,
        interval=interval(differences, 0.5 + level / 2) if whole else None,
        replications=len(old),
        known=known,
        level=level,
        judged=judged,
        lopsided=_sign_test(known[0] - len(both), known[1] - len(both)) < 1 - level,
    )


def _sign_test(one: int, other: int) -> float:
    """The two-sided chance of so uneven a split of `one + other` fair coins (McNemar's exact test)."""
    n = one + other
    return float(min(1.0, 2 * sum(comb(n, k) for k in range(min(one, other) + 1)) / 2**n))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _by_figure(sample: Any) -> dict[Judged, float | None]:
    return {(subject, name): value for subject, name, value in figures(sample)}


_ORDER = {name: i for i, name in enumerate((*JOURNEY, *SYSTEM, *LINK))}


def _order(journeys: list[str], key: Judged) -> tuple[int, int, str, int]:
    subject, name = key
    if subject in journeys and name in JOURNEY:
        return 0, journeys.index(subject), "", _ORDER[name]
    return (1 if subject is None else 2), 0, subject or "", _ORDER[name]


def _only(version: Architecture, other: Architecture) -> tuple[tuple[str, str], ...]:
    found = []
    for kind, space in (("element", "elements"), ("link", "links"), ("journey", "journeys")):
        theirs = {part.id for part in getattr(other, space)}
        found += [(kind, part.id) for part in getattr(version, space) if part.id not in theirs]
    return tuple(found)


def _has(architecture: Architecture, part_id: str) -> bool:
    return part_id in architecture.element_by_id or part_id in architecture.link_by_id


def _part_of(progress: Callable[[float], None], begin: float, length: float) -> Callable[[float], None]:
    return lambda share: progress(begin + length * share)


_SYSTEM = QT_TRANSLATE_NOOP("evidence", "the system")
_NOT_SET = QT_TRANSLATE_NOOP("evidence", "{path} is set for one version only: the other has no such part.")
_NOT_STRUCK = QT_TRANSLATE_NOOP("evidence", "The fault on {part} strikes one version only: the other has no such part.")
