"""A change to each field of the schema, for `test_every_field`.

A case is (path, new value, what is given besides); paths lead into `SAYS`, names in lists are ids.
"""

from typing import Any

SAYS = {
    "name": "Shop",
    "elements": [
        {"id": "users", "kind": "client"},
        {"id": "front", "kind": "service", "instances": 2, "workers": 4, "work_ms": 5.0, "groups": ["zone"]},
        {"id": "back", "kind": "service", "instances": 2, "workers": 1, "work_ms": {"exponential": {"mean": 20.0}}},
        {"id": "partner", "kind": "external", "workers": 2, "work_ms": 3.0},
        {"id": "store", "kind": "datastore", "work_ms": 2.0, "connections": 4},
        {"id": "jobs", "kind": "queue"},
        {"id": "failed", "kind": "queue"},
        {"id": "news", "kind": "topic"},
        {"id": "worker", "kind": "service", "workers": 2, "work_ms": {"exponential": {"mean": 10.0}}},
        {"id": "reader", "kind": "service", "workers": 2, "work_ms": 5.0},
        {"id": "zone", "kind": "group", "group_type": "zone"},
        {"id": "region", "kind": "group", "group_type": "region"},
        {"id": "remark", "kind": "note"},
    ],
    "links": [
        {"id": "enter", "source": "users", "target": "front", "style": "sync", "profile": "mesh"},
        {"id": "call", "source": "front", "target": "back", "style": "sync", "payload_bytes": 2048},
        {"id": "ask", "source": "front", "target": "partner", "style": "sync"},
        {"id": "spare", "source": "front", "target": "partner", "style": "sync"},
        {"id": "data", "source": "back", "target": "store", "style": "shared_data", "payload_bytes": 2048},
        {"id": "enqueue", "source": "front", "target": "jobs", "style": "async", "payload_bytes": 2048},
        {"id": "take", "source": "jobs", "target": "worker", "style": "async", "payload_bytes": 2048},
        {"id": "publish", "source": "worker", "target": "news", "style": "event", "payload_bytes": 2048},
        {"id": "hear", "source": "news", "target": "reader", "style": "event", "payload_bytes": 2048},
    ],
    "profiles": [{"id": "mesh"}, {"id": "slow", "network_ms": 20.0}],
    "journeys": [
        {
            "id": "visit",
            "entry": "users",
            "load": {"open": {"rate_per_s": 60.0, "arrivals": "poisson"}},
            "steps": [
                {
                    "link": "enter",
                    "steps": [
                        {"link": "call", "steps": [{"link": "data"}]},
                        {"link": "ask"},
                        {"choice": [{"weight": 1.0, "steps": [{"work_ms": 1.0}]}, {"weight": 1.0}]},
                        {
                            "link": "enqueue",
                            "steps": [{"link": "take", "steps": [{"link": "publish", "steps": [{"link": "hear"}]}]}],
                        },
                        {"use": "more"},
                    ],
                }
            ],
        },
        {"id": "more", "entry": "front", "load": {"open": {"rate_per_s": 0.0}}, "steps": [{"link": "ask"}]},
        {"id": "less", "entry": "front", "load": {"open": {"rate_per_s": 0.0}}, "steps": [{"link": "call"}]},
    ],
    "scenarios": [{"id": "run", "duration_ms": 1500.0, "warm_up_ms": 0.0, "seed": 1}],
}

Case = tuple[str, Any] | tuple[str, Any, dict[str, Any]]
NESTED = "journeys/visit/steps/0/steps"
MESSAGE = f"{NESTED}/3"
FAULTS = "scenarios/run/faults"


def _fault(kind: str, target: str = "back", **more: Any) -> dict[str, Any]:
    return {FAULTS: [{"fault": kind, "target": target, "from_ms": 300.0, "until_ms": 900.0, **more}]}


def _work(shape: Any) -> dict[str, Any]:
    return {"elements/back/work_ms": shape}


