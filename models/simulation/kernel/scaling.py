"""Autoscaling: the number of instances in force follows the utilisation.

Every `delay` (every second where that is 0) the workers that were busy on average since the last time decide:
wanted = ceil(busy / (workers x target)), within `least` to `most`; with n instances in force all the while that is
ceil(n x utilisation / target). What is added serves after `delay` + `startup`; what is removed takes nothing new and
finishes what it has.
"""

import math

import numpy as np

from models.simulation.kernel.compiled import cold
from models.simulation.kernel.events import push
from models.simulation.kernel.faults import come_up
from models.simulation.kernel.layout import B_SHARED, E_CLOCK, I_BITS, K_READY, K_SCALE, NONE, ONE, TWO, ZERO, State
from models.simulation.kernel.observe import tick

_ALMOST = 1e-9


@cold
def _account(S: State, a: int) -> None:
    au = S.AU[a]
    now = S.G[ZERO].now
    au.area += au.force * (now - au.last)
    au.last = now


@cold
def account_scaling(S: State) -> None:
    """Bring the time-weighted numbers of instances up to now."""
    for k in range(S.AU.shape[0]):
        _account(S, np.int64(k))


@cold
def close_scaling_window(S: State) -> None:
    """Write the mean number of instances in force in the window that ends now."""
    g = S.G[ZERO]
    w = g.window
    if w >= g.windows:
        return
    account_scaling(S)
    length = g.now - w * g.window_ms
    for k in range(S.AU.shape[0]):
        au = S.AU[k]
        S.WF[w, k] = (au.area - au.seen_area) / length if length > 0.0 else np.float64(au.force)
        au.seen_area = au.area


@cold
def start_scaling(S: State) -> None:
    """Put the first decisions on the heap."""
    for k in range(S.AU.shape[0]):
        push(S, S.AU[k].every, E_CLOCK, (np.int64(k) << I_BITS) | K_SCALE)


@cold
def _add(S: State, a: int, more: int) -> None:
    au = S.AU[a]
    st = S.ST[au.station]
    left = more
    for k in range(st.instances):
        i = st.first + k
        if left > ZERO and S.IN[i].out == ONE:
            S.IN[i].out = TWO
            au.starting += ONE
            left -= ONE
            push(S, S.G[ZERO].now + au.delay + au.startup, E_CLOCK, (i << I_BITS) | K_READY)


@cold
def _remove(S: State, a: int, fewer: int) -> None:
    au = S.AU[a]
    st = S.ST[au.station]
    left = fewer
    i = st.first + st.instances - ONE
    while left > ZERO and i >= st.first:
        instance = S.IN[i]
        if instance.out == ZERO:
            instance.out = ONE
            instance.in_rotation = ZERO
            if st.balancing == B_SHARED:
                instance.up = ZERO
            au.force -= ONE
            left -= ONE
        i -= ONE


@cold
def scale(S: State, a: int) -> None:
    """Decide how many instances there should be."""
    au = S.AU[a]
    st = S.ST[au.station]
    now = S.G[ZERO].now
    tick(S, au.station)
    _account(S, a)
    busy = (st.area_busy - au.seen_busy) / au.every
    au.seen_busy = st.area_busy
    wanted = np.int64(math.ceil(busy / (st.workers * au.target) - _ALMOST))
    wanted = min(max(wanted, au.least), au.most)
    if wanted > au.force + au.starting:
        _add(S, a, wanted - au.force - au.starting)
    elif wanted < au.force:
        _remove(S, a, au.force - wanted)
    push(S, now + au.every, E_CLOCK, (a << I_BITS) | K_SCALE)


@cold
def begin_to_serve(S: State, i: int) -> None:
    """An added instance has started."""
    instance = S.IN[i]
    a = NONE
    for k in range(S.AU.shape[0]):
        if S.AU[k].station == instance.station:
            a = np.int64(k)
    _account(S, a)
    au = S.AU[a]
    au.starting -= ONE
    au.force += ONE
    instance.out = ZERO
    if instance.down == ZERO:
        come_up(S, i)
