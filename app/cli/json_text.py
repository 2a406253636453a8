"""JSON as commands print it: indented, and large documents piece by piece.

Python's own encoder leaves C as soon as it is to indent, and then takes longer over findings than finding them did.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from json.encoder import encode_basestring
from typing import Any

INDENT = "  "
_BRACKETS: dict[type[Any], tuple[str, str]] = {dict: ("{", "}"), list: ("[", "]"), tuple: ("[", "]")}
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")
"""What turns the direction of writing, breaks lines or hides words where the document is read as text."""
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False).encode


def harmless(text: str) -> str:
    """The same JSON with such characters as escapes; they can only stand within strings, where both mean the same."""
    return text if text.isascii() and "\x7f" not in text else _UNSEEN.sub(_escape, text)


def written(value: Any) -> str:
    """A whole document, indented."""
    return harmless(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found.group())[1:-1]


def _on_one_line(value: Any) -> str:
    return harmless(_encode(value))


def _quoted(text: str) -> str:
    return harmless(encode_basestring(text))


def pieces(value: Any, margin: str = "", *, lines: bool = False) -> Iterator[str]:
    """The text of `indented` in pieces; an iterator is written as a list, so that it need never be there as a whole.

    With `lines` what is neither an iterator nor holds one stands on one line, for documents that programs read.
    """
    inner = margin + INDENT
    if _holds_iterator(value):
        before = f"{{\n{inner}"
        for name, part in value.items():
            yield f"{before}{_quoted(name)}: "
            yield from pieces(part, inner, lines=lines)
            before = f",\n{inner}"
        yield f"\n{margin}}}"
    elif _is_iterator(value):
        before = f"[\n{inner}"
        for part in value:
            if _holds_iterator(part):
                yield before
                yield from pieces(part, inner, lines=lines)
            else:
                yield before + (_on_one_line(part) if lines else indented(part, inner))
            before = f",\n{inner}"
        yield "[]" if before.startswith("[") else f"\n{margin}]"
    else:
        yield _on_one_line(value) if lines else indented(value, margin)


def indented(value: Any, margin: str = "") -> str:
    """What `json.dumps(value, ensure_ascii=False, indent=2)` gives, made harmless; `margin` before all but one line."""
    kind = type(value)
    if kind is str:
        return _quoted(value)
    if value is None:
        return "null"
    if kind not in _BRACKETS:
        return _on_one_line(value)
    opened, closed = _BRACKETS[kind]
    if not value:
        return opened + closed
    inner = margin + INDENT
    if kind is dict:
        lines = [f"{_quoted(name)}: {indented(part, inner)}" for name, part in value.items()]
    else:
        lines = [_quoted(part) if type(part) is str else indented(part, inner) for part in value]
    return f"{opened}\n{inner}" + f",\n{inner}".join(lines) + f"\n{margin}{closed}"


def _holds_iterator(value: object) -> bool:
    return isinstance(value, dict) and any(map(_is_iterator, value.values()))


def _is_iterator(value: object) -> bool:
    """Asked of all that a document holds, and the abstract class is slow to answer."""
    return hasattr(value, "__next__")
