"""The flat program: what `compile` writes, what a replication's state is made from. Knows arrays, not the model."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.simulation.kernel import layout
from models.simulation.kernel.draws import layers
from models.simulation.kernel.layout import BATCHES, BUCKETS, CAUSES, COUNTED, FIRST_BATCH, State, records

Row = dict[str, float]
_LAYERS = layers()
MAX_FRAMES = 4_000_000


class Assembly:
    """Collects the rows of a program. `add_*` methods return the row's index; rows may be changed until `build`."""

    def __init__(self) -> None:
        self.stations: list[Row] = []
        self.instances: list[Row] = []
        self.queues = 0
        self.links: list[Row] = []
        self.sites: list[Row] = []
        self.code: list[tuple[int, int, int, float]] = []
        self.dists: list[tuple[int, int, int, float, float, float]] = []
        self.quantiles: list[tuple[float, float]] = []
        self.journeys: list[Row] = []
        self.segments: list[tuple[float, float, float, float]] = []
        self.timers = 0
        self.channels: list[Row] = []
        self.consumers: list[Row] = []
        self.slots = 0
        self.targets: list[Row] = []
        self.pollers: list[Row] = []
        self.puts: list[Row] = []
        self.noted: list[Row] = []
        self.questions: list[Row] = []
        self.scalers: list[Row] = []
        self.codes: list[int] = []
        self.changes: list[tuple[Row, Row]] = []
        self.breaker_bits = 0
        self.streams: list[tuple[str, str]] = []
        self._stream_index: dict[tuple[str, str], int] = {}
        self._dist_index: dict[tuple[int, int, int, float, float, float], int] = {}

    def stream(self, name: str, purpose: str) -> int:
        """The random stream of an element, link or journey for one purpose."""
        key = (name, purpose)
        if key not in self._stream_index:
            self._stream_index[key] = len(self.streams)
            self.streams.append(key)
        return self._stream_index[key]

    def add_distribution(
        self, kind: int, a: float = 0.0, b: float = 0.0, c: float = 0.0, first: int = 0, n: int = 0
    ) -> int:
        """A distribution by the kernel's own numbers; equal ones share a row."""
        key = (int(kind), first, n, float(a), float(b), float(c))
        if key not in self._dist_index:
            self._dist_index[key] = len(self.dists)
            self.dists.append(key)
        return self._dist_index[key]

    def add_queue(self) -> int:
        """An empty queue."""
        self.queues += 1
        return self.queues - 1

    def add_timer(self) -> int:
        """A list of timers of one length."""
        self.timers += 1
        return self.timers - 1

    def emit(self, op: Any, a: int = 0, b: int = 0, x: float = 0.0) -> int:
        """Append an instruction."""
        self.code.append((int(op), int(a), int(b), float(x)))
        return len(self.code) - 1

    def patch(self, at: int, a: int) -> None:
        """Set where an instruction jumps to."""
        op, _, b, x = self.code[at]
        self.code[at] = (op, a, b, x)

    def build(self, names: "Names", reserve: int) -> "Program":
        """The finished program."""
        arrays = {
            "ST": _table(layout.STATION, self.stations),
            "IN": _table(layout.INSTANCE, self.instances),
            "Q": _table(layout.QUEUE, [{"head": -1, "tail": -1}] * self.queues),
            "LK": _table(layout.LINK, self.links),
            "SI": _table(layout.SITE, self.sites),
            "CO": _tuples(layout.CODE, self.code),
            "DI": _tuples(layout.DIST, self.dists),
            "JO": _table(layout.JOURNEY, self.journeys),
            "SG": _tuples(layout.SEGMENT, self.segments),
            "TL": _table(layout.TIMER, [{"head": -1, "tail": -1}] * self.timers),
            "CH": _table(layout.CHANNEL, self.channels),
            "CN": _table(layout.CONSUMER, self.consumers),
            "TG": _table(layout.TARGET, self.targets),
            "PO": _table(layout.POLLER, self.pollers),
            "PU": _table(layout.PUT, self.puts),
            "NO": _table(layout.NOTED, self.noted),
            "AS": _table(layout.ASK, self.questions),
            "AU": _table(layout.SCALER, self.scalers),
            "CG": _table(layout.CHANGE, [change for change, _ in self.changes]),
            "FA": _table(layout.FAULT, [values for _, values in self.changes]),
            "QT": np.array(self.quantiles, dtype=np.float64).reshape(-1, 2),
            "BW": np.zeros(self.breaker_bits, dtype=np.int32),
            "SL": np.zeros(self.slots, dtype=np.int32),
            "SC": np.array(self.codes, dtype=np.int32),
        }
        users = sum(int(row.get("users", 0)) for row in self.journeys)
        first_events = users + len(self.journeys) + len(self.changes) + len(self.pollers) + len(self.scalers) + 16
        return Program(arrays, names, tuple(self.streams), reserve, first_events)


@dataclass(frozen=True)
class Names:
    """The ids behind the rows, in row order."""

    stations: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    """Several rows, the subscriptions of one topic, carry the topic's id; those that are a part of another row
    (partitions, replies) carry none."""
    journeys: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """Arrays that every replication starts from. `reserve` bounds the frames and events one step can start."""

    arrays: Mapping[str, Any]
    names: Names
    streams: tuple[tuple[str, str], ...]
    reserve: int
    first_events: int


