"""Outages of what has no instances: channels, links, clients; what a surge does to closed and scheduled loads; and the
replay of dead letters when all is over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from models.architecture import Journey, Load
from models.architecture.scenarios import Crash
from models.simulation.compiler.channels import Channels
from models.simulation.compiler.facts import FOREVER
from models.simulation.compiler.loads import Surge
from models.simulation.kernel.layout import (
    F_CHANNEL_DOWN,
    F_CHANNEL_UP,
    F_CLIENT_DOWN,
    F_CLIENT_UP,
    F_REPLAY,
    F_RESET,
    F_USERS,
)
from models.simulation.program import Assembly, Row

Change = tuple[Row, Row]
Window = tuple[float, float, bool]
"""(from ms, until ms, whether silent)."""


def merged(windows: Iterable[Window]) -> list[Window]:
    """Overlapping outages as one, silent when the one that begins it is."""
    found: list[Window] = []
    for begin, end, silent in sorted(windows):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]), found[-1][2])
        else:
            found.append((begin, end, silent))
    return found


@dataclass
class Outages:
    """When channels and clients are down and when links are cut, by row or id."""

    assembly: Assembly
    channels: Channels
    _channels: dict[str, list[Window]] = field(default_factory=dict)
    _clients: dict[str, list[Window]] = field(default_factory=dict)
    _resets: list[Change] = field(default_factory=list)

    def channel(self, element_id: str, fault: Crash, begin: float, end: float, replicas: int) -> None:
        """Let a queue or topic be down, unless replicas of it are left."""
        if not isinstance(fault.instances, int) or fault.instances >= replicas:
            self._channels.setdefault(element_id, []).append((begin, end, bool(fault.silent)))

    def client(self, client_id: str, begin: float, end: float) -> None:
        """Let a client be down: its journeys in flight are lost and none begins."""
        self._clients.setdefault(client_id, []).append((begin, end, False))

    def reset(self, link: int, begin: float) -> None:
        """Break the connections of a link."""
        self._resets.append(({"what": float(F_RESET), "target": link, "t": begin}, {}))

    def changes(self, ends: Sequence[float]) -> list[Change]:
        """All changes but those of clients; `ends` are the times at which the scenario's faults are over."""
        found = list(self._resets)
        for element_id, windows in self._channels.items():
            rows = [row for channel in self.channels.of_element(element_id) for row in channel.rows]
            for begin, end, silent in merged(windows):
                for row in rows:
                    found.append(({"what": float(F_CHANNEL_DOWN), "target": row, "silent": silent, "t": begin}, {}))
                    if end < FOREVER:
                        found.append(({"what": float(F_CHANNEL_UP), "target": row, "t": end}, {}))
        over = max(ends, default=FOREVER)
        if over < FOREVER:
            for _, row in self.channels.dead_letters():
                self.assembly.channels[row]["replay_at"] = over
                found.append(({"what": float(F_REPLAY), "target": row, "t": over}, {}))
        return found

    def of_journey(self, j: int, journey: Journey) -> list[Change]:
        """The changes by which the client of the journey in row `j` goes down and comes back."""
        found: list[Change] = []
        for begin, end, _ in merged(self._clients.get(journey.entry, ())):
            found.append(({"what": float(F_CLIENT_DOWN), "target": j, "t": begin, "amount": end}, {}))
            if end < FOREVER:
                found.append(({"what": float(F_CLIENT_UP), "target": j, "t": end}, {}))
        return found


def sizes(j: int, load: Load, factor: float, surges: Sequence[Surge]) -> list[Change]:
    """The number of users, or of journeys in a batch, as surges begin and end; nothing for loads with a rate."""
    usual = load.closed.users if load.closed is not None else load.schedule.batch if load.schedule is not None else None
    if usual is None:
        return []
    found: list[Change] = []
    for at in sorted({edge for begin, end, _ in surges for edge in (begin, end) if edge < FOREVER}):
        times = factor
        for begin, end, more in surges:
            if begin <= at < end:
                times *= more
        found.append(({"what": float(F_USERS), "target": j, "t": at, "amount": float(round(usual * times))}, {}))
    return found
