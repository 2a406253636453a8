"""How elements communicate: synchronous calls, asynchronous messages, events, and shared data.

Attributes are grouped in mixins so that a link style and a profile (a named set of defaults) share one definition.
"""

from typing import Annotated, Literal

from pydantic import Field

from models.architecture.base import (
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
from models.architecture.values import CountOrNone, CountOrUnlimited, Distribution, NumberOrNone

NO_ORDER_KEY = "none"
"""As `order_key` of events: they have no key, which is something else than that nobody has said one."""

LinkStyle = Literal["sync", "async", "event", "shared_data"]


class Retry(Frozen):
    max_attempts: CountOrUnlimited | None = None
    """The first try included."""
    backoff: Literal["none", "fixed", "exponential"] | None = None
    base_ms: NonNegative | None = None
    cap_ms: NonNegative | None = None
    jitter: Literal["none", "full"] | None = None
    budget_ratio: NonNegative | None = None
    implicit: Flag | None = None


class CircuitBreaker(Frozen):
    failure_rate: Share | None = None
    window_calls: PositiveCount | None = None
    minimum_calls: PositiveCount | None = None
    open_ms: NonNegative | None = None
    half_open_calls: PositiveCount | None = None
    slow_call_ms: Positive | None = None


class Delivery(Frozen):
    """Belongs to the consuming side of a queue or topic."""

    guarantee: Literal["at_least_once", "at_most_once"] | None = None
    max_deliveries: CountOrUnlimited | None = None
    dead_letter: Id | None = None
    """A queue's id, or "none"."""
    visibility_timeout_ms: NonNegative | None = None
    prefetch: PositiveCount | None = None
    concurrency: PositiveCount | None = None


class Contract(Frozen):
    name: Name | None = None
    version: Name | None = None
    offers: tuple[Name, ...] = ()
    compatibility: Literal["compatible", "breaking"] | None = None


class WireAttributes(Frozen):
    """What every style has: how the bytes travel."""

    technology: Name | None = None
    payload_bytes: NonNegative | None = None
    network_ms: Distribution | None = None
    serialise_ms: NonNegative | None = None
    ms_per_kib: NonNegative | None = None
    calls_per_request: NonNegative | None = None
    probability: Probability | None = None
    parallel_with_previous: Flag | None = None
    result_needed: Flag | None = None
    contract: Contract | None = None
    errors: Literal["untyped", "typed"] | None = None
    personal_data: Flag | None = None
    exchange: Literal["unary", "stream"] | None = None


class WaitAttributes(Frozen):
    timeout_ms: NumberOrNone | None = None


class EffectAttributes(Frozen):
    operation: Literal["read", "write"] | None = None
    idempotent: Flag | None = None


class CallAttributes(Frozen):
    """Shared by synchronous calls and data access."""

    retry: Literal["none"] | Retry | None = None
    connection_pool: CountOrNone | None = None


class SyncAttributes(CallAttributes, WaitAttributes, EffectAttributes):
    circuit_breaker: Literal["none"] | CircuitBreaker | None = None
    bulkhead: CountOrNone | None = None
    hedge_after_ms: NonNegative | None = None
    fallback: Literal["none", "cached", "default", "buffer"] | None = None
    propagates_deadline: Flag | None = None
    discovery: Literal["static", "dynamic"] | None = None


class DeliveryAttributes(Frozen):
    delivery: Delivery | None = None


class AsyncAttributes(DeliveryAttributes, WaitAttributes, EffectAttributes):
    reply: Literal["none", "queue", "callback"] | None = None
    reply_queue: Id | None = None
    correlation_id: Flag | None = None
    pending_state: Literal["stored", "memory"] | None = None
    awaited: Flag | None = None
    progress_replies: Flag | None = None


class EventAttributes(DeliveryAttributes, EffectAttributes):
    payload: Literal["id_only", "full_state", "hybrid"] | None = None
    outbox: Flag | None = None
    published_with: tuple[Id, ...] = ()
    published: Literal["before_commit", "after_commit"] | None = None
    order_required: Flag | None = None
    order_key: Name | None = None
    guard: Text_ | None = None


class DataAttributes(CallAttributes, WaitAttributes):
    access: Literal["read", "write", "read_write"] | None = None
    dataset: Name | None = None
    transaction_ms: NonNegative | None = None
    spans_calls: Flag | None = None
    changes_per_s: NonNegative | None = None
    poll_interval_ms: Positive | None = None
    batch_limit: PositiveCount | None = None
    freshness_ms: NonNegative | None = None
    notified_by: Id | None = None


class LinkHead(Described):
    id: Id
    source: Id
    target: Id
    style: LinkStyle
    name: Name | None = None
    profile: Id | None = None
    needs: FrozenMap[bool | float | str | None] = Field(default_factory=FrozenDict)
    """Answers given to the style advisor."""


class SyncLink(SyncAttributes, WireAttributes, LinkHead):
    """Request-response over one open connection: the caller waits."""

    style: Literal["sync"] = "sync"


class AsyncLink(AsyncAttributes, WireAttributes, LinkHead):
    """A message for one receiver: a command, or a request whose reply comes later."""

    style: Literal["async"] = "async"


class EventLink(EventAttributes, WireAttributes, LinkHead):
    """Something happened; whoever cares may react."""

    style: Literal["event"] = "event"


class SharedDataLink(DataAttributes, WireAttributes, LinkHead):
    """Access to data that others put or will use."""

    style: Literal["shared_data"] = "shared_data"


Link = SyncLink | AsyncLink | EventLink | SharedDataLink
AnyLink = Annotated[Link, Field(discriminator="style")]


class ProfileHead(Frozen):
    id: Id
    name: Name | None = None


class Profile(SyncAttributes, AsyncAttributes, EventAttributes, WireAttributes, ProfileHead):
    """Defaults of a mesh or client library: what a link does not say itself it takes from here."""
