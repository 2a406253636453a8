"""Messages: publishing, channels, competing consumers, acknowledgement, redelivery, dead letters, completion.

What takes no time needs no event of its own where nothing else happens at the same moment: a message sent over a link
without a network is in its channel before its publisher goes on, and a consumer begins as soon as it is handed over.
"""

import numpy as np

from models.simulation.kernel.compiled import cold, hot
from models.simulation.kernel.draws import draw, uniform, uniform_of
from models.simulation.kernel.events import allocate, append, arm, disarm, is_last, make_ready, push, release, unlink
from models.simulation.kernel.layout import (
    AGAIN_MS,
    C_ACKNOWLEDGED,
    C_DEAD_LETTERED,
    C_DELIVERED,
    C_DROPPED,
    C_DUPLICATES,
    C_PUBLISHED,
    C_REDELIVERED,
    CALLEE,
    CRASHED,
    E_DISPATCH,
    E_MESSAGE,
    E_REACH,
    L_FIRST,
    L_KEY,
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
    P_AHEAD,
    P_ENDED,
    P_KEPT,
    P_STORED,
    P_TRANSIT,
    PENDING,
    ZERO,
    State,
)
from models.simulation.kernel.observe import record_completion, tick_channel
from models.simulation.kernel.stations import odd_face


@hot
def face_of(S: State, lk_index: int) -> int:
    """Which face an arbitrary failure shows to a message on a link; 0 for one that it spares."""
    lk = S.LK[lk_index]
    if lk.odd > 0.0:
        return odd_face(S, lk.odd, lk.fail_stream)
    return np.int64(ZERO)


@hot
def on_the_way(S: State, lk_index: int, face: int) -> float:
    """The time a message spends on a link, or -1 when it is lost, or when an arbitrary failure loses it."""
    if S.LK[lk_index].clear == ONE:
        return 0.0
    return _time_on_the_way(S, lk_index, face)


@cold
def _time_on_the_way(S: State, lk_index: int, face: int) -> float:
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
def _lane_of(S: State, first: int, root_life: int) -> float:
    """Where among the partitions of a topic a message goes, as a share of their number: in turn, by its key, or always
    into the first. A key has one value for each journey instance (an order's number, say), as likely to fall on any
    partition; what belongs to no journey has a value of its own each time."""
    tg = S.TG[first]
    lanes = S.CH[tg.chan].lanes
    if lanes <= ONE or tg.order == L_FIRST:
        return 0.0
    if tg.order == L_KEY:
        if root_life == ZERO:
            return np.float64(uniform(S, tg.order_stream))
        return np.float64(uniform_of(S, tg.key_stream, root_life))
    lk = S.LK[tg.link]
    lk.turn = (lk.turn + ONE) % lanes
    return np.float64((np.float64(lk.turn) + 0.5) / np.float64(lanes))


@cold
def _spread(S: State, f: int, first: int, n: int, took: float, wrong: int, asked: int) -> None:
    """Send a message of a frame on its way: to one channel, or a copy to each subscription of a topic. One that takes
    no time is there at once, unless it may come to grief there, or other things happen at this moment."""
    fr = S.F[f]
    journey, root, root_life = fr.journey, fr.root, fr.root_life
    waiting = root != NONE and S.F[root].life == root_life
    asked_gen = ZERO
    if asked != NONE:
        asked_gen = S.F[asked].gen
    now = S.G[ZERO].now
    share = _lane_of(S, first, root_life)
    for k in range(n):
        m = allocate(S, MESSAGE)
        message = S.F[m]
        chan = S.TG[first + k].chan
        message.entry = first + k
        message.chan = chan
        if S.CH[chan].lanes > ONE:
            message.chan = chan + np.int64(share * np.float64(S.CH[chan].lanes))
        message.journey = journey
        message.root = root
        message.root_life = root_life
        message.phase = P_TRANSIT
        message.t_start = now
        message.wrong = wrong
        message.asked = asked
        message.asked_gen = asked_gen
        message.b_net = took
        if waiting:
            S.F[root].outstanding += ONE
        if took == 0.0 and asked == NONE and _is_open(S, message.chan) and is_last(S):
            _enter(S, m)
        else:
            message.key = push(S, now + took, E_MESSAGE, m)