_SCALED = {
    "elements/back/autoscale": {"min": 1, "max": 5, "delay_ms": 50.0, "target_utilisation": 0.5},
    "elements/back/startup_ms": 10.0,
}
_POLLS = {"links/data/poll_interval_ms": 50.0}
_READ_BY_OTHERS = {
    "links/data/dataset": "orders",
    "links/spare": {
        "id": "spare",
        "source": "reader",
        "target": "store",
        "style": "shared_data",
        "dataset": "orders",
        "poll_interval_ms": 50.0,
    },
}
_CALL_AFTER_DATA = {
    "elements/store/connections": 1,
    "links/spare": {"id": "spare", "source": "back", "target": "partner", "style": "sync"},
    f"{NESTED}/0/steps": [{"link": "data"}, {"link": "spare"}],
}
_CRASH = _fault("crash", instances=1)
_FAILING = _fault("crash", "reader")
_LOSING = _fault("crash", "worker")
_UP = {"links/call/retry": {"max_attempts": 3, "backoff": "exponential", "base_ms": 10.0}, **_fault("response")}
_BREAKER = {
    "links/call/circuit_breaker": {"minimum_calls": 5, "window_calls": 10, "open_ms": 100.0, "half_open_calls": 3},
    FAULTS: [{"fault": "response", "target": "back", "probability": 0.6, "until_ms": 900.0}],
}
_FAIL_OFTEN = _fault("response", probability=0.5)
_FAIL_TAKING = {"elements/worker/availability": 0.5}
_FAIL_DELIVERY = {"links/take/delivery": {"visibility_timeout_ms": 100.0}, **_FAIL_TAKING}
_SLOW = {"elements/reader/work_ms": 40.0}
_SLOW_TAKING = {"elements/worker/work_ms": 40.0}
_DEAD_LETTERS = {
    "links/take/delivery": {"max_deliveries": 1, "dead_letter": "failed"},
    **_fault("response", "worker"),
}
_FETCH = {"id": "spare", "source": "reader", "target": "worker", "style": "sync"}

