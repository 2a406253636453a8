"""What requests do: journeys made of steps, the load that drives them and the targets they should meet."""

from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, FailFast, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from models.architecture.base import (
    Described,
    Flag,
    Frozen,
    Id,
    Name,
    NonNegative,
    Positive,
    PositiveCount,
    Probability,
)
from models.architecture.links import Retry
from models.architecture.values import Distribution, NumberOrNone


class LinkStep(Frozen):
    """Use a link; `steps` are what its target does next, in order, after its own work."""

    link: Id
    calls: PositiveCount | None = None
    probability: Probability | None = None
    parallel: Flag | None = None
    needs_previous: Flag | None = None
    work_ms: Distribution | None = None
    steps: Annotated[tuple["Step", ...], FailFast()] = ()
    on_reply: Annotated[tuple["Step", ...], FailFast()] = ()
    on_failure: Annotated[tuple["Step", ...], FailFast()] = ()


class Branch(Frozen):
    weight: NonNegative
    steps: Annotated[tuple["Step", ...], FailFast()] = ()


class ChoiceStep(Frozen):
    """Exactly one branch is taken, with a chance in proportion to its weight."""

    choice: Annotated[tuple[Branch, ...], Field(min_length=1), FailFast()]

    @model_validator(mode="after")
    def _some_weight(self) -> Self:
        if sum(branch.weight for branch in self.choice) <= 0:
            raise PydanticCustomError("choice", "a choice needs at least one weight above zero")
        return self


class WorkStep(Frozen):
    """More work at the place where the step stands."""

    work_ms: Distribution


class UseStep(Frozen):
    """The steps of another journey, here."""

    use: Id


def _form(value: Any) -> str | None:
    keys = type(value).field_names() if isinstance(value, Frozen) else value if isinstance(value, dict) else ()
    return next((form for form in ("link", "choice", "use", "work_ms") if form in keys), None)


Step = Annotated[
    Annotated[LinkStep, Tag("link")]
    | Annotated[ChoiceStep, Tag("choice")]
    | Annotated[UseStep, Tag("use")]
    | Annotated[WorkStep, Tag("work_ms")],
    Discriminator(
        _form,
        custom_error_type="step",
        custom_error_message='a step is one of {"link": id}, {"choice": [...]}, {"work_ms": time}, {"use": journey id}',
    ),
]
AnyStep = LinkStep | ChoiceStep | WorkStep | UseStep


class OpenLoad(Frozen):
    rate_per_s: NonNegative
    arrivals: Literal["poisson", "regular"] | None = None


class ClosedLoad(Frozen):
    users: PositiveCount
    think_ms: Distribution | None = None


class ScheduledLoad(Frozen):
    every_ms: Positive
    batch: PositiveCount


class Load(Frozen):
    """Exactly one of the four forms."""

    open: OpenLoad | None = None
    closed: ClosedLoad | None = None
    profile: tuple[tuple[NonNegative, NonNegative], ...] | None = None
    """(time in ms, requests per second), linear between points, constant after the last."""
    schedule: ScheduledLoad | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if sum(getattr(self, form) is not None for form in ("open", "closed", "profile", "schedule")) != 1:
            raise PydanticCustomError("load", "a load has exactly one of open, closed, profile, schedule")
        if self.profile is not None:
            if not self.profile:
                raise PydanticCustomError("load", "a load profile needs at least one [time, rate] point")
            if any(b[0] < a[0] for a, b in zip(self.profile, self.profile[1:], strict=False)):
                raise PydanticCustomError("load", "a load profile's times must not go back")
        return self


class Target(Frozen):
    availability: Probability | None = None
    mean_ms: Positive | None = None
    p50_ms: Positive | None = None
    p95_ms: Positive | None = None
    p99_ms: Positive | None = None
    completion_p95_ms: Positive | None = None


class Journey(Described):
    id: Id
    name: Name | None = None
    entry: Id
    load: Load | None = None
    target: Target | None = None
    client_timeout_ms: NumberOrNone | None = None
    client_retry: Literal["none"] | Retry | None = None
    steps: Annotated[tuple[Step, ...], FailFast()] = ()
