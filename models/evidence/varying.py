"""What a sweep varies: the load factor, or any number of the model by its path."""

from __future__ import annotations

from dataclasses import dataclass

from models.architecture import Architecture, Scenario, replace
from models.architecture.nearest import nearest
from models.architecture.settings import SettingError, with_settings
from models.architecture.text import QT_TRANSLATE_NOOP, say
from models.evidence.execution import EvidenceError

LOAD_FACTOR = "load_factor"
MOST_POINTS = 1000
_FORM = QT_TRANSLATE_NOOP(
    "evidence", '"{text}" is no range; write it like order.workers=2:20:10 or load_factor=0.5:2:7'
)
_COUNT = QT_TRANSLATE_NOOP("evidence", '"{text}" asks for {n} points; take 2 to {most}')
_ORDER = QT_TRANSLATE_NOOP("evidence", '"{text}" goes from {low} to {high}; the first number must be the smaller one')
_TWO_PARTS = QT_TRANSLATE_NOOP(
    "evidence", '"{path}" names a journey and another part; give one of the two another id, then try again'
)
_NO_NUMBER = QT_TRANSLATE_NOOP("evidence", "{problem}{hint}")


@dataclass(frozen=True, slots=True)
class Range:
    """`n` values of `path`, evenly from `low` to `high`."""

    path: str
    low: float
    high: float
    n: int

    def values(self) -> tuple[float, ...]:
        step = (self.high - self.low) / (self.n - 1)
        return tuple(_clean(self.low + i * step) for i in range(self.n))


def parse(text: str) -> Range:
    """A range from "PATH=LOW:HIGH:N".

    Raises:
        EvidenceError: it is not written so.
    """
    path, equals, rest = text.strip().rpartition("=")
    parts = rest.split(":")
    try:
        low, high, n = float(parts[0]), float(parts[1]), int(parts[2])
        fine = bool(equals and path.strip()) and len(parts) == 3 and abs(low) < 1e15 and abs(high) < 1e15
    except (ValueError, IndexError):
        fine = False
    if not fine:
        raise EvidenceError(say("evidence", _FORM, text=text[:200]))
    if not 2 <= n <= MOST_POINTS:
        raise EvidenceError(say("evidence", _COUNT, text=text[:200], n=n, most=f"{MOST_POINTS:,}"))
    if not low < high:
        raise EvidenceError(say("evidence", _ORDER, text=text[:200], low=parts[0], high=parts[1]))
    return Range(path.strip(), low, high, n)


def at(architecture: Architecture, scenario: Scenario, path: str, value: float) -> tuple[float, Scenario]:
    """(the value, a whole number where only those fit; the scenario with `path` set to it).

    Raises:
        EvidenceError: the path leads nowhere, or the value does not fit there.
    """
    if path == LOAD_FACTOR:
        if value < 0:
            raise EvidenceError(say("evidence", QT_TRANSLATE_NOOP("evidence", "load_factor must be at least 0")))
        return value, replace(scenario, load_factor=value)
    setting = _path(architecture, path)
    whole = round(value)
    first = whole if whole == value else value
    try:
        with_settings(architecture, {setting: first})
        chosen: float = first
    except SettingError as error:
        chosen = whole
        if not _fits(architecture, setting, whole) or any(
            _fits(architecture, setting, whole + half) for half in (-0.5, 0.5)
        ):
            hint = nearest(path, [LOAD_FACTOR]) if "." not in path else ""
            raise EvidenceError(say("evidence", _NO_NUMBER, problem=error.text, hint=hint)) from error
    return chosen, replace(scenario, set={**scenario.set, setting: chosen})


def _fits(architecture: Architecture, setting: str, value: float) -> bool:
    try:
        with_settings(architecture, {setting: value})
    except SettingError:
        return False
    return True


def offered_per_s(architecture: Architecture, factor: float) -> float | None:
    """Requests per second of all open loads at a load factor; None when a journey's load is of another form."""
    rates = [journey.load.open.rate_per_s for journey in architecture.journeys if journey.load and journey.load.open]
    return factor * sum(rates) if rates and len(rates) == len(architecture.journeys) else None


def _path(architecture: Architecture, path: str) -> str:
    """The setting that a path means: "journey.ID.x" says that the ID is a journey's."""
    if not path.startswith("journey."):
        return path
    if "journey" in architecture.element_by_id or "journey" in architecture.link_by_id:
        return path
    plain = path.removeprefix("journey.")
    for journey_id in architecture.journey_by_id:
        clash = journey_id in architecture.element_by_id or journey_id in architecture.link_by_id
        if clash and plain.startswith(f"{journey_id}."):
            raise EvidenceError(say("evidence", _TWO_PARTS, path=path))
    return plain


def _clean(value: float) -> float:
    """Without the last digits that adding up steps leaves."""
    return float(f"{value:.12g}")
