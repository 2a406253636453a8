"""The loop: take the earliest event, run its frame until it must wait, run those it made ready, and so on."""

import math

import numpy as np

from models.simulation.kernel.calls import (
    attempt,
    deliver,
    failed_attempt,
    finish,
    interpret,
    join,
    respond,
    send,
    timed_out,
)
from models.simulation.kernel.compiled import cold, entry, hot
from models.simulation.kernel.draws import exponential
from models.simulation.kernel.events import (
    allocate,
    drop_spent,
    expired,
    push,
    push_often,
    put,
    release,
    take_ready,
    take_soon,
)
from models.simulation.kernel.faults import change, change_instance, look_at_link, look_at_station
from models.simulation.kernel.layout import (
    ATTEMPT,
    BEGIN,
    BRANCH,
    CALLEE,
    DELIVER,
    DONE,
    E_ARRIVE,
    E_CLOCK,
    E_DISPATCH,
    E_EPOCH,
    E_FAULT,
    E_HEDGE,
    E_INSTANCE,
    E_MESSAGE,
    E_REACH,
    E_REPLY,
    E_RETRY,
    E_SEND,
    E_THINK,
    E_TIMER,
    E_WINDOW,
    E_WORKED,
    ENDED,
    FAILED,
    FINISH,
    FINISHED,
    GROW,
    I_BITS,
    I_MASK,
    INTERPRET,
    JOIN,
    K_POLL,
    K_READY,
    K_SCALE,
    KEY_SHIFT,
    KIND_MASK,
    MESSAGE,
    MORE,
    NONE,
    OFFER,
    ONE,
    OP_CALL,
    OP_RET,
    P_ANSWER,
    P_AWAITING,
    P_BROKEN,
    P_CALLING,
    P_ENDED,
    P_GONE,
    P_QUEUED,
    P_QUEUED_AGAIN,
    P_REPLYING,
    P_RUNNING,
    P_TRANSIT,
    PENDING,
    POLL,
    RESPOND,
    ROOT,
    SEND,
    SLOT_BITS,
    SLOT_MASK,
    SNAPSHOT,
    STUCK,
    UNREAD,
    ZERO,
    State,
)
from models.simulation.kernel.loads import BATCH_LOAD, CLOSED_LOAD, next_of_batch, think, user_begins
from models.simulation.kernel.messages import dispatch, expire, reach_channel, visible_again
from models.simulation.kernel.observe import (
    begin_epoch,
    close_window,
    record_completion,
    record_end,
    tick,
    tick_channel,
)
from models.simulation.kernel.polling import end_poll, poll_by_the_clock, start_polling, wake
from models.simulation.kernel.replies import gave_up, reach_asker
from models.simulation.kernel.scaling import (
    account_scaling,
    begin_to_serve,
    close_scaling_window,
    scale,
    start_scaling,
)
from models.simulation.kernel.stations import drop_late, offer

SAME_MOMENT_LIMIT = np.int64(1_000_000)
THREE = np.int64(3)


@cold
def _mass_ahead(S: State, j: int, need: float) -> float:
    """The time at which the integral of a changing rate since now reaches `need`; inf when it never does."""
    jo = S.JO[j]
    t = S.G[ZERO].now
    while True:
        sg = S.SG[jo.segment + jo.current]
        if t < sg.t0:
            t = sg.t0
        rate = max(sg.rate + sg.slope * (t - sg.t0), 0.0)
        mass = 0.0
        if sg.t1 == np.inf:
            if rate > 0.0:
                mass = np.inf
        else:
            mass = 0.5 * (rate + max(sg.rate + sg.slope * (sg.t1 - sg.t0), 0.0)) * (sg.t1 - t)
        if mass >= need and mass > 0.0:
            return np.float64(t + 2.0 * need / (rate + math.sqrt(max(rate * rate + 2.0 * sg.slope * need, 0.0))))
        need -= mass
        if jo.current + ONE >= jo.segments:
            return np.inf
        t = sg.t1
        jo.current += ONE


