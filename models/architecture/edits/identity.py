"""Ids for new parts: readable slugs that nothing else in the model bears."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from models.architecture.model import Architecture

_LONGEST = 60
_COUNTED = re.compile(r"-\d+$")


def slug(wanted: str) -> str:
    """A name or kind as an id: small letters and digits of any script, joined by hyphens; "part" if nothing is left."""
    normal = unicodedata.normalize("NFC", wanted).casefold()
    kept = "".join(letter if _belongs(letter) else "-" for letter in normal)
    return re.sub(r"-+", "-", kept).strip("-.:")[:_LONGEST].rstrip("-") or "part"


def fresh_id(architecture: Architecture, wanted: str, besides: Collection[str] = ()) -> str:
    """An id made from `wanted` (a name, a kind, an id) that no element or link bears, and that is none of `besides`."""
    return unused(slug(wanted), {*architecture.element_by_id, *architecture.link_by_id, *besides})


def unused(wanted: str, taken: Collection[str]) -> str:
    """`wanted`, or, when taken, the same with the lowest free number after it ("order-2")."""
    if wanted not in taken:
        return wanted
    stem, number = _COUNTED.sub("", wanted) or wanted, 2
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"


def _belongs(letter: str) -> bool:
    return letter.isalpha() or letter.isdecimal() or letter == "_" or unicodedata.category(letter) in ("Mn", "Mc")
