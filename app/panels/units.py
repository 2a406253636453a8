"""Quantities as people write them: "250 ms", "2 s", "10/s", "64 KiB", "50%", "none", "lognormal p50 20 ms p99 150 ms".

Free of Qt. Each `parse_*` returns the model's value (milliseconds, bytes, per second, 0..1) or raises `UnitError` whose
`told` says what can be written instead; each `format_*` writes what its parser reads back to the same value.
"""

import re
from typing import Any

from pydantic import TypeAdapter, ValidationError

from models.architecture.text import QT_TRANSLATE_NOOP, Text, say
from models.architecture.values import (
    AnyDistribution,
    Constant,
    Distribution,
    Empirical,
    Erlang,
    Exponential,
    Hyperexponential,
    Lognormal,
    Uniform,
)


class UnitError(ValueError):
    """A text that cannot be read as the quantity asked for; `told` is one sentence for the person who wrote it."""

    def __init__(self, told: Text) -> None:
        super().__init__(str(told))
        self.told = told


MILLISECONDS: dict[str, float] = {
    "us": 0.001,
    "µs": 0.001,
    "μs": 0.001,
    "ms": 1.0,
    "s": 1_000.0,
    "sec": 1_000.0,
    "min": 60_000.0,
    "m": 60_000.0,
    "h": 3_600_000.0,
    "d": 86_400_000.0,
}
BYTES: dict[str, float] = {
    "b": 1,
    "bytes": 1,
    "byte": 1,
    "kb": 1_000,
    "kib": 1_024,
    "k": 1_024,
    "mb": 1_000_000,
    "mib": 1_048_576,
    "m": 1_048_576,
    "gb": 1_000_000_000,
    "gib": 1_073_741_824,
    "g": 1_073_741_824,
}
SECONDS_PER: dict[str, float] = {"s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600}
LONGEST_MS = 100 * 366 * 86_400_000.0
_NUMBER = r"[+-]?(?:\d[\d\s_',]*(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?"
_QUANTITY = re.compile(rf"^\s*({_NUMBER})\s*([^\d\s].*)?$", re.IGNORECASE)
_DISTRIBUTION: TypeAdapter[AnyDistribution] = TypeAdapter(Distribution)


def parse_number(text: str) -> float:
    """A plain number; spaces, commas and underscores may group its digits."""
    number, unit = _split(text, QT_TRANSLATE_NOOP("units", "Write a number, like 4 or 0.25."))
    if unit:
        raise UnitError(say("units", QT_TRANSLATE_NOOP("units", "Write a number without a unit, like 4 or 0.25.")))
    return number


def parse_count(text: str) -> int:
    """A whole number."""
    message = QT_TRANSLATE_NOOP("units", "Write a whole number, like 16.")
    number, unit = _split(text, message)
    if unit or number != int(number):
        raise UnitError(say("units", message))
    return int(number)


def parse_duration(text: str) -> float:
    """Milliseconds from "250 ms", "2 s", "1.5 min", "1 h" or a bare number of milliseconds."""
    message = QT_TRANSLATE_NOOP("units", "Write a time, like 250 ms, 2 s or 5 min.")
    number, unit = _split(text, message)
    factor = MILLISECONDS.get(unit.lower() or "ms")
    if factor is None:
        raise UnitError(say("units", message))
    if number * factor > LONGEST_MS:
        raise UnitError(say("units", QT_TRANSLATE_NOOP("units", "Write a time of at most 100 years.")))
    return _clean(number * factor)


def parse_bytes(text: str) -> float:
    """Bytes from "64 KiB", "2 MiB", "1.5 kB" or a bare number of bytes."""
    message = QT_TRANSLATE_NOOP("units", "Write a size, like 900 B, 64 KiB or 2 MiB.")
    number, unit = _split(text, message)
    factor = BYTES.get(unit.lower() or "b")
    if factor is None:
        raise UnitError(say("units", message))
    return _clean(number * factor)


def parse_rate(text: str) -> float:
    """Per second, from "10/s", "600/min", "10 per second" or a bare number."""
    message = QT_TRANSLATE_NOOP("units", "Write a rate, like 10/s or 600/min.")
    number, unit = _split(text, message)
    unit = re.sub(r"^(?:/|per)\s*", "", unit.lower()) if unit else "s"
    seconds = SECONDS_PER.get(unit)
    if seconds is None:
        raise UnitError(say("units", message))
    return _clean(number / seconds)


def parse_share(text: str) -> float:
    """A share from "50%" or "0.5"; a bare number above 1 is refused, as it could mean either."""
    message = QT_TRANSLATE_NOOP("units", "Write a share, like 50% or 0.5.")
    number, unit = _split(text, message)
    if unit == "%":
        return _clean(number / 100)
    if unit or number > 1:
        raise UnitError(say("units", message))
    return number


def parse_distribution(text: str) -> AnyDistribution:
    """A time that may vary: "20 ms", "exp 20 ms", "lognormal p50 20 ms p99 150 ms", "uniform 5 ms to 15 ms", ..."""
    word, _, rest = text.strip().partition(" ")
    shape = _SHAPE_NAMES.get(word.lower().rstrip(":"))
    if shape is None:
        if not re.match(rf"^\s*{_NUMBER}", text):
            raise UnitError(say("units", _DISTRIBUTION_MESSAGE))
        return parse_duration(text)
    try:
        return _DISTRIBUTION.validate_python(_SHAPES[shape](rest.strip()))
    except ValidationError as error:
        told = str(error.errors()[0]["msg"])
        raise UnitError(
            say("units", QT_TRANSLATE_NOOP("units", "This cannot be: {reason}."), reason=told[:1].lower() + told[1:])
        ) from error


_DISTRIBUTION_MESSAGE = QT_TRANSLATE_NOOP(
    "units", "Write a time, like 20 ms, exp 20 ms or lognormal p50 20 ms p99 150 ms."
)
_SHAPE_NAMES = {
    "const": "constant",
    "constant": "constant",
    "exp": "exponential",
    "exponential": "exponential",
    "lognormal": "lognormal",
    "uniform": "uniform",
    "erlang": "erlang",
    "hyperexp": "hyperexponential",
    "hyperexponential": "hyperexponential",
    "empirical": "empirical",
}


def _constant(rest: str) -> dict[str, Any]:
    return {"constant": parse_duration(rest)}


def _exponential(rest: str) -> dict[str, Any]:
    return {"exponential": {"mean": parse_duration(re.sub(r"^mean\s+", "", rest, flags=re.IGNORECASE))}}


def _lognormal(rest: str) -> dict[str, Any]:
    message = QT_TRANSLATE_NOOP(
        "units", "Write it like lognormal p50 20 ms p99 150 ms, or lognormal mean 20 ms cv 1.5."
    )
    parts = _named(rest, ("p50", "p99", "mean", "cv"), message)
    return {"lognormal": {name: parse_number(v) if name == "cv" else parse_duration(v) for name, v in parts.items()}}


def _uniform(rest: str) -> dict[str, Any]:
    message = QT_TRANSLATE_NOOP("units", "Write it like uniform 5 ms to 15 ms.")
    ends = re.split(r"\s+to\s+|\s*\.\.\s*|\s*–\s*", rest)
    if len(ends) != 2:
        raise UnitError(say("units", message))
    return {"uniform": {"low": parse_duration(ends[0]), "high": parse_duration(ends[1])}}


def _erlang(rest: str) -> dict[str, Any]:
    message = QT_TRANSLATE_NOOP("units", "Write it like erlang mean 20 ms k 4.")
    parts = _named(rest, ("mean", "k"), message)
    if parts.keys() != {"mean", "k"}:
        raise UnitError(say("units", message))
    return {"erlang": {"mean": parse_duration(parts["mean"]), "k": parse_count(parts["k"])}}


def _hyperexponential(rest: str) -> dict[str, Any]:
    message = QT_TRANSLATE_NOOP("units", "Write it like hyperexponential mean 20 ms cv 2.")
    parts = _named(rest, ("mean", "cv"), message)
    if parts.keys() != {"mean", "cv"}:
        raise UnitError(say("units", message))
    return {"hyperexponential": {"mean": parse_duration(parts["mean"]), "cv": parse_number(parts["cv"])}}


def _empirical(rest: str) -> dict[str, Any]:
    message = QT_TRANSLATE_NOOP("units", "Write it like empirical 50% 12 ms, 99% 180 ms.")
    points = []
    for point in rest.split(","):
        match = re.match(r"^\s*([\d.]+\s*%)\s+(.+)$", point)
        if match is None:
            raise UnitError(say("units", message))
        points.append((parse_share(match[1]), parse_duration(match[2])))
    return {"empirical": {"quantiles": points}}


_SHAPES = {
    "constant": _constant,
    "exponential": _exponential,
    "lognormal": _lognormal,
    "uniform": _uniform,
    "erlang": _erlang,
    "hyperexponential": _hyperexponential,
    "empirical": _empirical,
}


def _named(text: str, names: tuple[str, ...], message: str) -> dict[str, str]:
    """ "p50 20 ms p99 150 ms" -> {"p50": "20 ms", "p99": "150 ms"}."""
    pieces = re.split(rf"\b({'|'.join(names)})\b", text, flags=re.IGNORECASE)
    if pieces[0].strip() or len(pieces) < 3:
        raise UnitError(say("units", message))
    return {name.lower(): value.strip(" ,=:") for name, value in zip(pieces[1::2], pieces[2::2], strict=True)}


def format_number(value: float) -> str:
    """The shortest text that reads back as the same number, thousands apart: 4, 0.25, 12 000, 1e-09."""
    if value != int(value) or abs(value) >= 1e15:
        return repr(float(value))
    return f"{int(value):,}".replace(",", "\u202f")


def format_duration(value: float) -> str:
    """Milliseconds as the unit a person would choose: 250 ms, 2 s, 1.5 s, 5 min, 1 h."""
    for unit, size, step in (("h", 3_600_000, 1_800_000), ("min", 60_000, 30_000), ("s", 1_000, 100)):
        if value >= size and value % step == 0:
            return f"{format_number(value / size)} {unit}"
    return f"{format_number(value)} ms"


def format_bytes(value: float) -> str:
    for unit, size in (("GiB", 1_073_741_824), ("MiB", 1_048_576), ("KiB", 1_024)):
        if value >= size and value % (size / 4) == 0:
            return f"{format_number(value / size)} {unit}"
    return f"{format_number(value)} B"


def format_rate(value: float) -> str:
    """Per second, or per minute or hour where that is the number someone wrote: 10/s, 50/min."""
    for unit, seconds in (("s", 1), ("min", 60), ("h", 3600)):
        short = float(f"{value * seconds:.4g}")
        if short and _clean(short / seconds) == value:
            return f"{format_number(short)}/{unit}"
    return f"{format_number(value)}/s"


def format_share(value: float) -> str:
    """ "50%", or the bare number when the percentage would not read back to the same value."""
    percent = f"{value * 100:.12g}"
    return f"{percent}%" if _clean(float(percent) / 100) == value else format_number(value)


def format_distribution(value: AnyDistribution) -> str:
    match value:
        case Constant(constant=time):
            return f"constant {format_duration(time)}"
        case Exponential(exponential=shape):
            return f"exp {format_duration(shape.mean)}"
        case Lognormal(lognormal=shape) if shape.p50 is not None and shape.p99 is not None:
            return f"lognormal p50 {format_duration(shape.p50)} p99 {format_duration(shape.p99)}"
        case Lognormal(lognormal=shape):
            assert shape.mean is not None and shape.cv is not None
            return f"lognormal mean {format_duration(shape.mean)} cv {format_number(shape.cv)}"
        case Uniform(uniform=bounds):
            return f"uniform {format_duration(bounds.low)} to {format_duration(bounds.high)}"
        case Erlang(erlang=stages):
            return f"erlang mean {format_duration(stages.mean)} k {stages.k}"
        case Hyperexponential(hyperexponential=branches):
            return f"hyperexponential mean {format_duration(branches.mean)} cv {format_number(branches.cv)}"
        case Empirical(empirical=shape):
            points = (f"{share * 100:.12g}% {format_duration(time)}" for share, time in shape.quantiles)
            return f"empirical {', '.join(points)}"
        case number:
            return format_duration(number)


def _split(text: str, message: str) -> tuple[float, str]:
    match = _QUANTITY.match(text)
    if match is None:
        raise UnitError(say("units", message))
    if "," in match[1] and re.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", match[1].strip()) is None:
        raise UnitError(say("units", QT_TRANSLATE_NOOP("units", "Write decimals with a point, like 1.5.")))
    digits = re.sub(r"[\s_',]", "", match[1])
    try:
        number = float(digits)
    except ValueError as error:
        raise UnitError(say("units", message)) from error
    if number in (float("inf"), float("-inf")):
        raise UnitError(say("units", message))
    return number, (match[2] or "").strip()


def _clean(value: float) -> float:
    """Rounds away the last bits that multiplying by a unit leaves (0.1 s is 100 ms, not 100.00000000000001)."""
    return float(f"{value:.15g}")