@hot
def schedule_arrival(S: State, j: int) -> None:
    """Put a journey's next arrival on the heap."""
    jo = S.JO[j]
    need = 1.0
    if jo.regular == ZERO:
        need = exponential(S, jo.arrive_stream)
    jo.begun += ONE
    if jo.segments == ONE:
        sg = S.SG[jo.segment]
        t = jo.begun / sg.rate if jo.regular == ONE else S.G[ZERO].now + need / sg.rate
    else:
        t = _mass_ahead(S, j, need)
    if t < S.G[ZERO].end:
        push_often(S, t, E_ARRIVE, j)


@cold
def look_at_journey(S: State, j: int) -> None:
    """Note whether a journey is direct: one call, over a link that only leads on, to a station that answers whatever
    happens. As nothing can come between, and nobody makes up for a failure, the request is the journey itself: a callee
    without a caller. Where faults may come, what waits for an answer needs a frame of its own."""
    jo = S.JO[j]
    call = S.CO[jo.code]
    jo.direct = ZERO
    if S.CG.shape[0] > ZERO or call.op != OP_CALL or S.CO[jo.code + ONE].op != OP_RET:
        return
    site = S.SI[call.a]
    lk = S.LK[site.link]
    if site.station == NONE or S.ST[site.station].faulty == ONE or site.on_failure != NONE:
        return
    if lk.clear == ONE and lk.guarded == ZERO and lk.max_attempts == ONE and lk.fallback == ZERO:
        jo.direct = ONE


@hot
def begin_journey(S: State, j: int) -> int:
    """A new journey instance. Its life is its number, which no frame in its place has had or will have again."""
    g = S.G[ZERO]
    jo = S.JO[j]
    f = allocate(S, ROOT)
    fr = S.F[f]
    fr.pc = jo.code
    fr.journey = j
    fr.root = f
    g.journeys += ONE
    fr.life = g.journeys
    fr.root_life = fr.life
    fr.t_start = g.now
    fr.outstanding = ZERO
    fr.lost = ZERO
    fr.epoch = g.epoch
    S.JT[j * g.epochs + g.epoch].offered += ONE
    if jo.direct == ONE:
        site = S.SI[S.CO[jo.code].a]
        lk = S.LK[site.link]
        lk.calls += ONE
        lk.attempts += ONE
        fr.kind = CALLEE
        fr.pc = site.code
        fr.station = site.station
        fr.via = site.link
    return np.int64(f)


@hot
def comes(S: State, j: int, kind: int) -> bool:
    """Whether a journey begins with an event; the next arrival is on the heap."""
    jo = S.JO[j]
    if kind == E_THINK:
        return user_begins(S, j)
    if jo.kind == BATCH_LOAD:
        return next_of_batch(S, j)
    schedule_arrival(S, j)
    return bool(jo.crashed == ZERO)


@hot
def end_journey(S: State, f: int) -> None:
    """A journey has its answer."""
    fr = S.F[f]
    jo = S.JO[fr.journey]
    record_end(S, f)
    if jo.kind == CLOSED_LOAD:
        think(S, fr.journey)
    if jo.asynchronous == ONE:
        if fr.outstanding > ZERO:
            fr.phase = P_ENDED
            return
        record_completion(S, f)
    release(S, f)


