"""Faults as they begin and end: instances going down and coming back, stations and links misbehaving."""

from models.simulation.kernel.calls import break_calls, next_connection
from models.simulation.kernel.compiled import cold
from models.simulation.kernel.events import disarm, push, release, unlink
from models.simulation.kernel.layout import (
    B_SHARED,
    BRANCH,
    CALLEE,
    CRASHED,
    E_INSTANCE,
    E_REPLY,
    E_RETRY,
    F_CHANNEL_DOWN,
    F_CHANNEL_UP,
    F_CLIENT_DOWN,
    F_CLIENT_UP,
    F_DOWN,
    F_INSTANCE,
    F_LEAVE_ROTATION,
    F_POISON,
    F_REPLAY,
    F_RESET,
    F_STATION,
    F_UP,
    F_USERS,
    I_BITS,
    I_DIE,
    I_LEAVE_ROTATION,
    I_MASK,
    I_RESTART,
    NONE,
    ONE,
    P_AWAITING,
    P_BACKOFF,
    P_CALLING,
    P_ENDED,
    P_FREE,
    P_GONE,
    P_JOINING,
    P_POOLED,
    P_QUEUED,
    P_QUEUED_AGAIN,
    P_REPLYING,
    P_SHARING,
    P_WORKING,
    PENDING,
    READER,
    ROOT,
    ZERO,
    State,
)
from models.simulation.kernel.loads import change_size
from models.simulation.kernel.messages import (
    change_channel,
    free_slot,
    look_for_consumer,
    lose_ahead,
    poison,
    replay,
    return_message,
)
from models.simulation.kernel.observe import tick
from models.simulation.kernel.polling import read_again
from models.simulation.kernel.replies import flush_channel, flush_link, flush_replies, kill_pending
from models.simulation.kernel.sharing import first_done, stop_sharing
from models.simulation.kernel.stations import free_worker, give_to_next


@cold
def _kill(S: State, f: int, silent: int) -> None:
    g = S.G[ZERO]
    fr = S.F[f]
    st = S.ST[fr.station]
    fr.crowded = ZERO
    if fr.phase in (P_QUEUED, P_QUEUED_AGAIN):
        unlink(S, S.IN[fr.inst].queue, f)
        tick(S, fr.station)
        st.queued -= ONE
        wait = g.now - fr.t_wait
        fr.b_wait += wait
        st.lost_wait += wait
    elif fr.phase == P_POOLED:
        unlink(S, S.LK[fr.link].pool_queue, f)
        fr.b_wait += g.now - fr.t_wait
    elif fr.phase == P_JOINING:
        fr.b_wait += g.now - fr.t_wait
    elif fr.phase == P_AWAITING:
        fr.b_wait += g.now - fr.t_call
    elif fr.phase == P_BACKOFF:
        fr.b_back -= fr.until - g.now
        S.LK[fr.link].backoff_ms -= fr.until - g.now
    elif fr.phase == P_CALLING:
        fr.b_wait += g.now - fr.t_wait
        S.LK[fr.link].in_use -= ONE
        if S.LK[fr.link].pool >= ZERO:
            next_connection(S, fr.link)
    elif fr.phase == P_WORKING:
        fr.own_work -= fr.until - g.now
        fr.b_work -= fr.until - g.now
    elif fr.phase == P_SHARING:
        left = stop_sharing(S, f)
        fr.own_work -= left
        fr.b_work -= left
    disarm(S, f)
    if fr.holding == ONE:
        free_worker(S, fr.station, fr.inst)
        fr.holding = ZERO
    st.wasted += fr.own_work
    if fr.kind != BRANCH:
        st.lost_stay += g.now - fr.t_start
    fr.gen += ONE
    fr.key = ZERO
    g.abandoned = ONE
    if fr.kind == PENDING:
        kill_pending(S, f)
        return
    if fr.kind == BRANCH:
        if S.F[fr.parent].inst == fr.inst or S.F[fr.parent].gen != fr.parent_gen:
            release(S, f)
            return
        fr.cause = CRASHED
        fr.phase = P_GONE
        fr.key = push(S, g.now, E_RETRY, f)
        return
    if fr.consumer == READER:
        read_again(S, f)
        return
    if fr.consumer != NONE:
        free_slot(S, f)
        m = fr.parent
        cn = S.CN[fr.consumer]
        ours = S.F[m].gen == fr.parent_gen
        release(S, f)
        if ours and (cn.visible_at_once == ONE or cn.once == ONE):
            disarm(S, m)
            S.F[m].gen += ONE
            return_message(S, m)
        return
    if silent == ONE:
        release(S, f)
        return
    fr.cause = CRASHED
    fr.phase = P_REPLYING
    fr.key = push(S, g.now, E_REPLY, f)


