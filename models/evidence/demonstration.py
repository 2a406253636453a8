"""A finding shown by the simulator on the architect's own model and load: what it costs, what its fix changes, what the
fix costs when nothing fails, and whether that outlives the numbers nobody said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from models.analysis import Analysis, Finding, Fix, analyse, catalogue, demonstration
from models.architecture import Architecture, Scenario, replace
from models.architecture.derived import coming_by
from models.architecture.edits import EditError
from models.architecture.nearest import nearest
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.evidence.assumed_numbers import numbers
from models.evidence.comparison import Comparison, Judged, fitted, paired
from models.evidence.figures import JOURNEY, LINK
from models.evidence.robustness import Robustness, repeated
from models.evidence.sentences import injected
from models.evidence.story import verdict
from models.simulation import Replicated, replicate

REPLICATIONS = 10
FEWEST = 4
EVENTS = 40_000_000
"""How much is simulated for one demonstration, about ten seconds: a large model gets fewer replications (down to four)
and fewer repetitions with other numbers. Counted in events and not in seconds, so that the same bytes come out."""
SHARE_OF_RUNS = 0.5
COST = ("availability", "mean_ms", "p99_ms")
COST_OF_SYSTEM = ("calls", "lost")


class DemonstrationError(ValueError):
    """There is nothing to show; `text` says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text


@dataclass(frozen=True)
class Demonstration:
    """Four runs of the same replications: the model and the model with the fix, with the injected fault and without.

    `harm`: with the fault against without, as the model stands (None when load alone shows the flaw).
    `effect`: with the fix against without it, under the fault. `cost`: the same without any fault. Both are None when
    there is no fix that an edit can make.
    """

    architecture: Architecture
    finding: Finding
    scenario: Scenario
    fix: Fix | None
    repaired: Architecture | None
    harm: Comparison | None
    effect: Comparison | None
    cost: Comparison | None
    robustness: Robustness | None
    assumptions: dict[str, Any]
    notes: tuple[Text, ...]
    replications: int
    events: int

    @property
    def injected(self) -> tuple[Text, ...]:
        """What the scenario does to the model; nothing when load alone shows the flaw."""
        return tuple(injected(self.architecture, fault) for fault in self.scenario.faults)

    @property
    def unsaid(self) -> tuple[str, ...]:
        """Where the numbers stand that nobody said and that the verdict leans on."""
        return numbers(self.assumptions)

    @property
    def difference_shown(self) -> bool:
        """Whether the fix has been shown to change something it is judged by, under the fault."""
        return self.effect is not None and self.effect.difference_shown

    @property
    def verdict(self) -> Text:
        """One paragraph: what is injected, what it costs, what the fix changes and costs, what all this leans on."""
        return verdict(self)

    def as_json(self) -> dict[str, Any]:
        """Undefined values are None, never NaN."""
        return {
            "model": self.architecture.name,
            "finding": self.finding.id,
            "rule": self.finding.rule,
            "message": str(self.finding.message),
            "fix": None
            if self.fix is None
            else {"title": str(self.fix.title), "applicability": self.fix.applicability},
            "injected": [str(sentence) for sentence in self.injected],
            "faults": [fault.model_dump(mode="json", exclude_none=True) for fault in self.scenario.faults],
            "seed": self.scenario.seed,
            "replications": self.replications,
            "duration_ms": self.scenario.duration_ms,
            "events": self.events,
            "difference_shown": self.difference_shown,
            "verdict": str(self.verdict),
            "harm": None if self.harm is None else self.harm.as_json(),
            "effect": None if self.effect is None else self.effect.as_json(),
            "cost": None if self.cost is None else self.cost.as_json(),
            "assumptions": self.assumptions,
            "robustness": None if self.robustness is None else self.robustness.as_json(),
            "notes": [str(note) for note in self.notes],
        }


def find(analysis: Analysis, finding_id: str) -> Finding:
    """The finding of that id. Raises DemonstrationError naming the nearest when there is none."""
    finding = analysis.finding(finding_id)
    if finding is not None:
        return finding
    known = [one.id for one in analysis.each]
    shown = [one.id for one in analysis.each if one.demonstration]
    listed = ", ".join(shown[:12]) or say("evidence", _NONE)
    raise DemonstrationError(
        say("evidence", _UNKNOWN, id=finding_id[:200], hint=nearest(finding_id, known), known=listed)
    )


