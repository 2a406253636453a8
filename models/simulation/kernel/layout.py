"""The kernel's memory: record layouts, codes, and the state as one named tuple of record arrays.

Helpers see all integers as 64-bit ones, so that each has one signature; in memory most are narrower (reading widens
them), since what a large model costs is the memory it touches. Fields that an ordinary request touches stand first in
their record, 64 bytes at a time: those are read together. Codes are `np.int64` objects, so that arithmetic is the same
uncompiled. Times are in milliseconds, rates per millisecond.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

Record = list[tuple[str, str]]


def _flags(names: str) -> Record:
    """Codes and yes or no: one byte."""
    return [(name, "i1") for name in names.split()]


def _numbers(names: str) -> Record:
    """What stays below two thousand million, rows above all: four bytes. A generation may begin again at the lowest."""
    return [(name, "i4") for name in names.split()]


def _counts(names: str) -> Record:
    """What a long run counts, and keys of events."""
    return [(name, "i8") for name in names.split()]


def _reals(names: str) -> Record:
    return [(name, "f8") for name in names.split()]


def code(value: int) -> Any:
    """An integer constant of the kernel's own width."""
    return np.int64(value)


NONE = code(-1)
ZERO = code(0)
ONE = code(1)
TWO = code(2)

LINE = 64
"""Bytes that a processor reads into its cache together."""

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
P_UNREAD, P_QUEUED_AGAIN, P_BREAKING = code(32), code(33), code(34)

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

GLOBALS = _counts(
    "seq heap spent soon_first soon_end epoch_seq free free_n events ready_head ready_tail abandoned same"
    " window windows n_stations n_journeys n_channels reserve n_links started epoch epochs surge journeys"
) + _reals("now end window_ms")
EVENT = _reals("t") + _counts("k")
LAYER = _counts("inside") + _reals("width density")
LAYERS = 256
FRAME = (
    # what `allocate` sets to -1, then to other constants, stands side by side: a few wide stores
    _numbers("parent station inst link timer consumer entry asked")
    + _counts("key")
    + _reals("deadline")
    + _flags("holding cause wrong degraded permanent crowded kind phase")
    + _numbers("gen life")
    #
    + _numbers("next prev pc parent_gen via site root root_life journey epoch")
    + _reals("t_start t_wait t_call")
    #
    + _reals("own_work b_wait b_work b_net b_back")
    + _counts("hedge")
    + _numbers("attempt")
    + _flags("odd_link odd_station lost child_cause")
    + _numbers("copies pending")
    #
    + _reals("until t_sent expiry")
    + _numbers("timer_next timer_prev chan outstanding crowd_next crowd_prev asked_gen slot breaker")
)
STATION = (
    _numbers("first instances workers queue_limit busy queued max_queue turn")
    + _flags("simple nonblocking sharing lifo balancing tracked faulty uneven")
    + _reals("last area_busy area_queue")
    #
    + _counts("arrivals completed rejected waits")
    + _reals("sum_wait sum_sojourn slow add")
    #
    + _flags("replicated")
    + _numbers("work_stream pick_stream fail_stream")
    + _reals("availability omit_request omit_reply wrong detected permanent partition odd lost_wait lost_stay wasted")
    + _reals("seen_busy seen_queue startup noticed all_down")
    + _counts("killed")
)
INSTANCE = (
    _numbers("station queue busy")
    + _flags("up in_rotation out down silent")
    + _numbers("crowd shared life")
    + _reals("slow add")
    + _counts("restart share_key")
    + _reals("virtual virtual_at")
)
QUEUE = _numbers("head tail n")
LINK = (
    _flags("clear guarded plain faulty budgeted breaker hedge propagates")
    + _flags("patience typed writes outbox backoff jitter fallback")
    + _numbers("in_use bulkhead pool timer")
    + _counts("calls attempts answered")
    + _reals("sum_ms")
    #
    + _reals("timeout out back slow add odd")
    + _numbers("net net_stream fail_stream max_attempts")
    #
    + _numbers("retry_stream pool_queue kept turn")
    + _counts("timeouts rejected breaker_rejected")
    + _reals("pause cap budget tokens backoff_ms hedge_after")
    + _reals("omit_request omit_reply wrong detected permanent partition refused")
    + _counts("b_window b_minimum b_half b_first b_state b_epoch b_at b_n b_failed b_slow b_permits b_recorded b_row")
    + _reals("b_rate b_open_ms b_until b_slow_ms breaker_open_ms seen_open")
)
SITE = _numbers("link station code on_failure")
CODE = _numbers("op a b") + _reals("x")
DIST = _numbers("kind first n") + _reals("a b c")
JOURNEY = (
    _numbers("code arrive_stream segment segments bucket_low bucket_high window_good batch_n batch_size batch_at")
    + _flags("kind direct asynchronous regular crashed")
    + _counts("begun")
    + _reals("batch_sum")
    #
    + _numbers("current think_stream think window_failed")
    + _counts("users wanted batch batch_left")
    + _reals("every back_at")
)
TALLY = (
    _counts("offered succeeded")
    + _reals("sum_ms max_ms b_wait b_work b_net b_back")
    #
    + _counts("degraded failed incomplete silent_wrong completed")
    + _reals("sum_completion max_completion")
)
SEGMENT = _reals("t0 t1 rate slope")
TIMER = _numbers("head tail armed")
CHANNEL = (
    _numbers("first consumers head tail n turn home lanes out max_length depth max_depth")
    + _flags("dispatching lane up silent")
    + _numbers("letters station")
    #
    + _counts("ages expiry_key")
    + _reals("last area sum_age ttl seen_area replay_at")
)
CONSUMER = (
    _numbers("link station chan slots slot_first code timer turn ahead ahead_first work_first max_deliveries")
    + _flags("once visible_at_once")
    + _reals("visibility")
    + _numbers("dead_letter poison_code")
)
TARGET = _numbers("chan link codes order order_stream key_stream ask ways")
ASK = _numbers("first targets link site awaited stored direct station body repair timer chan way drawn") + _reals(
    "timeout"
)
POLLER = _numbers("link reader code queue batch other_stream phase_stream busy again max_unread") + _reals(
    "interval other_rate next_other seen"
)
SCALER = _numbers("station least most force starting") + _reals(
    "target every delay startup last area seen_area seen_busy"
)
PUT = _numbers("first n")
NOTED = _numbers("poller code tells")
FAULT = _flags("faulty plain") + _reals(
    "slow add omit_request omit_reply wrong detected permanent partition odd availability refused"
)
CHANGE = _numbers("what target silent") + _reals("t amount")


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
    **dict.fromkeys(("BW", "SL", "SC"), ("i4", 1)),
    **dict.fromkeys(("HL", "HC", "HF"), ("i4", 3)),
    **dict.fromkeys(("ER", "CE"), ("i8", 3)),
    **dict.fromkeys(("FS", "BA", "WJ", "WS"), ("f8", 3)),
    **dict.fromkeys(("WC", "WF", "WB"), ("f8", 2)),
    "HW": ("i4", 2),
}


