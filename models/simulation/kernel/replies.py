"""Asynchronous requests and their replies: who waits, how a reply comes back, what it finds when it does.

An instruction OP_ASK publishes a request and names a row of `S.AS`. Where the reply is awaited the asking frame itself
waits, without a worker; else a PENDING frame stands for the state of the request and runs what the reply sets off.
"""

import numpy as np

from models.simulation.kernel.compiled import cold
from models.simulation.kernel.draws import draw, uniform
from models.simulation.kernel.events import allocate, arm, disarm, join_crowd, leave_crowd, push, release
from models.simulation.kernel.layout import (
    B_SHARED,
    C_ACKNOWLEDGED,
    C_DELIVERED,
    C_DROPPED,
    C_PUBLISHED,
    C_REDELIVERED,
    CRASHED,
    DONE,
    E_MESSAGE,
    E_REACH,
    FAILED,
    INTERPRET,
    LOST,
    MESSAGE,
    NONE,
    ODD_UNNOTICED,
    OFFER,
    OK,
    ONE,
    P_ANSWER,
    P_AWAITING,
    P_REPLYING,
    P_TRANSIT,
    PENDING,
    TIMEOUT,
    TWO,
    ZERO,
    State,
)
from models.simulation.kernel.messages import face_of, on_the_way, publish, settle, store, take_first
from models.simulation.kernel.stations import leave_worker


@cold
def ask(S: State, f: int, a: int) -> int:
    """Send a request whose reply comes later: the asking frame's next state. One that is in a transaction at a store
    keeps its connection, and goes on there."""
    ak = S.AS[a]
    now = S.G[ZERO].now
    fr = S.F[f]
    fr.site = ak.site
    fr.link = ak.link
    fr.attempt = ONE
    fr.permanent = ZERO
    fr.t_call = now
    if ak.awaited == ONE:
        fr.gen += ONE
        if publish(S, f, ak.first, ak.targets, f) == CRASHED:
            fr.child_cause = CRASHED
            return np.int64(FAILED)
        fr.chan = a
        if fr.station == ak.station:
            if fr.holding == ONE:
                leave_worker(S, f)
            if ak.stored == ONE and fr.crowded == ONE:
                leave_crowd(S, fr.inst, f)
        fr.phase = P_AWAITING
        if ak.timer != NONE:
            arm(S, ak.timer, f, now + ak.timeout)
        return np.int64(DONE)
    p = allocate(S, PENDING)
    pending = S.F[p]
    pending.chan = a
    pending.journey = fr.journey
    pending.root = fr.root
    pending.root_life = fr.root_life
    pending.station = ak.station
    pending.inst = fr.inst
    pending.t_start = now
    pending.phase = P_AWAITING
    if fr.inst != NONE:
        pending.attempt = S.IN[fr.inst].life
    came = publish(S, f, ak.first, ak.targets, p)
    if came == CRASHED:
        release(S, p)
        fr.child_cause = CRASHED
        return np.int64(FAILED)
    if fr.root != NONE and S.F[fr.root].life == fr.root_life:
        S.F[fr.root].outstanding += ONE
    if ak.timer != NONE:
        arm(S, ak.timer, p, now + ak.timeout)
    elif came == LOST:
        settle(S, p, ONE)
        release(S, p)
    fr.pc += ONE
    return np.int64(INTERPRET)