@cold
def _go_down(S: State, i: int, silent: int) -> None:
    instance = S.IN[i]
    s = instance.station
    instance.up = ZERO
    instance.silent = silent
    instance.life += ONE
    lose_ahead(S, i)
    f = instance.crowd
    while f != NONE:
        after = S.F[f].crowd_next
        _kill(S, f, silent)
        f = after
    instance.crowd = NONE
    for n in range(S.CN.shape[0]):
        if S.CN[n].station == s and S.CH[S.CN[n].chan].lane == ONE:
            look_for_consumer(S, S.CN[n].chan)
    st = S.ST[s]
    if st.balancing != B_SHARED:
        return
    for k in range(st.instances):
        if S.IN[st.first + k].up == ONE:
            return
    while S.Q[instance.queue].n > ZERO:
        _kill(S, S.Q[instance.queue].head, silent)


@cold
def come_up(S: State, i: int) -> None:
    """An instance serves, again or for the first time, unless there is one less of them meanwhile."""
    instance = S.IN[i]
    if instance.out != ZERO:
        return
    s = instance.station
    st = S.ST[s]
    instance.up = ONE
    instance.in_rotation = ONE
    while S.Q[instance.queue].n > ZERO and (st.workers < ZERO or instance.busy < st.workers):
        tick(S, s)
        st.busy += ONE
        instance.busy += ONE
        give_to_next(S, s, i)
    for n in range(S.CN.shape[0]):
        if S.CN[n].station == s:
            look_for_consumer(S, S.CN[n].chan)
    flush_replies(S, s)


@cold
def _count_kill(S: State, s: int) -> None:
    """An instance has died of a message: note it, and when for the first time none is left."""
    st = S.ST[s]
    st.killed += ONE
    up = ZERO
    for i in range(st.first, st.first + st.instances):
        up += S.IN[i].up
    if up == ZERO and st.all_down < 0.0:
        st.all_down = S.G[ZERO].now


@cold
def change_instance(S: State, slot: int, key: int) -> None:
    """An instance dies of what it works on, is taken out of rotation, or has started again."""
    i = slot >> I_BITS
    what = slot & I_MASK
    now = S.G[ZERO].now
    instance = S.IN[i]
    if what == I_DIE:
        if instance.up == ONE:
            st = S.ST[instance.station]
            _go_down(S, i, ZERO)
            _count_kill(S, instance.station)
            instance.restart = push(S, now + st.startup, E_INSTANCE, (i << I_BITS) | I_RESTART)
            if st.noticed < st.startup:
                push(S, now + st.noticed, E_INSTANCE, (i << I_BITS) | I_LEAVE_ROTATION)
    elif what == I_RESTART:
        if instance.restart == key:
            instance.restart = ZERO
            come_up(S, i)
    elif what == I_LEAVE_ROTATION:
        if instance.up == ZERO:
            instance.in_rotation = ZERO
    elif instance.share_key == key:
        first_done(S, i)


@cold
def _lose_journeys(S: State, j: int) -> None:
    """A client has crashed: its journeys in flight are lost, and what it was doing for them stops."""
    g = S.G[ZERO]
    for f in range(S.F.shape[0]):
        fr = S.F[f]
        mine = fr.kind == ROOT or fr.kind == BRANCH or (fr.kind == CALLEE and fr.consumer == NONE)
        if not mine or fr.phase == P_FREE or fr.phase == P_ENDED or fr.journey != j or fr.station != NONE:
            continue
        if fr.phase == P_POOLED:
            unlink(S, S.LK[fr.link].pool_queue, f)
        elif fr.phase == P_BACKOFF:
            S.LK[fr.link].backoff_ms -= fr.until - g.now
        elif fr.phase == P_CALLING:
            S.LK[fr.link].in_use -= ONE
            if S.LK[fr.link].pool >= ZERO:
                next_connection(S, fr.link)
        disarm(S, f)
        fr.gen += ONE
        fr.key = ZERO
        g.abandoned = ONE
        if fr.kind != ROOT:
            release(S, f)
            continue
        fr.cause = CRASHED
        fr.phase = P_GONE
        fr.key = push(S, g.now, E_RETRY, f)


