"""Stations: offering a request to an instance, its queue, its workers, and letting it go."""

import numpy as np

from models.simulation.kernel.compiled import cold, hot
from models.simulation.kernel.draws import uniform
from models.simulation.kernel.events import append, join_crowd, leave_crowd, make_ready, release, unlink
from models.simulation.kernel.layout import (
    B_LEAST_BUSY,
    B_RANDOM,
    B_SHARED,
    BEGIN,
    CALLEE,
    CRASHED,
    DONE,
    LOST,
    NONE,
    ODD_FACES,
    ODD_LOST,
    ODD_REFUSED,
    ODD_UNNOTICED,
    OK,
    ONE,
    P_QUEUED,
    REJECTED,
    RESPOND,
    ROOT,
    TIMEOUT,
    ZERO,
    State,
)
from models.simulation.kernel.observe import tick

_LOST = np.int64(-2)


@cold
def odd_face(S: State, share: float, stream: int) -> int:
    """Which of five faces an arbitrary failure shows to a call, each as likely; 0 for a call that it spares."""
    x = uniform(S, stream)
    if x >= share:
        return np.int64(ZERO)
    return np.int64(min(np.int64(x / share * ODD_FACES), ODD_UNNOTICED - ONE) + ONE)


@cold
def _faults_at_the_door(S: State, s: int, f: int) -> int:
    """0, a cause of failure, or -2 when the request vanishes."""
    st = S.ST[s]
    if st.partition > 0.0:
        return np.int64(_LOST)
    if st.odd > 0.0:
        face = odd_face(S, st.odd, st.fail_stream)
        S.F[f].odd_station = face
        if face == ODD_REFUSED:
            return np.int64(CRASHED)
        if face == ODD_LOST:
            return np.int64(_LOST)
    if st.availability < 1.0 and uniform(S, st.fail_stream) >= st.availability:
        return np.int64(CRASHED)
    if st.omit_request > 0.0 and uniform(S, st.fail_stream) < st.omit_request:
        return np.int64(_LOST)
    return np.int64(OK)


@cold
def _replica(S: State, s: int, via: int) -> int:
    """The replica of a store that serves an access: for writing the first that is up, for reading each in turn; the
    first of all when none is up."""
    st = S.ST[s]
    writes = S.LK[via].writes
    for k in range(st.instances):
        i = st.first + (k if writes == ONE else (st.turn + k) % st.instances)
        if S.IN[i].up == ONE:
            if writes == ZERO:
                st.turn = (i - st.first + ONE) % st.instances
            return np.int64(i)
    return np.int64(st.first)


@cold
def _pick(S: State, s: int, via: int) -> int:
    """One of several instances, by the station's load balancing; -1 when none is in rotation."""
    st = S.ST[s]
    n = st.instances
    if st.replicated == ONE:
        return _replica(S, s, via)
    if st.balancing == B_RANDOM:
        there = ZERO
        for k in range(n):
            there += S.IN[st.first + k].in_rotation
        if there == ZERO:
            return np.int64(NONE)
        left = np.int64(uniform(S, st.pick_stream) * there)
        for k in range(n):
            i = st.first + k
            if S.IN[i].in_rotation == ONE:
                if left == ZERO:
                    return np.int64(i)
                left -= ONE
    best = NONE
    least = ZERO
    for k in range(n):
        i = st.first + (st.turn + k) % n
        instance = S.IN[i]
        if instance.in_rotation == ONE:
            if st.balancing == B_SHARED:
                free = instance.up == ONE and (st.workers < ZERO or instance.busy < st.workers)
                load = instance.busy if free else instance.busy + np.int64(1 << 40) * (np.int64(2) - instance.up)
            elif st.balancing == B_LEAST_BUSY:
                load = instance.busy + S.Q[instance.queue].n
            else:
                load = ZERO
            if best == NONE or load < least:
                best = i
                least = load
                if load == ZERO:
                    break
    if best != NONE:
        st.turn = (best - st.first + ONE) % n
    return np.int64(best)


