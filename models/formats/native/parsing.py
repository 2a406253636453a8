"""From bytes to plain data, within limits: JSON as the standard has it and nothing more."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from models.architecture.explanation import dotted
from models.architecture.model import MAX_PARTS
from models.architecture.text import QT_TRANSLATE_NOOP, say
from models.formats.native.error import FormatError
from models.formats.native.positions import Path, line_and_column, locate, repeated, token_at

MAX_BYTES = 64 * 1024 * 1024
MAX_DEPTH = 64
"""Lists and objects inside each other."""


class _RepeatedError(Exception):
    """A name stands twice in one object."""


class _NoNumberError(Exception):
    """NaN or Infinity, which JSON does not have."""


def parse(data: bytes) -> tuple[dict[str, Any], str]:
    """(the outermost object, the text it was read from).

    Raises:
        FormatError: too large, not UTF-8, not JSON, nested too deep, a name twice in one object, NaN or Infinity.
    """
    if len(data) > MAX_BYTES:
        raise too_large(len(data))
    text = _decoded(data)
    raw = _read(text)
    if not isinstance(raw, dict):
        template = QT_TRANSLATE_NOOP("format", "this is not a Loadpath model: a model is a JSON object")
        raise FormatError(say("format", template), line=1, column=1)
    _check(raw, text)
    return raw, text


def too_large(size: int) -> FormatError:
    template = QT_TRANSLATE_NOOP(
        "format", "the file has {size:.0f} MiB, and a model may have {limit} MiB; split it, or check what wrote it"
    )
    return FormatError(say("format", template, size=size / 2**20, limit=MAX_BYTES // 2**20))


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        template = QT_TRANSLATE_NOOP("format", "the file is written in UTF-16; save it as UTF-8")
        raise FormatError(say("format", template))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8", "replace")
        line, column = line_and_column(good, len(good))
        template = QT_TRANSLATE_NOOP(
            "format", "the file is not UTF-8: byte 0x{byte:02x} does not belong; save it as UTF-8"
        )
        problem = say("format", template, byte=data[error.start])
        raise FormatError(problem, line=line, column=column) from error
    if not text.strip():
        template = QT_TRANSLATE_NOOP("format", "the file is empty; restore it from a copy, or begin a new model")
        raise FormatError(say("format", template))
    return text


def _read(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant)
    except _RepeatedError as error:
        template = QT_TRANSLATE_NOOP("format", '"{name}" stands twice in one object; remove one of them')
        spot = repeated(text)
        place = dotted(spot.path[:-1]) if spot else ""
        line, column = line_and_column(text, spot.key or 0) if spot else (None, None)
        problem = say("format", template, name=spot.path[-1] if spot else error.args[0])
        raise FormatError(problem, place=place, line=line, column=column) from error
    except _NoNumberError as error:
        template = QT_TRANSLATE_NOOP("format", "{name} is not a number that JSON has; write a number")
        line, column = token_at(text, str(error)) or (None, None)
        raise FormatError(say("format", template, name=str(error)), line=line, column=column) from error
    except json.JSONDecodeError as error:
        template = QT_TRANSLATE_NOOP("format", "this is not valid JSON: {message}; correct it there")
        problem = say("format", template, message=_lowered(error.msg))
        raise FormatError(problem, line=error.lineno, column=error.colno) from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        template = QT_TRANSLATE_NOOP("format", "a number in the file is too long; write it with fewer digits")
        raise FormatError(say("format", template)) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise _RepeatedError(name)
            seen.add(name)
    return found


def _no_constant(name: str) -> NoReturn:
    raise _NoNumberError(name)


def _lowered(message: str) -> str:
    return (message[:1].lower() + message[1:]).removesuffix(" at")


def _check(raw: dict[str, Any], text: str) -> None:
    """Depth, numbers beyond all bounds, and halves of characters, which JSON can spell and UTF-8 cannot."""
    halves = "\\ud" in text or "\\uD" in text
    level: list[tuple[Path, Any]] = [((), raw)]
    for _ in range(MAX_DEPTH):
        below: list[tuple[Path, Any]] = []
        for path, value in level:
            if len(value) > MAX_PARTS:
                template = QT_TRANSLATE_NOOP("format", "there are more than {limit} of these; split the model")
                raise at(text, path, FormatError(say("format", template, limit=f"{MAX_PARTS:,}")))
            items = value.items() if isinstance(value, dict) else enumerate(value)
            for key, item in items:
                if isinstance(item, dict | list):
                    below.append(((*path, key), item))
                elif isinstance(item, float) and not math.isfinite(item):
                    template = QT_TRANSLATE_NOOP("format", "the number is too large; write a smaller one")
                    raise at(text, (*path, key), FormatError(say("format", template)))
                elif halves and (_is_broken(item) or _is_broken(key)):
                    template = QT_TRANSLATE_NOOP(
                        "format", "the text holds half a character (\\uD800 to \\uDFFF); remove it"
                    )
                    raise at(text, (*path, key), FormatError(say("format", template)))
        if not below:
            return
        level = below
    line, column = locate(text, level[0][0]) or (None, None)
    raise FormatError(_too_deep().problem, line=line, column=column)


def at(text: str, path: Path, error: FormatError) -> FormatError:
    """`error` with its place in the text."""
    line, column = locate(text, path) or (None, None)
    return FormatError(error.problem, place=dotted(path), line=line, column=column)


def _is_broken(value: object) -> bool:
    return isinstance(value, str) and any("\ud800" <= letter <= "\udfff" for letter in value)


def _too_deep() -> FormatError:
    template = QT_TRANSLATE_NOOP(
        "format", "lists and objects lie more than {limit} deep inside each other; flatten them"
    )
    return FormatError(say("format", template, limit=MAX_DEPTH))
