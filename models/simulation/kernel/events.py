"""The event heap, the frames, the queues and the timer lists."""

import numpy as np

from models.simulation.kernel.compiled import cold, hot
from models.simulation.kernel.layout import (
    E_TIMER,
    KEY_SHIFT,
    NONE,
    OK,
    ONE,
    P_FREE,
    SLOT_BITS,
    ZERO,
    State,
)

_2, _3, _4 = np.int64(2), np.int64(3), np.int64(4)


@hot
def enter(S: State, t: float, key: int) -> None:
    """Enter an event: what happens at this very moment stands in order at the end of the heap's room, from its end
    down; all else is on the 4-ary heap, in the place of the first event when that is spent."""
    g = S.G[ZERO]
    if t == g.now:
        at = S.H.shape[0] - ONE - g.soon_end
        g.soon_end += ONE
        S.H[at].t = t
        S.H[at].k = key
        return
    if g.spent == ONE:
        g.spent = ZERO
        settle_first(S, g.heap, t, key)
        return
    heap = S.H
    i = g.heap
    g.heap = i + ONE
    while i > ZERO:
        above = (i - ONE) >> _2
        if heap[above].t <= t:
            break
        heap[i].t = heap[above].t
        heap[i].k = heap[above].k
        i = above
    heap[i].t = t
    heap[i].k = key


@cold
def put(S: State, t: float, key: int) -> None:
    """Enter an event."""
    enter(S, t, key)


@hot
def push_often(S: State, t: float, kind: int, slot: int) -> int:
    """As `push`, for the few places that most events come from."""
    g = S.G[ZERO]
    g.seq += ONE
    key = (g.seq << KEY_SHIFT) | (kind << SLOT_BITS) | slot
    enter(S, t, key)
    return key


@hot
def push(S: State, t: float, kind: int, slot: int) -> int:
    """Put an event on the heap and return its key: (sequence << 28) | (kind << 24) | slot.

    The key breaks ties and cancels: an event whose key its frame no longer holds is stale.
    """
    g = S.G[ZERO]
    g.seq += ONE
    key = (g.seq << KEY_SHIFT) | (kind << SLOT_BITS) | slot
    put(S, t, key)
    return key


@hot
def take_soon(S: State) -> None:
    """Remove the first of the events that happen at this very moment."""
    g = S.G[ZERO]
    g.soon_first += ONE
    if g.soon_first == g.soon_end:
        g.soon_first = ZERO
        g.soon_end = ZERO


@hot
def _earlier(S: State, a: int, b: int) -> int:
    """Which of two events on the heap comes first: worked out without a branch, which nobody could predict. Times are
    not negative, so that their bits are in the same order."""
    heap = S.H
    one = np.float64(heap[a].t).view(np.int64)
    other = np.float64(heap[b].t).view(np.int64)
    later = (other < one) | ((other == one) & (heap[b].k < heap[a].k))
    return a + (b - a) * np.int64(later)


@hot
def settle_first(S: State, n: int, t: float, k: int) -> None:
    """Let an event sink from the first place of a heap of `n` to where it belongs."""
    heap = S.H
    i = ZERO
    child = ONE
    while child < n:
        best = child
        if child + _3 < n:
            best = _earlier(S, _earlier(S, child, child + ONE), _earlier(S, child + _2, child + _3))
        else:
            child += ONE
            while child < n:
                best = _earlier(S, best, child)
                child += ONE
        best_t = heap[best].t
        best_k = heap[best].k
        if best_t > t or (best_t == t and best_k > k):
            break
        heap[i].t = best_t
        heap[i].k = best_k
        i = best
        child = (i << _2) + ONE
    heap[i].t = t
    heap[i].k = k


@hot
def drop_spent(S: State) -> None:
    """Remove the first event if it is spent, which it is unless another took its place."""
    g = S.G[ZERO]
    if g.spent == ZERO:
        return
    g.spent = ZERO
    n = g.heap - ONE
    g.heap = n
    if n > ZERO:
        settle_first(S, n, S.H[n].t, S.H[n].k)


@cold
def is_last(S: State) -> bool:
    """Whether no other event of this moment is left."""
    g = S.G[ZERO]
    if g.soon_first < g.soon_end:
        return False
    i = g.spent
    beyond = min(g.heap, i + _4)
    while i < beyond and S.H[i].t > g.now:
        i += ONE
    return bool(i == beyond)


@hot
def allocate(S: State, kind: int) -> int:
    """A fresh frame. Its generation goes on from its earlier life, so that late replies to that life are dropped."""
    g = S.G[ZERO]
    f = g.free
    fr = S.F[f]
    g.free = fr.next
    g.free_n -= ONE
    fr.kind = kind
    fr.life += ONE
    fr.gen += ONE
    fr.parent = NONE
    fr.station = NONE
    fr.inst = NONE
    fr.link = NONE
    fr.timer = NONE
    fr.consumer = NONE
    fr.entry = NONE
    fr.asked = NONE
    fr.key = ZERO
    fr.holding = ZERO
    fr.cause = OK
    fr.attempt = ZERO
    fr.wrong = ZERO
    fr.degraded = ZERO
    fr.permanent = ZERO
    fr.hedge = ZERO
    fr.crowded = ZERO
    fr.odd_link = ZERO
    fr.odd_station = ZERO
    fr.own_work = 0.0
    fr.b_wait = 0.0
    fr.b_work = 0.0
    fr.b_net = 0.0
    fr.b_back = 0.0
    fr.deadline = np.inf
    return np.int64(f)