def smallest() -> State:
    """A state without a row: what kinds of array there are."""
    tables = {name: records(layout, 0) for name, layout in _TABLES.items()}
    return State(**tables, **{name: np.zeros((0,) * n, dtype=kind) for name, (kind, n) in _ARRAYS.items()})


def records(layout: Record, n: int) -> Any:
    """`n` zeroed records that can be read by attribute, compiled or not. None begins in one line of the processor's
    cache and ends in another, if it fits into one."""
    return lined_up(n, _spread(tuple(layout))).view(np.recarray)


@cache
def _spread(fields: tuple[tuple[str, str], ...]) -> Any:
    packed = np.dtype(list(fields), align=True)
    names = packed.names or ()
    spread = {
        "names": names,
        "formats": [packed[name] for name in names],
        "offsets": [packed.fields[name][1] for name in names] if packed.fields else [],
        "itemsize": _room(packed.itemsize),
    }
    return np.dtype(spread)


def _room(size: int) -> int:
    """A power of two up to a line, then whole lines."""
    return 1 << (size - 1).bit_length() if size <= LINE else -(-size // LINE) * LINE


def lined_up(shape: Any, kind: Any, first: int = 0) -> Any:
    """Zeros whose element `first` begins a line of the processor's cache."""
    n, size = int(np.prod(shape)), np.dtype(kind).itemsize
    memory = np.zeros(n * size + LINE, dtype=np.uint8)
    skipped = -(memory.__array_interface__["data"][0] + first * size) % LINE
    return memory[skipped : skipped + n * size].view(kind).reshape(shape)


def events(n: int) -> Any:
    """Room for `n` events on a heap, where the four below one stand in one line."""
    return lined_up(n, records(EVENT, 0).dtype, first=1).view(np.recarray)
