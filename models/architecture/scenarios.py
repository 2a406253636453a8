"""Under what circumstances a design is simulated: duration, seed, load, changed settings, faults, expectations."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.architecture.base import (
    Count,
    Described,
    Flag,
    Frozen,
    FrozenDict,
    Id,
    JsonMap,
    Name,
    NonNegative,
    Positive,
    PositiveCount,
    Probability,
    Real,
)


class FaultHead(Frozen):
    """A fault acts on its target from `from_ms` until `until_ms` (the end of the run when not said)."""

    fault: str
    target: Id
    from_ms: NonNegative | None = None
    until_ms: NonNegative | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.until_ms is not None and self.until_ms < (self.from_ms or 0):
            raise PydanticCustomError("window", "a fault's until_ms must not be before its from_ms")
        return self


class Crash(FaultHead):
    fault: Literal["crash"] = "crash"
    instances: PositiveCount | Literal["all"] | None = None
    silent: Flag | None = None
    restart: Flag | None = None


class Omission(FaultHead):
    fault: Literal["omission"] = "omission"
    probability: Probability | None = None
    direction: Literal["request", "reply"] | None = None


class Timing(FaultHead):
    """Slower by a factor or an amount; a factor below 1 is too early."""

    fault: Literal["timing"] = "timing"
    factor: NonNegative | None = None
    add_ms: Real | None = None


class WrongResponse(FaultHead):
    fault: Literal["response"] = "response"
    probability: Probability | None = None
    detected: Flag | None = None
    permanent_share: Probability | None = None


class Arbitrary(FaultHead):
    """Each call randomly suffers one of the other failure modes."""

    fault: Literal["arbitrary"] = "arbitrary"
    probability: Probability | None = None


class Partition(FaultHead):
    fault: Literal["partition"] = "partition"


class Poison(FaultHead):
    fault: Literal["poison"] = "poison"
    count: PositiveCount | None = None


class LoadSurge(FaultHead):
    fault: Literal["load"] = "load"
    factor: NonNegative | None = None


AnyFault = Annotated[
    Crash | Omission | Timing | WrongResponse | Arbitrary | Partition | Poison | LoadSurge,
    Field(discriminator="fault"),
]
Fault = Crash | Omission | Timing | WrongResponse | Arbitrary | Partition | Poison | LoadSurge


class Expectation(Frozen):
    journey: Id
    metric: Name
    at_most: Real | None = None
    at_least: Real | None = None

    @model_validator(mode="after")
    def _some_bound(self) -> Self:
        if self.at_most is None and self.at_least is None:
            raise PydanticCustomError("expectation", "an expectation needs at_most or at_least")
        return self


class Scenario(Described):
    id: Id
    name: Name | None = None
    duration_ms: Positive | None = None
    warm_up_ms: NonNegative | Literal["auto"] | None = None
    seed: Count | None = None
    replications: PositiveCount | None = None
    load_factor: NonNegative | None = None
    set: JsonMap = Field(default_factory=FrozenDict)
    """"element.attribute" -> value in force during this scenario only."""
    faults: tuple[AnyFault, ...] = ()
    expect: tuple[Expectation, ...] = ()