@hot
def take_worker(S: State, s: int, i: int, f: int) -> None:
    """Occupy a free worker."""
    tick(S, s)
    st = S.ST[s]
    instance = S.IN[i]
    if st.sharing == ONE and instance.busy >= st.workers:
        st.queued += ONE
        if st.queued > st.max_queue:
            st.max_queue = st.queued
    else:
        st.busy += ONE
    instance.busy += ONE
    fr = S.F[f]
    fr.inst = i
    fr.holding = ONE


@hot
def wait_in_queue(S: State, s: int, i: int, f: int, phase: int) -> None:
    """Stand in the queue of an instance, or in the one before all, for the first time or again."""
    tick(S, s)
    st = S.ST[s]
    fr = S.F[f]
    fr.phase = phase
    fr.inst = i
    fr.t_wait = S.G[ZERO].now
    append(S, S.IN[i].queue, f)
    st.queued += ONE
    if st.queued > st.max_queue:
        st.max_queue = st.queued


@cold
def _move(S: State, f: int, i: int) -> None:
    """Let a frame go on at another instance."""
    fr = S.F[f]
    if fr.crowded == ONE and fr.inst != i:
        leave_crowd(S, fr.inst, f)
        join_crowd(S, i, f)
    fr.inst = i


@cold
def move_to_free_worker(S: State, f: int) -> None:
    """Where one queue stands before all instances, let a frame go on at one that has a free worker, if any has."""
    fr = S.F[f]
    st = S.ST[fr.station]
    for k in range(st.instances):
        i = st.first + k
        if S.IN[i].up == ONE and S.IN[i].out == ZERO and S.IN[i].busy < st.workers:
            _move(S, f, i)
            return


@hot
def _may_share(S: State, s: int, i: int, consumer: int) -> bool:
    """Whether a request beyond the number of workers is worked on with the others (processor sharing)."""
    st = S.ST[s]
    if st.sharing == ZERO:
        return False
    return st.queue_limit < ZERO or consumer != NONE or S.IN[i].busy - st.workers < st.queue_limit


@cold
def _place(S: State, f: int) -> int:
    """The instance a request goes to where faults, several instances or none that is up may bear on that; -1 when it
    fails at the door, with its cause, -2 when it vanishes."""
    fr = S.F[f]
    s = fr.station
    st = S.ST[s]
    if st.faulty == ONE:
        verdict = _faults_at_the_door(S, s, f)
        if verdict == _LOST and fr.consumer == NONE:
            release(S, f)
            return np.int64(_LOST)
        if verdict != OK:
            fr.cause = LOST if verdict == _LOST else verdict
            return np.int64(NONE)
    i = fr.inst
    if i == NONE:
        if st.instances == ONE:
            i = st.first if S.IN[st.first].in_rotation == ONE else NONE
        else:
            i = _pick(S, s, fr.via)
    elif st.balancing == B_SHARED and S.IN[i].up == ONE:
        i = _pick(S, s, fr.via)
    if i == NONE:
        fr.cause = CRASHED
        return np.int64(NONE)
    if S.IN[i].up == ZERO:
        if S.IN[i].silent == ONE and fr.consumer == NONE:
            release(S, f)
            return np.int64(_LOST)
        fr.cause = CRASHED if fr.consumer == NONE else LOST
        return np.int64(NONE)
    return np.int64(i)


@cold
def _is_full(S: State, f: int, i: int) -> bool:
    """Whether a request that finds no free worker is turned away."""
    fr = S.F[f]
    st = S.ST[fr.station]
    full = st.sharing == ONE or S.Q[S.IN[i].queue].n >= st.queue_limit
    if st.queue_limit >= ZERO and full and fr.consumer == NONE:
        st.rejected += ONE
        fr.cause = REJECTED
        return True
    return False


