"""Whether what a demonstration shows still holds when the numbers nobody said are others."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from models.architecture import Architecture, Scenario
from models.architecture.edits import EditError
from models.architecture.settings import SettingError
from models.evidence.assumed_numbers import Variant, variants
from models.evidence.comparison import Comparison, Paired, paired
from models.simulation import Replicated, SimulationError

FEWEST = 5
Run = Callable[[Architecture, Scenario, int], Replicated]


@dataclass(frozen=True)
class Repetition:
    """One repetition. `holds` is None when it could not be run with these numbers."""

    variant: Variant
    holds: bool | None
    difference: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class Robustness:
    """`headline` is the figure whose difference must be shown again in the same direction; None when no difference was
    shown, and then that must hold again. `left_out` repetitions were too much work."""

    headline: Paired | None
    repetitions: tuple[Repetition, ...]
    left_out: tuple[Variant, ...]
    replications: int

    @property
    def tried(self) -> int:
        return sum(one.holds is not None for one in self.repetitions)

    @property
    def holds(self) -> int:
        return sum(one.holds is True for one in self.repetitions)

    def as_json(self) -> dict[str, Any]:
        return {
            "headline": None if self.headline is None else self.headline.as_json(),
            "holds": self.holds,
            "tried": self.tried,
            "replications": self.replications,
            "repetitions": [
                {
                    "paths": list(one.variant.paths),
                    "attribute": one.variant.attribute,
                    "factor": one.variant.factor,
                    "holds": one.holds,
                    "difference": one.difference,
                    "ci": None if one.interval is None else list(one.interval),
                }
                for one in self.repetitions
            ],
            "left_out": [{"paths": list(variant.paths), "factor": variant.factor} for variant in self.left_out],
        }


def headline(effect: Comparison) -> Paired | None:
    """The first figure that it is judged by, in the order of judging, that is shown to be better, else to differ."""
    shown = [row for row in effect.judged if row.sign]
    return next((row for row in shown if row.better), shown[0] if shown else None)


def repeated(
    architecture: Architecture,
    fix: Callable[[Architecture], Architecture],
    scenario: Scenario,
    assumptions: Mapping[str, Any],
    near: Collection[str],
    effect: Comparison,
    *,
    affordable: int,
    run: Run,
    stepped: Callable[[float], None],
) -> Robustness:
    """Repeats before and after the fix with every assumed number at half and at double.

    `affordable` is how many pairs of replications there is room for; each repetition takes at least five, and as many
    as the demonstration itself when there is room. The headline stands alone in them, at 95%.
    """
    first = headline(effect)
    wanted = variants(assumptions, near, architecture)
    each = min(effect.replications, max(FEWEST, affordable // max(1, len(wanted))))
    tried, left_out = wanted[: affordable // each], wanted[affordable // each :]
    judged = [(row.subject, row.measure) for row in (effect.judged if first is None else (first,))]
    found = []
    for i, variant in enumerate(tried):
        stepped(i / len(tried))
        try:
            before = run(*variant.applied(architecture, scenario), each)
            after = run(*variant.applied(architecture, scenario, fix), each)
        except (SettingError, EditError, SimulationError):
            found.append(Repetition(variant, None, None, None))
            continue
        again = paired(before, after, judged=judged)
        if first is None:
            found.append(Repetition(variant, not again.difference_shown, None, None))
            continue
        row = again.row(first.subject, first.measure)
        same = row is not None and row.sign == first.sign
        found.append(Repetition(variant, same, row.difference if row else None, row.interval if row else None))
    return Robustness(first, tuple(found), left_out, each)
