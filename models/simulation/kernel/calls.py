"""Calls: attempts, sending, answers, timeouts, retries, circuit breakers, pools, parallel groups, and running code."""

import numpy as np

from models.simulation.kernel.breakers import breaker_refuses, record_outcome
from models.simulation.kernel.compiled import cold, hot
from models.simulation.kernel.draws import draw, uniform
from models.simulation.kernel.events import (
    allocate,
    append,
    arm,
    disarm,
    join_crowd,
    leave_crowd,
    make_ready,
    push,
    push_often,
    release,
    unlink,
)
from models.simulation.kernel.layout import (
    AGAIN_MS,
    ATTEMPT,
    B_SHARED,
    BESIDE,
    BRANCH,
    BREAKER_OPEN,
    BUFFERED,
    CALLEE,
    CLIENT_TIMEOUT,
    CRASHED,
    DELIVER,
    DONE,
    E_HEDGE,
    E_INSTANCE,
    E_REACH,
    E_REPLY,
    E_RETRY,
    E_SEND,
    E_WORKED,
    ENDED,
    FAILED,
    FINISH,
    I_BITS,
    I_DIE,
    INTERPRET,
    K_EXPONENTIAL,
    K_NONE,
    KEPT_FALLBACK,
    LOST,
    NONE,
    ODD_DELAY,
    ODD_LATE,
    ODD_LOST,
    ODD_NOTICED,
    ODD_REFUSED,
    ODD_UNNOTICED,
    OK,
    ONE,
    OP_ASK,
    OP_CALL,
    OP_DIE,
    OP_FAIL_WITH,
    OP_JUMP,
    OP_PAR,
    OP_PROB,
    OP_PROGRESS,
    OP_PUB,
    OP_PUT,
    OP_RET,
    OP_WORK,
    P_BACKOFF,
    P_BREAKING,
    P_BROKEN,
    P_CALLING,
    P_JOINING,
    P_POOLED,
    P_QUEUED_AGAIN,
    P_REPLYING,
    P_TRANSIT,
    P_WORKING,
    PENDING,
    POOL_EXHAUSTED,
    READER,
    REJECTED,
    RESPOND,
    SEND,
    TIMEOUT,
    TWO,
    WRONG,
    ZERO,
    State,
)
from models.simulation.kernel.messages import acknowledge, lose_acknowledgement, publish
from models.simulation.kernel.polling import data_step, end_change
from models.simulation.kernel.replies import ask, end_pending, reply
from models.simulation.kernel.sharing import share
from models.simulation.kernel.stations import (
    leave_station,
    leave_worker,
    move_to_free_worker,
    odd_face,
    take_worker,
    wait_in_queue,
)

_BUDGET_CAP = 100.0


@hot
def wants_worker_again(S: State, f: int) -> bool:
    """Whether a frame that gave up its worker must wait for one before it works on. What runs in parallel shares the
    worker of the request it belongs to; where that gave it up, each needs its own to work."""
    fr = S.F[f]
    if fr.holding == ONE or fr.station == NONE:
        return False
    st = S.ST[fr.station]
    if fr.kind == BRANCH:
        if st.nonblocking == ZERO:
            return False
    elif fr.kind != CALLEE and fr.kind != PENDING:
        return False
    if st.balancing == B_SHARED and st.workers >= ZERO and S.IN[fr.inst].busy >= st.workers:
        move_to_free_worker(S, f)
    if st.workers < ZERO or S.IN[fr.inst].busy < st.workers or st.sharing == ONE:
        take_worker(S, fr.station, fr.inst, f)
        return False
    wait_in_queue(S, fr.station, fr.inst, f, P_QUEUED_AGAIN)
    return True


@cold
def _slowed(S: State, f: int, work: float) -> float:
    """How long some work takes where a fault slows it."""
    fr = S.F[f]
    st = S.ST[fr.station]
    took = work * st.slow + st.add
    if st.uneven == ONE:
        took = took * S.IN[fr.inst].slow + S.IN[fr.inst].add
    return np.float64(took)