@hot
def run_frame(S: State, st: int, f: int) -> None:
    """Follow a frame, and whoever it calls or answers, until everything waits for an event."""
    g = S.G[ZERO]
    while True:
        if st == ATTEMPT:
            st = attempt(S, f)
        if st == SEND:
            f = send(S, f)
            st = DONE if f == NONE else OFFER
        if st == OFFER:
            st = offer(S, f)
        if st == BEGIN:
            S.F[f].phase = P_RUNNING
            if S.F[f].deadline < g.now:
                drop_late(S, f)
                st = FINISH
            else:
                st = INTERPRET
        if st == INTERPRET:
            st = interpret(S, f)
        if st == FINISH:
            kind = S.F[f].kind
            if kind == ROOT:
                st = ENDED
            elif kind == POLL:
                end_poll(S, f)
                st = DONE
            else:
                st = finish(S, f)
                if kind == BRANCH:
                    st = JOIN
        if st == RESPOND:
            st = respond(S, f)
        if st == ENDED:
            end_journey(S, f)
            st = DONE
        if st in (DELIVER, JOIN):
            b = f
            f = S.F[b].parent
            if S.F[f].gen != S.F[b].parent_gen:
                st = DONE
            elif st == DELIVER:
                st = deliver(S, b)
            else:
                st = join(S, b)
            release(S, b)
        if st == FAILED:
            st = failed_attempt(S, f)
        if st == DONE:
            if g.ready_head == NONE or g.heap + g.soon_end + g.reserve > S.H.shape[0] or g.free_n < g.reserve:
                return
            f = take_ready(S)
            st = BEGIN
            phase = S.F[f].phase
            if phase != P_QUEUED and phase != P_QUEUED_AGAIN:
                kind = S.F[f].kind
                if kind == BRANCH:
                    st = INTERPRET
                elif kind == UNREAD:
                    S.F[f].kind = CALLEE
                    st = OFFER
                elif phase == P_TRANSIT:
                    st = OFFER


@cold
def finish_run(S: State) -> None:
    """Bring all sums up to the end."""
    g = S.G[ZERO]
    g.now = g.end
    close_scaling_window(S)
    account_scaling(S)
    close_window(S)
    for s in range(g.n_stations):
        tick(S, s)
    for c in range(g.n_channels):
        tick_channel(S, c)


@cold
def await_epoch(S: State) -> None:
    """Put the next epoch on the heap, which begins before all else of its moment but faults."""
    g = S.G[ZERO]
    k = g.epoch + ONE
    if k < g.epochs:
        put(S, S.EP[k], ((g.epoch_seq + k) << KEY_SHIFT) | (E_EPOCH << SLOT_BITS))


@cold
def start_run(S: State) -> None:
    """Put the first events on the heap."""
    g = S.G[ZERO]
    for s in range(g.n_stations):
        look_at_station(S, np.int64(s))
    for i in range(g.n_links):
        look_at_link(S, np.int64(i))
    for j in range(g.n_journeys):
        look_at_journey(S, np.int64(j))
    for k in range(S.CG.shape[0]):
        if S.CG[k].t < g.end:
            push(S, S.CG[k].t, E_FAULT, np.int64(k))
    g.epoch_seq = g.seq
    g.seq += g.epochs
    await_epoch(S)
    if g.windows > ONE:
        push(S, g.window_ms, E_WINDOW, ZERO)
    for j in range(g.n_journeys):
        jo = S.JO[j]
        if jo.kind == ONE:
            if jo.regular == ONE and jo.segments > ZERO and S.SG[jo.segment].rate > 0.0:
                push(S, 0.0, E_ARRIVE, np.int64(j))
            elif jo.segments > ZERO:
                schedule_arrival(S, np.int64(j))
        elif jo.kind == CLOSED_LOAD:
            for _ in range(jo.users):
                think(S, np.int64(j))
        elif jo.kind == BATCH_LOAD and jo.batch > ZERO:
            push(S, 0.0, E_ARRIVE, np.int64(j))
    start_polling(S)
    start_scaling(S)


@cold
def _by_the_clock(S: State, slot: int) -> None:
    k = slot >> I_BITS
    what = slot & I_MASK
    if what == K_POLL:
        poll_by_the_clock(S, k)
    elif what == K_SCALE:
        scale(S, k)
    elif what == K_READY:
        begin_to_serve(S, k)
    else:
        wake(S, k)


@cold
def happen(S: State, kind: int, slot: int, key: int) -> None:
    """Events that concern no single frame."""
    g = S.G[ZERO]
    if kind == E_FAULT:
        change(S, slot)
    elif kind == E_WINDOW:
        close_scaling_window(S)
        close_window(S)
        if g.window + ONE < g.windows:
            push(S, (g.window + ONE) * g.window_ms, E_WINDOW, ZERO)
    elif kind == E_EPOCH:
        account_scaling(S)
        begin_epoch(S)
        await_epoch(S)
    elif kind == E_DISPATCH:
        if slot < g.n_channels:
            dispatch(S, slot)
        else:
            expire(S, slot - g.n_channels, key)
    elif kind == E_INSTANCE:
        change_instance(S, slot, key)
    elif kind == E_CLOCK:
        _by_the_clock(S, slot)


