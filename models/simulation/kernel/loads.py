"""Users of closed loads, batches, and clients that are down."""

import numpy as np

from models.simulation.kernel.compiled import cold
from models.simulation.kernel.draws import draw
from models.simulation.kernel.events import push
from models.simulation.kernel.layout import E_ARRIVE, E_THINK, ONE, ZERO, State

CLOSED_LOAD = np.int64(2)
BATCH_LOAD = np.int64(3)


@cold
def think(S: State, j: int) -> None:
    """A user of a closed load thinks before the next journey."""
    jo = S.JO[j]
    push(S, S.G[ZERO].now + draw(S, jo.think, jo.think_stream), E_THINK, j)


@cold
def user_begins(S: State, j: int) -> bool:
    """Whether a user who has thought begins: not one too many after a surge, nor one whose client is down."""
    jo = S.JO[j]
    if jo.users > jo.wanted:
        jo.users -= ONE
        return False
    if jo.crashed == ONE:
        if jo.back_at < np.inf:
            push(S, jo.back_at, E_THINK, j)
        return False
    return True


@cold
def next_of_batch(S: State, j: int) -> bool:
    """Put the next of a batch, or the next batch, on the heap: whether a journey begins now."""
    jo = S.JO[j]
    now = S.G[ZERO].now
    if jo.batch_left == ZERO:
        jo.batch_left = jo.batch
    if jo.batch_left == ZERO:
        push(S, now + jo.every, E_ARRIVE, j)
        return False
    jo.batch_left -= ONE
    if jo.batch_left > ZERO:
        push(S, now, E_ARRIVE, j)
    else:
        push(S, now + jo.every, E_ARRIVE, j)
    return jo.crashed == ZERO


@cold
def change_size(S: State, j: int, amount: float) -> None:
    """A surge begins or ends: so many users, or journeys in a batch. New users begin by thinking."""
    jo = S.JO[j]
    if jo.kind == BATCH_LOAD:
        jo.batch = np.int64(amount)
        return
    jo.wanted = np.int64(amount)
    while jo.users < jo.wanted:
        jo.users += ONE
        think(S, j)