@hot
def interpret(S: State, f: int) -> int:
    """Run a frame's code until it must wait."""
    fr = S.F[f]
    while True:
        co = S.CO[fr.pc]
        op = co.op
        if op == OP_WORK:
            if wants_worker_again(S, f):
                return np.int64(DONE)
            special = fr.station != NONE and S.ST[fr.station].simple == ZERO
            took = draw(S, co.a, co.b)
            if special:
                took = _slowed(S, f, took)
            took = max(took, co.x)
            fr.pc += ONE
            if took > 0.0:
                fr.own_work += took
                fr.b_work += took
                ends = S.G[ZERO].now + took
                if special:
                    if S.ST[fr.station].sharing == ONE:
                        share(S, f, took)
                        return np.int64(DONE)
                    fr.until = ends
                fr.phase = P_WORKING
                fr.key = push_often(S, ends, E_WORKED, f)
                return np.int64(DONE)
        elif op == OP_CALL:
            site = S.SI[co.a]
            lk = S.LK[site.link]
            fr.site = co.a
            fr.link = site.link
            fr.attempt = ZERO
            fr.t_call = S.G[ZERO].now
            lk.calls += ONE
            if lk.guarded == ONE and lk.budgeted == ONE:
                lk.tokens = min(_BUDGET_CAP, lk.tokens + lk.budget)
            if fr.holding == ONE and S.ST[fr.station].nonblocking == ONE:
                leave_worker(S, f)
            return np.int64(ATTEMPT)
        elif op == OP_RET:
            fr.cause = OK
            return np.int64(FINISH)
        elif op == OP_PROB:
            if co.x < 1.0 and uniform(S, co.b) >= co.x:
                fr.pc = co.a
            else:
                fr.pc += ONE
        elif op == OP_JUMP:
            fr.pc = co.a
        elif op == OP_PAR:
            fork(S, f, co.a, co.b)
            return np.int64(DONE)
        elif op == OP_PUB:
            if publish(S, f, co.a, co.b, NONE) == CRASHED:
                fr.cause = CRASHED
                if co.x < 0.0:
                    return np.int64(FINISH)
                fr.pc = np.int64(co.x)
            else:
                fr.pc += ONE
        elif op == OP_ASK:
            st_after = ask(S, f, co.a)
            if st_after != INTERPRET:
                return np.int64(st_after)
        elif op == OP_PROGRESS:
            if fr.asked != NONE and reply(S, f, ONE) == CRASHED:
                fr.cause = CRASHED
                return np.int64(FINISH)
            fr.pc += ONE
        elif op == OP_FAIL_WITH:
            fr.cause = co.a
            fr.permanent = ONE
            if co.x < 0.0:
                return np.int64(FINISH)
            fr.pc = np.int64(co.x)
        elif op == OP_DIE:
            fr.phase = P_WORKING
            fr.until = S.G[ZERO].now
            fr.key = ZERO
            push(S, S.G[ZERO].now, E_INSTANCE, (fr.inst << I_BITS) | I_DIE)
            return np.int64(DONE)
        elif op >= OP_PUT:
            data_step(S, f, op, co.a)
            fr.pc += ONE
        else:
            return np.int64(FINISH)


@cold
def fork(S: State, f: int, first: int, n: int) -> None:
    """Start `n` branches, whose code begins where the jumps from `first` on point. Where the worker is not held while
    waiting it goes to the first branch that begins with work, or is free."""
    fr = S.F[f]
    heir = NONE
    if fr.holding == ONE and S.ST[fr.station].nonblocking == ONE:
        for k in range(n):
            if heir == NONE and S.CO[S.CO[first + k].a].op == OP_WORK:
                heir = k
        if heir == NONE:
            leave_worker(S, f)
        else:
            fr.holding = ZERO
    fr.phase = P_JOINING
    fr.t_wait = S.G[ZERO].now
    fr.pending = n
    fr.child_cause = OK
    fr.gen += ONE
    for k in range(n):
        b = allocate(S, BRANCH)
        br = S.F[b]
        br.parent = f
        br.parent_gen = fr.gen
        br.pc = S.CO[first + k].a
        br.station = fr.station
        br.inst = fr.inst
        br.holding = ONE if k == heir else ZERO
        br.journey = fr.journey
        br.root = fr.root
        br.root_life = fr.root_life
        br.deadline = fr.deadline
        br.t_start = S.G[ZERO].now
        if fr.crowded == ONE:
            join_crowd(S, fr.inst, b)
        make_ready(S, b)


