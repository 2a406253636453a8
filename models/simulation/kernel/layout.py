"""The kernel's memory: record layouts, codes, and the state as one named tuple of record arrays.

All integers are 64-bit, so that every helper has one signature. Codes are `np.int64` objects because numba
would compile a helper once per Python literal. Times are in milliseconds, rates per millisecond.
"""

from typing import Any, NamedTuple

import numpy as np

Record = list[tuple[str, str]]


def _fields(integers: str, floats: str) -> Record:
    return [(name, "i8") for name in integers.split()] + [(name, "f8") for name in floats.split()]


def code(value: int) -> Any:
    """An integer constant of the kernel's own width."""
    return np.int64(value)


NONE = code(-1)
ZERO = code(0)
ONE = code(1)
TWO = code(2)

# What the run loop returns.
MORE, FINISHED, GROW, STUCK, SNAPSHOT = (code(n) for n in range(5))

# Kinds of event (four bits).
E_ARRIVE, E_THINK, E_WORKED, E_REACH, E_REPLY, E_TIMER, E_RETRY = (code(n) for n in range(7))
E_FAULT, E_WINDOW, E_EPOCH, E_MESSAGE, E_DISPATCH, E_HEDGE, E_SEND = (code(n) for n in range(7, 14))
E_INSTANCE, E_CLOCK = code(14), code(15)
SLOT_BITS, KIND_BITS = code(24), code(4)
KEY_SHIFT = code(28)
SLOT_MASK, KIND_MASK = code((1 << 24) - 1), code(15)

# States of the trampoline.
DONE, INTERPRET, BEGIN, OFFER, ATTEMPT, SEND, FAILED, FINISH, RESPOND, DELIVER, JOIN, ENDED = (
    code(n) for n in range(12)
)

# Kinds of frame.
ROOT, CALLEE, BRANCH, MESSAGE, PENDING, BUFFERED = (code(n) for n in range(1, 7))
POLL, UNREAD = code(16), code(17)

# What a frame is doing.
P_FREE, P_RUNNING, P_QUEUED, P_WORKING, P_CALLING, P_POOLED, P_BACKOFF, P_JOINING = (code(n) for n in range(8))
P_TRANSIT, P_REPLYING, P_ENDED, P_STORED = code(8), code(9), code(10), code(11)
P_SHARING, P_AWAITING, P_AHEAD, P_KEPT, P_BROKEN, P_GONE, P_ANSWER = (code(n) for n in range(12, 19))
P_UNREAD = code(32)

# Operations.
OP_RET, OP_WORK, OP_CALL, OP_PAR, OP_PUB, OP_PROB, OP_JUMP, OP_FAIL, OP_FAIL_WITH, OP_DIE = (code(n) for n in range(10))
OP_ASK, OP_PROGRESS = code(20), code(21)
# of common data: note changes for readers, note what a poll has seen, wake a reader; no other operation lies above
OP_PUT, OP_SEEN, OP_WAKE = code(64), code(65), code(66)

# Causes of failure; the order of `CAUSES`.
OK, TIMEOUT, REJECTED, BREAKER_OPEN, POOL_EXHAUSTED, CRASHED, LOST, WRONG, OVERSIZE, CLIENT_TIMEOUT = (
    code(n) for n in range(10)
)
CAUSES = (
    "",
    "timeout",
    "rejected",
    "breaker_open",
    "pool_exhausted",
    "crashed",
    "lost",
    "wrong_response",
    "oversize",
    "client_timeout",
)

# Distributions.
D_CONSTANT, D_EXPONENTIAL, D_UNIFORM, D_LOGNORMAL, D_ERLANG, D_HYPEREXPONENTIAL, D_EMPIRICAL = (
    code(n) for n in range(7)
)

# Load balancing.
B_ROUND_ROBIN, B_RANDOM, B_LEAST_BUSY, B_SHARED = code(0), code(1), code(2), code(3)

# Where a site's repair stands when its link has a fallback: after the call and a jump over it.
BESIDE = code(-2)

# Backoff.
K_NONE, K_FIXED, K_EXPONENTIAL = code(0), code(1), code(2)

# What a change of a fault does.
F_DOWN, F_UP, F_LEAVE_ROTATION, F_STATION, F_LINK, F_POISON = (code(n) for n in range(6))
F_INSTANCE = code(6)
F_CHANNEL_DOWN, F_CHANNEL_UP, F_REPLAY, F_RESET, F_CLIENT_DOWN, F_CLIENT_UP, F_USERS = (code(n) for n in range(20, 27))

# How a publication chooses among the partitions of a topic.
L_ROUND_ROBIN, L_KEY, L_FIRST = code(0), code(1), code(2)

# How long an outbox, or a buffer of failed calls, waits before it tries again.
AGAIN_MS = 1000.0

