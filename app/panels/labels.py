"""The words for attributes and their values: what a field is called, which group it stands in, what it means.

Free of Qt. Labels are of the context "fields", values of "values", groups of "groups", explanations of "hints"; whoever
shows them asks for the translation. A test sees to it that every attribute of the model has its row.
"""

from dataclasses import dataclass

from models.architecture.text import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class Label:
    """A field's name for people, the group of the form it stands in, and one sentence on what it means."""

    name: str
    group: str
    hint: str = ""


BASICS = QT_TRANSLATE_NOOP("groups", "Basics")
CAPACITY = QT_TRANSLATE_NOOP("groups", "Load and capacity")
RESILIENCE = QT_TRANSLATE_NOOP("groups", "Resilience")
DELIVERY = QT_TRANSLATE_NOOP("groups", "Delivery")
DATA = QT_TRANSLATE_NOOP("groups", "Data")
CONTRACT = QT_TRANSLATE_NOOP("groups", "Contract")
WIRE = QT_TRANSLATE_NOOP("groups", "On the wire")
MORE = QT_TRANSLATE_NOOP("groups", "Notes and tags")
GROUPS = (BASICS, RESILIENCE, DELIVERY, CAPACITY, DATA, CONTRACT, WIRE, MORE)


LABELS: dict[str, Label] = {
    "name": Label(QT_TRANSLATE_NOOP("fields", "Name"), BASICS),
    "owner": Label(
        QT_TRANSLATE_NOOP("fields", "Owner"),
        BASICS,
        QT_TRANSLATE_NOOP("hints", "Who answers for it: a team or a person."),
    ),
    "groups": Label(
        QT_TRANSLATE_NOOP("fields", "Groups"), BASICS, QT_TRANSLATE_NOOP("hints", "The groups it is a member of.")
    ),
    "parent": Label(
        QT_TRANSLATE_NOOP("fields", "Inside"), BASICS, QT_TRANSLATE_NOOP("hints", "The group that holds this group.")
    ),
    "group_type": Label(
        QT_TRANSLATE_NOOP("fields", "Type"), BASICS, QT_TRANSLATE_NOOP("hints", "What the frame stands for.")
    ),
    "placement": Label(
        QT_TRANSLATE_NOOP("fields", "Placement"),
        CAPACITY,
        QT_TRANSLATE_NOOP("hints", "How many instances of which service run here: order = 2."),
    ),
    "role": Label(
        QT_TRANSLATE_NOOP("fields", "Role"), BASICS, QT_TRANSLATE_NOOP("hints", "What part the service plays.")
    ),
    "text": Label(QT_TRANSLATE_NOOP("fields", "Text"), BASICS),
    "technology": Label(
        QT_TRANSLATE_NOOP("fields", "Technology"),
        BASICS,
        QT_TRANSLATE_NOOP("hints", "What carries it: gRPC, Kafka, PostgreSQL."),
    ),
    "profile": Label(
        QT_TRANSLATE_NOOP("fields", "Profile"),
        BASICS,
        QT_TRANSLATE_NOOP("hints", "What this link does not say itself it takes from the profile."),
    ),
    "store": Label(QT_TRANSLATE_NOOP("fields", "Kind of store"), BASICS),
    "server": Label(
        QT_TRANSLATE_NOOP("fields", "Server"),
        BASICS,
        QT_TRANSLATE_NOOP("hints", "Several stores may live on one server."),
    ),
    "broker": Label(
        QT_TRANSLATE_NOOP("fields", "Broker"), BASICS, QT_TRANSLATE_NOOP("hints", "The broker that keeps it.")
    ),
    "instances": Label(QT_TRANSLATE_NOOP("fields", "Instances"), CAPACITY),
    "workers": Label(
        QT_TRANSLATE_NOOP("fields", "Workers"),
        CAPACITY,
        QT_TRANSLATE_NOOP("hints", "Requests in work at once, per instance; or unlimited."),
    ),
    "threading": Label(
        QT_TRANSLATE_NOOP("fields", "Threading"),
        CAPACITY,
        QT_TRANSLATE_NOOP("hints", "Blocking: a worker is held while it waits for an answer."),
    ),
    "queue_limit": Label(
        QT_TRANSLATE_NOOP("fields", "Queue limit"),
        CAPACITY,
        QT_TRANSLATE_NOOP("hints", "Requests that may wait per instance; 0 means none may wait."),
    ),
    "discipline": Label(QT_TRANSLATE_NOOP("fields", "Order of work"), CAPACITY),
    "load_balancing": Label(QT_TRANSLATE_NOOP("fields", "Balancing"), CAPACITY),
    "work_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Work"),
        CAPACITY,
        QT_TRANSLATE_NOOP("hints", "Time of own work per request: 20 ms, exp 20 ms, lognormal ..."),
    ),
    "connections": Label(
        QT_TRANSLATE_NOOP("fields", "Connections"),
        CAPACITY,
        QT_TRANSLATE_NOOP("hints", "Requests the store serves at once."),
    ),
    "replicas": Label(QT_TRANSLATE_NOOP("fields", "Replicas"), CAPACITY),
    "hit_ratio": Label(
        QT_TRANSLATE_NOOP("fields", "Hit ratio"),
        CAPACITY,
        QT_TRANSLATE_NOOP("hints", "Share of reads the cache answers itself."),
    ),
    "autoscale": Label(QT_TRANSLATE_NOOP("fields", "Autoscaling"), CAPACITY),
    "min": Label(QT_TRANSLATE_NOOP("fields", "At least"), CAPACITY),
    "max": Label(QT_TRANSLATE_NOOP("fields", "At most"), CAPACITY),
    "target_utilisation": Label(QT_TRANSLATE_NOOP("fields", "Utilisation aimed at"), CAPACITY),
    "delay_ms": Label(QT_TRANSLATE_NOOP("fields", "Delay"), CAPACITY),
    "availability": Label(
        QT_TRANSLATE_NOOP("fields", "Availability"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "Share of time it is up: 99.9%."),
    ),
    "startup_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Start-up"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "Until a started instance serves."),
    ),
    "health_check_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Health check"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "How soon a crashed instance leaves rotation; none: it stays."),
    ),
    "stateless": Label(QT_TRANSLATE_NOOP("fields", "Stateless"), RESILIENCE),
    "restarts": Label(
        QT_TRANSLATE_NOOP("fields", "Restarts"), RESILIENCE, QT_TRANSLATE_NOOP("hints", "Instances come and go.")
    ),
    "deployed_with": Label(
        QT_TRANSLATE_NOOP("fields", "Deployed with"),
        BASICS,
        QT_TRANSLATE_NOOP("hints", "Calls between the two stay inside one process."),
    ),
    "supports": Label(
        QT_TRANSLATE_NOOP("fields", "Supports"),
        CONTRACT,
        QT_TRANSLATE_NOOP("hints", "Technologies it can speak, with commas."),
    ),
    "cleared_for_personal_data": Label(QT_TRANSLATE_NOOP("fields", "Personal data allowed"), DATA),
    "schema_contract": Label(QT_TRANSLATE_NOOP("fields", "Schema contract"), CONTRACT),
    "max_message_bytes": Label(QT_TRANSLATE_NOOP("fields", "Largest message"), DELIVERY),
    "max_length": Label(QT_TRANSLATE_NOOP("fields", "Longest queue"), DELIVERY),
    "message_ttl_ms": Label(QT_TRANSLATE_NOOP("fields", "Message lifetime"), DELIVERY),
    "dead_letter": Label(
        QT_TRANSLATE_NOOP("fields", "Dead letters"),
        DELIVERY,
        QT_TRANSLATE_NOOP("hints", "The queue for messages that could not be processed."),
    ),
    "replay": Label(
        QT_TRANSLATE_NOOP("fields", "Replay"),
        DELIVERY,
        QT_TRANSLATE_NOOP("hints", "Someone can look at messages and send them again."),
    ),
    "partitions": Label(QT_TRANSLATE_NOOP("fields", "Partitions"), CAPACITY),
    "retention_ms": Label(QT_TRANSLATE_NOOP("fields", "Retention"), DELIVERY),
    "payload_bytes": Label(QT_TRANSLATE_NOOP("fields", "Payload"), WIRE),
    "network_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Network"), WIRE, QT_TRANSLATE_NOOP("hints", "Time on the way, each way.")
    ),
    "serialise_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Serialising"), WIRE, QT_TRANSLATE_NOOP("hints", "Work at each end per message.")
    ),
    "ms_per_kib": Label(QT_TRANSLATE_NOOP("fields", "Work per KiB (ms)"), WIRE),
    "calls_per_request": Label(
        QT_TRANSLATE_NOOP("fields", "Calls per request"),
        WIRE,
        QT_TRANSLATE_NOOP("hints", "How often it is used for one request of its source."),
    ),
    "probability": Label(
        QT_TRANSLATE_NOOP("fields", "Probability"), WIRE, QT_TRANSLATE_NOOP("hints", "Share of requests that use it.")
    ),
    "parallel_with_previous": Label(QT_TRANSLATE_NOOP("fields", "Parallel to the one before"), WIRE),
    "result_needed": Label(
        QT_TRANSLATE_NOOP("fields", "Result needed"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "The caller cannot go on without the answer."),
    ),
    "contract": Label(QT_TRANSLATE_NOOP("fields", "Contract"), CONTRACT),
    "version": Label(QT_TRANSLATE_NOOP("fields", "Version"), CONTRACT),
    "offers": Label(QT_TRANSLATE_NOOP("fields", "Versions offered"), CONTRACT),
    "compatibility": Label(QT_TRANSLATE_NOOP("fields", "Last change"), CONTRACT),
    "errors": Label(
        QT_TRANSLATE_NOOP("fields", "Errors"),
        CONTRACT,
        QT_TRANSLATE_NOOP("hints", "Typed errors tell the caller what to do."),
    ),
    "personal_data": Label(QT_TRANSLATE_NOOP("fields", "Personal data"), DATA),
    "exchange": Label(QT_TRANSLATE_NOOP("fields", "Exchange"), WIRE),
    "operation": Label(QT_TRANSLATE_NOOP("fields", "Operation"), CONTRACT),
    "idempotent": Label(
        QT_TRANSLATE_NOOP("fields", "Idempotent"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "Doing it twice has the effect of doing it once."),
    ),
    "timeout_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Timeout"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "How long the caller waits: 250 ms, 2 s, or none."),
    ),
    "retry": Label(QT_TRANSLATE_NOOP("fields", "Retry"), RESILIENCE),
    "max_attempts": Label(
        QT_TRANSLATE_NOOP("fields", "Attempts"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "The first try included; or unlimited."),
    ),
    "backoff": Label(
        QT_TRANSLATE_NOOP("fields", "Backoff"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "How the pause before a retry grows."),
    ),
    "base_ms": Label(QT_TRANSLATE_NOOP("fields", "First pause"), RESILIENCE),
    "cap_ms": Label(QT_TRANSLATE_NOOP("fields", "Longest pause"), RESILIENCE),
    "jitter": Label(
        QT_TRANSLATE_NOOP("fields", "Jitter"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "Full: a random share of the pause."),
    ),
    "budget_ratio": Label(
        QT_TRANSLATE_NOOP("fields", "Retry budget"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "Retries per request: 0.1 is 10%."),
    ),
    "implicit": Label(QT_TRANSLATE_NOOP("fields", "Done by the library"), RESILIENCE),
    "connection_pool": Label(QT_TRANSLATE_NOOP("fields", "Connection pool"), RESILIENCE),
    "circuit_breaker": Label(QT_TRANSLATE_NOOP("fields", "Circuit breaker"), RESILIENCE),
    "failure_rate": Label(QT_TRANSLATE_NOOP("fields", "Opens at failures of"), RESILIENCE),
    "window_calls": Label(QT_TRANSLATE_NOOP("fields", "Window (calls)"), RESILIENCE),
    "minimum_calls": Label(QT_TRANSLATE_NOOP("fields", "At least (calls)"), RESILIENCE),
    "open_ms": Label(QT_TRANSLATE_NOOP("fields", "Stays open"), RESILIENCE),
    "half_open_calls": Label(QT_TRANSLATE_NOOP("fields", "Trial calls"), RESILIENCE),
    "slow_call_ms": Label(QT_TRANSLATE_NOOP("fields", "Slow from"), RESILIENCE),
    "bulkhead": Label(
        QT_TRANSLATE_NOOP("fields", "Bulkhead"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "Calls in flight at once; or none."),
    ),
    "hedge_after_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Hedge after"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "When a second copy is sent."),
    ),
    "fallback": Label(
        QT_TRANSLATE_NOOP("fields", "Fallback"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "What is used when the call fails."),
    ),
    "propagates_deadline": Label(
        QT_TRANSLATE_NOOP("fields", "Passes deadline on"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "The callee knows how long the caller still waits."),
    ),
    "discovery": Label(QT_TRANSLATE_NOOP("fields", "Discovery"), RESILIENCE),
    "delivery": Label(QT_TRANSLATE_NOOP("fields", "Delivery"), DELIVERY),
    "guarantee": Label(QT_TRANSLATE_NOOP("fields", "Guarantee"), DELIVERY),
    "max_deliveries": Label(
        QT_TRANSLATE_NOOP("fields", "Deliveries"),
        DELIVERY,
        QT_TRANSLATE_NOOP("hints", "How often one message is tried."),
    ),
    "visibility_timeout_ms": Label(QT_TRANSLATE_NOOP("fields", "Visible again after"), DELIVERY),
    "prefetch": Label(QT_TRANSLATE_NOOP("fields", "Prefetch"), DELIVERY),
    "concurrency": Label(
        QT_TRANSLATE_NOOP("fields", "Concurrency"), DELIVERY, QT_TRANSLATE_NOOP("hints", "Messages in work at once.")
    ),
    "reply": Label(QT_TRANSLATE_NOOP("fields", "Reply"), DELIVERY),
    "reply_queue": Label(QT_TRANSLATE_NOOP("fields", "Reply queue"), DELIVERY),
    "correlation_id": Label(QT_TRANSLATE_NOOP("fields", "Correlation id"), DELIVERY),
    "pending_state": Label(
        QT_TRANSLATE_NOOP("fields", "Pending state"),
        DELIVERY,
        QT_TRANSLATE_NOOP("hints", "Where the open request is kept."),
    ),
    "awaited": Label(
        QT_TRANSLATE_NOOP("fields", "Awaited"),
        DELIVERY,
        QT_TRANSLATE_NOOP("hints", "The caller waits for the reply all the same."),
    ),
    "progress_replies": Label(QT_TRANSLATE_NOOP("fields", "Progress replies"), DELIVERY),
    "payload": Label(QT_TRANSLATE_NOOP("fields", "Event content"), CONTRACT),
    "outbox": Label(QT_TRANSLATE_NOOP("fields", "Outbox"), DELIVERY),
    "published_with": Label(QT_TRANSLATE_NOOP("fields", "Published with"), DELIVERY),
    "published": Label(QT_TRANSLATE_NOOP("fields", "Published"), DELIVERY),
    "order_required": Label(QT_TRANSLATE_NOOP("fields", "Order required"), DELIVERY),
    "order_key": Label(QT_TRANSLATE_NOOP("fields", "Order key"), DELIVERY),
    "guard": Label(
        QT_TRANSLATE_NOOP("fields", "Loop guard"),
        DELIVERY,
        QT_TRANSLATE_NOOP("hints", "What stops events from going in circles."),
    ),
    "access": Label(QT_TRANSLATE_NOOP("fields", "Access"), DATA),
    "dataset": Label(
        QT_TRANSLATE_NOOP("fields", "Data set"), DATA, QT_TRANSLATE_NOOP("hints", "Tables or collections it works on.")
    ),
    "transaction_ms": Label(QT_TRANSLATE_NOOP("fields", "Transaction"), DATA),
    "spans_calls": Label(
        QT_TRANSLATE_NOOP("fields", "Spans calls"),
        DATA,
        QT_TRANSLATE_NOOP("hints", "The transaction stays open across calls."),
    ),
    "changes_per_s": Label(QT_TRANSLATE_NOOP("fields", "Changes"), DATA),
    "poll_interval_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Polls every"),
        DATA,
        QT_TRANSLATE_NOOP("hints", "Not said: it reads when a step says so."),
    ),
    "batch_limit": Label(QT_TRANSLATE_NOOP("fields", "Batch limit"), DATA),
    "freshness_ms": Label(QT_TRANSLATE_NOOP("fields", "Freshness needed"), DATA),
    "notified_by": Label(QT_TRANSLATE_NOOP("fields", "Notified by"), DATA),
    "description": Label(QT_TRANSLATE_NOOP("fields", "Description"), MORE),
    "tags": Label(QT_TRANSLATE_NOOP("fields", "Tags"), MORE, QT_TRANSLATE_NOOP("hints", "With commas between them.")),
    "urls": Label(QT_TRANSLATE_NOOP("fields", "Links to read"), MORE),
    "entry": Label(QT_TRANSLATE_NOOP("fields", "Begins at"), BASICS),
    "load": Label(QT_TRANSLATE_NOOP("fields", "Load"), BASICS),
    "client_timeout_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Patience"),
        RESILIENCE,
        QT_TRANSLATE_NOOP("hints", "How long a client waits in all."),
    ),
    "client_retry": Label(QT_TRANSLATE_NOOP("fields", "Client retry"), RESILIENCE),
    "mean_ms": Label(QT_TRANSLATE_NOOP("fields", "Mean below"), BASICS),
    "p50_ms": Label(QT_TRANSLATE_NOOP("fields", "Median below"), BASICS),
    "p95_ms": Label(QT_TRANSLATE_NOOP("fields", "p95 below"), BASICS),
    "p99_ms": Label(QT_TRANSLATE_NOOP("fields", "p99 below"), BASICS),
    "completion_p95_ms": Label(QT_TRANSLATE_NOOP("fields", "p95 complete below"), BASICS),
    "rate_per_s": Label(QT_TRANSLATE_NOOP("fields", "Rate"), BASICS),
    "arrivals": Label(QT_TRANSLATE_NOOP("fields", "Arrivals"), BASICS),
    "users": Label(QT_TRANSLATE_NOOP("fields", "Users"), BASICS),
    "think_ms": Label(QT_TRANSLATE_NOOP("fields", "Think time"), BASICS),
    "every_ms": Label(QT_TRANSLATE_NOOP("fields", "Every"), BASICS),
    "batch": Label(QT_TRANSLATE_NOOP("fields", "Batch"), BASICS),
    "duration_ms": Label(QT_TRANSLATE_NOOP("fields", "Duration"), BASICS),
    "warm_up_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Warm-up"), BASICS, QT_TRANSLATE_NOOP("hints", "Left out of the figures; or auto.")
    ),
    "seed": Label(
        QT_TRANSLATE_NOOP("fields", "Seed"), BASICS, QT_TRANSLATE_NOOP("hints", "The same seed gives the same run.")
    ),
    "replications": Label(QT_TRANSLATE_NOOP("fields", "Replications"), BASICS),
    "load_factor": Label(
        QT_TRANSLATE_NOOP("fields", "Load factor"),
        BASICS,
        QT_TRANSLATE_NOOP("hints", "2 doubles every journey's load."),
    ),
    "target": Label(QT_TRANSLATE_NOOP("fields", "Target"), BASICS),
    "from_ms": Label(QT_TRANSLATE_NOOP("fields", "From"), BASICS),
    "until_ms": Label(
        QT_TRANSLATE_NOOP("fields", "Until"), BASICS, QT_TRANSLATE_NOOP("hints", "Not said: until the end of the run.")
    ),
    "silent": Label(
        QT_TRANSLATE_NOOP("fields", "Silent"),
        BASICS,
        QT_TRANSLATE_NOOP("hints", "Callers hear nothing instead of an error."),
    ),
    "restart": Label(
        QT_TRANSLATE_NOOP("fields", "Restarts"),
        BASICS,
        QT_TRANSLATE_NOOP("hints", "Comes back after its start-up time."),
    ),
    "direction": Label(QT_TRANSLATE_NOOP("fields", "Direction"), BASICS),
    "fault": Label(QT_TRANSLATE_NOOP("fields", "Fault"), BASICS),
    "factor": Label(QT_TRANSLATE_NOOP("fields", "Factor"), BASICS),
    "add_ms": Label(QT_TRANSLATE_NOOP("fields", "Added time"), BASICS),
    "detected": Label(
        QT_TRANSLATE_NOOP("fields", "Detected"),
        BASICS,
        QT_TRANSLATE_NOOP("hints", "The caller notices that the answer is wrong."),
    ),
    "permanent_share": Label(QT_TRANSLATE_NOOP("fields", "Permanent share"), BASICS),
    "count": Label(QT_TRANSLATE_NOOP("fields", "Messages"), BASICS),
    "stage": Label(
        QT_TRANSLATE_NOOP("fields", "Stage"), BASICS, QT_TRANSLATE_NOOP("hints", "How much is asked of the model.")
    ),
    "profile_points": Label(QT_TRANSLATE_NOOP("fields", "Curve"), BASICS),
    "open": Label(QT_TRANSLATE_NOOP("fields", "Open"), BASICS),
    "closed": Label(QT_TRANSLATE_NOOP("fields", "Closed"), BASICS),
    "schedule": Label(QT_TRANSLATE_NOOP("fields", "Schedule"), BASICS),
    "journey": Label(QT_TRANSLATE_NOOP("fields", "Journey"), BASICS),
    "metric": Label(QT_TRANSLATE_NOOP("fields", "Metric"), BASICS),
    "at_most": Label(QT_TRANSLATE_NOOP("fields", "At most"), BASICS),
    "at_least": Label(QT_TRANSLATE_NOOP("fields", "At least"), BASICS),
}