@cold
def _keep(S: State, f: int, first: int, n: int) -> None:
    """Leave a message in the publisher's outbox, to be sent again until it arrives."""
    fr = S.F[f]
    journey, root, root_life, wrong = fr.journey, fr.root, fr.root_life, fr.wrong
    m = allocate(S, MESSAGE)
    message = S.F[m]
    message.entry = first
    message.pending = n
    message.journey = journey
    message.root = root
    message.root_life = root_life
    message.wrong = wrong
    message.phase = P_KEPT
    message.t_start = S.G[ZERO].now
    if root != NONE and S.F[root].life == root_life:
        S.F[root].outstanding += ONE
    message.key = push(S, S.G[ZERO].now + AGAIN_MS, E_MESSAGE, m)


@cold
def _send_again(S: State, m: int) -> None:
    """Try once more to send what stands in an outbox."""
    message = S.F[m]
    first = message.entry
    link = S.TG[first].link
    lk = S.LK[link]
    lk.attempts += ONE
    face = face_of(S, link)
    took = -1.0
    if S.CH[S.TG[first].chan].up == ONE and lk.refused == 0.0 and face != ODD_NOTICED:
        took = on_the_way(S, link, face)
    if took < 0.0:
        message.key = push(S, S.G[ZERO].now + AGAIN_MS, E_MESSAGE, m)
        return
    wrong = message.wrong
    if face == ODD_UNNOTICED:
        wrong = ONE
    _spread(S, m, first, message.pending, took, wrong, NONE)
    settle(S, m, ZERO)
    release(S, m)


@cold
def publish(S: State, f: int, first: int, n: int, asked: int) -> int:
    """Publish one message to `n` channels (one, or one per subscription of a topic): OK, LOST on the way (which the
    publisher does not know), or CRASHED when the channel refuses it. The publisher goes on at once. `asked` waits for
    the reply, if anyone does."""
    fr = S.F[f]
    link = S.TG[first].link
    lk = S.LK[link]
    lk.calls += ONE
    lk.attempts += ONE
    ch = S.CH[S.TG[first].chan]
    took = -1.0
    face = ZERO
    if ch.up == ONE and lk.refused == 0.0:
        face = face_of(S, link)
        if face == ODD_NOTICED:
            face = ODD_LOST
        took = on_the_way(S, link, face)
    elif lk.outbox == ZERO and (lk.refused > 0.0 or ch.silent == ZERO):
        return np.int64(CRASHED)
    if took >= 0.0:
        wrong = fr.wrong
        if face == ODD_UNNOTICED:
            wrong = ONE
        _spread(S, f, first, n, took, wrong, asked)
    elif lk.outbox == ONE:
        _keep(S, f, first, n)
    else:
        if fr.root != NONE and S.F[fr.root].life == fr.root_life:
            S.F[fr.root].lost = ONE
        return np.int64(LOST)
    return np.int64(OK)


@cold
def store(S: State, m: int, at_head: int) -> None:
    """Let a message wait in its channel."""
    message = S.F[m]
    c = message.chan
    ch = S.CH[c]
    tick_channel(S, ch.home)
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
    home = S.CH[ch.home]
    home.depth += ONE
    if home.depth > home.max_depth:
        home.max_depth = home.depth
    if ch.ttl < np.inf and (at_head == ONE or ch.expiry_key == ZERO):
        _expire_later(S, c)


@cold
def take_first(S: State, c: int) -> int:
    """Take the message at the head out of a channel that has one."""
    ch = S.CH[c]
    tick_channel(S, ch.home)
    m = ch.head
    message = S.F[m]
    ch.head = message.next
    if ch.head == NONE:
        ch.tail = NONE
    else:
        S.F[ch.head].prev = NONE
    ch.n -= ONE
    S.CH[ch.home].depth -= ONE
    return np.int64(m)


