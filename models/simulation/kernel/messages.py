"""Messages: publishing, channels, competing consumers, acknowledgement, redelivery, dead letters, completion."""

import numpy as np

from models.simulation.kernel.compiled import cold
from models.simulation.kernel.draws import draw, uniform
from models.simulation.kernel.events import allocate, arm, disarm, push, release
from models.simulation.kernel.layout import (
    C_ACKNOWLEDGED,
    C_DEAD_LETTERED,
    C_DELIVERED,
    C_DROPPED,
    C_DUPLICATES,
    C_PUBLISHED,
    C_REDELIVERED,
    CALLEE,
    E_DISPATCH,
    E_MESSAGE,
    E_REACH,
    LOST,
    MESSAGE,
    NONE,
    ODD_DELAY,
    ODD_LATE,
    ODD_LOST,
    ODD_NOTICED,
    ODD_REFUSED,
    ODD_UNNOTICED,
    OK,
    ONE,
    P_ENDED,
    P_STORED,
    P_TRANSIT,
    ZERO,
    State,
)
from models.simulation.kernel.observe import record_completion, tick_channel
from models.simulation.kernel.stations import odd_face


@cold
def _face_of(S: State, lk_index: int) -> int:
    lk = S.LK[lk_index]
    if lk.odd > 0.0:
        return odd_face(S, lk.odd, lk.fail_stream)
    return np.int64(ZERO)


@cold
def on_the_way(S: State, lk_index: int, face: int) -> float:
    """The time a message spends on a link, or -1 when it is lost, or when an arbitrary failure loses it."""
    lk = S.LK[lk_index]
    if face in (ODD_REFUSED, ODD_LOST):
        return -1.0
    if lk.faulty == ONE:
        if lk.partition > 0.0:
            return -1.0
        if lk.omit_request > 0.0 and uniform(S, lk.fail_stream) < lk.omit_request:
            return -1.0
    took = lk.out
    if lk.net != NONE:
        took += draw(S, lk.net, lk.net_stream)
    took = max(took * lk.slow + lk.add, 0.0)
    if face == ODD_LATE:
        took *= ODD_DELAY + 1.0
    return np.float64(took)


@cold
def publish(S: State, f: int, first: int, n: int) -> None:
    """Publish one message to `n` channels (one, or one per subscription of a topic); the publisher goes on at once."""
    fr = S.F[f]
    link = S.TG[first].link
    S.LK[link].calls += ONE
    S.LK[link].attempts += ONE
    face = _face_of(S, link)
    if face == ODD_NOTICED:
        face = ODD_LOST
    took = on_the_way(S, link, face)
    waiting = fr.root != NONE and S.F[fr.root].life == fr.root_life
    if took < 0.0:
        if waiting:
            S.F[fr.root].lost = ONE
        return
    now = S.G[ZERO].now
    for k in range(n):
        m = allocate(S, MESSAGE)
        message = S.F[m]
        message.entry = first + k
        message.chan = S.TG[first + k].chan
        message.journey = fr.journey
        message.root = fr.root
        message.root_life = fr.root_life
        message.phase = P_TRANSIT
        message.t_start = now
        message.wrong = ONE if face == ODD_UNNOTICED else fr.wrong
        if waiting:
            S.F[fr.root].outstanding += ONE
        message.key = push(S, now + took, E_MESSAGE, m)


@cold
def _store(S: State, m: int, at_head: int) -> None:
    message = S.F[m]
    c = message.chan
    ch = S.CH[c]
    tick_channel(S, c)
    message.phase = P_STORED
    message.t_wait = S.G[ZERO].now
    if at_head == ONE and ch.head != NONE:
        message.prev = NONE
        message.next = ch.head
        S.F[ch.head].prev = m
        ch.head = m
    else:
        message.next = NONE
        message.prev = ch.tail
        if ch.tail == NONE:
            ch.head = m
        else:
            S.F[ch.tail].next = m
        ch.tail = m
    ch.n += ONE
    if ch.n > ch.max_depth:
        ch.max_depth = ch.n