@cold
def _is_refused(S: State, a: int, way: int) -> bool:
    """Whether the queue for replies, or the link drawn to it, is down and says so: then who publishes there fails."""
    ak = S.AS[a]
    if ak.direct == ONE:
        return False
    home = S.CH[S.CH[ak.chan].home]
    if home.up == ZERO and home.silent == ZERO:
        return True
    return way % TWO == ONE and S.LK[way // TWO].refused > 0.0


@cold
def _way_back(S: State, link: int, drawn: int) -> float:
    """The time a reply spends on a link, -1 when it is lost: over a link drawn for it, or back over the asking one."""
    if drawn == ONE:
        S.LK[link].calls += ONE
        S.LK[link].attempts += ONE
        face = face_of(S, link)
        return on_the_way(S, link, face)
    lk = S.LK[link]
    if lk.partition > 0.0 or lk.refused > 0.0:
        return -1.0
    if lk.omit_reply > 0.0 and uniform(S, lk.fail_stream) < lk.omit_reply:
        return -1.0
    took = lk.back
    if lk.net != NONE:
        took += draw(S, lk.net, lk.net_stream)
    return np.float64(max(took * lk.slow + lk.add, 0.0))


@cold
def reply(S: State, d: int, progress: int) -> int:
    """Let a consumer answer the request it has worked on, or tell that it works on it: OK, or CRASHED when the queue
    for replies refuses it."""
    delivery = S.F[d]
    entry = delivery.entry
    a = S.TG[entry].ask
    way = S.SC[S.TG[entry].ways + delivery.consumer - S.CH[S.CN[delivery.consumer].chan].first]
    if _is_refused(S, a, way):
        S.LK[way // TWO].calls += way % TWO
        S.LK[way // TWO].attempts += way % TWO
        return np.int64(CRASHED)
    took = _way_back(S, way // TWO, way % TWO)
    if S.AS[a].direct == ZERO and S.CH[S.CH[S.AS[a].chan].home].up == ZERO:
        took = -1.0
    m = allocate(S, MESSAGE)
    message = S.F[m]
    message.chan = S.AS[a].chan
    message.site = a
    message.journey = delivery.journey
    message.root = NONE
    message.pending = progress
    message.asked = delivery.asked
    message.asked_gen = delivery.asked_gen
    message.t_start = S.G[ZERO].now
    message.wrong = delivery.wrong
    if delivery.odd_station == ODD_UNNOTICED:
        message.wrong = ONE
    message.b_work = delivery.b_work
    message.b_back = delivery.b_back
    message.b_net = delivery.b_net + max(took, 0.0)
    if took < 0.0:
        _lose(S, m)
        return np.int64(OK)
    message.phase = P_REPLYING
    message.key = push(S, S.G[ZERO].now + took, E_MESSAGE, m)
    return np.int64(OK)


@cold
def _lose(S: State, m: int) -> None:
    """A reply is lost: whoever waits learns of it by its timeout; what waits without one is over."""
    message = S.F[m]
    p = message.asked
    waits = S.F[p].gen == message.asked_gen and S.F[p].kind == PENDING
    if waits and message.pending == ZERO and S.F[p].timer == NONE:
        settle(S, p, ONE)
        release(S, p)
    release(S, m)


@cold
def _instance_for(S: State, p: int) -> int:
    """The instance that can take the reply for a frame that waits; -1 when none can now, -2 when none ever will.

    Any that is up where the state of the request is stored, else the one that asked, unless it has died since.
    """
    fr = S.F[p]
    ak = S.AS[fr.chan]
    if ak.stored == ZERO:
        i = fr.inst
        if fr.kind == PENDING and (S.IN[i].up == ZERO or S.IN[i].life != fr.attempt):
            return np.int64(-2)
        return np.int64(i)
    st = S.ST[ak.station]
    lk = S.LK[ak.link]
    for k in range(st.instances):
        n = (lk.turn + k) % st.instances
        if S.IN[st.first + n].up == ONE:
            lk.turn = n + ONE
            return np.int64(st.first + n)
    return np.int64(NONE)


@cold
def _count(S: State, m: int, what: int) -> None:
    S.CE[S.CH[S.F[m].chan].home, S.F[m].epoch, what] += ONE


@cold
def _drop(S: State, m: int) -> None:
    _count(S, m, C_DROPPED)
    _lose(S, m)


@cold
def _hand_over(S: State, m: int) -> None:
    """Send a reply from its queue to who takes it; keep it while none can."""
    message = S.F[m]
    p = message.asked
    ak = S.AS[message.site]
    c = message.chan
    message.inst = NONE
    if ak.drawn == ONE and S.LK[ak.way].partition + S.LK[ak.way].refused > 0.0:
        store(S, m, ZERO)
        return
    if S.F[p].gen == message.asked_gen and ak.station != NONE:
        i = _instance_for(S, p)
        if ak.direct == ZERO and (i == NONE or S.CH[S.CH[c].home].up == ZERO):
            store(S, m, ZERO)
            return
        if i < ZERO:
            _drop(S, m)
            return
        message.inst = i
    home = S.CH[S.CH[c].home]
    home.ages += ONE
    if message.phase != P_REPLYING:
        home.sum_age += S.G[ZERO].now - message.t_wait
    _count(S, m, C_DELIVERED)
    took = 0.0
    if ak.way != NONE:
        took = _way_back(S, ak.way, ak.drawn)
        if took < 0.0:
            _drop(S, m)
            return
    message.b_net += took
    message.phase = P_ANSWER
    message.key = push(S, S.G[ZERO].now + took, E_MESSAGE, m)


@cold
def flush_replies(S: State, s: int) -> None:
    """An instance of a service has come up: replies that found none are taken."""
    for a in range(S.AS.shape[0]):
        c = S.AS[a].chan
        if S.AS[a].station == s and S.CH[S.CH[c].home].up == ONE:
            for _ in range(S.CH[c].n):
                _hand_over(S, take_first(S, c))


@cold
def flush_link(S: State, link: int) -> None:
    """A link is whole again, or no longer is: the replies that waited for it are taken."""
    for a in range(S.AS.shape[0]):
        c = S.AS[a].chan
        if S.AS[a].drawn == ONE and S.AS[a].way == link and S.CH[S.CH[c].home].up == ONE:
            for _ in range(S.CH[c].n):
                _hand_over(S, take_first(S, c))


@cold
def flush_channel(S: State, c: int) -> None:
    """A queue is back: the replies in it are taken."""
    for a in range(S.AS.shape[0]):
        row = S.AS[a].chan
        if S.CH[row].home == c:
            for _ in range(S.CH[row].n):
                _hand_over(S, take_first(S, row))


@cold
def reach_asker(S: State, m: int) -> int:
    """A reply has come to its queue, or to who asked: the frame that goes on, or -1."""
    message = S.F[m]
    now = S.G[ZERO].now
    if message.phase == P_REPLYING:
        if S.CH[S.CH[message.chan].home].up == ZERO:
            _lose(S, m)
            return np.int64(NONE)
        message.epoch = S.G[ZERO].epoch
        message.t_sent = now
        _count(S, m, C_PUBLISHED)
        _hand_over(S, m)
        return np.int64(NONE)
    p = message.asked
    fr = S.F[p]
    ak = S.AS[message.site]
    if fr.gen == message.asked_gen and message.inst != NONE and S.IN[message.inst].up == ZERO:
        if ak.stored == ONE and ak.direct == ZERO:
            message.t_wait = now
            _count(S, m, C_REDELIVERED)
            _hand_over(S, m)
        else:
            _drop(S, m)
        return np.int64(NONE)
    _count(S, m, C_ACKNOWLEDGED)
    if fr.gen != message.asked_gen:
        release(S, m)
        return np.int64(NONE)
    if message.pending == ONE:
        if fr.timer != NONE:
            disarm(S, p)
            arm(S, ak.timer, p, now + ak.timeout)
        release(S, m)
        return np.int64(NONE)
    disarm(S, p)
    fr.gen += ONE
    fr.wrong |= message.wrong
    if fr.kind == PENDING:
        if ak.body == NONE:
            end_pending(S, p)
            p = NONE
        else:
            fr.pc = ak.body
            fr.inst = message.inst
            fr.consumer = ZERO
        release(S, m)
        return np.int64(p)
    passed = now - fr.t_call
    fr.b_work += message.b_work
    fr.b_back += message.b_back
    fr.b_net += message.b_net
    fr.b_wait += passed - message.b_work - message.b_back - message.b_net
    S.LK[fr.link].answered += ONE
    S.LK[fr.link].sum_ms += passed
    if ak.stored == ONE and message.inst != NONE and fr.station == ak.station:
        fr.inst = message.inst
        st = S.ST[fr.station]
        if st.tracked == ONE and st.balancing != B_SHARED:
            join_crowd(S, fr.inst, p)
    fr.pc += ONE
    release(S, m)
    return np.int64(p)


@cold
def gave_up(S: State, p: int) -> int:
    """The time to wait for a reply is over: the next state of the frame that waited."""
    fr = S.F[p]
    ak = S.AS[fr.chan]
    S.LK[ak.link].timeouts += ONE
    fr.gen += ONE
    if fr.kind != PENDING:
        fr.child_cause = TIMEOUT
        fr.b_wait += S.G[ZERO].now - fr.t_call
        if ak.stored == ONE and fr.station != NONE and fr.station == ak.station:
            i = _instance_for(S, p)
            if i >= ZERO:
                fr.inst = i
                if S.ST[fr.station].tracked == ONE and S.ST[fr.station].balancing != B_SHARED:
                    join_crowd(S, i, p)
        return np.int64(FAILED)
    fr.cause = TIMEOUT
    i = NONE
    if ak.repair != NONE and ak.station != NONE:
        i = _instance_for(S, p)
    if ak.repair == NONE or (ak.station != NONE and i < ZERO):
        end_pending(S, p)
        return np.int64(DONE)
    fr.pc = ak.repair
    fr.inst = i
    fr.consumer = ZERO
    return np.int64(OFFER)


@cold
def end_pending(S: State, p: int) -> None:
    """What a reply set off has happened, or has failed."""
    fr = S.F[p]
    if fr.root != NONE and S.F[fr.root].life == fr.root_life:
        S.F[fr.root].wrong |= fr.wrong
    settle(S, p, ONE if fr.cause != OK else ZERO)
    release(S, p)


@cold
def kill_pending(S: State, p: int) -> None:
    """The instance that worked on what a reply set off has died: another takes it where the state is stored."""
    fr = S.F[p]
    ak = S.AS[fr.chan]
    fr.key = ZERO
    if ak.stored == ONE and ak.direct == ZERO and fr.cause == OK:
        i = _instance_for(S, p)
        if i >= ZERO:
            fr.pc = ak.body
            fr.inst = i
            fr.phase = P_TRANSIT
            fr.key = push(S, S.G[ZERO].now, E_REACH, p)
            return
    fr.cause = CRASHED
    end_pending(S, p)