@cold
def _change_other(S: State, k: int) -> None:
    """A fault of a channel, a link or a client, or a change of load, begins or ends."""
    what = S.CG[k]
    if what.what == F_CHANNEL_DOWN:
        change_channel(S, what.target, ZERO, what.silent)
    elif what.what == F_CHANNEL_UP:
        change_channel(S, what.target, ONE, ZERO)
        flush_channel(S, what.target)
    elif what.what == F_REPLAY:
        replay(S, what.target)
    elif what.what == F_RESET:
        break_calls(S, what.target)
    elif what.what == F_CLIENT_DOWN:
        S.JO[what.target].crashed = ONE
        S.JO[what.target].back_at = what.amount
        _lose_journeys(S, what.target)
    elif what.what == F_CLIENT_UP:
        S.JO[what.target].crashed = ZERO
    elif what.what == F_USERS:
        change_size(S, what.target, what.amount)


@cold
def look_at_station(S: State, s: int) -> None:
    """Note whether a station is one instance that serves one request after the other, whatever happens."""
    st = S.ST[s]
    odd = st.instances != ONE or st.sharing == ONE or st.tracked == ONE or st.queue_limit >= ZERO
    disturbed = st.faulty == ONE or st.uneven == ONE or st.slow != 1.0 or st.add != 0.0
    st.simple = ZERO if odd or disturbed else ONE


@cold
def look_at_link(S: State, i: int) -> None:
    """Note whether a link does anything but lead on: guard its calls, or bear on what passes over it."""
    lk = S.LK[i]
    bounded = lk.timer != NONE or lk.bulkhead >= ZERO or lk.pool >= ZERO
    lk.guarded = ONE if bounded or lk.budgeted == ONE or lk.breaker == ONE or lk.hedge == ONE else ZERO
    disturbed = lk.plain == ZERO or lk.faulty == ONE or lk.odd > 0.0 or lk.add > 0.0
    lk.clear = ZERO if disturbed or lk.hedge == ONE or lk.propagates == ONE else ONE


@cold
def change(S: State, k: int) -> None:
    """Let one fault begin or end; what several faults together do to a target was worked out beforehand."""
    what = S.CG[k]
    if what.what >= F_CHANNEL_DOWN:
        _change_other(S, k)
        return
    if what.what == F_DOWN:
        S.IN[what.target].restart = ZERO
        S.IN[what.target].down = ONE
        _go_down(S, what.target, what.silent)
        return
    if what.what == F_UP:
        S.IN[what.target].down = ZERO
        if S.IN[what.target].restart == ZERO:
            come_up(S, what.target)
        return
    if what.what == F_POISON:
        poison(S, what.target, what.silent)
        return
    if what.what == F_LEAVE_ROTATION:
        if S.IN[what.target].up == ZERO:
            S.IN[what.target].in_rotation = ZERO
        return
    now = S.FA[k]
    if what.what == F_INSTANCE:
        S.IN[what.target].slow = now.slow
        S.IN[what.target].add = now.add
        return
    if what.what == F_STATION:
        st = S.ST[what.target]
        st.slow = now.slow
        st.add = now.add
        st.omit_request = now.omit_request
        st.omit_reply = now.omit_reply
        st.wrong = now.wrong
        st.detected = now.detected
        st.permanent = now.permanent
        st.partition = now.partition
        st.odd = now.odd
        st.availability = now.availability
        st.faulty = now.faulty
        look_at_station(S, what.target)
        if st.partition == 0.0:
            for n in range(S.CN.shape[0]):
                if S.CN[n].station == what.target:
                    look_for_consumer(S, S.CN[n].chan)
        return
    lk = S.LK[what.target]
    lk.slow = now.slow
    lk.add = now.add
    lk.omit_request = now.omit_request
    lk.omit_reply = now.omit_reply
    lk.wrong = now.wrong
    lk.detected = now.detected
    lk.permanent = now.permanent
    lk.partition = now.partition
    lk.odd = now.odd
    lk.refused = now.refused
    lk.faulty = now.faulty
    lk.plain = now.plain
    look_at_link(S, what.target)
    for n in range(S.CN.shape[0]):
        if S.CN[n].link == what.target:
            look_for_consumer(S, S.CN[n].chan)
    flush_link(S, what.target)
