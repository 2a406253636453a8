"""What a model says of behaviour that the simulator does not follow yet: a closed table, told in `Result.ignored`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from models.simulation.compiler.facts import Facts


@dataclass(frozen=True)
class Unsimulated:
    """An attribute of a kind or style; `when` tells the values that would change the behaviour."""

    where: tuple[str, ...]
    attribute: str
    when: Callable[[Any], bool]
    sentence: str


def _said(value: Any) -> bool:
    return value not in (None, (), False)


def _is(*values: Any) -> Callable[[Any], bool]:
    return lambda value: value in values


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_YET = "not simulated yet"
UNSIMULATED = (
    Unsimulated(("service",), "discipline", _is("ps"), "processor sharing is not simulated yet: it serves in order"),
    Unsimulated(("service",), "autoscale", _said, _YET),
    Unsimulated(("datastore", "queue", "topic"), "replicas", lambda n: bool(n and n > 1), _YET),
    Unsimulated(("datastore",), "hit_ratio", _said, _YET),
    Unsimulated(("queue",), "message_ttl_ms", _number, _YET),
    Unsimulated(("topic",), "partitions", _said, "partitions do not bound how many messages are worked on, yet"),
    Unsimulated(("topic",), "retention_ms", _said, _YET),
    Unsimulated(("sync",), "fallback", _is("buffer"), "the call counts as degraded, but it is not sent later yet"),
    Unsimulated(("sync", "async", "event", "shared_data"), "exchange", _is("stream"), "simulated as one answer"),
    Unsimulated(("async",), "reply", _is("queue", "callback"), "the reply and what follows it are not simulated yet"),
    Unsimulated(("async",), "awaited", _is(True), "nobody waits for the reply yet"),
    Unsimulated(("async",), "progress_replies", _is(True), _YET),
    Unsimulated(("async",), "timeout_ms", _number, _YET),
    Unsimulated(("event",), "outbox", _is(True), _YET),
    Unsimulated(("event",), "published_with", _said, _YET),
    Unsimulated(("event",), "published", _said, _YET),
    Unsimulated(("event",), "order_required", _is(True), _YET),
    Unsimulated(("event",), "order_key", _said, _YET),
    Unsimulated(("async", "event"), "delivery.prefetch", _said, _YET),
    Unsimulated(("shared_data",), "transaction_ms", _number, "the connection is held for the work only, yet"),
    Unsimulated(("shared_data",), "spans_calls", _is(True), _YET),
    Unsimulated(("shared_data",), "changes_per_s", _number, _YET),
    Unsimulated(("shared_data",), "poll_interval_ms", _number, "it reads only when a journey says so, yet"),
    Unsimulated(("shared_data",), "batch_limit", _said, _YET),
    Unsimulated(("shared_data",), "notified_by", _said, _YET),
)


def note_unsimulated(facts: Facts, used: Iterable[str]) -> None:
    """Tell, for the parts that bear on the result, each such attribute that was said."""
    architecture = facts.architecture
    wanted = set(used)
    for part in (*architecture.elements, *architecture.links):
        if part.id not in wanted:
            continue
        kind = part.style if hasattr(part, "style") else part.kind
        for row in UNSIMULATED:
            if kind not in row.where:
                continue
            value = facts.said(part, row.attribute)
            if row.when(value):
                facts.ignore(
                    f"{part.id}.{row.attribute}", f"{row.attribute} of {architecture.label(part.id)}: {row.sentence}"
                )