@hot
def attempt(S: State, f: int) -> int:
    """Begin an attempt of the call a frame is making."""
    fr = S.F[f]
    lk = S.LK[fr.link]
    now = S.G[ZERO].now
    fr.attempt += ONE
    fr.permanent = ZERO
    if lk.guarded == ONE and _is_barred(S, f):
        return np.int64(FAILED)
    fr.t_sent = now
    fr.t_wait = now
    fr.copies = ZERO
    fr.gen += ONE
    if lk.guarded == ONE:
        if lk.timer != NONE:
            arm(S, lk.timer, f, now + lk.timeout)
        if lk.pool >= ZERO and lk.in_use >= lk.pool:
            fr.phase = P_POOLED
            _wait_for_connection(S, f)
            return np.int64(DONE)
    lk.in_use += ONE
    fr.phase = P_CALLING
    return np.int64(SEND)


@hot
def _is_barred(S: State, f: int) -> bool:
    """Whether a bulkhead or a circuit breaker lets no call pass."""
    fr = S.F[f]
    lk = S.LK[fr.link]
    if lk.bulkhead >= ZERO and lk.in_use >= lk.bulkhead:
        lk.rejected += ONE
        fr.child_cause = REJECTED
        return True
    if lk.breaker == ONE:
        if breaker_refuses(S, fr.link):
            lk.breaker_rejected += ONE
            fr.child_cause = BREAKER_OPEN
            return True
        fr.breaker = lk.b_epoch
    return False


@cold
def _wait_for_connection(S: State, f: int) -> None:
    append(S, S.LK[S.F[f].link].pool_queue, f)


@cold
def _lost_on_the_way(S: State, lk_index: int) -> bool:
    lk = S.LK[lk_index]
    if lk.partition > 0.0:
        return True
    return lk.omit_request > 0.0 and uniform(S, lk.fail_stream) < lk.omit_request


@hot
def _transit(S: State, lk_index: int, fixed: float, more: float) -> float:
    """The time one message spends on a link, one way, `more` of it by a fault."""
    lk = S.LK[lk_index]
    took = fixed
    if lk.net != NONE:
        took += draw(S, lk.net, lk.net_stream)
    return max(took * lk.slow + more, 0.0)


@hot
def send(S: State, f: int) -> int:
    """Send one request (a first copy or a hedge) of a frame's call; the callee's frame goes on, not the caller's."""
    fr = S.F[f]
    site = S.SI[fr.site]
    lk = S.LK[fr.link]
    lk.attempts += ONE
    fr.copies += ONE
    c = allocate(S, CALLEE)
    child = S.F[c]
    child.parent = f
    child.parent_gen = fr.gen
    child.pc = site.code
    child.station = site.station
    child.via = fr.link
    child.journey = fr.journey
    child.root = fr.root
    child.root_life = fr.root_life
    child.t_start = S.G[ZERO].now
    if lk.clear == ONE:
        return np.int64(c)
    return np.int64(_on_the_way(S, f, c))


@cold
def _on_the_way(S: State, f: int, c: int) -> int:
    """What may happen to a request between caller and callee: its frame if it has arrived, else -1."""
    fr = S.F[f]
    lk = S.LK[fr.link]
    child = S.F[c]
    now = S.G[ZERO].now
    if lk.hedge == ONE and fr.copies == ONE:
        fr.hedge = push(S, now + lk.hedge_after, E_HEDGE, f)
    if fr.copies > ONE:
        child.b_wait = now - fr.t_wait
    if lk.propagates == ONE:
        child.deadline = fr.deadline
        if lk.timer != NONE and fr.t_sent + lk.timeout < child.deadline:
            child.deadline = fr.t_sent + lk.timeout
    refused = False
    if lk.faulty == ONE:
        refused = lk.refused > 0.0
        if not refused and _lost_on_the_way(S, fr.link):
            release(S, c)
            return np.int64(NONE)
    if lk.odd > 0.0 and not refused:
        child.odd_link = odd_face(S, lk.odd, lk.fail_stream)
        if child.odd_link == ODD_LOST:
            release(S, c)
            return np.int64(NONE)
        refused = child.odd_link == ODD_REFUSED
    if refused:
        child.cause = CRASHED
        child.phase = P_REPLYING
        child.key = push(S, now, E_REPLY, c)
        return np.int64(NONE)
    if lk.plain == ZERO:
        took = _transit(S, fr.link, lk.out, lk.add)
        if took > 0.0:
            child.b_net += took
            child.phase = P_TRANSIT
            child.key = push(S, now + took, E_REACH, c)
            return np.int64(NONE)
    return np.int64(c)


