"""One link as the reasons see it: what is known, in values and in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from models.analysis.advisor.questions import Value
from models.analysis.facts import figure
from models.architecture.text import QT_TRANSLATE_NOOP, Text, say

QUICK_MS = 500.0
"""Up to here a caller waits without harm."""
LONG_MS = 2_000.0
"""From here a synchronous caller stands still too long."""
RELIABLE = 0.999
LATE_MS = 60_000.0
"""Who may be this late can look for news from time to time."""
SOON_MS = 1_000.0
EVENT_BYTES = 1e6
"""About what Kafka takes in one message (S8)."""
MONTH_MIN = 30 * 24 * 60


@dataclass(frozen=True)
class Case:
    """`values` holds what is known and nothing else; `bulk_bytes` and `bulk_bytes_per_h` are the policy's figures."""

    source: str
    target: str
    values: Mapping[str, Value]
    bulk_bytes: float = 8 * 1024.0**2
    bulk_bytes_per_h: float = 1024.0**3
    to_store: bool = False
    in_process: bool = False
    """Both are deployed together: what runs between them stays in one process."""
    fallback: bool = False
    """Somebody said what stands in for the answer while the target is down."""

    def yes(self, question_id: str) -> bool:
        return self.values.get(question_id) is True

    def no(self, question_id: str) -> bool:
        return self.values.get(question_id) is False

    def number(self, question_id: str) -> float | None:
        value = self.values.get(question_id)
        return None if value is None or isinstance(value, bool | str) else value

    def at_least(self, question_id: str, least: float) -> bool:
        value = self.number(question_id)
        return value is not None and value >= least

    def at_most(self, question_id: str, most: float) -> bool:
        value = self.number(question_id)
        return value is not None and value <= most

    @property
    def quick(self) -> bool:
        return self.at_most("answer_ms", QUICK_MS) and not self.too_late

    @property
    def long(self) -> bool:
        return self.at_least("answer_ms", LONG_MS)

    @property
    def too_late(self) -> bool:
        """The answer takes longer than the source may wait."""
        answer, patience = self.number("answer_ms"), self.number("patience_ms")
        return answer is not None and patience is not None and answer > patience

    @property
    def may_wait(self) -> bool:
        """Nobody said that it must not."""
        return not self.yes("must_not_wait")

    @property
    def several(self) -> bool:
        return self.at_least("consumers", 2)

    @property
    def bulk(self) -> bool:
        return self.at_least("payload_bytes", self.bulk_bytes + 1) or self.bulk_flow

    @property
    def bulk_flow(self) -> bool:
        size, rate = self.number("payload_bytes"), self.number("rate_per_s")
        return size is not None and rate is not None and size * rate * 3600 > self.bulk_bytes_per_h

    def figures(self) -> dict[str, object]:
        """The values of all templates: names, and what is known in words."""
        told: dict[str, object] = {"source": self.source, "target": self.target}
        for question_id, name, written in (
            ("answer_ms", "answer", time_text),
            ("patience_ms", "patience", time_text),
            ("may_lag_ms", "lag", time_text),
            ("payload_bytes", "size", size_text),
            ("consumers", "consumers", figure),
        ):
            value = self.number(question_id)
            if value is not None:
                told[name] = written(value)
        size, rate = self.number("payload_bytes"), self.number("rate_per_s")
        if size is not None:
            told["volume"] = told["size"]
            if rate is not None and self.bulk_flow:
                flow = size_text(size * rate * 3600)
                told["volume"] = say("advisor", _PER_HOUR, size=told["size"], rate=figure(rate), flow=flow)
        up = self.number("availability")
        if up is not None:
            told["up"] = f"{100 * up:.6g}%"
            told["down"] = time_text((1 - up) * MONTH_MIN * 60_000)
        return told


def time_text(milliseconds: float) -> str:
    """ "300 ms", "2.5 s", "43.2 min", "7.2 h"."""
    for unit, size in (("h", 3_600_000.0), ("min", 60_000.0), ("s", 1_000.0)):
        if milliseconds >= size:
            return f"{float(f'{milliseconds / size:.3g}'):g} {unit}"
    return f"{float(f'{milliseconds:.3g}'):g} ms"


def size_text(size: float) -> str:
    """ "900 B", "64 KiB", "1.5 GiB"."""
    for unit, whole in (("TiB", 1024.0**4), ("GiB", 1024.0**3), ("MiB", 1024.0**2), ("KiB", 1024.0)):
        if size >= whole:
            return f"{float(f'{size / whole:.3g}'):g} {unit}"
    return f"{float(f'{size:.4g}'):g} B"


def told_value(unit: str, value: float) -> str | Text:
    """A number in its unit."""
    if unit == "ms":
        return time_text(value)
    if unit == "bytes":
        return size_text(value)
    if unit == "share":
        return f"{100 * value:.6g}%"
    if unit == "per_s":
        return f"{figure(value)}/s"
    return figure(value)


_PER_HOUR = QT_TRANSLATE_NOOP("advisor", "{size}, {rate} times a second, {flow} an hour")
