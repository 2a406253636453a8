"""What piles up in a channel while a fault lasts, and how long it takes to be worked off."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.architecture.scenarios import Poison
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.simulation.compiler import Compiled
from models.simulation.wording import faults_name, time

WORTH_A_WORD = 10.0
"""A backlog that is not higher by so many messages, and by half, than before the fault is none."""
AGAIN = 0.1
"""What rises again by less than this share of the backlog's height is luck, and does not undo its end."""

_DRAINED = QT_TRANSLATE_NOOP(
    "verdict", "The backlog of {channel} peaked at {peak} messages and was worked off {after} after the {fault} ended."
)
_DRAINED_OF_POISON = QT_TRANSLATE_NOOP(
    "verdict", "The backlog of {channel} peaked at {peak} messages and was worked off {after} after the poison arrived."
)
_DRAINS = QT_TRANSLATE_NOOP(
    "verdict", "The backlog of {channel} peaked at {peak} messages and is being worked off at the end: {waiting} wait."
)


@dataclass(frozen=True)
class Backlog:
    """The course of a channel's depth around the faults of its scenario."""

    peak: float
    """The highest mean depth of a window from the beginning of the first fault on."""
    peak_at: int
    """In which window."""
    drained_ms: float | None
    """From the end of the last fault until the depth is back to what it was before; None when it was not by the end;
    0 when it never left it, or was back before the fault ended."""


def backlog(compiled: Compiled, lines: dict[str, Any], channel: str) -> Backlog | None:
    """The course of a channel, or None without a fault, or with one that does not end; poison ends as it arrives.

    Back is the first window at or below the highest one before the faults (or one message), after which the depth does
    not rise by more than a tenth of the backlog again. Within that window the line through the two before it says when.
    """
    pairs = zip(compiled.triggers, compiled.faults, strict=True)
    ends = [begin if isinstance(fault, Poison) else end for (begin, end, _), fault in pairs]
    if not ends or max(ends) >= compiled.duration_ms:
        return None
    begin, end = min(begin for begin, _, _ in compiled.triggers), max(ends)
    t_ms: list[float] = lines["t_ms"]
    edges = [*t_ms[1:], compiled.duration_ms]
    depth = [value or 0.0 for value in lines["channels"][channel]["depth"]]
    usual = max((value for value, stop in zip(depth, edges, strict=True) if stop <= begin), default=0.0)
    usual = max(usual, 1.0)
    struck = [i for i, stop in enumerate(edges) if stop > begin]
    peak_at = max(struck, key=lambda i: depth[i])
    peak = depth[peak_at]
    if peak <= 1.5 * usual + WORTH_A_WORD:
        return Backlog(peak, peak_at, 0.0)
    high = [i for i in struck if depth[i] > usual + AGAIN * (peak - usual)]
    back = next((i for i in range(high[-1] + 1, len(depth)) if depth[i] <= usual), None)
    if back is None:
        return Backlog(peak, peak_at, None)
    return Backlog(peak, peak_at, max(0.0, _crossing(t_ms, edges, depth, usual, back) - end))


def _crossing(t_ms: list[float], edges: list[float], depth: list[float], usual: float, back: int) -> float:
    """When a falling depth comes to what is usual, near the beginning of window `back`."""
    middles = [(start + stop) / 2 for start, stop in zip(t_ms, edges, strict=True)]
    last = back - 2
    if last < 1 or depth[last] >= depth[last - 1]:
        return t_ms[back]
    slope = (depth[last - 1] - depth[last]) / (middles[last] - middles[last - 1])
    at = middles[last] + (depth[last] - usual) / slope
    return min(max(at, t_ms[back - 1]), edges[back])


def drained_ms(compiled: Compiled, lines: dict[str, Any], channel: str) -> float | None:
    """From the end of the last fault until a channel's backlog is worked off; None without one, or if it never is."""
    found = backlog(compiled, lines, channel)
    return None if found is None else found.drained_ms


def backlogs(
    compiled: Compiled, channels: dict[str, dict[str, Any]], lines: dict[str, Any], rising: Sequence[str]
) -> list[Text]:
    """A sentence for each channel in which a backlog piled up that has been, or is being, worked off; not for those
    still `rising`."""
    architecture = compiled.architecture
    found = []
    for name, row in channels.items():
        course = backlog(compiled, lines, name)
        if course is None or course.drained_ms == 0.0 or name in rising or not row["acknowledged"]:
            continue
        depth = lines["channels"][name]["depth"]
        highest = row["max_depth"] if max(value or 0.0 for value in depth) == course.peak else course.peak
        fault = faults_name(architecture, compiled.faults)
        shared = {"channel": architecture.label(name), "peak": f"{highest:,.0f}"}
        if course.drained_ms is not None:
            poisoned = all(isinstance(one, Poison) for one in compiled.faults)
            sentence = _DRAINED_OF_POISON if poisoned else _DRAINED
            found.append(say("verdict", sentence, after=time(course.drained_ms), fault=fault, **shared))
        elif (depth[-1] or 0.0) < 0.97 * course.peak:
            found.append(say("verdict", _DRAINS, waiting=f"{row['waiting'] / compiled.replications:,.0f}", **shared))
    return found
