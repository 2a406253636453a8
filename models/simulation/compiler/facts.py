"""What is in force for each part, and a record of the numbers nobody said and of what is not simulated."""

from typing import Any

from models.architecture import ASSUMPTIONS, NO_ORDER_KEY, Architecture, Element, Frozen, Link, in_force, said
from models.architecture.text import Text, say
from models.architecture.values import (
    AnyDistribution,
    Constant,
    Empirical,
    Erlang,
    Exponential,
    Hyperexponential,
    Lognormal,
    Uniform,
)
from models.simulation.kernel.layout import (
    D_CONSTANT,
    D_EMPIRICAL,
    D_ERLANG,
    D_EXPONENTIAL,
    D_HYPEREXPONENTIAL,
    D_LOGNORMAL,
    D_UNIFORM,
)
from models.simulation.program import Assembly

FOREVER = float("inf")


class Facts:
    """One architecture as the simulator reads it. `assumed` and `ignored` fill while it is read."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self._assumed: dict[str, dict[str, Any]] = {}
        self.assumptions: dict[str, Any] = {}
        self.ignored: dict[str, Text] = {}

    def value(self, part: Element | Link, attribute: str, note: bool = True) -> Any:
        """The value in force; when it is assumed and `note` is set, that is remembered for `uses`."""
        found = in_force(self.architecture, part, attribute)
        if not found.stated and found.value is not None and note:
            self._assumed.setdefault(part.id, {})[f"{part.id}.{attribute}"] = plain(found.value)
        return found.value

    def said(self, part: Element | Link, attribute: str) -> Any:
        """What somebody said, or None."""
        return said(self.architecture, part, attribute)

    def order_key(self, link: Link) -> str | None:
        """The key by which events over a link keep their order; None when there is none, or nobody said one."""
        key = said(self.architecture, link, "order_key")
        return None if key in (None, NO_ORDER_KEY) else str(key)

    def uses(self, *part_ids: str) -> None:
        """These parts bear on the result: what was assumed for them is among the assumptions."""
        for part_id in part_ids:
            self.assumptions.update(self._assumed.get(part_id, {}))

    def assume(self, kind: str, attribute: str, path: str) -> Any:
        """The table's value for something without a kind of its own (a journey, a scenario); remembered."""
        value = ASSUMPTIONS[kind][attribute]
        self.assumptions[path] = plain(value)
        return value

    def ignore(self, key: str, sentence: Text) -> None:
        """Remember what was said and is not simulated, once per key."""
        self.ignored.setdefault(key, sentence)

    def ignore_part(self, key: str, template: str, part_id: str, **values: object) -> None:
        """As `ignore`, in the words of a "simulation" template about `{part}`."""
        self.ignore(key, say("simulation", template, part=self.architecture.label(part_id), **values))


def plain(value: Any) -> Any:
    """A value as JSON writes it."""
    if isinstance(value, Frozen):
        return {name: plain(inner) for name, inner in value.said().items()}
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return value


def number(value: Any, otherwise: float) -> float:
    """A number, or `otherwise` where "none" or "unlimited" was said, or nothing."""
    return float(value) if isinstance(value, int | float) else otherwise


def distribution(assembly: Assembly, value: AnyDistribution) -> int:
    """The row of a distribution of times."""
    match value:
        case Constant(constant=time):
            return assembly.add_distribution(D_CONSTANT, time)
        case Exponential(exponential=shape):
            return assembly.add_distribution(D_EXPONENTIAL, shape.mean)
        case Lognormal(lognormal=shape):
            mu, sigma = shape.parameters()
            return assembly.add_distribution(D_LOGNORMAL, mu, sigma)
        case Uniform(uniform=bounds):
            return assembly.add_distribution(D_UNIFORM, bounds.low, bounds.high - bounds.low)
        case Erlang(erlang=stages):
            return assembly.add_distribution(D_ERLANG, stages.mean / stages.k, n=stages.k)
        case Hyperexponential():
            return assembly.add_distribution(D_HYPEREXPONENTIAL, *value.branches())
        case Empirical(empirical=table):
            points = table.points()
            first = len(assembly.quantiles)
            assembly.quantiles.extend(points)
            return assembly.add_distribution(D_EMPIRICAL, first=first, n=len(points))
        case _:
            return assembly.add_distribution(D_CONSTANT, float(value))


def is_zero(value: AnyDistribution) -> bool:
    """Whether a time is always zero."""
    if isinstance(value, Constant):
        return value.constant == 0
    return isinstance(value, int | float) and value == 0