@cold
def _expire_later(S: State, c: int) -> None:
    ch = S.CH[c]
    at = max(S.F[ch.head].t_sent + ch.ttl, S.G[ZERO].now)
    ch.expiry_key = push(S, at, E_DISPATCH, S.G[ZERO].n_channels + c)


@cold
def expire(S: State, c: int, key: int) -> None:
    """Put aside, or drop, what has been waiting longer than its channel keeps messages. The head is the oldest."""
    ch = S.CH[c]
    if ch.expiry_key != key:
        return
    ch.expiry_key = ZERO
    while ch.n > ZERO and S.F[ch.head].t_sent + ch.ttl <= S.G[ZERO].now:
        _put_aside(S, take_first(S, c), ch.letters)
    if ch.n > ZERO:
        _expire_later(S, c)


@cold
def look_for_consumer(S: State, c: int) -> None:
    """See, within the present moment, whether a channel can deliver."""
    ch = S.CH[c]
    if ch.n > ZERO and ch.dispatching == ZERO and ch.consumers > ZERO:
        ch.dispatching = ONE
        push(S, S.G[ZERO].now, E_DISPATCH, c)


@cold
def settle(S: State, m: int, lost: int) -> None:
    """One consequence of a journey has happened, or never will; then nothing comes of the reply to it either, unless
    whoever waits for that has a timeout."""
    message = S.F[m]
    if lost == ONE and message.kind == MESSAGE and message.asked != NONE:
        p = message.asked
        pending = S.F[p]
        if pending.gen == message.asked_gen and pending.kind == PENDING and pending.timer == NONE:
            _settle(S, p, ONE)
            release(S, p)
    _settle(S, m, lost)


@cold
def _settle(S: State, m: int, lost: int) -> None:
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
    """A published message has reached its channel; those in it that are about to be delivered do not fill it."""
    message = S.F[m]
    if message.phase == P_KEPT:
        _send_again(S, m)
        return
    c = message.chan
    ch = S.CH[c]
    if ch.up == ZERO:
        if message.entry != NONE and S.LK[S.TG[message.entry].link].outbox == ONE:
            message.phase = P_KEPT
            message.pending = ONE
            message.key = push(S, S.G[ZERO].now + AGAIN_MS, E_MESSAGE, m)
            return
        settle(S, m, ONE)
        release(S, m)
        return
    if _is_open(S, c):
        _enter(S, m)
        return
    if ch.dispatching == ONE:
        message.key = push(S, S.G[ZERO].now, E_MESSAGE, m)
        return
    message.epoch = S.G[ZERO].epoch
    S.CE[ch.home, message.epoch, C_PUBLISHED] += ONE
    S.CE[ch.home, message.epoch, C_DROPPED] += ONE
    settle(S, m, ONE)
    release(S, m)


@hot
def _is_open(S: State, c: int) -> bool:
    """Whether a channel is up and not full."""
    ch = S.CH[c]
    return ch.up == ONE and (ch.max_length < ZERO or ch.n < ch.max_length)


@cold
def _enter(S: State, m: int) -> None:
    """Let a message into its channel."""
    message = S.F[m]
    c = message.chan
    message.epoch = S.G[ZERO].epoch
    message.t_sent = S.G[ZERO].now
    S.CE[S.CH[c].home, message.epoch, C_PUBLISHED] += ONE
    store(S, m, ZERO)
    look_for_consumer(S, c)


@cold
def poison(S: State, c: int, harmless: int) -> None:
    """A message that no journey sent enters a channel: one that kills the instance which works on it, or, for other
    subscribers of the same topic than those it is aimed at, a harmless one."""
    m = allocate(S, MESSAGE)
    message = S.F[m]
    message.entry = NONE
    message.site = NONE if harmless == ONE else np.int64(ZERO)
    message.chan = c
    message.journey = ZERO
    message.root = NONE
    message.root_life = ZERO
    message.t_start = S.G[ZERO].now
    reach_channel(S, m)