CASES: dict[str, Case | list[Case]] = {
    "Architecture.elements": ("elements/back/workers", 2),
    "Architecture.links": ("links/call/network_ms", 7.0),
    "Architecture.profiles": ("profiles/mesh/network_ms", 7.0),
    "Architecture.journeys": ("journeys/visit/load/open/rate_per_s", 30.0),
    "Architecture.scenarios": ("scenarios/run/seed", 2),
    "ElementBase.id": ("elements/failed/id", "spoiled"),
    "ElementBase.kind": ("elements/partner", {"id": "partner", "kind": "service", "work_ms": 1.0}),
    "ElementBase.groups": ("elements/front/groups", [], _fault("timing", "zone", factor=3.0)),
    "Autoscale.min": ("elements/back/autoscale/min", 3, _SCALED),
    "Autoscale.max": ("elements/back/autoscale/max", 3, _SCALED),
    "Autoscale.target_utilisation": ("elements/back/autoscale/target_utilisation", 0.3, _SCALED),
    "Autoscale.delay_ms": ("elements/back/autoscale/delay_ms", 100.0, _SCALED),
    "Service.kind": ("elements/partner", {"id": "partner", "kind": "service", "work_ms": 1.0}),
    "Service.instances": ("elements/back/instances", 3),
    "Service.workers": ("elements/back/workers", 3),
    "Service.threading": ("elements/back/threading", "nonblocking"),
    "Service.queue_limit": ("elements/back/queue_limit", 0),
    "Service.discipline": [("elements/back/discipline", "lifo"), ("elements/back/discipline", "ps")],
    "Service.load_balancing": [
        ("elements/back/load_balancing", kind) for kind in ("random", "least_busy", "shared_queue")
    ],
    "Service.work_ms": ("elements/back/work_ms", 7.0),
    "Service.availability": ("elements/back/availability", 0.5),
    "Service.startup_ms": ("elements/back/startup_ms", 100.0, _fault("crash", restart=True)),
    "Service.health_check_ms": ("elements/back/health_check_ms", 10.0, _CRASH),
    "Service.autoscale": ("elements/back/autoscale", {"min": 1, "max": 3, "delay_ms": 50.0}),
    "Service.deployed_with": ("elements/back/deployed_with", "front"),
    "External.kind": ("elements/partner", {"id": "partner", "kind": "service", "work_ms": 1.0}),
    "External.work_ms": ("elements/partner/work_ms", 9.0),
    "External.workers": ("elements/partner/workers", 1, {"elements/partner/work_ms": {"exponential": {"mean": 15.0}}}),
    "External.availability": ("elements/partner/availability", 0.5),
    "Datastore.server": ("elements/store/server", "zone", _fault("crash", "zone")),
    "Datastore.connections": ("elements/store/connections", 1, {"elements/store/work_ms": 20.0}),
    "Datastore.work_ms": ("elements/store/work_ms", 9.0),
    "Datastore.replicas": ("elements/store/replicas", 2),
    "Datastore.availability": ("elements/store/availability", 0.5),
    "Datastore.hit_ratio": (
        "elements/store/hit_ratio",
        0.5,
        {
            "elements/failed": {"id": "failed", "kind": "datastore"},
            "links/spare": {"id": "spare", "source": "back", "target": "failed", "style": "shared_data"},
            f"{NESTED}/0/steps": [{"link": "data"}, {"link": "spare"}],
        },
    ),
    "Queue.max_message_bytes": ("elements/jobs/max_message_bytes", 100),
    "Queue.max_length": (
        "elements/jobs/max_length",
        1,
        {"elements/worker/workers": 1, "elements/worker/work_ms": 50.0},
    ),
    "Queue.message_ttl_ms": ("elements/jobs/message_ttl_ms", 10.0, _SLOW_TAKING),
    "Queue.broker": ("elements/jobs/broker", "region", _fault("crash", "region")),
    "Queue.replay": ("elements/failed/replay", True, _DEAD_LETTERS),
    "Queue.dead_letter": (
        "elements/jobs/dead_letter",
        "failed",
        {"links/take/delivery": {"max_deliveries": 1}, **_FAIL_TAKING},
    ),
    "Queue.replicas": ("elements/jobs/replicas", 2, _fault("crash", "jobs", instances=1)),
    "Topic.max_message_bytes": ("elements/news/max_message_bytes", 100),
    "Topic.partitions": ("elements/news/partitions", 2, _SLOW),
    "Topic.broker": ("elements/news/broker", "region", _fault("crash", "region")),
    "Topic.retention_ms": ("elements/news/retention_ms", 100.0, {"links/hear/delivery": {"concurrency": 1}, **_SLOW}),
    "Topic.replicas": ("elements/news/replicas", 2, _fault("crash", "news", instances=1)),
    "Group.parent": ("elements/zone/parent", "region", _fault("timing", "region", factor=3.0)),
    "Group.replicas": (
        "elements/region/replicas",
        2,
        {"elements/region/placement": {"back": 1}, **_fault("crash", "region")},
    ),
    "Group.placement": ("elements/region/placement", {"back": 1}, _fault("crash", "region")),
    "Retry.max_attempts": ("links/call/retry/max_attempts", 2, _UP),
    "Retry.backoff": ("links/call/retry/backoff", "fixed", _UP),
    "Retry.base_ms": ("links/call/retry/base_ms", 30.0, _UP),
    "Retry.cap_ms": ("links/call/retry/cap_ms", 5.0, _UP),
    "Retry.jitter": ("links/call/retry/jitter", "full", _UP),
    "Retry.budget_ratio": ("links/call/retry/budget_ratio", 0.1, _UP),
    "CircuitBreaker.failure_rate": ("links/call/circuit_breaker/failure_rate", 0.9, _BREAKER),
    "CircuitBreaker.window_calls": ("links/call/circuit_breaker/window_calls", 3, _BREAKER),
    "CircuitBreaker.minimum_calls": ("links/call/circuit_breaker/minimum_calls", 9, _BREAKER),
    "CircuitBreaker.open_ms": ("links/call/circuit_breaker/open_ms", 300.0, _BREAKER),
    "CircuitBreaker.half_open_calls": ("links/call/circuit_breaker/half_open_calls", 1, _BREAKER),
    "CircuitBreaker.slow_call_ms": ("links/call/circuit_breaker/slow_call_ms", 1.0, _BREAKER),
    "Delivery.guarantee": ("links/take/delivery/guarantee", "at_most_once", _FAIL_DELIVERY),
    "Delivery.max_deliveries": ("links/take/delivery/max_deliveries", 2, _FAIL_DELIVERY),
    "Delivery.dead_letter": (
        "links/take/delivery/dead_letter",
        "failed",
        {"links/take/delivery": {"max_deliveries": 1}, **_FAIL_TAKING},
    ),
    "Delivery.visibility_timeout_ms": ("links/take/delivery/visibility_timeout_ms", 5.0, _FAIL_DELIVERY),
    "Delivery.prefetch": ("links/take/delivery/prefetch", 5, _SLOW_TAKING),
    "Delivery.concurrency": ("links/take/delivery/concurrency", 1, {"elements/worker/work_ms": 40.0}),
    "WireAttributes.payload_bytes": [
        (f"links/{link}/payload_bytes", 9000, {f"links/{link}/ms_per_kib": 5.0})
        for link in ("call", "data", "enqueue", "take", "publish", "hear")
    ],
    "WireAttributes.network_ms": [
        (f"links/{link}/network_ms", 9.0) for link in ("call", "data", "enqueue", "take", "publish", "hear")
    ],
    "WireAttributes.serialise_ms": [
        (f"links/{link}/serialise_ms", 9.0) for link in ("call", "data", "enqueue", "take", "publish", "hear")
    ],
    "WireAttributes.ms_per_kib": [
        (f"links/{link}/ms_per_kib", 9.0) for link in ("call", "data", "enqueue", "take", "publish", "hear")
    ],
    "WireAttributes.calls_per_request": [
        (f"links/{link}/calls_per_request", 2) for link in ("call", "data", "enqueue", "take", "publish", "hear")
    ],
    "WireAttributes.probability": [
        (f"links/{link}/probability", 0.5) for link in ("call", "data", "enqueue", "take", "publish", "hear")
    ],
    "WireAttributes.parallel_with_previous": ("links/ask/parallel_with_previous", True),
    "WireAttributes.errors": (
        "links/call/errors",
        "typed",
        {"links/call/retry": {"max_attempts": 3}, **_fault("response", permanent_share=0.5)},
    ),
    "WireAttributes.exchange": [
        (f"links/{link}/exchange", "stream") for link in ("call", "data", "enqueue", "take", "publish", "hear")
    ],
    "WaitAttributes.timeout_ms": [(f"links/{link}/timeout_ms", 1.0) for link in ("call", "data", "enqueue")],
    "EffectAttributes.operation": (
        "links/call/operation",
        "read",
        {"links/call/ms_per_kib": 5.0, **_fault("omission", "call", direction="reply")},
    ),
    "CallAttributes.retry": [
        ("links/call/retry", {"max_attempts": 2}, _FAIL_OFTEN),
        ("links/data/retry", {"max_attempts": 2}, _fault("response", "store", probability=0.5)),
    ],
    "CallAttributes.connection_pool": [(f"links/{link}/connection_pool", 1) for link in ("call", "data")],
    "SyncAttributes.circuit_breaker": ("links/call/circuit_breaker", {"window_calls": 10}, _FAIL_OFTEN),
    "SyncAttributes.bulkhead": ("links/call/bulkhead", 1),
    "SyncAttributes.hedge_after_ms": ("links/call/hedge_after_ms", 5.0),
    "SyncAttributes.fallback": [("links/call/fallback", kind, _FAIL_OFTEN) for kind in ("cached", "default", "buffer")],
    "SyncAttributes.propagates_deadline": ("links/call/propagates_deadline", True, {"links/call/timeout_ms": 15.0}),
    "DeliveryAttributes.delivery": ("links/take/delivery", {"concurrency": 1}, {"elements/worker/work_ms": 40.0}),
    "AsyncAttributes.reply": [("links/enqueue/reply", kind) for kind in ("queue", "callback")],
    "AsyncAttributes.reply_queue": ("links/enqueue/reply_queue", "failed", {"links/enqueue/reply": "queue"}),
    "AsyncAttributes.pending_state": (
        "links/enqueue/pending_state",
        "stored",
        {"links/enqueue/reply": "queue", "links/enqueue/awaited": True, **_fault("crash", "front", instances=1)},
    ),
    "AsyncAttributes.awaited": ("links/enqueue/awaited", True),
    "AsyncAttributes.progress_replies": [
        ("links/enqueue/progress_replies", True),
        ("links/enqueue/progress_replies", True, {"links/enqueue/reply": "queue"}),
    ],
    "EventAttributes.payload": ("links/publish/payload", "id_only", {"links/spare": _FETCH}),
    "EventAttributes.outbox": ("links/publish/outbox", True, _fault("partition", "publish")),
    "EventAttributes.published": ("links/publish/published", "before_commit"),
    "EventAttributes.order_required": ("links/publish/order_required", True, _SLOW),
    "EventAttributes.order_key": [
        ("links/publish/order_key", "order"),
        ("links/publish/order_key", "order", {"elements/news/partitions": 3, **_SLOW}),
    ],
    "DataAttributes.access": (
        "links/data/access",
        "read",
        {"links/data/ms_per_kib": 5.0, **_fault("omission", "data", direction="reply")},
    ),
    "DataAttributes.dataset": ("links/spare/dataset", "customers", _READ_BY_OTHERS),
    "DataAttributes.transaction_ms": ("links/data/transaction_ms", 50.0),
    "DataAttributes.spans_calls": ("links/data/spans_calls", True, _CALL_AFTER_DATA),
    "DataAttributes.changes_per_s": ("links/data/changes_per_s", 5.0, _POLLS),
    "DataAttributes.poll_interval_ms": ("links/data/poll_interval_ms", 50.0),
    "DataAttributes.batch_limit": ("links/data/batch_limit", 1, _POLLS),
    "DataAttributes.freshness_ms": ("links/data/freshness_ms", 10.0, _POLLS),
    "DataAttributes.notified_by": ("links/data/notified_by", "call", _POLLS),
    "LinkHead.id": ("links/spare/id", "other"),
    "LinkHead.source": (
        "links/spare/source",
        "reader",
        {"journeys/less": {"id": "less", "entry": "reader", "load": {"open": {"rate_per_s": 5.0}}}},
    ),
    "LinkHead.target": ("links/ask/target", "reader"),
    "LinkHead.style": ("links/ask", {"id": "ask", "source": "front", "target": "partner", "style": "async"}),
    "LinkHead.profile": ("links/enter/profile", "slow"),
    "LinkStep.link": (f"{NESTED}/1/link", "call"),
    "LinkStep.calls": [(f"{NESTED}/1/calls", 3), (f"{MESSAGE}/calls", 3), (f"{MESSAGE}/steps/0/calls", 3)],
    "LinkStep.probability": [(f"{path}/probability", 0.5) for path in (f"{NESTED}/1", MESSAGE, f"{MESSAGE}/steps/0")],
    "LinkStep.parallel": (f"{NESTED}/1/parallel", True),
    "LinkStep.work_ms": [(f"{path}/work_ms", 33.0) for path in (f"{NESTED}/1", f"{MESSAGE}/steps/0")],
    "LinkStep.steps": (f"{NESTED}/0/steps", []),
    "LinkStep.on_reply": [
        (f"{path}/on_reply", [{"work_ms": 5.0}]) for path in (f"{NESTED}/1", MESSAGE, f"{MESSAGE}/steps/0")
    ],
    "LinkStep.on_failure": [
        (f"{NESTED}/0/on_failure", [{"work_ms": 5.0}], _fault("response")),
        (f"{MESSAGE}/on_failure", [{"work_ms": 5.0}], _fault("crash", "jobs")),
        (f"{MESSAGE}/steps/0/on_failure", [{"work_ms": 5.0}]),
    ],
    "Branch.weight": (f"{NESTED}/2/choice/0/weight", 5.0),
    "Branch.steps": (f"{NESTED}/2/choice/0/steps", []),
    "ChoiceStep.choice": (f"{NESTED}/2/choice", [{"weight": 1.0}]),
    "WorkStep.work_ms": (f"{NESTED}/2/choice/0/steps/0/work_ms", 7.0),
    "UseStep.use": (f"{NESTED}/4/use", "less"),
    "OpenLoad.rate_per_s": ("journeys/visit/load/open/rate_per_s", 30.0),
    "OpenLoad.arrivals": ("journeys/visit/load/open/arrivals", "regular"),
    "ClosedLoad.users": ("journeys/visit/load/closed/users", 9, {"journeys/visit/load": {"closed": {"users": 3}}}),
    "ClosedLoad.think_ms": (
        "journeys/visit/load/closed/think_ms",
        9.0,
        {"journeys/visit/load": {"closed": {"users": 3}}},
    ),
    "ScheduledLoad.every_ms": (
        "journeys/visit/load/schedule/every_ms",
        200.0,
        {"journeys/visit/load": {"schedule": {"every_ms": 500.0, "batch": 5}}},
    ),
    "ScheduledLoad.batch": (
        "journeys/visit/load/schedule/batch",
        9,
        {"journeys/visit/load": {"schedule": {"every_ms": 500.0, "batch": 5}}},
    ),
    "Load.open": ("journeys/visit/load/open", {"rate_per_s": 9.0}),
    "Load.closed": ("journeys/visit/load", {"closed": {"users": 3}}),
    "Load.profile": ("journeys/visit/load", {"profile": [[0.0, 9.0], [900.0, 90.0]]}),
    "Load.schedule": ("journeys/visit/load", {"schedule": {"every_ms": 500.0, "batch": 5}}),
    "Journey.id": ("journeys/less/id", "fewer"),
    "Journey.name": ("journeys/visit/name", "Buy"),
    "Journey.entry": (
        "journeys/less",
        {"id": "less", "entry": "users", "load": {"open": {"rate_per_s": 5.0}}, "steps": [{"link": "enter"}]},
        {"journeys/less/load": {"open": {"rate_per_s": 5.0}}},
    ),
    "Journey.load": ("journeys/visit/load", {"open": {"rate_per_s": 9.0}}),
    "Journey.client_timeout_ms": ("journeys/visit/client_timeout_ms", 30.0),
    "Journey.client_retry": (
        "journeys/visit/client_retry",
        {"max_attempts": 2},
        {"journeys/visit/client_timeout_ms": 30.0},
    ),
    "Journey.steps": ("journeys/less/steps", [], {"journeys/less/load": {"open": {"rate_per_s": 5.0}}}),
    "FaultHead.fault": (f"{FAULTS}/0", {"fault": "timing", "target": "back"}, _fault("response")),
    "FaultHead.target": (f"{FAULTS}/0/target", "front", _fault("timing")),
    "FaultHead.from_ms": (f"{FAULTS}/0/from_ms", 600.0, _fault("timing")),
    "FaultHead.until_ms": (f"{FAULTS}/0/until_ms", 600.0, _fault("timing")),
    "Crash.instances": (f"{FAULTS}/0/instances", 2, _CRASH),
    "Crash.silent": (f"{FAULTS}/0/silent", True, _CRASH),
    "Crash.restart": (f"{FAULTS}/0/restart", True, _CRASH),
    "Omission.probability": (f"{FAULTS}/0/probability", 0.5, _fault("omission")),
    "Omission.direction": (f"{FAULTS}/0/direction", "reply", _fault("omission")),
    "Timing.factor": (f"{FAULTS}/0/factor", 5.0, _fault("timing")),
    "Timing.add_ms": (f"{FAULTS}/0/add_ms", 50.0, _fault("timing")),
    "WrongResponse.probability": (f"{FAULTS}/0/probability", 0.5, _fault("response")),
    "WrongResponse.detected": (f"{FAULTS}/0/detected", False, _fault("response")),
    "WrongResponse.permanent_share": (
        f"{FAULTS}/0/permanent_share",
        0.5,
        {"links/call/retry": {"max_attempts": 3}, "links/call/errors": "typed", **_fault("response", probability=0.6)},
    ),
    "Arbitrary.probability": (f"{FAULTS}/0/probability", 0.5, _fault("arbitrary")),
    "Partition.fault": (f"{FAULTS}/0", {"fault": "timing", "target": "back"}, _fault("partition")),
    "Poison.count": (f"{FAULTS}/0/count", 2, {FAULTS: [{"fault": "poison", "target": "jobs", "from_ms": 100.0}]}),
    "LoadSurge.factor": (f"{FAULTS}/0/factor", 3.0, _fault("load", "users", factor=1.5)),
    "Expectation.journey": ("scenarios/run/expect", [{"journey": "visit", "metric": "failed", "at_most": -1.0}]),
    "Expectation.metric": ("scenarios/run/expect", [{"journey": "visit", "metric": "failed", "at_most": -1.0}]),
    "Expectation.at_most": ("scenarios/run/expect", [{"journey": "visit", "metric": "failed", "at_most": -1.0}]),
    "Expectation.at_least": ("scenarios/run/expect", [{"journey": "visit", "metric": "failed", "at_least": 1e9}]),
    "Scenario.id": ("scenarios/run/id", "walk"),
    "Scenario.duration_ms": ("scenarios/run/duration_ms", 900.0),
    "Scenario.warm_up_ms": ("scenarios/run/warm_up_ms", 500.0),
    "Scenario.seed": ("scenarios/run/seed", 2),
    "Scenario.replications": ("scenarios/run/replications", 2),
    "Scenario.load_factor": ("scenarios/run/load_factor", 2.0),
    "Scenario.set": ("scenarios/run/set", {"back.workers": 3}),
    "Scenario.faults": (FAULTS, [{"fault": "crash", "target": "back"}]),
    "Scenario.expect": ("scenarios/run/expect", [{"journey": "visit", "metric": "failed", "at_most": -1.0}]),
    "Constant.constant": ("elements/back/work_ms/constant", 5.0, _work({"constant": 9.0})),
    "MeanOnly.mean": ("elements/back/work_ms/exponential/mean", 5.0),
    "Exponential.exponential": ("elements/back/work_ms", 5.0),
    "LognormalShape.p50": ("elements/back/work_ms/lognormal/p50", 5.0, _work({"lognormal": {"p50": 9.0, "p99": 40.0}})),
    "LognormalShape.p99": (
        "elements/back/work_ms/lognormal/p99",
        90.0,
        _work({"lognormal": {"p50": 9.0, "p99": 40.0}}),
    ),
    "LognormalShape.mean": (
        "elements/back/work_ms/lognormal/mean",
        5.0,
        _work({"lognormal": {"mean": 9.0, "cv": 2.0}}),
    ),
    "LognormalShape.cv": ("elements/back/work_ms/lognormal/cv", 1.0, _work({"lognormal": {"mean": 9.0, "cv": 2.0}})),
    "Lognormal.lognormal": ("elements/back/work_ms", {"lognormal": {"mean": 9.0, "cv": 2.0}}),
    "Bounds.low": ("elements/back/work_ms/uniform/low", 5.0, _work({"uniform": {"low": 1.0, "high": 9.0}})),
    "Bounds.high": ("elements/back/work_ms/uniform/high", 20.0, _work({"uniform": {"low": 1.0, "high": 9.0}})),
    "Uniform.uniform": ("elements/back/work_ms", {"uniform": {"low": 1.0, "high": 9.0}}),
    "ErlangShape.mean": ("elements/back/work_ms/erlang/mean", 5.0, _work({"erlang": {"mean": 9.0, "k": 3}})),
    "ErlangShape.k": ("elements/back/work_ms/erlang/k", 5, _work({"erlang": {"mean": 9.0, "k": 3}})),
    "Erlang.erlang": ("elements/back/work_ms", {"erlang": {"mean": 9.0, "k": 3}}),
    "HyperexponentialShape.mean": (
        "elements/back/work_ms/hyperexponential/mean",
        5.0,
        _work({"hyperexponential": {"mean": 9.0, "cv": 2.0}}),
    ),
    "HyperexponentialShape.cv": (
        "elements/back/work_ms/hyperexponential/cv",
        3.0,
        _work({"hyperexponential": {"mean": 9.0, "cv": 2.0}}),
    ),
    "Hyperexponential.hyperexponential": ("elements/back/work_ms", {"hyperexponential": {"mean": 9.0, "cv": 2.0}}),
    "Quantiles.quantiles": ("elements/back/work_ms", {"empirical": {"quantiles": [[0.5, 5.0], [0.99, 50.0]]}}),
    "Empirical.empirical": ("elements/back/work_ms", {"empirical": {"quantiles": [[0.5, 5.0], [0.99, 50.0]]}}),
}