def demonstrate(
    architecture: Architecture,
    finding: Finding | str,
    *,
    scenario: Scenario | None = None,
    seed: int | None = None,
    replications: int | None = None,
    events: int = EVENTS,
    threads: int | None = None,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Demonstration:
    """Runs a finding's demonstration before and after the first of its fixes that can be applied.

    Fixes that are safe or need a review come before advice. `scenario` lends its settings and load factor; without one
    the model's own load is taken as it is. `events` bounds the work; `replications`, when given, is kept.

    Raises:
        DemonstrationError: no such finding, or it cannot be shown on this model.
        SimulationError: the model cannot be simulated.
        Cancelled: `cancelled` returned True.
    """
    if isinstance(finding, str):
        finding = find(analyse(architecture), finding)
    faulty = _scenario(architecture, finding, scenario, seed)
    calm = replace(faulty, faults=())
    fix, repaired, notes = first_fix(architecture, finding)
    work = _Work(threads, progress, cancelled, sides=2 if repaired is None else 4)

    pilot = work.run_quietly(architecture, faulty, 1)
    _expect_the_fault(architecture, finding, faulty, pilot)
    count = replications or _affordable(pilot.events, 4, events)
    before = work.more(pilot, architecture, faulty, count)
    before_calm = before if not faulty.faults else work.run(architecture, calm, count)
    judged = tuple(_judged(architecture, finding, before))
    harm = paired(before_calm, before, judged=judged) if faulty.faults else None
    effect = cost = robustness = None
    spent = before.events + before_calm.events
    assumptions = dict(before.compiled.assumptions)
    if repaired is not None and fix is not None:
        told: list[Text] = []
        fitting = fitted(repaired, faulty, architecture, told)
        after = work.run(repaired, fitting, count)
        after_calm = after if not fitting.faults else work.run(repaired, replace(calm, expect=()), count)
        spent += after.events + (after_calm.events if after_calm is not after else 0)
        effect = paired(before, after, judged=judged, notes=tuple(told))
        cost = paired(before_calm, after_calm, judged=_judged_of_cost(before)) if faulty.faults else None
        assumptions |= {path: value for path, value in after.compiled.assumptions.items() if path not in assumptions}
        near = {*finding.elements, *finding.links, *(key[0] for key in judged if key[0])}
        each = (before.events + after.events) / count
        robustness = repeated(
            architecture,
            fix.apply,
            faulty,
            assumptions,
            near,
            effect,
            affordable=int(max(0.0, events - spent) / max(1.0, each)),
            run=work.run_quietly,
            stepped=work.stepped,
        )
        notes = (*notes, *told)
    work.done()
    return Demonstration(
        architecture=architecture,
        finding=finding,
        scenario=faulty,
        fix=fix if repaired is not None else None,
        repaired=repaired,
        harm=harm,
        effect=effect,
        cost=cost,
        robustness=robustness,
        assumptions=assumptions,
        notes=(*notes, *_of_rule(finding), *_of_use(architecture, finding), *_of_runs(before, count, replications)),
        replications=count,
        events=work.events,
    )


def first_fix(architecture: Architecture, finding: Finding) -> tuple[Fix | None, Architecture | None, tuple[Text, ...]]:
    """(the first fix that changes the model, the model with it, what is to be said of that choice)."""
    ranked = sorted(finding.fixes, key=lambda fix: fix.applicability == "advice")
    for fix in ranked:
        try:
            repaired = fix.apply(architecture)
        except EditError:
            continue
        if repaired != architecture:
            notes = [say("evidence", _ADVICE)] if fix.applicability == "advice" else []
            if len(ranked) > 1:
                notes.append(say("evidence", _FIRST_OF, n=len(ranked), fix=fix.title))
            return fix, repaired, tuple(notes)
    return None, None, (say("evidence", _NO_FIX),)


def _scenario(architecture: Architecture, finding: Finding, base: Scenario | None, seed: int | None) -> Scenario:
    shown = demonstration(architecture, finding)
    if shown is None:
        raise DemonstrationError(_why_not(finding))
    chosen = seed if seed is not None else base.seed if base is not None and base.seed is not None else shown.seed
    changes: dict[str, Any] = {"warm_up_ms": 0.0, "seed": chosen}
    if base is not None:
        changes |= {"set": base.set, "load_factor": base.load_factor}
    return replace(shown, **changes)


def _why_not(finding: Finding) -> Text:
    if finding.members:
        members = ", ".join(member.id for member in finding.members[:6])
        return say("evidence", _ROLLED_UP, id=finding.id, n=len(finding.members), members=members)
    if catalogue()[finding.rule].demonstrate is None:
        return say("evidence", _NO_DEMONSTRATION, id=finding.id, rule=finding.rule, name=finding.name)
    return say("evidence", _NOT_HERE, id=finding.id)


def _expect_the_fault(architecture: Architecture, finding: Finding, scenario: Scenario, pilot: Replicated) -> None:
    if scenario.faults and not pilot.compiled.triggers:
        told = injected(architecture, scenario.faults[0])
        raise DemonstrationError(say("evidence", _NO_EFFECT, id=finding.id, fault=told))


def _affordable(events: int, runs: int, most: int) -> int:
    return int(max(FEWEST, min(REPLICATIONS, SHARE_OF_RUNS * most // max(1, runs * events))))


def _judged(architecture: Architecture, finding: Finding, run: Replicated) -> Iterable[Judged]:
    """The figures of the finding's rule, for the journeys that come by its parts first, then for the others."""
    near = {journey.id for journey in coming_by(architecture, {*finding.elements, *finding.links})}
    journeys = [journey.id for journey in run.compiled.journeys]
    journeys.sort(key=lambda name: (name != finding.journey, name not in near))
    for measure in catalogue()[finding.rule].measures:
        if measure in JOURNEY:
            yield from ((journey, measure) for journey in journeys)
        elif measure in LINK:
            yield from ((link, measure) for link in finding.links if link in architecture.link_by_id)
        else:
            yield None, measure


def _judged_of_cost(run: Replicated) -> Iterable[Judged]:
    yield from ((journey.id, measure) for measure in COST for journey in run.compiled.journeys)
    yield from ((None, measure) for measure in COST_OF_SYSTEM)


def _of_rule(finding: Finding) -> Iterable[Text]:
    unshown = catalogue()[finding.rule].unshown
    return () if unshown is None else (unshown,)


def _of_use(architecture: Architecture, finding: Finding) -> Iterable[Text]:
    about = finding.links or finding.elements
    if about and not coming_by(architecture, about):
        yield say("evidence", _UNUSED)


def _of_runs(before: Replicated, count: int, asked: int | None) -> Iterable[Text]:
    if asked is None and count < REPLICATIONS:
        yield say("evidence", _FEWER_RUNS, count=count, most=REPLICATIONS)
    offered = sum(sample.journeys[name]["offered"] for sample in before.samples(0.0) for name in sample.journeys)
    if not offered:
        yield say("evidence", _NOBODY)


class _Work:
    """Runs, one after the other, and how much of all has been done; repetitions take the last third."""

    def __init__(
        self,
        threads: int | None,
        progress: Callable[[float], None] | None,
        cancelled: Callable[[], bool] | None,
        sides: int,
    ) -> None:
        self.events = 0
        self._threads, self._progress, self._cancelled = threads, progress, cancelled
        self._begun, self._each = 0.0, (0.4 if sides == 4 else 0.95) / sides

    def run(self, architecture: Architecture, scenario: Scenario, count: int, first: int = 0) -> Replicated:
        begun = self._begun
        progress = self._progress
        share = None if progress is None else lambda done: progress(begun + self._each * done)
        self._begun += self._each
        return self._run(architecture, scenario, count, first, share)

    def more(self, run: Replicated, architecture: Architecture, scenario: Scenario, count: int) -> Replicated:
        """The replications that are there already, and the others up to `count`."""
        missing = count - len(run.replications)
        if missing <= 0:
            return run
        rest = self.run(architecture, scenario, missing, first=len(run.replications))
        return Replicated(run.compiled, (*run.replications, *rest.replications))

    def run_quietly(self, architecture: Architecture, scenario: Scenario, count: int) -> Replicated:
        return self._run(architecture, scenario, count, 0, None)

    def stepped(self, share: float) -> None:
        """How much of the repetitions has been done."""
        if self._progress is not None:
            self._progress(self._begun + (1 - self._begun) * share)

    def done(self) -> None:
        if self._progress is not None:
            self._progress(1.0)

    def _run(
        self,
        architecture: Architecture,
        scenario: Scenario,
        count: int,
        first: int,
        progress: Callable[[float], None] | None,
    ) -> Replicated:
        run = replicate(
            architecture,
            scenario,
            replications=count,
            first=first,
            threads=self._threads,
            progress=progress,
            cancelled=self._cancelled,
        )
        self.events += run.events
        return run


_NONE = QT_TRANSLATE_NOOP("evidence", "none")
_UNKNOWN = QT_TRANSLATE_NOOP(
    "evidence", 'There is no finding "{id}" in this model{hint}; those that can be demonstrated: {known}.'
)
_ROLLED_UP = QT_TRANSLATE_NOOP("evidence", "{id} stands for {n} findings; demonstrate one of them: {members}.")
_NO_DEMONSTRATION = QT_TRANSLATE_NOOP(
    "evidence", "{id} cannot be demonstrated: {rule} ({name}) is judged by the model's shape, not by how it behaves."
)
_NOT_HERE = QT_TRANSLATE_NOOP(
    "evidence",
    "{id} cannot be demonstrated on this model: nothing it is about can be slowed down, taken down or loaded.",
)
_NO_EFFECT = QT_TRANSLATE_NOOP(
    "evidence",
    "{id} cannot be demonstrated on this model: that {fault} has no effect in the simulation.",
)
_ADVICE = QT_TRANSLATE_NOOP("evidence", "The fix is advice: it takes for granted work that a model cannot do.")
_FIRST_OF = QT_TRANSLATE_NOOP("evidence", "Of {n} fixes on offer the first is shown: {fix}.")
_NO_FIX = QT_TRANSLATE_NOOP("evidence", "No edit is on offer that would repair this, so only what it costs is shown.")
_FEWER_RUNS = QT_TRANSLATE_NOOP(
    "evidence", "The model is large, so {count} replications were run instead of {most}; ask for more to see more."
)
_UNUSED = QT_TRANSLATE_NOOP("evidence", "No journey comes by what this finding is about, so nothing is felt of it.")
_NOBODY = QT_TRANSLATE_NOOP("evidence", "No journey begins within the time simulated, so nothing can differ.")
