"""What stands on the canvas: clients, services, externals, datastores, queues, topics, groups and notes."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.architecture.base import (
    Count,
    Described,
    Flag,
    Frozen,
    FrozenDict,
    FrozenMap,
    Id,
    Name,
    NonNegative,
    Positive,
    PositiveCount,
    Probability,
    Share,
    Text_,
)
from models.architecture.values import CountOrUnlimited, Distribution, NumberOrNone

ElementKind = Literal["client", "service", "external", "datastore", "queue", "topic", "group", "note"]
ServiceRole = Literal["service", "gateway", "bff", "adapter", "orchestrator", "job", "function"]
StoreKind = Literal[
    "relational",
    "document",
    "key_value",
    "cache",
    "file_system",
    "object_store",
    "data_lake",
    "data_warehouse",
    "search",
]
GroupType = Literal["team", "bounded_context", "host", "zone", "region", "system"]


class ElementBase(Described):
    id: Id
    kind: ElementKind
    name: Name | None = None
    owner: Name | None = None
    groups: tuple[Id, ...] = ()


class Autoscale(Frozen):
    min: PositiveCount
    max: PositiveCount
    target_utilisation: Share | None = None
    delay_ms: NonNegative | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max < self.min:
            raise PydanticCustomError("autoscale", "autoscale's max must not be below its min")
        return self


class Client(ElementBase):
    """A person or an outside caller that starts journeys."""

    kind: Literal["client"] = "client"


class Service(ElementBase):
    kind: Literal["service"] = "service"
    role: ServiceRole | None = None
    instances: PositiveCount | None = None
    workers: CountOrUnlimited | None = None
    threading: Literal["blocking", "nonblocking"] | None = None
    queue_limit: Count | Literal["unlimited"] | None = None
    discipline: Literal["fifo", "lifo", "ps"] | None = None
    load_balancing: Literal["round_robin", "random", "least_busy", "shared_queue"] | None = None
    work_ms: Distribution | None = None
    availability: Probability | None = None
    startup_ms: NonNegative | None = None
    health_check_ms: NumberOrNone | None = None
    stateless: Flag | None = None
    autoscale: Autoscale | None = None
    cleared_for_personal_data: Flag | None = None
    restarts: Flag | None = None
    deployed_with: Id | None = None
    supports: tuple[Name, ...] = ()


class External(ElementBase):
    """A system that is not ours."""

    kind: Literal["external"] = "external"
    work_ms: Distribution | None = None
    workers: CountOrUnlimited | None = None
    availability: Probability | None = None
    supports: tuple[Name, ...] = ()
    cleared_for_personal_data: Flag | None = None


class Datastore(ElementBase):
    kind: Literal["datastore"] = "datastore"
    store: StoreKind | None = None
    server: Name | None = None
    connections: CountOrUnlimited | None = None
    work_ms: Distribution | None = None
    replicas: PositiveCount | None = None
    availability: Probability | None = None
    schema_contract: Name | None = None
    hit_ratio: Probability | None = None


class Queue(ElementBase):
    kind: Literal["queue"] = "queue"
    technology: Name | None = None
    broker: Name | None = None
    max_message_bytes: PositiveCount | None = None
    max_length: CountOrUnlimited | None = None
    message_ttl_ms: NumberOrNone | None = None
    dead_letter: Id | None = None
    replay: Flag | None = None
    replicas: PositiveCount | None = None


class Topic(ElementBase):
    kind: Literal["topic"] = "topic"
    technology: Name | None = None
    broker: Name | None = None
    max_message_bytes: PositiveCount | None = None
    partitions: PositiveCount | None = None
    retention_ms: Positive | None = None
    replicas: PositiveCount | None = None


class Group(ElementBase):
    """A titled frame around its members: those elements that name it in `groups`."""

    kind: Literal["group"] = "group"
    group_type: GroupType | None = None
    parent: Id | None = None
    replicas: PositiveCount | None = None
    placement: FrozenMap[PositiveCount] = Field(default_factory=FrozenDict)


class Note(ElementBase):
    kind: Literal["note"] = "note"
    text: Text_ | None = None


Element = Client | Service | External | Datastore | Queue | Topic | Group | Note
AnyElement = Annotated[Element, Field(discriminator="kind")]