@hot
def finish(S: State, f: int) -> int:
    """A frame is through with its code, well or badly."""
    fr = S.F[f]
    if (fr.kind == CALLEE or fr.kind == PENDING) and fr.station != NONE:
        leave_station(S, f)
        return np.int64(RESPOND)
    if fr.crowded == ONE:
        leave_crowd(S, fr.inst, f)
    if fr.holding == ONE:
        leave_worker(S, f)
    return np.int64(RESPOND)


@cold
def _spoil(S: State, f: int, stream: int, wrong: float, detected: float, permanent: float) -> None:
    """Let an answer be wrong with a probability, noticed or not."""
    c = S.F[f]
    if c.cause == OK and wrong > 0.0 and uniform(S, stream) < wrong:
        if uniform(S, stream) < detected:
            c.cause = WRONG
            if uniform(S, stream) < permanent:
                c.permanent = ONE
        else:
            c.wrong = ONE


@cold
def _show_face(S: State, f: int, face: int) -> None:
    c = S.F[f]
    if c.cause == OK:
        if face == ODD_NOTICED:
            c.cause = WRONG
        elif face == ODD_UNNOTICED:
            c.wrong = ONE


@cold
def _faults_on_the_way_back(S: State, f: int) -> float:
    """Spoil an answer by the faults of its station and its link: how many ms later it comes; -1 when it is lost."""
    c = S.F[f]
    lk = S.LK[c.via]
    now = S.G[ZERO].now
    late = 0.0
    if lk.partition > 0.0 or lk.refused > 0.0:
        return -1.0
    if lk.omit_reply > 0.0 and uniform(S, lk.fail_stream) < lk.omit_reply:
        return -1.0
    _spoil(S, f, lk.fail_stream, lk.wrong, lk.detected, lk.permanent)
    _show_face(S, f, c.odd_link)
    if c.odd_link == ODD_LATE and c.consumer == NONE:
        late += ODD_DELAY * (now - S.F[c.parent].t_sent)
    if c.station == NONE:
        return late
    st = S.ST[c.station]
    if st.faulty == ZERO:
        return late
    if st.partition > 0.0:
        return -1.0
    if st.omit_reply > 0.0 and uniform(S, st.fail_stream) < st.omit_reply:
        return -1.0
    _spoil(S, f, st.fail_stream, st.wrong, st.detected, st.permanent)
    _show_face(S, f, c.odd_station)
    if c.odd_station == ODD_LATE:
        late += ODD_DELAY * (now - c.t_start)
    return late


@cold
def _end_delivery(S: State, c: int) -> None:
    """Acknowledge a message or give it back, unless a fault keeps the broker from hearing of it."""
    delivery = S.F[c]
    if delivery.consumer == READER:
        end_change(S, c)
        return
    unheard = delivery.cause == LOST
    if delivery.cause == OK and (S.LK[delivery.via].faulty == ONE or S.ST[delivery.station].faulty == ONE):
        unheard = _faults_on_the_way_back(S, c) < 0.0
    if unheard and S.CN[delivery.consumer].once == ZERO:
        lose_acknowledgement(S, c)
    else:
        if delivery.cause == OK and delivery.asked != NONE:
            delivery.cause = reply(S, c, ZERO)
        acknowledge(S, c)


@hot
def respond(S: State, c: int) -> int:
    """Send a callee's answer back, unless nobody waits for it."""
    child = S.F[c]
    if child.kind != CALLEE:
        end_pending(S, c)
        return np.int64(DONE)
    if child.consumer != NONE:
        _end_delivery(S, c)
        return np.int64(DONE)
    if child.parent == NONE:
        if child.cause == OK:
            S.LK[child.via].answered += ONE
            S.LK[child.via].sum_ms += S.G[ZERO].now - child.t_start
        return np.int64(ENDED)
    if S.F[child.parent].gen != child.parent_gen:
        release(S, c)
        return np.int64(DONE)
    if S.LK[child.via].clear == ONE and (child.station == NONE or S.ST[child.station].faulty == ZERO):
        return np.int64(DELIVER)
    return np.int64(_on_the_way_back(S, c))