def _table(layout_: layout.Record, rows: list[Row]) -> Any:
    table = records(layout_, len(rows))
    for name in {name for row in rows for name in row}:
        column = table[name]
        for i, row in enumerate(rows):
            if name in row:
                column[i] = row[name]
    return table


def _tuples(layout_: layout.Record, rows: list[Any]) -> Any:
    table = records(layout_, len(rows))
    for k, (name, _) in enumerate(layout_):
        table[name] = [row[k] for row in rows]
    return table


def _copy(array: Any) -> Any:
    copy = layout.lined_up(array.shape, array.dtype).view(type(array))
    copy[...] = array
    return copy


def _seeds(streams: tuple[tuple[str, str], ...], seed: int, replication: int) -> Any:
    words = layout.lined_up((max(1, len(streams)), 4), np.uint64)
    words[0] = 1
    for i, (name, purpose) in enumerate(streams):
        text = f"{seed}\x1f{replication}\x1f{name}\x1f{purpose}".encode()
        words[i] = np.frombuffer(hashlib.blake2b(text, digest_size=32).digest(), dtype="<u8")
    return words


def new_state(
    program: Program,
    *,
    seed: int,
    replication: int,
    duration_ms: float,
    epochs: tuple[float, ...],
    window_ms: float,
    windows: int,
) -> State:
    """The state of one replication at time 0. Its random streams depend on seed, replication and names alone.

    `epochs` are the times, the first 0, from which counts can be cut off as warm-up.
    """
    a = {name: _copy(array) for name, array in program.arrays.items()}
    n_journeys, n_stations, n_channels, n_epochs = len(a["JO"]), len(a["ST"]), len(a["CH"]), len(epochs)
    n_pollers = len(a["PO"])
    g = records(layout.GLOBALS, 1)
    row = g[0]
    row.now, row.end, row.window_ms = 0.0, duration_ms, window_ms
    row.windows, row.n_stations, row.n_journeys, row.n_channels = windows, n_stations, n_journeys, n_channels
    row.n_links, row.epochs, row.reserve = len(a["LK"]), n_epochs, program.reserve
    row.surge = int(a["CG"].amount[a["CG"].what == layout.F_USERS].sum())
    row.ready_head = row.ready_tail = -1
    frames = records(layout.FRAME, 1024 + 2 * program.reserve)
    frames.next = np.arange(1, len(frames) + 1)
    row.free, row.free_n = 0, len(frames)
    a["JO"].batch_size[:] = FIRST_BATCH
    a["JO"].bucket_low[:] = BUCKETS
    a["JO"].bucket_high[:] = -1
    breakers = np.flatnonzero(a["LK"].breaker)
    a["LK"].b_row[breakers] = np.arange(len(breakers))
    return State(
        G=g,
        H=layout.events(1024 + 2 * program.reserve + program.first_events),
        F=frames,
        ZE=_LAYERS,
        R=_seeds(program.streams, seed, replication),
        EP=np.array(epochs, dtype=np.float64),
        JT=records(layout.TALLY, n_journeys * n_epochs),
        HL=np.zeros((n_journeys, n_epochs, BUCKETS), dtype=np.int32),
        HC=np.zeros((n_journeys, n_epochs, BUCKETS), dtype=np.int32),
        HW=np.zeros((n_journeys, BUCKETS), dtype=np.int32),
        ER=np.zeros((n_journeys, n_epochs, len(CAUSES)), dtype=np.int64),
        CE=np.zeros((n_channels, n_epochs, len(COUNTED)), dtype=np.int64),
        HF=np.zeros((n_pollers, n_epochs, BUCKETS), dtype=np.int32),
        FS=np.zeros((n_pollers, n_epochs, 2)),
        BA=np.zeros((n_journeys, BATCHES, 3)),
        WJ=np.full((windows, n_journeys, 3), np.nan),
        WS=np.zeros((windows, n_stations, 2)),
        WC=np.zeros((windows, n_channels)),
        WF=np.zeros((windows, len(a["AU"]))),
        WB=np.zeros((windows, len(breakers))),
        **a,
    )


def grown(state: State) -> State:
    """The same state with twice the room for events and frames. Raises MemoryError beyond `MAX_FRAMES` frames."""
    row = state.G[0]
    heap, frames = state.H, state.F
    if row.free_n < row.reserve:
        old = len(frames)
        if 2 * old > MAX_FRAMES:
            raise MemoryError
        frames = records(layout.FRAME, 2 * old)
        frames[:old] = state.F
        frames.next[old:] = np.arange(old + 1, 2 * old + 1)
        frames.next[2 * old - 1] = row.free
        row.free = old
        row.free_n += old
    else:
        heap = layout.events(2 * len(state.H))
        heap[: row.heap] = state.H[: row.heap]
        if row.soon_end > 0:
            heap[-row.soon_end :] = state.H[-row.soon_end :]
    return state._replace(H=heap, F=frames)