@cold
def look_for_consumer(S: State, c: int) -> None:
    """See, within the present moment, whether a channel can deliver."""
    ch = S.CH[c]
    if ch.n > ZERO and ch.dispatching == ZERO and ch.consumers > ZERO:
        ch.dispatching = ONE
        push(S, S.G[ZERO].now, E_DISPATCH, c)


@cold
def settle(S: State, m: int, lost: int) -> None:
    """One consequence of a journey has happened, or never will."""
    message = S.F[m]
    r = message.root
    message.root = NONE
    if r == NONE or S.F[r].life != message.root_life:
        return
    root = S.F[r]
    root.outstanding -= ONE
    if lost == ONE:
        root.lost = ONE
    if root.phase == P_ENDED and root.outstanding == ZERO:
        record_completion(S, r)
        release(S, r)


@cold
def reach_channel(S: State, m: int) -> None:
    """A published message has reached its channel."""
    message = S.F[m]
    c = message.chan
    ch = S.CH[c]
    message.epoch = S.G[ZERO].epoch
    S.CE[c, message.epoch, C_PUBLISHED] += ONE
    if ch.max_length >= ZERO and ch.n >= ch.max_length:
        S.CE[c, message.epoch, C_DROPPED] += ONE
        settle(S, m, ONE)
        release(S, m)
        return
    _store(S, m, ZERO)
    look_for_consumer(S, c)


@cold
def poison(S: State, c: int) -> None:
    """A message that no journey sent, and that kills the instance which works on it, enters a channel."""
    m = allocate(S, MESSAGE)
    message = S.F[m]
    message.entry = NONE
    message.chan = c
    message.journey = ZERO
    message.root = NONE
    message.root_life = ZERO
    message.t_start = S.G[ZERO].now
    reach_channel(S, m)


@cold
def _consumer_with_a_slot(S: State, c: int) -> int:
    """consumer * 2^20 + instance number, or -1."""
    ch = S.CH[c]
    for k in range(ch.consumers):
        n = ch.first + (ch.turn + k) % ch.consumers
        cn = S.CN[n]
        st = S.ST[cn.station]
        if st.faulty == ONE and st.partition > 0.0:
            continue
        for h in range(st.instances):
            i = (cn.turn + h) % st.instances
            instance = S.IN[st.first + i]
            if instance.up == ONE and (cn.slots < ZERO or S.SL[cn.slot_first + i] < cn.slots):
                cn.turn = (i + ONE) % st.instances
                ch.turn = (ch.turn + k + ONE) % ch.consumers
                return np.int64(n * np.int64(1 << 20) + i)
    return np.int64(NONE)


@cold
def dispatch(S: State, c: int) -> None:
    """Deliver the message at the head of a channel, if a consumer has a free slot; then look for the next."""
    ch = S.CH[c]
    ch.dispatching = ZERO
    if ch.n == ZERO:
        return
    found = _consumer_with_a_slot(S, c)
    if found == NONE:
        return
    n = found >> np.int64(20)
    i = found & np.int64((1 << 20) - 1)
    cn = S.CN[n]
    now = S.G[ZERO].now
    tick_channel(S, c)
    m = ch.head
    message = S.F[m]
    ch.head = message.next
    if ch.head == NONE:
        ch.tail = NONE
    else:
        S.F[ch.head].prev = NONE
    ch.n -= ONE
    S.CE[c, message.epoch, C_DELIVERED] += ONE
    ch.ages += ONE
    ch.sum_age += now - message.t_wait
    lk = S.LK[cn.link]
    came_by = S.TG[message.entry].link if message.entry != NONE else NONE
    if ch.first != NONE and cn.link != came_by:
        lk.calls += ONE
        lk.attempts += ONE
    message.phase = P_TRANSIT
    message.attempt += ONE
    message.consumer = n
    message.gen += ONE
    if cn.timer != NONE:
        arm(S, cn.timer, m, now + cn.visibility)
    took = 0.0
    face = ZERO
    if cn.link != came_by:
        face = _face_of(S, cn.link)
        took = on_the_way(S, cn.link, face)
    if took >= 0.0:
        S.SL[cn.slot_first + i] += ONE
        d = allocate(S, CALLEE)
        delivery = S.F[d]
        delivery.parent = m
        delivery.parent_gen = message.gen
        delivery.consumer = n
        delivery.station = cn.station
        delivery.inst = S.ST[cn.station].first + i
        delivery.via = cn.link
        if message.entry == NONE:
            delivery.pc = cn.poison_code
        elif S.TG[message.entry].chan == c:
            delivery.pc = S.SC[S.TG[message.entry].codes + n - ch.first]
        else:
            delivery.pc = cn.code
        delivery.wrong = message.wrong
        if face == ODD_UNNOTICED:
            delivery.wrong = ONE
        delivery.odd_link = face
        delivery.epoch = message.epoch
        delivery.journey = message.journey
        delivery.root = message.root
        delivery.root_life = message.root_life
        delivery.t_start = now
        delivery.phase = P_TRANSIT
        delivery.key = push(S, now + took, E_REACH, d)
    look_for_consumer(S, c)


