"""Processor sharing: all requests at work on an instance go forward at once, each at its share of the workers.

An instance has a virtual time that passes at the rate min(1, workers / number at work); a request is done when it has
passed by the request's work. The requests stand in a list by the virtual time at which they end.
"""

import numpy as np

from models.simulation.kernel.compiled import cold
from models.simulation.kernel.events import push, unlink
from models.simulation.kernel.layout import (
    E_INSTANCE,
    E_WORKED,
    I_BITS,
    I_SHARE,
    NONE,
    ONE,
    P_SHARING,
    P_WORKING,
    ZERO,
    State,
)


@cold
def _rate(S: State, i: int) -> float:
    instance = S.IN[i]
    n = S.Q[instance.shared].n
    workers = S.ST[instance.station].workers
    if n <= workers:
        return 1.0
    return np.float64(workers) / np.float64(n)


@cold
def _pass_time(S: State, i: int) -> None:
    instance = S.IN[i]
    now = S.G[ZERO].now
    if S.Q[instance.shared].n > ZERO:
        instance.virtual += (now - instance.virtual_at) * _rate(S, i)
    instance.virtual_at = now


@cold
def _await_next(S: State, i: int) -> None:
    instance = S.IN[i]
    first = S.Q[instance.shared].head
    instance.share_key = ZERO
    if first != NONE:
        left = max(S.F[first].expiry - instance.virtual, 0.0) / _rate(S, i)
        instance.share_key = push(S, S.G[ZERO].now + left, E_INSTANCE, (i << I_BITS) | I_SHARE)


@cold
def share(S: State, f: int, work: float) -> None:
    """Begin a request's work."""
    fr = S.F[f]
    i = fr.inst
    _pass_time(S, i)
    instance = S.IN[i]
    fr.phase = P_SHARING
    fr.key = ZERO
    fr.t_wait = S.G[ZERO].now
    fr.until = work
    fr.expiry = instance.virtual + work
    queue = S.Q[instance.shared]
    before = queue.tail
    while before != NONE and S.F[before].expiry > fr.expiry:
        before = S.F[before].prev
    fr.prev = before
    if before == NONE:
        fr.next = queue.head
        queue.head = f
    else:
        fr.next = S.F[before].next
        S.F[before].next = f
    if fr.next == NONE:
        queue.tail = f
    else:
        S.F[fr.next].prev = f
    queue.n += ONE
    _await_next(S, i)


@cold
def _wait(S: State, f: int, worked: float) -> None:
    """What a request lost to those it shared the workers with, while it was worked on for `worked` ms."""
    fr = S.F[f]
    wait = max(S.G[ZERO].now - fr.t_wait - worked, 0.0)
    fr.b_wait += wait
    S.ST[fr.station].sum_wait += wait


@cold
def first_done(S: State, i: int) -> None:
    """The request that needs the least is through with its work."""
    instance = S.IN[i]
    _pass_time(S, i)
    f = S.Q[instance.shared].head
    fr = S.F[f]
    instance.virtual = max(instance.virtual, fr.expiry)
    unlink(S, instance.shared, f)
    now = S.G[ZERO].now
    _wait(S, f, fr.until)
    fr.phase = P_WORKING
    fr.until = now
    fr.key = push(S, now, E_WORKED, f)
    _await_next(S, i)


@cold
def stop_sharing(S: State, f: int) -> float:
    """Take a request out before its work is done; the work that was left, in ms."""
    fr = S.F[f]
    i = fr.inst
    _pass_time(S, i)
    left = max(fr.expiry - S.IN[i].virtual, 0.0)
    _wait(S, f, fr.until - left)
    unlink(S, S.IN[i].shared, f)
    _await_next(S, i)
    return left