@hot
def release(S: State, f: int) -> None:
    """Give a frame back."""
    g = S.G[ZERO]
    fr = S.F[f]
    fr.phase = P_FREE
    fr.gen += ONE
    fr.life += ONE
    fr.key = ZERO
    fr.next = g.free
    g.free = f
    g.free_n += ONE


@hot
def make_ready(S: State, f: int) -> None:
    """Let a frame go on within the present event, after what is being handled."""
    g = S.G[ZERO]
    S.F[f].next = NONE
    if g.ready_tail == NONE:
        g.ready_head = f
    else:
        S.F[g.ready_tail].next = f
    g.ready_tail = f


@hot
def take_ready(S: State) -> int:
    """The next ready frame, of those there are."""
    g = S.G[ZERO]
    f = g.ready_head
    g.ready_head = S.F[f].next
    if g.ready_head == NONE:
        g.ready_tail = NONE
    return np.int64(f)


@hot
def append(S: State, q: int, f: int) -> None:
    """Put a frame at the end of a queue."""
    queue = S.Q[q]
    fr = S.F[f]
    fr.next = NONE
    fr.prev = queue.tail
    if queue.tail == NONE:
        queue.head = f
    else:
        S.F[queue.tail].next = f
    queue.tail = f
    queue.n += ONE


@hot
def unlink(S: State, q: int, f: int) -> None:
    """Take a frame out of a queue, wherever it stands."""
    queue = S.Q[q]
    fr = S.F[f]
    if fr.prev == NONE:
        queue.head = fr.next
    else:
        S.F[fr.prev].next = fr.next
    if fr.next == NONE:
        queue.tail = fr.prev
    else:
        S.F[fr.next].prev = fr.prev
    queue.n -= ONE


@cold
def join_crowd(S: State, i: int, f: int) -> None:
    """Note that a frame is at an instance, for the day the instance crashes."""
    fr = S.F[f]
    instance = S.IN[i]
    fr.crowded = ONE
    fr.crowd_prev = NONE
    fr.crowd_next = instance.crowd
    if instance.crowd != NONE:
        S.F[instance.crowd].crowd_prev = f
    instance.crowd = f


@cold
def leave_crowd(S: State, i: int, f: int) -> None:
    """Note that a frame has left its instance."""
    fr = S.F[f]
    fr.crowded = ZERO
    if fr.crowd_prev == NONE:
        S.IN[i].crowd = fr.crowd_next
    else:
        S.F[fr.crowd_prev].crowd_next = fr.crowd_next
    if fr.crowd_next != NONE:
        S.F[fr.crowd_next].crowd_prev = fr.crowd_prev


@hot
def arm(S: State, timer: int, f: int, expiry: float) -> None:
    """Start a frame's timer. All timers of one list have the same length, so the list is in order of expiry and one
    heap event, at its head's expiry, serves all."""
    fr = S.F[f]
    row = S.TL[timer]
    fr.timer = timer
    fr.expiry = expiry
    fr.timer_next = NONE
    fr.timer_prev = row.tail
    if row.tail == NONE:
        row.head = f
    else:
        S.F[row.tail].timer_next = f
    row.tail = f
    if row.armed == ZERO:
        row.armed = ONE
        push(S, expiry, E_TIMER, timer)


@hot
def disarm(S: State, f: int) -> None:
    """Stop a frame's timer, if it has one."""
    fr = S.F[f]
    timer = fr.timer
    if timer == NONE:
        return
    row = S.TL[timer]
    if fr.timer_prev == NONE:
        row.head = fr.timer_next
    else:
        S.F[fr.timer_prev].timer_next = fr.timer_next
    if fr.timer_next == NONE:
        row.tail = fr.timer_prev
    else:
        S.F[fr.timer_next].timer_prev = fr.timer_prev
    fr.timer = NONE


@cold
def expired(S: State, timer: int) -> int:
    """The frame whose time is up, its timer stopped, or -1; and the list's next event is on the heap."""
    row = S.TL[timer]
    row.armed = ZERO
    f = row.head
    if f == NONE:
        return np.int64(NONE)
    if S.F[f].expiry > S.G[ZERO].now:
        row.armed = ONE
        push(S, S.F[f].expiry, E_TIMER, timer)
        return np.int64(NONE)
    after = S.F[f].timer_next
    row.head = after
    if after == NONE:
        row.tail = NONE
    else:
        S.F[after].timer_prev = NONE
        row.armed = ONE
        push(S, S.F[after].expiry, E_TIMER, timer)
    S.F[f].timer = NONE
    return np.int64(f)