@hot
def _serves(S: State, i: int) -> int:
    """1 for an instance that is up and has not been taken out by the autoscaler."""
    instance = S.IN[i]
    return instance.up if instance.out == ZERO else np.int64(ZERO)


@hot
def _has_slot(S: State, n: int, i: int) -> bool:
    cn = S.CN[n]
    if _serves(S, S.ST[cn.station].first + i) == ZERO:
        return False
    return cn.slots < ZERO or S.SL[cn.slot_first + i] < cn.slots + cn.ahead


@cold
def _owner(S: State, s: int, lane: int) -> int:
    """The number of the instance to which a partition belongs: they are dealt out to those that are up; or -1."""
    st = S.ST[s]
    up = ZERO
    for i in range(st.instances):
        up += _serves(S, st.first + i)
    if up == ZERO:
        return np.int64(NONE)
    left = lane % up
    for i in range(st.instances):
        if _serves(S, st.first + i) == ONE:
            if left == ZERO:
                return np.int64(i)
            left -= ONE
    return np.int64(NONE)


@cold
def _swallows(cut: float, omitted: float, at_once: int) -> bool:
    """Whether there is no use in delivering: nothing arrives, or would be delivered again within the same moment."""
    return cut > 0.0 or (omitted >= 1.0 and at_once == ONE)


@hot
def _wrapped(k: int, n: int) -> int:
    """`k` modulo `n` for a `k` below twice `n`."""
    return k - n if k >= n else k


@cold
def _consumer_with_a_slot(S: State, c: int) -> int:
    """consumer * 2^20 + instance number, or -1."""
    ch = S.CH[c]
    for k in range(ch.consumers):
        n = ch.first + _wrapped(ch.turn + k, ch.consumers)
        cn = S.CN[n]
        st = S.ST[cn.station]
        lk = S.LK[cn.link]
        if st.faulty == ONE and _swallows(st.partition, st.omit_request, cn.visible_at_once):
            continue
        if lk.faulty == ONE and _swallows(lk.partition + lk.refused, lk.omit_request, cn.visible_at_once):
            continue
        if ch.lane == ONE:
            i = _owner(S, cn.station, c - ch.home)
            if i != NONE and _has_slot(S, n, i):
                return np.int64(n * np.int64(1 << 20) + i)
            continue
        for h in range(st.instances):
            i = _wrapped(cn.turn + h, st.instances)
            if _has_slot(S, n, i):
                cn.turn = _wrapped(i + ONE, st.instances)
                ch.turn = _wrapped(n - ch.first + ONE, ch.consumers)
                return np.int64(n * np.int64(1 << 20) + i)
    return np.int64(NONE)


@cold
def dispatch(S: State, c: int) -> None:
    """Deliver the message at the head of a channel, if a consumer has a free slot; then look for the next. A partition
    has one message in work at a time."""
    ch = S.CH[c]
    ch.dispatching = ZERO
    if ch.n == ZERO or ch.up == ZERO or (ch.lane == ONE and ch.out > ZERO):
        return
    found = _consumer_with_a_slot(S, c)
    if found == NONE:
        return
    n = found >> np.int64(20)
    i = found & np.int64((1 << 20) - 1)
    cn = S.CN[n]
    now = S.G[ZERO].now
    m = take_first(S, c)
    message = S.F[m]
    ch.out += ONE
    home = S.CH[ch.home]
    S.CE[ch.home, message.epoch, C_DELIVERED] += ONE
    home.ages += ONE
    home.sum_age += now - message.t_wait
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
        face = face_of(S, cn.link)
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
        delivery.slot = i
        delivery.via = cn.link
        if message.entry == NONE:
            delivery.pc = cn.code if message.site == NONE else cn.poison_code
        elif S.TG[message.entry].chan == ch.home:
            delivery.pc = S.SC[S.TG[message.entry].codes + n - ch.first]
            delivery.entry = message.entry
            delivery.asked = message.asked
            delivery.asked_gen = message.asked_gen
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
        delivery.b_net = message.b_net + took
        delivery.t_start = now
        if cn.ahead > ZERO and S.SL[cn.work_first + i] >= cn.slots:
            delivery.phase = P_AHEAD
            delivery.until = now + took
            append(S, cn.ahead_first + i, d)
        else:
            if cn.ahead > ZERO:
                S.SL[cn.work_first + i] += ONE
            delivery.phase = P_TRANSIT
            if took == 0.0 and is_last(S):
                make_ready(S, d)
            else:
                delivery.key = push(S, now + took, E_REACH, d)
    elif cn.timer == NONE:
        message.gen += ONE
        return_message(S, m)
    look_for_consumer(S, c)