# A fallback that keeps the failed call and sends it later.
KEPT_FALLBACK = code(2)

# The faces of an arbitrary failure.
ODD_REFUSED, ODD_LOST, ODD_LATE, ODD_NOTICED, ODD_UNNOTICED = (code(n) for n in range(1, 6))
ODD_FACES = 5.0
ODD_DELAY = 9.0

# What is counted of messages, by the epoch in which they entered their channel.
C_PUBLISHED, C_DELIVERED, C_ACKNOWLEDGED, C_REDELIVERED, C_DEAD_LETTERED, C_DROPPED, C_DUPLICATES = (
    code(n) for n in range(7)
)
COUNTED = ("published", "delivered", "acknowledged", "redelivered", "dead_lettered", "dropped", "duplicates")

# What an instance does by itself; the slot of the event is instance * 4 + this.
I_DIE, I_RESTART, I_LEAVE_ROTATION, I_SHARE, I_BITS, I_MASK = code(0), code(1), code(2), code(3), code(2), code(3)

# What happens by the clock; the slot of the event is a reader, scaler or instance * 4 + this.
K_POLL, K_TOLD, K_SCALE, K_READY = code(0), code(1), code(2), code(3)

# The "consumer" of a frame that works on a change which a reader found.
READER = code(-2)

# Breaker states.
CLOSED, OPEN, HALF_OPEN = code(0), code(1), code(2)

OCTAVE_LOW = code(-10)
OCTAVES = code(44)
BUCKETS_PER_OCTAVE = code(128)
BUCKETS = int(OCTAVES * BUCKETS_PER_OCTAVE) + 1
BATCHES = 1024
FIRST_BATCH = 5

GLOBALS = _fields(
    "seq heap spent soon_first soon_end epoch_seq free free_n events ready_head ready_tail abandoned same stuck_link"
    " window windows n_stations n_journeys n_channels reserve n_links started epoch epochs surge",
    "now end window_ms",
)
EVENT = [("t", "f8"), ("k", "i8")]
LAYER = _fields("inside", "width density")
LAYERS = 256
# What `allocate` sets to zero stands side by side, as does what it sets to -1: each takes a few wide stores.
FRAME = _fields(
    "gen life next kind phase pc parent_gen via site root root_life journey epoch copies pending child_cause breaker"
    " prev timer_next timer_prev chan outstanding lost crowd_next crowd_prev asked_gen slot"
    " parent station inst link timer consumer entry asked"
    " key holding cause attempt wrong degraded permanent hedge crowded odd_link odd_station",
    "own_work b_wait b_work b_net b_back deadline t_start t_wait t_call t_sent expiry until",
)
STATION = _fields(
    "first instances workers queue_limit nonblocking sharing lifo balancing replicated work_stream pick_stream"
    " fail_stream tracked faulty uneven turn busy queued arrivals completed rejected waits max_queue",
    "availability slow add omit_request omit_reply wrong detected permanent partition odd last area_busy area_queue"
    " sum_wait sum_sojourn lost_wait lost_stay wasted window_busy window_queue seen_busy seen_queue startup noticed",
)
INSTANCE = _fields(
    "station queue busy up down out silent in_rotation crowd restart shared share_key life",
    "virtual virtual_at slow add",
)
QUEUE = _fields("head tail n", "")
LINK = _fields(
    "plain writes net net_stream fail_stream retry_stream max_attempts backoff jitter budgeted timer patience"
    " bulkhead pool pool_queue faulty"
    " breaker b_window b_minimum b_half b_first b_state b_epoch b_at b_n b_failed b_slow b_permits b_recorded b_row"
    " fallback degraded hedge propagates typed in_use"
    " calls attempts timeouts rejected breaker_rejected answered outbox kept",
    "out back timeout pause cap budget tokens b_rate b_open_ms b_until b_slow_ms hedge_after"
    " slow add omit_request omit_reply wrong detected permanent partition odd refused"
    " breaker_open_ms seen_open backoff_ms sum_ms",
)
SITE = _fields("link station code on_failure", "")
CODE = _fields("op a b", "x")
DIST = _fields("kind first n", "a b c")
JOURNEY = _fields(
    "code kind arrive_stream think_stream think segment segments current users batch batch_left asynchronous regular"
    " begun batch_size batch_n batch_at window_good window_failed bucket_low bucket_high wanted crashed",
    "every back_at",
)
TALLY = _fields(
    "offered succeeded degraded failed incomplete silent_wrong completed",
    "sum_ms max_ms sum_completion max_completion b_wait b_work b_net b_back",
)
SEGMENT = _fields("", "t0 t1 rate slope")
TIMER = _fields("head tail armed", "")
CHANNEL = _fields(
    "first consumers head tail n turn max_length dispatching max_depth ages"
    " home depth lanes lane out up silent letters expiry_key station",
    "last area sum_age window_area seen_area ttl replay_at",
)
CONSUMER = _fields(
    "link station chan slots slot_first code timer max_deliveries once turn visible_at_once dead_letter poison_code"
    " ahead ahead_first work_first",
    "visibility",
)
TARGET = _fields("chan link codes order order_stream turn ask ways", "")
ASK = _fields(
    "first targets link site awaited stored direct station body repair timer chan way drawn turn",
    "timeout",
)
POLLER = _fields(
    "link reader code queue batch other_stream phase_stream busy again max_unread",
    "interval other_rate next_other seen",
)
SCALER = _fields("station least most force starting", "target every delay startup last area seen_area seen_busy")
PUT = _fields("first n", "")
NOTED = _fields("poller code tells", "")
FAULT = _fields(
    "faulty plain",
    "slow add omit_request omit_reply wrong detected permanent partition odd availability refused",
)
CHANGE = _fields("what target silent", "t amount")