@hot
def offer(S: State, f: int) -> int:
    """A request has reached its station: the next state of the trampoline."""
    fr = S.F[f]
    s = fr.station
    fr.t_start = S.G[ZERO].now
    if s == NONE:
        return np.int64(BEGIN)
    st = S.ST[s]
    st.arrivals += ONE
    i = st.first
    if st.simple == ZERO:
        i = _place(S, f)
        if i < ZERO:
            return np.int64(RESPOND if i == NONE else DONE)
    instance = S.IN[i]
    if st.workers < ZERO or instance.busy < st.workers or _may_share(S, s, i, fr.consumer):
        take_worker(S, s, i, f)
        st.waits += ONE
        if st.tracked == ONE:
            join_crowd(S, i, f)
        return np.int64(BEGIN)
    if st.simple == ZERO and _is_full(S, f, i):
        return np.int64(RESPOND)
    wait_in_queue(S, s, i, f, P_QUEUED)
    if st.tracked == ONE and st.balancing != B_SHARED:
        join_crowd(S, i, f)
    return np.int64(DONE)


@hot
def give_to_next(S: State, s: int, i: int) -> None:
    """Hand a worker of instance `i`, already counted busy, to the first (or last) in the queue."""
    st = S.ST[s]
    q = S.IN[i].queue
    queue = S.Q[q]
    h = queue.tail if st.lifo == ONE else queue.head
    unlink(S, q, h)
    tick(S, s)
    st.queued -= ONE
    head = S.F[h]
    if head.crowded == ONE and head.inst != i:
        _move(S, h, i)
    head.inst = i
    head.holding = ONE
    wait = S.G[ZERO].now - head.t_wait
    head.b_wait += wait
    if head.phase == P_QUEUED:
        st.waits += ONE
    st.sum_wait += wait
    if st.tracked == ONE and head.crowded == ZERO:
        join_crowd(S, i, h)
    make_ready(S, h)


@hot
def free_worker(S: State, s: int, i: int) -> None:
    """One at work less; where workers are shared, those beyond their number count as queued."""
    tick(S, s)
    st = S.ST[s]
    instance = S.IN[i]
    instance.busy -= ONE
    if st.sharing == ONE and instance.busy >= st.workers:
        st.queued -= ONE
    else:
        st.busy -= ONE


@hot
def leave_worker(S: State, f: int) -> None:
    """Free the worker a frame holds; the next in the queue becomes ready."""
    fr = S.F[f]
    fr.holding = ZERO
    i = fr.inst
    s = fr.station
    if S.Q[S.IN[i].queue].n > ZERO and S.IN[i].up == ONE:
        give_to_next(S, s, i)
        return
    free_worker(S, s, i)


@cold
def is_abandoned(S: State, f: int) -> bool:
    """Whether someone up the chain of callers has stopped waiting."""
    while True:
        fr = S.F[f]
        if fr.kind == ROOT or fr.parent == NONE:
            return False
        if S.F[fr.parent].gen != fr.parent_gen:
            return True
        f = fr.parent


@cold
def drop_late(S: State, f: int) -> None:
    """A request whose deadline has passed fails before it is worked on, and is none of those completed."""
    fr = S.F[f]
    fr.cause = TIMEOUT
    if fr.kind == CALLEE and fr.station != NONE:
        st = S.ST[fr.station]
        stay = S.G[ZERO].now - fr.t_start
        st.completed -= ONE
        st.sum_sojourn -= stay
        st.lost_stay += stay


@hot
def leave_station(S: State, f: int) -> None:
    """A request's time at its station is over."""
    g = S.G[ZERO]
    fr = S.F[f]
    st = S.ST[fr.station]
    st.completed += ONE
    st.sum_sojourn += g.now - fr.t_start
    if g.abandoned == ONE and is_abandoned(S, f):
        st.wasted += fr.own_work
    if fr.crowded == ONE:
        leave_crowd(S, fr.inst, f)
    if fr.holding == ONE:
        leave_worker(S, f)