@cold
def _next_lane(S: State, c: int, s: int, inst: int) -> None:
    """An instance can take a message more: look into the partitions that are its own, those after this one first."""
    ch = S.CH[c]
    lanes = S.CH[ch.home].lanes
    up, rank = ZERO, ZERO
    st = S.ST[s]
    for i in range(st.instances):
        if st.first + i == inst:
            rank = up
        up += S.IN[st.first + i].up
    if up == ZERO:
        return
    lane = c - ch.home
    for k in range(1, lanes):
        other = (lane + k) % lanes
        if other % up == rank and S.CH[ch.home + other].n > ZERO and S.CH[ch.home + other].out == ZERO:
            look_for_consumer(S, ch.home + other)
            return


@cold
def free_slot(S: State, d: int) -> None:
    """A delivery has ended: its slot can take the next message, the one the instance has taken ahead before others."""
    delivery = S.F[d]
    cn = S.CN[delivery.consumer]
    i = delivery.slot
    slot = cn.slot_first + i
    if cn.ahead > ZERO:
        waiting = cn.ahead_first + i
        if S.Q[waiting].n > ZERO:
            h = S.Q[waiting].head
            unlink(S, waiting, h)
            S.F[h].phase = P_TRANSIT
            S.F[h].key = push(S, max(S.G[ZERO].now, S.F[h].until), E_REACH, h)
        else:
            S.SL[cn.work_first + i] -= ONE
    if S.CH[S.CH[cn.chan].home].lanes > ONE and S.SL[slot] == cn.slots:
        _next_lane(S, cn.chan, cn.station, S.ST[cn.station].first + i)
    S.SL[slot] -= ONE
    look_for_consumer(S, cn.chan)


@cold
def lose_ahead(S: State, inst: int) -> None:
    """An instance has gone down with the messages it had taken ahead."""
    s = S.IN[inst].station
    i = inst - S.ST[s].first
    for n in range(S.CN.shape[0]):
        cn = S.CN[n]
        if cn.station != s or cn.ahead == ZERO:
            continue
        waiting = cn.ahead_first + i
        while S.Q[waiting].n > ZERO:
            d = S.Q[waiting].head
            unlink(S, waiting, d)
            S.SL[cn.slot_first + i] -= ONE
            m = S.F[d].parent
            ours = S.F[m].gen == S.F[d].parent_gen
            release(S, d)
            if ours and (cn.visible_at_once == ONE or cn.once == ONE):
                disarm(S, m)
                S.F[m].gen += ONE
                return_message(S, m)


@cold
def _put_aside(S: State, m: int, letters: int) -> None:
    """Move a message into a dead letter queue, or drop it where there is none. Whoever waits for it learns nothing,
    unless it will be replayed."""
    message = S.F[m]
    c = S.CH[message.chan].home
    if letters == NONE:
        S.CE[c, message.epoch, C_DROPPED] += ONE
        settle(S, m, ONE)
        release(S, m)
        return
    again = message.holding == ZERO and message.entry != NONE and S.G[ZERO].now < S.CH[letters].replay_at
    if not again:
        settle(S, m, ONE)
    S.CE[c, message.epoch, C_DEAD_LETTERED] += ONE
    message.inst = message.chan
    message.chan = letters
    message.attempt = ZERO
    message.t_sent = S.G[ZERO].now
    S.CE[letters, message.epoch, C_PUBLISHED] += ONE
    store(S, m, ZERO)
    look_for_consumer(S, letters)


