"""What messages that kill whoever works on them did to the instances of a service."""

from collections.abc import Sequence
from typing import Any

from models.architecture.scenarios import Poison
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.simulation.compiler import Compiled
from models.simulation.replication import Replication
from models.simulation.wording import time

WORTH_A_WORD = 0.05
"""A backlog that grows by fewer messages a second is luck."""

_KILLS_ALL = QT_TRANSLATE_NOOP(
    "verdict",
    "Poison kills every instance of {element}: all {n} are down {after} after it arrives, and the backlog of {channel} "
    "then grows by {rate} messages a second.",
)
_KILLED_ALL = QT_TRANSLATE_NOOP(
    "verdict", "Poison kills every instance of {element}: all {n} are down {after} after it arrives."
)
_KILLS_ONE = QT_TRANSLATE_NOOP(
    "verdict",
    "Poison kills the only instance of {element} {after} after it arrives, and the backlog of {channel} then grows by "
    "{rate} messages a second.",
)
_KILLED_ONE = QT_TRANSLATE_NOOP("verdict", "Poison kills the only instance of {element} {after} after it arrives.")
_KILLS_SOME = QT_TRANSLATE_NOOP(
    "verdict", "Poison kills instances of {element} {times} times, but never all {n} are down at once."
)


def killed(compiled: Compiled, replications: Sequence[Replication], lines: dict[str, Any]) -> list[Text]:
    """A sentence for each element whose instances fell over a poisonous message, in most of the runs."""
    begins = [fault.from_ms or 0.0 for fault in compiled.faults if isinstance(fault, Poison)]
    if not begins:
        return []
    found = []
    for s, name in enumerate(compiled.program.names.stations):
        kills = sum(int(replication.state.ST.killed[s]) for replication in replications) / len(replications)
        if kills == 0:
            continue
        n = int(replications[0].state.ST.instances[s])
        downs = [float(replication.state.ST.all_down[s]) for replication in replications]
        downs = [at for at in downs if at >= 0]
        told: dict[str, Any] = {"element": compiled.architecture.label(name), "n": n}
        if 2 * len(downs) <= len(replications):
            found.append(say("verdict", _KILLS_SOME, times=f"{kills:,.3g}", **told))
            continue
        down = sum(downs) / len(downs)
        after = time(down - max((at for at in begins if at <= down), default=0.0))
        grows = _growth(compiled, replications[0], lines, s, down)
        if grows is None:
            found.append(say("verdict", _KILLED_ALL if n > 1 else _KILLED_ONE, after=after, **told))
        else:
            sentence = _KILLS_ALL if n > 1 else _KILLS_ONE
            rate = f"{grows[1]:.3g}"
            channel = compiled.architecture.label(grows[0])
            found.append(say("verdict", sentence, after=after, channel=channel, rate=rate, **told))
    return found


def _growth(
    compiled: Compiled, first: Replication, lines: dict[str, Any], station: int, since: float
) -> tuple[str, float] | None:
    """(channel, messages per second) by which the fullest channel of an element's grows to the end, from the first
    whole window after a time on; None where it does not."""
    names, t_ms = compiled.program.names, lines["t_ms"]
    later = [i for i, at in enumerate(t_ms) if at >= since]
    if len(later) < 2:
        return None
    homes = {int(first.state.CH.home[row.chan]) for row in first.state.CN if row.station == station}
    fullest: tuple[str, float] | None = None
    for name in {names.channels[home] for home in homes if names.channels[home]}:
        depth = [lines["channels"][name]["depth"][i] or 0.0 for i in later]
        middle = len(depth) // 2
        rises = depth[-1] > depth[middle] >= depth[0] and depth[-1] > 1.2 * depth[0]
        rate = (depth[-1] - depth[0]) / (t_ms[later[-1]] - t_ms[later[0]]) * 1000
        if rises and rate > WORTH_A_WORD and (fullest is None or rate > fullest[1]):
            fullest = name, rate
    return fullest