WITHOUT_BEHAVIOUR: dict[str, Case] = {
    "ElementBase.owner": ("elements/back/owner", "team"),
    "Service.role": ("elements/back/role", "gateway"),
    "Service.stateless": ("elements/back/stateless", True),
    "Service.cleared_for_personal_data": ("elements/back/cleared_for_personal_data", True),
    "Service.restarts": ("elements/back/restarts", True),
    "Service.supports": ("elements/back/supports", ["gRPC"]),
    "External.supports": ("elements/partner/supports", ["gRPC"]),
    "External.cleared_for_personal_data": ("elements/partner/cleared_for_personal_data", True),
    "Datastore.store": ("elements/store/store", "relational"),
    "Datastore.schema_contract": ("elements/store/schema_contract", "orders"),
    "Queue.technology": ("elements/jobs/technology", "AMQP"),
    "Topic.technology": ("elements/news/technology", "Kafka"),
    "Group.group_type": ("elements/zone/group_type", "host"),
    "Note.text": ("elements/remark/text", "Mind the gap"),
    "Retry.implicit": ("links/call/retry/implicit", True, _UP),
    "Contract.name": ("links/call/contract", {"name": "orders"}),
    "Contract.version": ("links/call/contract", {"version": "2"}),
    "Contract.offers": ("links/call/contract", {"offers": ["1", "2"]}),
    "Contract.compatibility": ("links/call/contract", {"compatibility": "breaking"}),
    "WireAttributes.technology": ("links/call/technology", "gRPC"),
    "WireAttributes.result_needed": ("links/call/result_needed", False),
    "WireAttributes.contract": ("links/call/contract", {"name": "orders"}),
    "WireAttributes.personal_data": ("links/call/personal_data", True),
    "EffectAttributes.idempotent": ("links/call/idempotent", True),
    "SyncAttributes.discovery": ("links/call/discovery", "static"),
    "AsyncAttributes.correlation_id": ("links/enqueue/correlation_id", True),
    "EventAttributes.published_with": ("links/publish/published_with", ["enqueue"]),
    "EventAttributes.guard": ("links/publish/guard", "only new orders"),
    "LinkHead.name": ("links/call/name", "Calls"),
    "LinkHead.needs": ("links/call/needs", {"answer": True}),
    "ProfileHead.id": ("profiles/slow/id", "fast"),
    "ProfileHead.name": ("profiles/mesh/name", "Mesh"),
    "LinkStep.needs_previous": (f"{NESTED}/1/needs_previous", True),
    **{
        f"Target.{name}": ("journeys/visit/target", {name: 0.5})
        for name in ("availability", "mean_ms", "p50_ms", "p95_ms", "p99_ms", "completion_p95_ms")
    },
    "Journey.target": ("journeys/visit/target", {"p99_ms": 5.0}),
    "Scenario.name": ("scenarios/run/name", "A run"),
    "Architecture.description": ("description", "A shop"),
    "Architecture.policy": ("policy", {"stage": "operate"}),
    "Architecture.diagrams": ("diagrams", [{"id": "main"}]),
}
"""Reviewed: they say who, why and how parts are described and checked; they take no time and lose no request.

What a service does with its state (`stateless`), that its instances come and go (`restarts`; when they do is a fault to
tell) and who agreed on a schema (`schema_contract`) is for the rules to judge.
"""

WORDS_ONLY: dict[str, Case] = {
    "Architecture.name": ("name", "Store"),
    "ElementBase.name": ("elements/back/name", "Back office"),
}
"""They appear in the result as names and change nothing else."""
