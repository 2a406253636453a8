"""The numbers nobody said, each at half and at double: what a verdict must outlive before an architect leans on it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from models.architecture import Architecture, Scenario, replace
from models.architecture.settings import SettingError, part_of, with_settings

FACTORS = (0.5, 2.0)
LOAD = "load"
FEW = 10
"""So many assumed numbers are varied each alone, whatever they belong to."""
_TIMES = {"constant", "mean", "p50", "p99", "low", "high", "rate_per_s"}


@dataclass(frozen=True)
class Variant:
    """Some assumed numbers multiplied by `factor`: one of the parts in question, or all of one kind elsewhere.

    `attribute` is what they are called; `paths` where they stand ("order.workers"); LOAD without a path is the load of
    journeys nobody drew.
    """

    attribute: str
    paths: tuple[str, ...]
    factor: float
    values: Mapping[str, Any]

    def applied(
        self, architecture: Architecture, scenario: Scenario, fix: Callable[[Architecture], Architecture] | None = None
    ) -> tuple[Architecture, Scenario]:
        """The architecture with these numbers, then the fix, then those numbers that only the fix has brought.

        Raises:
            SettingError: a number does not fit.
        """
        mine = {path: value for path, value in self.values.items() if part_of(architecture, path) is not None}
        changed = with_settings(architecture, mine)
        if fix is not None:
            changed = fix(changed)
            late = {path: value for path, value in self.values.items() if path not in mine}
            changed = with_settings(changed, {p: v for p, v in late.items() if part_of(changed, p) is not None})
        if not self.paths:
            factor = 1.0 if scenario.load_factor is None else scenario.load_factor
            scenario = replace(scenario, load_factor=factor * self.factor)
        return changed, scenario


def variants(assumptions: Mapping[str, Any], near: Collection[str], architecture: Architecture) -> tuple[Variant, ...]:
    """Every assumed number at half and at double: each alone when there are few, or its part is in `near`; the others
    by attribute.

    Words ("fifo", "unlimited") have no half; a number that cannot be halved, such as one instance, is only doubled.
    """
    alone: dict[tuple[str, ...], str] = {}
    others: dict[str, list[str]] = {}
    derived_load = False
    few = len(numbers(assumptions)) <= FEW
    for path, value in assumptions.items():
        if not _is_number(value) or path.startswith("faults["):
            continue
        found = part_of(architecture, path)
        attribute = path[len(found[1]) + 1 :] if found is not None else path.partition(".")[2]
        if attribute == "load" and (found is None or found[0] != "journeys"):
            derived_load = True
        elif found is not None and (few or found[1] in near):
            alone[(path,)] = attribute
        else:
            others.setdefault(attribute, []).append(path)
    groups = list(alone.items()) + [(tuple(paths), attribute) for attribute, paths in others.items()]
    made = []
    for paths, attribute in groups:
        for factor in FACTORS:
            values = {path: scaled(assumptions[path], factor) for path in paths}
            values = {path: value for path, value in values.items() if value is not None}
            if values:
                made.append(Variant(attribute, tuple(values), factor, values))
    if derived_load:
        made += [Variant(LOAD, (), factor, {}) for factor in FACTORS]
    return tuple(made)


def numbers(assumptions: Mapping[str, Any]) -> tuple[str, ...]:
    """Paths of the assumed values that are numbers, times or rates."""
    return tuple(path for path, value in assumptions.items() if _is_number(value) and not path.startswith("faults["))


def scaled(value: Any, factor: float) -> Any | None:
    """The value times `factor`, a distribution with the same shape; None when that is not another value that fits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        product = value * factor
        return int(product) if product == int(product) and product >= 1 else None
    if isinstance(value, float):
        return value * factor if value else None
    if isinstance(value, dict):
        changed: dict[str, Any] = {}
        for name, inner in value.items():
            if name == "quantiles":
                changed[name] = [[share, time * factor] for share, time in inner]
            elif isinstance(inner, dict):
                changed[name] = scaled(inner, factor) or inner
            else:
                changed[name] = inner * factor if name in _TIMES else inner
        return changed if changed != value else None
    return None


def fits(variant: Variant, architecture: Architecture) -> bool:
    """Whether the numbers can be set on the architecture."""
    mine = {path: value for path, value in variant.values.items() if part_of(architecture, path) is not None}
    try:
        with_settings(architecture, mine)
    except SettingError:
        return False
    return True


def _is_number(value: Any) -> bool:
    return scaled(value, 2.0) is not None