@cold
def _on_the_way_back(S: State, c: int) -> int:
    """What may happen to an answer between callee and caller: the next state of the callee's frame."""
    child = S.F[c]
    lk = S.LK[child.via]
    took = 0.0
    if lk.faulty == ONE or (child.station != NONE and S.ST[child.station].faulty == ONE):
        took = _faults_on_the_way_back(S, c)
        if took < 0.0:
            release(S, c)
            return np.int64(DONE)
    if lk.plain == ZERO:
        took += _transit(S, child.via, lk.back, 0.0)
    if took > 0.0:
        child.b_net += took
        child.phase = P_REPLYING
        child.key = push(S, S.G[ZERO].now + took, E_REPLY, c)
        return np.int64(DONE)
    return np.int64(DELIVER)


@cold
def next_connection(S: State, lk_index: int) -> None:
    """Give the connection just freed to the first that waits for one."""
    lk = S.LK[lk_index]
    queue = S.Q[lk.pool_queue]
    if queue.n == ZERO:
        return
    f = queue.head
    unlink(S, lk.pool_queue, f)
    fr = S.F[f]
    fr.b_wait += S.G[ZERO].now - fr.t_wait
    fr.t_wait = S.G[ZERO].now
    lk.in_use += ONE
    fr.phase = P_CALLING
    fr.key = push(S, S.G[ZERO].now, E_SEND, f)


@hot
def end_attempt(S: State, f: int, failed: int) -> None:
    """An attempt is over: its connection is free and the breaker knows."""
    fr = S.F[f]
    lk = S.LK[fr.link]
    lk.in_use -= ONE
    if lk.guarded == ZERO:
        return
    fr.hedge = ZERO
    if lk.pool >= ZERO:
        next_connection(S, fr.link)
    if lk.breaker == ONE:
        record_outcome(S, f, failed)


@hot
def deliver(S: State, c: int) -> int:
    """An answer has reached its caller: the caller's next state, the callee's frame given back."""
    child = S.F[c]
    p = child.parent
    caller = S.F[p]
    lk = S.LK[caller.link]
    if lk.guarded == ONE:
        if caller.copies > ONE:
            if child.cause != OK:
                caller.copies -= ONE
                return np.int64(DONE)
            S.G[ZERO].abandoned = ONE
        disarm(S, p)
    caller.gen += ONE
    failed = ONE if child.cause != OK else ZERO
    end_attempt(S, p, failed)
    caller.b_wait += child.b_wait
    caller.b_work += child.b_work
    caller.b_net += child.b_net
    caller.b_back += child.b_back
    if failed == ONE:
        caller.child_cause = child.cause
        caller.permanent = child.permanent
        return np.int64(FAILED)
    caller.wrong |= child.wrong
    caller.degraded |= child.degraded
    lk.answered += ONE
    lk.sum_ms += S.G[ZERO].now - caller.t_call
    caller.pc += ONE
    return np.int64(INTERPRET)


@cold
def timed_out(S: State, f: int) -> None:
    """A caller has waited long enough: the attempt has failed, whatever the callee still does."""
    g = S.G[ZERO]
    fr = S.F[f]
    lk = S.LK[fr.link]
    fr.gen += ONE
    g.abandoned = ONE
    lk.timeouts += ONE
    fr.b_wait += g.now - fr.t_wait
    fr.child_cause = CLIENT_TIMEOUT if lk.patience == ONE else TIMEOUT
    if fr.phase == P_POOLED:
        unlink(S, lk.pool_queue, f)
        fr.child_cause = POOL_EXHAUSTED
        if lk.breaker == ONE:
            record_outcome(S, f, ONE)
    else:
        if lk.pool >= ZERO and fr.t_wait - fr.t_sent > g.now - fr.t_wait:
            fr.child_cause = POOL_EXHAUSTED
        fr.key = ZERO
        end_attempt(S, f, ONE)


