"""Common data: changes that writers leave in a store, readers that poll for them or are woken, and the age of the data.

A reader is a link. What it has not read yet stands in its queue as frames; changes by others, of whom nobody knows more
than a rate, are drawn when a poll looks for them.
"""

import numpy as np

from models.simulation.kernel.compiled import cold
from models.simulation.kernel.draws import exponential, uniform
from models.simulation.kernel.events import allocate, append, make_ready, push, release, unlink
from models.simulation.kernel.layout import (
    E_CLOCK,
    I_BITS,
    K_POLL,
    K_TOLD,
    NONE,
    OK,
    ONE,
    OP_PUT,
    OP_SEEN,
    P_UNREAD,
    POLL,
    READER,
    UNREAD,
    ZERO,
    State,
)
from models.simulation.kernel.messages import on_the_way, settle
from models.simulation.kernel.observe import bucket


@cold
def start_polling(S: State) -> None:
    """Give each reader's polls a random phase, and draw when others make their first changes."""
    for k in range(S.PO.shape[0]):
        p = np.int64(k)
        po = S.PO[p]
        po.next_other = np.inf
        if po.other_rate > 0.0:
            po.next_other = exponential(S, po.other_stream) / po.other_rate
        if po.interval > 0.0:
            push(S, uniform(S, po.phase_stream) * po.interval, E_CLOCK, (p << I_BITS) | K_POLL)


@cold
def _can_poll(S: State, p: int) -> bool:
    st = S.ST[S.PO[p].reader]
    if st.faulty == ONE and st.partition > 0.0:
        return False
    up = ZERO
    for i in range(st.first, st.first + st.instances):
        up += S.IN[i].up
    return up > ZERO


@cold
def _poll(S: State, p: int) -> None:
    po = S.PO[p]
    if po.busy == ONE:
        po.again = ONE
        return
    if not _can_poll(S, p):
        return
    po.busy = ONE
    po.again = ZERO
    f = allocate(S, POLL)
    fr = S.F[f]
    fr.entry = p
    fr.pc = po.code
    fr.journey = ZERO
    fr.root = NONE
    fr.root_life = ZERO
    fr.t_start = S.G[ZERO].now
    make_ready(S, f)


@cold
def poll_by_the_clock(S: State, p: int) -> None:
    """A reader's interval is over. A poll that is still under way stands for this one."""
    po = S.PO[p]
    push(S, S.G[ZERO].now + po.interval, E_CLOCK, (p << I_BITS) | K_POLL)
    if po.busy == ZERO:
        _poll(S, p)


@cold
def wake(S: State, p: int) -> None:
    """A reader has heard of a change: it polls now, or once more after the poll that is under way."""
    _poll(S, p)


@cold
def _note(S: State, f: int, first: int, n: int) -> None:
    fr = S.F[f]
    now = S.G[ZERO].now
    waiting = fr.root != NONE and S.F[fr.root].life == fr.root_life
    for k in range(first, first + n):
        row = S.NO[k]
        po = S.PO[row.poller]
        c = allocate(S, UNREAD)
        change = S.F[c]
        change.entry = row.poller
        change.chan = row.code
        change.journey = fr.journey
        change.root = NONE
        change.root_life = ZERO
        change.t_start = now
        change.t_sent = now
        change.phase = P_UNREAD
        if row.code != NONE and waiting:
            change.root = fr.root
            change.root_life = fr.root_life
            S.F[fr.root].outstanding += ONE
        append(S, po.queue, c)
        if S.Q[po.queue].n > po.max_unread:
            po.max_unread = S.Q[po.queue].n
        if row.tells != NONE:
            took = on_the_way(S, row.tells, ZERO)
            if took >= 0.0:
                push(S, now + took, E_CLOCK, (row.poller << I_BITS) | K_TOLD)


@cold
def data_step(S: State, f: int, op: int, a: int) -> None:
    """Run one of the operations of common data."""
    if op == OP_PUT:
        _note(S, f, S.PU[a].first, S.PU[a].n)
    elif op == OP_SEEN:
        S.PO[a].seen = S.G[ZERO].now
    else:
        wake(S, a)


@cold
def _record_age(S: State, p: int, age: float) -> None:
    epoch = S.G[ZERO].epoch
    S.HF[p, epoch, bucket(age)] += ONE
    S.FS[p, epoch, 0] += age
    if age > S.FS[p, epoch, 1]:
        S.FS[p, epoch, 1] = age


@cold
def _take(S: State, p: int) -> None:
    po = S.PO[p]
    now = S.G[ZERO].now
    taken = ZERO
    while po.batch < ZERO or taken < po.batch:
        c = S.Q[po.queue].head
        others = po.next_other <= po.seen
        if others and (c == NONE or S.F[c].t_sent > po.next_other):
            _record_age(S, p, now - po.next_other)
            po.next_other += exponential(S, po.other_stream) / po.other_rate
        elif c != NONE and S.F[c].t_sent <= po.seen:
            change = S.F[c]
            unlink(S, po.queue, c)
            if change.attempt == ZERO:
                _record_age(S, p, now - change.t_sent)
            if change.chan == NONE:
                release(S, c)
            else:
                change.attempt = ONE
                change.consumer = READER
                change.pc = change.chan
                change.station = po.reader
                change.via = po.link
                make_ready(S, c)
        else:
            return
        taken += ONE


@cold
def end_poll(S: State, f: int) -> None:
    """A poll is over: what was found goes to the reader, which takes a worker and does its work for each."""
    p = S.F[f].entry
    po = S.PO[p]
    if S.F[f].cause == OK:
        _take(S, p)
    release(S, f)
    po.busy = ZERO
    if po.again == ONE:
        _poll(S, p)


@cold
def read_again(S: State, c: int) -> None:
    """A reader did not come to the end of a change: its next poll finds it again, before all others."""
    change = S.F[c]
    po = S.PO[change.entry]
    change.gen += ONE
    change.key = ZERO
    change.kind = UNREAD
    change.phase = P_UNREAD
    change.cause = OK
    change.consumer = NONE
    change.station = NONE
    change.inst = NONE
    change.holding = ZERO
    change.own_work = 0.0
    queue = S.Q[po.queue]
    change.prev = NONE
    change.next = queue.head
    if queue.head == NONE:
        queue.tail = c
    else:
        S.F[queue.head].prev = c
    queue.head = c
    queue.n += ONE


@cold
def end_change(S: State, c: int) -> None:
    """A reader is through with a change."""
    if S.F[c].cause != OK:
        read_again(S, c)
        return
    settle(S, c, ZERO)
    release(S, c)