@cold
def replay(S: State, letters: int) -> None:
    """Someone puts the dead letters back to where they came from: each once, and none that kills its readers."""
    left = S.CH[letters].n
    for _ in range(left):
        m = take_first(S, letters)
        message = S.F[m]
        if message.entry == NONE or message.holding == ONE or message.inst == NONE:
            since = message.t_wait
            store(S, m, ZERO)
            message.t_wait = since
            continue
        S.CH[letters].ages += ONE
        S.CH[letters].sum_age += S.G[ZERO].now - message.t_wait
        S.CE[letters, message.epoch, C_DELIVERED] += ONE
        S.CE[letters, message.epoch, C_ACKNOWLEDGED] += ONE
        message.holding = ONE
        message.chan = message.inst
        message.inst = NONE
        message.t_sent = S.G[ZERO].now
        S.CE[S.CH[message.chan].home, message.epoch, C_PUBLISHED] += ONE
        store(S, m, ZERO)
        look_for_consumer(S, message.chan)


@cold
def return_message(S: State, m: int) -> None:
    """A delivery did not end well: deliver again, put it aside (also where its time is up meanwhile), or drop it."""
    message = S.F[m]
    c = message.chan
    home = S.CH[c].home
    S.CH[c].out -= ONE
    cn = S.CN[message.consumer]
    if cn.once == ONE:
        S.CE[home, message.epoch, C_DROPPED] += ONE
        settle(S, m, ONE)
        release(S, m)
    elif message.t_sent + S.CH[c].ttl <= S.G[ZERO].now:
        _put_aside(S, m, S.CH[c].letters)
    elif cn.max_deliveries < ZERO or message.attempt < cn.max_deliveries:
        S.CE[home, message.epoch, C_REDELIVERED] += ONE
        store(S, m, ONE)
    else:
        _put_aside(S, m, cn.dead_letter)
    look_for_consumer(S, c)


@cold
def acknowledge(S: State, d: int) -> None:
    """A consumer is through with a delivery; without an answer when the message went to another one meanwhile. A
    channel that is down does not hear of it."""
    delivery = S.F[d]
    m = delivery.parent
    message = S.F[m]
    cn = S.CN[delivery.consumer]
    c = cn.chan
    home = S.CH[c].home
    free_slot(S, d)
    if message.gen != delivery.parent_gen:
        S.CE[home, delivery.epoch, C_DUPLICATES] += ONE
        release(S, d)
        return
    failed = delivery.cause != OK
    if S.CH[c].up == ZERO and cn.once == ZERO:
        if cn.visible_at_once == ZERO:
            release(S, d)
            return
        failed = True
    disarm(S, m)
    message.gen += ONE
    if message.root != NONE and S.F[message.root].life == message.root_life:
        S.F[message.root].wrong |= delivery.wrong
    release(S, d)
    if failed:
        return_message(S, m)
    else:
        S.CH[c].out -= ONE
        S.CE[home, message.epoch, C_ACKNOWLEDGED] += ONE
        settle(S, m, ZERO)
        release(S, m)
        if S.CH[c].lane == ONE:
            look_for_consumer(S, c)


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
def change_channel(S: State, c: int, up: int, silent: int) -> None:
    """A channel crashes, with all it stores safe, or is back."""
    S.CH[c].up = up
    S.CH[c].silent = silent
    if up == ONE:
        look_for_consumer(S, c)


@cold
def visible_again(S: State, m: int) -> None:
    """The time a consumer had for a message is up."""
    S.F[m].gen += ONE
    S.G[ZERO].abandoned = ONE
    return_message(S, m)