@cold
def _buffer(S: State, f: int) -> None:
    """Keep a call that failed for good, to send it later; one that a repetition cannot help is lost."""
    fr = S.F[f]
    lk = S.LK[fr.link]
    waiting = fr.root != NONE and S.F[fr.root].life == fr.root_life
    if fr.permanent == ONE and lk.typed == ONE:
        if waiting:
            S.F[fr.root].lost = ONE
        return
    b = allocate(S, BUFFERED)
    later = S.F[b]
    later.journey = fr.journey
    later.root = fr.root
    later.root_life = fr.root_life
    later.site = fr.site
    later.link = fr.link
    later.pc = lk.kept
    if waiting:
        S.F[fr.root].outstanding += ONE
    _send_later(S, b)


@cold
def _send_later(S: State, b: int) -> None:
    later = S.F[b]
    later.attempt = ZERO
    later.phase = P_BACKOFF
    later.t_call = S.G[ZERO].now + AGAIN_MS
    later.key = push(S, later.t_call, E_RETRY, b)


@cold
def break_calls(S: State, lk_index: int) -> None:
    """Reset the connections of a link: every call over it fails at once. Those that wait for a connection get one."""
    for f in range(S.F.shape[0]):
        if S.F[f].phase == P_CALLING and S.F[f].link == lk_index:
            S.F[f].phase = P_BREAKING
    for f in range(S.F.shape[0]):
        fr = S.F[f]
        if fr.phase == P_BREAKING and fr.link == lk_index:
            disarm(S, f)
            fr.gen += ONE
            S.G[ZERO].abandoned = ONE
            fr.b_wait += S.G[ZERO].now - fr.t_wait
            end_attempt(S, f, ONE)
            fr.child_cause = CRASHED
            fr.phase = P_BROKEN
            fr.key = push(S, S.G[ZERO].now, E_RETRY, f)


@cold
def failed_attempt(S: State, f: int) -> int:
    """After a failed attempt: try again, go on without, make up for it, or fail."""
    fr = S.F[f]
    lk = S.LK[fr.link]
    now = S.G[ZERO].now
    if fr.kind == BUFFERED:
        if fr.permanent == ONE and lk.typed == ONE:
            fr.cause = fr.child_cause
            return np.int64(FINISH)
        _send_later(S, f)
        return np.int64(DONE)
    again = lk.max_attempts < ZERO or fr.attempt < lk.max_attempts
    if fr.permanent == ONE and lk.typed == ONE:
        again = False
    if again and lk.budgeted == ONE:
        if lk.tokens >= 1.0:
            lk.tokens -= 1.0
        else:
            again = False
    if again:
        pause = 0.0
        if lk.backoff != K_NONE:
            pause = lk.pause
            if lk.backoff == K_EXPONENTIAL:
                pause = lk.pause * 2.0 ** min(np.float64(fr.attempt - ONE), 1000.0)
            pause = min(pause, lk.cap)
            if lk.jitter == ONE:
                pause *= uniform(S, lk.retry_stream)
        fr.b_back += pause
        lk.backoff_ms += pause
        fr.phase = P_BACKOFF
        fr.until = now + pause
        fr.key = push(S, now + pause, E_RETRY, f)
        return np.int64(DONE)
    site = S.SI[fr.site]
    if lk.fallback != ZERO:
        if lk.fallback == KEPT_FALLBACK:
            _buffer(S, f)
        fr.degraded = ONE
        fr.pc += TWO if site.on_failure == BESIDE else ONE
        return np.int64(INTERPRET)
    fr.cause = fr.child_cause
    if site.on_failure != NONE:
        fr.pc = site.on_failure
        return np.int64(INTERPRET)
    return np.int64(FINISH)


@hot
def join(S: State, b: int) -> int:
    """A branch has ended: 0 when others still run, else the parent's next state."""
    branch = S.F[b]
    p = branch.parent
    parent = S.F[p]
    parent.pending -= ONE
    parent.own_work += branch.own_work
    parent.wrong |= branch.wrong
    parent.degraded |= branch.degraded
    if branch.cause != OK and parent.child_cause == OK:
        parent.child_cause = branch.cause
        parent.permanent = branch.permanent
    if parent.pending > ZERO:
        return np.int64(DONE)
    parent.b_wait += branch.b_wait
    parent.b_work += branch.b_work
    parent.b_net += branch.b_net
    parent.b_back += branch.b_back
    parent.gen += ONE
    if parent.child_cause != OK:
        parent.cause = parent.child_cause
        return np.int64(FINISH)
    parent.pc += ONE
    return np.int64(INTERPRET)