@hot
def kills(kind: int) -> bool:
    """Whether an event of this kind may end many frames at once, each with an answer on the heap."""
    return kind in (E_FAULT, E_INSTANCE)


@cold
def handle(S: State, budget: int) -> int:
    """Handle up to `budget` events; as `run`."""
    g = S.G[ZERO]
    handled = ZERO
    if g.started == ZERO:
        g.started = ONE
        start_run(S)
    while handled < budget:
        drop_spent(S)
        n = g.heap
        t, key, soon = np.inf, NONE, False
        if n > ZERO:
            t = S.H[ZERO].t
            key = S.H[ZERO].k
        if g.soon_first < g.soon_end:
            at = S.H.shape[0] - ONE - g.soon_first
            if t > S.H[at].t or key > S.H[at].k:
                t, key, soon = S.H[at].t, S.H[at].k, True
        kind = (key >> SLOT_BITS) & KIND_MASK
        room = n + g.soon_end + g.reserve
        if kills(kind):
            room += THREE * (S.F.shape[0] - g.free_n) + g.surge
        if room > S.H.shape[0] or g.free_n < g.reserve:
            return GROW
        st, f = DONE, NONE
        if g.ready_head != NONE:
            kind = NONE
        else:
            if t >= g.end:
                finish_run(S)
                return FINISHED
            if soon:
                take_soon(S)
            else:
                g.spent = ONE
            handled += ONE
            g.events += ONE
            if t > g.now:
                g.now = t
                g.same = ZERO
            else:
                g.same += ONE
                if g.same > SAME_MOMENT_LIMIT:
                    return STUCK
            f = key & SLOT_MASK
            if kind == E_WORKED:
                if S.F[f].key == key:
                    st = INTERPRET
            elif kind in (E_ARRIVE, E_THINK):
                if comes(S, f, kind):
                    f = begin_journey(S, f)
                    st = OFFER if S.F[f].kind == CALLEE else INTERPRET
            elif kind == E_REACH:
                if S.F[f].key == key:
                    st = OFFER
            elif kind == E_REPLY:
                if S.F[f].key == key:
                    st = DELIVER
            elif kind == E_TIMER:
                f = expired(S, f)
                if f != NONE:
                    if S.F[f].kind == MESSAGE:
                        visible_again(S, f)
                    elif S.F[f].phase == P_AWAITING:
                        st = gave_up(S, f)
                    else:
                        timed_out(S, f)
                        st = FAILED
            elif kind == E_RETRY:
                if S.F[f].key == key:
                    st = ATTEMPT
                    if S.F[f].phase == P_BROKEN:
                        st = FAILED
                    elif S.F[f].phase == P_GONE:
                        st = FINISH
            elif kind == E_SEND:
                if S.F[f].key == key:
                    st = SEND
            elif kind == E_HEDGE:
                if S.F[f].hedge == key and S.F[f].phase == P_CALLING:
                    st = SEND
            elif kind == E_MESSAGE:
                if S.F[f].key == key:
                    if S.F[f].phase == P_REPLYING or S.F[f].phase == P_ANSWER:
                        f = reach_asker(S, f)
                        if f != NONE:
                            st = OFFER if S.F[f].kind == PENDING else INTERPRET
                    else:
                        reach_channel(S, f)
            else:
                happen(S, kind, f, key)
        run_frame(S, st, f)
        if kind == E_EPOCH:
            return SNAPSHOT
    return MORE


@entry
def run(S: State, budget: int) -> int:
    """Handle up to `budget` events of a `prepared` state.

    A frame that follows from an event runs within it as long as there is room for whatever it may start (`reserve`).
    What would happen at the very end is no longer part of the run.
    Returns MORE, FINISHED, GROW (a larger heap or more frames are needed; call again with them), STUCK (a million
    events in one moment: time does not advance) or SNAPSHOT (an epoch has begun: copy the counters, call again).
    """
    return handle(S, budget)