@cold
def free_slot(S: State, d: int) -> None:
    """A delivery has ended: its slot can take the next message."""
    delivery = S.F[d]
    cn = S.CN[delivery.consumer]
    S.SL[cn.slot_first + delivery.inst - S.ST[cn.station].first] -= ONE
    look_for_consumer(S, cn.chan)


@cold
def return_message(S: State, m: int) -> None:
    """A delivery did not end well: deliver again, put it aside, or drop it."""
    message = S.F[m]
    c = message.chan
    cn = S.CN[message.consumer]
    if cn.once == ONE:
        S.CE[c, message.epoch, C_DROPPED] += ONE
        settle(S, m, ONE)
        release(S, m)
        return
    if cn.max_deliveries < ZERO or message.attempt < cn.max_deliveries:
        S.CE[c, message.epoch, C_REDELIVERED] += ONE
        _store(S, m, ONE)
        look_for_consumer(S, c)
        return
    settle(S, m, ONE)
    letters = cn.dead_letter
    if letters == NONE:
        S.CE[c, message.epoch, C_DROPPED] += ONE
        release(S, m)
        return
    S.CE[c, message.epoch, C_DEAD_LETTERED] += ONE
    message.chan = letters
    message.attempt = ZERO
    S.CE[letters, message.epoch, C_PUBLISHED] += ONE
    _store(S, m, ZERO)
    look_for_consumer(S, letters)


@cold
def acknowledge(S: State, d: int) -> None:
    """A consumer is through with a delivery; without an answer when the message went to another one meanwhile."""
    delivery = S.F[d]
    m = delivery.parent
    message = S.F[m]
    free_slot(S, d)
    c = S.CN[delivery.consumer].chan
    if message.gen != delivery.parent_gen:
        S.CE[c, delivery.epoch, C_DUPLICATES] += ONE
        release(S, d)
        return
    disarm(S, m)
    message.gen += ONE
    failed = delivery.cause != OK
    if message.root != NONE and S.F[message.root].life == message.root_life:
        S.F[message.root].wrong |= delivery.wrong
    release(S, d)
    if failed:
        return_message(S, m)
    else:
        S.CE[c, message.epoch, C_ACKNOWLEDGED] += ONE
        settle(S, m, ZERO)
        release(S, m)


@cold
def lose_acknowledgement(S: State, d: int) -> None:
    """A consumer is through, but the broker does not hear of it: the message is delivered again in its time, at once
    where the broker notices a lost connection."""
    delivery = S.F[d]
    if S.CN[delivery.consumer].visible_at_once == ONE:
        delivery.cause = LOST
        acknowledge(S, d)
        return
    free_slot(S, d)
    release(S, d)


@cold
def visible_again(S: State, m: int) -> None:
    """The time a consumer had for a message is up."""
    S.F[m].gen += ONE
    return_message(S, m)