class State(NamedTuple):
    """One replication: everything the kernel reads and writes. Arrays without a comment are record arrays."""

    G: Any
    H: Any
    F: Any
    ST: Any
    IN: Any
    Q: Any
    LK: Any
    SI: Any
    CO: Any
    DI: Any
    JO: Any
    SG: Any
    TL: Any
    CH: Any
    CN: Any
    TG: Any
    AS: Any
    CG: Any
    PO: Any
    PU: Any
    NO: Any
    AU: Any
    # the values a fault change sets, one row per change
    FA: Any
    # layers of the exponential density
    ZE: Any
    # random streams, (n, 4) uint64
    R: Any
    # quantile tables, (n, 2): probability, value
    QT: Any
    # breaker outcomes, bits: 1 failed, 2 slow
    BW: Any
    # slots in use per consumer and instance
    SL: Any
    # code per consumer of a target's channel
    SC: Any
    # when each epoch begins
    EP: Any
    # what journeys counted, row journey * epochs + epoch of the start
    JT: Any
    # latency and completion histograms, (journeys, epochs, BUCKETS); current window, (journeys, BUCKETS)
    HL: Any
    HC: Any
    HW: Any
    # errors, (journeys, epochs, causes)
    ER: Any
    # messages counted, (channels, epochs, `COUNTED`)
    CE: Any
    # ages of changes when read, (readers, epochs, BUCKETS); their (sum, largest), (readers, epochs, 2)
    HF: Any
    FS: Any
    # batches of response times: (journeys, BATCHES, 3): sum, count, end time
    BA: Any
    # windows: (windows, journeys, 3) good, failed, p99; (windows, stations, 2) busy, queue; (windows, channels) depth
    WJ: Any
    WS: Any
    WC: Any
    # instances in force per window, (windows, scalers)
    WF: Any
    # windows of circuit breakers, (windows, breakers): the share of time each was open
    WB: Any


_TABLES: dict[str, Record] = {
    "G": GLOBALS,
    "H": EVENT,
    "F": FRAME,
    "ST": STATION,
    "IN": INSTANCE,
    "Q": QUEUE,
    "LK": LINK,
    "SI": SITE,
    "CO": CODE,
    "DI": DIST,
    "JO": JOURNEY,
    "SG": SEGMENT,
    "TL": TIMER,
    "CH": CHANNEL,
    "CN": CONSUMER,
    "TG": TARGET,
    "AS": ASK,
    "CG": CHANGE,
    "PO": POLLER,
    "PU": PUT,
    "NO": NOTED,
    "AU": SCALER,
    "FA": FAULT,
    "ZE": LAYER,
    "JT": TALLY,
}
_ARRAYS = {"R": ("u8", 2), "EP": ("f8", 1), "QT": ("f8", 2)} | {
    **dict.fromkeys(("BW", "SL", "SC"), ("i8", 1)),
    **dict.fromkeys(("HL", "HC", "ER", "CE", "HF"), ("i8", 3)),
    **dict.fromkeys(("FS", "BA", "WJ", "WS"), ("f8", 3)),
    **dict.fromkeys(("WC", "WF", "WB"), ("f8", 2)),
    "HW": ("i8", 2),
}


def smallest() -> State:
    """A state without a row: what kinds of array there are."""
    tables = {name: records(layout, 0) for name, layout in _TABLES.items()}
    return State(**tables, **{name: np.zeros((0,) * n, dtype=kind) for name, (kind, n) in _ARRAYS.items()})


def records(layout: Record, n: int) -> Any:
    """`n` zeroed records that can be read by attribute, compiled or not."""
    return np.zeros(n, dtype=np.dtype(layout, align=True)).view(np.recarray)
